"""What a shop believes about receipts that come later than confirmed."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from sim.scenario.laws import DurationLaw
from sim.scenario.supply import LateSlip, ScriptedSlip, Slip

_PARTS = 200
"""The mean of what is left of a slip is taken over so many equally likely parts."""


class SlipBelief:
    """Quantiles of the time a receipt still needs beyond max(confirmed, now)."""

    def __init__(self, slip: Slip | None) -> None:
        self._slip = slip
        self.quantile = lru_cache(maxsize=4096)(self._quantile)

    def mean(self, overdue: int) -> int:
        """The mean of the same, rounded."""
        if self._slip is None or isinstance(self._slip, ScriptedSlip):
            return 0
        if isinstance(self._slip, LateSlip):
            return round(self._slip.mean * (1.0 if overdue >= 0 else self._slip.late))
        if overdue < 0:
            return round(self._slip.mean_value)
        return round(sum(self.quantile((k + 0.5) / _PARTS, overdue) for k in range(_PARTS)) / _PARTS)

    def _quantile(self, level: float, overdue: int) -> int:
        if self._slip is None or isinstance(self._slip, ScriptedSlip):
            return 0  # on time, as far as anybody knows
        if isinstance(self._slip, LateSlip):
            return _late_quantile(self._slip, level, overdue)
        return _law_quantile(self._slip, level, overdue)


def _late_quantile(slip: LateSlip, level: float, overdue: int) -> int:
    """Exponential lateness has no memory: once late, only the mean counts."""
    late = 1.0 if overdue >= 0 else slip.late
    return round(slip.mean * math.log(late / (1 - level))) if level > 1 - late else 0


def _law_quantile(slip: DurationLaw, level: float, overdue: int) -> int:
    """The quantile given that the receipt is not here `overdue` seconds after its date."""
    past = float(slip.cdf(np.array([float(overdue)]))[0]) if overdue >= 0 else 0.0
    if past >= 1.0:
        return 0
    return max(round(float(slip.ppf(np.array([past + level * (1 - past)]))[0])) - max(overdue, 0), 0)
