"""Intervals: Student's t for means, the percentile bootstrap for everything else; equal inputs give equal intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import estimate

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

CONFIDENCE: Final = 0.95
RESAMPLES: Final = 1000
"""Bootstrap samples; enough for the ends of a 95 % interval."""

SEED: Final = 20_260_301
"""Of the bootstrap, so that a report never changes from one reading to the next."""


@dataclass(frozen=True)
class Interval:
    """An estimate and the interval around it; NaN where undefined."""

    value: float
    low: float
    high: float

    @property
    def decided(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0

    @property
    def defined(self) -> bool:
        """Whether there is an interval at all."""
        return not (isnan(self.value) or isnan(self.low) or isnan(self.high))


def mean_interval(values: Floats, *, confidence: float = CONFIDENCE, comparisons: int = 1) -> Interval:
    """The mean of one value per replication, NaN left out, with its Student interval.

    Args:
        values: NaN where undefined.
        confidence: of the interval.
        comparisons: how many such intervals are to hold together (Bonferroni).
    """
    found = estimate(values, confidence=1 - (1 - confidence) / comparisons)
    return Interval(found.mean, found.low, found.high)


def draws(n: int, *, resamples: int = RESAMPLES, seed: int = SEED) -> Places:
    """Places of bootstrap samples of `n` things: a row for each sample."""
    return np.random.default_rng(seed).integers(0, n, (resamples, n))


def percentiles(samples: Floats, value: float, *, confidence: float = CONFIDENCE) -> Interval:
    """The interval that holds the middle share of bootstrap values."""
    known = samples[~np.isnan(samples)]
    if not len(known):
        return Interval(value, nan, nan)
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(value, float(low), float(high))


def bootstrap(
    statistic: Callable[[Places, Places], Floats],
    rows: int,
    columns: int,
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> list[Interval]:
    """Intervals of several statistics of a table, both its rows (points) and columns (replications) drawn anew.

    Args:
        statistic: from places of rows and of columns to values.
        rows: independent rows of the table, as trajectories or base points.
        columns: its replications; 1 when there is but one value for each row.
        confidence: of the intervals.
        resamples: how often to draw.
        seed: of the draws.
    """
    generator = np.random.default_rng(seed)
    pairs = ((generator.integers(0, rows, rows), generator.integers(0, columns, columns)) for _ in range(resamples))
    samples = np.array([statistic(*pair) for pair in pairs])
    found = statistic(np.arange(rows), np.arange(columns))
    return [percentiles(samples[:, place], float(value), confidence=confidence) for place, value in enumerate(found)]


def row_means(table: Floats) -> Floats:
    """By row: over the values that are defined."""
    known = ~np.isnan(table)
    counts = known.sum(axis=1)
    sums = np.where(known, table, 0.0).sum(axis=1)
    return np.asarray(np.divide(sums, counts, out=np.full(len(table), nan), where=counts > 0))


def as_table(outputs: Floats) -> Floats:
    """Outputs as a row for each point and a column for each replication."""
    return outputs[:, None] if outputs.ndim == 1 else outputs


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values adjusted so that all verdicts of a family hold together (Holm); NaN stays NaN and counts for nothing."""
    order = sorted((p, place) for place, p in enumerate(p_values) if not isnan(p))
    adjusted = [nan] * len(p_values)
    highest = 0.0
    for rank, (p, place) in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - rank) * p))
        adjusted[place] = highest
    return adjusted
