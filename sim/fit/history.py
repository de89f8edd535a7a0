"""The visits of a shop's customers, summed up customer by customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import ScenarioError
from sim.scenario.sales_columns import ColumnChoice, Notation

NO_CUSTOMER: Final = "no customer"
"""Why a purchase was dropped that nobody's id stands by."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows or customers that were left out for one reason."""

    why: str
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """One entry per customer, in days; purchases of one day are one visit."""

    source: str
    """Name of the file, without its folder."""
    columns: tuple[str, ...]
    """Which column was taken for what, and why."""
    first_day: date | None
    last_day: date | None
    """First and last day with a purchase by anybody; the customers are observed until the last."""
    frequency: NDArray[np.int64]
    """Visits after the first."""
    recency: NDArray[np.int64]
    """From the first visit to the last."""
    age: NDArray[np.int64]
    """From the first visit to the end."""
    rows: int
    rows_used: int
    rows_dropped: tuple[Dropped, ...]
    """With `rows_used` they sum to `rows`."""
    customers: int
    """Different ids in the file."""
    customers_dropped: tuple[Dropped, ...]
    """With the length of `frequency` they sum to `customers`."""

    @classmethod
    def of(cls, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, *, source: str = "customers") -> Histories:
        """From the three numbers of each customer, in whole days.

        Raises:
            ScenarioError: they differ in length, or no customer can have had such visits.
        """
        x, t_x, t = (np.asarray(column, np.int64) for column in (frequency, recency, age))
        if not (x.shape == t_x.shape == t.shape and x.ndim == 1 and len(x)):
            raise ScenarioError("frequency, recency and age must be columns of one length, with at least one customer")
        odd = (x < 0) | (t_x < 0) | (t < t_x) | ((x == 0) != (t_x == 0))
        if odd.any():
            raise ScenarioError(f"customer {int(np.argmax(odd)) + 1}: frequency, recency and age contradict each other")
        number = len(x)
        return cls(source, (), None, None, x, t_x, t, number, number, (), number, ())

    @property
    def members(self) -> int:
        """Customers used."""
        return len(self.frequency)

    @property
    def identified(self) -> float:
        """Share of the purchases, by rows, that have a customer's id."""
        nameless = sum(dropped.number for dropped in self.rows_dropped if dropped.why == NO_CUSTOMER)
        return self.rows_used / (self.rows_used + nameless)

    @property
    def document(self) -> dict[str, Any]:
        """The account for JSON."""
        return {
            "source": self.source,
            "columns": list(self.columns),
            "first_day": self.first_day and self.first_day.isoformat(),
            "last_day": self.last_day and self.last_day.isoformat(),
            "rows": self.rows,
            "rows_used": self.rows_used,
            "rows_dropped": {dropped.why: dropped.number for dropped in self.rows_dropped},
            "identified": self.identified,
            "customers": self.customers,
            "members": self.members,
            "customers_dropped": {dropped.why: dropped.number for dropped in self.customers_dropped},
        }

    @property
    def lines(self) -> tuple[str, ...]:
        """The account of rows and customers, for the eye."""
        seen = f", {self.first_day} to {self.last_day}" if self.first_day else ""
        return (
            f"{self.source}{seen}",
            *(f"  {column}" for column in self.columns),
            f"{self.rows:,} rows read, {self.rows_used:,} used",
            *(f"  {dropped.number:,} dropped, {dropped.why}" for dropped in self.rows_dropped),
            f"{self.customers:,} customers found, {self.members:,} used",
            *(f"  {dropped.number:,} dropped, {dropped.why}" for dropped in self.customers_dropped),
        )


def read_histories(
    path: str | Path,
    *,
    products: Sequence[str] = (),
    columns: ColumnChoice | None = None,
    notation: Notation | None = None,
) -> Histories:
    """Read a sales file (CSV, gzipped or not, or Parquet) with a date and a customer in each row.

    Args:
        path: the file.
        products: codes of products; visits that bought one of them. When empty, all visits.
        columns: columns that the user names; the others are guessed.
        notation: encoding, delimiter, decimal mark and order of dates; what is left out is guessed.

    Raises:
        ScenarioError: the file, a column or a product cannot be found or understood.
    """
    from sim.fit.histories import read_from  # noqa: PLC0415  pandas is slow to import

    return read_from(Path(path), products=products, columns=columns or ColumnChoice(), notation=notation or Notation())
