"""Region maps: where in the plane of two factors one policy beats another, where the boundary runs, and how sure.

Differences by replication at the points of a grid are drawn anew (all points by the same replications, as they met the
same tapes). Between grid points straight lines are drawn. The boundary is where the mean difference is 0; its band is
what lies between the zero lines of the lower and the upper ends of the intervals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from experiments.analysis.intervals import CONFIDENCE, Floats, Interval, draws, percentiles
from sim.errors import ResultError

Segment = tuple[tuple[float, float], tuple[float, float]]
"""A straight piece of a line, from one place to another."""

Shape = tuple[tuple[float, float], ...]
"""The corners of a polygon."""


@dataclass(frozen=True, eq=False)
class RegionMap:
    """A difference over a grid of two factors; arrays are (x, y)."""

    x: Floats
    y: Floats
    mean: Floats
    low: Floats
    high: Floats
    chance: Floats
    """Share of the resampled means above 0: how sure it is that the policy beats the other there."""
    boundary: tuple[Segment, ...]
    """Where the mean is 0."""
    band: tuple[tuple[Segment, ...], tuple[Segment, ...]]
    """Where the lower ends, and where the upper ends, are 0."""
    crossings: tuple[tuple[Interval, ...], ...]
    """By place of y: the values of x at which the sign changes, each with its interval."""

    @property
    def share(self) -> float:
        """Share of the grid's points at which the policy surely wins."""
        return float((self.low > 0).mean())


def region_map(x: Floats, y: Floats, differences: Floats, *, confidence: float = CONFIDENCE) -> RegionMap:
    """Map the sign of a difference.

    Args:
        x: values of one factor, rising.
        y: values of the other, rising.
        differences: (x, y, replications), a policy less the other; NaN where undefined.
        confidence: of band and intervals.

    Raises:
        ResultError: the grid and its values do not fit, or the factors do not rise.
    """
    rising = all((np.diff(axis) > 0).all() for axis in (x, y))
    if differences.shape[:2] != (len(x), len(y)) or not rising:
        raise ResultError("a region map needs a value at every point of a grid of two rising factors")
    samples = _resampled(differences)
    mean = _means(differences)
    ends = np.quantile(samples, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return RegionMap(
        x=x,
        y=y,
        mean=mean,
        low=ends[0],
        high=ends[1],
        chance=(samples > 0).mean(axis=0) + (samples == 0).mean(axis=0) / 2,
        boundary=tuple(zero_line(x, y, mean)),
        band=(tuple(zero_line(x, y, ends[0])), tuple(zero_line(x, y, ends[1]))),
        crossings=tuple(_crossings(x, mean[:, place], samples[:, :, place], confidence) for place in range(len(y))),
    )


def _means(differences: Floats) -> Floats:
    """Over the replications that define a difference."""
    known = ~np.isnan(differences)
    sums, counts = np.where(known, differences, 0).sum(axis=-1), known.sum(axis=-1)
    return np.asarray(np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0))


def _resampled(differences: Floats) -> Floats:
    """(resamples, x, y): means of replications drawn anew, the same ones at all points."""
    return np.stack([_means(differences[..., columns]) for columns in draws(differences.shape[-1])])


def zero_line(x: Floats, y: Floats, values: Floats) -> Iterator[Segment]:
    """Pieces of the line on which values between the points of a grid are 0.

    Each cell is cut into two triangles, in which the line is straight and never ambiguous.
    """
    for i, j in np.ndindex(len(x) - 1, len(y) - 1):
        corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
        for triangle in (corners[:3], [corners[0], *corners[2:]]):
            ends = [
                _between(_place(x, y, a), _place(x, y, b), float(values[a]), float(values[b]))
                for a, b in pairwise([*triangle, triangle[0]])
                if (values[a] > 0) != (values[b] > 0) and not np.isnan(values[a] + values[b])
            ]
            if len(ends) == 2 and ends[0] != ends[1]:
                yield ends[0], ends[1]


def _place(x: Floats, y: Floats, corner: tuple[int, int]) -> tuple[float, float]:
    return float(x[corner[0]]), float(y[corner[1]])


def _between(start: tuple[float, float], end: tuple[float, float], first: float, second: float) -> tuple[float, float]:
    """The place between two others at which a straight line from one value to another is 0."""
    share = first / (first - second)
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def areas(x: Floats, y: Floats, *values: Floats) -> Iterator[Shape]:
    """Shapes, in the units of the factors, in which all values between the points of a grid are above 0.

    Cells are cut into triangles as they are for the zero line.
    """
    for i, j in np.ndindex(len(x) - 1, len(y) - 1):
        corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
        for triangle in (corners[:3], [corners[0], *corners[2:]]):
            shape = [(*_place(x, y, corner), *(float(each[corner]) for each in values)) for corner in triangle]
            for place in range(len(values)):
                shape = list(_clipped(shape, 2 + place))
            if len(shape) > 2 and not np.isnan(shape).any():
                yield tuple((corner[0], corner[1]) for corner in shape)


def _clipped(corners: list[tuple[float, ...]], place: int) -> Iterator[tuple[float, ...]]:
    """The part of a polygon in which the value at a place of its corners is above 0; values go in straight lines."""
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        first, second = start[place], end[place]
        if first > 0:
            yield start
        if (first > 0) != (second > 0):
            share = first / (first - second)
            yield tuple(a + share * (b - a) for a, b in zip(start, end, strict=True))


def zeros(x: Floats, values: Floats) -> list[float]:
    """Where straight lines between values change their sign."""
    return [
        float(x[i] + values[i] / (values[i] - values[i + 1]) * (x[i + 1] - x[i]))
        for i in range(len(x) - 1)
        if (values[i] > 0) != (values[i + 1] > 0) and not np.isnan(values[i] + values[i + 1])
    ]


def _crossings(x: Floats, mean: Floats, samples: Floats, confidence: float) -> tuple[Interval, ...]:
    """The zeros of the mean; a resample gives its zero next to it or, without one, an end of the axis."""
    found = zeros(x, mean)
    if len(found) != 1:
        return tuple(Interval(each, float("nan"), float("nan")) for each in found)
    falls = bool(mean[0] > mean[-1])
    spread = np.array([_nearest(x, sample, found[0], falls=falls) for sample in samples])
    return (percentiles(spread, found[0], confidence=confidence),)


def _nearest(x: Floats, sample: Floats, wanted: float, *, falls: bool) -> float:
    own = zeros(x, sample)
    if own:
        return min(own, key=lambda zero: abs(zero - wanted))
    return float(x[-1] if (sample[0] > 0) == falls else x[0])
