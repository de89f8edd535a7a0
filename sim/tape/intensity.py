"""Visits by chance at a rate that changes over time, by inversion of the mean number of visits so far.

Unit-rate points are mapped to instants, so the same points serve every rate and what-ifs stay paired.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.tape.courses import Demand
from sim.words import HOUR

Floats = NDArray[np.float64]

_CELLS: Final = 200_000
"""Most cells of the even grid; a longer horizon has coarser ones."""
_CHUNK: Final = 2**17


class Intensity(Protocol):
    """The mean number of visits by time."""

    @property
    def total(self) -> float:
        """Mean number of visits in the whole span."""
        ...

    def instants(self, points: Floats) -> Floats:
        """When the mean number of visits since the start reaches each point; seconds from the start."""
        ...


@dataclass(frozen=True)
class Steady:
    """The same rate throughout."""

    rate: float
    """Visits per second."""
    length: int
    """Seconds."""

    @property
    def total(self) -> float:
        """Mean number of visits in the whole span."""
        return self.rate * self.length

    def instants(self, points: Floats) -> Floats:
        """When the mean number of visits since the start reaches each point; seconds from the start."""
        return points / self.rate


@dataclass(frozen=True, eq=False)
class Changing:
    """Any rate, as a straight line in each of many small cells.

    Two Gauss points in each cell give its exact visits where the rate is a cubic, and its lean.
    """

    edges: Floats
    """Borders of the cells; seconds from the start."""
    reached: Floats
    """Mean number of visits before each border."""
    lean: Floats
    """Of each cell: density at its ends is (1 - lean) and (1 + lean) times its mean."""

    @property
    def total(self) -> float:
        """Mean number of visits in the whole span."""
        return float(self.reached[-1])

    def instants(self, points: Floats) -> Floats:
        """When the mean number of visits since the start reaches each point; seconds from the start."""
        cell = np.searchsorted(self.reached, points, side="right") - 1
        share = (points - self.reached[cell]) / np.diff(self.reached)[cell]
        lean = self.lean[cell]
        left = 1.0 - lean
        within = 2.0 * share / (left + np.sqrt(left * left + 4.0 * lean * share))
        return self.edges[cell] + within * np.diff(self.edges)[cell]


def intensity_of(rate: float, demand: Demand) -> Intensity:
    """The mean number of visits at `rate` per second, multiplied by the demand events."""
    span = demand.span
    if not demand.courses:
        return Steady(rate, span.end - span.start)
    edges = _edges(demand)
    middle, half = (edges[1:] + edges[:-1]) / 2.0, np.diff(edges) / 2.0
    early = rate * demand.factor(middle - half / np.sqrt(3.0))
    late = rate * demand.factor(middle + half / np.sqrt(3.0))
    both = early + late
    lean = np.sqrt(3.0) * (late - early) / np.where(both > 0, both, 1.0)
    return Changing(
        edges=edges - span.start,
        reached=np.concatenate(([0.0], np.cumsum(both * half))),
        lean=np.clip(lean, -1.0 + 1e-9, 1.0 - 1e-9),
    )


def _edges(demand: Demand) -> Floats:
    span = demand.span
    length = span.end - span.start
    even = np.linspace(span.start, span.end, min(-(-length // HOUR), _CELLS) + 1)
    return np.unique(np.concatenate([even, demand.knots()]))


def poisson_times(intensity: Intensity, length: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """The visits of one realisation in whole seconds within [0, length), in order of time."""
    seconds = [np.empty(0, np.int64)]
    for points in _points(intensity.total, generator):
        seconds.append(np.minimum(intensity.instants(points).astype(np.int64), length - 1))
    return np.concatenate(seconds)


def _points(total: float, generator: np.random.Generator) -> Iterator[Floats]:
    """Unit-rate points in [0, total), some at a time; one uniform for each gap."""
    reached = 0.0
    while reached < total:
        expected = total - reached
        gaps = generator.random(min(_CHUNK, int(expected + 4.0 * expected**0.5) + 16))
        np.log1p(np.negative(gaps, out=gaps), out=gaps)
        np.negative(gaps, out=gaps)
        gaps[0] += reached
        points = np.cumsum(gaps, out=gaps)
        reached = float(points[-1])
        yield points[: np.searchsorted(points, total)]
