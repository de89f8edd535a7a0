"""Laws of whole numbers that count events: by chance, by trials, in bursts."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from sim.scenario.law import Law, either
from sim.scenario.laws_count import Whole
from sim.scenario.quantities import Number, PositiveCount, Share
from sim.scenario.quantity_text import refuse
from sim.scenario.special import Floats, beta_cdf, binomial_cdf, poisson_cdf

_TAIL = 1e-15
_LONGEST_TABLE = 4_000_000


class Poisson(Whole):
    """The number of events that come by chance at a steady rate."""

    dist: Literal["poisson"] = "poisson"
    mean: Annotated[Number, Field(gt=0, le=1e6, examples=[5])]
    """Mean."""
    positional: ClassVar = ("mean",)

    def table(self) -> tuple[Floats, Floats]:
        """Counts up to where practically nothing is left."""
        values = np.arange(math.ceil(self.mean + 10.0 * math.sqrt(self.mean) + 40.0), dtype=np.float64)
        return values, _closed(poisson_cdf(values, self.mean))

    @property
    def mean_value(self) -> float:
        """The mean."""
        return self.mean

    @property
    def sd_value(self) -> float:
        """Square root of the mean."""
        return math.sqrt(self.mean)


class Geometric(Law):
    """The number of trials up to the first success: 1, 2, 3 and so on."""

    dist: Literal["geometric"] = "geometric"
    mean: Annotated[Number, Field(ge=1, le=1e6, examples=[2.5])]
    """Mean, at least 1."""
    positional: ClassVar = ("mean",)

    @property
    def _log_stay(self) -> float:
        return math.log1p(-1.0 / self.mean) if self.mean > 1 else -math.inf

    def ppf(self, u: Floats) -> Floats:
        """Whole part of an exponential quantile."""
        return np.floor(np.log1p(-np.asarray(u, dtype=np.float64)) / self._log_stay) + 1.0

    def cdf(self, x: Floats) -> Floats:
        """Chance of a value of at most `x`."""
        trials = np.floor(np.asarray(x, dtype=np.float64))
        return np.where(trials >= 1.0, -np.expm1(np.maximum(trials, 1.0) * self._log_stay), 0.0)

    @property
    def mean_value(self) -> float:
        """The mean."""
        return self.mean

    @property
    def sd_value(self) -> float:
        """The standard deviation, exact."""
        return math.sqrt(self.mean * (self.mean - 1.0))


class NegBinomial(Whole):
    """Counts more spread out than Poisson's: stated by mean and sd, or by mean and cv."""

    dist: Literal["negbinomial"] = "negbinomial"
    mean: Annotated[Number, Field(gt=0, le=1e6, examples=[5])]
    """Mean."""
    sd: Annotated[Number, Field(gt=0, le=1e6, examples=[4])] | None = None
    """Standard deviation; its square must exceed the mean."""
    cv: Annotated[Number, Field(gt=0, le=1000, examples=[0.8])] | None = None
    """Standard deviation divided by mean, instead of `sd`."""

    @model_validator(mode="after")
    def _spread_out(self) -> Self:
        either(self, ("sd",), ("cv",))
        variance = self.sd_value**2
        if variance <= self.mean * (1.0 + 1e-9):
            raise refuse("law", "negbinomial: the variance must exceed the mean; take poisson, or a larger spread")
        if self._length > _LONGEST_TABLE:
            raise refuse("law", "negbinomial: the spread is too large for this mean")
        return self

    @property
    def _success(self) -> float:
        return self.mean / self.sd_value**2

    @property
    def _length(self) -> float:
        """Counts beyond this have a chance below `_TAIL`: a Chernoff bound."""
        size = self.mean * self._success / (1.0 - self._success)
        stay = 1.0 - 0.5 * self._success
        gain = size * math.log(self._success / (1.0 - (1.0 - self._success) / stay))
        return max((gain - math.log(_TAIL)) / -math.log(stay), 1.0) + 1.0

    def table(self) -> tuple[Floats, Floats]:
        """Counts up to where practically nothing is left."""
        size = self.mean * self._success / (1.0 - self._success)
        values = np.arange(math.ceil(self._length), dtype=np.float64)
        return values, _closed(beta_cdf(size, values + 1.0, self._success))

    @property
    def mean_value(self) -> float:
        """The mean."""
        return self.mean

    @property
    def sd_value(self) -> float:
        """The standard deviation."""
        return self.sd if self.sd is not None else self.mean * (self.cv or 0.0)


class Binomial(Whole):
    """The number of successes in so many trials."""

    dist: Literal["binomial"] = "binomial"
    n: Annotated[PositiveCount, Field(le=1_000_000)]
    """Number of trials."""
    share: Share
    """Chance of success of each."""
    positional: ClassVar = ("n", "share")

    def table(self) -> tuple[Floats, Floats]:
        """All counts."""
        values = np.arange(self.n + 1, dtype=np.float64)
        return values, _closed(binomial_cdf(values, self.n, self.share))

    @property
    def mean_value(self) -> float:
        """The mean, exact."""
        return self.n * self.share

    @property
    def sd_value(self) -> float:
        """The standard deviation, exact."""
        return math.sqrt(self.n * self.share * (1.0 - self.share))


def _closed(chances: Floats) -> Floats:
    """Cumulative chances whose last is 1, so that every uniform finds a value."""
    chances = np.maximum.accumulate(np.asarray(chances, dtype=np.float64))
    chances[-1] = 1.0
    return chances
