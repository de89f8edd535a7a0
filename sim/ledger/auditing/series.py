"""Demand as a planner saw it, period by period, and what each method of forecasting makes of it; read from the end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import stdev

import numpy as np

from sim.ledger.auditing.replay import Floats, Replay
from sim.ledger.auditing.track import Int64
from sim.scenario.planning import Forecast
from sim.scenario.world import World
from sim.tape.course import span_of
from sim.tape.courses import demand_of


def counts_of(replay: Replay, plan: Forecast) -> Floats:
    """Units by stock and period, of all periods that the run touches."""
    periods = replay.ledger.close // plan.period + 1
    totals = np.zeros(len(replay.stocks) * periods)
    for stock, time, units in _wishes(replay, plan):
        totals += np.bincount(stock * periods + time // plan.period, weights=units, minlength=len(totals))
    return totals.reshape(-1, periods)


def _wishes(replay: Replay, plan: Forecast) -> list[tuple[Int64, Int64, Int64]]:
    """Stock, instant and units of all that counts as demand."""
    orders, swaps, sold = replay.ledger.orders, replay.ledger.swaps, replay.ledger.visits.now.astype(np.int64)
    first = np.arange(len(replay.time)) < replay.everyone.count
    seen = {
        "sales": sold,
        "orders": sold + np.where(replay.accepted & (replay.ledger.visits.hi >= 0), replay.ordered, 0),
        "views": np.where(first & ~replay.away, replay.units, 0),
    }[plan.sees]
    claims = np.flatnonzero(replay.source_stock >= 0)
    claims = claims[claims >= len(replay.world.inbound)]
    found = [
        (replay.visit_stock, replay.time, seen),
        (replay.source_stock[claims], orders.placed[claims], orders.units[claims].astype(np.int64)),
    ]
    return found if plan.sees == "views" else [*found, (swaps.stock, swaps.time, swaps.units)]


@dataclass(frozen=True, eq=False)
class Lift:
    """By what demand events multiply the demand for a product."""

    world: World
    product: str
    planned: bool
    """Only those that the shop knows of."""

    def mean(self, start: int, end: int) -> float:
        """Mean multiplier between two instants of the run, by the trapezoidal rule."""
        calendar = self.world.calendar
        events = [event for event in self.world.demand if event.planned or not self.planned]
        course = demand_of(self.product, events, span_of(calendar))
        parts = 4 * max((end - start) // 3600, 24)
        values = course.factor(np.linspace(start, end, parts + 1) - calendar.warm_up)
        return float((values[:-1] + values[1:]).mean() / 2)


def expected(plan: Forecast, counts: Sequence[float], ahead: int) -> tuple[float, float]:
    """Mean and spread of a period as the method says, walking through what was seen."""
    spread = stdev(counts[-plan.window :])
    match plan.method:
        case "naive":
            return counts[-1], spread
        case "moving_average":
            last = counts[-plan.window :]
            return math.fsum(last) / len(last), spread
        case "croston" | "sba":
            return _rare(plan, counts), spread
        case "holt_winters" if len(counts) >= 2 * plan.season:
            return _winters(plan, counts, ahead)
    return _smooth(counts, plan.alpha), spread


def _smooth(values: Sequence[float], weight: float) -> float:
    level = values[0]
    for value in values[1:]:
        level += weight * (value - level)
    return level


def _rare(plan: Forecast, counts: Sequence[float]) -> float:
    size = gap = 0.0
    since = 0
    for count in counts:
        since += 1
        if count:
            size, gap = (
                (size + plan.alpha * (count - size), gap + plan.alpha * (since - gap)) if gap else (count, float(since))
            )
            since = 0
    per_period = size / gap if gap else 0.0
    return per_period * (1 - plan.alpha / 2 if plan.method == "sba" else 1)


def _winters(plan: Forecast, counts: Sequence[float], ahead: int) -> tuple[float, float]:
    """In the form of errors: level, trend and season move by shares of what the last forecast fell short of."""
    m, adds = plan.season, plan.seasons == "additive" or min(counts) == 0
    level = math.fsum(counts[:m]) / m
    trend = (math.fsum(counts[m : 2 * m]) / m - level) / m
    season = [count - level if adds else count / max(level, 1e-6) for count in counts[:m]]
    errors = []
    for k, count in enumerate(counts[m:], m):
        base, now = level + trend, season[k % m]
        errors.append(count - (base + now if adds else base * now))
        seen = errors[-1] if adds else count / max(now, 1e-6) - base
        new = base + plan.alpha * seen if adds else max(base + plan.alpha * seen, 1e-6)
        trend += plan.beta * (new - level - trend)
        fresh = count - base if adds else count / base if base > 1e-6 else now
        level, season[k % m] = new, now + plan.gamma * (fresh - now)
    to_come = [(level + h * trend, season[(len(counts) - 1 + h) % m]) for h in range(1, ahead + 1)]
    mean = math.fsum(base + now if adds else base * now for base, now in to_come) / ahead
    last = errors[-plan.window :]
    return max(mean, 0.0), math.sqrt(math.fsum(error**2 for error in last) / len(last))
