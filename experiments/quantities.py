"""Numbers with the units that scenarios know: read, brought to one unit, and written as scenarios read them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from sim.words import DAY, HOUR, MINUTE, MONTH, SECOND, WEEK, YEAR

TIMES: Final = MappingProxyType({"s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY, "wk": WEEK, "mo": MONTH, "yr": YEAR})
"""Seconds in each unit of time."""

_NUMBER: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_UNIT: Final = rf"%|(?:/\s*|per\s+)?(?:{'|'.join(sorted(TIMES, key=len, reverse=True))})\b"
_QUANTITY: Final = re.compile(rf"\s*({_NUMBER})\s*({_UNIT})?\s*")
_INSIDE: Final = re.compile(rf"(?<![\w.])({_NUMBER})\s*({_UNIT})")
_DIGITS: Final = 6
_LARGEST: Final = 1e15


@dataclass(frozen=True)
class Quantity:
    """A number and its unit."""

    number: float
    unit: str
    """A unit of time, the same after `/` for a rate, `%`, or nothing."""

    def in_unit(self, unit: str) -> float | None:
        """The number in another unit of the same kind; `None` for a unit of another kind."""
        if self.unit == unit:
            return self.number
        if self.unit in TIMES and unit in TIMES:
            return self.number * TIMES[self.unit] / TIMES[unit]
        if self.unit[:1] == unit[:1] == "/":
            return self.number * TIMES[unit[1:]] / TIMES[self.unit[1:]]
        return None


def read_quantity(value: Any) -> Quantity | None:
    """A number, or a text such as `3 d`, `10/d` and `90 %`; `None` for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return Quantity(float(value), "")
    match = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    return Quantity(float(match[1]), _plain_unit(match[2])) if match and match[2] else None


def in_one_unit(values: Iterable[Any]) -> tuple[str, tuple[float, ...]] | None:
    """The unit of the first quantity, and all of them in it; `None` when they are not all of one kind."""
    read = [read_quantity(value) for value in values]
    unit = read[0].unit if read and read[0] else ""
    numbers = [quantity.in_unit(unit) if quantity else None for quantity in read]
    known = tuple(number for number in numbers if number is not None)
    return (unit, known) if read and len(known) == len(numbers) else None


def units_inside(value: Any) -> list[str]:
    """The units of all quantities in a law, in either of its forms."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [unit for each in inner for unit in units_inside(each)]
    return [_plain_unit(match[2]) for match in _INSIDE.finditer(value)] if isinstance(value, str) else []


def without_units(value: Any, unit: str) -> Any:
    """A law, in either of its forms, with every quantity that has a unit replaced by its number in this one."""
    if isinstance(value, dict):
        return {key: without_units(each, unit) for key, each in value.items()}
    if isinstance(value, list):
        return [without_units(each, unit) for each in value]
    if not isinstance(value, str):
        return value
    text = _INSIDE.sub(lambda match: repr(_moved(match, unit)), value)
    return float(text) if re.fullmatch(_NUMBER, text) else text


def _moved(match: re.Match[str], unit: str) -> float:
    number = Quantity(float(match[1]), _plain_unit(match[2])).in_unit(unit)
    if number is None:
        raise ValueError(f"'{match[0]}' is not in the unit '{unit}' of the others")
    return number


def _plain_unit(unit: str | None) -> str:
    return re.sub(r"(/|per)\s*", "/", unit or "")


def plain_number(text: str) -> int | float | str:
    """The number that a text is; else the text."""
    if re.fullmatch(r"[+-]?\d{1,15}", text):
        return int(text)
    return float(text) if re.fullmatch(_NUMBER, text) else text


def rounded(number: float) -> float:
    """A number as it is written: to six digits."""
    return float(f"{number:.{_DIGITS}g}")


def written(number: float, unit: str) -> Any:
    """A number, rounded already, as a scenario reads it: `3 d`, `10/d`, `90 %`, or bare."""
    is_whole = number.is_integer() and abs(number) < _LARGEST
    plain = int(number) if is_whole else number
    if not unit:
        return plain
    return f"{plain}{unit}" if unit.startswith("/") else f"{plain} {unit}"
