"""Quantities that change in jumps: sorted columns of changes, their integrals and their levels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64

Rows = Int64 | slice
"""Some rows of a table, in their order."""

Column = tuple[Int64, NDArray[np.signedinteger[Any]]]
"""Instants in order and the change at each."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """Some time of a quantity that changes in jumps."""

    lengths: Int64
    """Seconds between two jumps."""
    levels: Int64
    """Value in these."""

    @property
    def integral(self) -> int:
        """Value times time, added up, in unit-seconds."""
        return int(self.lengths @ self.levels)

    @property
    def time_above_zero(self) -> int:
        """Seconds in which the value is above zero."""
        return int(self.lengths[self.levels > 0].sum())


@dataclass(frozen=True, eq=False)
class Steps:
    """A quantity that changes in jumps; all changes of one second are one jump."""

    before: int
    """Value before the first jump."""
    times: Int64
    """Instants of the jumps, strictly increasing."""
    values: Int64
    """Value from each instant on."""

    def at(self, instants: Int64) -> Int64:
        """Values at some instants, after the changes of those instants."""
        levels = np.concatenate(([self.before], self.values))
        return levels[np.searchsorted(self.times, instants, side="right")]

    def integral(self, start: int, end: int) -> int:
        """Value times time, added up over [start, end), in unit-seconds."""
        return self.over(start, end).integral

    def time_above_zero(self, start: int, end: int) -> int:
        """Seconds of [start, end) in which the value is above zero."""
        return self.over(start, end).time_above_zero

    def highest(self, start: int, end: int) -> int:
        """The highest value that holds for some time in [start, end), which must not be empty."""
        return int(self.over(start, end).levels.max())

    def over(self, start: int, end: int) -> Stretch:
        """The levels of [start, end)."""
        first = int(np.searchsorted(self.times, start, side="right"))
        last = int(np.searchsorted(self.times, end, side="left"))
        edges = np.concatenate(([start], self.times[first:last], [end]))
        levels = np.concatenate(([self.values[first - 1] if first else self.before], self.values[first:last]))
        return Stretch(np.diff(edges), levels)


@dataclass(frozen=True, eq=False)
class Jumps:
    """A quantity over time as columns of changes, each sorted by time but not merged with one another."""

    before: int
    """Value before the first change."""
    columns: tuple[Column, ...]

    def __add__(self, other: Jumps) -> Jumps:
        return Jumps(self.before + other.before, self.columns + other.columns)

    def __neg__(self) -> Jumps:
        return Jumps(-self.before, tuple((times, -changes) for times, changes in self.columns))

    def integral(self, start: int, end: int) -> int:
        """Value times time over [start, end) in unit-seconds; each change counts from its instant on."""
        return self.before * (end - start) + sum(_weight(column, start, end) for column in self.columns)

    def at(self, instants: Int64) -> Int64:
        """Values at some instants, after the changes of those instants; nothing is merged for these."""
        values = np.full(len(instants), self.before, dtype=np.int64)
        for times, changes in self.columns:
            upto = np.concatenate(([0], np.cumsum(changes, dtype=np.int64)))
            values += upto[np.searchsorted(times, instants, side="right")]
        return values

    def steps(self) -> Steps:
        """The same quantity with its changes merged."""
        times, changes = _merged(self.columns)
        last_of_second = np.append(times[1:] != times[:-1], np.ones(min(len(times), 1), dtype=bool))
        values = self.before + np.cumsum(changes, dtype=np.int64)
        return Steps(self.before, times[last_of_second], values[last_of_second])


def _weight(column: Column, start: int, end: int) -> int:
    times, changes = column
    until = int(np.searchsorted(times, end))
    return int((end - np.maximum(times[:until], start)) @ changes[:until].astype(np.int64, copy=False))


def _merged(columns: tuple[Column, ...]) -> Column:
    merged: Column = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    for column in sorted(columns, key=lambda column: len(column[0])):
        merged = _merge(column, merged)
    return merged


def _merge(one: Column, other: Column) -> Column:
    """Two sorted columns as one; changes of the same second may come in any order."""
    spots = np.searchsorted(one[0], other[0], side="right") + np.arange(len(other[0]))
    theirs = np.ones(len(one[0]) + len(other[0]), dtype=bool)
    theirs[spots] = False
    times = np.empty(len(theirs), dtype=np.int64)
    changes = np.empty(len(theirs), dtype=np.int64)
    times[spots], changes[spots] = other
    times[theirs], changes[theirs] = one
    return times, changes


def rows_by(keys: NDArray[np.signedinteger[Any]], count: int) -> tuple[Rows, ...]:
    """The rows with key 0, with key 1, ..., each in their old order; rows with a negative key are in none."""
    if count == 1 and not keys.any():
        return (slice(None),)
    small = keys.astype(np.int16, copy=False)
    order = np.argsort(small, kind="stable")
    bounds = np.searchsorted(small[order], np.arange(count + 1, dtype=np.int16))
    return tuple(order[start:end] for start, end in pairwise(bounds))
