"""Any sales file becomes a scenario, and no row of it is lost without a word."""

from __future__ import annotations

import gzip
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from sim.errors import ScenarioError
from sim.scenario.load import load_scenario
from sim.scenario.sales import (
    Assumptions,
    ColumnChoice,
    DayLines,
    Notation,
    Reason,
    Sales,
    read_sales,
    understand,
    write_scenario,
)

SCENARIOS = Path(__file__).parents[2] / "scenarios"
ROWS = Path(__file__).parents[1] / "fixtures" / "sales" / "online_retail_rows.csv"
THREE = ("22423", "22197", "85123A")


def wrote(folder: Path, text: str, *, name: str = "sales.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def dropped(sales: Sales) -> dict[Reason, int]:
    return dict(sales.understood.counts.dropped)


def daily(sales: Sales, code: str) -> list[tuple[date, int, int]]:
    product = next(product for product in sales.products if product.code == code)
    return [(line.day, line.units, line.lines) for line in product.daily]


def plain_rows() -> pd.DataFrame:
    """The rows that obviously are order lines, by pandas alone."""
    frame = pd.read_csv(ROWS, dtype={"InvoiceNo": str, "StockCode": str})
    frame["day"] = pd.to_datetime(frame["InvoiceDate"]).dt.date
    return frame[(frame["Quantity"] > 0) & (frame["UnitPrice"] > 0) & frame["StockCode"].isin(THREE)]


class TestRealRows:
    def test_daily_units_are_those_of_a_plain_groupby(self):
        sales = read_sales(ROWS, products=THREE, net=False)
        ours = {(product.code, line.day): 0 for product in sales.products for line in product.daily}
        for product in sales.products:
            for line in product.daily:
                ours[product.code, line.day] += line.units * line.lines
        assert ours == plain_rows().groupby(["StockCode", "day"])["Quantity"].sum().to_dict()

    def test_order_lines_of_a_size_are_counted(self):
        sales = read_sales(ROWS, products=THREE, net=False)
        expected = plain_rows().groupby(["StockCode", "day", "Quantity"]).size()
        ours = {(p.code, d.day, d.units): d.lines for p in sales.products for d in p.daily}
        assert ours == expected.to_dict()

    @pytest.mark.parametrize("net", [True, False])
    @pytest.mark.parametrize("products", [(), THREE, ("22423",)])
    def test_counts_add_up_to_the_rows_of_the_file(self, products, net):
        sales = read_sales(ROWS, products=products, net=net)
        counts = sales.understood.counts
        assert counts.rows == len(ROWS.read_text(encoding="utf-8").splitlines()) - 1
        assert counts.kept + sum(number for _, number in counts.dropped) == counts.rows
        assert counts.kept == sum(product.order_lines for product in sales.products)

    def test_every_kind_of_bad_row_is_named(self):
        frame = pd.read_csv(ROWS, dtype={"StockCode": str})
        own = frame[frame["StockCode"].isin(THREE)]
        cancelled = own["InvoiceNo"].str.startswith("C")
        counts = dropped(read_sales(ROWS, products=THREE))
        assert counts[Reason.OTHER_PRODUCT] == len(frame) - len(own)
        assert counts[Reason.CANCELLED] == cancelled.sum()
        assert counts[Reason.NEGATIVE] == (own["Quantity"] < 0).sum() - cancelled.sum()
        assert counts[Reason.FREE] == ((own["UnitPrice"] == 0) & (own["Quantity"] > 0)).sum()
        assert 0 < counts[Reason.TAKEN_BACK] <= counts[Reason.CANCELLED]

    def test_repeated_rows_are_counted_and_kept(self):
        counts = read_sales(ROWS, products=THREE, net=False).understood.counts
        assert counts.repeated == plain_rows().duplicated().sum() > 0
        assert counts.kept == len(plain_rows())

    def test_the_price_is_paid_for_the_median_unit(self):
        own = plain_rows().query("StockCode == '22423'").sort_values("UnitPrice")
        units = own["Quantity"].cumsum()
        expected = own["UnitPrice"][units >= units.iloc[-1] / 2].iloc[0]
        assert read_sales(ROWS, products=["22423"], net=False).products[0].price == expected

    def test_without_names_the_products_with_most_lines_are_taken(self):
        sales = read_sales(ROWS, most=2, net=False)
        expected = plain_rows()["StockCode"].value_counts().index[:2]
        assert [product.code for product in sales.products] == list(expected)
        assert any("no products were named" in remark for remark in sales.understood.remarks)

    def test_a_gzipped_file_reads_the_same(self, tmp_path):
        packed = tmp_path / "sales.csv.gz"
        packed.write_bytes(gzip.compress(ROWS.read_bytes()))
        assert read_sales(packed, products=THREE).products == read_sales(ROWS, products=THREE).products

    def test_a_parquet_file_reads_the_same(self, tmp_path):
        path = tmp_path / "sales.parquet"
        frame = pd.read_csv(ROWS, dtype={"InvoiceNo": str, "StockCode": str}, parse_dates=["InvoiceDate"])
        frame.astype({"StockCode": "category"}).to_parquet(path)
        assert read_sales(path, products=THREE).products == read_sales(ROWS, products=THREE).products


class TestCancellations:
    HEAD = "Invoice,Date,SKU,Qty,Price,Customer\n"

    def read(self, folder: Path, rows: str, *, net: bool = True) -> Sales:
        return read_sales(wrote(folder, self.HEAD + rows), net=net)

    def test_the_latest_purchase_before_it_is_taken_back(self, tmp_path):
        sales = self.read(
            tmp_path,
            "1,2024-01-01,A,5,2,ann\n2,2024-01-02,A,5,2,ann\nC3,2024-01-03,A,-5,2,ann\n4,2024-01-04,A,5,2,ann\n",
        )
        assert [day.day for day, *_ in daily(sales, "A")] == [1, 4]
        assert dropped(sales) == {Reason.CANCELLED: 1, Reason.TAKEN_BACK: 1}

    def test_a_purchase_in_the_same_minute_can_be_taken_back(self, tmp_path):
        sales = self.read(
            tmp_path, "C2,2024-01-01 10:00,A,-5,2,ann\n1,2024-01-01 10:00,A,5,2,ann\n3,2024-01-02,A,1,2,bob\n"
        )
        assert daily(sales, "A") == [(date(2024, 1, 2), 1, 1)]

    @pytest.mark.parametrize(
        "other", ["1,2024-01-01,A,5,2,bob", "1,2024-01-01,A,4,2,ann", "1,2024-01-09,A,5,2,ann", "1,2024-01-01,A,5,2,"]
    )
    def test_another_customer_size_or_time_is_left_alone(self, tmp_path, other):
        sales = self.read(tmp_path, f"{other}\nC3,2024-01-03,A,-5,2,ann\n")
        assert dropped(sales) == {Reason.CANCELLED: 1}

    def test_netting_can_be_left_out(self, tmp_path):
        sales = self.read(tmp_path, "1,2024-01-01,A,5,2,ann\nC3,2024-01-03,A,-5,2,ann\n", net=False)
        assert daily(sales, "A") == [(date(2024, 1, 1), 5, 1)]

    def test_a_letter_that_most_orders_begin_with_is_no_mark(self, tmp_path):
        sales = self.read(tmp_path, "C1,2024-01-01,A,5,2,ann\nC2,2024-01-03,A,3,2,ann\n")
        assert sales.understood.counts.kept == 2
        assert any("begin with C" in remark for remark in sales.understood.remarks)


class TestBadRows:
    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("2024-01-01,,5,2", Reason.NO_PRODUCT),
            (",A,5,2", Reason.NO_DATE),
            ("soon,A,5,2", Reason.BAD_DATE),
            ("2024-02-30,A,5,2", Reason.BAD_DATE),
            ("1024-01-01,A,5,2", Reason.FAR_DATE),
            ("2024-01-01,A,,2", Reason.NO_QUANTITY),
            ("2024-01-01,A,many,2", Reason.BAD_QUANTITY),
            ("2024-01-01,A,1e30,2", Reason.BAD_QUANTITY),
            ("2024-01-01,A,inf,2", Reason.BAD_QUANTITY),
            ("2024-01-01,A,2.5,2", Reason.FRACTION),
            ("2024-01-01,A,0,2", Reason.NO_UNITS),
            ("2024-01-01,A,-3,2", Reason.NEGATIVE),
            ("2024-01-01,A,3,", Reason.NO_PRICE),
            ("2024-01-01,A,3,nan", Reason.NO_PRICE),
            ("2024-01-01,A,3,?", Reason.BAD_PRICE),
            ("2024-01-01,A,3,0", Reason.FREE),
            ("2024-01-01,A,3,-1", Reason.NEGATIVE_PRICE),
            ("2024-01-01,A,3,2,surplus", Reason.MALFORMED),
            ("2024-01-01,B,3,2", Reason.OTHER_PRODUCT),
        ],
    )
    def test_is_dropped_for_its_reason(self, tmp_path, row, reason):
        path = wrote(tmp_path, f"date,sku,qty,price\n2024-01-01,A,1,2\n{row}\n")
        sales = read_sales(path, products=["A"])
        assert dropped(sales) == {reason: 1}
        assert sales.understood.counts.kept == 1


class TestNotation:
    def test_semicolons_decimal_commas_and_german_dates(self, tmp_path):
        text = "Bestelldatum;Artikel;Menge;Preis\n31.12.2023;Tasse;1.200;1.234,50\n01.02.2024;Tasse;2;9,99\n"
        sales = read_sales(wrote(tmp_path, text))
        assert daily(sales, "Tasse") == [(date(2023, 12, 31), 1200, 1), (date(2024, 2, 1), 2, 1)]
        assert sales.products[0].price == 1234.5

    def test_thousands_by_comma_and_currency_signs(self, tmp_path):
        sales = read_sales(wrote(tmp_path, 'date,sku,qty,price\n2024-01-01,A,"1,000","$1,234.50"\n'))
        assert (sales.products[0].units, sales.products[0].price) == (1000, 1234.5)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
    def test_encodings(self, tmp_path, encoding):
        text = "Datum\tArtikel\tStück\tBezeichnung\n2024-01-01\tA\t3\tCafé Größe\n"
        sales = read_sales(wrote(tmp_path, text, encoding=encoding))
        assert (sales.products[0].units, sales.products[0].description) == (3, "Café Größe")

    @pytest.mark.parametrize(
        "cell",
        ["2024-03-04", "2024/3/4 8:26", "20240304", "2024-03-04T23:30:00Z", "4 Mar 2024", "March 4, 2024 1:05 PM"],
    )
    def test_dates_that_can_be_read_one_way(self, tmp_path, cell):
        sales = read_sales(wrote(tmp_path, f'date,sku,qty\n"{cell}",A,1\n'))
        assert daily(sales, "A") == [(date(2024, 3, 4), 1, 1)]

    @pytest.mark.parametrize(("day_first", "expected"), [(True, date(2024, 4, 3)), (False, date(2024, 3, 4))])
    def test_the_order_of_ambiguous_dates_can_be_said(self, tmp_path, day_first, expected):
        path = wrote(tmp_path, "date,sku,qty\n03/04/24 8:26,A,1\n")
        assert read_sales(path, notation=Notation(day_first=day_first)).products[0].daily[0].day == expected
        assert any("either way" in line for line in understand(path).notation)

    @pytest.mark.parametrize("clear", ["25/04/2024", "04/25/2024"])
    def test_one_day_above_twelve_tells_the_order_of_all(self, tmp_path, clear):
        sales = read_sales(wrote(tmp_path, f"date,sku,qty\n04/04/2024,A,1\n{clear},A,1\n"))
        assert [day for day, *_ in daily(sales, "A")] == [date(2024, 4, 4), date(2024, 4, 25)]

    def test_decimal_mark_encoding_and_delimiter_can_be_said(self, tmp_path):
        path = wrote(tmp_path, "date~sku~qty~price\n2024-01-01~A~1~1,234\n")
        said = Notation(encoding="ascii", delimiter="~", decimal=",")
        assert read_sales(path, notation=said).products[0].price == 1.234


class TestColumns:
    def test_names_can_be_overruled(self, tmp_path):
        path = wrote(tmp_path, "date,booked,sku,group,qty\n2024-01-01,2024-06-01,A,G,1\n")
        sales = read_sales(path, columns=ColumnChoice(date="booked", product="Group"))
        assert daily(sales, "G") == [(date(2024, 6, 1), 1, 1)]

    def test_a_guessed_column_can_be_refused(self, tmp_path):
        path = wrote(tmp_path, "date,sku,qty,price\n2024-01-01,A,1,0\n")
        assert read_sales(path, columns=ColumnChoice(price="")).products[0].price is None

    @pytest.mark.parametrize(
        "header",
        [
            "InvoiceDate,StockCode,Quantity",
            "order_date,sku,qty",
            "Created at,Lineitem sku,Lineitem quantity",
            "Purchase Date,Product Code,Units Sold",
            "shopDate,theProduct,ordered quantity",
        ],
    )
    def test_usual_names_are_understood(self, tmp_path, header):
        found = understand(wrote(tmp_path, f"{header}\n2024-01-01,A,1\n")).columns
        assert [column.meaning for column in found] == ["date", "product", "quantity"]

    @pytest.mark.parametrize(
        ("choice", "message"),
        [
            (ColumnChoice(quantity="Quantty"), "no column 'Quantty' for the quantity; did you mean 'Quantity'"),
            (ColumnChoice(date="SKU", product="SKU"), "cannot be both the date and the product"),
            (ColumnChoice(quantity=""), "no column looks like the quantity"),
        ],
    )
    def test_a_wrong_choice_is_explained(self, tmp_path, choice, message):
        path = wrote(tmp_path, "Date,SKU,Quantity\n2024-01-01,A,1\n")
        with pytest.raises(ScenarioError, match=message):
            read_sales(path, columns=choice)


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "is empty"),
            (b"  \n\n", "is empty"),
            (b"date,sku,qty\n", "has no rows"),
            (b"a,b,c\n1,2,3\n", "no column looks like the date or the product or the quantity"),
            (b"\x00\x01\x02\xff" * 100, "not a table of text"),
            (bytes(range(256)) * 4, "not a table of text"),
            (b"PK\x03\x04 a workbook", "save the sheet as CSV"),
            (b"PAR1 but nothing more", "broken Parquet"),
            (b"\x1f\x8b\x08 cut short", "cannot be read"),
            (b'date,sku,qty\n2024-01-01,"A,1\n', "quotation mark"),
            (b"date,sku,qty\nnever,A,1\n", "no usable order line: 1 dropped, date that cannot be read"),
        ],
    )
    def test_a_file_that_cannot_be_used_says_why(self, tmp_path, content, message):
        path = tmp_path / "sales.csv"
        path.write_bytes(content)
        with pytest.raises(ScenarioError, match=message):
            read_sales(path)

    def test_a_scenario_needs_a_product(self):
        with pytest.raises(ScenarioError, match="at least one is needed"):
            read_sales(ROWS, most=0)

    def test_a_missing_file_says_so(self, tmp_path):
        with pytest.raises(ScenarioError, match="cannot be read"):
            read_sales(tmp_path / "nowhere.csv")

    def test_a_wrong_encoding_says_so(self, tmp_path):
        path = wrote(tmp_path, "date,sku,qty,name\n2024-01-01,A,1,é\n", encoding="latin-1")
        with pytest.raises(ScenarioError, match="not text in the encoding utf-8"):
            read_sales(path, notation=Notation(encoding="utf-8"))

    @pytest.mark.parametrize(
        ("said", "message"),
        [
            (Notation(delimiter="||"), "cannot divide fields"),
            (Notation(delimiter='"'), "cannot divide fields"),
            (Notation(encoding="klingon"), "not text in the encoding klingon"),
        ],
    )
    def test_an_impossible_notation_says_so(self, said, message):
        with pytest.raises(ScenarioError, match=message):
            read_sales(ROWS, notation=said)

    def test_unknown_products_are_all_named_with_the_nearest(self):
        with pytest.raises(ScenarioError, match=r"no product '85123a'; did you mean '85123A'.*'elephant'"):
            read_sales(ROWS, products=["22423", "85123a", "elephant"])

    def test_a_product_that_was_only_given_away_says_so(self, tmp_path):
        path = wrote(tmp_path, "date,sku,qty,price\n2024-01-01,A,1,2\n2024-01-01,B,1,0\n")
        with pytest.raises(ScenarioError, match=r"'B' has no usable order line.*price zero"):
            read_sales(path, products=["B"])


class TestUnderstanding:
    def test_tells_all_that_was_understood(self):
        text = "\n".join(understand(ROWS, products=["22423"]).lines)
        for words in (
            "order lines from 2010-12-01 to",
            "fields divided by a comma",
            "quantity: 'Quantity', a usual name",
            "'Country'",
            "536365 | 85123A",
            "22423 (REGENCY CAKESTAND 3 TIER)",
            "257 rows in the file",
            "dropped, cancellation",
            "sales are not demand",
        ):
            assert words in text

    @pytest.mark.parametrize(("day", "remarked"), [("2024-02-29", False), ("2042-01-02", True)])
    def test_a_long_gap_is_remarked(self, tmp_path, day, remarked):
        path = wrote(tmp_path, f"date,sku,qty\n2023-12-31,A,1\n2024-01-01,A,1\n{day},A,1\n")
        gap = f"no order line between 2024-01-01 and {day}"
        assert any(gap in remark for remark in understand(path).remarks) == remarked

    def test_writes_nothing(self, tmp_path):
        path = wrote(tmp_path, "date,sku,qty\n2024-01-01,A,1\n")
        understand(path)
        assert list(tmp_path.iterdir()) == [path]

    def test_importing_it_brings_no_pandas(self):
        code = "import sys, sim.scenario.sales; sys.exit('pandas' in sys.modules or 'pyarrow' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], cwd=ROWS.parents[3], check=False).returncode == 0


class TestScenario:
    def test_history_holds_the_sales(self, tmp_path):
        sales = read_sales(ROWS, products=THREE)
        write_scenario(sales, tmp_path)
        table = pd.read_csv(tmp_path / "data" / "sales.csv", dtype={"product": str}, parse_dates=["date"])
        for product in sales.products:
            own = table[table["product"] == product.code]
            rows = zip(own["date"].dt.date, own["units"], own["lines"], strict=True)
            assert tuple(DayLines(*row) for row in rows) == product.daily

    def test_loads_and_holds_the_sales_of_every_product(self, tmp_path):
        sales = read_sales(ROWS, products=THREE)
        world = load_scenario(write_scenario(sales, tmp_path)).world
        first = min(line.day for product in sales.products for line in product.daily)
        for product, customers in zip(sales.products, world.customers.values(), strict=True):
            history = {(line.day, line.units): line.lines for line in customers.visits.history}
            assert history == {((line.day - first).days, line.units): line.lines for line in product.daily}
            assert world.products[customers.buys].price == pytest.approx(product.price)

    @pytest.mark.parametrize(
        "code", ["NO", "true", "12", "ä\u2028 b", 'a "quoted", one', "#{x}: [y", "=1+1", "bell \a" + 90 * "x"]
    )
    def test_loads_whatever_products_are_called(self, tmp_path, code):
        cell = code.replace('"', '""')
        text = f'date,sku,qty,name\n2024-01-01,"{cell}",2,"two\nlines: # {{}}"\n2024-01-01,other,1,\n'
        sales = read_sales(wrote(tmp_path, text))
        world = load_scenario(write_scenario(sales, tmp_path / "out")).world
        assert sorted(c.visits.history[0].units for c in world.customers.values()) == [1, 2]
        assert len(world.products) == 2

    def test_names_that_look_alike_stay_apart(self, tmp_path):
        path = wrote(tmp_path, "date,sku,qty\n2024-01-01,a.b,1\n2024-01-01,a b,1\n2024-01-01,A_B,1\n")
        assert set(load_scenario(write_scenario(read_sales(path), tmp_path)).world.products) == {
            "a_b",
            "a_b_2",
            "a_b_3",
        }

    def test_report_credit_and_schema_are_in_the_header(self, tmp_path):
        sales = read_sales(ROWS, products=["22423"])
        path = write_scenario(
            sales, tmp_path / "a" / "b", assumptions=Assumptions(credit="Somebody"), schema=tmp_path / "s.json"
        )
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# yaml-language-server: $schema=../../s.json\n")
        assert "# Sales: Somebody\n" in text
        assert all(f"#   {line[:60]}" in text for line in sales.understood.counts.lines)

    def test_a_schema_on_another_drive_is_named_in_full(self, tmp_path, monkeypatch):
        def no_way(*_: object) -> str:
            raise ValueError("path is on mount 'C:', start on mount 'D:'")

        monkeypatch.setattr("os.path.relpath", no_way)
        path = write_scenario(read_sales(ROWS), tmp_path, schema=tmp_path / "s.json")
        assert f"$schema={(tmp_path / 's.json').as_posix()}\n" in path.read_text(encoding="utf-8")

    def test_an_existing_scenario_is_not_overwritten_unasked(self, tmp_path):
        sales = read_sales(ROWS, products=["22423"])
        path = write_scenario(sales, tmp_path)
        path.write_text("mine", encoding="utf-8")
        with pytest.raises(ScenarioError, match="is there already"):
            write_scenario(sales, tmp_path)
        assert write_scenario(sales, tmp_path, replace=True).read_text(encoding="utf-8") != "mine"

    @pytest.mark.parametrize(
        ("assumptions", "message"),
        [
            (Assumptions(margin=50), "the margin is 50; it is a share"),
            (Assumptions(lead_time="gama(mean=14 d, cv=0.3)"), "no law of time: .* did you mean 'gamma'"),
        ],
    )
    def test_assumptions_must_make_sense(self, tmp_path, assumptions, message):
        with pytest.raises(ScenarioError, match=message):
            write_scenario(read_sales(ROWS), tmp_path, assumptions=assumptions)
        assert not list(tmp_path.iterdir())

    def test_a_folder_that_cannot_be_written_says_so(self, tmp_path):
        blocked = wrote(tmp_path, "a file")
        with pytest.raises(ScenarioError, match="cannot be written"):
            write_scenario(read_sales(ROWS), blocked)


class TestShippedShop:
    def test_its_history_is_the_excerpt_beside_it(self):
        table = pd.read_csv(SCENARIOS / "data" / "online_retail_excerpt.csv", dtype={"product": str})
        world = load_scenario(SCENARIOS / "real_gift_shop.yaml").world
        for customers in world.customers.values():
            own = table[table["product"] == customers.visits.product]
            assert (
                sum(line.units * line.lines for line in customers.visits.history) == (own["units"] * own["lines"]).sum()
            )
            assert customers.visits.days * 86_400 == world.calendar.measure

    def test_its_header_tells_the_size_of_the_excerpt(self):
        table = pd.read_csv(SCENARIOS / "data" / "online_retail_excerpt.csv")
        text = (SCENARIOS / "real_gift_shop.yaml").read_text(encoding="utf-8")
        assert f"#   {table['lines'].sum():,} kept as order lines\n" in text
        assert "10.24432/C5BW33" in text
