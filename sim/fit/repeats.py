"""How many customers came again so often: as seen, and as the fitted law expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln, xlogy

from sim.fit.bgnbd import Law, Summary

Floats = NDArray[np.float64]

_SHOWN: Final = 7
"""Numbers of repeat visits that have a row of their own; the last row holds all above."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """Customers with so many visits after the first."""

    visits: int
    """In the last entry: so many or more."""
    observed: int
    expected: float


def repeats(summary: Summary, law: Law | None, shape: float, rate: float) -> tuple[Repeats, ...]:
    """One entry for each number of repeat visits; without a law of leaving, customers stay."""
    ages, where = np.unique(summary.age, return_inverse=True)
    number = np.bincount(where, summary.number)
    hoped = [float(number @ chance) for chance in _chances(ages, law, shape, rate)]
    seen = [int(summary.number[summary.x == count].sum()) for count in range(_SHOWN)]
    total = float(number.sum())
    rows = [Repeats(count, *pair) for count, pair in enumerate(zip(seen, hoped, strict=True))]
    return (*rows, Repeats(_SHOWN, round(total) - sum(seen), total - sum(hoped)))


def _chances(ages: Floats, law: Law | None, shape: float, rate: float) -> list[Floats]:
    """The chance of 0, 1, 2, ... repeat visits at each age."""
    come, below = [], np.zeros_like(ages)
    for count in range(_SHOWN):
        visits = np.exp(_log_count(ages, count, shape, rate))
        stay, leave = _fates(law, count)
        come.append(stay * visits + leave * (1.0 - below))
        below = below + visits
    return come


def _fates(law: Law | None, count: int) -> tuple[float, float]:
    """Chance to stay through so many visits, and to leave exactly at the last of them."""
    if law is None:
        return 1.0, 0.0
    base = betaln(law.a, law.b)
    stay = float(np.exp(betaln(law.a, law.b + count) - base))
    return stay, float(np.exp(betaln(law.a + 1, law.b + count - 1) - base)) if count else 0.0


def _log_count(ages: Floats, count: int, shape: float, rate: float) -> Floats:
    """Log of the negative binomial chance of so many visits, were nobody to leave."""
    ways = gammaln(shape + count) - gammaln(shape) - gammaln(count + 1)
    return np.asarray(ways + shape * np.log(rate / (rate + ages)) + xlogy(count, ages / (rate + ages)))
