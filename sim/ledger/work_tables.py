"""Tables of supply, records, planning and warehouse work; empty unless a scenario asks for what they record."""

from __future__ import annotations

from dataclasses import dataclass

from sim.ledger.tables import Int64, Table


@dataclass(frozen=True, eq=False)
class StageRows(Table):
    """Stages of supply orders on lanes that have any, in the order in which they were reached."""

    order: Int64
    """A row of `OrderRows`."""
    stage: Int64
    """A `Stage`."""
    time: Int64
    fee: Int64
    """What customs charged, in hundredths of money; 0 elsewhere."""


@dataclass(frozen=True, eq=False)
class LostRows(Table):
    """Supply orders that never come; the inventory position falls by them at once."""

    seq: Int64
    seen: Int64
    time: Int64
    order: Int64
    loss: Int64
    """A `Loss`."""


@dataclass(frozen=True, eq=False)
class ShortRows(Table):
    """Supply orders that came with other units than ordered, or with units that receiving rejected."""

    order: Int64
    came: Int64
    """Units at the dock, of those ordered; they are paid for less the rejected ones."""
    rejected: Int64
    """Of these."""


@dataclass(frozen=True, eq=False)
class RecordRows(Table):
    """Changes of the two books of a stock that no other table implies.

    On hand in all other tables, and in `opening` and `closing`, is the record. What lies on the shelf is the record and
    the sum of `physical - record` over these rows.
    """

    seq: Int64
    seen: Int64
    time: Int64
    stock: Int64
    kind: Int64
    """A `Slip`."""
    physical: Int64
    """Change of the units on the shelf."""
    record: Int64
    """Change of the record."""
    about: Int64
    """The visit (picking, selling, returns) or supply order (receipts) concerned; -1 for none."""


@dataclass(frozen=True, eq=False)
class CountRows(Table):
    """Counts of a stock."""

    seq: Int64
    seen: Int64
    time: Int64
    stock: Int64
    units: Int64
    """Units counted, which the record is set to."""


@dataclass(frozen=True, eq=False)
class ForecastRows(Table):
    """What planners forecast and the levels they set; in force from then on."""

    seq: Int64
    seen: Int64
    time: Int64
    stock: Int64
    mean: Int64
    """Units per day, in millionths, as used (bias and noise included)."""
    spread: Int64
    """Standard deviation of the demand of a day, in millionths."""
    lead_mean: Int64
    """Lead time they reckon with, seconds."""
    lead_spread: Int64
    """Its standard deviation, seconds."""
    reorder: Int64
    up_to: Int64
    lot: Int64


@dataclass(frozen=True, eq=False)
class AlarmRows(Table):
    """Warnings that a stock will probably run out before its next receipt."""

    time: Int64
    stock: Int64
    chance: Int64
    """In millionths."""


@dataclass(frozen=True, eq=False)
class ParcelRows(Table):
    """Parcels of orders in warehouses with stations (or outages): when work on each began to wait and when it left."""

    visit: Int64
    stock: Int64
    """The stock that the units came from."""
    units: Int64
    ready: Int64
    """When the units were allocated."""
    picked: Int64
    """-1 if not by the close."""
    shipped: Int64
    """When it left for the customer, who has it a last mile later; -1 if not by the close."""
    crossed: Int64
    """1 where the units came from the dock without having been put away."""


@dataclass(frozen=True, eq=False)
class DockRows(Table):
    """Receipts in warehouses with stations: when they were unloaded and put away."""

    order: Int64
    arrived: Int64
    unloaded: Int64
    """-1 if not by the close."""
    put_away: Int64
    """-1 if not by the close."""


@dataclass(frozen=True, eq=False)
class DirectRows(Table):
    """Backorders that a supplier serves straight to the customer (drop-ship); no stock is touched."""

    seq: Int64
    seen: Int64
    time: Int64
    visit: Int64
    units: Int64
    supplier: Int64
    """Position in `world.suppliers`."""
    delivered: Int64
    """When the parcel comes; it may be after the close."""


@dataclass(frozen=True, eq=False)
class PurposeRows(Table):
    """Supply orders that the replenishment rule did not ask for."""

    order: Int64
    purpose: Int64
    """A `Purpose`."""
