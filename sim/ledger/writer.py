"""The one door into the ledger: the model writes facts here while it runs."""

from __future__ import annotations

from array import array
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Ledger, MoveRows, OrderRows, VisitRows, WaitRows
from sim.words import Exit, Fate, Move, Wait

NOT_YET = -1


class LedgerWriter:
    """Collects facts in order; `seal` turns them into a frozen ledger.

    Every visit starts as served at once from the shelf, so the common case writes nothing.
    """

    def __init__(self, units: NDArray[np.int32], delivery: NDArray[np.int32]) -> None:
        n = len(units)
        self.seen = 0
        """Number of visits walked so far."""
        self._seq = 0
        self._fate = np.full(n, Fate.SERVED, dtype=np.int8)
        self._exit = np.full(n, Exit.NONE, dtype=np.int8)
        self._lo = np.full(n, -1, dtype=np.int32)
        self._hi = np.full(n, -1, dtype=np.int32)
        self._ended = delivery.astype(np.int32)
        self._now = units.astype(np.int32)
        self._waits = tuple(array("q") for _ in range(6))
        self._moves = tuple(array("q") for _ in range(7))
        self._orders = tuple(array("q") for _ in range(12))

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    def sold(self, visit: int, *, now: int) -> None:
        """Part or nothing of a short visit was sold at once."""
        self._now[visit] = now

    def offered(self, visit: int, *, lo: int, hi: int) -> None:
        """A backorder was offered with this window, in seconds after the visit."""
        self._lo[visit], self._hi[visit] = lo, hi

    def settled(self, visit: int, fate: Fate, *, ended: int, exit: Exit = Exit.NONE) -> None:  # noqa: A002
        """A visit met its fate, `ended` seconds after it came."""
        self._fate[visit], self._ended[visit], self._exit[visit] = fate, ended, exit

    def waited(self, visit: int, event: Wait, *, time: int, units: int) -> None:
        """Something happened to a customer in the backlog."""
        row = (self._next(), self.seen, time, visit, event, units)
        for column, value in zip(self._waits, row, strict=True):
            column.append(value)

    def moved(self, stock: int, event: Move, *, time: int, units: int, order: int) -> None:
        """Units came to or left a stock for a supply order."""
        row = (self._next(), self.seen, time, stock, event, units, order)
        for column, value in zip(self._moves, row, strict=True):
            column.append(value)

    def placed(self, *, lane: int, number: int, stock: int, units: int, time: int) -> int:
        """A supply order was placed; returns its row."""
        row = (self._next(), self.seen, lane, number, stock, units, time) + (NOT_YET,) * 5
        for column, value in zip(self._orders, row, strict=True):
            column.append(value)
        return len(self._orders[0]) - 1

    def filled(self, order: int, *, time: int) -> None:
        """The source has the units of an order."""
        self._orders[7][order] = time

    def left(self, order: int, *, time: int, confirmed: int) -> None:
        """An order left its source, confirmed for a date."""
        self._orders[8][order], self._orders[9][order] = time, confirmed

    def arrived(self, order: int, *, time: int) -> None:
        """An order is at the dock."""
        self._orders[10][order] = time

    def posted(self, order: int, *, time: int) -> None:
        """The units of an order are available."""
        self._orders[11][order] = time

    def seal(self, *, opening: list[int], closing: list[int], close: int) -> Ledger:
        """The ledger of everything written so far."""
        return Ledger(
            opening=np.asarray(opening, dtype=np.int64),
            closing=np.asarray(closing, dtype=np.int64),
            visits=VisitRows(*map(_frozen, self._visit_columns())),
            waits=WaitRows(*_columns(self._waits, "qqqqbi")),
            moves=MoveRows(*_columns(self._moves, "qqqibiq")),
            orders=OrderRows(*_columns(self._orders, "qqiiiiqqqqqq")),
            close=close,
        )

    def _visit_columns(self) -> tuple[NDArray[np.generic], ...]:
        return self._fate, self._exit, self._lo, self._hi, self._ended, self._now


_TYPES = MappingProxyType({"q": np.int64, "i": np.int32, "b": np.int8})


def _frozen(column: NDArray[np.generic]) -> NDArray[np.generic]:
    column.flags.writeable = False
    return column


def _columns(columns: tuple[array[int], ...], types: str) -> list[NDArray[np.generic]]:
    pairs = zip(columns, types, strict=True)
    return [_frozen(np.array(column, dtype=_TYPES[code])) for column, code in pairs]
