"""The plane a chart is drawn in: its two axes, from what a figure says and from the values of its traces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from experiments.report.svg import LETTER, WIDTH, Scale, reaching

TOP: Final = 14.0
HEIGHT: Final = 250.0
ROW: Final = 24.0
"""Height of one row of a chart whose rows have names."""


@dataclass(frozen=True)
class Axis:
    """From values to places; values are numbers, or names in an order."""

    scale: Scale
    names: tuple[str, ...]
    title: str
    percent: bool

    def place(self, value: Any) -> float | None:
        """The place of a value; `None` where there is none."""
        if self.names:
            return self.scale(self.names.index(str(value)) + 0.5)
        number = as_number(value)
        return None if number is None else self.scale(number)


@dataclass(frozen=True)
class Plane:
    """Both axes and the frame they leave for marks."""

    x: Axis
    y: Axis
    left: float
    bottom: float


def as_number(value: Any) -> float | None:
    """A finite number, or none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) else None


def plane_of(figure: go.Figure) -> Plane:
    """The plane that holds every trace of a figure."""
    across, up = _names(figure, "x"), _names(figure, "y")
    left = min(190.0, 12 + LETTER * max(map(len, up))) if up else 62.0
    bottom = TOP + (ROW * len(up) if up else HEIGHT)
    x = _scale(figure, "x", across, left + 6, WIDTH - 14)
    y = _scale(figure, "y", up, TOP, bottom) if up else _scale(figure, "y", up, bottom - 6, TOP + 8)
    return Plane(_axis(figure, "x", across, x), _axis(figure, "y", up, y), left, bottom)


def _axis(figure: go.Figure, side: str, names: tuple[str, ...], scale: Scale) -> Axis:
    stated = figure.layout[f"{side}axis"]
    return Axis(scale, names, str(stated.title.text or ""), "%" in str(stated.tickformat or ""))


def _names(figure: go.Figure, side: str) -> tuple[str, ...]:
    """The names along an axis, in their order from the top or from the left; none where it has numbers."""
    values = [value for trace in figure.data for value in listed(trace[side])]
    if not any(isinstance(value, str) for value in values):
        return ()
    stated = figure.layout[f"{side}axis"]
    order = tuple(map(str, dict.fromkeys([*listed(stated.categoryarray), *values])))
    is_turned = stated.autorange == "reversed"
    return order if side == "x" or is_turned else order[::-1]


def listed(values: Any) -> list[Any]:
    """The values of a trace's column; nothing where it has none."""
    return [] if values is None else list(values)


def _scale(figure: go.Figure, side: str, names: tuple[str, ...], start: float, end: float) -> Scale:
    if names:
        return Scale(0.0, float(len(names)), start, end)
    stated = figure.layout[f"{side}axis"].range
    ends = [as_number(each) for each in listed(stated)]
    if len(ends) == 2 and ends[0] is not None and ends[1] is not None:
        return Scale(ends[0], ends[1], start, end)
    is_long = any(is_bar(trace) and value_side(trace) == side for trace in figure.data)
    is_zero = is_long or figure.layout[f"{side}axis"].rangemode == "tozero"
    return reaching(_values(figure, side), start, end, zero=is_zero)


def _values(figure: go.Figure, side: str) -> Iterator[float]:
    """Every number that must find its place along an axis."""
    piled: dict[str, float] = {}
    for trace in figure.data:
        column = [as_number(each) for each in listed(trace[side])]
        if is_bar(trace) and value_side(trace) == side:
            for start, length in spans(trace, piled, is_stack=is_stacked(figure)):
                yield from (start, start + length)
        else:
            yield from (each for each in column if each is not None)
            yield from _ends(trace[f"error_{side}"], column)


def is_bar(trace: Any) -> bool:
    """Whether a trace is one of bars."""
    return bool(trace.type == "bar")


def is_stacked(figure: go.Figure) -> bool:
    """Whether bars begin where those before them end."""
    return figure.layout.barmode in ("stack", "relative")


def value_side(trace: Any) -> str:
    """The axis along which bars are long."""
    return "x" if trace.orientation == "h" else "y"


def spans(trace: Any, piled: dict[str, float], *, is_stack: bool) -> Iterator[tuple[float, float]]:
    """Where each bar of a trace begins, and how long it is; `piled` holds the ends of those before, by row."""
    side = value_side(trace)
    lengths = [as_number(each) or 0.0 for each in listed(trace[side])]
    rows = listed(trace["y" if side == "x" else "x"])
    for row, start, length in zip(rows, bases(trace, len(lengths)), lengths, strict=False):
        before = piled.get(str(row), 0.0) if is_stack else start
        piled[str(row)] = before + length
        yield before, length


def bases(trace: Any, count: int) -> list[float]:
    """Where the bars of a trace begin."""
    if trace.base is None:
        return [0.0] * count
    return [as_number(each) or 0.0 for each in np.broadcast_to(np.asarray(trace.base, dtype=object), (count,))]


def _ends(error: Any, column: Sequence[float | None]) -> Iterator[float]:
    """Both ends of every interval."""
    for value, high, low in zip(column, listed(error.array), lower(error), strict=False):
        above, below = as_number(high), as_number(low)
        if value is not None and above is not None and below is not None:
            yield from (value - below, value + above)


def lower(error: Any) -> list[Any]:
    """How far intervals reach below their values; as far as above where nothing else is said."""
    return listed(error.array if error.arrayminus is None else error.arrayminus)
