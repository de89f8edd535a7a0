"""What comes next: forecasts of demand per period from what was seen, of lead times, and of a stock running out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import NormalDist
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.scenario.planning import Forecast

Floats = NDArray[np.float64]
_LEAST: Final = 1e-6
"""A level below this has no season that multiplies it."""


class Expected(NamedTuple):
    """Demand to come."""

    mean: float
    """Units per period, the mean over the periods looked ahead."""
    spread: float
    """Standard deviation of the units of one period."""


def smoothed(values: Floats, alpha: float) -> float:
    """Simple exponential smoothing of a series, begun with its first value."""
    weights = alpha * (1 - alpha) ** np.arange(len(values) - 1, -1, -1, dtype=np.float64)
    weights[0] /= alpha
    return float(weights @ values)


def _naive(counts: Floats, _plan: Forecast, _ahead: int) -> float:
    return float(counts[-1])


def _moving_average(counts: Floats, plan: Forecast, _ahead: int) -> float:
    return float(counts[-plan.window :].mean())


def _ses(counts: Floats, plan: Forecast, _ahead: int) -> float:
    return smoothed(counts, plan.alpha)


def _croston(counts: Floats, plan: Forecast, _ahead: int) -> float:
    """Smoothed size of what is wanted per smoothed time between (Croston 1972)."""
    wanted = np.flatnonzero(counts)
    if not len(wanted):
        return 0.0
    gaps = np.diff(wanted, prepend=-1).astype(np.float64)
    return smoothed(counts[wanted], plan.alpha) / smoothed(gaps, plan.alpha)


def _sba(counts: Floats, plan: Forecast, ahead: int) -> float:
    """The same without its bias (Syntetos and Boylan 2005)."""
    return (1 - plan.alpha / 2) * _croston(counts, plan, ahead)


class _Winters(NamedTuple):
    """Where exponential smoothing with trend and season stands."""

    level: float
    trend: float
    seasons: tuple[float, ...]
    """Of the periods to come, the next first."""
    errors: tuple[float, ...]
    """What each forecast of one period ahead fell short of, the newest last."""

    def told(self, plan: Forecast, ahead: int) -> float:
        """The forecast of a period so far ahead, 1 for the next."""
        base, season = self.level + ahead * self.trend, self.seasons[(ahead - 1) % plan.season]
        return base + season if plan.seasons == "additive" else base * season

    def after(self, plan: Forecast, count: float) -> _Winters:
        """The same after one more period (Holt 1957, Winters 1960)."""
        base, season = self.level + self.trend, self.seasons[0]
        adds = plan.seasons == "additive"
        seen = count - season if adds else count / max(season, _LEAST)
        level = plan.alpha * seen + (1 - plan.alpha) * base
        newest = count - base if adds else count / base if base > _LEAST else season
        season = plan.gamma * newest + (1 - plan.gamma) * season
        return _Winters(
            level if adds else max(level, _LEAST),
            plan.beta * (level - self.level) + (1 - plan.beta) * self.trend,
            (*self.seasons[1:], season),
            (*self.errors[-plan.window + 1 :], count - self.told(plan, 1)),
        )


def _winters(counts: Floats, plan: Forecast) -> _Winters:
    """Begun with level and seasons of the first season and the trend to the second, then told of the others."""
    first, second = counts[: plan.season], counts[plan.season : 2 * plan.season]
    level = float(first.mean())
    shape = first - level if plan.seasons == "additive" else first / max(level, _LEAST)
    state = _Winters(level, float(second.mean() - level) / plan.season, tuple(shape.tolist()), ())
    for count in counts[plan.season :].tolist():
        state = state.after(plan, count)
    return state


def _with_season(counts: Floats, plan: Forecast, ahead: int) -> Expected:
    if not counts.all():
        plan = plan.model_copy(update={"seasons": "additive"})
    state = _winters(counts, plan)
    mean = math.fsum(state.told(plan, step) for step in range(1, ahead + 1)) / ahead
    errors = math.fsum(error * error for error in state.errors) / len(state.errors)
    return Expected(max(mean, 0.0), math.sqrt(errors))


METHODS: Final[Mapping[str, Callable[[Floats, Forecast, int], float]]] = MappingProxyType(
    {
        "naive": _naive,
        "moving_average": _moving_average,
        "ses": _ses,
        "holt_winters": _ses,
        "croston": _croston,
        "sba": _sba,
    }
)
"""Mean of each method that looks at what was seen; `holt_winters` so until it has seen two seasons."""


def forecast(plan: Forecast, counts: Floats, *, ahead: int) -> Expected:
    """Demand of a period to come.

    The spread is the standard deviation of the last `window` periods; with trend and season, of what the forecasts of
    these fell short of.

    Args:
        plan: the method and its parameters; not `oracle`.
        counts: units in each period seen, at least two of them.
        ahead: periods to look ahead, at least 1.
    """
    if plan.method == "holt_winters" and len(counts) >= 2 * plan.season:
        return _with_season(counts, plan, ahead)
    return Expected(METHODS[plan.method](counts, plan, ahead), float(counts[-plan.window :].std(ddof=1)))


def as_used(plan: Forecast, mean: float, uniform: float) -> float:
    """A forecast with what planners add to it: their bias, and chance by a uniform on [0, 1); never below 0."""
    chance = plan.noise * NormalDist().inv_cdf(max(uniform, 2.0**-54)) if plan.noise else 0.0
    return mean * max(1 + plan.bias + chance, 0.0)


class LeadTimes(NamedTuple):
    """What a shop makes of the lead times it saw, seconds."""

    mean: float
    variance: float

    def after(self, lead_time: int, alpha: float) -> LeadTimes:
        """The same after one more, of this weight (exponentially weighted mean and variance)."""
        off = lead_time - self.mean
        return LeadTimes(self.mean + alpha * off, (1 - alpha) * (self.variance + alpha * off * off))


def stock_out_chance(free: int, *, mean: float, spread: float) -> float:
    """Chance that a normal demand exceeds the units that are free."""
    if spread <= 0:
        return float(mean > free)
    return math.erfc((free - mean) / spread / math.sqrt(2)) / 2
