"""The difference between two policies that met the same tapes, replication by replication."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.compare.precision import Mean, estimate, needed, t_tail

Floats = NDArray[np.float64]

ROUNDING: Final = 1e-9
"""Differences below this share of the values come from the order of adding, not from the policies."""


@dataclass(frozen=True)
class Difference:
    """One policy less another in one measure, over the replications in which both are defined."""

    pairs: int
    """Replications in which both are defined."""
    policy_mean: float
    """Mean of the policy over the replications that define it."""
    baseline_mean: float
    """Mean of the baseline over the replications that define it."""
    mean: float
    """Mean of policy less baseline; NaN without a pair."""
    low: float
    """Lower end of its interval, adjusted for the number of policies compared; NaN below two pairs."""
    high: float
    """Upper end of that interval."""
    plain_low: float
    """Lower end of the interval as if this were the only comparison."""
    plain_high: float
    """Upper end of that interval."""
    p_value: float
    """Chance of a mean at least this far from 0 if there were no difference; adjusted likewise, NaN below two pairs."""
    correlation: float
    """Between the two policies over replications; NaN where one of them never varies."""
    gain: float
    """How many times more replications unpaired runs would need for the same interval."""
    more: int | None
    """Further replications that would settle an undecided difference; `None` when it is settled or hopeless."""

    @property
    def half_width(self) -> float:
        """Half the adjusted interval."""
        return (self.high - self.low) / 2

    @property
    def identical(self) -> bool:
        """Whether the two were equal in every replication."""
        return self.low == 0 == self.high

    @property
    def decided(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def difference(policy: Floats, baseline: Floats, *, comparisons: int = 1, confidence: float = 0.95) -> Difference:
    """Compare two policies by replication.

    Args:
        policy: one value per replication; NaN where undefined.
        baseline: likewise, on the same tapes.
        comparisons: how many intervals are to hold together with `confidence` (Bonferroni).
        confidence: of the intervals.
    """
    both = ~(np.isnan(policy) | np.isnan(baseline))
    ours, theirs = policy[both], baseline[both]
    adjusted = 1 - (1 - confidence) / comparisons
    apart = _apart(ours, theirs)
    paired = estimate(apart, confidence=adjusted)
    plain = estimate(apart, confidence=confidence)
    undecided = paired.low <= 0 <= paired.high
    return Difference(
        pairs=paired.n,
        policy_mean=estimate(policy).mean,
        baseline_mean=estimate(baseline).mean,
        mean=paired.mean,
        low=paired.low,
        high=paired.high,
        plain_low=plain.low,
        plain_high=plain.high,
        p_value=_p_value(paired, comparisons),
        correlation=_correlation(ours, theirs),
        gain=_gain(ours, theirs, paired.sd),
        more=_more(paired, adjusted) if undecided else None,
    )


def _apart(ours: Floats, theirs: Floats) -> Floats:
    apart = ours - theirs
    return np.where(np.abs(apart) <= ROUNDING * np.maximum(np.abs(ours), np.abs(theirs)), 0.0, apart)


def _p_value(paired: Mean, comparisons: int) -> float:
    if paired.n < 2:
        return nan
    if paired.sd == 0:
        return 1.0 if paired.mean == 0 else 0.0
    return min(1.0, comparisons * t_tail(paired.mean / (paired.sd / sqrt(paired.n)), n=paired.n))


def _correlation(ours: Floats, theirs: Floats) -> float:
    if len(ours) < 2 or estimate(ours).sd == 0 or estimate(theirs).sd == 0:
        return nan
    return float(np.corrcoef(ours, theirs)[0, 1])


def _gain(ours: Floats, theirs: Floats, paired_sd: float) -> float:
    """Variance of the difference of independent runs over that of paired ones."""
    alone = estimate(ours).sd ** 2 + estimate(theirs).sd ** 2
    if paired_sd == 0:
        return inf if alone > 0 else nan
    return alone / paired_sd**2


def _more(paired: Mean, confidence: float) -> int | None:
    enough = needed(paired.sd, half_width=abs(paired.mean), confidence=confidence)
    return None if enough is None else max(enough - paired.n, 1)
