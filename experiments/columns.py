"""The columns of a study's results: what each row says, and as which type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.design import Point
from experiments.factors import as_text
from experiments.task import Outcome

if TYPE_CHECKING:
    import pyarrow as pa

KEYS: Final = ("point", "policy", "replication", "status", "error", "ledger", "key")
"""Columns that every store has, beside its factors and measures."""

_WIDEST: Final = 2**63
"""Whole numbers from here on do not fit a column of whole numbers."""

Typed = tuple["pa.DataType", Callable[[Any], Any]]
"""The type of a factor's column, and what makes one of its values as of that type."""


def run_key(study: str, point: int, policy: str, replication: int) -> str:
    """By what a run is called: `stockout replay` takes it."""
    return f"{study}/{point}/{policy}/{replication}"


class Layout:
    """The columns of one study's rows.

    A factor's column is of numbers when all its values are; else it holds them as text.
    """

    def __init__(
        self, study: str, points: Sequence[Point], policies: Sequence[str], measures: Sequence[str]
    ) -> None:
        self._study, self._points = study, points
        self._policies, self._measures = tuple(policies), tuple(measures)
        self._factors: Final = {name: _typed(values) for name, values in _values(points).items()}

    def key(self, outcome: Outcome, place: int) -> str:
        """The key of one policy's run."""
        return run_key(self._study, outcome.point, self._policies[place], outcome.replication)

    def table(self, outcomes: Sequence[Outcome]) -> pa.Table:
        """Outcomes as rows: by point, then policy, then replication."""
        import pyarrow as pa  # noqa: PLC0415 - reading a study needs no Parquet

        rows = sorted(
            ((each.point, place, each.replication, each) for each in outcomes for place in range(len(self._policies))),
            key=lambda row: row[:3],
        )
        columns = {**self._about(rows), **self._facts(rows)}
        values = np.array([each.values[place] for _, place, _, each in rows]).reshape(len(rows), len(self._measures))
        columns |= {name: pa.array(np.ascontiguousarray(values[:, n])) for n, name in enumerate(self._measures)}
        return pa.table(columns)

    def _about(self, rows: Sequence[tuple[int, int, int, Outcome]]) -> dict[str, pa.Array]:
        """Where each row belongs."""
        import pyarrow as pa  # noqa: PLC0415 - likewise

        columns: dict[str, pa.Array] = {"point": pa.array([point for point, *_ in rows], pa.int32())}
        settings = {point: dict(self._points[point].settings) for point, *_ in rows}
        for name, (kind, shown) in self._factors.items():
            columns[name] = pa.array([shown(settings[point].get(name)) for point, *_ in rows], kind)
        columns["policy"] = pa.array([self._policies[place] for _, place, _, _ in rows], pa.string())
        columns["replication"] = pa.array([replication for _, _, replication, _ in rows], pa.int32())
        return columns

    def _facts(self, rows: Sequence[tuple[int, int, int, Outcome]]) -> dict[str, pa.Array]:
        """What became of each run."""
        import pyarrow as pa  # noqa: PLC0415 - likewise

        errors = [each.errors[place] for _, place, _, each in rows]
        keys = [self.key(each, place) for _, place, _, each in rows]
        return {
            "status": pa.array(["error" if error else "ok" for error in errors], pa.string()),
            "error": pa.array(errors, pa.string()),
            "ledger": pa.array([each.ledgers[place] for _, place, _, each in rows], pa.string()),
            "key": pa.array(keys, pa.string()),
        }

    def outcomes(self, table: pa.Table) -> tuple[Outcome, ...]:
        """The opposite of `table`: whole replications, in the order of points and replications."""
        places = {policy: place for place, policy in enumerate(self._policies)}
        point, number, policy, errors, ledgers = (
            table[name].to_pylist() for name in ("point", "replication", "policy", "error", "ledger")
        )
        values = np.column_stack([np.empty((table.num_rows, 0)), *(table[name].to_numpy() for name in self._measures)])
        found: dict[tuple[int, int], dict[int, int]] = {}
        for row, key in enumerate(zip(point, number, strict=True)):
            found.setdefault(key, {})[places[policy[row]]] = row
        whole = {key: [rows[place] for place in sorted(rows)] for key, rows in sorted(found.items())}
        return tuple(
            Outcome(
                point=key[0],
                replication=key[1],
                values=values[rows],
                ledgers=tuple(ledgers[row] for row in rows),
                errors=tuple(errors[row] for row in rows),
            )
            for key, rows in whole.items()
            if len(rows) == len(places)
        )


def _values(points: Sequence[Point]) -> Mapping[str, list[Any]]:
    """All values of each factor, points that leave it alone aside."""
    found: dict[str, list[Any]] = {}
    for point in points:
        for name, value in point.settings:
            found.setdefault(name, []).append(value)
    return found


def _typed(values: Sequence[Any]) -> Typed:
    import pyarrow as pa  # noqa: PLC0415 - reading a study needs no Parquet

    kinds = {type(each) for each in values}
    if kinds == {int} and all(-_WIDEST <= each < _WIDEST for each in values):
        return pa.int64(), _as_it_is
    if kinds <= {int, float}:
        return pa.float64(), lambda value: None if value is None else float(value)
    if kinds == {bool}:
        return pa.bool_(), _as_it_is
    return pa.string(), as_text


def _as_it_is(value: Any) -> Any:
    return value
