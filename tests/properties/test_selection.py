"""Ranking and selection picks the right one as often as it says, on a normal problem with a known best."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from experiments.analysis.ocba import allocation, shares
from experiments.analysis.selection import Sample, select_best
from sim.errors import ResultError

Floats = NDArray[np.float64]
LEAD = 0.5
MEANS = (0.0, 0.0, 0.0, 0.0, LEAD)
"""The slippage configuration, the hardest: all rivals exactly one indifference zone behind."""


def normal(seed: int, means: tuple[float, ...] = MEANS, *, common: float = 0.0, length: int = 2000) -> Sample:
    """Unit-variance candidates, a share of whose variance is common to all."""
    generator = np.random.default_rng(seed)
    shared, own = generator.normal(size=length), generator.normal(size=(len(means), length))
    values = np.array(means)[:, None] + common**0.5 * shared + (1 - common) ** 0.5 * own
    return lambda candidate, replications: np.asarray(values[candidate, replications.start : replications.stop])


@cache
def share_right(common: float, alpha: float, runs: int = 400) -> tuple[float, float]:
    """Share of right choices, and mean replications in all."""
    found = [select_best(normal(seed, common=common), 5, indifference=LEAD, alpha=alpha) for seed in range(runs)]
    return sum(each.best == 4 for each in found) / runs, float(np.mean([sum(each.counts) for each in found]))


@pytest.mark.parametrize("common", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_kn_is_right_as_often_as_promised(common: float, alpha: float) -> None:
    assert share_right(common, alpha)[0] >= 1 - alpha


def test_kn_saves_replications_by_common_random_numbers() -> None:
    assert share_right(0.9, 0.05)[1] < share_right(0.0, 0.05)[1] / 3


def test_kn_gives_up_hopeless_rivals_first() -> None:
    found = select_best(normal(1, (0.0, -5.0, 0.4)), 3, indifference=0.4, first=10)
    assert found.counts[1] == 10 < min(found.counts[0], found.counts[2])


def test_kn_says_when_the_limit_came_first() -> None:
    found = select_best(normal(1), 5, indifference=0.05, most=20)
    assert found.limited
    assert len(found.survivors) > 1
    assert np.isnan(found.chance)


def test_kn_ends_when_all_are_the_same() -> None:
    found = select_best(lambda _, replications: np.ones(len(replications)), 3, indifference=0.1)
    assert (found.best, found.counts, found.limited) == (0, (10, 10, 10), False)


def test_ocba_is_right_more_often_than_even_shares_of_the_same_budget() -> None:
    means = (0.0, -1.0, -2.0, -2.5, 0.5)
    budget, runs = 30, 300
    ocba = [select_best(normal(s, means), 5, method="ocba", indifference=1e-9, most=budget) for s in range(runs)]
    even = [
        int(np.argmax([normal(s, means)(c, range(sum(found.counts) // 5)).mean() for c in range(5)]))
        for s, found in enumerate(ocba)
    ]
    right = sum(each.best == 4 for each in ocba)
    assert right / runs >= 0.9
    assert right > sum(best == 4 for best in even)


def test_the_estimated_chance_of_ocba_is_no_boast() -> None:
    found = [select_best(normal(seed), 5, method="ocba", indifference=1e-9, most=40) for seed in range(300)]
    assert np.mean([each.best == 4 for each in found]) >= np.mean([each.chance for each in found]) - 0.02


def test_ocba_shares_are_those_of_the_formula() -> None:
    """Means 5, 4, 3 and equal spreads: rivals in the ratio of squared gaps, the best by the root of squares."""
    found = shares(np.array([5.0, 4.0, 3.0]), np.ones(3))
    assert found[1] / found[2] == pytest.approx(4)
    assert found[0] == pytest.approx(np.hypot(found[1], found[2]))


@given(st.lists(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=6), min_size=2, max_size=6), st.integers(1, 50))
def test_ocba_hands_out_its_budget_and_no_more(values: list[list[float]], more: int) -> None:
    wanted = allocation(values, sum(map(len, values)) + more)
    assert sum(wanted) == more
    assert min(wanted) >= 0


@given(st.integers(0, 2**32 - 1), st.sampled_from(["kn", "ocba"]))
def test_a_selection_depends_on_its_values_alone(seed: int, method: str) -> None:
    first, second = (
        select_best(normal(seed, length=100), 5, method=method, indifference=0.5, most=50)  # type: ignore[arg-type]
        for _ in range(2)
    )
    assert first == second
    assert first.best in first.survivors


def test_one_candidate_is_the_best() -> None:
    assert select_best(normal(1), 1, indifference=1).best == 0


@pytest.mark.parametrize("limits", [{"indifference": 0}, {"first": 1}, {"most": 5}, {"alpha": 1.0}])
def test_limits_that_leave_no_room_are_refused(limits: dict[str, float]) -> None:
    with pytest.raises(ResultError, match="a selection needs"):
        select_best(normal(1), 2, **{"indifference": 1.0, **limits})  # type: ignore[arg-type]


def test_undefined_values_are_refused() -> None:
    with pytest.raises(ResultError, match="no value"):
        select_best(lambda _, replications: np.full(len(replications), np.nan), 2, indifference=1.0)
