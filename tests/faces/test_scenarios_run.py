"""Every scenario that ships can be checked, runs and passes the audit; its header tells its story."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import load_scenario, run

SCENARIOS = Path(__file__).parents[2] / "scenarios"
STORIES = sorted(SCENARIOS.glob("*.yaml"))


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_it_runs_and_passes_the_audit(file: Path) -> None:
    scenario = load_scenario(file)
    results = run(scenario, replications=2, audit=True)
    assert set(results.policies) == set(scenario.policies)


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_its_header_tells_the_story_in_three_lines(file: Path) -> None:
    header = [line for line in file.read_text(encoding="utf-8").splitlines()[:12] if line.startswith("# ")]
    assert header[0].startswith("# yaml-language-server: $schema=./scenario.schema.json")
    assert len(header) >= 4


def test_the_promised_stories_are_there() -> None:
    promised = {"food_processor", "season_jacket", "viral_spike", "port_closure", "calm_reference", "real_gift_shop"}
    promised |= {"slipping_promise", "niche_vs_commodity", "preorder_launch"}
    promised |= {"niche_vs_commodity", "slipping_promise", "preorder_launch"}
    assert promised <= {file.stem for file in STORIES}
