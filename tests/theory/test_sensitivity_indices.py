"""Morris and Sobol on the Ishigami function, whose indices are known, and beside another library."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import qmc

from experiments.analysis.morris import elementary_effects, morris
from experiments.analysis.regression import rank_regression
from experiments.analysis.sobol import Design, sobol
from sim.errors import ResultError

Floats = NDArray[np.float64]
NAMES = ("x1", "x2", "x3")
PROBLEM = {"num_vars": 3, "names": list(NAMES), "bounds": [[0, 1]] * 3}

VARIANCE = 7**2 / 8 + 0.1 * pi**4 / 5 + 0.1**2 * pi**8 / 18 + 0.5
FIRST = ((1 + 0.1 * pi**4 / 5) ** 2 / 2 / VARIANCE, 7**2 / 8 / VARIANCE, 0.0)
ALONE_WITH_3 = 0.1**2 * pi**8 * (1 / 18 - 1 / 50) / VARIANCE
TOTAL = (FIRST[0] + ALONE_WITH_3, FIRST[1], ALONE_WITH_3)


def ishigami(cube: Floats) -> Floats:
    x = pi * (2 * cube - 1)
    return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def saltelli(power: int) -> tuple[Floats, Floats, Floats]:
    both = qmc.Sobol(6, seed=1).random_base2(power)
    a, b = both[:, :3], both[:, 3:]
    return a, b, np.stack([np.where(np.arange(3) == column, b, a) for column in range(3)])


def outputs(power: int) -> Design:
    a, b, ab = saltelli(power)
    return Design(ishigami(a)[:, None], ishigami(b)[:, None], np.stack([ishigami(each) for each in ab])[:, :, None])


def trajectories(count: int) -> Floats:
    """Of four levels, factors in any order and any direction."""
    generator, points = np.random.default_rng(4), []
    for _ in range(count):
        here = generator.integers(0, 4, 3) / 3
        points.append(here)
        for factor in generator.permutation(3):
            here = here.copy()
            here[factor] += 2 / 3 if here[factor] < 0.5 else -2 / 3
            points.append(here)
    return np.array(points)


# Sobol


@pytest.fixture(scope="module")
def indices() -> Design:
    return outputs(11)


def test_sobol_indices_are_those_of_the_ishigami_function(indices: Design) -> None:
    found = sobol(NAMES, indices, resamples=2)
    assert [each.first.value for each in found] == pytest.approx(FIRST, abs=0.02)
    assert [each.total.value for each in found] == pytest.approx(TOTAL, abs=0.02)


def test_sobol_intervals_hold_the_known_indices(indices: Design) -> None:
    for each, first, total in zip(sobol(NAMES, indices, resamples=200), FIRST, TOTAL, strict=True):
        assert each.first.low <= first <= each.first.high
        assert each.total.low <= total <= each.total.high


def test_sobol_intervals_shrink_with_more_points(indices: Design) -> None:
    few, many = (sobol(NAMES, design, resamples=100)[0].total for design in (outputs(6), indices))
    assert many.high - many.low < (few.high - few.low) / 2


def test_sobol_indices_equal_those_of_salib(indices: Design) -> None:
    analyze = pytest.importorskip("SALib.analyze.sobol")
    columns = [indices.a, *indices.ab, indices.b]
    y = np.concatenate([column[:, 0] for column in columns]).reshape(5, -1).T.ravel()
    theirs = analyze.analyze(PROBLEM, y, calc_second_order=False, num_resamples=2, seed=1)
    ours = sobol(NAMES, indices, resamples=2)
    assert [each.total.value for each in ours] == pytest.approx(theirs["ST"], rel=1e-9)
    assert [each.first.value for each in ours] == pytest.approx(theirs["S1"], abs=0.005)  # it centres differently


def test_noise_between_replications_is_in_the_sobol_intervals() -> None:
    clean, noise = outputs(7), np.random.default_rng(2)
    noisy = Design(*(each + noise.normal(0, 6, (*each.shape[:-1], 3)) for each in (clean.a, clean.b, clean.ab)))
    widths = [sobol(NAMES, design, resamples=100)[0].first for design in (clean, noisy)]
    assert widths[1].high - widths[1].low > 1.3 * (widths[0].high - widths[0].low)


def test_a_result_that_does_not_vary_has_no_indices() -> None:
    flat = Design(np.ones((8, 1)), np.ones((8, 1)), np.ones((3, 8, 1)))
    assert not any(each.total.defined for each in sobol(NAMES, flat, resamples=5))


def test_sobol_refuses_matrices_that_are_no_power_of_two() -> None:
    with pytest.raises(ResultError, match="2, 4, 8"):
        Design(np.ones((6, 1)), np.ones((6, 1)), np.ones((3, 6, 1)))


# Morris


def test_morris_effects_of_a_plane_are_its_slopes() -> None:
    points = trajectories(6)
    assert elementary_effects(points, points @ [3.0, -2.0, 0.5]) == pytest.approx(np.tile([3.0, -2.0, 0.5], (6, 1)))


def test_morris_equals_salib_on_the_ishigami_function() -> None:
    analyze = pytest.importorskip("SALib.analyze.morris")
    points = trajectories(20)
    theirs = analyze.analyze(PROBLEM, points, ishigami(points), num_levels=4, seed=1)
    ours = morris(NAMES, points, ishigami(points), resamples=2)
    assert [each.mu.value for each in ours] == pytest.approx(theirs["mu"])
    assert [each.mu_star.value for each in ours] == pytest.approx(theirs["mu_star"])
    assert [each.sigma for each in ours] == pytest.approx(theirs["sigma"])


def test_morris_intervals_are_as_wide_as_those_of_salib() -> None:
    analyze = pytest.importorskip("SALib.analyze.morris")
    points = trajectories(40)
    theirs = analyze.analyze(PROBLEM, points, ishigami(points), num_resamples=1000, seed=1)
    for each, half in zip(morris(NAMES, points, ishigami(points)), theirs["mu_star_conf"], strict=True):
        assert (each.mu_star.high - each.mu_star.low) / 2 == pytest.approx(half, rel=0.15, abs=1e-9)


def test_morris_finds_interplay_only_where_the_ishigami_function_has_it() -> None:
    """The known effects on four levels: x1 and x3 work together; x2 stands alone and on these levels has one size."""
    first, second, third = morris(NAMES, trajectories(200), ishigami(trajectories(200)))
    assert min(first.sigma, third.sigma) > 2
    assert second.mu_star.value == pytest.approx(7 * 0.75 / (2 / 3), rel=1e-9)
    assert third.mu.low < 0 < third.mu.high


def test_morris_takes_the_mean_over_replications() -> None:
    points = trajectories(10)
    noise = np.random.default_rng(1).normal(0, 30, (len(points), 2))
    paired = ishigami(points)[:, None] + np.concatenate([noise, -noise], axis=1)
    found, plain = (morris(NAMES, points, seen, resamples=200) for seen in (paired, ishigami(points)))
    assert [each.mu.value for each in found] == pytest.approx([each.mu.value for each in plain])
    assert found[0].mu.high - found[0].mu.low > 1.5 * (plain[0].mu.high - plain[0].mu.low)


@pytest.mark.parametrize("points", [np.zeros((5, 3)), np.zeros((4, 3)), np.eye(4)[:, :3] * 2])
def test_morris_refuses_what_is_no_trajectory(points: Floats) -> None:
    with pytest.raises(ResultError, match="trajector"):
        morris(NAMES, points, np.zeros(len(points)))


# regression


def test_rank_regression_finds_signs_and_sizes_on_a_latin_hypercube() -> None:
    points = qmc.LatinHypercube(3, seed=3).random(128)
    found = rank_regression(NAMES, points, np.exp(3 * points[:, 0] - points[:, 1]))
    one, two, three = found.by_factor.values()
    assert one.value == pytest.approx(3 / 10**0.5, abs=0.05)
    assert two.value == pytest.approx(-1 / 10**0.5, abs=0.05)
    assert not three.decided
    assert found.explained.low > 0.9


def test_rank_regression_confesses_where_ranks_explain_little() -> None:
    points = qmc.LatinHypercube(3, seed=3).random(256)
    assert rank_regression(NAMES, points, ishigami(points)).explained.high < 0.5


def test_rank_regression_needs_more_points_than_factors() -> None:
    with pytest.raises(ResultError, match="too few"):
        rank_regression(NAMES, np.eye(3), np.arange(3.0))
