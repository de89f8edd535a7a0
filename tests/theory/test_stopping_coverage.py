"""Intervals of studies that stop by themselves hold the truth as often as intervals do (A6, K3)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.precision import Precision, look
from sim import estimate, load_scenario, run_cell

SCENARIO = Path(__file__).parents[2] / "scenarios" / "known" / "lost_sales.yaml"
EXACT = 1.9592362944318253
"""Mean stock on hand of Erlang's loss system with 6 lines and load 5 (case A6)."""

STUDIES = 200
BAND = range(179, 199)
"""Of 200 intervals of 95 %, how many hold the truth with a chance of 0.999 (case K3)."""

POLICY, MEASURE = "out_of_stock", "mean_on_hand"
WANTED = Precision.model_validate(
    {"measures": {MEASURE: {"half_width": 0.25, "of": "mean"}}, "minimum": 8, "look_ahead": 3}
)


class Shop:
    """An endless supply of replications, each used once."""

    def __init__(self) -> None:
        short = {"world.calendar.warm_up": "6 d", "world.calendar.measure": "12 d"}
        self._scenario = load_scenario(SCENARIO, overrides=short)
        self._next = 0

    def more(self, n: int) -> np.ndarray:
        numbers = range(self._next, self._next + n)
        self._next += n
        cells = (run_cell(self._scenario, [POLICY], 11, number, False) for number in numbers)
        return np.array([cell.values[POLICY, MEASURE, ""] for cell in cells])


def finished(shop: Shop) -> np.ndarray:
    """All replications of a study that goes on until it is precise."""
    values = np.empty(0)
    while more := look(WANTED, [POLICY], {(POLICY, MEASURE): values}).more:
        values = np.append(values, shop.more(more))
    return values


@pytest.fixture(scope="module")
def studies() -> list[np.ndarray]:
    shop = Shop()
    return [finished(shop) for _ in range(STUDIES)]


def test_as_many_hold_the_truth_as_should(studies: list[np.ndarray]) -> None:
    ends = [estimate(values) for values in studies]
    assert sum(end.low <= EXACT <= end.high for end in ends) in BAND


def test_all_are_as_precise_as_was_wanted(studies: list[np.ndarray]) -> None:
    assert max(estimate(values).half_width for values in studies) <= 0.25


def test_the_rule_was_at_work(studies: list[np.ndarray]) -> None:
    lengths = {len(values) for values in studies}
    assert len(lengths) > 5
    assert min(lengths) >= WANTED.least
