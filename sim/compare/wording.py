"""Numbers and conclusions in plain words: what a shop owner reads."""

from __future__ import annotations

from math import floor, isfinite, isinf, isnan, log10
from types import MappingProxyType
from typing import Final

from sim.compare.difference import Difference
from sim.measures.entry import Measure

UNDEFINED: Final = "n/a"

WORDS: Final = MappingProxyType(
    {
        "up": ("better", "worse"),
        "down": ("worse", "better"),
        "neither": ("higher", "lower"),
    }
)
"""By the direction that is better: what a value above the baseline's is, and one below."""


def scaled(value: float, measure: Measure) -> float:
    """A value as it is shown: shares in percent."""
    return 100 * value if measure.unit == "share" else value


def places_for(measure: Measure, value: float, width: float) -> int:
    """Decimals that show two digits of an uncertainty of `width`; money has none or two."""
    value, width = scaled(value, measure), scaled(width, measure)
    if measure.unit == "money":
        return 0 if width >= 10 else 2
    if not (isfinite(width) and width > 0):
        return 0 if value.is_integer() else 2
    return min(max(1 - floor(log10(width)), 0), 3)


def number(value: float, *, places: int, signed: bool = False) -> str:
    """A number with thousands separators; `signed` puts a sign in front of positive ones too."""
    if isnan(value):
        return UNDEFINED
    text = f"{value:+,.{places}f}" if signed else f"{value:,.{places}f}"
    return text if any(digit in text for digit in "123456789") else text.lstrip("+-")


def amount(value: float, measure: Measure, *, width: float) -> str:
    """A value of a measure that is uncertain by `width`, without its unit save for `%`."""
    percent = " %" if measure.unit == "share" and not isnan(value) else ""
    return number(scaled(value, measure), places=places_for(measure, value, width)) + percent


def heading(measure: Measure, currency: str) -> str:
    """Title and unit; shares carry their `%` in the numbers."""
    unit = {"money": currency, "share": ""}.get(measure.unit, measure.unit)
    return f"{measure.title} ({unit})" if unit else measure.title


def word(found: Difference, measure: Measure) -> str:
    """The conclusion in a word or three."""
    if isnan(found.low):
        return "undefined"
    if found.identical:
        return "identical"
    above, below = WORDS[measure.direction]
    return (above if found.mean > 0 else below) if found.decided else "no clear difference"


def pairing(found: Difference) -> str:
    """Correlation between the policies, and how many times more replications unpaired runs would need."""
    if isnan(found.gain) or isnan(found.correlation):
        return UNDEFINED
    gain = "exact" if isinf(found.gain) else f"{found.gain:,.1f}x"
    return f"{found.correlation:.2f}, {gain}"


def change(found: Difference, measure: Measure) -> str:
    """The difference and its half width, as a signed number."""
    places = places_for(measure, found.mean, found.half_width)
    text = number(scaled(found.mean, measure), places=places, signed=True)
    if isnan(found.half_width):
        return text
    return f"{text} ± {number(scaled(found.half_width, measure), places=places)}"


def unit_in_words(measure: Measure, currency: str) -> str:
    """The unit of a difference."""
    return {"money": currency, "share": "percentage points"}.get(measure.unit, measure.unit)
