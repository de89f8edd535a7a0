"""What a study varies: factors, and what each sets in a scenario at a position of its axis."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from experiments.axes import Axis, Listing

Place = tuple[str | int, ...]
"""A place in the study file."""

_NOTHING: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType({})


def as_yaml(value: Any) -> str:
    """A plain value as YAML on one line."""
    return json.dumps(value, ensure_ascii=False)


def as_text(value: Any) -> str:
    """A plain value as people write it: text without quotes."""
    return value if isinstance(value, str) else as_yaml(value)


@dataclass(frozen=True)
class Level:
    """One value of one factor."""

    factor: str
    """The factor's name."""
    value: Any
    """What stands in tables."""
    coordinate: float
    """Its position in the unit cube of the design."""
    size: float
    """In the factor's unit; of values without size, their number in the list."""
    sets: Mapping[str, Any] = field(repr=False)
    """Raw values by their path in the scenario."""
    place: Place
    """Where the value stands in the study file."""

    def __str__(self) -> str:
        return f"{self.factor} = {as_text(self.value)}"

    @property
    def overrides(self) -> dict[str, str]:
        """What to set in the scenario, as YAML text by path."""
        return {path: as_yaml(value) for path, value in self.sets.items()}


@dataclass(frozen=True)
class Factor:
    """Something that a study varies: one place of the scenario, or several that change together."""

    name: str
    """The path, or a name of the author's."""
    paths: tuple[str, ...]
    """All places that it may set."""
    axis: Axis
    """Its values."""
    bundles: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _NOTHING, repr=False)
    """Of a factor whose values are names: what each of them sets, raw values by path."""
    key: str | None = None
    """Under which key of its own the study file lists the values."""

    @property
    def listed(self) -> int:
        """How many values it lists; 0 when it has all values in between."""
        return self.axis.listed

    @property
    def type(self) -> type:
        """Of its values in tables: int, float, bool or str."""
        return self.axis.type

    def level(self, position: float, *, to_ends: bool = False) -> Level:
        """The value at a position from 0 to 1.

        Args:
            to_ends: whether 0 and 1 themselves are reached, where a law may have no end.
        """
        value, size = self.axis.between_ends(position) if to_ends else self.axis.at(position)
        sets = self.bundles[value] if self.bundles else dict.fromkeys(self.paths, value)
        return Level(self.name, value, position, size, sets, self._place(value, position))

    def levels(self) -> tuple[Level, ...]:
        """All values it lists, in order; each at the middle of its share of the way."""
        return tuple(self.level((index + 0.5) / self.listed) for index in range(self.listed))

    def _place(self, value: Any, position: float) -> Place:
        here = ("factors", self.name, *((self.key,) if self.key else ()))
        if self.bundles:
            return (*here, value)
        return (*here, self.axis.index(position)) if isinstance(self.axis, Listing) else here

    def places(self) -> Iterator[tuple[str, Place]]:
        """Every path it sets, and where the study file states it."""
        here = ("factors", self.name)
        if self.bundles:
            yield from ((path, (*here, "sets", name, path)) for name, sets in self.bundles.items() for path in sets)
        elif self.paths == (self.name,):
            yield self.name, here
        else:
            yield from ((path, (*here, "paths", number)) for number, path in enumerate(self.paths))

    def about(self) -> dict[str, Any]:
        """The factor as plain values, for manifests."""
        about = {"name": self.name, "paths": list(self.paths), **self.axis.about()}
        return {**about, "sets": {name: dict(sets) for name, sets in self.bundles.items()}} if self.bundles else about
