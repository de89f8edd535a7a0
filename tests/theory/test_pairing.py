"""Common random numbers and intervals do for a comparison what theory says they do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sim import Results, compare, load_scenario, run
from tests.theory.conftest import KNOWN
from tests.theory.exactly import CASES, Exactly, reading

Known = Callable[[str], Results]
CRN = CASES["K1"]


def test_one_more_unit_in_base_stock_adds_what_theory_says(known: Known, exactly: Exactly) -> None:
    results = known("same_buyers_twice")
    exactly.mean(reading(results, "mean_on_hand under eight minus seven"), CRN["mean_difference"], precision=0.005)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("mean_on_hand under seven", "var_1"),
        ("mean_on_hand under eight", "var_2"),
        ("mean_on_hand under eight minus seven", "var_crn"),
    ],
)
def test_runs_vary_as_much_as_they_should(text: str, key: str, known: Known, exactly: Exactly) -> None:
    exactly.variance(reading(known("same_buyers_twice"), text).values, CRN[key])


def test_policies_on_one_tape_are_correlated(known: Known, exactly: Exactly) -> None:
    results = known("same_buyers_twice")
    seven, eight = (reading(results, f"mean_on_hand under {policy}").values for policy in ("seven", "eight"))
    exactly.correlation(seven, eight, CRN["correlation"])


def test_the_comparison_reports_what_pairing_gained(known: Known) -> None:
    verdict = compare(known("same_buyers_twice"), baseline="seven", on=["mean_on_hand"])
    gain = verdict.findings[0].difference.gain
    assert gain == pytest.approx(CRN["var_independent"] / CRN["var_crn"], rel=0.5)


def test_intervals_hold_the_exact_value_as_often_as_they_promise() -> None:
    low, high = map(int, str(CASES["K3"]["200"]).split(".."))
    scenario = load_scenario(KNOWN / "opening_week.yaml")
    held = sum(holds(run(scenario, replications=10, seed=seed, audit=True)) for seed in range(200))
    assert low <= held <= high


def holds(results: Results) -> bool:
    """Whether the 95 % interval of the stock on hand holds its exact mean."""
    shown = next(row for row in results.summary(confidence=0.95) if row.measure == "mean_on_hand")
    return abs(shown.mean - CASES["A15"]["EI"]) <= shown.half_width
