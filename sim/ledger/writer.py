"""The one door into the ledger: the model writes facts here while it runs."""

from __future__ import annotations

from array import array
from dataclasses import fields
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import OPTIONAL, Ledger, MoveRows, OrderRows, VisitRows, WaitRows
from sim.ledger.more import MoreFacts
from sim.ledger.tables import Terms
from sim.words import Exit, Fate, Move, Return, Wait

NOT_YET = -1
_ORDER = 12
"""Numbers in the row of one supply order."""
_FILLED, _LEFT, _CONFIRMED, _ARRIVED, _POSTED = range(7, 12)
"""Where the row of a supply order holds what comes after its placing."""


class LedgerWriter:
    """Collects facts in order; `seal` turns them into a frozen ledger.

    Every visit starts as served at once from the shelf, so the common case writes nothing. The columns of visits
    are written through their memory views, which take a number in a third of the time that NumPy asks; the other
    tables grow row by row in flat arrays.
    """

    def __init__(self, units: NDArray[np.int32], delivery: NDArray[np.int32]) -> None:
        n = len(units)
        self.seen = 0
        """Number of visits walked so far."""
        self._seq = 0
        self._visits = VisitRows(
            fate=np.full(n, Fate.SERVED, dtype=np.int8),
            exit=np.full(n, Exit.NONE, dtype=np.int8),
            lo=np.full(n, -1, dtype=np.int32),
            hi=np.full(n, -1, dtype=np.int32),
            ended=delivery.astype(np.int32),
            now=units.astype(np.int32),
        )
        self._look()
        self._tape_visits = n
        self._returns = 0
        self.terms = Terms()
        """What the shop agrees with all who wait."""
        self.more = MoreFacts(lambda: (self._next(), self.seen))
        """The door for facts that most runs do not have."""
        self._waits = array("q")
        self._moves = array("q")
        self._orders = array("q")

    def _look(self) -> None:
        self._fate, self._exit = self._visits.fate.data, self._visits.exit.data
        self._lo, self._hi = self._visits.lo.data, self._visits.hi.data
        self._ended, self._now = self._visits.ended.data, self._visits.now.data

    def again(self, *, time: int, intent: int, before: int, cause: Return, units: int, delivery: int) -> int:
        """Somebody visits again for a wish of the tape, so far as one served at once; the number of the visit.

        Args:
            time: the instant.
            intent: the row of the wish on the tape.
            before: the visit it follows.
            cause: why.
            units: how many are wanted now.
            delivery: seconds from buying to delivery.
        """
        visit = self._tape_visits + self.more.returned(
            time=time, intent=intent, before=before, cause=cause, units=units
        )
        if visit == len(self._visits.fate):
            self._grow()
        self._returns += 1
        self._ended[visit], self._now[visit] = delivery, units
        return visit

    def _grow(self) -> None:
        """Make room for as many returns again, at least a thousand."""
        room = max(self._returns, 1024)
        blank = {"fate": Fate.SERVED, "exit": Exit.NONE, "lo": -1, "hi": -1, "ended": 0, "now": 0}
        old = {name: getattr(self._visits, name) for name in blank}
        self._visits = VisitRows(
            **{name: np.append(column, np.full(room, blank[name], column.dtype)) for name, column in old.items()}
        )
        self._look()

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

    def stayed_away(self, visit: int, fate: Fate) -> None:
        """A visit did not take place, or came to nothing before anything was asked for."""
        self._fate[visit], self._ended[visit], self._now[visit] = fate, 0, 0

    def waited(self, visit: int, event: Wait, *, time: int, units: int) -> None:
        """Something happened to a customer in the backlog."""
        self._waits.extend((self._next(), self.seen, time, visit, event, units))

    def moved(self, stock: int, event: Move, *, time: int, units: int, order: int) -> None:
        """Units came to or left a stock for a supply order."""
        self._moves.extend((self._next(), self.seen, time, stock, event, units, order))

    def placed(self, *, lane: int, number: int, stock: int, units: int, time: int) -> int:
        """A supply order was placed; returns its row."""
        row = len(self._orders) // _ORDER
        self._orders.extend((self._next(), self.seen, lane, number, stock, units, time, *(NOT_YET,) * 5))
        return row

    def filled(self, order: int, *, time: int) -> None:
        """The source has the units of an order."""
        self._orders[order * _ORDER + _FILLED] = time

    def left(self, order: int, *, time: int, confirmed: int) -> None:
        """An order left its source, confirmed for a date."""
        self._orders[order * _ORDER + _LEFT] = time
        self._orders[order * _ORDER + _CONFIRMED] = confirmed

    def confirmed(self, order: int, date: int) -> None:
        """An order is confirmed for a date before it leaves."""
        self._orders[order * _ORDER + _CONFIRMED] = date

    def arrived(self, order: int, *, time: int) -> None:
        """An order is at the dock."""
        self._orders[order * _ORDER + _ARRIVED] = time

    def posted(self, order: int, *, time: int) -> None:
        """The units of an order are available."""
        self._orders[order * _ORDER + _POSTED] = time

    def outcomes(self) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
        """Fate of every visit so far, and the seconds until it was settled."""
        used = self._tape_visits + self._returns
        return self._visits.fate[:used], self._visits.ended[:used]

    def met(self) -> tuple[NDArray[np.int8], NDArray[np.int32], NDArray[np.int32]]:
        """Fate of every visit, end of the window shown to it and units sold to it at once, so far.

        One who waits is written as served so far, with a window.
        """
        used = self._tape_visits + self._returns
        return self._visits.fate[:used], self._visits.hi[:used], self._visits.now[:used]

    def orders_since(self, row: int) -> NDArray[np.int64]:
        """Supply orders from a row on: lane, stock, units and when they were placed, one row each."""
        rows = np.array(self._orders[row * _ORDER :], dtype=np.int64).reshape(-1, _ORDER)
        return rows[:, [2, 4, 5, 6]]

    def posted_at(self, order: int) -> int:
        """When the units of an order became available; `NOT_YET` if they are not."""
        return self._orders[order * _ORDER + _POSTED]

    def seal(self, *, opening: list[int], closing: list[int], close: int) -> Ledger:
        """The ledger of everything written so far."""
        used = self._tape_visits + self._returns
        optional: dict[str, Any] = {name: self.more.table(kind) for name, kind in OPTIONAL.items()}
        return Ledger(
            opening=np.asarray(opening, dtype=np.int64),
            closing=np.asarray(closing, dtype=np.int64),
            visits=VisitRows(*(_frozen(getattr(self._visits, column.name)[:used]) for column in fields(VisitRows))),
            waits=WaitRows(*_columns(self._waits, "iiiibi")),
            moves=MoveRows(*_columns(self._moves, "qqqibiq")),
            orders=OrderRows(*_columns(self._orders, "qqiiiiqqqqqq")),
            close=close,
            terms=self.terms,
            **optional,
        )


_TYPES = MappingProxyType({"q": np.int64, "i": np.int32, "b": np.int8})


def _frozen(column: NDArray[Any]) -> NDArray[Any]:
    column.flags.writeable = False
    return column


def _columns(rows: array[int], types: str) -> list[NDArray[Any]]:
    table = np.asarray(rows, dtype=np.int64).reshape(-1, len(types))
    return [_frozen(column.astype(_TYPES[code])) for column, code in zip(table.T, types, strict=True)]
