"""Numbers and dates from the cells of a sales file, as people write them. Imports pandas."""

from __future__ import annotations

import warnings
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Decimal = Literal[".", ","]

_NOTHING: Final = frozenset({"", "nan", "nat", "null", "none", "n/a", "#n/a", "<na>"})
_CLEAR_COMMA: Final = r"^\D{0,4}\d+,\d{1,2}\D{0,4}$|\.\d{3},\d"
_CLEAR_POINT: Final = r"^\D{0,4}\d+\.\d{1,2}\D{0,4}$|,\d{3}\.\d"
_CURRENCY: Final = r"[\s'\u00a0\u202f$€£¥]"

_YEAR_FIRST: Final = r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"
_YEAR_LAST: Final = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)"
_PACKED: Final = r"^(\d{4})(\d{2})(\d{2})(?!\d)"
_IN_WORDS: Final = r"[A-Za-z]{3}.*\d{4}|\d{4}.*[A-Za-z]{3}"
_CLOCK: Final = r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*([AaPp])?"


def missing(text: pd.Series) -> NDArray[np.bool_]:
    """Which cells hold nothing, or a word for nothing."""
    return text.str.lower().isin(_NOTHING).to_numpy(bool)


def decimal_mark(columns: list[pd.Series], *, delimiter: str) -> Decimal:
    """The decimal mark of some columns of numbers; one comma before three digits divides thousands.

    In a file whose fields are divided by semicolons such a comma is taken for a decimal mark.
    """
    cells = pd.concat([column[column.str.contains(",", regex=False)] for column in columns])
    if cells.empty:
        return "."
    commas = int(cells.str.contains(_CLEAR_COMMA, regex=True).sum())
    points = sum(int(column.str.contains(_CLEAR_POINT, regex=True).sum()) for column in columns)
    if commas != points:
        return "," if commas > points else "."
    return "," if delimiter == ";" else "."


def numbers(text: pd.Series, *, decimal: Decimal) -> NDArray[np.float64]:
    """Numbers with thousands marks and currency signs taken off; NaN for what is no finite number."""
    plain = text.str.replace(_CURRENCY, "", regex=True)
    plain = plain.str.replace("." if decimal == "," else ",", "", regex=False)
    if decimal == ",":
        plain = plain.str.replace(",", ".", regex=False)
    found = pd.to_numeric(plain, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isfinite(found), found, np.nan)


def day_first(text: pd.Series) -> tuple[bool, str]:
    """Whether dates such as 03/04/2011 put the day first, and why one thinks so."""
    parts = text.drop_duplicates().str.extract(_YEAR_LAST)
    first, second = (pd.to_numeric(parts[place], errors="coerce").max() for place in (0, 1))
    if pd.isna(first):
        return False, "dates by year, month and day"
    if first > 12 >= second:
        return True, "dates with the day first, since a first part is above 12"
    if second > 12 >= first:
        return False, "dates with the month first, since a second part is above 12"
    dotted = bool(text.str.contains(r"^\d{1,2}\.\d{1,2}\.", regex=True).any())
    word = "day" if dotted else "month"
    return dotted, f"dates with the {word} first: a guess, since they could be read either way"


def moments(text: pd.Series, *, day_leads: bool) -> NDArray[np.datetime64]:
    """Local date and time of day to the second; NaT for what is no date."""
    codes, unique = pd.factorize(text)
    cells = pd.Series(unique, dtype=text.dtype)
    day = _dates(cells, _YEAR_FIRST, (0, 1, 2))
    for pattern, order in ((_YEAR_LAST, (2, 1, 0) if day_leads else (2, 0, 1)), (_PACKED, (0, 1, 2))):
        day = np.where(np.isnat(day), _dates(cells, pattern, order), day)
    day = np.where(np.isnat(day), _worded(cells, day), day)
    return np.asarray((day + _clock(cells))[codes])


def _dates(cells: pd.Series, pattern: str, order: tuple[int, int, int]) -> NDArray[np.datetime64]:
    parts = cells.str.extract(pattern)
    year, month, day = (_integers(parts[place]) for place in order)
    short = parts[order[0]].str.len().to_numpy(np.float64, na_value=np.nan) == 2
    frame = pd.DataFrame({"year": year + 2000.0 * short, "month": month, "day": day})
    return _seconds(pd.to_datetime(frame, errors="coerce"))


def _worded(cells: pd.Series, known: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Dates with the month in words, such as 1 Dec 2010."""
    open_cells = cells.where(np.isnat(known) & cells.str.contains(_IN_WORDS, regex=True).to_numpy(bool))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pd.to_datetime(open_cells.astype(object), errors="coerce", format="mixed", utc=True)
    return _seconds(found.dt.tz_localize(None).dt.normalize())


def _clock(cells: pd.Series) -> NDArray[np.timedelta64]:
    parts = cells.str.extract(_CLOCK)
    hour, minute, second = (np.nan_to_num(_integers(parts[place])) for place in (0, 1, 2))
    half = parts[3].str.lower()
    evening = (half == "p").fillna(False).to_numpy(bool)
    hour = np.where(half.notna().to_numpy(bool), hour % 12, hour) + 12 * evening
    return np.asarray((hour * 3600 + minute * 60 + second).astype("timedelta64[s]"))


def _integers(text: pd.Series) -> NDArray[np.float64]:
    return pd.to_numeric(text, errors="coerce").to_numpy(np.float64, na_value=np.nan)


def _seconds(found: Any) -> NDArray[np.datetime64]:
    return np.asarray(found.to_numpy("datetime64[s]"))
