"""A scenario's text with values set: the meaning of `--set`, and every comment where it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import load_scenario, rewritten
from sim.scenario.faults import ScenarioFaults
from tests.spiky_shop import SPIKY

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))

SETTINGS = {
    "world.customers.shoppers.patience": "lognormal(median=4 d, sigma=0.5)",
    "world.disruptions.supplier_down.lasts": "21 d",
    "world.lanes.factory-main.lead_time.mean": "12 d",
    "world.customers.shoppers.visits.rate": "7/d",
    "levers.promise.level": "70 %",
    "plan.replications": "50",
}


def comments(text: str) -> list[str]:
    return [line.partition("#")[2].strip() for line in text.splitlines() if "#" in line]


def test_nothing_set_leaves_every_byte() -> None:
    assert rewritten(SPIKY, {}) == SPIKY


@pytest.mark.parametrize("path", SETTINGS)
def test_a_text_with_a_value_set_means_what_setting_it_means(path: str) -> None:
    settings = {path: SETTINGS[path]}
    assert load_scenario(rewritten(SPIKY, settings)).digest == load_scenario(SPIKY, overrides=settings).digest


def test_values_set_together_mean_the_same_too() -> None:
    assert load_scenario(rewritten(SPIKY, SETTINGS)).digest == load_scenario(SPIKY, overrides=SETTINGS).digest


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_comments_stay(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert comments(rewritten(text, {"plan.replications": "50"})) == comments(text)


@pytest.mark.parametrize("word", ["yes", "12", "null", "a: b", "#x", "x\\ny"])
def test_a_title_stays_the_text_it_is(word: str) -> None:
    text = rewritten(SPIKY, {"title": f'"{word}"'})
    assert load_scenario(text).title == load_scenario(SPIKY, overrides={"title": f'"{word}"'}).title


def test_a_bomb_is_refused_before_it_is_read() -> None:
    bomb = "a: &a [1, 2]\n" + "".join(f"{x}: &{x} [{', '.join(['*' + y] * 60)}]\n" for x, y in zip("bcde", "abcd"))  # noqa: B905
    with pytest.raises(ScenarioFaults, match="aliases"):
        rewritten(bomb, {"plan.seed": "1"})
