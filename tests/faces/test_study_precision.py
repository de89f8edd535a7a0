"""Studies that end by themselves: the same for any number of workers, and honest about limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

from experiments.run import run_study
from experiments.store import read_manifest, read_store
from sim import estimate
from tests.small_study import STUDY, contents, write_study

Stockout = Callable[..., Result]
PRECISE = STUDY + "precision: {measures: {profit: {half_width: 12}}, limit: 60}\n"


def test_one_worker_and_two_stop_at_the_same_replications_with_the_same_bytes(tmp_path: Path) -> None:
    alone = run_study(write_study(tmp_path / "alone", PRECISE))
    together = run_study(write_study(tmp_path / "together", PRECISE), workers=2)
    assert contents(alone.store) == contents(together.store)


def test_settings_stop_one_by_one_and_the_manifest_says_why(tmp_path: Path) -> None:
    store = run_study(write_study(tmp_path, PRECISE)).store
    points = read_manifest(store)["points"]
    assert len({point["replications"] for point in points}) > 1
    assert {point["stopped_by"] for point in points} == {"precision"}
    rows = read_store(store).groupby("point").replication.nunique()
    assert rows.to_dict() == {point["point"]: point["replications"] for point in points}


def test_every_setting_is_as_precise_as_was_wanted(tmp_path: Path) -> None:
    rows = read_store(run_study(write_study(tmp_path, PRECISE)).store)
    for _, point in rows.groupby("point"):
        table = point.pivot_table(index="replication", columns="policy", values="profit")
        assert estimate((table["backorder"] - table["out_of_stock"]).to_numpy()).half_width <= 12


def test_it_says_where_the_limit_came_first(stockout: Stockout, tmp_path: Path) -> None:
    text = PRECISE.replace("half_width: 12", "half_width: 0.01").replace("60", "20")
    result = stockout("study", write_study(tmp_path, text))
    assert result.exit_code == 0, result.output
    assert "At 3 of 6 settings the limit of replications came before the wanted precision." in result.stdout


def test_many_settings_are_counted(stockout: Stockout, tmp_path: Path) -> None:
    factor = "factors: {customers.shoppers.patience: {from: 3 d, to: 30 d}}\n"
    text = STUDY[: STUDY.index("factors")] + factor + "design: lhs\npoints: 60\nreplications: 2\n"
    result = stockout("study", write_study(tmp_path, text))
    (row,) = [line for line in result.stdout.splitlines() if line.startswith("| backorder")]
    assert sum(int(cell) for cell in row.split("|")[2:-1]) == 60
