"""The parts of the speed study do what they are named for; how fast they are is no test's business."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from experiments.plan import read_study
from experiments.studies.speed.cases import RULES, full_shop, shop
from experiments.studies.speed.footprint import footprint
from experiments.studies.speed.measure import README, Line, sizes, table
from experiments.studies.speed.studies import Mailed, timed_study, tiny
from experiments.studies.speed.timing import pace
from sim import Ledger, audit, draw_tape, simulate
from sim.words import Exit, Notice


def played(case: str, *, products: int = 1, warehouses: int = 1) -> Ledger:
    scenario = shop(20_000, case, products=products, warehouses=warehouses)
    tape = draw_tape(scenario.world, seed=1, replication=0)
    ledger = simulate(scenario.world, scenario.policy("backorder"), tape)
    audit(scenario.world, scenario.policy("backorder"), tape, ledger)
    return ledger


def test_nobody_is_short_where_nobody_should_be() -> None:
    assert not played("never short").visits.fate.any()


def test_most_are_short_where_most_should_be() -> None:
    assert played("always short").visits.fate.astype(bool).mean() > 0.3


def test_base_stock_orders_single_units() -> None:
    assert set(played("base stock").orders.units) == {1}


def test_a_wide_shop_has_as_many_visits() -> None:
    narrow, wide = played("never short"), played("never short", products=3, warehouses=4)
    assert len(wide.opening) == 12
    assert len(wide.visits) == pytest.approx(len(narrow.visits), rel=0.05)


def test_every_case_has_a_rule_for_both_policies() -> None:
    assert all(list(shop(100, case).policies) == ["out_of_stock", "backorder"] for case in RULES)


def test_full_customers_do_all_that_customers_can() -> None:
    scenario = full_shop(60_000)
    tape = draw_tape(scenario.world, seed=1, replication=0)
    ledger = simulate(scenario.world, scenario.policy("backorder"), tape)
    seen = (ledger.regard.time, ledger.reviews.time, ledger.contacts.time, ledger.returns.time, ledger.swaps.time)
    assert all(len(rows) for rows in seen)
    assert {Exit.NOTIFY, Exit.DEFER, Exit.SUBSTITUTE} <= set(ledger.visits.exit.tolist())
    assert {Notice.DELAY, Notice.RESTOCK} <= set(ledger.notices.kind.tolist())
    audit(scenario.world, scenario.policy("backorder"), tape, ledger)


def test_a_pace_is_that_of_one_piece_of_work() -> None:
    done: list[int] = []
    found = pace(lambda: done.append(1), 4, goes=3)
    assert found.microseconds >= 0
    assert len(done) >= 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows counts memory in another way")
def test_a_footprint_is_taken_in_a_process_of_its_own() -> None:
    found = footprint(2_000)
    assert found["visits"] == pytest.approx(2_000, rel=0.1)
    assert found["peak"] >= found["before"] > 0


def test_a_tape_takes_thirty_bytes_a_visit() -> None:
    assert next(sizes()).found == "30.0 MB"


def test_a_table_holds_every_line_and_tells_it_at_once() -> None:
    told: list[str] = []
    text = table(iter([Line("one visit", "2 us", "<= 3 us"), Line("two", "4 us")]), told.append)
    assert text.splitlines()[2:] == ["| one visit | 2 us | <= 3 us |", "| two | 4 us |  |"]
    assert [line.split(":")[0] for line in told] == ["one visit", "two"]


def test_the_page_holds_a_table() -> None:
    assert "| one visit, typical, backorder |" in README.read_text(encoding="utf-8")


def test_tasks_and_answers_go_by_mail(tmp_path: Path) -> None:
    mail = Mailed()
    assert mail.submit(sorted, [2, 1], reverse=True).result() == [2, 1]
    assert (mail.tasks, mail.out > 0, mail.back > 0) == (1, True, True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows counts memory in another way")
def test_tiny_runs_are_made_up_in_their_number(tmp_path: Path) -> None:
    memory, store = tiny(tmp_path / "tiny", runs=1_000, simulate=False)
    assert memory.what == "1,000 made-up runs, 50 settings"
    assert store.found.startswith("2 parts, ")


def test_the_study_that_is_timed_can_be_run(tmp_path: Path) -> None:
    study = read_study(timed_study(tmp_path / "timed", replications=2, points=2))
    assert (len(study.points), study.replications, len(study.policies)) == (2, 2, 2)
