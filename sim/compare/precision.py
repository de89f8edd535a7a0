"""How precise a mean over replications is, and how many replications a wanted precision takes."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, nan, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_REPLICATIONS: Final = 100_000
"""Beyond this nobody waits for an answer: it counts as hopeless."""


@dataclass(frozen=True)
class Mean:
    """The mean over the replications in which a value is defined, with its Student-t interval."""

    mean: float
    """NaN when no replication defines the value."""
    half_width: float
    """Half the length of the interval; NaN below two replications."""
    sd: float
    """Standard deviation between replications; NaN below two."""
    n: int
    """Replications in which the value is defined."""

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + self.half_width


def t_quantile(confidence: float, *, n: int) -> float:
    """Number of standard errors on either side of a mean of `n` values that hold it with `confidence`."""
    from scipy.special import stdtrit  # noqa: PLC0415 - the command line must start without scipy

    return float(stdtrit(n - 1, 0.5 + confidence / 2)) if n > 1 else nan


def t_tail(t: float, *, n: int) -> float:
    """Chance that a t statistic of `n` values without a true difference is at least this far from 0."""
    from scipy.special import stdtr  # noqa: PLC0415 - the command line must start without scipy

    return float(2 * stdtr(n - 1, -abs(t))) if n > 1 else nan


def estimate(values: Floats, *, confidence: float = 0.95) -> Mean:
    """Mean and interval of one value per replication; undefined (NaN) values are left out and not counted."""
    known = values[~np.isnan(values)]
    n = len(known)
    if n == 0:
        return Mean(nan, nan, nan, 0)
    if n == 1:
        return Mean(float(known[0]), nan, nan, 1)
    sd = _spread(known)
    return Mean(float(known.mean()), t_quantile(confidence, n=n) * sd / sqrt(n), sd, n)


def _spread(known: Floats) -> float:
    """Standard deviation; exactly 0 for equal values, whatever rounding makes of their mean."""
    return 0.0 if bool((known == known[0]).all()) else float(known.std(ddof=1))


def needed(sd: float, *, half_width: float, confidence: float = 0.95) -> int | None:
    """Fewest replications (at least 2) whose interval is narrower than `half_width` on either side.

    `None` when more than `MOST_REPLICATIONS` would be needed or the question has no answer.
    """
    if not (isfinite(sd) and half_width > 0):
        return None
    if not _narrow(sd, MOST_REPLICATIONS, half_width, confidence):
        return None
    low, high = 1, MOST_REPLICATIONS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _narrow(sd, middle, half_width, confidence) else (middle, high)
    return high


def _narrow(sd: float, n: int, half_width: float, confidence: float) -> bool:
    return t_quantile(confidence, n=n) * sd / sqrt(n) < half_width


def running(values: Floats, *, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Mean and half width after each replication in turn; entry k uses the first k + 1.

    An undefined value adds nothing; half widths of fewer than two defined values are infinite.
    """
    means, halves = np.full(len(values), nan), np.full(len(values), inf)
    for k in range(len(values)):
        so_far = estimate(values[: k + 1], confidence=confidence)
        means[k] = so_far.mean
        halves[k] = so_far.half_width if so_far.n > 1 else inf
    return means, halves


def precise_after(values: Floats, *, half_width: float, confidence: float = 0.95, look_ahead: int = 5) -> int | None:
    """Replications after which the half width reaches the target and keeps it for the next `look_ahead`.

    The look-ahead guards against stopping on a few values that happen to lie close together. `None` when the
    values do not suffice to tell.
    """
    reached = running(values, confidence=confidence)[1] <= half_width
    for k in range(len(values) - look_ahead):
        if bool(reached[k : k + look_ahead + 1].all()):
            return k + 1
    return None
