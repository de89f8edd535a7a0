"""The columns of a study's results: what each row says, and as which type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments.design import Point, as_text
from experiments.plan import Study

if TYPE_CHECKING:
    import pyarrow as pa

_WIDEST: Final = 2**63
"""Whole numbers from here on do not fit a column of whole numbers."""


@dataclass(frozen=True)
class Row:
    """One run: a policy in one replication of one point."""

    policy: str
    replication: int
    error: str
    """Why it failed; empty when it did not."""
    ledger: str
    """Digest of its ledger; empty when it failed."""
    values: tuple[float, ...]
    """By measure, NaN where undefined; of a failed run all are."""


def table_of(study: Study, point: Point, rows: Sequence[Row]) -> pa.Table:
    """Rows of one point as a table: point, factors, policy, replication, status, error, ledger and the measures.

    A factor's column is of numbers when all its values are; else it holds them as text.
    """
    import pyarrow as pa  # noqa: PLC0415 - reading a study needs no Parquet

    columns: dict[str, pa.Array] = {"point": pa.array([point.number] * len(rows), pa.int32())}
    for path, value in point.settings:
        kind, shown = _typed(value, study.stated.factors[path])
        columns[path] = pa.array([shown] * len(rows), kind)
    columns |= {
        "policy": pa.array([row.policy for row in rows], pa.string()),
        "replication": pa.array([row.replication for row in rows], pa.int32()),
        "status": pa.array(["error" if row.error else "ok" for row in rows], pa.string()),
        "error": pa.array([row.error for row in rows], pa.string()),
        "ledger": pa.array([row.ledger for row in rows], pa.string()),
    }
    for place, name in enumerate(study.measures):
        columns[name] = pa.array([row.values[place] for row in rows], pa.float64())
    return pa.table(columns)


def _typed(value: Any, values: Sequence[Any]) -> tuple[pa.DataType, Any]:
    """The type of a factor's column, and one of its values as of that type."""
    import pyarrow as pa  # noqa: PLC0415 - reading a study needs no Parquet

    kinds = {type(each) for each in values}
    if kinds == {int} and all(-_WIDEST <= each < _WIDEST for each in values):
        return pa.int64(), value
    if kinds and kinds <= {int, float}:
        return pa.float64(), float(value)
    if kinds == {bool}:
        return pa.bool_(), value
    return pa.string(), as_text(value)
