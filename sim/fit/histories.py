"""How often, how lately and for how long each customer is known: from a sales file with customer ids.

Importing this brings pandas in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import ScenarioError
from sim.fit.history import NO_CUSTOMER, Dropped, Histories
from sim.scenario.sales_cells import day_first, decimal_mark, missing, names
from sim.scenario.sales_columns import Column, ColumnChoice, Meaning, Notation, find_columns, nearest
from sim.scenario.sales_file import TextTable, open_table
from sim.scenario.sales_rows import Rows, judge

_NEEDED: Final[tuple[Meaning, ...]] = ("date", "customer")
_NO_PURCHASE: Final = "none of their rows is a purchase"
_OTHER_PRODUCTS: Final = "bought other products only"


def read_from(path: Path, *, products: Sequence[str], columns: ColumnChoice, notation: Notation) -> Histories:
    """`read_histories` with nothing left out."""

    def needed_only(header: tuple[str, ...]) -> set[int]:
        found = find_columns(header, choice=columns, needed=_NEEDED)
        return {column.position for column in found if column.meaning != "description"}

    table = open_table(path, encoding=notation.encoding, delimiter=notation.delimiter, wanted=needed_only)
    found = tuple(c for c in find_columns(table.header, choice=columns, needed=_NEEDED) if c.meaning != "description")
    rows = _judged(table, found, notation)
    ours = rows.only(_known(products, rows)) if products else rows
    position = next(column.position for column in found if column.meaning == "customer")
    return _counted(path, rows, ours, names(table.cells[position]), found)


def _judged(table: TextTable, found: tuple[Column, ...], notation: Notation) -> Rows:
    """Every row judged; a purchase that was cancelled later was a visit all the same, and stays."""
    table, columns = _completed(table, found)
    numeric = [table.cells[column.position] for column in columns if column.meaning in ("quantity", "price")]
    dates = table.cells[next(column.position for column in columns if column.meaning == "date")]
    decimal = notation.decimal or decimal_mark(numeric, delimiter=table.delimiter)
    leads = day_first(dates)[0] if notation.day_first is None else notation.day_first
    return judge(table, columns, decimal=decimal, day_leads=leads, net=False)


def _completed(table: TextTable, found: tuple[Column, ...]) -> tuple[TextTable, tuple[Column, ...]]:
    """A file without products or quantities is read as one unit of one product in every row."""
    have = {column.meaning for column in found}
    fillings: tuple[tuple[Meaning, str], ...] = (("product", "any"), ("quantity", "1"))
    lacking = [(meaning, text) for meaning, text in fillings if meaning not in have]
    width = len(table.header)
    added = tuple(Column(meaning, "", width + n, "not in the file") for n, (meaning, _) in enumerate(lacking))
    rows, kind = table.cells.index, table.cells.dtypes.iloc[0]
    fill = {width + n: pd.Series(text, index=rows, dtype=kind) for n, (_, text) in enumerate(lacking)}
    cells = pd.concat([table.cells, pd.DataFrame(fill)], axis=1) if fill else table.cells
    return replace(table, cells=cells), (*found, *added)


def _known(products: Sequence[str], rows: Rows) -> tuple[str, ...]:
    known = set(rows.product.unique())
    wanted = tuple(dict.fromkeys(product.strip() for product in products))
    unknown = [f"{code!r}{nearest(code, known)}" for code in wanted if code not in known]
    if unknown:
        raise ScenarioError(f"the file sells no product {'; nor '.join(unknown)}")
    return wanted


def _counted(path: Path, rows: Rows, ours: Rows, customer: pd.Series, found: tuple[Column, ...]) -> Histories:
    nameless = missing(customer)
    used = ours.kept & ~nameless
    if not used.any():
        raise ScenarioError(f"{path} has no purchase by a customer with an id")
    day = rows.moment.astype("datetime64[D]")
    first, last = day[rows.kept].min(), day[rows.kept].max()
    summed = _summed(customer[used], (day[used] - first).astype(np.int64))
    length = int((last - first).astype(np.int64))
    ids = pd.Series(customer[~nameless].unique())
    buyers = set(customer[rows.kept & ~nameless].unique())
    return Histories(
        source=path.name,
        columns=tuple(f"{column.meaning}: {column.name!r}, {column.why}" for column in found),
        first_day=first.item(),
        last_day=last.item(),
        frequency=summed["size"] - 1,
        recency=summed["max"] - summed["min"],
        age=length - summed["min"],
        rows=len(customer),
        rows_used=int(used.sum()),
        rows_dropped=_with_nameless(ours, nameless),
        customers=len(ids),
        customers_dropped=_few(len(ids) - len(buyers), len(buyers) - len(summed["size"])),
    )


def _summed(customer: pd.Series, day: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    """Days with a purchase, the first and the last of them, by customer."""
    codes, _ = pd.factorize(customer)
    pairs = np.unique(np.column_stack([codes, day]), axis=0)
    starts = np.flatnonzero(np.diff(pairs[:, 0], prepend=-1))
    ends = np.append(starts[1:], len(pairs))
    return {"size": ends - starts, "min": pairs[starts, 1], "max": pairs[ends - 1, 1]}


def _with_nameless(ours: Rows, nameless: NDArray[np.bool_]) -> tuple[Dropped, ...]:
    reasons = [Dropped(reason.value, number) for reason, number in ours.dropped()]
    without = int((ours.kept & nameless).sum())
    return (*reasons, Dropped(NO_CUSTOMER, without)) if without else tuple(reasons)


def _few(never: int, elsewhere: int) -> tuple[Dropped, ...]:
    found = (Dropped(_NO_PURCHASE, never), Dropped(_OTHER_PRODUCTS, elsewhere))
    return tuple(dropped for dropped in found if dropped.number)
