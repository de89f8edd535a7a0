"""Laws built from other laws: mixtures, cut-off laws and shifted laws."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from sim.scenario.law import Continuous, Law, in_order
from sim.scenario.part import Part
from sim.scenario.quantile import invert
from sim.scenario.quantities import Number, Weight
from sim.scenario.quantity_text import number_text, refuse
from sim.scenario.special import Floats

_LEAST_MASS = 1e-9
_ALMOST_ONE = float(np.nextafter(1.0, 0.0))


class MixturePart(Part):
    """One law of a mixture and its weight."""

    weight: Weight
    """How often this law applies; the weights of a mixture sum to 1."""
    law: Continuous
    """The law."""


class Mixture(Continuous):
    """Now one law, now another."""

    dist: Literal["mixture"] = "mixture"
    parts: Annotated[tuple[MixturePart, ...], Field(min_length=1)]
    """The laws and how often each applies."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        check_sum("mixture", [part.weight for part in self.parts])
        return self

    @property
    def _weighted(self) -> list[tuple[float, Continuous]]:
        total = math.fsum(part.weight for part in self.parts)
        return [(part.weight / total, part.law) for part in self.parts]

    def ppf(self, u: Floats) -> Floats:
        """Inverse of the cdf, solved between the least and the greatest quantile of the parts."""
        return invert(self.cdf, self._bracket, np.asarray(u, dtype=np.float64))

    def _bracket(self, u: Floats) -> tuple[Floats, Floats]:
        quantiles = [part.law.ppf(u) for part in self.parts]
        return np.minimum.reduce(quantiles), np.maximum.reduce(quantiles)

    def below(self, x: Floats, order: int) -> Floats:
        """Partial moment: the weighted sum of the parts'."""
        return sum((w * law.below(x, order) for w, law in self._weighted), start=np.zeros(np.shape(x)))

    def cdf(self, x: Floats) -> Floats:
        """Chance of a value of at most `x`."""
        return sum((w * law.cdf(x) for w, law in self._weighted), start=np.zeros(np.shape(x)))

    @property
    def mean_value(self) -> float:
        """The mean, exact."""
        return math.fsum(w * law.mean_value for w, law in self._weighted)

    @property
    def sd_value(self) -> float:
        """The standard deviation, exact: spread within the parts and between them."""
        centre = self.mean_value
        spreads = (w * (law.sd_value**2 + (law.mean_value - centre) ** 2) for w, law in self._weighted)
        return math.sqrt(math.fsum(spreads))

    def describe(self) -> str:
        """The call form: `mixture(0.8: constant(2 d), 0.2: exponential(9 d))`."""
        parts = (f"{number_text(part.weight)}: {part.law.describe()}" for part in self.parts)
        return f"mixture({', '.join(parts)})"


class Truncated(Continuous):
    """Another law given that its value lies between two bounds (both included)."""

    dist: Literal["truncated"] = "truncated"
    law: Continuous
    """The law that is cut off."""
    low: Number | None = None
    """Least value; no bound when left out."""
    high: Number | None = None
    """Greatest value; no bound when left out."""
    positional: ClassVar = ("law", "low", "high")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.low is None and self.high is None:
            raise refuse("law", "truncated: give low, or high, or both")
        if self.low is not None and self.high is not None:
            in_order(self, "low", "high", equal=True)
        start, end = self._span
        if end - start < _LEAST_MASS:
            raise refuse("law", f"truncated: {self.law.describe()} is practically never between the bounds")
        return self

    @property
    def _bounds(self) -> tuple[float, float]:
        low = -math.inf if self.low is None else float(self.low)
        return low, math.inf if self.high is None else float(self.high)

    @property
    def _before(self) -> Floats:
        """The last number before the lower bound, so that a chance of the bound itself is kept."""
        return np.asarray(np.nextafter(self._bounds[0], -math.inf))

    @property
    def _span(self) -> tuple[float, float]:
        return float(self.law.cdf(self._before)), float(self.law.cdf(np.asarray(self._bounds[1])))

    def ppf(self, u: Floats) -> Floats:
        """Quantile of the part that is kept."""
        start, end = self._span
        p = np.minimum(start + np.asarray(u) * (end - start), _ALMOST_ONE)
        return np.clip(self.law.ppf(p), *self._bounds)

    def below(self, x: Floats, order: int) -> Floats:
        """Partial moment of the part that is kept."""
        start, end = self._span
        low, high = self._bounds
        part = self.law.below(np.minimum(x, high), order) - self.law.below(self._before, order)
        return np.where(x >= low, part, 0.0) / (end - start)


class Shifted(Continuous):
    """Another law with the same amount added to every value."""

    dist: Literal["shifted"] = "shifted"
    law: Continuous
    """The law that is shifted."""
    by: Number
    """The amount added."""
    positional: ClassVar = ("law", "by")

    def ppf(self, u: Floats) -> Floats:
        """Quantile of the law, shifted."""
        return self.law.ppf(u) + self.by

    def below(self, x: Floats, order: int) -> Floats:
        """Partial moment, by the binomial theorem."""
        terms = (
            math.comb(order, k) * float(self.by) ** (order - k) * self.law.below(x - self.by, k)
            for k in range(order + 1)
        )
        return sum(terms, start=np.zeros(np.shape(x)))

    @property
    def sd_value(self) -> float:
        """The standard deviation of the law itself."""
        return self.law.sd_value


def check_sum(name: str, weights: list[float]) -> None:
    """Refuse weights that do not sum to 1."""
    total = math.fsum(weights)
    if abs(total - 1.0) > 1e-6:
        raise refuse("law", f"{name}: the weights sum to {total:.6g}, not to 1")


__all__ = ["Law", "Mixture", "MixturePart", "Shifted", "Truncated", "check_sum"]
