"""Laws of planning: when planners look, what they make of what they saw, and the levels that follow."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np

from sim.ledger.auditing.aims import Planned, planned
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.needs import suits
from sim.ledger.auditing.replay import Floats, Replay
from sim.ledger.auditing.series import Lift, counts_of, expected
from sim.scenario.calm import buyers, daily
from sim.scenario.planning import Forecast
from sim.scenario.policies import NoReplenishment, Periodic
from sim.scenario.ways import own_lane, planned_lead
from sim.words import DAY

_MILLION = 1_000_000


@dataclass(frozen=True, eq=False)
class Seat:
    """The planner of one stock."""

    plan: Planned
    counts: Floats
    """Units in each period of the run."""

    @property
    def replay(self) -> Replay:
        """The run."""
        return self.plan.replay

    @property
    def place(self) -> tuple[str, str]:
        """Warehouse and product."""
        return self.replay.stocks[self.plan.stock]

    @cached_property
    def calm(self) -> tuple[float, float]:
        """Mean and variance of a day as known at the start."""
        each = [daily(customers) for customers in buyers(self.replay.world, *self.place)]
        return sum(mean for mean, _ in each), sum(variance for _, variance in each)

    @cached_property
    def leads(self) -> tuple[tuple[int, float, float], ...]:
        """From when on they reckon with which mean and deviation of the lead time, seconds."""
        world, orders, levers = self.replay.world, self.replay.ledger.orders, self.replay.levers
        lane = own_lane(world, levers, *self.place)
        assert lane is not None
        mean, sd = planned_lead(world, lane)
        found = [(0, mean + world.warehouses[self.place[0]].receiving, sd)]
        mine = np.flatnonzero((orders.stock == self.plan.stock) & (orders.lane == lane) & (orders.posted >= 0))
        rows = mine[mine >= len(world.inbound)] if levers.plan.monitor else mine[:0]
        for posted, row in sorted(zip(orders.posted[rows].tolist(), rows.tolist(), strict=True)):
            weight = levers.plan.monitor.alpha if levers.plan.monitor else 0.0
            off = posted - int(orders.placed[row]) - found[-1][1]
            variance = (1 - weight) * (found[-1][2] ** 2 + weight * off**2)
            found.append((max(-(-posted // DAY), 1) * DAY, found[-1][1] + weight * off, math.sqrt(variance)))
        return tuple(found)

    def lead(self, at: int) -> tuple[float, float]:
        """Mean and deviation that they reckon with at an instant."""
        return next((mean, sd) for since, mean, sd in reversed(self.leads) if since <= at)

    def ahead(self, at: int) -> int:
        """Lead time and review period."""
        return round(self.lead(at)[0]) + (self.plan.rule.R if isinstance(self.plan.rule, Periodic) else 0)

    def forecasts(self, about: Forecast) -> list[int]:
        """When they forecast."""
        if about.every == "never":
            return []
        enough = 0 if about.method == "oracle" else 2
        return [at for at in range(about.every, self.replay.ledger.close, about.every) if at // about.period >= enough]

    def looks(self) -> list[int]:
        """When there is something new."""
        about = self.replay.levers.plan.forecast
        came = {since for since, _, _ in self.leads[1:] if since < self.replay.ledger.close}
        return sorted(came | set(self.forecasts(about) if about else ()))


def seats(replay: Replay) -> Iterator[Seat]:
    """Everybody who plans by what is seen."""
    about = replay.levers.plan.forecast
    if about is None and replay.levers.plan.monitor is None:
        return
    counts = counts_of(replay, about or Forecast())
    for plan in planned(replay):
        if not isinstance(plan.rule, NoReplenishment):
            yield Seat(plan, counts[plan.stock])


def _looks(replay: Replay) -> Iterator[Breach]:
    watched = list(seats(replay))
    rows = replay.ledger.forecasts
    for seat in watched:
        found, due = rows.time[seat.plan.looks].tolist(), seat.looks()
        if found != due:
            first = next((at for at in (*found, *due) if (at in found) != (at in due)), None)
            yield Breach(seat.plan.name, first, f"{len(found)} looks", f"{len(due)}")
    strangers = set(rows.stock.tolist()) - {seat.plan.stock for seat in watched}
    for stock in sorted(strangers):
        yield Breach(replay.name(stock), None, "a look", "none: nobody plans here")


def _demand(replay: Replay) -> Iterator[Breach]:
    rows, about = replay.ledger.forecasts, replay.levers.plan.forecast
    for seat in seats(replay):
        last = seat.calm[0], math.sqrt(seat.calm[1])
        numbers = {at: number for number, at in enumerate(seat.forecasts(about) if about else ())}
        for row in seat.plan.looks.tolist():
            at = int(rows.time[row])
            if about is not None and at in numbers:
                last = _forecast(seat, about, at, numbers[at])
            slack = 0.02 if about is not None and (about.events or about.method == "oracle") else 1e-9
            for name, value in zip(("mean", "spread"), last, strict=True):
                found = int(getattr(rows, name)[row])
                if abs(found - _MILLION * value) > 2 + slack * _MILLION * sum(last):
                    yield Breach(seat.plan.name, at, f"{name} {found / _MILLION:g} a day", f"{value:g}")


def _forecast(seat: Seat, about: Forecast, at: int, number: int) -> tuple[float, float]:
    """Mean and spread of a day, bias and noise included."""
    if about.method == "oracle":
        lift = _lift(seat, planned=False).mean(at, at + max(seat.ahead(at), about.period))
        mean, spread = seat.calm[0] * lift, math.sqrt(seat.calm[1] * lift)
    else:
        mean, spread = _from_periods(seat, about, at)
    chance = 0.0
    if about.noise:
        die = seat.replay.tape.stock_dice[seat.plan.stock]["noise"]
        chance = about.noise * NormalDist().inv_cdf(max(die(number), 2.0**-54))
    return mean * max(1 + about.bias + chance, 0.0), spread


def _from_periods(seat: Seat, about: Forecast, at: int) -> tuple[float, float]:
    counts, lift = seat.counts[: at // about.period].tolist(), 1.0
    if about.events:
        planned_only, period = _lift(seat, planned=True), about.period
        lifts = [planned_only.mean(k * period, (k + 1) * period) for k in range(len(counts))]
        counts = [count / by if by > 0 else count for count, by in zip(counts, lifts, strict=True)]
        lift = planned_only.mean(at, at + max(seat.ahead(at), period))
    mean, spread = expected(about, counts, max(-(-seat.ahead(at) // about.period), 1))
    return mean * lift * DAY / about.period, spread * math.sqrt(DAY / about.period)


def _lift(seat: Seat, *, planned: bool) -> Lift:
    return Lift(seat.replay.world, seat.place[1], planned)


def _lead_times(replay: Replay) -> Iterator[Breach]:
    rows = replay.ledger.forecasts
    for seat in seats(replay):
        for row in seat.plan.looks.tolist():
            at = int(rows.time[row])
            found = int(rows.lead_mean[row]), int(rows.lead_spread[row])
            due = seat.lead(at)
            if any(abs(told - value) > 1 for told, value in zip(found, due, strict=True)):
                yield Breach(seat.plan.name, at, f"lead time {found} s", f"({due[0]:.0f}, {due[1]:.0f}) s")


def _levels(replay: Replay) -> Iterator[Breach]:
    rows, about = replay.ledger.forecasts, replay.levers.plan.forecast
    frozen = about is not None and about.every == "never"
    for seat in seats(replay):
        looks = seat.plan.looks.tolist()
        for row in looks:
            told = int(rows.reorder[row]), int(rows.up_to[row]), int(rows.lot[row])
            if frozen:
                right = all(int(getattr(rows, name)[row]) == int(getattr(rows, name)[looks[0]]) for name in _LEVELS)
            else:
                right = suits(replay, seat.plan.stock, row, told)
            if not right:
                yield Breach(seat.plan.name, int(rows.time[row]), f"levels {told}", "those that its numbers call for")


_LEVELS = ("reorder", "up_to", "lot")

FORECASTS = (
    Law("looks", "Planners look when a forecast is due, or on the day after a lead time was seen, only.", _looks),
    Law(
        "forecast",
        "A forecast is what its method makes of the demand that the planner saw in the periods that were over, with "
        "bias and noise; between two forecasts it stays.",
        _demand,
    ),
    Law("lead time", "Planners reckon with the catalogue, or with the smoothed lead times of what came.", _lead_times),
    Law("levels", "Levels left to the planner are those that forecast and lead time call for.", _levels),
)
