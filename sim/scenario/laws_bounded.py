"""Laws between two bounds, and laws of listed values.

Here and in its neighbours `Length` is a duration for laws of time and a plain number otherwise.
"""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Generic, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from sim.scenario.law import Continuous, Length, in_order
from sim.scenario.quantities import Duration, DurationOrForever, Number
from sim.scenario.special import Floats


class Constant(Continuous, Generic[Length]):
    """Always the same value."""

    dist: Literal["constant"] = "constant"
    value: Length
    """The value."""
    positional: ClassVar = ("value",)

    def ppf(self, u: Floats) -> Floats:
        """The value, for every uniform."""
        return np.full(np.shape(u), float(self.value))

    def below(self, x: Floats, order: int) -> Floats:
        """Partial moment."""
        return np.where(x >= self.value, float(self.value) ** order, 0.0)

    @property
    def sd_value(self) -> float:
        """Zero."""
        return 0.0


class Uniform(Continuous, Generic[Length]):
    """Every value between two bounds is equally likely."""

    dist: Literal["uniform"] = "uniform"
    low: Length
    """Least value."""
    high: Length
    """Greatest value."""
    positional: ClassVar = ("low", "high")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        in_order(self, "low", "high")
        return self

    def ppf(self, u: Floats) -> Floats:
        """Straight line from low to high."""
        return self.low + u * (self.high - self.low)

    def below(self, x: Floats, order: int) -> Floats:
        """Partial moment."""
        x = np.clip(x, self.low, self.high)
        return (x ** (order + 1) - float(self.low) ** (order + 1)) / ((order + 1) * (self.high - self.low))

    @property
    def sd_value(self) -> float:
        """The standard deviation, exact."""
        return (self.high - self.low) / math.sqrt(12.0)


class Triangular(Continuous, Generic[Length]):
    """Least, most likely and greatest value, with straight lines between them."""

    dist: Literal["triangular"] = "triangular"
    low: Length
    """Least value."""
    mode: Length
    """Most likely value."""
    high: Length
    """Greatest value."""
    positional: ClassVar = ("low", "mode", "high")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        in_order(self, "low", "mode", equal=True)
        in_order(self, "mode", "high", equal=True)
        in_order(self, "low", "high")
        return self

    def ppf(self, u: Floats) -> Floats:
        """Two square roots that meet at the mode."""
        width, left, right = self.high - self.low, self.mode - self.low, self.high - self.mode
        rising = self.low + np.sqrt(u * width * left)
        return np.where(u * width < left, rising, self.high - np.sqrt((1.0 - u) * width * right))

    def below(self, x: Floats, order: int) -> Floats:
        """Partial moment, from the density's two lines."""
        width, left, right = self.high - self.low, self.mode - self.low, self.high - self.mode
        total = np.zeros(np.shape(x))
        if left > 0:
            total = total + _ramp(self.low, np.clip(x, self.low, self.mode), order) * 2 / (width * left)
        if right > 0:
            end = np.clip(x, self.mode, self.high)
            falling = _ramp(self.high, end, order) - _ramp(self.high, np.asarray(float(self.mode)), order)
            total = total - falling * 2 / (width * right)
        return total

    @property
    def sd_value(self) -> float:
        """The standard deviation, exact."""
        left, right = self.mode - self.low, self.high - self.mode
        return math.sqrt((left**2 + left * right + right**2) / 18.0)


def _ramp(foot: float, x: Floats, order: int) -> Floats:
    """Integral of t**order * (t - foot) from foot to x, written around the foot so that digits are kept."""
    y = x - foot
    return sum(
        (math.comb(order, k) * foot ** (order - k) * y ** (k + 2) / (k + 2) for k in range(order + 1)),
        start=np.zeros(np.shape(x)),
    )


class Empirical(Continuous, Generic[Length]):
    """One of the listed values, each as likely as the others."""

    dist: Literal["empirical"] = "empirical"
    values: Annotated[tuple[Length, ...], Field(min_length=1)]
    """The values, in any order; a value listed twice is twice as likely."""
    positional: ClassVar = ("values",)

    @property
    def _sorted(self) -> Floats:
        return np.sort(np.asarray(self.values, dtype=np.float64))

    def ppf(self, u: Floats) -> Floats:
        """Step through the sorted values."""
        steps = np.minimum(np.asarray(u) * len(self.values), len(self.values) - 1)
        return self._sorted[steps.astype(np.int64)]

    def below(self, x: Floats, order: int) -> Floats:
        """Partial moment."""
        values = self._sorted
        sums = np.concatenate(([0.0], np.cumsum(values**order))) / len(values)
        return np.asarray(sums[np.searchsorted(values, x, side="right")])

    @property
    def sd_value(self) -> float:
        """The standard deviation of the listed values, exact."""
        return float(np.std(self._sorted))


DurationConstant = Constant[DurationOrForever]
DurationUniform = Uniform[Duration]
DurationTriangular = Triangular[Duration]
DurationEmpirical = Empirical[Duration]
NumberConstant = Constant[Number]
NumberUniform = Uniform[Number]
NumberTriangular = Triangular[Number]
NumberEmpirical = Empirical[Number]
