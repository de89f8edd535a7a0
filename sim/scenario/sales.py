"""Any sales file → order lines per day and product, with every row accounted for.

    sales = read_sales("online-retail.csv.gz", products=["22423"])
    write_scenario(sales, Path("shop"))

Importing this is cheap: pandas comes in with the first file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.scenario.sales_columns import Column, ColumnChoice, Notation
from sim.scenario.sales_report import (
    DayLines,
    ProductCount,
    ProductSales,
    Reason,
    RowCounts,
    Sales,
    Understanding,
)
from sim.scenario.sales_scenario import Assumptions, write_scenario

__all__ = [
    "Assumptions",
    "Column",
    "ColumnChoice",
    "DayLines",
    "Notation",
    "ProductCount",
    "ProductSales",
    "Reason",
    "RowCounts",
    "Sales",
    "Understanding",
    "read_sales",
    "understand",
    "write_scenario",
]


def read_sales(
    path: str | Path,
    *,
    columns: ColumnChoice | None = None,
    notation: Notation | None = None,
    products: Sequence[str] = (),
    most: int = 10,
    net: bool = True,
) -> Sales:
    """Read and clean a sales file (CSV, gzipped or not, or Parquet).

    Args:
        path: the file.
        columns: columns that the user names; the others are guessed.
        notation: encoding, delimiter, decimal mark and order of dates; what is left out is guessed.
        products: codes to keep; when empty, the products with most order lines.
        most: how many products to keep when none are named.
        net: set aside a purchase that was cancelled later (same customer, product and quantity).
            Cancellations themselves are never order lines.

    Raises:
        ScenarioError: the file, a column or a product cannot be found or understood.
    """
    from sim.scenario.sales_study import study  # noqa: PLC0415  pandas is slow to import

    return study(
        Path(path),
        columns=columns or ColumnChoice(),
        notation=notation or Notation(),
        products=products,
        most=most,
        net=net,
    )


def understand(
    path: str | Path,
    *,
    columns: ColumnChoice | None = None,
    notation: Notation | None = None,
    products: Sequence[str] = (),
    most: int = 10,
    net: bool = True,
) -> Understanding:
    """What `read_sales` would make of a file, and why; same arguments and errors."""
    sales = read_sales(path, columns=columns, notation=notation, products=products, most=most, net=net)
    return sales.understood
