"""The pictures of a report but the map: differences by point, tornado, indices and frontier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from experiments.analysis.frontier import Candidate
from experiments.analysis.intervals import Interval
from experiments.analysis.tornado import Bar
from experiments.report.svg import (
    LETTER,
    WIDTH,
    Scale,
    compact,
    dot,
    ground,
    line,
    picture,
    reaching,
    rect,
    shortened,
    text,
)

ROW: Final = 19
_WIDEST_LABEL: Final = 190
MOST_NAMED: Final = 12
"""Candidates that are named on the frontier; of more, only those on it."""

MOST_DRAWN: Final = 240
"""Of more rows, every so many-th in their order is drawn."""

MOST_LABELLED: Final = 60
"""More rows than this are drawn thin, in the order of their values, without names."""

Say = Callable[[Interval], str]
"""An interval in words."""


@dataclass(frozen=True)
class Row:
    """One line of a picture of intervals."""

    label: str
    interval: Interval
    kind: str
    """Class of its marks: `better`, `worse`, `open` or that of a policy."""


def intervals(rows: Sequence[Row], *, alt: str, axis: str, say: Say) -> Markup:
    """A dot and its interval for each row, on one axis with its zero."""
    thin = len(rows) > MOST_LABELLED
    shown = _spread(sorted(rows, key=lambda row: row.interval.value)) if thin else list(rows)
    left = 12.0 if thin else _left([row.label for row in rows])
    height = max(2.0, 360 / len(shown)) if thin else ROW
    ends = [end for row in rows for end in (row.interval.low, row.interval.high, row.interval.value)]
    scale, bottom = reaching(ends, left, WIDTH - 12), 8 + height * len(shown)
    parts = ground(scale, 4, bottom)
    for place, row in enumerate(shown):
        parts += _row(row, scale, 8 + height * (place + 0.5), "" if thin else shortened(row.label, left), say)
    return picture(bottom + 38, [*parts, _axis(axis, left, bottom)], alt)


def _spread(rows: list[Row]) -> list[Row]:
    """At most so many rows, evenly along their order, both ends among them."""
    if len(rows) <= MOST_DRAWN:
        return rows
    last = len(rows) - 1
    return [rows[place * last // (MOST_DRAWN - 1)] for place in range(MOST_DRAWN)]


def _left(labels: Sequence[str]) -> float:
    return 10 + min(_WIDEST_LABEL, LETTER * max(map(len, labels), default=0))


def _axis(words: str, left: float, bottom: float) -> Markup:
    return text((left + WIDTH) / 2, bottom + 31, words, anchor="middle", kind="axis")


def _row(row: Row, scale: Scale, y: float, label: str, say: Say) -> list[Markup]:
    parts = [text(2, y + 4, label)] if label else []
    if not row.interval.defined:
        return [*parts, text(scale(0) + 4, y + 4, "undefined", kind="tick")] if label else parts
    low, high = scale(row.interval.low), scale(row.interval.high)
    title = f"{row.label}: {say(row.interval)}"
    radius = 4.0 if label else 1.5
    marks = [
        line(low, y, high, y, f"whisker {row.kind}"),
        dot(scale(row.interval.value), y, radius, row.kind, title=title),
    ]
    return [*parts, *marks]


def tornado_plot(bars: Sequence[Bar], names: Sequence[str], *, alt: str, axis: str, say: Say) -> Markup:
    """A bar from the lowest to the highest mean of each factor, with the levels at its ends."""
    left, height = _left(names), 40
    ends = [end for bar in bars for each in (bar.low, bar.high) for end in (each.low, each.high, each.value)]
    scale, bottom = reaching(ends, left + 30, WIDTH - 42), 8.0 + height * len(bars)
    parts = ground(scale, 4, bottom)
    for place, (bar, name) in enumerate(zip(bars, names, strict=True)):
        parts += _tornado_bar(bar, shortened(name, left), scale, 8 + height * place, say)
    return picture(bottom + 38, [*parts, _axis(axis, left, bottom)], alt)


def _tornado_bar(bar: Bar, name: str, scale: Scale, top: float, say: Say) -> list[Markup]:
    parts = [text(2, top + 22, name)]
    if not bar.low.defined:
        return [*parts, text(scale(0) + 4, top + 22, "undefined", kind="tick")]
    first, last = scale(bar.low.value), scale(bar.high.value)
    kind = "bar" if bar.swing.decided else "bar open"
    title = f"{bar.factor}: from {bar.lowest} to {bar.highest} it moves by {say(bar.swing)}"
    parts.append(rect(first, top + 10, last - first, 16, kind, title=title))
    ends = [scale(end) for each in (bar.low, bar.high) for end in (each.low, each.high)]
    for interval in (bar.low, bar.high):
        parts.append(line(scale(interval.low), top + 18, scale(interval.high), top + 18, "whisker ink"))
    if bar.lowest == bar.highest:
        return [*parts, text(max(ends) + 4, top + 22, "no effect", kind="tick")]
    left = text(min(ends) - 4, top + 22, bar.lowest, anchor="end", kind="tick")
    return [*parts, left, text(max(ends) + 4, top + 22, bar.highest, kind="tick")]


def frontier_plot(found: Sequence[Candidate], *, alt: str, axes: tuple[str, str], is_share: bool) -> Markup:
    """Candidates in the plane of service (x) and value (y); those that no other beats are filled and joined."""
    left, bottom = 64.0, 300.0
    x = reaching([each.service.value for each in found], left + 8, WIDTH - 20, zero=False)
    y = reaching([each.value.value for each in found], bottom - 12, 34, zero=False)
    parts = [*ground(x, 20, bottom, say=_percents if is_share else compact), *_levels(y, left)]
    best = [each for each in found if each.efficient]
    parts += [
        line(x(a.service.value), y(a.value.value), x(b.service.value), y(b.value.value), "edge")
        for a, b in pairwise(best)
    ]
    for each in found:
        kind = "better" if each.efficient else "hollow"
        parts.append(dot(x(each.service.value), y(each.value.value), 5, kind, title=each.name))
    parts += _names(found if len(found) <= MOST_NAMED else best[:MOST_NAMED], x, y)
    heading = text(2, 10, axes[1], kind="axis")
    return picture(bottom + 38, [*parts, _axis(axes[0], left, bottom), heading], alt)


@dataclass(frozen=True)
class Spot:
    """A setting in the plane of two factors."""

    x: float
    y: float
    kind: str
    """`better` or `worse` where that is sure, else `up` or `down` by the mean."""
    title: str


def plane_plot(spots: Sequence[Spot], *, alt: str, axes: tuple[str, str]) -> Markup:
    """Settings in the plane of two factors, coloured by who wins."""
    left, bottom = 64.0, 300.0
    x = reaching([spot.x for spot in spots], left + 8, WIDTH - 20, zero=False)
    y = reaching([spot.y for spot in spots], bottom - 12, 26, zero=False)
    marks = [dot(x(spot.x), y(spot.y), 4.5, spot.kind, title=spot.title) for spot in spots]
    heading = text(2, 12, axes[1], kind="axis")
    parts = [*ground(x, 22, bottom), *_levels(y, left), *marks, _axis(axes[0], left, bottom), heading]
    return picture(bottom + 38, parts, alt)


def _percents(share: float) -> str:
    return f"{100 * share:.4g} %"


def _levels(scale: Scale, left: float) -> list[Markup]:
    found = []
    for tick in scale.ticks(5):
        found.append(line(left, scale(tick), WIDTH - 8, scale(tick), "grid"))
        found.append(text(left - 6, scale(tick) + 4, compact(tick), anchor="end", kind="tick"))
    return found


def _names(found: Sequence[Candidate], x: Scale, y: Scale) -> list[Markup]:
    """Beside each candidate its name, on the side where there is room; of several at one place, the first."""
    parts: list[Markup] = []
    taken: list[tuple[float, float]] = []
    for each in found:
        across, up = x(each.service.value), y(each.value.value)
        if any(abs(up - other) < 13 and abs(across - at) < WIDTH / 3 for at, other in taken):
            continue
        taken.append((across, up))
        to_left = across > WIDTH * 0.6
        words = shortened(each.name, across - 70 if to_left else WIDTH - across - 12)
        place, anchor = (across - 9, "end") if to_left else (across + 9, "start")
        parts.append(text(place, up - 8, words, anchor=anchor))
    return parts
