"""Small pictures as SVG text, written by hand: a report stays a few hundred kilobytes and needs no script.

Plotly's script alone takes 4.8 MB, and a page without any script can forbid all of them. Colours are classes, so that
the page's style sheet decides for light, dark and print.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import Final

from markupsafe import Markup

WIDTH: Final = 480
"""Of every picture, in its own units."""

LETTER: Final = 6.4
"""Width of a letter of the labels, about."""

_NICE: Final = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Scale:
    """From numbers to places along a picture."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a number."""
        span = (self.high - self.low) or 1.0
        return self.start + (value - self.low) / span * (self.end - self.start)

    def ticks(self, most: int = 6) -> list[float]:
        """Round numbers within the scale."""
        step = _step((self.high - self.low) or 1.0, most)
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [round(number * step, 12) for number in range(first, last + 1)]


def _step(span: float, most: int) -> float:
    raw = span / most
    base = 10.0 ** floor(log10(raw))
    return next(base * nice for nice in _NICE if base * nice >= raw * (1 - 1e-9))


def reaching(values: Iterable[float], start: float, end: float, *, zero: bool = True) -> Scale:
    """A scale that holds all values, and 0 if wanted, with a little room."""
    known = [value for value in values if isfinite(value)] + ([0.0] if zero else [])
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    room = 0.04 * ((high - low) or abs(high) or 1.0)
    return Scale(low - (room if low < 0 or not zero else 0), high + (room if high > 0 or not zero else 0), start, end)


def picture(height: float, parts: Iterable[Markup], alt: str) -> Markup:
    """A whole picture; `alt` is said to those who do not see it."""
    frame = '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" font-size="12">{}</svg>'
    return Markup(frame).format(WIDTH, _n(height), alt, Markup("").join(parts))


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    """A straight line of a class."""
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>').format(_n(x1), _n(y1), _n(x2), _n(y2), kind)


def rect(x: float, y: float, width: float, height: float, kind: str, *, title: str = "") -> Markup:
    """A rectangle of a class; `title` appears when pointed at."""
    shape = Markup('<rect x="{}" y="{}" width="{}" height="{}" class="{}">{}</rect>')
    return shape.format(_n(x), _n(y), _n(max(width, 0)), _n(height), kind, _title(title))


def dot(x: float, y: float, radius: float, kind: str, *, title: str = "") -> Markup:
    """A disc of a class."""
    shape = Markup('<circle cx="{}" cy="{}" r="{}" class="{}">{}</circle>')
    return shape.format(_n(x), _n(y), _n(radius), kind, _title(title))


def text(x: float, y: float, words: str, *, anchor: str = "start", kind: str = "label") -> Markup:
    """Words whose start, middle or end is at a place."""
    shape = Markup('<text x="{}" y="{}" text-anchor="{}" class="{}">{}</text>')
    return shape.format(_n(x), _n(y), anchor, kind, words)


def polygon(corners: Sequence[tuple[float, float]], kind: str) -> Markup:
    """A filled shape of a class."""
    places = " ".join(f"{_n(x)},{_n(y)}" for x, y in corners)
    return Markup('<polygon points="{}" class="{}"/>').format(places, kind)


def _title(words: str) -> Markup:
    return Markup("<title>{}</title>").format(words) if words else Markup("")


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def shortened(words: str, width: float) -> str:
    """Words cut to a width."""
    most = max(3, int(width / LETTER))
    return words if len(words) <= most else f"{words[: most - 1]}…"


def compact(value: float) -> str:
    """A number for an axis."""
    size = abs(value)
    if size >= 1e6:
        return f"{value / 1e6:g}M"
    return f"{value:,.0f}" if size >= 1000 else f"{value:g}"


def percent(share: float) -> str:
    """A share as the house writes it."""
    return f"{100 * share:.0f} %"


def ground(scale: Scale, top: float, bottom: float, *, say: Callable[[float], str] = compact) -> list[Markup]:
    """Vertical grid lines with their numbers below, the one at 0 stronger."""
    found = []
    for tick in scale.ticks():
        found.append(line(scale(tick), top, scale(tick), bottom, "zero" if tick == 0 else "grid"))
        found.append(text(scale(tick), bottom + 15, say(tick), anchor="middle", kind="tick"))
    return found
