"""The ledger: what happened in one replication under one policy, as columns of integers. Facts, never counts.

Instants are whole seconds from the start of the run. `seq` strictly increases over all tables together;
`seen` is the number of visits already walked when a fact was written, so that facts and visits have one
total order: a fact with `seen == n` comes after visit n - 1 and before visit n.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.ledger.tables import (
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
    Terms,
    no_rows,
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

Int8 = NDArray[np.int8]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


def wide(column: NDArray[np.signedinteger[Any]]) -> Int64:
    """A column in 64 bits, to reckon with."""
    return column.astype(np.int64)


@dataclass(frozen=True, eq=False)
class VisitRows:
    """One row per visit of the tape, in its order, then one per return, in the order of `ReturnRows`."""

    fate: Int8
    """A `Fate`."""
    exit: Int8
    """An `Exit`: where the customer went who left with less than wanted; else `NONE`."""
    lo: Int32
    """Start of the promised window, seconds after the visit; -1 when no backorder was offered."""
    hi: Int32
    """End of the promised window, seconds after the visit: the promise; -1 when no backorder was offered."""
    ended: Int32
    """Seconds after the visit at which its fate was settled: at delivery of the last unit (allocation plus
    picking and last mile) for SERVED and FULFILLED, 0 for those lost on arrival, the moment of leaving for
    RENEGED and CHANGED_MIND, the close of the run for PENDING."""
    now: Int32
    """Units sold at once from the shelf; the rest waited or was lost."""

    def __len__(self) -> int:
        return len(self.fate)


@dataclass(frozen=True, eq=False)
class WaitRows:
    """What happened to customers after they joined the backlog.

    The longest table but one, so its columns are narrow: no run has 2^31 facts, visits or seconds.
    """

    seq: Int32
    seen: Int32
    time: Int32
    visit: Int32
    """The customer: a row of the tape."""
    event: Int8
    """A `Wait`."""
    units: Int32
    """Units allocated (GRANTED) or given up (RENEGED, CHANGED_MIND)."""


@dataclass(frozen=True, eq=False)
class MoveRows:
    """Movements of stock that neither a visit nor a waiting customer implies."""

    seq: Int64
    seen: Int64
    time: Int64
    stock: Int32
    """A stock: position in `world.stocks`."""
    event: Int8
    """A `Move`: POSTED adds the units of `order` where it was ordered, ISSUED takes them where it is filled."""
    units: Int32
    order: Int64
    """The supply order: a row of `OrderRows`."""


@dataclass(frozen=True, eq=False)
class OrderRows:
    """One row per supply order, in the order of placing. An instant not reached by the close is -1."""

    seq: Int64
    """Of the placing."""
    seen: Int64
    """Of the placing."""
    lane: Int32
    """Position in `world.lanes`."""
    number: Int32
    """The order's number on its lane, from 0: its key on the tape."""
    stock: Int32
    """The stock that ordered."""
    units: Int32
    placed: Int64
    """0 for initial inbound."""
    filled: Int64
    """When the source had the units: made by a supplier, issued by a warehouse."""
    left: Int64
    """When it left the source; a supplier confirms an order when it leaves."""
    confirmed: Int64
    """The date confirmed for arriving at the dock."""
    arrived: Int64
    """At the dock."""
    posted: Int64
    """Available to customers."""


@dataclass(frozen=True, eq=False)
class Ledger:
    """All facts of one run."""

    opening: Int64
    """Units on hand at the start, by stock."""
    closing: Int64
    """Units on hand at the close, by stock."""
    visits: VisitRows
    waits: WaitRows
    moves: MoveRows
    orders: OrderRows
    close: int
    """End of the run."""
    terms: Terms = field(default_factory=Terms)
    """What the shop agreed with all who wait."""
    returns: ReturnRows = field(default_factory=lambda: no_rows(ReturnRows))
    swaps: SwapRows = field(default_factory=lambda: no_rows(SwapRows))
    sizes: SizeRows = field(default_factory=lambda: no_rows(SizeRows))
    notices: NoticeRows = field(default_factory=lambda: no_rows(NoticeRows))
    dates: DateRows = field(default_factory=lambda: no_rows(DateRows))
    cancels: CancelRows = field(default_factory=lambda: no_rows(CancelRows))
    regard: RegardRows = field(default_factory=lambda: no_rows(RegardRows))
    reviews: ReviewRows = field(default_factory=lambda: no_rows(ReviewRows))
    contacts: ContactRows = field(default_factory=lambda: no_rows(ContactRows))
    back: BackRows = field(default_factory=lambda: no_rows(BackRows))
    stages: StageRows = field(default_factory=lambda: no_rows(StageRows))
    lost: LostRows = field(default_factory=lambda: no_rows(LostRows))
    shorts: ShortRows = field(default_factory=lambda: no_rows(ShortRows))
    records: RecordRows = field(default_factory=lambda: no_rows(RecordRows))
    counts: CountRows = field(default_factory=lambda: no_rows(CountRows))
    forecasts: ForecastRows = field(default_factory=lambda: no_rows(ForecastRows))
    alarms: AlarmRows = field(default_factory=lambda: no_rows(AlarmRows))
    parcels: ParcelRows = field(default_factory=lambda: no_rows(ParcelRows))
    docks: DockRows = field(default_factory=lambda: no_rows(DockRows))
    direct: DirectRows = field(default_factory=lambda: no_rows(DirectRows))
    purposes: PurposeRows = field(default_factory=lambda: no_rows(PurposeRows))

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables that stay empty unless a scenario asks for what they record."""
        values = (getattr(self, each.name) for each in fields(self))
        return tuple(value for value in values if isinstance(value, Table))

    @property
    def digest(self) -> str:
        """SHA-256 of all columns: equal ledgers, equal digests, on every machine.

        What a run did not use adds nothing, so that a new mechanism changes no digest of a run without it.
        """
        total = hashlib.sha256(str(self.close).encode())
        if self.terms != Terms():
            total.update(repr(self.terms).encode())
        used = (table for table in self.tables if len(table))
        tables: tuple[Any, ...] = (self, self.visits, self.waits, self.moves, self.orders, *used)
        for table in tables:
            for column in fields(table):
                value = getattr(table, column.name)
                if isinstance(value, np.ndarray):
                    total.update(f"{_label(table, column.name)}{len(value)}".encode())
                    total.update(np.ascontiguousarray(value).astype(value.dtype.newbyteorder("<")).tobytes())
        return total.hexdigest()


def _label(table: object, column: str) -> str:
    """The name of a column in a digest; those of the optional tables bear the table's name too."""
    return f"{type(table).__name__}.{column}" if isinstance(table, Table) else column


OPTIONAL: Final[Mapping[str, type[Table]]] = MappingProxyType(
    {
        each.name: kind
        for each in fields(Ledger)
        if isinstance(kind := globals().get(str(each.type)), type) and issubclass(kind, Table)
    }
)
"""The tables that stay empty unless asked for: their names in a ledger, and their kinds."""
