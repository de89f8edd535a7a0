"""Numbers and dates from the cells of a sales file, as people write them. Imports pandas."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Decimal = Literal[".", ","]

_NOTHING: Final = frozenset({"", "nan", "nat", "null", "none", "n/a", "#n/a", "<na>"})
_CLEAR_COMMA: Final = re.compile(r"^\D{0,4}\d+,(\d{1,2}|\d{4,})\D{0,4}$|\.\d{3},\d")
_CLEAR_POINT: Final = re.compile(r"^\D{0,4}\d+\.(\d{1,2}|\d{4,})\D{0,4}$|,\d{3}\.\d")
_DECORATION: Final = re.compile(r"[\s'$€£¥]")

_PLAIN_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")

_YEAR_FIRST: Final = re.compile(r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)")
_DAY_FIRST: Final = re.compile(r"^(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4}|\d{2})(?!\d)")
_MONTH_FIRST: Final = re.compile(r"^(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})[-/.](?P<y>\d{4}|\d{2})(?!\d)")
_PACKED: Final = re.compile(r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?!\d)")
_DAY_MONTH: Final = re.compile(r"\b(?P<d>\d{1,2})[-\s.]+(?P<m>[A-Za-z]{3})[a-z]*[-\s.,]+(?P<y>\d{4}|\d{2})(?!\d)")
_MONTH_DAY: Final = re.compile(r"\b(?P<m>[A-Za-z]{3})[a-z]*[-\s.]+(?P<d>\d{1,2})[-\s.,]+(?P<y>\d{4})(?!\d)")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*([AaPp]\.?[Mm])?")


def missing(text: pd.Series) -> NDArray[np.bool_]:
    """Which cells hold nothing, or a word for nothing."""
    return text.str.lower().isin(_NOTHING).to_numpy(bool)


def names(text: pd.Series) -> pd.Series:
    """Cells with every run of white space, line breaks too, made one space."""
    return pd.Series(_each(text, lambda cell: " ".join(cell.split())), index=text.index)


def decimal_mark(columns: Iterable[pd.Series], *, delimiter: str) -> Decimal:
    """The decimal mark of some columns of numbers; a comma before just three digits divides thousands.

    In a file whose fields are divided by semicolons such a comma is taken for a decimal mark.
    """
    texts = [text for column in columns for text in column.unique()]
    commas = sum(_CLEAR_COMMA.search(text) is not None for text in texts)
    points = sum(_CLEAR_POINT.search(text) is not None for text in texts)
    if commas == points:
        return "," if delimiter == ";" and any("," in text for text in texts) else "."
    return "," if commas > points else "."


def numbers(text: pd.Series, *, decimal: Decimal) -> NDArray[np.float64]:
    """Numbers with thousands marks and currency signs taken off; NaN for what is no finite number."""
    return _each(text, lambda cell: _number(cell, decimal)).astype(np.float64)


def day_first(text: pd.Series) -> tuple[bool, str]:
    """Whether dates such as 03/04/2011 put the day first, and why one thinks so."""
    found = [match for cell in text.unique() if (match := _DAY_FIRST.search(cell))]
    first = max((int(match["d"]) for match in found), default=0)
    second = max((int(match["m"]) for match in found), default=0)
    if not found:
        return False, "dates by year, month and day, or with the month in words"
    if first > 12 >= second:
        return True, "dates with the day first, since a first part is above 12"
    if second > 12 >= first:
        return False, "dates with the month first, since a second part is above 12"
    dotted = "." in found[0][0]
    word = "day" if dotted else "month"
    return dotted, f"dates with the {word} first: a guess, since they could be read either way"


def moments(text: pd.Series, *, day_leads: bool) -> NDArray[np.datetime64]:
    """Local date and time of day to the second; NaT for what is no date. Months may be English words."""
    numeric = _DAY_FIRST if day_leads else _MONTH_FIRST
    forms = (_YEAR_FIRST, numeric, _PACKED, _DAY_MONTH, _MONTH_DAY)
    return _each(text, lambda cell: _moment(cell, forms)).astype("datetime64[s]")


def _each(text: pd.Series, read: Callable[[str], object]) -> NDArray[Any]:
    """`read` for every cell; the same text is read once."""
    codes, unique = pd.factorize(text)
    values = np.empty(len(unique), object)
    values[:] = [read(cell) for cell in unique]
    return np.asarray(values[codes])


def _number(cell: str, decimal: Decimal) -> float:
    plain = _DECORATION.sub("", cell).replace("." if decimal == "," else ",", "").replace(",", ".")
    return float(plain) if _PLAIN_NUMBER.fullmatch(plain) else math.nan


def _moment(cell: str, forms: Iterable[re.Pattern[str]]) -> datetime | None:
    for form in forms:
        if match := form.search(cell):
            return _date(match, cell[match.end() :])
    return None


def _date(match: re.Match[str], rest: str) -> datetime | None:
    year = int(match["y"]) + (2000 if len(match["y"]) == 2 else 0)
    month = match["m"].lower()
    try:
        number = int(month) if month.isdigit() else _MONTHS.index(month) + 1
        return datetime(year, number, int(match["d"])) + _clock(rest)
    except (ValueError, OverflowError):
        return None


def _clock(cell: str) -> timedelta:
    match = _CLOCK.search(cell)
    if match is None:
        return timedelta(0)
    hour, minute, second = (int(part or 0) for part in match.groups()[:3])
    half = (match[4] or "").lower()
    hour = hour % 12 + 12 * half.startswith("p") if half else hour
    return timedelta(hours=hour, minutes=minute, seconds=second)
