"""Raw values read loosely: what is no such value is `None` or empty, never an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter

from sim.scenario.laws import DurationLaw
from sim.scenario.quantity_text import parse_duration, parse_number, parse_rate, parse_share, parse_signed_duration

Read = TypeVar("Read")

_LAWS: Final = TypeAdapter[Any](DurationLaw)


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def share(value: Any) -> float | None:
    """A part of a whole; None when it is not one."""
    return _read(parse_share, value)


def amount(value: Any) -> float | None:
    """A plain number; None when it is not one."""
    return _read(parse_number, value)


def word(value: Any, key: str) -> str:
    """The text under a key, empty when there is none."""
    found = mapping(value).get(key)
    return found if isinstance(found, str) else ""


def struck_products(event: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The products of a demand event, each with its place in it."""
    if single := word(event, "product"):
        yield ("product",), single
    several = mapping(event).get("products")
    for number, product in enumerate(several if isinstance(several, list) else ()):
        if isinstance(product, str):
            yield ("products", number), product


def seconds(value: Any) -> int | None:
    """A length of time that may be negative; None when it is not one."""
    return _read(parse_signed_duration, value)


def long(value: Any) -> int | None:
    """A length of time above 0; None when it is not one."""
    return _read(parse_duration, value) or None


def whole(value: Any) -> int | None:
    """A whole number, which may be negative; None when it is not one."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole else None


def rate(value: Any) -> float | None:
    """A rate per second; None when it is not one."""
    return _read(parse_rate, value)


def mean_time(value: Any) -> float | None:
    """The mean of a law of time, in seconds; None when it is not one."""
    return _read(lambda stated: float(_LAWS.validate_python(stated).mean_value), value)


def _read(parse: Callable[[Any], Read], value: Any) -> Read | None:
    if value is None:
        return None
    try:
        return parse(value)
    except (ValueError, ArithmeticError):
        return None
