"""The part of the ledger's door for facts that most runs do not have."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import fields
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.ledger.tables import (
    AnyTable,
    BackRows,
    CancelRows,
    ContactRows,
    DateRows,
    NoticeRows,
    RegardRows,
    ReturnRows,
    ReviewRows,
    SizeRows,
    SwapRows,
    Table,
)
from sim.ledger.work_tables import (
    AlarmRows,
    CountRows,
    DirectRows,
    DockRows,
    ForecastRows,
    LostRows,
    ParcelRows,
    PurposeRows,
    RecordRows,
    ShortRows,
    StageRows,
)
from sim.words import Answer, Loss, Notice, Purpose, Return, Slip, Stage

_KINDS: Final[tuple[type[Table], ...]] = (
    ReturnRows, SwapRows, SizeRows, NoticeRows, DateRows, CancelRows, RegardRows, ReviewRows, ContactRows, BackRows,
    StageRows, LostRows, ShortRows, RecordRows, CountRows, ForecastRows, AlarmRows, ParcelRows, DockRows, DirectRows,
    PurposeRows,
)  # fmt: skip
_WIDTH: Final = MappingProxyType({kind: len(fields(kind)) for kind in _KINDS})
_SORTED: Final = (RegardRows, ReviewRows, BackRows)
"""Tables written when their facts are asked for, and put in order of time at the end."""


class MoreFacts:
    """Collects the rows of the optional tables."""

    def __init__(self, stamp: Callable[[], tuple[int, int]]) -> None:
        self._stamp = stamp
        """The next `seq`, and `seen`."""
        self._rows: dict[type[Table], array[int]] = {kind: array("q") for kind in _KINDS}

    def returned(self, *, time: int, intent: int, before: int, cause: Return, units: int) -> int:
        """Somebody comes again for the same wish; the number of the return."""
        return self._append(ReturnRows, *self._stamp(), time, intent, before, cause, units)

    def swapped(self, visit: int, *, time: int, stock: int, units: int) -> None:
        """A visitor takes another product instead."""
        self._append(SwapRows, *self._stamp(), time, visit, stock, units)

    def sized(self, visit: int, *, units: int) -> None:
        """A visitor orders more than wanted."""
        self._append(SizeRows, visit, units)

    def noticed(
        self, visit: int, kind: Notice, *, time: int, lo: int = -1, hi: int = -1, answer: Answer = Answer.NONE
    ) -> None:
        """The shop sees or says something; `lo` and `hi` in seconds after `time`."""
        self._append(NoticeRows, *self._stamp(), time, visit, kind, lo, hi, answer)

    def redated(self, order: int, *, time: int, confirmed: int) -> None:
        """A supply order on its way has a new date."""
        self._append(DateRows, *self._stamp(), time, order, confirmed)

    def cancelled(self, order: int, *, time: int) -> None:
        """A supply order is cancelled before it leaves."""
        self._append(CancelRows, *self._stamp(), time, order)

    def regarded(self, rows: array[int]) -> None:
        """Experiences changed the regard of members: for each the time, member, visit, cause, change and regard after.

        They are many and nothing depends on when they are written, so they come all at once.
        """
        self._rows[RegardRows].extend(rows)

    def reviewed(self, visit: int, *, time: int, stars: int) -> None:
        """A customer wrote a review; in tenths of stars."""
        self._append(ReviewRows, time, visit, stars)

    def asked(self, visit: int, *, time: int) -> int:
        """A customer asks support; the row of the contact."""
        return self._append(ContactRows, time, visit, -1, -1)

    def answered(self, contact: int, *, start: int, end: int) -> None:
        """Support answers a contact."""
        first = contact * _WIDTH[ContactRows]
        self._rows[ContactRows][first + 2], self._rows[ContactRows][first + 3] = start, end

    def sent_back(self, visit: int, *, time: int, units: int) -> None:
        """A customer sends goods back."""
        self._append(BackRows, time, visit, units)

    def reached(self, order: int, stage: Stage, *, time: int, fee: int = 0) -> None:
        """A supply order reached a stage of its way; the fee in hundredths of money."""
        self._append(StageRows, order, stage, time, fee)

    def meant(self, order: int, purpose: Purpose) -> None:
        """A supply order was placed that the replenishment rule did not ask for."""
        self._append(PurposeRows, order, purpose)

    def lost(self, order: int, loss: Loss, *, time: int) -> None:
        """A supply order will never come."""
        self._append(LostRows, *self._stamp(), time, order, loss)

    def came(self, order: int, *, came: int, rejected: int) -> None:
        """A supply order came with other units than ordered."""
        self._append(ShortRows, order, came, rejected)

    def slipped(
        self, stock: int, kind: Slip, *, time: int, physical: int = 0, record: int = 0, about: int = -1
    ) -> None:
        """The two books of a stock changed, or something else went wrong with it."""
        self._append(RecordRows, *self._stamp(), time, stock, kind, physical, record, about)

    def counted(self, stock: int, *, time: int, units: int) -> None:
        """A stock was counted."""
        self._append(CountRows, *self._stamp(), time, stock, units)

    def forecast(
        self, stock: int, *, time: int, demand: tuple[int, int], lead: tuple[int, int], levels: tuple[int, int, int]
    ) -> None:
        """Planners looked again: mean and spread of a day's demand, of the lead time; reorder, up_to and lot."""
        self._append(ForecastRows, *self._stamp(), time, stock, *demand, *lead, *levels)

    def alarmed(self, stock: int, *, time: int, chance: int) -> None:
        """A stock will probably run out before its next receipt; the chance in millionths."""
        self._append(AlarmRows, time, stock, chance)

    def parcel(self, visit: int, *, stock: int, units: int, ready: int, crossed: bool = False) -> int:
        """Units of an order wait to be picked; the row of the parcel."""
        return self._append(ParcelRows, visit, stock, units, ready, -1, -1, int(crossed))

    def picked(self, parcel: int, *, time: int) -> None:
        """A parcel was picked."""
        self._rows[ParcelRows][parcel * _WIDTH[ParcelRows] + 4] = time

    def shipped(self, parcel: int, *, time: int) -> None:
        """A parcel left for the customer."""
        self._rows[ParcelRows][parcel * _WIDTH[ParcelRows] + 5] = time

    def docked(self, order: int, *, arrived: int) -> int:
        """A receipt is at the dock of a warehouse with stations; the row of it."""
        return self._append(DockRows, order, arrived, -1, -1)

    def unloaded(self, row: int, *, time: int) -> None:
        """A receipt was unloaded."""
        self._rows[DockRows][row * _WIDTH[DockRows] + 2] = time

    def put_away(self, row: int, *, time: int) -> None:
        """A receipt was put away."""
        self._rows[DockRows][row * _WIDTH[DockRows] + 3] = time

    def sent_direct(self, visit: int, *, time: int, units: int, supplier: int, delivered: int) -> None:
        """A supplier takes over a backorder."""
        self._append(DirectRows, *self._stamp(), time, visit, units, supplier, delivered)

    def since(self, kind: type[Table], row: int) -> NDArray[np.int64]:
        """Rows of one table from a row on, as they are so far."""
        width = _WIDTH[kind]
        return np.array(self._rows[kind][row * width :], dtype=np.int64).reshape(-1, width)

    def table(self, kind: type[AnyTable]) -> AnyTable:
        """All rows of one table, frozen."""
        rows = np.asarray(self._rows[kind], dtype=np.int64).reshape(-1, _WIDTH[kind])
        if kind in _SORTED:
            rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
        columns: list[Any] = [np.ascontiguousarray(column) for column in rows.T]
        for column in columns:
            column.flags.writeable = False
        return kind(*columns)

    def _append(self, kind: type[Table], *values: int) -> int:
        rows = self._rows[kind]
        rows.extend(values)
        return len(rows) // _WIDTH[kind] - 1
