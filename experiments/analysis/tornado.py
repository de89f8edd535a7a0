"""Tornado: how far each factor alone moves a result, the rest at their base values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan

import numpy as np

from experiments.analysis.intervals import CONFIDENCE, Floats, Interval, mean_interval


@dataclass(frozen=True)
class Bar:
    """The reach of one factor."""

    factor: str
    lowest: str
    """The level with the lowest mean."""
    highest: str
    """The level with the highest mean."""
    low: Interval
    """The result there."""
    high: Interval
    swing: Interval
    """Highest less lowest, by replication; widened for the pairs of levels it was chosen from."""


def tornado(levels: Mapping[str, Mapping[str, Floats]], *, confidence: float = CONFIDENCE) -> tuple[Bar, ...]:
    """A bar for each factor, the longest first.

    Args:
        levels: by factor and level, the base level included: one value per replication, in the same order
            everywhere (common random numbers), NaN where undefined.
        confidence: of the intervals.
    """
    bars = [_bar(factor, results, confidence) for factor, results in levels.items()]
    return tuple(sorted(bars, key=_reach, reverse=True))


def _reach(bar: Bar) -> float:
    return -1.0 if isnan(bar.swing.value) else bar.swing.value


def _bar(factor: str, results: Mapping[str, Floats], confidence: float) -> Bar:
    means = {level: mean_interval(values, confidence=confidence) for level, values in results.items()}
    known = [level for level, mean in means.items() if not isnan(mean.value)] or list(means)[:1]
    lowest = min(known, key=lambda level: means[level].value)
    highest = max(known, key=lambda level: means[level].value)
    pairs = max(1, len(results) * (len(results) - 1) // 2)
    apart = np.asarray(results[highest] - results[lowest])
    swing = mean_interval(apart, confidence=confidence, comparisons=pairs)
    return Bar(factor, lowest, highest, means[lowest], means[highest], swing)
