"""What was found in a sales file, every row of it accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from sim.scenario.sales_columns import Column

CANCEL_MARK: Final = "C"
"""Order numbers that begin with this letter, followed by digits, are cancellations."""


class Reason(Enum):
    """Why a row is not an order line; a row has the first reason that fits it."""

    MALFORMED = "more fields than the first line has names"
    NO_PRODUCT = "no product"
    OTHER_PRODUCT = "of another product"
    NO_DATE = "no date"
    BAD_DATE = "date that cannot be read"
    FAR_DATE = "date before 1950 or after 2100"
    NO_QUANTITY = "no quantity"
    BAD_QUANTITY = "quantity that is no number below a thousand million"
    FRACTION = "quantity that is not whole: orders are counted in units"
    NO_UNITS = "quantity zero"
    CANCELLED = f"cancellation: order number beginning with {CANCEL_MARK}"
    NEGATIVE = "negative quantity without such a number: return, damage or correction"
    NO_PRICE = "no price"
    BAD_PRICE = "price that is no number"
    FREE = "price zero: gift, sample or correction"
    NEGATIVE_PRICE = "negative price"
    TAKEN_BACK = "purchase that was cancelled later: same customer, product and quantity"


def dropped_lines(dropped: Sequence[tuple[Reason, int]]) -> tuple[str, ...]:
    """How many rows were dropped and why, one line for each reason."""
    return tuple(f"{number:,} dropped, {reason.value}" for reason, number in dropped)


@dataclass(frozen=True, slots=True)
class RowCounts:
    """What became of every row: `kept` and all of `dropped` sum to `rows`."""

    rows: int
    kept: int
    dropped: tuple[tuple[Reason, int], ...]
    """Rows that are no order lines, by the first reason that fits."""
    repeated: int
    """Kept rows that repeat an earlier kept row exactly; they are part of `kept`."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The counts in words, one line each."""
        repeated = (
            f"{self.repeated:,} of the kept rows repeat another exactly: kept, since one basket may hold "
            "the same line twice and nothing tells it from a copy"
        )
        head = [f"{self.rows:,} rows in the file", f"{self.kept:,} kept as order lines"]
        return (*head, *dropped_lines(self.dropped), *([repeated] if self.repeated else []))


@dataclass(frozen=True, slots=True)
class ProductCount:
    """How much of one product the usable rows hold."""

    code: str
    description: str
    order_lines: int
    units: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """How a sales file was understood, before anything is made of it."""

    source: str
    """Name of the file, without its folder."""
    notation: tuple[str, ...]
    """How its text was read, one remark each."""
    header: tuple[str, ...]
    columns: tuple[Column, ...]
    first_rows: tuple[tuple[str, ...], ...]
    """The first rows as they stand in the file."""
    first_day: date
    last_day: date
    """First and last day with an order line of any product."""
    top: tuple[ProductCount, ...]
    """The products with most order lines, most first."""
    chosen: tuple[str, ...]
    """The products asked for, or else those with most order lines."""
    counts: RowCounts
    remarks: tuple[str, ...]
    """What a reader should know of the choices made."""

    @property
    def unused(self) -> tuple[str, ...]:
        """Columns of the file that are not read."""
        used = {column.position for column in self.columns}
        return tuple(name for place, name in enumerate(self.header) if place not in used)

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it in words, for the eye."""
        return (
            f"{self.source}: order lines from {self.first_day} to {self.last_day}",
            *_part("Read as", self.notation),
            *_part("Columns", [f"{c.meaning}: {c.name!r}, {c.why}" for c in self.columns]),
            *_part("Columns not used", [", ".join(map(repr, self.unused))] if self.unused else []),
            *_part("First rows", [" | ".join(row) for row in self.first_rows]),
            *_part("Products with most order lines", [_product_line(product) for product in self.top]),
            *_part("Rows", self.counts.lines),
            *_part("Remarks", self.remarks),
        )


@dataclass(frozen=True, slots=True)
class DayLines:
    """So many order lines of the same size on one day."""

    day: date
    units: int
    """Units of each line."""
    lines: int


@dataclass(frozen=True, slots=True)
class ProductSales:
    """The order lines of one product."""

    code: str
    description: str
    """The description most rows have; empty when the file has none."""
    price: float | None
    """The price half of the units sold for at most; `None` when the file has no prices."""
    daily: tuple[DayLines, ...]
    """Order lines in order of day and size."""

    @property
    def order_lines(self) -> int:
        """Number of order lines."""
        return sum(line.lines for line in self.daily)

    @property
    def units(self) -> int:
        """Units over all order lines."""
        return sum(line.lines * line.units for line in self.daily)


@dataclass(frozen=True, slots=True)
class Sales:
    """A sales file, cleaned: the order lines of some products and an account of all its rows."""

    understood: Understanding
    products: tuple[ProductSales, ...]
    """At least one, each with at least one order line."""


def _part(title: str, remarks: Sequence[str]) -> tuple[str, ...]:
    return (f"{title}:", *(f"  {remark}" for remark in remarks)) if remarks else ()


def _product_line(product: ProductCount) -> str:
    name = f" ({product.description})" if product.description else ""
    return f"{product.code}{name}: {product.order_lines:,} order lines, {product.units:,} units"
