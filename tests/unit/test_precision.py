"""Means, their intervals, and the replications a wanted precision takes."""

from __future__ import annotations

from math import inf, isnan, nan, sqrt

import numpy as np
import pytest

from sim.compare.precision import MOST_REPLICATIONS, estimate, needed, precise_after, running, t_quantile


def test_interval_is_students_t() -> None:
    mean = estimate(np.array([4.0, 6.0, 8.0, 10.0, 12.0]))
    assert mean.mean == 8
    assert mean.half_width == pytest.approx(2.776445105 * sqrt(10 / 5))  # t with 4 degrees of freedom at 97.5 %
    assert (mean.low, mean.high) == (mean.mean - mean.half_width, mean.mean + mean.half_width)


@pytest.mark.parametrize(
    ("n", "confidence", "expected"), [(2, 0.95, 12.706), (11, 0.95, 2.228), (31, 0.99, 2.750), (61, 0.9, 1.671)]
)
def test_t_quantile_matches_the_printed_table(n: int, confidence: float, expected: float) -> None:
    assert t_quantile(confidence, n=n) == pytest.approx(expected, abs=5e-4)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    samples = np.random.default_rng(5).normal(3, 2, size=(4000, 6))
    held = sum(
        abs(estimate(row, confidence=0.9).mean - 3) <= estimate(row, confidence=0.9).half_width for row in samples
    )
    assert abs(held / 4000 - 0.9) < 3.3 * sqrt(0.9 * 0.1 / 4000)  # false alarm 0.001


def test_undefined_values_are_left_out_and_not_counted_as_zero() -> None:
    assert estimate(np.array([2.0, nan, 4.0])) == estimate(np.array([2.0, 4.0]))
    assert estimate(np.array([2.0, nan, 4.0])).n == 2


def test_one_value_has_a_mean_and_no_interval() -> None:
    mean = estimate(np.array([nan, 7.0]))
    assert (mean.mean, mean.n) == (7.0, 1)
    assert isnan(mean.half_width)


def test_nothing_defined_gives_nothing() -> None:
    mean = estimate(np.array([nan, nan]))
    assert isnan(mean.mean)
    assert mean.n == 0


def test_equal_values_have_no_spread_at_all() -> None:
    assert estimate(np.full(7, 0.1)).half_width == 0


def test_needed_is_the_first_number_that_is_enough() -> None:
    n = needed(10.0, half_width=2.0)
    assert n is not None
    assert t_quantile(0.95, n=n) * 10 / sqrt(n) < 2 <= t_quantile(0.95, n=n - 1) * 10 / sqrt(n - 1)


def test_two_replications_are_the_fewest() -> None:
    assert needed(0.0, half_width=1.0) == 2


@pytest.mark.parametrize(("sd", "half_width"), [(1.0, 0.0), (nan, 1.0), (1.0, 1e-9), (inf, 1.0)])
def test_hopeless_precision_is_told_as_such(sd: float, half_width: float) -> None:
    assert needed(sd, half_width=half_width) is None


def test_the_last_number_that_counts_is_reachable() -> None:
    edge = t_quantile(0.95, n=MOST_REPLICATIONS) / sqrt(MOST_REPLICATIONS)
    assert needed(1.0, half_width=edge * (1 + 1e-9)) == MOST_REPLICATIONS


def test_running_ends_at_the_whole_sample() -> None:
    values = np.array([3.0, nan, 5.0, 4.0, 9.0])
    means, halves = running(values)
    assert (means[-1], halves[-1]) == (estimate(values).mean, estimate(values).half_width)
    assert list(halves[:2]) == [inf, inf]


def test_precise_after_looks_ahead_before_it_trusts_an_early_calm() -> None:
    values = np.array([5.0, 5.0, 5.0, 9.0, 1.0, *([5.0, 6.0] * 40)])
    assert precise_after(values, half_width=0.5, look_ahead=0) == 2
    later = precise_after(values, half_width=0.5, look_ahead=5)
    assert later is not None
    assert (running(values)[1][later - 1 : later + 5] <= 0.5).all()
    assert later > 5


def test_precise_after_admits_that_it_cannot_tell() -> None:
    assert precise_after(np.array([1.0, 9.0, 1.0, 9.0]), half_width=0.1) is None
