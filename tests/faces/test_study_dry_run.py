"""`stockout study --dry-run`: what would be run, for how long, and what is there already; and faults before any run."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from experiments.dry_run import duration, rows_in
from experiments.run import run_study
from sim.commands.exits import Code
from tests.small_study import FACTORS, STUDY, write_study

Stockout = Callable[..., Result]
SOBOL = STUDY.replace(FACTORS, "factors:\n  customers.shoppers.patience: {from: 3 d, to: 9 d}\n")


def test_it_tells_settings_and_runs(stockout: Stockout, tmp_path: Path) -> None:
    result = stockout("study", write_study(tmp_path), "--dry-run")
    assert result.exit_code == 0, result.output
    assert "Design grid: 2 factors, 6 settings" in result.stdout
    assert re.search(r"customers\.shoppers\.patience\.median\s+3 d, 9 d", result.stdout)
    assert "6 settings, 2 policies (out_of_stock, backorder), 4 replications: 48 runs" in result.stdout


def test_it_estimates_the_time_by_a_pilot(stockout: Stockout, tmp_path: Path) -> None:
    result = stockout("study", write_study(tmp_path), "--dry-run")
    assert re.search(r"A run takes \S+ to \S+ s, by a pilot of 3 settings\.", result.stdout)
    assert re.search(r"What is left takes about \d+\.\d seconds with 1 worker\.", result.stdout)


def test_it_writes_nothing(stockout: Stockout, tmp_path: Path) -> None:
    path = write_study(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    result = stockout("study", path, "--dry-run")
    assert "The store is empty" in result.stdout
    assert sorted(tmp_path.rglob("*")) == before


def test_it_tells_what_the_store_has(stockout: Stockout, tmp_path: Path) -> None:
    path = write_study(tmp_path)
    store = run_study(path).store
    assert rows_in(store) == 48
    result = stockout("study", path, "--dry-run")
    assert "The store has 48 runs already" in result.stdout
    assert "Nothing is left to run." in result.stdout


def test_it_tells_what_is_done_otherwise_than_the_study_says(stockout: Stockout, tmp_path: Path) -> None:
    result = stockout("study", write_study(tmp_path, f"{SOBOL}design: sobol\npoints: 5\n"), "--dry-run")
    assert "5 points are raised to 8: Sobol points come in powers of two" in result.stdout


def test_it_tells_the_fewest_and_the_most_runs_of_a_precision(stockout: Stockout, tmp_path: Path) -> None:
    text = STUDY + "precision: {measures: {profit: {half_width: 50}}, limit: 100}\n"
    result = stockout("study", write_study(tmp_path, text), "--dry-run")
    assert "15 to 100 replications until profit" in result.stdout
    assert "180 to 1,200 runs" in result.stdout
    assert re.search(r"takes about \d.* to \d", result.stdout)


def test_a_pilot_that_fails_leaves_the_rest_told(
    stockout: Stockout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.dry_run.run_cell", failing)
    result = stockout("study", write_study(tmp_path), "--dry-run")
    assert result.exit_code == 0
    assert "A pilot run failed, so there is no estimate of the time: policy 'p', replication 0, seed 1: no" in (
        result.stdout.replace("\n", " ")
    )


def failing(*_: object) -> None:
    from sim import ReplicationError  # noqa: PLC0415 - the face above has loaded it already

    raise ReplicationError("p", 0, 1, "no")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("customers.shopers.patience: [3 d]", "there is no 'shopers' in world.customers; did you mean 'shoppers'?"),
        ("levers.replenish.s: {from: 4, to: 8, step: 3}", "unknown key 'step'; did you mean 'steps'?"),
        ("levers.replenish.s: {from: 4, to: 8}", "a grid needs the values of this factor one by one"),
        ("levers.replenish.s: [4 d]", "'4 d' is not a whole number"),
    ],
)
def test_a_fault_is_told_with_its_line_before_the_first_run(
    stockout: Stockout, tmp_path: Path, line: str, said: str
) -> None:
    result = stockout("study", write_study(tmp_path, STUDY.replace(FACTORS, f"factors:\n  {line}\n")))
    assert result.exit_code == Code.SCENARIO
    assert "study.yaml:6:" in result.output.replace("\n", "")
    assert said in " ".join(result.output.split())
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.5, "0.5 seconds"), (60, "60 seconds"), (150, "2.5 minutes"), (7200, "2.0 hours"), (9e5, "10 days")],
)
def test_lengths_of_time_are_told_in_one_unit(seconds: float, text: str) -> None:
    assert duration(seconds) == text
