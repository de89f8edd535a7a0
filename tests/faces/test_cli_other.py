"""`stockout import`, `study` and `dashboard`: thin doors to other rooms."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import sim

Stockout = Callable[..., Any]

SALES = "date;sku;qty;price\n" + "".join(
    f"2026-01-{day:02};{sku};{1 + day % 2};9,50\n" for day in range(1, 29) for sku in ("mug", "cup")
)


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    path.write_text(SALES + "2026-01-29;mug;;9,50\n", encoding="utf-8")
    return path


def test_import_writes_a_scenario_that_runs(stockout: Stockout, sales: Path, tmp_path: Path) -> None:
    result = stockout("import", sales, "--product", "mug", "--out", tmp_path / "shop", "--currency", "CHF")
    assert result.exit_code == 0, result.stderr
    scenario = sim.load_scenario(tmp_path / "shop" / "scenario.yaml")
    assert scenario.world.currency == "CHF"
    assert sim.run(scenario, replications=2).array(next(iter(scenario.policies)), "visits").min() > 0


def test_import_accounts_for_every_row(stockout: Stockout, sales: Path, tmp_path: Path) -> None:
    text = stockout("import", sales, "--product", "mug", "--out", tmp_path / "shop").stdout
    assert "57 rows in the file" in text
    assert "1 dropped, no quantity" in text
    assert "28 dropped, of another product" in text
    assert "date: 'date'" in text


def test_an_editor_finds_the_schema_of_an_imported_scenario(stockout: Stockout, sales: Path, tmp_path: Path) -> None:
    stockout("import", sales, "--product", "mug", "--out", tmp_path / "shop")
    modeline = (tmp_path / "shop" / "scenario.yaml").read_text().splitlines()[0]
    assert modeline == "# yaml-language-server: $schema=scenario.schema.json"
    assert (tmp_path / "shop" / "scenario.schema.json").read_text() == sim.schema_text()


def test_dry_run_only_tells(stockout: Stockout, sales: Path, tmp_path: Path) -> None:
    result = stockout("import", sales, "--dry-run", "--out", tmp_path / "shop")
    assert result.exit_code == 0
    assert "quantity: 'qty'" in result.stdout
    assert not (tmp_path / "shop").exists()


def test_columns_and_notation_can_be_named(stockout: Stockout, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("when|what|how many\n03/04/2026|mug|1\n05/04/2026|mug|2\n", encoding="utf-8")
    columns = ("--column", "date=when", "--column", "product=what", "--column", "quantity=how many")
    result = stockout("import", path, *columns, "--dates", "day-first", "--dry-run")
    assert "order lines from 2026-04-03 to 2026-04-05" in result.stdout


def test_a_column_can_be_said_to_be_missing(stockout: Stockout, sales: Path) -> None:
    result = stockout("import", sales, "--column", "price=", "--dry-run")
    assert "price: " not in result.stdout


def test_unknown_meanings_are_wrong_usage(stockout: Stockout, sales: Path) -> None:
    result = stockout("import", sales, "--column", "dates=date", "--dry-run")
    assert result.exit_code == 2
    assert "no meaning of a column" in result.stderr


def test_cents_may_follow_a_comma(stockout: Stockout, sales: Path, tmp_path: Path) -> None:
    stockout("import", sales, "--product", "mug", "--decimal", "comma", "--out", tmp_path / "shop")
    assert "price: 9.5" in (tmp_path / "shop" / "scenario.yaml").read_text(encoding="utf-8")


def test_import_needs_to_know_where(stockout: Stockout, sales: Path) -> None:
    assert stockout("import", sales).exit_code == 2


def test_a_file_that_cannot_be_understood_is_told(stockout: Stockout, tmp_path: Path) -> None:
    path = tmp_path / "poem.csv"
    path.write_text("roses,violets\nred,blue\n", encoding="utf-8")
    result = stockout("import", path, "--dry-run")
    assert result.exit_code == 3
    assert "no column looks like" in result.stderr


# studies


@dataclass(frozen=True)
class Outcome:
    store: Path
    points: int = 6
    runs: int = 24
    failures: int = 0
    summary: tuple[str, ...] = ("one gains", "the other does not")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "study.yaml"
    path.write_text("version: 1\n", encoding="utf-8")
    return path


def offer(monkeypatch: pytest.MonkeyPatch, run_study: Callable[..., Outcome]) -> None:
    """Put a study runner in the place of the real one."""
    room = ModuleType("experiments.run")
    monkeypatch.setattr(room, "run_study", run_study, raising=False)
    monkeypatch.setitem(sys.modules, "experiments.run", room)


def test_study_passes_its_options_on(
    stockout: Stockout, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []

    def run_study(path: Path, *, executor: str | None, workers: int, on_progress: Any, resume: bool) -> Outcome:
        asked.append((path, executor, workers, resume))
        on_progress(1, 24)
        return Outcome(tmp_path / "store")

    offer(monkeypatch, run_study)
    result = stockout("study", study, "--workers", 2, "--afresh")
    assert result.exit_code == 0
    assert asked == [(study, None, 2, False)]
    assert result.stdout == f"one gains\nthe other does not\n6 settings, 24 runs: {tmp_path / 'store'}\n"


def test_failed_runs_of_a_study_end_with_4(
    stockout: Stockout, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, lambda *_, **__: Outcome(tmp_path / "store", failures=5))
    failed = [{"key": f"key_{number}", "error": "the shelf fell over"} for number in range(5)]
    monkeypatch.setattr("experiments.store.read_manifest", lambda _: {"failures": failed})
    result = stockout("study", study)
    assert result.exit_code == 4
    assert "5 of 24 runs failed" in result.stderr
    assert result.stderr.count("the shelf fell over") == 3
    assert f"stockout replay {tmp_path / 'key_2'}" in result.stderr


def _interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_an_interrupted_study_says_how_to_resume(
    stockout: Stockout, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, _interrupt)
    result = stockout("study", study)
    assert result.exit_code == 130
    assert f"Go on with: stockout study {study}\n" in result.stderr


# dashboard


@pytest.mark.parametrize("file", [True, False])
def test_dashboard_is_served_on_this_machine_only(
    stockout: Stockout, shop: Path, monkeypatch: pytest.MonkeyPatch, file: bool
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("sim.commands.dashboard._serve", lambda command: started.append(command) or 0)
    result = stockout("dashboard", *([shop] if file else []), "--port", 8599)
    assert result.exit_code == 0
    (command,) = started
    assert command[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert Path(command[4]).name == "app.py"
    assert {"--server.address=127.0.0.1", "--server.port=8599"} <= set(command)
    assert (command[-2:] == ["--", str(shop)]) is file


def test_a_dashboard_that_falls_over_is_an_internal_error(stockout: Stockout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.commands.dashboard._serve", lambda _: 1)
    assert stockout("dashboard").exit_code == 5
