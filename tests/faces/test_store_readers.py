"""What the guide says of reading a store is so, with pandas, DuckDB and polars."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from experiments.run import StudyOutcome, run_study
from experiments.store import read_store
from tests.small_study import STUDY, write_study

GUIDE = (Path(__file__).parents[2] / "experiments" / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> StudyOutcome:
    return run_study(write_study(tmp_path_factory.mktemp("study"), STUDY + "series: {}\n"))


@pytest.mark.parametrize("package", ["pandas", "duckdb", "polars"])
def test_three_lines_read_a_store(outcome: StudyOutcome, package: str) -> None:
    pytest.importorskip(package, reason="an extra")
    (lines,) = re.findall(rf"```python\n(# {package}\n.*?)```", GUIDE, flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(lines.replace("STORE", outcome.store.as_posix()), package, "exec"), names)
    profits = {(point, policy): mean for point, policy, mean in rows_of(names["mean_profit"])}
    assert len(profits) == 12
    assert profits[0, "backorder"] == pytest.approx(expected(outcome))


def rows_of(table: Any) -> list[tuple[int, str, float]]:
    """Point, policy and mean, whichever package made the table."""
    if isinstance(table, list):
        return table
    return table.rows() if hasattr(table, "rows") else [(*key, mean) for key, mean in table.items()]


def expected(outcome: StudyOutcome) -> float:
    rows = read_store(outcome.store).query("point == 0 and policy == 'backorder'")
    return float(rows["profit"].mean())
