"""A chart as a picture that needs no script: lines, bands, marks, bars and shaded times of a figure, as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

import plotly.graph_objects as go
from markupsafe import Markup

from dashboard.takeaway.plane import (
    TOP,
    Axis,
    Plane,
    as_number,
    is_bar,
    is_stacked,
    listed,
    lower,
    plane_of,
    spans,
    value_side,
)
from experiments.report.svg import LETTER, WIDTH, compact, line, picture, shortened, text

Place = tuple[float, float]

DASHES: Final = MappingProxyType(
    {"dash": "8 4", "dot": "2 3", "dashdot": "8 3 2 3", "longdash": "12 4", "longdashdot": "12 3 2 3"}
)
_GREY: Final = "#808080"
_NOTHING: Final = "none"


def drawn(figure: go.Figure, alt: str) -> Markup | None:
    """The figure as SVG; `None` where it has marks that are drawn with a script only."""
    traces = [trace for trace in figure.data if trace.visible is not False]
    if not traces or any(
        not isinstance(trace, go.Scatter | go.Bar) or trace.xaxis not in (None, "x") for trace in traces
    ):
        return None
    plane = plane_of(figure)
    parts = [*_ground(plane), *_shaded(figure, plane)]
    piled: dict[str, float] = {}
    last: list[Place] = []
    for trace in traces:
        if is_bar(trace):
            parts += _bars(trace, plane, piled, is_stack=is_stacked(figure))
        else:
            parts += _line(trace, plane, last)
            last = [place for run in _runs(trace, plane) for place in run]
    parts += _titles(plane)
    height = plane.bottom + 36
    return picture(height + 18 * _key_rows(traces), [*parts, *_key(traces, height)], alt)


def _ground(plane: Plane) -> Iterator[Markup]:
    for mark, say in _marks(plane.x):
        at = plane.x.scale(mark)
        if not plane.x.names:
            yield line(at, TOP, at, plane.bottom, "zero" if mark == 0 else "grid")
        yield text(at, plane.bottom + 14, say, anchor="middle", kind="tick")
    for mark, say in _marks(plane.y):
        at = plane.y.scale(mark)
        if not plane.y.names:
            yield line(plane.left, at, WIDTH - 8, at, "zero" if mark == 0 else "grid")
        yield text(plane.left - 6, at + 4, shortened(say, plane.left), anchor="end", kind="tick")


def _marks(axis: Axis) -> Iterator[tuple[float, str]]:
    if axis.names:
        yield from ((place + 0.5, name) for place, name in enumerate(axis.names))
        return
    for tick in axis.scale.ticks(5):
        yield tick, f"{100 * tick:.4g} %" if axis.percent else compact(tick)


def _titles(plane: Plane) -> Iterator[Markup]:
    yield text((plane.left + WIDTH) / 2, plane.bottom + 30, plane.x.title, anchor="middle", kind="axis")
    yield text(2, 9, plane.y.title, kind="axis")


def _shaded(figure: go.Figure, plane: Plane) -> Iterator[Markup]:
    """Times out of the ordinary, with their names."""
    for shape in figure.layout.shapes or ():
        first, last = plane.x.place(shape.x0), plane.x.place(shape.x1)
        if shape.type == "rect" and first is not None and last is not None:
            yield _shape([(first, TOP), (last, TOP), (last, plane.bottom), (first, plane.bottom)], str(shape.fillcolor))
    for note in figure.layout.annotations or ():
        at = plane.x.place(note.x)
        if at is not None and note.text:
            yield text(at + 2, TOP + 10 - float(note.yshift or 0), str(note.text), kind="tick")


def _shape(corners: Sequence[Place], fill: str, *, opacity: float | None = None) -> Markup:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    share = 1 if opacity is None else opacity
    return Markup('<polygon points="{}" fill="{}" opacity="{}"/>').format(places, fill, share)


def _runs(trace: Any, plane: Plane) -> Iterator[list[Place]]:
    """The places of a trace, cut where a value is missing."""
    run: list[Place] = []
    for x, y in zip(listed(trace.x), listed(trace.y), strict=False):
        across, up = plane.x.place(x) if x is not None else None, plane.y.place(y) if y is not None else None
        if across is None or up is None:
            yield run
            run = []
        else:
            run.append((across, up))
    yield run


def _line(trace: Any, plane: Plane, last: Sequence[Place]) -> Iterator[Markup]:
    runs = [run for run in _runs(trace, plane) if run]
    if trace.fill == "toself":
        yield from (_shape(run, str(trace.fillcolor), opacity=trace.opacity) for run in runs)
    if trace.fill == "tonexty" and last:
        yield from (_shape([*run, *reversed(last)], str(trace.fillcolor)) for run in runs)
    if "lines" in str(trace.mode or "lines") and trace.line.width != 0 and not _is_area(trace):
        for run in runs:
            yield _path(run, trace)
    yield from _errors(trace, plane)
    if "markers" in str(trace.mode):
        yield from (_dot(place, trace, number) for number, place in enumerate(place for run in runs for place in run))


def _path(run: Sequence[Place], trace: Any) -> Markup:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
    shape = '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>'
    dash = DASHES.get(str(trace.line.dash), _NOTHING)
    return Markup(shape).format(places, _colour(trace, 0), trace.line.width or 2, dash)


def _dot(place: Place, trace: Any, number: int) -> Markup:
    colour = _colour(trace, number)
    symbol = trace.marker.symbol
    name = str(symbol[number] if isinstance(symbol, tuple | list) else symbol)
    fill = _NOTHING if name.endswith("-open") else colour
    shape = '<circle cx="{:.1f}" cy="{:.1f}" r="4" fill="{}" stroke="{}" stroke-width="1.5"/>'
    return Markup(shape.format(*place, "{}", "{}")).format(fill, colour)


def _errors(trace: Any, plane: Plane) -> Iterator[Markup]:
    for side, error in (("x", trace.error_x), ("y", trace.error_y)):
        ends = zip(listed(trace.x), listed(trace.y), listed(error.array), lower(error), strict=False)
        for x, y, high, low in ends:
            yield from _error(side, (x, y), (as_number(low), as_number(high)), plane, str(error.color or _GREY))


def _error(
    side: str, at: tuple[Any, Any], reach: tuple[float | None, float | None], plane: Plane, colour: str
) -> Iterator[Markup]:
    low, high = reach
    value = as_number(at[0] if side == "x" else at[1])
    if value is None or low is None or high is None:
        return
    ends = [(end, at[1]) if side == "x" else (at[0], end) for end in (value - low, value + high)]
    places = [(plane.x.place(x), plane.y.place(y)) for x, y in ends]
    for (x1, y1), (x2, y2) in pairwise(places):
        shape = '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="2"/>'
        yield Markup(shape).format(x1, y1, x2, y2, colour)


def _bars(trace: Any, plane: Plane, piled: dict[str, float], *, is_stack: bool) -> Iterator[Markup]:
    side = value_side(trace)
    rows = listed(trace["y" if side == "x" else "x"])
    lengths, across = (plane.x, plane.y) if side == "x" else (plane.y, plane.x)
    for number, (row, (start, length)) in enumerate(zip(rows, spans(trace, piled, is_stack=is_stack), strict=False)):
        middle, ends = across.place(row), sorted((lengths.scale(start), lengths.scale(start + length)))
        if middle is None or not length:
            continue
        thick = min(16.0, abs(across.scale.end - across.scale.start) / max(1, len(rows)) * 0.6)
        box = (ends[0], middle - thick / 2, ends[1] - ends[0], thick)
        x, y, width, height = box if side == "x" else (box[1], box[0], box[3], box[2])
        shape = '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}"/>'
        edge = str(trace.marker.line.color or _NOTHING)
        yield Markup(shape).format(round(x, 1), round(y, 1), round(width, 1), height, _colour(trace, number), edge)


def _colour(trace: Any, number: int) -> str:
    """Of a mark of a trace; what a figure does not say is grey."""
    stated = trace.marker.color if trace.marker.color is not None else getattr(trace, "line", trace.marker).color
    found = stated[number] if isinstance(stated, tuple | list) else stated
    return str(found or _GREY)


def _named(traces: Sequence[Any]) -> list[Any]:
    return [trace for trace in traces if trace.name and trace.showlegend is not False]


def _key_rows(traces: Sequence[Any]) -> int:
    return len(_rows(_named(traces)))


def _rows(named: Sequence[Any]) -> list[list[tuple[Any, float]]]:
    """The names of traces in lines, each with its place."""
    rows: list[list[tuple[Any, float]]] = []
    at = float(WIDTH)
    for trace in named:
        width = 34 + LETTER * len(str(trace.name))
        if at + width > WIDTH:
            rows.append([])
            at = 4.0
        rows[-1].append((trace, at))
        at += width
    return rows


def _key(traces: Sequence[Any], top: float) -> Iterator[Markup]:
    """Which colour is whose."""
    for number, row in enumerate(_rows(_named(traces))):
        for trace, at in row:
            y = top + 18 * number + 4
            box = '<rect x="{}" y="{}" width="14" height="8" fill="{}"/>'
            yield Markup(box).format(at, y, str(trace.fillcolor or "") if _is_area(trace) else _colour(trace, 0))
            yield text(at + 19, y + 8, str(trace.name), kind="label")


def _is_area(trace: Any) -> bool:
    return not is_bar(trace) and trace.fill in ("toself", "tonexty")
