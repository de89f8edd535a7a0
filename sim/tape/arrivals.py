"""When the visits of one customer stream happen, and what those of a record bring with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.errors import TapeError
from sim.scenario.visits import HistoryVisits, PoissonVisits, RegularVisits, TraceVisits
from sim.tape.courses import Demand
from sim.tape.intensity import intensity_of, poisson_times
from sim.tape.streams import Stream
from sim.words import DAY

Integers = NDArray[np.int64]

MOST: Final = 100_000_000
"""Visits that one customer stream can have in one replication."""


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Visits in order of time; what is `None` is left to the customers' own laws."""

    time: Integers
    """Seconds from the start of the run."""
    units: Integers | None = None
    patience: Integers | None = None


Claim = Callable[[str], Stream]
"""Claims the stream of one attribute of these visits."""


def poisson(visits: PoissonVisits, demand: Demand, claim: Claim) -> Arrivals:
    """Visits by chance, more of them when demand is up."""
    intensity = intensity_of(visits.rate, demand)
    _affordable(intensity.total)
    length = demand.span.end - demand.span.start
    return Arrivals(poisson_times(intensity, length, claim("time").generator()))


def regular(visits: RegularVisits, demand: Demand) -> Arrivals:
    """Visits like clockwork, whatever the demand events say."""
    span = demand.span
    first = span.start if visits.first is None else visits.first
    _affordable((span.end - first) / visits.every)
    time = np.arange(first, span.end, visits.every, dtype=np.int64) - span.start
    return Arrivals(time[time >= 0])


def trace(visits: TraceVisits, demand: Demand) -> Arrivals:
    """The listed visits that fall into the run; those of the same second in the order of the list."""
    rows = np.array([_row(visit) for visit in visits.trace], dtype=np.int64).reshape(-1, 3)
    return _cut(rows[:, 0], demand, rows[:, 1], rows[:, 2])


def _row(visit: Any) -> tuple[int, int, int]:
    return visit.at, visit.units, visit.patience


def history(visits: HistoryVisits, demand: Demand, claim: Claim) -> Arrivals:
    """The order lines of one day of the past for each day of the run, each at some moment of that day.

    Where demand is up `m` times a line comes `m` times on average, at the same moment.
    """
    days = demand.span.days
    day, units = _lines_by_day(visits)
    begins = np.searchsorted(day, np.arange(visits.days + 1))
    past = _past_days(visits, days, claim("days"))
    count = np.diff(begins)[past]
    _affordable(count.sum())
    line = _runs(begins[past], count)
    within = claim("time").generator().random(len(line))
    time = np.repeat(days, count) * DAY + (within * DAY).astype(np.int64)
    copies = _copies(time, demand, claim("copies"))
    return _cut(np.repeat(time, copies), demand, np.repeat(units[line], copies))


def _lines_by_day(visits: HistoryVisits) -> tuple[Integers, Integers]:
    """Day and units of every single order line, in order of the day."""
    rows = np.array([(line.day, line.units, line.lines) for line in visits.history], dtype=np.int64)
    rows = rows.reshape(-1, 3)
    _affordable(rows[:, 2].sum())
    single = np.repeat(rows[:, :2], rows[:, 2], axis=0)
    single = single[np.argsort(single[:, 0], kind="stable")]
    return single[:, 0], single[:, 1]


def _past_days(visits: HistoryVisits, days: Integers, stream: Stream) -> Integers:
    """Which day of the history each day of the run takes."""
    if visits.how == "replay":
        return days % visits.days
    block = -(-visits.block // DAY)
    blocks = -(-len(days) // block)
    starts = (stream.generator().random(blocks) * visits.days).astype(np.int64)
    return _runs(starts, np.full(blocks, block))[: len(days)] % visits.days


def _runs(first: Integers, count: Integers) -> Integers:
    """`first, first + 1, ...` of each count, one run after the other."""
    before = np.cumsum(count) - count
    return np.repeat(first - before, count) + np.arange(count.sum())


def _copies(time: Integers, demand: Demand, stream: Stream) -> Integers:
    u = stream.generator().random(len(time))
    return np.floor(demand.factor(time.astype(np.float64)) + u).astype(np.int64)


def _affordable(expected: float) -> None:
    if expected > MOST:
        raise TapeError(
            f"{expected:.4g} visits are more than one tape can hold ({MOST:,} for each customer stream); "
            "lower the rate or shorten the run"
        )


def _cut(time: Integers, demand: Demand, units: Integers, patience: Integers | None = None) -> Arrivals:
    """What falls into the span, in order of time; `time` counts from day 0."""
    order = np.argsort(time, kind="stable")
    order = order[(time[order] >= demand.span.start) & (time[order] < demand.span.end)]
    return Arrivals(
        time[order] - demand.span.start, units[order], None if patience is None else patience[order]
    )


def arrivals_of(visits: Any, demand: Demand, claim: Claim) -> Arrivals:
    """The visits of one customer stream, however they come.

    Raises:
        TapeError: there would be more than `MOST` of them.
    """
    match visits:
        case PoissonVisits():
            return poisson(visits, demand, claim)
        case RegularVisits():
            return regular(visits, demand)
        case HistoryVisits():
            return history(visits, demand, claim)
        case _:
            return trace(visits, demand)
