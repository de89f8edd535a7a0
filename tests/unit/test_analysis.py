"""Tornado, region maps, frontier and adjusted p-values on numbers whose answer is known by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.analysis.frontier import frontier
from experiments.analysis.intervals import Interval, holm, mean_interval
from experiments.analysis.regions import region_map, zeros
from experiments.analysis.tornado import tornado
from sim.errors import ResultError

Floats = NDArray[np.float64]


def noise(*shape: int) -> Floats:
    return np.random.default_rng(5).normal(0, 1, shape)


# intervals


def test_a_mean_and_its_interval_leave_out_what_is_undefined() -> None:
    found = mean_interval(np.array([1.0, np.nan, 3.0]))
    assert found == Interval(2.0, pytest.approx(2 - 12.7062, abs=1e-4), pytest.approx(2 + 12.7062, abs=1e-4))


def test_intervals_that_hold_together_are_wider() -> None:
    alone, together = (mean_interval(noise(20), comparisons=many) for many in (1, 10))
    assert together.low < alone.low < alone.high < together.high


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, float("nan"), 0.03]) == pytest.approx([0.03, 0.06, float("nan"), 0.06], nan_ok=True)


# tornado


def test_the_longest_bar_is_the_factor_that_moves_the_result_most() -> None:
    shared = 50 * noise(20)
    bars = tornado(
        {
            "price": {"10": shared + 1, "20": shared + 2},
            "delay": {"3 d": shared, "9 d": shared - 7 + 0.1 * noise(20), "5 d": shared - 1},
        }
    )
    assert [bar.factor for bar in bars] == ["delay", "price"]
    assert (bars[0].lowest, bars[0].highest) == ("9 d", "3 d")
    assert bars[1].swing == Interval(1.0, pytest.approx(1), pytest.approx(1))


def test_pairing_makes_a_bar_sure_that_its_ends_are_not() -> None:
    shared = 50 * noise(20)
    (bar,) = tornado({"delay": {"3 d": shared, "9 d": shared - 1 + 0.1 * noise(20)}})
    assert bar.swing.decided
    assert bar.low.high > bar.high.low


def test_a_factor_without_a_defined_result_comes_last() -> None:
    nothing = np.full(4, np.nan)
    bars = tornado({"a": {"1": nothing, "2": nothing}, "b": {"1": np.ones(4), "2": np.ones(4)}})
    assert [bar.factor for bar in bars] == ["b", "a"]


# region maps

X, Y = np.linspace(0, 10, 6), np.linspace(0, 1, 3)


def plane(crossing: float, *, spread: float = 0.5) -> Floats:
    """Differences that fall along x and are 0 at `crossing`, with noise common to a replication."""
    return (crossing - X)[:, None, None] + np.zeros((6, 3, 1)) + spread * noise(30)


def test_the_boundary_of_a_plane_is_its_zero_line() -> None:
    found = region_map(X, Y, plane(4.4, spread=0.0))
    assert found.boundary
    assert all(place[0] == pytest.approx(4.4) for piece in found.boundary for place in piece)
    assert [each.value for (each,) in found.crossings] == pytest.approx([4.4] * 3)


def test_the_chance_is_high_on_one_side_of_the_boundary_and_low_on_the_other() -> None:
    found = region_map(X, Y, plane(5.0))
    assert (found.chance[:3] > 0.99).all()
    assert (found.chance[3:] < 0.01).all()
    assert found.share == pytest.approx(0.5)


def test_the_band_lies_on_both_sides_of_the_boundary() -> None:
    found = region_map(X, Y, plane(5.0))
    lower, upper = ([place[0] for piece in line for place in piece] for line in found.band)
    assert max(lower) < min(place[0] for piece in found.boundary for place in piece) < min(upper)


def test_the_interval_of_a_crossing_is_that_of_the_mean_where_all_move_together() -> None:
    found = region_map(X, Y, plane(5.0)).crossings[0][0]
    expected = mean_interval(5.0 + 0.5 * noise(30))
    assert found.low == pytest.approx(expected.low, abs=0.05)
    assert found.high == pytest.approx(expected.high, abs=0.05)


def test_the_interval_of_a_crossing_holds_the_truth_as_often_as_it_says() -> None:
    generator, held = np.random.default_rng(8), 0
    for _ in range(120):
        seen = (4.7 - X)[:, None, None] + generator.normal(0, 1, (6, 1, 40))
        (found,) = region_map(X, Y[:1], seen).crossings[0]
        held += found.low <= 4.7 <= found.high
    assert held / 120 >= 0.88


def test_no_crossing_where_the_sign_never_changes() -> None:
    found = region_map(X, Y, plane(50.0))
    assert found.crossings == ((), (), ())
    assert not found.boundary


def test_a_sign_that_changes_twice_is_told_twice_without_an_interval() -> None:
    valley = ((X - 5) ** 2 - 4)[:, None, None] + 0.01 * noise(10)
    low, high = region_map(X, Y[:1], valley).crossings[0]
    assert low.value < 5 < high.value
    assert not low.defined


def test_points_without_a_value_break_the_boundary() -> None:
    holed = plane(4.4)
    holed[2, 1] = np.nan
    whole, broken = region_map(X, Y, plane(4.4)), region_map(X, Y, holed)
    assert len(broken.boundary) < len(whole.boundary)


def test_zeros_of_a_broken_line() -> None:
    assert zeros(np.array([0.0, 1.0, 3.0]), np.array([1.0, -1.0, 1.0])) == [0.5, 2.0]


@pytest.mark.parametrize("x", [X[::-1], X[:3]])
def test_a_grid_that_does_not_fit_is_refused(x: Floats) -> None:
    with pytest.raises(ResultError, match="rising factors"):
        region_map(x, Y, plane(5.0))


# frontier


def test_the_frontier_by_hand() -> None:
    service = np.array([[0.9], [0.95], [0.8], [0.95]]) + np.zeros((4, 5))
    value = np.array([[100.0], [90.0], [95.0], [80.0]]) + np.zeros((4, 5))
    found = {each.name: each for each in frontier("abcd", service, value)}
    assert [name for name in "abcd" if found[name].efficient] == ["a", "b"]
    assert (found["c"].beaten_by, found["d"].beaten_by) == ("a", "b")
    assert (found["a"].chance, found["d"].chance) == (1.0, 0.0)


def test_a_place_on_the_frontier_can_be_uncertain() -> None:
    service = np.array([[0.9], [0.9]]) + np.zeros((2, 20))
    found = frontier(["steady", "wild"], service, np.stack([np.zeros(20), noise(20) - noise(20).mean() + 0.1]))
    assert 0.1 < min(each.chance for each in found) < max(each.chance for each in found) < 0.9


def test_equals_do_not_beat_each_other() -> None:
    same = np.ones((2, 3))
    assert all(each.efficient for each in frontier(["a", "b"], same, same))
