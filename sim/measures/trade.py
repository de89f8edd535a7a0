"""Tables of what customers ordered, received and gave back, with money on every row."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64
from sim.measures.prices import Floats

Bools = NDArray[np.bool_]
Rows = TypeVar("Rows", bound="Columns")
NOBODY: Final = -1
"""In a column of rows: none."""


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns of one length."""

    def where(self: Rows, keep: NDArray[Any]) -> Rows:
        """Only some rows."""
        return type(self)(*(getattr(self, column.name)[keep] for column in fields(self)))

    def __len__(self) -> int:
        return len(next(iter(vars(self).values())))


def stacked(first: Rows, *others: Rows) -> Rows:
    """The rows of several tables, one table after the other."""
    parts = (first, *others)
    columns = ([getattr(part, column.name) for part in parts] for column in fields(first))
    return type(first)(*(np.concatenate(column) for column in columns))


@dataclass(frozen=True, eq=False)
class Parcels(Columns):
    """Units that went to customers; those sold at once from the tape's visits are added up by stream and span."""

    visit: Int64
    """The row of `VisitRows`; `NOBODY` for many together."""
    stock: Int64
    """Where they came from."""
    time: Int64
    """When they were sold or allocated; the start of the span for many together."""
    counts: Bools
    """Whether they belong to the window."""
    parcels: Int64
    """How many parcels these are."""
    orders: Int64
    """How many of them are the first of their order."""
    units: Int64
    price: Floats
    """Paid for all units."""
    cost: Floats
    """Of all units."""


@dataclass(frozen=True, eq=False)
class Orders(Columns):
    """Orders that were to wait, those cancelled before any promise among them."""

    visit: Int64
    stream: Int64
    stock: Int64
    time: Int64
    counts: Bools
    short: Int64
    """Units that were not there."""
    now: Int64
    """Units that were."""
    price: Floats
    """Of a unit, at order."""
    fate: Int64
    ended: Int64
    """Seconds to delivery, leaving or the close."""
    accepted: Bools
    """Whether a promise was accepted."""


@dataclass(frozen=True, eq=False)
class Releases(Columns):
    """How the units of these orders ended: allocated, given up, or (at the close) still waited for."""

    order: Int64
    """A row of `Orders`."""
    time: Int64
    units: Int64
    granted: Bools
    pending: Bools
    row: Int64
    """The row of `WaitRows`, or of `DirectRows`; `NOBODY` where none says it."""
    direct: Bools
    """Whether a supplier took the order over; these are granted too."""
