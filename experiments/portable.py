"""A study's scenario as text that stands alone, for workers and readers who have no files of this computer."""

from __future__ import annotations

import json

from experiments.plan import Study
from sim import check_scenario


def portable(study: Study) -> str | None:
    """The scenario before any factor changes it, in YAML; `None` when it names files beside itself."""
    text = json.dumps(study.base.raw, ensure_ascii=False, default=str) + "\n"
    scenario, _ = check_scenario(text, overrides=study.base.plan)
    return text if scenario is not None and scenario.digest == study.scenario.digest else None
