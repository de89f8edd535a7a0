"""Rank regression on a space-filling design: which factors move a result, and which way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.analysis.intervals import CONFIDENCE, RESAMPLES, SEED, Floats, Interval, Places, as_table, bootstrap
from sim.errors import ResultError


@dataclass(frozen=True)
class Coefficients:
    """A linear model of ranks."""

    by_factor: dict[str, Interval]
    """Standardised coefficient: ranks of the result move by so many standard deviations for one of the factor's."""
    explained: Interval
    """R squared: the share of the ranks' variance that the model explains; below 0.7 the coefficients mean little."""


def rank_regression(
    names: Sequence[str],
    coordinates: Floats,
    outputs: Floats,
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Coefficients:
    """Standardised rank regression coefficients of the mean over replications.

    Args:
        names: of the factors.
        coordinates: (points, factors).
        outputs: one value for each point, or a row of replications.
        confidence: of the intervals.
        resamples: of points and replications.
        seed: of the resamples.

    Raises:
        ResultError: there are not enough points for so many factors.
    """
    table, factors = as_table(outputs), coordinates.shape[1]
    if len(coordinates) < factors + 3:
        raise ResultError(f"{len(coordinates)} points are too few to tell {factors} factors apart")

    def statistics(rows: Places, columns: Places) -> Floats:
        return _fit(coordinates[rows], table[rows][:, columns].mean(axis=1))

    found = bootstrap(statistics, *table.shape, confidence=confidence, resamples=resamples, seed=seed)
    return Coefficients(dict(zip(names, found[:-1], strict=True)), found[-1])


def _fit(coordinates: Floats, outputs: Floats) -> Floats:
    """The coefficients, then R squared; NaN when the result does not vary."""
    from scipy.stats import rankdata  # noqa: PLC0415 - only this needs scipy's statistics

    if np.ptp(outputs) == 0 or np.isnan(outputs).any():
        return np.full(coordinates.shape[1] + 1, np.nan)
    x, y = _standard(rankdata(coordinates, axis=0)), _standard(rankdata(outputs))
    slopes = np.linalg.lstsq(x, y, rcond=None)[0]
    return np.append(slopes, 1 - np.mean((y - x @ slopes) ** 2))


def _standard(values: Floats) -> Floats:
    spread = values.std(axis=0)
    return np.asarray((values - values.mean(axis=0)) / np.where(spread == 0, 1, spread))
