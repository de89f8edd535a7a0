"""Sobol indices: the share of a result's variance that each factor makes, alone and with others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.analysis.intervals import CONFIDENCE, SEED, Floats, Interval, Places, bootstrap
from sim.errors import ResultError

RESAMPLES: Final = 500
"""Each takes a pass of scipy over all points."""


@dataclass(frozen=True)
class Index:
    """Shares of the variance over the sampled space; NaN when the result does not vary."""

    factor: str
    first: Interval
    """Of the factor alone."""
    total: Interval
    """Of the factor and all its interplay with others."""


@dataclass(frozen=True, eq=False)
class Design:
    """Results on the matrices of Saltelli's design; n is a power of 2."""

    a: Floats
    """(n, replications)"""
    b: Floats
    """(n, replications)"""
    ab: Floats
    """(factors, n, replications): A with one column of B."""

    def __post_init__(self) -> None:
        n = len(self.a)
        shapes_fit = self.a.shape == self.b.shape == self.ab.shape[1:] and self.a.ndim == 2
        if not shapes_fit or n < 2 or n & (n - 1):
            raise ResultError(f"Sobol indices need matrices A, B and AB of 2, 4, 8, ... equal rows, not {n}")


def sobol(
    names: Sequence[str],
    design: Design,
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[Index, ...]:
    """First-order and total indices of the mean over replications, in the order of `names`.

    Intervals come from drawing base points and replications anew, so the noise of few replications is in them.
    """

    def statistics(rows: Places, columns: Places) -> Floats:
        return _indices(*(each[..., rows, :][..., columns].mean(axis=-1) for each in (design.a, design.b, design.ab)))

    found = bootstrap(statistics, *design.a.shape, confidence=confidence, resamples=resamples, seed=seed)
    return tuple(Index(name, found[place], found[len(names) + place]) for place, name in enumerate(names))


def _indices(a: Floats, b: Floats, ab: Floats) -> Floats:
    """First-order indices, then total ones."""
    from scipy.stats import sobol_indices  # noqa: PLC0415 - only this needs scipy's statistics

    if np.ptp(np.concatenate([a, b])) == 0 or np.isnan(ab).any():
        return np.full(2 * len(ab), np.nan)
    found = sobol_indices(func={"f_A": a[None, :], "f_B": b[None, :], "f_AB": ab[:, None, :]}, n=len(a))
    return np.concatenate([np.atleast_1d(found.first_order), np.atleast_1d(found.total_order)])
