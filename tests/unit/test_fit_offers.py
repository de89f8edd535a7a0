"""A file of offers is read to the last row, and every row that cannot be used is named."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.fit.offers import Offer, Offers, read_offers

HEAD = "quoted_hi,shown,accepted\n"


def read(folder: Path, text: str) -> Offers:
    path = folder / "offers.csv"
    path.write_text(text, encoding="utf-8")
    return read_offers(path)


def test_waits_are_in_days_or_have_a_unit(tmp_path: Path) -> None:
    offers = read(tmp_path, HEAD + "3,10,9\n36 h,10,10\n2 wk,10,2\n7.5 d,10,4\n").offers
    assert [offer.hi for offer in offers] == [1.5, 3, 7.5, 14]


def test_rows_of_the_same_wait_are_pooled(tmp_path: Path) -> None:
    offers = read(tmp_path, HEAD + "7,1,1\n1 wk,1,0\n7.0 d,10,4\n").offers
    assert offers == (Offer(7.0, 12, 5),)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("7,10,11", "11 accepted of 10 shown"),
        ("7,0,0", "never shown"),
        ("0,10,10", "no wait"),
        ("soon,10,3", "'soon' is not a duration"),
        ("10-14 d,10,3", "unknown unit"),
        ("-3,10,3", "negative"),
        (",10,3", "quoted_hi is empty"),
        ("7,,3", "shown is empty"),
        ("7,10,", "accepted is empty"),
        ("7,ten,3", "shown is 'ten', which is no whole number"),
        ("7,10,3.5", "accepted is '3.5', which is no whole number"),
        ("7,10,-3", "accepted is '-3', which is no whole number"),
        ("7,10", "2 fields, where the first line names 3"),
        ("7,10,3,1", "4 fields, where the first line names 3"),
    ],
)
def test_a_bad_row_is_left_out_with_its_line_and_why(tmp_path: Path, row: str, why: str) -> None:
    offers = read(tmp_path, f"{HEAD}5,10,9\n\n{row}\n9,10,3\n")
    assert (offers.rows, offers.kept, offers.shown) == (3, 2, 20)
    (bad,) = offers.bad
    assert bad.line == 4
    assert why in bad.why


cells = st.text(alphabet="0123456789.,- dwkx\"'", max_size=8)


@given(st.lists(st.tuples(cells, cells, cells).filter(lambda row: any(cell.strip() for cell in row)), max_size=12))
def test_no_row_is_lost(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]) -> None:
    quoted = ["|".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows]
    offers = read(tmp_path_factory.mktemp("rows"), HEAD.replace(",", "|") + "\n".join(quoted) + "\n")
    assert offers.rows == offers.kept + len(offers.bad) == len(rows)


@pytest.mark.parametrize(
    "head", ["Quoted hi;Shown;Accepted", "note;accepted;shown;QUOTED_HI", "quoted-hi\tshown\taccepted"]
)
def test_columns_are_found_in_any_order_and_spelling(tmp_path: Path, head: str) -> None:
    mark = "\t" if "\t" in head else ";"
    row = {"quoted": "7,5", "shown": "10", "accepted": "4", "note": "x"}
    cells = [row[title.lower().split("_")[0].split("-")[0].split(" ")[0]] for title in head.split(mark)]
    assert read(tmp_path, f"{head}\n{mark.join(cells)}\n").offers == (Offer(7.5, 10, 4),)


def test_gzip_and_foreign_letters_in_other_columns_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "offers.csv.gz"
    path.write_bytes(gzip.compress((HEAD.strip() + ",note\n7,10,4,Grüße\n").encode("cp1252")))
    assert read_offers(path).offers == (Offer(7.0, 10, 4),)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no column 'quoted_hi'"),
        ("quoted,shown,accepted\n7,1,1\n", "'quoted' may be meant"),
        ("quoted_hi,shown,shown,accepted\n", "more than one column 'shown'"),
    ],
)
def test_a_file_without_the_columns_is_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ScenarioError, match=why):
        read(tmp_path, text)


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "offers.csv.gz"
    path.write_bytes(gzip.compress(HEAD.encode())[:-9])
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_offers(path)


def test_rows_given_in_python_are_judged_too() -> None:
    with pytest.raises(ScenarioError, match="row 2: 5 accepted of 4 shown"):
        Offers.of([(7, 4, 4), (9, 4, 5)])
