"""Reads CSV files of past order lines and of listed visits into what `history` and `trace` hold."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from sim.scenario.faults import Fault, did_you_mean, listed, shown
from sim.scenario.quantity_text import duration_text, parse_duration_or_forever, parse_signed_duration
from sim.words import FOREVER

HISTORY_COLUMNS: Final = MappingProxyType({"date": True, "product": False, "units": True, "lines": False})
"""Columns of a history, and whether it must have them."""

TRACE_COLUMNS: Final = MappingProxyType({"at": True, "units": False, "patience": False})
"""Columns of a trace, and whether it must have them."""

_MOST_FAULTS: Final = 50


class Table:
    """A CSV text, row by row, with what is wrong with it."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self._lines = re.split("\r\n|\n|\r", text)

    def rows(self, columns: Mapping[str, bool]) -> Iterator[tuple[int, dict[str, str]]]:
        """Line number and cells by column; rows of another length than the header are faults."""
        reader = csv.reader(self._lines, strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            if self._is_header(header, columns):
                yield from self._body(reader, header)
        except csv.Error as error:
            self.fault(reader.line_num, "", f"this is not CSV ({error})")

    def cell(self, line: int, column: str, text: str, read: Callable[[str], Any]) -> Any:
        """The value of a cell; None and a fault when it cannot be read."""
        try:
            return read(text.strip())
        except ValueError as error:
            message, _, hint = str(error).partition("; ")
            self.fault(line, column, message, hint)
            return None

    def fault(self, line: int, column: str, message: str, hint: str = "") -> None:
        """Note what is wrong with a line; nothing more after the first few."""
        if len(self.faults) < _MOST_FAULTS:
            source = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
            self.faults.append(Fault(self.name, max(line, 1), 1, column, "csv", message, hint, source))

    def _is_header(self, header: list[str], columns: Mapping[str, bool]) -> bool:
        before = len(self.faults)
        strange = [name for name in header if name not in columns]
        for name in strange:
            self.fault(1, "", f"there is no column {shown(name)} in such a file", did_you_mean(name, columns))
        for name in sorted(set(header)):
            if header.count(name) > 1:
                self.fault(1, "", f"the column {shown(name)} comes twice")
        lacking = [name for name, needed in columns.items() if needed and name not in header]
        if lacking and not strange:
            self.fault(1, "", f"the first line must name the columns; {listed(lacking)} is missing")
        return len(self.faults) == before

    def _body(self, reader: Any, header: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
        for cells in reader:
            if len(cells) == len(header):
                yield reader.line_num, dict(zip(header, cells, strict=True))
            elif cells:
                self.fault(reader.line_num, "", f"this line has {len(cells)} cells and the first has {len(header)}")


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One row of a history: so many order lines of one size."""

    day: int
    """As a proleptic ordinal."""
    product: str
    units: int
    lines: int


def history_rows(table: Table) -> Iterator[HistoryRow]:
    """The rows of a history, of all products."""
    for line, row in table.rows(HISTORY_COLUMNS):
        day = table.cell(line, "date", row["date"], _day)
        units = table.cell(line, "units", row["units"], _count)
        lines = table.cell(line, "lines", row.get("lines") or "1", _count)
        if day is not None and units is not None and lines is not None:
            yield HistoryRow(day, row.get("product", "").strip(), units, lines)


def history_of(table: Table, rows: Sequence[HistoryRow], product: str | None) -> dict[str, Any]:
    """`history` and `days` of one product; the days go from the file's first date to its last, of all products."""
    wanted = _wanted(table, rows, product)
    if table.faults:
        return {}
    first, last = min(row.day for row in rows), max(row.day for row in rows)
    counts: dict[tuple[int, int], int] = {}
    for row in rows:
        if row.product == wanted:
            key = (row.day - first, row.units)
            counts[key] = counts.get(key, 0) + row.lines
    past = [{"day": day, "units": units, "lines": counts[day, units]} for day, units in sorted(counts)]
    return {"history": past, "days": last - first + 1}


def trace_of(table: Table) -> dict[str, Any]:
    """The `trace` of a list of visits."""
    visits = []
    for line, row in table.rows(TRACE_COLUMNS):
        at = table.cell(line, "at", row["at"], _duration)
        units = table.cell(line, "units", row.get("units") or "1", _count)
        patience = table.cell(line, "patience", row.get("patience") or "any", _patience)
        visits.append({"at": at, "units": units, "patience": patience})
    if not visits and not table.faults:
        table.fault(1, "", "this file lists no visits")
    return {} if table.faults else {"trace": visits}


def _wanted(table: Table, rows: Sequence[HistoryRow], product: str | None) -> str:
    """Which product is meant; a fault when the file does not tell."""
    products = sorted({row.product for row in rows})
    if not rows and not table.faults:
        table.fault(1, "", "this file lists no order lines")
    elif rows and product is None and len(products) > 1:
        hint = "say under `product` which one is meant"
        table.fault(1, "product", f"this file has several products ({listed(products)})", hint)
    elif rows and product is not None and product not in products:
        hint = did_you_mean(product, products) or f"it has {listed(products)}"
        table.fault(1, "product", f"this file has no product {shown(product)}", hint)
    return products[0] if product is None and products else str(product)


def _day(text: str) -> int:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        raise ValueError(f"{shown(text)} is not a date such as 2026-03-02") from None


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0):
        raise ValueError(f"{shown(text)} is not a whole number of at least 1")
    return int(text)


def _duration(text: str) -> str:
    return duration_text(parse_signed_duration(text))


def _patience(text: str) -> str:
    seconds = parse_duration_or_forever(text)
    return "any" if seconds >= FOREVER else duration_text(seconds)
