"""A fitted number and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from scipy.optimize import brentq

from sim.scenario.quantity_text import number_text

HALF_CHI: Final = 1.920729410347062
"""By how much the log-likelihood may fall below its greatest value inside a 95 % interval of one parameter."""
NORMAL: Final = 1.959963984540054
"""Standard errors on either side in a 95 % interval."""
_FARTHEST: Final = 60.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A fitted number with its 95 % interval."""

    value: float
    low: float
    """0 where the records set no lower end."""
    high: float
    """Infinite where the records set no upper end."""

    def text(self, unit: str = "") -> str:
        """In words, such as `7.62 d (95 % interval 7.1 to 8.2)`."""
        value = f"{short(self.value)}{unit and ' ' + unit}"
        if math.isfinite(self.high):
            return f"{value} (95 % interval {short(self.low)} to {short(self.high)})"
        return f"{value} (95 % interval {short(self.low)} and above)" if self.low else f"{value} (no 95 % limits)"

    @property
    def document(self) -> dict[str, float]:
        """For JSON."""
        return {"value": self.value, "low": self.low, "high": self.high}

    def through(self, change: Callable[[float], float]) -> Estimate:
        """Of a rising function of the number."""
        return Estimate(change(self.value), change(self.low), change(self.high))


def short(value: float) -> str:
    """A number to three significant digits, as a scenario states it."""
    return number_text(float(f"{value:.3g}"))


def wald(log_value: float, log_error: float) -> Estimate:
    """The interval of a positive number from the standard error of its logarithm."""
    far = NORMAL * log_error
    return Estimate(*(math.exp(min(at, 700.0)) for at in (log_value, log_value - far, log_value + far)))


def profiled(log_value: float, height: Callable[[float], float]) -> Estimate:
    """The interval of a positive number in which the profile of the log-likelihood stays high.

    Args:
        log_value: where the profile is highest.
        height: the profile, less its greatest value, at a logarithm of the number.
    """
    low = _crossing(log_value, -1.0, height)
    high = _crossing(log_value, 1.0, height)
    return Estimate(math.exp(log_value), math.exp(low) if low > -math.inf else 0.0, math.exp(high))


def _crossing(start: float, step: float, height: Callable[[float], float]) -> float:
    """Where the profile has fallen by `HALF_CHI` on one side; infinite if it never does."""
    near, far = start, 0.05 * step
    while height(start + far) > -HALF_CHI:
        near = start + far
        far *= 2
        if abs(far) > _FARTHEST:
            return math.copysign(math.inf, step)
    return float(brentq(lambda at: height(at) + HALF_CHI, near, start + far, xtol=1e-7))
