"""Numbers and conclusions in plain words: what a shop owner reads."""

from __future__ import annotations

from math import floor, isfinite, isinf, isnan, log10
from types import MappingProxyType
from typing import Final

from sim.compare.difference import Difference
from sim.measures.entry import Measure

UNDEFINED: Final = "n/a"

MOST_PLACES: Final = 6

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
    if not (isfinite(width) and width > 0):
        return 0 if round(value, 9).is_integer() else 2
    if measure.unit == "money":
        return 0 if width >= 10 else 2
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
    """Title and unit, unless the title says it or the unit is `%` and stands in the numbers."""
    unit = {"money": currency, "share": ""}.get(measure.unit, measure.unit)
    return measure.title if unit.lower() in measure.title.lower() else f"{measure.title} ({unit})"


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


def places_of(found: Difference, measure: Measure) -> int:
    """Decimals for a difference and its interval; enough that an end that is not 0 does not look like 0."""
    places = places_for(measure, found.mean, found.half_width)
    ends = (scaled(found.low, measure), scaled(found.high, measure))
    while found.decided and places < MOST_PLACES and any(round(end, places) == 0 for end in ends):
        places += 1
    return places


def change(found: Difference, measure: Measure) -> str:
    """The difference and its half width, as a signed number."""
    places = places_of(found, measure)
    text = number(scaled(found.mean, measure), places=places, signed=True)
    if isnan(found.half_width):
        return text
    return f"{text} ± {number(scaled(found.half_width, measure), places=places)}"


def unit_in_words(measure: Measure, currency: str) -> str:
    """The unit of a difference."""
    return {"money": currency, "share": "percentage points"}.get(measure.unit, measure.unit)


def apart(found: Difference, measure: Measure, *, flip: bool = False) -> str:
    """Both ends of the interval of a difference; `flip` gives those of the difference the other way round."""
    low, high = (-found.high, -found.low) if flip else (found.low, found.high)
    places = places_of(found, measure)
    return " to ".join(number(scaled(end, measure), places=places) for end in (low, high))
