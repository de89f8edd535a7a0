"""Forecasts of what was seen: by hand, and beside those of statsmodels 0.15 with the same weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.rules.forecast import METHODS, LeadTimes, as_used, forecast, smoothed, stock_out_chance
from sim.scenario.planning import Forecast

SEEN = np.array([12, 15, 9, 20, 14, 18, 10, 24, 17, 20, 13, 27, 19, 25, 14, 30, 22, 26, 18, 33], dtype=float)
RARE = np.array([0, 0, 3, 0, 0, 0, 1, 0, 4, 0], dtype=float)


def mean(method: str, counts: Any = SEEN, *, ahead: int = 1, **stated: Any) -> float:
    return forecast(Forecast(method=method, **stated), np.asarray(counts, dtype=float), ahead=ahead).mean


def winters(seasons: str, ahead: int) -> float:
    stated = {"alpha": 0.3, "beta": 0.1, "gamma": 0.2, "season": 4, "seasons": seasons}
    return mean("holt_winters", ahead=ahead, **stated)


def test_a_naive_forecast_is_the_last_period() -> None:
    assert mean("naive") == 33


def test_a_moving_average_looks_at_the_last_periods_only() -> None:
    assert mean("moving_average", window=3) == pytest.approx((26 + 18 + 33) / 3)


def test_a_moving_average_takes_what_there_is() -> None:
    assert mean("moving_average", [4, 8], window=28) == 6


def test_smoothing_by_hand() -> None:
    assert mean("ses", [10, 20, 40], alpha=0.5) == 0.5 * 40 + 0.25 * 20 + 0.25 * 10


def test_smoothing_is_that_of_statsmodels() -> None:
    assert smoothed(SEEN, 0.3) == pytest.approx(25.11155286, abs=1e-8)


@pytest.mark.parametrize(
    ("seasons", "by_step"),
    [
        ("additive", (24.81175009, 28.82333268, 21.42014327)),
        ("multiplicative", (24.09692775, 29.69415161, 18.24658013)),
    ],
)
def test_trend_and_season_are_those_of_statsmodels(seasons: str, by_step: tuple[float, ...]) -> None:
    for ahead in (1, 2, 3):
        assert winters(seasons, ahead) == pytest.approx(sum(by_step[:ahead]) / ahead, abs=1e-8)


@pytest.mark.parametrize(("seasons", "error"), [("additive", 1.3646231010812806), ("multiplicative", 1.6413567959)])
def test_the_spread_with_trend_and_season_is_that_of_the_errors(seasons: str, error: float) -> None:
    plan = Forecast(method="holt_winters", alpha=0.3, beta=0.1, gamma=0.2, season=4, seasons=seasons)
    assert forecast(plan, SEEN, ahead=1).spread == pytest.approx(error, abs=1e-8)


@pytest.mark.parametrize("seasons", ["additive", "multiplicative"])
def test_a_season_that_repeats_itself_is_forecast_without_error(seasons: str) -> None:
    plan = Forecast(method="holt_winters", season=4, seasons=seasons)
    found = forecast(plan, np.tile([5.0, 10.0, 15.0, 10.0], 7), ahead=4)
    assert found == (pytest.approx(10), pytest.approx(0))


def test_without_two_seasons_it_is_smoothing() -> None:
    assert mean("holt_winters", SEEN[:13], season=7) == mean("ses", SEEN[:13])


def test_a_dead_product_has_no_season() -> None:
    assert mean("holt_winters", np.zeros(20), season=4) == 0


def test_periods_without_demand_make_seasons_that_are_added() -> None:
    lumpy = np.tile([0.0, 10.0, 15.0, 10.0], 5)
    plan = {"season": 4, "ahead": 4}
    assert mean("holt_winters", lumpy, seasons="multiplicative", **plan) == 35 / 4
    assert mean("holt_winters", np.append(lumpy, 9.0), seasons="multiplicative", **plan) < 12


def test_a_collapse_leaves_no_season_out_of_proportion() -> None:
    falling = np.array([90.0, 80, 85, 75, 9, 8, 8, 7, 1, 1, 1, 1, 1, 2, 1, 1])
    assert 0 <= mean("holt_winters", falling, season=4, beta=0.9, alpha=0.9, ahead=8) < 20


def test_a_falling_trend_stops_at_nothing() -> None:
    assert mean("holt_winters", np.arange(20.0, 0.0, -1), season=2, seasons="additive", ahead=90) == 0


def test_rare_demand_by_hand() -> None:
    """Croston: sizes 3, 1, 4 after gaps of 3, 4, 2 periods, each smoothed."""
    size, gap = (3 * 0.9 + 1 * 0.1) * 0.9 + 4 * 0.1, (3 * 0.9 + 4 * 0.1) * 0.9 + 2 * 0.1
    assert mean("croston", RARE, alpha=0.1) == pytest.approx(size / gap)
    assert mean("sba", RARE, alpha=0.1) == pytest.approx(0.95 * size / gap)


def test_nothing_wanted_so_far_is_nothing_to_come() -> None:
    assert mean("croston", np.zeros(9)) == 0


@pytest.mark.parametrize("method", METHODS)
def test_steady_demand_is_forecast_as_it_is(method: str) -> None:
    found = forecast(Forecast(method=method), np.full(40, 7.0), ahead=3)
    expected = 7 * 0.95 if method == "sba" else 7
    assert (found.mean, found.spread) == (pytest.approx(expected), pytest.approx(0))


def test_the_spread_is_that_of_the_window() -> None:
    found = forecast(Forecast(method="ses", window=3), np.array([99.0, 4, 6, 8]), ahead=1)
    assert found.spread == pytest.approx(2)


def test_planners_add_a_share_and_chance() -> None:
    plan = Forecast(bias=-0.1, noise=0.2)
    assert as_used(plan, 50, 0.5) == pytest.approx(45)
    assert as_used(plan, 50, 0.8413447460685429) == pytest.approx(55)
    assert as_used(plan, 50, 1e-9) == 0


def test_lead_times_are_smoothed() -> None:
    seen = LeadTimes(10, 4).after(20, 0.2)
    assert seen == (pytest.approx(12), pytest.approx(0.8 * (4 + 0.2 * 100)))


@pytest.mark.parametrize(("free", "chance"), [(100, 0.5), (120, 0.15865525), (80, 0.84134475), (140, 0.02275013)])
def test_a_stock_runs_out_as_a_normal_demand_says(free: int, chance: float) -> None:
    assert stock_out_chance(free, mean=100, spread=20) == pytest.approx(chance)


def test_certain_demand_runs_a_stock_out_or_not() -> None:
    assert (stock_out_chance(9, mean=10, spread=0), stock_out_chance(10, mean=10, spread=0)) == (1, 0)
