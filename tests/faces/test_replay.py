"""`stockout replay`: a run of a study found by its key, and played as it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import experiments.task
from experiments.replay import find_run
from experiments.run import StudyOutcome, run_study
from experiments.store import read_manifest, read_store
from sim import Played, Scenario, Tape, play
from sim.errors import ResultError
from sim.model.stock import Stock
from tests.small_study import write_study

Stockout = Callable[..., Result]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> StudyOutcome:
    return run_study(write_study(tmp_path_factory.mktemp("study")))


def test_every_key_of_a_store_names_the_run_of_its_row(outcome: StudyOutcome) -> None:
    rows = read_store(outcome.store)
    for _, row in rows.iloc[::11].iterrows():
        run = find_run(row["key"], within=outcome.store.parent)
        assert (run.point, run.policy, run.replication) == (row["point"], row["policy"], row["replication"])
        assert run.again().ledger.digest == row["ledger"]


def test_a_run_is_played_again_with_the_same_ledger(stockout: Stockout, outcome: StudyOutcome) -> None:
    result = stockout("replay", f"{outcome.store}/3/backorder/2")
    assert result.exit_code == 0, result.output
    assert "A small shop: setting 3, backorder, replication 2, seed 11" in result.stdout
    assert "customers.shoppers.patience.median = 9 d" in result.stdout
    assert "the same ledger as in the store" in result.stdout
    assert "served from the shelf: " in result.stdout


def test_the_story_of_a_customer_of_it_is_told(stockout: Stockout, outcome: StudyOutcome) -> None:
    result = stockout("replay", f"{outcome.store}/3/backorder/2", "--customer", 0)
    assert "Customer 0 under backorder, replication 2, seed 11" in result.stdout


def test_a_store_is_found_by_its_name_from_the_folders_above(
    stockout: Stockout, outcome: StudyOutcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (outcome.store.parent, outcome.store.parents[1], outcome.store.parents[2]):
        monkeypatch.chdir(folder)
        assert stockout("replay", f"{outcome.store.name}/0/out_of_stock/0").exit_code == 0


def test_the_scenario_file_is_not_needed_any_more(tmp_path: Path, outcome: StudyOutcome) -> None:
    moved = shutil.copytree(outcome.store, tmp_path / outcome.store.name)
    assert find_run(f"{moved}/5/backorder/1").scenario.digest == read_manifest(moved)["points"][5]["scenario_digest"]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("3/backorder/2", "is not the key of a run"),
        ("STORE/x/backorder/2", "is not the key of a run"),
        ("STORE/9/backorder/2", "the study has the settings 0 to 5"),
        ("STORE/3/backorders/2", "no policy 'backorders'; did you mean 'backorder'"),
        ("nowhere/3/backorder/2", "there is no store nowhere here"),
    ],
)
def test_a_key_that_names_nothing_is_refused(
    stockout: Stockout, outcome: StudyOutcome, key: str, message: str
) -> None:
    result = stockout("replay", key.replace("STORE", str(outcome.store)))
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_store_of_another_engine_is_refused(tmp_path: Path, outcome: StudyOutcome) -> None:
    moved = shutil.copytree(outcome.store, tmp_path / "old")
    manifest = (moved / "manifest.json").read_text(encoding="utf-8")
    (moved / "manifest.json").write_text(manifest.replace('"engine": "', '"engine": "0.0.'), encoding="utf-8")
    with pytest.raises(ResultError, match=r"was made by stockout 0\.0\."):
        find_run(f"{moved}/3/backorder/2")


def test_a_failed_run_fails_again_with_its_trace_and_moment(
    stockout: Stockout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell = Stock.sell

    def broken(self: Stock, units: int) -> bool:
        if self.on_hand < 7:
            raise ZeroDivisionError("a shelf gave way")
        return sell(self, units)

    monkeypatch.setattr(Stock, "sell", broken)
    outcome = run_study(write_study(tmp_path))
    assert outcome.failures > 0
    key = str(read_manifest(outcome.store)["failures"][0]["key"])
    result = stockout("replay", outcome.store.parent / key)
    assert result.exit_code == 4
    assert "In the store it failed: ZeroDivisionError: a shelf gave way" in result.stdout
    assert "Traceback (most recent call last)" in result.stderr
    assert "It fails: ZeroDivisionError: a shelf gave way" in result.stderr
    assert "That was at day " in result.stderr
    failed = json.loads(stockout("replay", outcome.store.parent / key, "--json").stdout)
    assert failed["failed"] == "ZeroDivisionError: a shelf gave way"


def test_a_run_of_a_study_that_was_interrupted_can_be_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(scenario: Scenario, policy: str, tape: Tape) -> Played:
        if tape.replication == 3:
            raise KeyboardInterrupt
        return play(scenario, policy, tape)

    monkeypatch.setattr(experiments.task, "play", interrupted)
    path = write_study(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run_study(path)
    (store,) = (tmp_path / "store").iterdir()
    run = find_run(f"{store}/5/backorder/3")
    assert run.row is None
    assert len(run.again().tape.visits) > 0
