"""The mean of the reviews that count: those from before the run, and new ones for as long as they are remembered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.ledger.tables import ReviewRows
from sim.scenario.memory import Reputation


def stars_at(reviews: ReviewRows, about: Reputation, instant: int) -> float:
    """The mean at one instant."""
    return float(stars_over_time(reviews, about, np.array([instant]))[0])


def mean_stars(reviews: ReviewRows, about: Reputation, start: int, end: int) -> float:
    """The same, averaged over the time of [start, end)."""
    edges = np.concatenate(([start, end], reviews.time, reviews.time + about.memory))
    edges = np.unique(edges[(edges >= start) & (edges <= end)])
    return float(np.diff(edges) @ stars_over_time(reviews, about, edges[:-1])) / (end - start)


def stars_over_time(reviews: ReviewRows, about: Reputation, instants: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mean at some instants, after the reviews of that second."""
    sums = np.concatenate(([0], np.cumsum(reviews.stars)))
    until = np.searchsorted(reviews.time, instants, side="right")
    since = np.searchsorted(reviews.time, instants - about.memory, side="right")
    stars: NDArray[np.float64] = about.prior * about.prior_stars + (sums[until] - sums[since]) / 10
    return stars / (about.prior + until - since)
