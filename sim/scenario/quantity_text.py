"""Reads quantities as people write them, `5 d`, `20/d`, `95 %`, and writes them back."""

from __future__ import annotations

import re
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pydantic_core import PydanticCustomError

from sim.words import DAY, FOREVER, HOUR, MINUTE, MONTH, SECOND, WEEK, YEAR

UNITS: Final = MappingProxyType({"s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY, "wk": WEEK, "mo": MONTH, "yr": YEAR})
"""Seconds in each unit of time; a month is 30 days and a year 365."""

LONGEST: Final = FOREVER // 2
"""Longest length of time a scenario may state, in seconds (34 years)."""

MOST: Final = 2**31 - 1
"""Largest whole number a scenario may state."""

_LONG_NAMES: Final = MappingProxyType(
    {"m": "min", "sec": "s", "second": "s", "minute": "min", "hour": "h", "day": "d", "w": "wk", "week": "wk"}
    | {"month": "mo", "y": "yr", "year": "yr"}
)
_NUMBER: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_MEASURE: Final = re.compile(rf"\s*(?P<number>{_NUMBER})\s*(?P<rest>.*?)\s*", re.DOTALL)
_TOO_LONG_TO_READ: Final = 60
_LARGEST: Final = 10**15


def refuse(kind: str, why: str) -> PydanticCustomError:
    """The error to raise for a value of this kind that cannot be used; `why` is a sentence for the author."""
    return PydanticCustomError(kind, "{why}", {"why": why})


def suggest(word: str, known: tuple[str, ...]) -> str:
    """The end of an error message: what the author may have meant, or else all that is known."""
    close = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else f"; known are {', '.join(known)}"


def duration_text(seconds: int) -> str:
    """A length of time in the largest unit that states it exactly, as `Duration` reads it back."""
    if seconds >= FOREVER:
        return "forever"
    for unit in ("d", "h", "min"):
        size = UNITS[unit]
        if abs(seconds) >= size and seconds * 100 % size == 0:
            return f"{_plain(Decimal(seconds) / size)} {unit}"
    return f"{seconds} s" if seconds else "0 d"


def rate_text(per_second: float) -> str:
    """A rate in the largest unit that states it exactly, as `Rate` reads it back."""
    for unit in ("d", "h", "min"):
        text = f"{number_text(float(f'{per_second * UNITS[unit]:.12g}'))}/{unit}"
        if parse_rate(text) == per_second:
            return text
    return f"{number_text(per_second)}/s"


def number_text(number: float) -> str:
    """A number as short as can be read back exactly: 3, 0.25, 1e-09."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(float(number))


def parse_signed_duration(value: object) -> int:
    """Seconds, rounded to whole ones; anything but a length of time is an error of type `duration`."""
    number, rest = _measure("duration", value, "a duration such as '5 d' or '36 h'")
    size = _unit("duration", value, rest or "d")
    if abs(number) > LONGEST or abs(number * size) > LONGEST:
        raise refuse("duration", f"{_shown(value)} is longer than 34 years")
    return round(number * size)


def parse_duration(value: object) -> int:
    """Seconds, not negative."""
    seconds = parse_signed_duration(value)
    if seconds < 0:
        raise refuse("duration", f"{_shown(value)} is negative; a duration cannot be")
    return seconds


def parse_duration_or_forever(value: object) -> int:
    """Seconds, not negative; the words `any` and `forever` mean longer than any run."""
    if isinstance(value, str) and value.strip() in ("any", "forever"):
        return FOREVER
    return parse_duration(value)


def parse_rate(value: object) -> float:
    """Events per second; a bare number is per day."""
    number, rest = _measure("rate", value, "a rate such as '20/d' or '0.5 per h'")
    per = re.fullmatch(r"(?:/|per\b)\s*(.*)", rest, re.DOTALL) if rest else None
    if rest and not per:
        hint = f"; did you mean '{_plain(number)}/{rest}'?" if rest in UNITS else ""
        raise refuse("rate", f"{_shown(value)} is not a rate such as '20/d'{hint}")
    if per and not per[1]:
        raise refuse("rate", f"{_shown(value)} has no unit after 'per'; write '{_plain(number)}/d'")
    size = _unit("rate", value, per[1] if per else "d")
    if number < 0:
        raise refuse("rate", f"{_shown(value)} is negative; a rate cannot be")
    if number > MOST * size:
        raise refuse("rate", f"{_shown(value)} is too large for a rate")
    return float(number) / size


def parse_share(value: object) -> float:
    """A part of a whole, 0 to 1; `95 %` and 0.95 are the same."""
    number, rest = _measure("share", value, "a share such as '95 %' or 0.95")
    if rest not in ("", "%"):
        raise refuse("share", f"{_shown(value)} is not a share such as '95 %' or 0.95")
    if number < 0:
        raise refuse("share", f"{_shown(value)} is negative; a share cannot be")
    if rest == "%":
        number /= 100
    elif 1 < number <= 100:
        raise refuse("share", f"{_shown(value)} is above 1; did you mean '{_plain(number)} %'?")
    if number > 1:
        raise refuse("share", f"{_shown(value)} is above 100 %; a share cannot be")
    return float(number)


def parse_ratio(value: object) -> float:
    """So much of something, which may be more than all of it; `8 %` and 0.08 are the same."""
    number, rest = _measure("ratio", value, "a number or a percentage")
    if rest not in ("", "%"):
        raise refuse("ratio", f"{_shown(value)} is not a number or a percentage")
    if number < 0:
        raise refuse("ratio", f"{_shown(value)} is negative; this cannot be")
    return float(number / 100 if rest else number)


def parse_weight(value: object) -> float:
    """A share that may also be written as a fraction, `1/6`."""
    fraction = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", value) if isinstance(value, str) else None
    if not fraction:
        return parse_share(value)
    top, bottom = int(fraction[1]), int(fraction[2])
    if top > bottom or bottom == 0:
        raise refuse("share", f"{_shown(value)} is not between 0 and 1; a share must be")
    return float(Fraction(top, bottom))


def parse_number(value: object) -> float:
    """A finite plain number without a unit."""
    return float(_finite("number", value, "a plain number"))


def parse_money(value: object) -> float:
    """A finite amount in the currency of the scenario."""
    if isinstance(value, str):
        raise refuse("money", f"{_shown(value)} is not a plain number; the currency is named once, under `currency`")
    return float(_finite("money", value, "an amount of money"))


def parse_count(value: object) -> int:
    """A whole number from 0 to `MOST`."""
    if isinstance(value, str) and re.fullmatch(r"\s*\d+\s*", value):
        raise refuse("count", f"{_shown(value)} is not a whole number; write it without quotes")
    number = _finite("count", value, "a whole number")
    if number != int(number):
        raise refuse("count", f"{_shown(value)} is not a whole number")
    if not isinstance(value, int):
        raise refuse("count", f"{_shown(value)} is not a whole number; write {int(number)}")
    if number < 0:
        raise refuse("count", f"{_shown(value)} is negative; a count cannot be")
    if number > MOST:
        raise refuse("count", f"{_shown(value)} is larger than {MOST}")
    return int(number)


def parse_positive_count(value: object) -> int:
    """A whole number from 1 to `MOST`."""
    number = parse_count(value)
    if number == 0:
        raise refuse("count", "0 is too small; this must be 1 or more")
    return number


def _measure(kind: str, value: object, wanted: str) -> tuple[Decimal, str]:
    if not isinstance(value, str):
        return _finite(kind, value, wanted), ""
    match = _MEASURE.fullmatch(value) if len(value) <= _TOO_LONG_TO_READ else None
    if not match:
        raise refuse(kind, f"{_shown(value)} is not {wanted}")
    return Decimal(match["number"]), match["rest"]


def _finite(kind: str, value: object, wanted: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refuse(kind, f"{_shown(value)} is not {wanted}")
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise refuse(kind, "this whole number is too large to be used here")
        return Decimal(int(value))
    if not abs(value) <= _LARGEST:
        raise refuse(kind, f"{value} is not a number that can be used here")
    return Decimal(repr(float(value)))


def _unit(kind: str, value: object, unit: str) -> int:
    if unit in UNITS:
        return UNITS[unit]
    meant = _LONG_NAMES.get(unit.lower().removesuffix("s"))
    hint = f"; did you mean '{meant}'?" if meant else suggest(unit, tuple(UNITS))
    raise refuse(kind, f"{_shown(value)} has an unknown unit '{unit}'{hint}")


def _shown(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "nothing" if value is None else str(value).lower()
    if isinstance(value, list | tuple | dict):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= _TOO_LONG_TO_READ else f"{text[:_TOO_LONG_TO_READ]}...'"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
