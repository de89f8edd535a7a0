"""From the text of a sales file to order lines per day and an account of its rows. Imports pandas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from sim.errors import ScenarioError
from sim.scenario.sales_cells import Decimal, day_first, decimal_mark
from sim.scenario.sales_columns import Column, ColumnChoice, Notation, find_columns, nearest
from sim.scenario.sales_file import TextTable, open_table
from sim.scenario.sales_report import (
    DayLines,
    ProductCount,
    ProductSales,
    RowCounts,
    Sales,
    Understanding,
    dropped_lines,
)
from sim.scenario.sales_rows import Rows, judge

_LONG_GAP: Final = 60
"""Days without any order line that are worth a remark."""


def study(
    path: Path,
    *,
    columns: ColumnChoice,
    notation: Notation,
    products: Sequence[str],
    most: int,
    net: bool,
) -> Sales:
    """`read_sales` with nothing left out."""
    if most < 1:
        raise ScenarioError(f"a scenario of {most} products is none: at least one is needed")
    table = open_table(path, encoding=notation.encoding, delimiter=notation.delimiter)
    found = find_columns(table.header, choice=columns)
    rows, reading = _read(table, found, notation, net=net)
    lines = _lines(rows)
    if lines.empty:
        raise ScenarioError(f"{path} has no usable order line: {_dropped(rows)}")
    top = _top(lines, most)
    chosen = _chosen(products, rows) if products else tuple(product.code for product in top)
    ours = rows.only(chosen)
    sold = tuple(_product(code, lines, rows) for code in chosen)
    understood = Understanding(
        source=path.name,
        notation=(*table.notation, *reading),
        header=table.header,
        columns=found,
        first_rows=tuple(tuple(map(str, row)) for row in table.cells.head(3).itertuples(index=False)),
        first_day=_date(lines["day"].min()),
        last_day=_date(lines["day"].max()),
        top=top,
        chosen=chosen,
        counts=_counts(table, ours),
        remarks=(*_remarks(rows, found, asked=bool(products), net=net), *_gap(lines)),
    )
    return Sales(understood, sold)


def _read(
    table: TextTable, found: tuple[Column, ...], notation: Notation, *, net: bool
) -> tuple[Rows, tuple[str, ...]]:
    decimal = notation.decimal or _decimal(table, found)
    leads, order = _day_first(table, found, notation)
    rows = judge(table, found, decimal=decimal, day_leads=leads, net=net)
    return rows, ("decimal comma" if decimal == "," else "decimal point", order)


def _decimal(table: TextTable, found: tuple[Column, ...]) -> Decimal:
    numeric = [table.cells[column.position] for column in found if column.meaning in ("quantity", "price")]
    return decimal_mark(numeric, delimiter=table.delimiter)


def _day_first(table: TextTable, found: tuple[Column, ...], notation: Notation) -> tuple[bool, str]:
    if notation.day_first is not None:
        word = "day" if notation.day_first else "month"
        return notation.day_first, f"dates such as 03/04/2011 with the {word} first, as you said"
    position = next(column.position for column in found if column.meaning == "date")
    return day_first(table.cells[position])


def _lines(rows: Rows) -> pd.DataFrame:
    """The kept rows: product, day, units, price and description."""
    kept = rows.kept
    columns: dict[str, object] = {
        "product": rows.product[kept].to_numpy(object),
        "day": rows.moment[kept].astype("datetime64[D]").astype("datetime64[s]"),
        "units": rows.units[kept],
    }
    if rows.price is not None:
        columns["price"] = rows.price[kept]
    if rows.description is not None:
        columns["description"] = rows.description[kept].to_numpy(object)
    return pd.DataFrame(columns)


def _top(lines: pd.DataFrame, most: int) -> tuple[ProductCount, ...]:
    summed = lines.groupby("product")["units"].agg(["size", "sum"]).reset_index()
    ranked = summed.sort_values(["size", "product"], ascending=[False, True]).head(most)
    return tuple(
        ProductCount(code, _description(lines[lines["product"] == code]), int(size), int(units))
        for code, size, units in ranked.itertuples(index=False)
    )


def _chosen(products: Sequence[str], rows: Rows) -> tuple[str, ...]:
    known = set(rows.product.unique())
    wanted = tuple(dict.fromkeys(product.strip() for product in products))
    unknown = [f"{code!r}{nearest(code, known)}" for code in wanted if code not in known]
    if unknown:
        raise ScenarioError(f"the file sells no product {'; nor '.join(unknown)}")
    return wanted


def _product(code: str, lines: pd.DataFrame, rows: Rows) -> ProductSales:
    own = lines[lines["product"] == code]
    if own.empty:
        raise ScenarioError(f"product {code!r} has no usable order line: {_dropped(rows.only((code,)))}")
    daily = own.groupby(["day", "units"]).size().reset_index(name="lines")
    return ProductSales(
        code=code,
        description=_description(own),
        price=_price(own) if "price" in own else None,
        daily=tuple(
            DayLines(_date(day), int(units), int(number)) for day, units, number in daily.itertuples(index=False)
        ),
    )


def _price(own: pd.DataFrame) -> float:
    """Median over units: a price list with quantity discounts has no other single price that was paid."""
    ordered = own.sort_values("price")
    below = ordered["units"].cumsum().to_numpy()
    return float(ordered["price"].to_numpy()[np.searchsorted(below, below[-1] / 2)])


def _description(own: pd.DataFrame) -> str:
    if "description" not in own:
        return ""
    return str(own["description"].value_counts().idxmax())


def _counts(table: TextTable, rows: Rows) -> RowCounts:
    kept = rows.kept
    repeated = int(table.cells[kept].duplicated().sum())
    return RowCounts(rows=len(kept), kept=int(kept.sum()), dropped=rows.dropped(), repeated=repeated)


def _dropped(rows: Rows) -> str:
    return "; ".join(dropped_lines(rows.dropped()))


def _remarks(rows: Rows, found: tuple[Column, ...], *, asked: bool, net: bool) -> tuple[str, ...]:
    meanings = {column.meaning for column in found}
    remarks = {
        "no products were named: those with most order lines were taken": not asked,
        "no price column: set the prices yourself": "price" not in meanings,
        "no order numbers: only negative quantities count as cancellations": "order" not in meanings,
        "most order numbers begin with C, so the letter was not taken for a cancellation": "order" in meanings
        and not rows.marks,
        "no customers: purchases that were cancelled later are still counted": net and "customer" not in meanings,
        "sales are not demand: what customers wanted on days without stock is not in the file": True,
    }
    return tuple(remark for remark, holds in remarks.items() if holds)


def _gap(lines: pd.DataFrame) -> tuple[str, ...]:
    """A remark on the longest time without any order line, if it is long: one wrong year makes such a gap."""
    days = np.sort(lines["day"].unique())
    longest = int(np.argmax(np.diff(days))) if len(days) > 1 else 0
    start, end = (_date(pd.Timestamp(day)) for day in (days[longest], days[min(longest + 1, len(days) - 1)]))
    if (end - start).days <= _LONG_GAP:
        return ()
    return (f"no order line between {start} and {end}: was the shop closed, or is a date wrong?",)


def _date(moment: pd.Timestamp) -> date:
    return moment.date()
