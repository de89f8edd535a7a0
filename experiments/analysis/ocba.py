"""Optimal computing budget allocation: where further replications help most to find the best, and how sure it is.

Candidates are taken as independent; common random numbers make the answer surer than it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from experiments.analysis.intervals import Floats


def shares(means: Floats, spreads: Floats) -> Floats:
    """Shares of a budget: candidates close to the best, and variable ones, get more.

    Args:
        means: estimates so far, more is better.
        spreads: standard deviations between replications.
    """
    best = int(np.argmax(means))
    spread = np.maximum(spreads, 1e-12 * max(1.0, float(np.abs(means).max())))
    gaps = np.maximum(means[best] - means, 1e-6 * spread.max())
    weights = (spread / gaps) ** 2
    weights[best] = 0.0
    weights[best] = spread[best] * sqrt(float(((weights / spread) ** 2).sum()))
    return np.asarray(weights / weights.sum())


def allocation(values: Sequence[Sequence[float]], total: int) -> list[int]:
    """Further replications by candidate, that bring the counts near their shares of `total`."""
    means = np.array([np.mean(each) for each in values])
    spreads = np.array([np.std(each, ddof=1) for each in values])
    counts = np.array([len(each) for each in values])
    lacking = np.maximum(shares(means, spreads) * total - counts, 0.0)
    budget = total - int(counts.sum())
    wanted = lacking / lacking.sum() * budget
    given = np.floor(wanted).astype(int)
    for place in np.argsort(given - wanted, kind="stable")[: budget - int(given.sum())]:
        given[place] += 1
    return [int(count) for count in given]


def chance_of_best(values: Sequence[Sequence[float]], indifference: float) -> float:
    """Estimated chance, at least, that no rival is better than the best by more than `indifference`."""
    from scipy.special import stdtr  # noqa: PLC0415 - the command line must start without scipy

    means = np.array([np.mean(each) for each in values])
    errors = np.array([np.var(each, ddof=1) / len(each) for each in values])
    best = int(np.argmax(means))
    wrong = 0.0
    for rival in range(len(means)):
        if rival == best:
            continue
        lead, error = means[best] - means[rival] + indifference, sqrt(errors[best] + errors[rival])
        freedom = min(len(values[best]), len(values[rival])) - 1
        wrong += float(stdtr(freedom, -lead / error)) if error > 0 else 0.0
    return max(0.0, 1 - wrong)
