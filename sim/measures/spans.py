"""Spans of a run that money is counted in: whole days from day 0, the time before it, and what is left over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64
from sim.ledger.steps import Jumps, Steps
from sim.scenario.world import World
from sim.words import DAY

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Spans:
    """The run cut at day 0, at every whole day after it, at the end of the window and at the close."""

    start: int
    """First instant of the window."""
    end: int
    """First instant after it."""
    close: int

    @classmethod
    def of(cls, world: World) -> Spans:
        """Those of a world's calendar."""
        calendar = world.calendar
        return cls(calendar.warm_up, calendar.warm_up + calendar.measure, calendar.close)

    @cached_property
    def edges(self) -> Int64:
        """Start of each span, and the close."""
        days = np.arange(self.start, self.close, DAY, dtype=np.int64)
        return np.unique(np.concatenate(([0], days, [self.end, self.close])))

    @property
    def starts(self) -> Int64:
        """Start of each span."""
        return self.edges[:-1]

    @cached_property
    def in_window(self) -> NDArray[np.bool_]:
        """Whether each span belongs to the window."""
        return self.within(self.starts)

    def within(self, times: Int64) -> NDArray[np.bool_]:
        """Whether instants belong to the window."""
        return (times >= self.start) & (times < self.end)

    def at(self, times: Int64) -> Int64:
        """The span that each instant belongs to."""
        return np.searchsorted(self.edges, times, side="right") - 1

    def __len__(self) -> int:
        return len(self.edges) - 1


@dataclass(frozen=True, eq=False)
class Amount:
    """Something that changes in jumps: its value at the start, and columns of instants in order with changes."""

    before: float
    columns: tuple[tuple[Int64, NDArray[Any]], ...]

    @classmethod
    def of(cls, jumps: Jumps) -> Amount:
        """A number of units."""
        return cls(jumps.before, jumps.columns)

    def integrals(self, edges: Int64) -> Floats:
        """Value times time in each span between neighbours of `edges`."""
        total = self.before * np.diff(edges)
        for times, changes in self.columns:
            if len(times):
                total = total + np.diff(_until(times, changes, edges))
        return total.astype(np.float64)


def open_by_day(level: Steps, start: int, days: int) -> Floats:
    """Share of each of some days from `start` on in which a level is above 0."""
    above = (level.values > 0).astype(np.int64)
    changes = np.diff(above, prepend=int(level.before > 0))
    edges = start + DAY * np.arange(days + 1, dtype=np.int64)
    return Amount(float(level.before > 0), ((level.times, changes),)).integrals(edges) / DAY


def _until(times: Int64, changes: NDArray[Any], edges: Int64) -> NDArray[Any]:
    """Each change times the time from it to each edge, added up over the changes before that edge."""
    places = np.concatenate(([0], np.searchsorted(times, edges)))
    change = np.cumsum(pieces(changes, places))
    moment = np.cumsum(pieces(changes * times, places))
    until: NDArray[Any] = edges * change - moment
    return until


def pieces(values: NDArray[Any], places: Int64) -> NDArray[Any]:
    """Sums of the values from each place to the next."""
    some = np.flatnonzero(np.diff(places))
    sums = np.zeros(len(places) - 1, dtype=np.result_type(values.dtype, np.int64))
    if len(some):
        sums[some] = np.add.reduceat(values[: places[-1]], places[some], dtype=sums.dtype)
    return sums
