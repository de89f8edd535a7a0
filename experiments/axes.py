"""The values of a factor as an axis from 0 to 1: listed values, a range, or a law of chance."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from math import exp, log
from typing import Any, Final

import numpy as np

from experiments.quantities import in_one_unit, rounded, written
from sim import Law

_OUTER: Final = 0.05
"""Quantile of a law that stands for its low end where a design goes to the ends."""

_WIDEST: Final = 2**63
"""Whole numbers from here on do not fit a column of whole numbers."""


class Axis(ABC):
    """The values of a factor along which a design moves."""

    @property
    def listed(self) -> int:
        """How many values it lists; 0 when it has all values in between."""
        return 0

    @abstractmethod
    def at(self, position: float) -> tuple[Any, float]:
        """The value at a position, and its size: in the axis's unit, or its number in the list if it has no size."""

    def between_ends(self, position: float) -> tuple[Any, float]:
        """The same for designs that go to the ends, 0 and 1 themselves."""
        return self.at(position)

    @abstractmethod
    def about(self) -> dict[str, Any]:
        """The axis as plain values, for manifests."""

    @property
    @abstractmethod
    def type(self) -> type:
        """Of its values in tables: int, float, bool or str."""


@dataclass(frozen=True)
class Listing(Axis):
    """Values one by one; equally likely where chance chooses."""

    values: tuple[Any, ...]

    @property
    def listed(self) -> int:
        """How many there are."""
        return len(self.values)

    def index(self, position: float) -> int:
        """Which of them has this position in its share of the way."""
        return min(int(position * len(self.values)), len(self.values) - 1)

    def at(self, position: float) -> tuple[Any, float]:
        """The value whose share of the way holds this position."""
        index = self.index(position)
        return self.values[index], self._sizes[1][index] if self._sizes else float(index)

    def about(self) -> dict[str, Any]:
        """The values, and their common unit if they have sizes."""
        unit = self._sizes[0] if self._sizes else ""
        return {"kind": "values", "has_sizes": self._sizes is not None, "unit": unit, "values": list(self.values)}

    @cached_property
    def type(self) -> type:
        """Of numbers when all are."""
        kinds = {type(each) for each in self.values}
        if kinds == {int} and not all(-_WIDEST <= each < _WIDEST for each in self.values):
            return str
        if kinds == {int, float}:
            return float
        return kinds.pop() if len(kinds) == 1 and kinds <= {int, float, bool} else str

    @cached_property
    def _sizes(self) -> tuple[str, tuple[float, ...]] | None:
        return in_one_unit(self.values)


@dataclass(frozen=True)
class _Measured(Axis):
    """Numbers in a unit."""

    unit: str
    whole: bool
    """Whether the scenario takes whole numbers only."""

    def _written(self, number: float) -> tuple[Any, float]:
        size = float(round(number)) if self.whole else rounded(number)
        return written(size, self.unit), size

    @property
    def type(self) -> type:
        """Numbers, or text when there is a unit."""
        if self.unit:
            return str
        return int if self.whole else float


@dataclass(frozen=True)
class Range(_Measured):
    """All numbers from one to another, or some of them at equal distances."""

    low: float
    high: float
    steps: int
    """How many values it lists, both ends among them; 0 for all."""
    is_log: bool
    """Whether equal distances are equal ratios."""

    @property
    def listed(self) -> int:
        """How many values it lists; 0 when it has all values in between."""
        return self.steps

    def at(self, position: float) -> tuple[Any, float]:
        """The number that far from the low end to the high end."""
        if self.steps:
            position = min(int(position * self.steps), self.steps - 1) / (self.steps - 1)
        if self.is_log:
            return self._written(exp(log(self.low) + position * (log(self.high) - log(self.low))))
        return self._written(self.low + position * (self.high - self.low))

    def about(self) -> dict[str, Any]:
        """Both ends in its unit."""
        scale = "log" if self.is_log else "linear"
        ends = {"from": self.low, "to": self.high, "steps": self.steps, "scale": scale}
        return {"kind": "range", "has_sizes": True, "unit": self.unit, **ends}


@dataclass(frozen=True)
class Chance(_Measured):
    """Numbers as likely as a law says; a position is a quantile."""

    law: Law

    def at(self, position: float) -> tuple[Any, float]:
        """The quantile of the law."""
        return self._written(float(self.law.ppf(np.array([position]))[0]))

    def between_ends(self, position: float) -> tuple[Any, float]:
        """The same from the 5 % quantile (0) to the 95 % quantile (1)."""
        return self.at(_OUTER + position * (1 - 2 * _OUTER))

    def about(self) -> dict[str, Any]:
        """The law in its call form, of numbers in its unit."""
        return {"kind": "law", "has_sizes": True, "unit": self.unit, "law": self.law.describe()}
