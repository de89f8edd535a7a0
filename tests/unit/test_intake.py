"""What visitors bring: read within limits, told in sentences, and on disk under no name of theirs."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from dashboard.intake import MOST_BYTES, checked, decoded, imported
from sim import Assumptions, load_scenario, read_sales, sales_text, write_scenario
from sim.errors import ScenarioError
from tests.spiky_shop import SPIKY

ROWS = Path(__file__).parents[1] / "fixtures" / "sales" / "online_retail_rows.csv"
BOMB = "a: &a [1, 2]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 60)}]\n" for name, before in zip("bcde", "abcd", strict=True)
)


def test_a_fine_text_is_a_scenario() -> None:
    scenario, faults = checked(SPIKY, None)
    assert scenario == load_scenario(SPIKY)
    assert faults == ()


@pytest.mark.parametrize("text", ["", "x", "[" * 5000, BOMB, "a: !!python/object/apply:os.system [ls]", "\0"])
def test_a_hostile_text_has_faults_and_no_scenario(text: str) -> None:
    scenario, faults = checked(text, None)
    assert scenario is None
    assert faults


def test_a_text_may_name_no_file() -> None:
    text = SPIKY.replace("visits: 4/d", "visits: {history: ../../etc/passwd.csv}")
    _, faults = checked(text, None)
    assert "cannot name files" in faults[0].message


def test_uploads_are_limited_and_must_be_text() -> None:
    with pytest.raises(ScenarioError, match="larger than 1 MB"):
        decoded(b"a" * (MOST_BYTES + 1))
    with pytest.raises(ScenarioError, match="not UTF-8"):
        decoded(b"\xff\xfe\x00")
    assert decoded("\ufefftitle: ä\r\n".encode()) == "title: ä\n"


def test_sales_become_a_scenario_without_other_files() -> None:
    text = imported(ROWS.read_bytes(), 2, Assumptions(title="Mine", margin=0.4))
    scenario = load_scenario(text)
    assert (scenario.title, len(scenario.world.products)) == ("Mine", 2)


def test_the_text_lists_the_days_that_the_file_beside_the_scenario_has(tmp_path: Path) -> None:
    sales = read_sales(ROWS, most=2)
    text, files = load_scenario(sales_text(sales)), load_scenario(write_scenario(sales, tmp_path))
    for name, customers in files.world.customers.items():
        listed = text.world.customers[name].visits
        assert (listed.history, listed.days) == (customers.visits.history, customers.visits.days)


PACKED = {"gzip": gzip.compress(b"a,b", mtime=0), "parquet": b"PAR1....", "zip": b"PK\x03\x04"}


@pytest.mark.parametrize("content", PACKED.values(), ids=PACKED)
def test_packed_files_are_refused(content: bytes) -> None:
    with pytest.raises(ScenarioError, match="packed"):
        imported(content, 1, Assumptions())


def test_what_is_no_sales_file_is_told_without_our_paths() -> None:
    with pytest.raises(ScenarioError) as told:
        imported(b"name,colour\nmug,blue\n", 1, Assumptions())
    assert "/" not in str(told.value).replace("price/unit", "")
    assert "stockout-" not in str(told.value)
