"""The design `csv:FILE`: settings that somebody else chose, a row each."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

from experiments.axes import Listing
from experiments.design import Point
from experiments.factors import Factor, Level
from experiments.quantities import plain_number
from sim import Finding, one_of, shown

PREFIX = "csv:"
"""How a design that is a file begins."""

_MOST_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Table:
    """The content of a CSV file, as far as it can be used."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    faults: tuple[Finding, ...] = ()


def read_table(folder: Path, design: str) -> Table:
    """A design's file, a path from the folder of the study; first line the names of factors."""
    name = design.removeprefix(PREFIX)
    try:
        path = folder / name
        if path.stat().st_size > _MOST_BYTES:
            return _faulty(name, f"this file is larger than {_MOST_BYTES // 2**20} MiB")
        lines = [line for line in csv.reader(StringIO(path.read_text(encoding="utf-8-sig")), strict=True) if line]
    except OSError as error:
        siblings = sorted(other.name for other in folder.glob("*.csv"))
        hint = one_of(name, siblings) if siblings else ""
        return _faulty(name, f"this file cannot be read ({error.strerror})", hint)
    except (UnicodeDecodeError, csv.Error):
        return _faulty(name, "this is not a CSV file in UTF-8")
    return _table(name, [[cell.strip() for cell in line] for line in lines])


def _faulty(name: str, message: str, hint: str = "") -> Table:
    return Table(faults=(Finding(("design",), "file", f"{shown(name)}: {message}", hint),))


def _table(name: str, lines: Sequence[Sequence[str]]) -> Table:
    if len(lines) < 2:
        return _faulty(name, "there are no settings in it", "write the factors' names, then a line for each setting")
    columns, rows = tuple(lines[0]), tuple(tuple(line) for line in lines[1:])
    if "" in columns or len(set(columns)) < len(columns):
        return _faulty(name, "its first line must name every column, and differently")
    uneven = next((number for number, row in enumerate(rows, start=2) if len(row) != len(columns)), None)
    if uneven:
        return _faulty(name, f"line {uneven} has {len(rows[uneven - 2])} cells, not {len(columns)} as the first")
    return Table(columns, rows)


def listed_factors(table: Table, named: Mapping[str, Factor]) -> tuple[list[Factor], list[Finding]]:
    """The factor of each column: one that the study names, or the path that heads the column."""
    findings = [
        Finding(("factors", name), "factor", f"no column of the design's file is called {shown(name)}",
                one_of(name, table.columns), on_key=True)
        for name in named if name not in table.columns
    ]  # fmt: skip
    factors = []
    for number, name in enumerate(table.columns):
        column = tuple({repr(value): value for value in (_value(row[number]) for row in table.rows)}.values())
        factor = named.get(name, Factor(name, (name,), Listing(column)))
        if factor.bundles:
            findings += _unknown(name, column, factor)
        factors.append(factor if factor.bundles else replace(factor, axis=Listing(column)))
    return factors, findings


def _unknown(name: str, column: Sequence[Any], factor: Factor) -> list[Finding]:
    why = f"the column {shown(name)} of the design's file has %s, which `sets` does not"
    return [
        Finding(("factors", name, "sets"), "value", why % shown(value), one_of(str(value), factor.bundles), on_key=True)
        for value in column
        if value not in factor.bundles
    ]


def listed_points(table: Table, factors: Sequence[Factor]) -> tuple[Point, ...]:
    """The settings, a row each; a coordinate is the place of a value among those of its column."""
    by_value = [{repr(level.value): level for level in factor.levels()} for factor in factors]
    return tuple(
        Point(number, tuple(_level(levels, cell) for levels, cell in zip(by_value, row, strict=True)))
        for number, row in enumerate(table.rows)
    )


def _level(levels: Mapping[str, Level], cell: str) -> Level:
    return replace(levels[repr(_value(cell))], place=("design",))


def _value(cell: str) -> Any:
    """What a cell says: a number, true or false, or text."""
    if cell in ("true", "false"):
        return cell == "true"
    return plain_number(cell)
