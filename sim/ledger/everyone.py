"""The visits of the tape and the returns as one table, in the order of `VisitRows`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int8, Int32, Int64, Ledger
from sim.words import Fate

Column = NDArray[np.signedinteger[Any]]
Number = TypeVar("Number", bound=np.signedinteger[Any])


class VisitColumns(Protocol):
    """What a reader of ledgers must know of the visits; the tape's own visits fit."""

    @property
    def time(self) -> Int64:
        """Instant of each visit, in order."""

    @property
    def stream(self) -> NDArray[np.int16]:
        """Position of its stream in `world.customers`."""

    @property
    def units(self) -> Int32:
        """Units wanted."""

    @property
    def patience(self) -> Int32:
        """Longest accepted wait in seconds."""

    @property
    def member(self) -> NDArray[np.int32] | None:
        """Which member of the panel came, -1 for a new visitor; `None` when nobody is known."""

    @property
    def extra(self) -> NDArray[np.bool_] | None:
        """Visits beyond the stated rate; `None` when there are none."""


def away(fate: Int8) -> NDArray[np.bool_]:
    """Whether a visitor never met the shelf."""
    return (fate >= Fate.ABSENT) & (fate <= Fate.NO_INTENT)


@dataclass(frozen=True, eq=False)
class Everyone:
    """All visits: one entry per row of `VisitRows`. Without returns every column is the tape's own."""

    ledger: Ledger
    tape: VisitColumns

    @cached_property
    def count(self) -> int:
        """Visits on the tape; rows from here on are returns."""
        return len(self.tape.time)

    @cached_property
    def time(self) -> Int64:
        """Instant of each visit; in order within the tape's, and within the returns."""
        return self._longer(self.tape.time, self.ledger.returns.time)

    @cached_property
    def stream(self) -> NDArray[np.int16]:
        """Position of its stream in `world.customers`."""
        return self._longer(self.tape.stream, self._of_wish(self.tape.stream))

    @cached_property
    def units(self) -> Int32:
        """Units wanted; by a return those still wanted."""
        return self._longer(self.tape.units, self.ledger.returns.units)

    @cached_property
    def ordered(self) -> Int32:
        """Units ordered: those wanted, or more out of fear that there will be none."""
        if not len(self.ledger.sizes):
            return self.units
        ordered, sizes = self.units.copy(), self.ledger.sizes
        ordered[sizes.visit] = self.ledger.visits.now[sizes.visit] + sizes.units
        return ordered

    @cached_property
    def patience(self) -> Int32:
        """Longest accepted wait in seconds."""
        return self._longer(self.tape.patience, self._of_wish(self.tape.patience))

    def wish(self, rows: NDArray[np.integer[Any]]) -> NDArray[Any]:
        """The row on the tape where the wish of each of these visits first came."""
        returns = self.ledger.returns
        if not len(returns):
            return rows
        return np.where(rows < self.count, rows, returns.intent[np.maximum(rows - self.count, 0)])

    @cached_property
    def last(self) -> Int64:
        """By wish: its last visit, which decides what became of it."""
        last = np.arange(self.count, dtype=np.int64)
        last[self.ledger.returns.intent] = self.count + np.arange(len(self.ledger.returns), dtype=np.int64)
        return last

    @cached_property
    def away(self) -> Int64:
        """Visits that never met the shelf; those returns are among them that found a new price too high."""
        return np.flatnonzero(away(self.ledger.visits.fate))

    @cached_property
    def unsent(self) -> NDArray[np.bool_]:
        """Whether a visit bought all it wanted at once, but its parcel had not left by the close."""
        unsent: NDArray[np.bool_] = (self.ledger.visits.fate == Fate.PENDING) & (self.ledger.visits.hi < 0)
        return unsent

    def joined(self, fate: Int8, hi: Int32) -> Int64:
        """The rows that waited in the backlog.

        Not those who were cancelled before a promise was made, or whose parcel just had not left by the close.
        """
        rows = np.flatnonzero(fate >= Fate.FULFILLED)
        some = fate[rows]
        promised = ((some != Fate.SELLER_CANCELLED) & (some != Fate.PENDING)) | (hi[rows] >= 0)
        kept: Int64 = rows[~away(some) & promised]
        return kept

    def split(self, rows: Int64) -> tuple[Int64, Int64]:
        """Increasing rows as those of the tape and those of returns."""
        first = int(np.searchsorted(rows, self.count))
        return rows[:first], rows[first:]

    def _of_wish(self, column: NDArray[Number]) -> NDArray[Number]:
        taken: NDArray[Number] = column[self.ledger.returns.intent]
        return taken

    def _longer(self, column: NDArray[Number], more: Column) -> NDArray[Number]:
        return np.concatenate((column, more.astype(column.dtype))) if len(more) else column
