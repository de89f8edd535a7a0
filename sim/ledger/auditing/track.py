"""The history of one stock, rebuilt: everything that touched it, in its one total order, with the levels between."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
_WIDE: Final = 2**32
LAST: Final = _WIDE - 1
"""More than any `seq`: that of a visit, which comes after all facts that had as many visits before them."""


def places(came: Int64, seq: Int64 | int) -> Int64:
    """Facts in their one total order: more for a later one, from the visits before it and its `seq`."""
    return came * _WIDE + seq


class What(IntEnum):
    """What touched a stock."""

    VISIT = 0
    PLACED = 1
    """It ordered."""
    CLAIMED = 2
    """Another warehouse ordered from it."""
    GRANTED = 3
    LEFT = 4
    """A waiting customer gave up."""
    POSTED = 5
    ISSUED = 6
    TRIMMED = 7
    """A customer gave back units ordered for fear alone."""
    SWAPPED = 8
    """Somebody took units as a substitute."""
    CANCELLED = 9
    """It cancelled an order."""
    WITHDRAWN = 10
    """Another warehouse cancelled an order that waited here."""
    TOLD = 11
    """A waiting customer agreed to a new promise."""
    LOST = 12
    """One of its orders was lost."""
    CROSSED = 13
    """Units of an order were posted at the dock, for those who wait."""
    SLIPPED = 14
    """One of its two books changed by itself, or something else went wrong with it."""


@dataclass(frozen=True, eq=False)
class Entries:
    """Things of one kind that touched stocks; columns of equal length."""

    what: What
    row: Int64
    """Row in the table it comes from: visits, waits, moves or orders."""
    stock: Int64
    came: Int64
    """Visits before it."""
    seq: Int64
    time: Int64
    hand: Int64
    """Change of units on hand."""
    backlog: Int64
    """Change of units waited for."""
    on_order: Int64
    """Change of units ordered and not posted."""


@dataclass(frozen=True, eq=False)
class Track:
    """One stock. Levels have one entry more than there are events: `i` before event `i`, `i + 1` after it."""

    what: Int64
    row: Int64
    came: Int64
    """Visits before each event."""
    seq: Int64
    time: Int64
    on_hand: Int64
    backlog: Int64
    on_order: Int64

    def __len__(self) -> int:
        return len(self.what)

    @property
    def position(self) -> Int64:
        """Inventory position: on hand and on order, less the backlog."""
        return self.on_hand + self.on_order - self.backlog

    @property
    def rests(self) -> Bools:
        """Events after which the shop has finished what it does at once: a later time or a visit follows."""
        last = np.ones(len(self), dtype=np.bool_)
        last[:-1] = (self.time[1:] != self.time[:-1]) | (self.what[1:] == What.VISIT)
        return last

    @cached_property
    def _key(self) -> Int64:
        return places(self.came, np.where(self.what == What.VISIT, LAST, self.seq))

    def before(self, came: Int64, seq: Int64 | int = LAST) -> Int64:
        """How many events come before each of some facts; before visits, if no `seq` is given."""
        number: Int64 = np.searchsorted(self._key, places(came, seq), side="left")
        return number

    def of(self, what: What) -> Int64:
        """Where in the track things of one kind are."""
        return np.flatnonzero(self.what == what)


def tracks_of(entries: list[Entries], opening: Int64) -> tuple[Track, ...]:
    """One track per stock, from everything that touched any."""
    what = np.repeat([int(e.what) for e in entries], [len(e.row) for e in entries])
    column = {
        name: np.concatenate([getattr(e, name) for e in entries])
        for name in ("row", "stock", "came", "seq", "time", "hand", "backlog", "on_order")
    }
    order = np.lexsort((column["seq"], what == What.VISIT, column["came"], column["stock"]))
    edges = np.searchsorted(column["stock"][order], np.arange(len(opening) + 1))
    return tuple(
        _track(what, column, order[edges[stock] : edges[stock + 1]], int(opening[stock]))
        for stock in range(len(opening))
    )


def _track(what: Int64, column: dict[str, Int64], events: Int64, opening: int) -> Track:
    def level(name: str, start: int) -> Int64:
        return start + np.concatenate(([0], np.cumsum(column[name][events])))

    return Track(
        what=what[events],
        row=column["row"][events],
        came=column["came"][events],
        seq=column["seq"][events],
        time=column["time"][events],
        on_hand=level("hand", opening),
        backlog=level("backlog", 0),
        on_order=level("on_order", 0),
    )
