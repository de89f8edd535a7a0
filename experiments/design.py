"""Designs: from factors to the settings of the scenario that a study runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Any, Final

from experiments.factors import Factor, Level
from experiments.sampling import next_power_of_two, spread, trajectories

Factors = Sequence[Factor]


@dataclass(frozen=True)
class Point:
    """One setting of all factors, and what an analysis must know of it.

    `role` tells what the point is for, as words with `:` between them, the name of a factor always last:

    - `""`: one of many (grid, lhs, csv).
    - `centre`, `low:FACTOR`, `high:FACTOR`, `other:FACTOR`: one factor at a time; `other` lies between the ends.
    - `trajectory:T`: where Morris trajectory T starts; `trajectory:T:FACTOR`: the same after one more step, which
      changed this factor. Points of a trajectory follow each other.
    - `A:I`, `B:I`, `AB:I:FACTOR`: row I of Saltelli's matrices; AB is A with the factor's column of B.
    """

    number: int
    """From 0, in the order of the design."""
    levels: tuple[Level, ...]
    """The value of every factor, in the order of the study."""
    role: str = ""
    """What the point is for."""

    @property
    def settings(self) -> tuple[tuple[str, Any], ...]:
        """Name and value of every factor."""
        return tuple((level.factor, level.value) for level in self.levels)

    @property
    def coordinates(self) -> tuple[float, ...]:
        """By factor: its position in the unit cube of the design.

        Of a range from its low end (0) to its high end (1), of a law as a quantile, of listed values through their
        equal shares of the way; where a design goes to the ends, 0 and 1 are a law's 5 % and 95 % quantiles.
        """
        return tuple(level.coordinate for level in self.levels)

    @property
    def sizes(self) -> tuple[float, ...]:
        """By factor: its value as a number in the factor's unit; values without size by their number in the list."""
        return tuple(level.size for level in self.levels)

    @property
    def overrides(self) -> dict[str, str]:
        """What to set in the scenario, as YAML text by path."""
        return {path: text for level in self.levels for path, text in level.overrides.items()}

    def about(self) -> dict[str, Any]:
        """The point as plain values, for manifests."""
        return {
            "point": self.number,
            "settings": dict(self.settings),
            "sizes": list(self.sizes),
            "coordinates": list(self.coordinates),
            "role": self.role,
        }

    def __str__(self) -> str:
        return ", ".join(str(level) for level in self.levels)


@dataclass(frozen=True)
class Sizes:
    """How large a design is to be."""

    points: int
    """Settings drawn by `lhs`; rows of each of Saltelli's matrices."""
    trajectories: int
    """Of Morris's design."""
    levels: int
    """Positions on each axis of Morris's design."""
    seed: int
    """Of all chance in the design."""


Placed = Iterator[tuple[tuple[Level, ...], str]]
"""The values and the role of one point after the other."""


def grid(factors: Factors, _sizes: Sizes) -> Placed:
    """Every value of every factor with every value of the others; the last factor changes fastest."""
    return ((levels, "") for levels in product(*(factor.levels() for factor in factors)))


def one_at_a_time(factors: Factors, _sizes: Sizes) -> Placed:
    """The centre, then for each factor its other values while all others stay at their centre."""
    centre = tuple(_centre(factor) for factor in factors)
    yield centre, "centre"
    for place, factor in enumerate(factors):
        for level, role in _others(factor):
            yield (*centre[:place], level, *centre[place + 1 :]), f"{role}:{factor.name}"


def _centre(factor: Factor) -> Level:
    return factor.levels()[(factor.listed - 1) // 2] if factor.listed else factor.level(0.5, to_ends=True)


def _others(factor: Factor) -> Iterator[tuple[Level, str]]:
    if not factor.listed:
        yield factor.level(0.0, to_ends=True), "low"
        yield factor.level(1.0, to_ends=True), "high"
    last = factor.listed - 1
    for number, level in enumerate(factor.levels()):
        if number != last // 2:
            yield level, "low" if number == 0 else "high" if number == last else "other"


def latin(factors: Factors, sizes: Sizes) -> Placed:
    """A Latin hypercube: each axis cut into as many shares as there are points, one point in each."""
    for row in spread(sizes.points, len(factors), seed=sizes.seed, kind="latin"):
        yield _at(factors, row), ""


def saltelli(factors: Factors, sizes: Sizes) -> Placed:
    """Saltelli's matrices A and B of Sobol points, then A with one column of B after the other."""
    both = spread(next_power_of_two(sizes.points), 2 * len(factors), seed=sizes.seed, kind="sobol")
    a, b = both[:, : len(factors)], both[:, len(factors) :]
    for name, rows in (("A", a), ("B", b)):
        for number, row in enumerate(rows):
            yield _at(factors, row), f"{name}:{number}"
    for place, factor in enumerate(factors):
        mixed = a.copy()
        mixed[:, place] = b[:, place]
        for number, row in enumerate(mixed):
            yield _at(factors, row), f"AB:{number}:{factor.name}"


def morris(factors: Factors, sizes: Sizes) -> Placed:
    """Trajectories from random starts, each changing every factor once."""
    drawn = trajectories(sizes.trajectories, len(factors), levels=sizes.levels, seed=sizes.seed)
    for number, trajectory in enumerate(drawn):
        for row, moved in trajectory:
            role = f"trajectory:{number}" if moved is None else f"trajectory:{number}:{factors[moved].name}"
            yield tuple(f.level(float(at), to_ends=True) for f, at in zip(factors, row, strict=True)), role


def _at(factors: Factors, row: Sequence[float]) -> tuple[Level, ...]:
    return tuple(factor.level(float(at)) for factor, at in zip(factors, row, strict=True))


@dataclass(frozen=True)
class Design:
    """A way to choose settings."""

    size: Callable[[Factors, Sizes], int]
    """How many settings it makes."""
    places: Callable[[Factors, Sizes], Placed]
    """The settings."""
    reads: tuple[str, ...] = ()
    """The keys of a study file that say how large it is."""
    is_listed: bool = False
    """Whether it needs the values of every factor one by one."""
    is_random: bool = False
    """Whether chance chooses, so that two points may be the same."""

    def points(self, factors: Factors, sizes: Sizes) -> tuple[Point, ...]:
        """All settings, numbered."""
        return tuple(Point(number, *placed) for number, placed in enumerate(self.places(factors, sizes)))


DESIGNS: Final[Mapping[str, Design]] = MappingProxyType(
    {
        "grid": Design(lambda f, _: prod(factor.listed for factor in f), grid, is_listed=True),
        "lhs": Design(lambda _, sizes: sizes.points, latin, ("points",), is_random=True),
        "sobol": Design(
            lambda f, sizes: next_power_of_two(sizes.points) * (len(f) + 2), saltelli, ("points",), is_random=True
        ),
        "oat": Design(lambda f, _: 1 + sum(factor.listed - 1 if factor.listed else 2 for factor in f), one_at_a_time),
        "morris": Design(
            lambda f, sizes: sizes.trajectories * (len(f) + 1), morris, ("trajectories", "levels"), is_random=True
        ),
    }
)
"""All designs by their name in study files; `csv:FILE` is read by `listed.py`."""
