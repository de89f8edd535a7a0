"""Laws of whole numbers: sizes of orders, numbers of things."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from sim.scenario.law import Law, either, in_order
from sim.scenario.laws_built import check_sum
from sim.scenario.quantities import Count, Number, PositiveCount, Share
from sim.scenario.quantity_text import number_text, parse_count, parse_weight, refuse
from sim.scenario.special import Floats, beta_cdf, binomial_cdf, poisson_cdf

_TAIL = 1e-15
_LONGEST_TABLE = 4_000_000


class Whole(Law):
    """A law of whole numbers, known by its table."""

    @abstractmethod
    def table(self) -> tuple[Floats, Floats]:
        """Possible values, rising, and the chance of at most each; the last chance is 1."""

    def ppf(self, u: Floats) -> Floats:
        """Value of the step that the uniform falls on."""
        values, chances = self.table()
        return np.asarray(values[np.searchsorted(chances, u, side="right")])

    def cdf(self, x: Floats) -> Floats:
        """Chance of a value of at most `x`."""
        values, chances = self.table()
        return np.asarray(np.append(0.0, chances)[np.searchsorted(values, x, side="right")])


class FixedCount(Whole):
    """Always the same whole number."""

    dist: Literal["constant"] = "constant"
    value: Count
    """The value."""
    positional: ClassVar = ("value",)

    def table(self) -> tuple[Floats, Floats]:
        """One value."""
        return np.asarray([float(self.value)]), np.ones(1)

    @property
    def mean_value(self) -> float:
        """The value."""
        return float(self.value)

    @property
    def sd_value(self) -> float:
        """Zero."""
        return 0.0


def _read_weights(value: Any) -> tuple[tuple[int, float], ...]:
    """Pairs of value and weight, by value; accepts a mapping whose keys may be text."""
    if not isinstance(value, Mapping) or not value:
        raise refuse("law", "a table needs at least one value with its weight, for example {1: 0.5, 2: 0.5}")
    rows = [(parse_count(_whole(key)), parse_weight(weight)) for key, weight in value.items()]
    if len({key for key, _ in rows}) < len(rows):
        raise refuse("law", "table: a value is listed twice")
    check_sum("table", [weight for _, weight in rows])
    return tuple(sorted(rows))


def _whole(key: object) -> object:
    return int(key) if isinstance(key, str) and key.isdecimal() and len(key) < 12 else key


Weights = Annotated[
    Any,
    BeforeValidator(_read_weights),
    PlainSerializer(lambda rows: {str(value): weight for value, weight in rows}, when_used="json"),
    WithJsonSchema(
        {
            "type": "object",
            "description": "Weight of each value; they sum to 1.",
            "patternProperties": {"^[0-9]+$": {"type": ["number", "string"]}},
            "additionalProperties": False,
            "minProperties": 1,
            "examples": [{"1": 0.5, "2": 0.3, "4": 0.2}],
        }
    ),
]


class Table(Whole):
    """Listed whole numbers with their weights."""

    dist: Literal["table"] = "table"
    weights: Weights
    """Weight of each value; they sum to 1."""

    def table(self) -> tuple[Floats, Floats]:
        """The listed values."""
        values, weights = np.asarray(self.weights, dtype=np.float64).T
        chances = np.cumsum(weights)
        chances /= chances[-1]
        return values, chances

    @property
    def mean_value(self) -> float:
        """The mean, exact."""
        return math.fsum(value * weight for value, weight in self.weights) / self._total

    @property
    def sd_value(self) -> float:
        """The standard deviation, exact."""
        centre = self.mean_value
        squares = (weight * (value - centre) ** 2 for value, weight in self.weights)
        return math.sqrt(math.fsum(squares) / self._total)

    @property
    def _total(self) -> float:
        return math.fsum(weight for _, weight in self.weights)

    def describe(self) -> str:
        """The call form: `table(1: 0.5, 2: 0.5)`."""
        return f"table({', '.join(f'{value}: {number_text(weight)}' for value, weight in self.weights)})"


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
            raise refuse(
                "law", "negbinomial: the variance must exceed the mean; take poisson, or a larger spread"
            )
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


class UniformInt(Law):
    """Every whole number between two bounds is equally likely."""

    dist: Literal["uniform_int"] = "uniform_int"
    low: Count
    """Least value."""
    high: Count
    """Greatest value."""
    positional: ClassVar = ("low", "high")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        in_order(self, "low", "high", equal=True)
        return self

    @property
    def _steps(self) -> int:
        return self.high - self.low + 1

    def ppf(self, u: Floats) -> Floats:
        """Stairs of equal width."""
        return self.low + np.minimum(np.floor(np.asarray(u) * self._steps), self._steps - 1)

    def cdf(self, x: Floats) -> Floats:
        """Chance of a value of at most `x`."""
        return np.clip((np.floor(x) - self.low + 1.0) / self._steps, 0.0, 1.0)

    @property
    def mean_value(self) -> float:
        """The mean, exact."""
        return 0.5 * (self.low + self.high)

    @property
    def sd_value(self) -> float:
        """The standard deviation, exact."""
        return math.sqrt((self._steps**2 - 1) / 12.0)


def _closed(chances: Floats) -> Floats:
    """Cumulative chances whose last is 1, so that every uniform finds a value."""
    chances = np.maximum.accumulate(np.asarray(chances, dtype=np.float64))
    chances[-1] = 1.0
    return chances
