"""Numbers as files: CSV and Parquet, with units, and without anything that a spreadsheet would run."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Final

import pandas as pd

from sim import MEASURES, Results

_RUNS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes text that begins so for a formula."""


def csv_of(frame: pd.DataFrame) -> bytes:
    """A table as CSV in UTF-8; text that a spreadsheet would run is quoted with an apostrophe."""
    safe = frame.rename(columns={name: inert(str(name)) for name in frame.columns})
    for name in safe.columns:
        if safe[name].dtype == object or isinstance(safe[name].dtype, pd.StringDtype):
            safe[name] = safe[name].map(lambda cell: inert(cell) if isinstance(cell, str) else cell)
    return str(safe.to_csv(index=False, lineterminator="\n")).encode()


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula; signed numbers stay as they are."""
    return f"'{text}" if text.startswith(_RUNS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "").removesuffix("%").strip())
    except ValueError:
        return False
    return True


def parquet_of(frame: pd.DataFrame) -> bytes:
    """A table as Parquet."""
    sink = BytesIO()
    frame.to_parquet(sink, index=False)
    return sink.getvalue()


def numbers(results: Results) -> pd.DataFrame:
    """Every number of the results, tidy, with the unit and the title of its measure."""
    frame = results.to_frame()
    units = {name: results.currency if MEASURES[name].unit == "money" else MEASURES[name].unit for name in MEASURES}
    names = frame["measure"].astype(str)
    frame.insert(3, "title", names.map({name: measure.title for name, measure in MEASURES.items()}))
    frame.insert(4, "unit", names.map(units))
    return frame


def with_units(frame: pd.DataFrame, units: Mapping[str, str]) -> pd.DataFrame:
    """The same table with the unit in brackets behind the names of its columns."""
    return frame.rename(columns={name: f"{name} ({unit})" for name, unit in units.items() if name in frame})
