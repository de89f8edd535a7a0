"""Laws of whole numbers: sizes of orders, numbers of things."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema, model_validator

from sim.scenario.law import Law, in_order
from sim.scenario.laws_built import check_sum
from sim.scenario.quantities import Count
from sim.scenario.quantity_text import number_text, parse_count, parse_weight, refuse
from sim.scenario.special import Floats


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
