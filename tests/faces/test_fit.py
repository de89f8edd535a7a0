"""`stockout fit`: what a shop's own records say, in words, in JSON and as lines to paste."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import sim
from sim.scenario.memory import Churn, Panel
from tests.faces.conftest import SHOP

Stockout = Callable[..., Any]

RECORDS = Path(__file__).parents[1] / "fixtures" / "fit"
OFFERS, PURCHASES = RECORDS / "offers.csv", RECORDS / "purchases.csv"


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    return tmp_path / "lines.yaml"


def offers_of(folder: Path, *rows: str) -> Path:
    path = folder / "own.csv"
    path.write_text("\n".join(["quoted_hi,shown,accepted", *rows]) + "\n", encoding="utf-8")
    return path


def plain(text: str) -> str:
    return " ".join(text.split())


def test_patience_is_told_in_words(stockout: Stockout) -> None:
    result = stockout("fit", "patience", OFFERS)
    assert result.exit_code == 0, result.stderr
    text = plain(result.stdout)
    assert "30 rows read, 28 used, 2 left out" in text
    assert re.search(r"Median patience is [\d.]+ d \(95 % interval [\d.]+ to [\d.]+\)", text)
    assert "the offers clearly prefer the lognormal" in text
    assert "the offers do not contradict the lognormal" in text
    assert "by profile likelihood" in text


def test_every_bad_row_is_named_on_stderr(stockout: Stockout) -> None:
    told = stockout("fit", "patience", OFFERS).stderr.splitlines()
    assert told == [
        "offers.csv, line 10: 61 accepted of 52 shown; this row is left out",
        "offers.csv, line 21: 'soon' is not a duration such as '5 d' or '36 h'; this row is left out",
    ]


def test_of_very_many_bad_rows_the_first_are_named(stockout: Stockout, tmp_path: Path) -> None:
    bad = ["never,1,1"] * 30
    result = stockout("fit", "patience", offers_of(tmp_path, *bad, "5,90,60", "9,90,30"), "--json")
    assert len(result.stderr.splitlines()) == 21
    assert "and 10 more rows" in result.stderr
    assert len(json.loads(result.stdout)["rows_left_out"]) == 30


def test_json_holds_both_laws_and_every_row(stockout: Stockout) -> None:
    found = json.loads(stockout("fit", "patience", OFFERS, "--json").stdout)
    assert found["rows"] == found["rows_used"] + len(found["rows_left_out"]) == 30
    assert found["lognormal"]["median"]["low"] < 7.7 < found["lognormal"]["median"]["high"]
    assert found["lognormal"]["aic"] < found["exponential"]["aic"]
    assert found["preferred"] == "lognormal"
    assert sum(band["shown"] for band in found["bands"]) == found["shown"]


def test_an_end_that_does_not_exist_is_null_in_json(stockout: Stockout, tmp_path: Path) -> None:
    result = stockout("fit", "patience", offers_of(tmp_path, "7,5,3", "9,5,2"), "--json")
    assert json.loads(result.stdout)["lognormal"]["sigma"]["high"] is None


def test_the_line_for_patience_runs_in_a_scenario(stockout: Stockout, lines: Path, tmp_path: Path) -> None:
    stockout("fit", "patience", OFFERS, "--out", lines)
    written = YAML(typ="safe").load(lines)
    assert list(written) == ["patience"]
    shop = tmp_path / "shop.yaml"
    shop.write_text(SHOP.replace("lognormal(median=9 d, sigma=0.5)", written["patience"]), encoding="utf-8")
    assert stockout("check", shop).exit_code == 0
    law = sim.load_scenario(shop).world.customers["shoppers"].patience
    assert law is not None
    assert law.dist == "lognormal"


def test_the_lines_are_those_on_the_screen(stockout: Stockout, lines: Path) -> None:
    result = stockout("fit", "patience", OFFERS, "--out", lines)
    assert result.stdout.endswith(lines.read_text(encoding="utf-8"))
    assert f"wrote {lines}" in result.stderr


@pytest.mark.parametrize(("what", "records"), [("patience", OFFERS), ("visits", PURCHASES)])
def test_a_file_that_is_there_is_not_overwritten_unasked(
    stockout: Stockout, lines: Path, what: str, records: Path
) -> None:
    lines.write_text("mine\n", encoding="utf-8")
    assert stockout("fit", what, records, "--out", lines).exit_code == 2
    assert lines.read_text(encoding="utf-8") == "mine\n"
    assert stockout("fit", what, records, "--out", lines, "--replace").exit_code == 0
    assert lines.read_text(encoding="utf-8") != "mine\n"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (["7,9,9", "9,9,9"], "every offer was accepted (18)"),
        (["7,9,3"], "7 d is the only wait that was quoted"),
        (["7,9,12"], "line 2: 12 accepted of 9 shown"),
        ([], "0 rows read"),
    ],
)
def test_offers_that_tell_nothing_end_with_3_and_a_sentence(
    stockout: Stockout, tmp_path: Path, lines: Path, rows: list[str], why: str
) -> None:
    result = stockout("fit", "patience", offers_of(tmp_path, *rows), "--out", lines)
    assert result.exit_code == 3
    assert "error: patience cannot be fitted" in result.stderr
    assert why in result.stderr
    assert not lines.exists()


def test_a_file_that_is_not_there_is_wrong_usage(stockout: Stockout) -> None:
    assert stockout("fit", "patience", "nowhere.csv").exit_code == 2
    assert stockout("fit", "visits", "nowhere.csv").exit_code == 2


# visits


def test_visits_are_told_in_words(stockout: Stockout) -> None:
    result = stockout("fit", "visits", PURCHASES)
    assert result.exit_code == 0, result.stderr
    text = plain(result.stdout)
    assert "1,627 rows read, 1,586 used 41 dropped, no customer 497 customers found, 497 used" in text
    assert re.search(r"A member who has not left comes [\d.]+ times a day", text)
    assert "gamma with shape" in text
    assert "Those chances are beta with a = " in text
    assert "Wald's on the log scale" in text


def test_json_holds_the_law_its_drawn_customers_follow(stockout: Stockout) -> None:
    found = json.loads(stockout("fit", "visits", PURCHASES, "--json").stdout)
    for name, truth in (("shape", 0.6), ("rate", 30.0)):
        assert found[name]["low"] < truth < found[name]["high"], name
    assert found["churn"]["chance"]["low"] < 0.25 < found["churn"]["chance"]["high"]
    assert found["rows"] == found["rows_used"] + sum(found["rows_dropped"].values())
    assert found["customers"] == found["members"] + sum(found["customers_dropped"].values())
    assert sum(row["observed"] for row in found["repeats"]) == found["members"]


def test_the_lines_for_visits_are_a_panel_and_churn(stockout: Stockout, lines: Path) -> None:
    stockout("fit", "visits", PURCHASES, "--out", lines)
    written = YAML(typ="safe").load(lines)
    assert Panel(**written["panel"]).members == 497
    assert Churn(**written["memory"]["churn"]).a > 0
    assert set(written) == {"panel", "memory"}


def test_columns_can_be_named(stockout: Stockout, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(PURCHASES.read_text(encoding="utf-8").replace("date,customer", "when,who", 1), encoding="utf-8")
    result = stockout("fit", "visits", path, "--column", "date=when", "--column", "customer=who", "--json")
    assert json.loads(result.stdout)["members"] == 497


def test_sales_without_customers_end_with_3(stockout: Stockout, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("date,product,quantity\n2026-01-01,mug,1\n", encoding="utf-8")
    result = stockout("fit", "visits", path)
    assert result.exit_code == 3
    assert "no column looks like the customer" in result.stderr


def test_a_product_narrows_the_visits(stockout: Stockout) -> None:
    rows = RECORDS.parent / "sales" / "online_retail_rows.csv"
    result = stockout("fit", "visits", rows, "--product", "22423")
    assert "dropped, bought other products only" in result.stdout
    assert result.exit_code == 3
    assert "error: visit rates cannot be fitted" in result.stderr
