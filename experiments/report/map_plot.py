"""The region map as a picture: where a policy surely wins, where it surely loses, and the boundary in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from markupsafe import Markup

from experiments.analysis.of_study import Region
from experiments.analysis.regions import Shape, areas
from experiments.analysis.results import Axis
from experiments.report.svg import WIDTH, Scale, compact, dot, line, percent, picture, polygon, rect, text

_MOST_NUMBERS = 48


def map_plot(region: Region, *, alt: str) -> Markup:
    """Shades of sure wins and losses over the plane of two factors, the zero line, and the means at the points."""
    found, left, bottom = region.map, 52.0, 300.0
    x = Scale(float(found.x[0]), float(found.x[-1]), left + 26, WIDTH - 30)
    y = Scale(float(found.y[0]), float(found.y[-1]), bottom - 18, 40)
    parts = [rect(x.start, y.end, x.end - x.start, y.start - y.end, "region open")]
    parts += _drawn(areas(found.x, found.y, found.low), x, y, "region better")
    parts += _drawn(areas(found.x, found.y, -found.high), x, y, "region worse")
    parts += [line(x(a[0]), y(a[1]), x(b[0]), y(b[1]), "boundary") for a, b in found.boundary]
    parts += [*_points(region, x, y), *_ticks(region.x, x, bottom), *_side(region.y, y, left)]
    parts.append(text((left + WIDTH) / 2, bottom + 32, named(region.x), anchor="middle", kind="axis"))
    parts.append(text(2, 12, named(region.y), kind="axis"))
    return picture(bottom + 40, parts, alt)


def named(axis: Axis) -> str:
    """A factor and its unit."""
    return f"{axis.short} ({axis.unit})" if axis.unit else axis.short


def _drawn(shapes: Iterable[Shape], x: Scale, y: Scale, kind: str) -> Iterator[Markup]:
    for shape in shapes:
        yield polygon([(x(across), y(up)) for across, up in shape], kind)


def _points(region: Region, x: Scale, y: Scale) -> Iterator[Markup]:
    found = region.map
    few = found.mean.size <= _MOST_NUMBERS
    for i, j in np.ndindex(found.mean.shape):
        mean, chance = float(found.mean[i, j]), float(found.chance[i, j])
        at = f"{region.x.short} = {region.x.levels[i]}, {region.y.short} = {region.y.levels[j]}"
        title = f"{at}: {region.policy} less {region.over} {mean:+,.4g}, better with a chance of {percent(chance)}"
        across, up = x(float(found.x[i])), y(float(found.y[j]))
        yield dot(across, up, 2.5, "ink", title=title)
        if few and not np.isnan(mean):
            words = f"{mean:+,.0f}" if abs(mean) >= 100 else f"{mean:+.3g}"
            yield text(across, up - 6, words, anchor="middle", kind="number")


def _ticks(axis: Axis, scale: Scale, bottom: float) -> Iterator[Markup]:
    last = -100.0
    for size in axis.sizes:
        if scale(size) - last >= 26:
            last = scale(size)
            yield text(last, bottom + 12, compact(size), anchor="middle", kind="tick")


def _side(axis: Axis, scale: Scale, left: float) -> Iterator[Markup]:
    last = 1000.0
    for size in axis.sizes:
        if last - scale(size) >= 13:
            last = scale(size)
            yield text(left - 4, last + 4, compact(size), anchor="end", kind="tick")
