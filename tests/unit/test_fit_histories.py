"""Customers' histories from sales files: the same as a plain groupby, and nothing lost without a word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import ScenarioError
from sim.fit.history import Histories, read_histories
from sim.scenario.sales_columns import ColumnChoice, Notation

ROWS = Path(__file__).parents[1] / "fixtures" / "sales" / "online_retail_rows.csv"
PRODUCTS = ("22423", "85123A")


def wrote(folder: Path, text: str) -> Path:
    path = folder / "sales.csv"
    path.write_text(text, encoding="utf-8")
    return path


def plain(products: tuple[str, ...] = ()) -> pd.DataFrame:
    """First and last day and number of days of each customer, and the last day of all, by pandas alone."""
    frame = pd.read_csv(ROWS, dtype={"InvoiceNo": str, "StockCode": str, "CustomerID": str})
    bought = frame[(frame["Quantity"] > 0) & (frame["UnitPrice"] > 0) & ~frame["InvoiceNo"].str.startswith("C")]
    bought = bought.assign(day=pd.to_datetime(bought["InvoiceDate"]).dt.normalize())
    end = bought["day"].max()
    ours = bought[bought["StockCode"].isin(products)] if products else bought
    return ours.groupby("CustomerID")["day"].agg(["nunique", "min", "max"]).assign(end=end)


@pytest.mark.parametrize("products", [(), PRODUCTS])
def test_histories_are_those_of_a_plain_groupby(products: tuple[str, ...]) -> None:
    read, known = read_histories(ROWS, products=products), plain(products)
    ours = sorted(zip(read.frequency.tolist(), read.recency.tolist(), read.age.tolist(), strict=True))
    days = [(known[b] - known[a]).dt.days for a, b in (("min", "max"), ("min", "end"))]
    assert ours == sorted(zip(known["nunique"] - 1, *days, strict=True))


@pytest.mark.parametrize("products", [(), PRODUCTS])
def test_no_row_and_no_customer_is_lost(products: tuple[str, ...]) -> None:
    read = read_histories(ROWS, products=products)
    assert read.rows == len(ROWS.read_text(encoding="utf-8").splitlines()) - 1
    assert read.rows == read.rows_used + sum(dropped.number for dropped in read.rows_dropped)
    assert read.customers == read.members + sum(dropped.number for dropped in read.customers_dropped)


def test_customers_are_dropped_by_reason() -> None:
    dropped = {found.why: found.number for found in read_histories(ROWS, products=PRODUCTS).customers_dropped}
    everybody = pd.read_csv(ROWS)["CustomerID"].nunique()
    assert dropped["none of their rows is a purchase"] == everybody - len(plain())
    assert dropped["bought other products only"] == len(plain()) - len(plain(PRODUCTS))


def test_purchases_of_one_day_are_one_visit(tmp_path: Path) -> None:
    rows = "2026-01-01 09:00,ann\n2026-01-01 17:00,ann\n2026-01-11 08:00,ann\n2026-01-21,bob\n"
    read = read_histories(wrote(tmp_path, f"date,customer\n{rows}"))
    assert read.frequency.tolist() == [1, 0]
    assert read.recency.tolist() == [10, 0]
    assert read.age.tolist() == [20, 0]


def test_a_file_needs_neither_products_nor_quantities(tmp_path: Path) -> None:
    read = read_histories(wrote(tmp_path, "day;buyer\n03.04.2026;ann\n05.04.2026;ann\n06.04.2026;\n"))
    assert (read.rows, read.rows_used, read.members) == (3, 2, 1)
    assert read.identified == 2 / 3
    assert "1 dropped, no customer" in "\n".join(read.lines)


def test_a_purchase_that_was_cancelled_later_was_a_visit(tmp_path: Path) -> None:
    rows = "1,2026-01-01,a,5,ann\n2,2026-01-09,a,2,ann\nC3,2026-01-10,a,-2,ann\n"
    read = read_histories(wrote(tmp_path, f"invoice,date,product,quantity,customer\n{rows}"))
    assert read.frequency.tolist() == [1]
    assert read.age.tolist() == [8]


def test_columns_and_dates_can_be_named(tmp_path: Path) -> None:
    path = wrote(tmp_path, "when,who\n03/04/2026,ann\n04/04/2026,ann\n")
    columns = ColumnChoice(date="when", customer="who")
    days = [read_histories(path, columns=columns, notation=Notation(day_first=first)).age[0] for first in (True, False)]
    assert days == [1, 31]


def test_columns_that_say_nothing_of_visits_are_not_kept(tmp_path: Path) -> None:
    frame = pd.DataFrame({"date": ["2026-01-01"], "customer": ["ann"], "description": ["long"], "country": ["here"]})
    frame.to_parquet(tmp_path / "sales.parquet")
    read = read_histories(tmp_path / "sales.parquet")
    assert [column.partition(":")[0] for column in read.columns] == ["date", "customer"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("date,product,quantity\n2026-01-01,a,1\n", "no column looks like the customer"),
        ("date,customer\n2026-01-01,\n", "no purchase by a customer with an id"),
        ("date,customer\nmay be,ann\n", "no purchase by a customer with an id"),
    ],
)
def test_a_file_without_visits_is_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ScenarioError, match=why):
        read_histories(wrote(tmp_path, text))


def test_unknown_products_are_refused() -> None:
    with pytest.raises(ScenarioError, match="no product '2242'; did you mean '22423'"):
        read_histories(ROWS, products=["2242"])


@pytest.mark.parametrize(
    "columns", [([1], [5], [4]), ([0], [5], [9]), ([2], [0], [9]), ([-1], [0], [9]), ([1, 2], [5], [9]), ([], [], [])]
)
def test_impossible_customers_are_refused(columns: tuple[list[int], list[int], list[int]]) -> None:
    with pytest.raises(ScenarioError):
        Histories.of(*map(np.array, columns))
