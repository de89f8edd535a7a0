"""Every study that ships runs, shrunk to two replications and two values of each factor."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from experiments.plan import StudyFile, read_study
from experiments.run import run_study
from experiments.store import read_store

ROOT = Path(__file__).parents[2]
STUDIES = sorted((ROOT / "experiments" / "studies").glob("*/study.yaml"))
GUIDE = (ROOT / "experiments" / "README.md").read_text(encoding="utf-8")


def shrunk(path: Path, folder: Path) -> Path:
    """A small copy of a study."""
    study = read_study(path)
    stated = study.stated.model_dump(mode="json", exclude_none=True)
    factors = {factor: values[:2] for factor, values in stated["factors"].items()}
    small = {**stated, "scenario": str(study.base.file.resolve()), "factors": factors, "replications": 2}
    copy = folder / "study.yaml"
    copy.write_text(json.dumps(small, ensure_ascii=False), encoding="utf-8")
    return copy


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.parent.name)
def test_it_runs(path: Path, tmp_path: Path) -> None:
    outcome = run_study(shrunk(path, tmp_path))
    assert outcome.failures == 0
    assert len(read_store(outcome.store)) == outcome.runs > 0


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.parent.name)
def test_it_is_accompanied_by_what_was_found(path: Path) -> None:
    text = (path.parent / "README.md").read_text(encoding="utf-8")
    assert f"stockout study {path.relative_to(path.parents[3])}" in text.replace("\\", "/")


def test_the_example_of_the_readme_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.DOTALL)
    path = tmp_path / "study.yaml"
    path.write_text(example.replace("../../..", ROOT.as_posix()), encoding="utf-8")
    assert run_study(shrunk(path, tmp_path)).failures == 0


@pytest.mark.parametrize("key", StudyFile.model_fields)
def test_the_readme_explains_every_key(key: str) -> None:
    assert re.search(rf"^\|[^|]*`{key}`", GUIDE, flags=re.MULTILINE)


def test_the_promised_study_is_there() -> None:
    assert "patience" in {path.parent.name for path in STUDIES}
