"""Tables of the ledger that stay empty unless a scenario asks for what they record.

As everywhere in the ledger, instants are whole seconds from the start of the run; `seq` and `seen` give one order to
all facts. A visit is a row of `VisitRows`: a row of the tape, or after those a return.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Int64 = NDArray[np.int64]
AnyTable = TypeVar("AnyTable", bound="Table")


_NEW: Final = MappingProxyType({"unless": "default"})
"""Marks a term that is told only where it is not what it was before there was such a term."""


@dataclass(frozen=True, repr=False)
class Terms:
    """What the shop agreed with all who wait; facts that put prices and dates on the others."""

    ahead: float = 1.0
    """Share of the price paid at order."""
    price_lock: bool = True
    """Whether those who wait pay the price of their order."""
    shipping: bool = False
    """Whether promises are of leaving the warehouse and not of delivery."""
    vague: bool = False
    """Whether no date was promised: nothing can break then."""
    mails_every: int = 0
    """Seconds between two status mails; 0 for none."""
    voucher: float = 0.0
    """Share of the price given back with each notice of a delay."""
    tracks: bool = False
    """Whether the shop follows its supply orders closely."""
    automated: bool = field(default=False, metadata=_NEW)
    """Whether the shop pays for systems that do what people would do."""
    pass_through: float = field(default=0.0, metadata=_NEW)
    """Share of a tariff on a unit that is put on its price."""

    def __repr__(self) -> str:
        told = (each for each in fields(self) if each.metadata != _NEW or getattr(self, each.name) != each.default)
        return f"Terms({', '.join(f'{each.name}={getattr(self, each.name)!r}' for each in told)})"


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of integers, all of one length."""

    def __len__(self) -> int:
        return len(next(iter(vars(self).values())))


@dataclass(frozen=True, eq=False)
class ReturnRows(Table):
    """Later visits for a wish that is on the tape; the k-th row is visit `len(tape.visits) + k`."""

    seq: Int64
    seen: Int64
    time: Int64
    intent: Int64
    """The wish: a row of the tape."""
    before: Int64
    """The visit it follows."""
    cause: Int64
    """A `Return`."""
    units: Int64
    """Units wanted now."""


@dataclass(frozen=True, eq=False)
class SwapRows(Table):
    """Purchases of another product instead, off its shelf, at the moment of the visit."""

    seq: Int64
    seen: Int64
    time: Int64
    visit: Int64
    stock: Int64
    """The stock that the substitute came from."""
    units: Int64


@dataclass(frozen=True, eq=False)
class SizeRows(Table):
    """Visits that ordered more than they wanted."""

    visit: Int64
    units: Int64
    """Units that they wait for; what they took at once is not among them."""


@dataclass(frozen=True, eq=False)
class NoticeRows(Table):
    """What the shop noticed or said."""

    seq: Int64
    seen: Int64
    time: Int64
    visit: Int64
    kind: Int64
    """A `Notice`."""
    lo: Int64
    """Start of the new window, seconds after `time`; -1 when there is none."""
    hi: Int64
    """End of the new window, likewise."""
    answer: Int64
    """An `Answer`."""


@dataclass(frozen=True, eq=False)
class DateRows(Table):
    """New dates for supply orders that have left."""

    seq: Int64
    seen: Int64
    time: Int64
    order: Int64
    """A row of `OrderRows`."""
    confirmed: Int64
    """The new confirmed date."""


@dataclass(frozen=True, eq=False)
class CancelRows(Table):
    """Supply orders that were cancelled before they left."""

    seq: Int64
    seen: Int64
    time: Int64
    order: Int64


@dataclass(frozen=True, eq=False)
class RegardRows(Table):
    """What members of the panel made of their experiences, in order of time for each member.

    Regard is the log of a member's visit rate as a multiple of the first one, in millionths.
    """

    time: Int64
    member: Int64
    visit: Int64
    """The visit that was the experience."""
    cause: Int64
    """A `Cause`."""
    change: Int64
    """Asked for by the delta table."""
    after: Int64
    """Regard after it, faded by time before and kept within its bounds."""


@dataclass(frozen=True, eq=False)
class ReviewRows(Table):
    """Reviews that customers wrote."""

    time: Int64
    visit: Int64
    stars: Int64
    """Tenths of stars."""


@dataclass(frozen=True, eq=False)
class ContactRows(Table):
    """Questions to customer support."""

    time: Int64
    visit: Int64
    answered: Int64
    """When somebody took it up; -1 if it was not answered by the close."""
    ended: Int64
    """When the answer was complete; -1 likewise."""


@dataclass(frozen=True, eq=False)
class BackRows(Table):
    """Goods that customers sent back."""

    time: Int64
    visit: Int64
    units: Int64


def no_rows(kind: type[AnyTable]) -> AnyTable:
    """An empty table."""
    return kind(*(np.empty(0, dtype=np.int64) for _ in fields(kind)))
