"""Types of quantities for scenario models: written with units, held as seconds and plain numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from sim.scenario.quantity_text import (
    duration_text,
    parse_count,
    parse_duration,
    parse_duration_or_forever,
    parse_money,
    parse_number,
    parse_positive_count,
    parse_rate,
    parse_ratio,
    parse_share,
    parse_signed_duration,
    parse_weight,
    rate_text,
)
from sim.words import FOREVER

__all__ = [
    "FOREVER",
    "Count",
    "Duration",
    "DurationOrForever",
    "Money",
    "Number",
    "PositiveCount",
    "Rate",
    "Ratio",
    "Share",
    "SignedDuration",
    "Weight",
    "parse_duration",
    "parse_rate",
]  # fmt: skip


def _form(about: str, examples: list[Any], pattern: str, **limits: float) -> WithJsonSchema:
    text = {"type": "string", "pattern": pattern}
    return WithJsonSchema(
        {"anyOf": [text, {"type": "number", **limits}], "description": about, "examples": examples}
    )


def _as_text(write: Callable[[Any], str]) -> PlainSerializer:
    """Saved scenarios must read back: seconds as a bare number would be taken for days."""
    return PlainSerializer(write, return_type=str, when_used="json")


_TIME: Final = r"\s*(s|min|h|d|wk|mo|yr)?\s*$"
_TIME_ABOUT: Final = "with a unit s, min, h, d, wk, mo (30 d) or yr (365 d); a bare number is days"

Duration = Annotated[
    int,
    BeforeValidator(parse_duration),
    _as_text(duration_text),
    _form(
        f"A length of time {_TIME_ABOUT}.", ["5 d", "36 h", "2 wk"], r"^\s*\+?[0-9.eE+-]+" + _TIME, minimum=0
    ),
]
"""Seconds >= 0."""

SignedDuration = Annotated[
    int,
    BeforeValidator(parse_signed_duration),
    _as_text(duration_text),
    _form(
        f"A length of time, which may be negative, {_TIME_ABOUT}.",
        ["5 d", "-2 d"],
        r"^\s*[0-9.eE+-]+" + _TIME,
    ),
]
"""Seconds."""

DurationOrForever = Annotated[
    int,
    BeforeValidator(parse_duration_or_forever),
    _as_text(duration_text),
    _form(
        f"A length of time {_TIME_ABOUT}; `any` or `forever` for no limit.",
        ["5 d", "forever"],
        r"^\s*(any|forever)\s*$|^\s*\+?[0-9.eE+-]+" + _TIME,
        minimum=0,
    ),
]
"""Seconds >= 0; `FOREVER` for the words `any` and `forever`."""

Rate = Annotated[
    float,
    BeforeValidator(parse_rate),
    _as_text(rate_text),
    _form(
        "How often per unit of time s, min, h, d, wk, mo (30 d) or yr (365 d); a bare number is per day.",
        ["20/d", "0.5 per h"],
        r"^\s*\+?[0-9.eE+-]+\s*((/|per\s)\s*(s|min|h|d|wk|mo|yr))?\s*$",
        minimum=0,
    ),
]
"""Events per second >= 0."""

Share = Annotated[
    float,
    BeforeValidator(parse_share),
    _form(
        "A part of a whole: a percentage, or a number from 0 to 1.",
        ["95 %", 0.95],
        r"^\s*\+?[0-9.eE+-]+\s*%?\s*$",
        minimum=0,
        maximum=1,
    ),
]
"""0 to 1."""

Ratio = Annotated[
    float,
    BeforeValidator(parse_ratio),
    _form(
        "So much of something: a percentage or a number, which may be above 1.",
        ["8 %", 1.5],
        r"^\s*\+?[0-9.eE+-]+\s*%?\s*$",
        minimum=0,
    ),
]
"""0 or more, percentages allowed."""

Weight = Annotated[
    float,
    BeforeValidator(parse_weight),
    _form(
        "A part of a whole: a percentage, a fraction, or a number from 0 to 1.",
        [0.5, "1/6", "20 %"],
        r"^\s*\+?[0-9.eE+-]+\s*(%|/\s*[0-9]+)?\s*$",
        minimum=0,
        maximum=1,
    ),
]
"""0 to 1, fractions allowed."""

Number = Annotated[
    float, BeforeValidator(parse_number), WithJsonSchema({"type": "number", "examples": [1.5]})
]
"""A finite float."""

Money = Annotated[
    float,
    BeforeValidator(parse_money),
    WithJsonSchema(
        {"type": "number", "description": "An amount in the scenario's currency.", "examples": [14.5]}
    ),
]
"""An amount in the scenario's currency."""

Count = Annotated[
    int,
    BeforeValidator(parse_count),
    WithJsonSchema({"type": "integer", "minimum": 0, "description": "A whole number.", "examples": [100]}),
]
"""A whole number >= 0."""

PositiveCount = Annotated[
    int,
    BeforeValidator(parse_positive_count),
    WithJsonSchema(
        {"type": "integer", "minimum": 1, "description": "A whole number, at least 1.", "examples": [100]}
    ),
]
"""A whole number >= 1."""
