"""Designs: from factors and their values to the settings of the scenario that a study runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Any, Final

Factors = Mapping[str, Sequence[Any]]
"""Values to try, by the path of what they are set at."""

Place = tuple[str, int]
"""One value of a factor: its path, and the number of the value in its list."""


@dataclass(frozen=True)
class Point:
    """One setting of all factors, and what an analysis must know of it.

    `role` tells what the point is for, as words with `:` between them, the name of a factor always last:

    - `""`: one of many (grid, lhs, csv).
    - `centre`, `low:FACTOR`, `high:FACTOR`, `other:FACTOR`: one factor at a time; `other` of lists longer than three.
    - `trajectory:T`: where Morris trajectory T starts; `trajectory:T:FACTOR`: the same after one more step, which
      changed this factor. Points of a trajectory follow each other.
    - `A:I`, `B:I`, `AB:I:FACTOR`: row I of Saltelli's matrices; AB is A with the factor's column of B.
    """

    number: int
    """From 0, in the order of the design."""
    settings: tuple[tuple[str, Any], ...]
    """Path and value of every factor, in the order of the study."""
    places: tuple[Place, ...]
    """Where each of these values stands in the study."""
    coordinates: tuple[float, ...] = ()
    """By factor: where its value lies between its lowest (0) and its highest (1), as a quantile of its law; the value
    with number i of k in a list is at (i + 0.5) / k."""
    role: str = ""
    """What the point is for."""

    def about(self) -> dict[str, Any]:
        """The point as plain values, for manifests."""
        return {
            "point": self.number,
            "settings": dict(self.settings),
            "coordinates": list(self.coordinates),
            "role": self.role,
        }

    @property
    def overrides(self) -> dict[str, str]:
        """What to set in the scenario, as YAML text by path."""
        return {path: as_yaml(value) for path, value in self.settings}

    def __str__(self) -> str:
        return ", ".join(f"{path} = {as_text(value)}" for path, value in self.settings)


def as_yaml(value: Any) -> str:
    """A plain value as YAML on one line."""
    return json.dumps(value, ensure_ascii=False)


def as_text(value: Any) -> str:
    """A plain value as people write it: text without quotes."""
    return value if isinstance(value, str) else as_yaml(value)


def grid(factors: Factors) -> tuple[Point, ...]:
    """Every value of every factor with every value of the others; the last factor changes fastest."""
    choices = product(*(range(len(values)) for values in factors.values()))
    return tuple(_point(number, factors, chosen) for number, chosen in enumerate(choices))


def _point(number: int, factors: Factors, chosen: Sequence[int]) -> Point:
    places = tuple(zip(factors, chosen, strict=True))
    return Point(number, tuple((path, factors[path][place]) for path, place in places), places)


def grid_size(factors: Factors) -> int:
    """How many settings `grid` would make."""
    return prod(len(values) for values in factors.values())


@dataclass(frozen=True)
class Design:
    """A way to choose settings."""

    size: Callable[[Factors], int]
    points: Callable[[Factors], tuple[Point, ...]]


DESIGNS: Final[Mapping[str, Design]] = MappingProxyType({"grid": Design(grid_size, grid)})
"""All designs by their name in study files."""
