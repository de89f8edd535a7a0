"""A finished study as arrays: the door from a store to every analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.analysis.intervals import Floats
from experiments.factors import as_text
from experiments.quantities import in_one_unit
from experiments.store import read_manifest, read_store
from experiments.summary import headline
from sim import MEASURES
from sim.errors import ResultError

if TYPE_CHECKING:
    import pandas as pd

_SHORT: Final = 6
"""Levels of so few characters are shown as they are."""

LEFT_ALONE: Final = "as in the scenario"
"""The value of a factor at points that do not set it."""


@dataclass(frozen=True)
class Setting:
    """One point of a study."""

    number: int
    values: Mapping[str, Any]
    """By factor."""
    coordinates: tuple[float, ...] = ()
    """In the unit cube, for designs that live there."""
    role: str = ""
    """Its part in the design, for designs with parts."""

    def __str__(self) -> str:
        return ", ".join(f"{name} = {as_text(value)}" for name, value in self.values.items())


@dataclass(frozen=True)
class Axis:
    """A factor and the values it was given."""

    name: str
    short: str
    """The end of its path: two words, or as many as it takes to tell it from the others."""
    levels: tuple[str, ...]
    """Distinct values as text: rising where they have a size, else as the study has them."""
    sizes: tuple[float, ...]
    """Of the levels, in one unit; empty where they have none."""
    unit: str

    @property
    def numeric(self) -> bool:
        """Whether its levels can be put on an axis."""
        return bool(self.sizes)

    def place(self, setting: Setting) -> int:
        """Where in `levels` a setting's value stands."""
        return self._places[as_text(setting.values[self.name])]

    def label(self, place: int) -> str:
        """A level as people read it: to three digits."""
        level = self.levels[place]
        if not self.numeric or len(level) <= _SHORT:
            return level
        return with_unit(f"{self.sizes[place]:.3g}", self.unit) if "e" not in f"{self.sizes[place]:.3g}" else level

    def label_of(self, setting: Setting) -> str:
        """A setting's value as people read it."""
        return self.label(self.place(setting))

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {level: place for place, level in enumerate(self.levels)}


@dataclass(frozen=True, eq=False)
class PointView:
    """The runs of one point, in the form in which results are compared."""

    policies: tuple[str, ...]
    measures: tuple[str, ...]
    replications: int
    currency: str
    arrays: Mapping[tuple[str, str], Floats] = field(repr=False)

    def array(self, policy: str, measure: str) -> Floats:
        """One value per replication; NaN where undefined and for failed runs."""
        return self.arrays[policy, measure]


@dataclass(frozen=True, eq=False)
class StudyResults:
    """All runs of a finished study."""

    manifest: Mapping[str, Any] = field(repr=False)
    settings: tuple[Setting, ...]
    axes: tuple[Axis, ...]
    policies: tuple[str, ...]
    """The baseline first."""
    measures: tuple[str, ...]
    replications: int
    """Of the point that has the most."""
    runs: pd.DataFrame = field(repr=False)

    @property
    def baseline(self) -> str:
        """The policy that the others are compared with."""
        return self.policies[0]

    @property
    def headline(self) -> str:
        """The measure that decides."""
        return headline(self.measures)

    @property
    def currency(self) -> str:
        """Label for money."""
        return str(self.manifest["scenario"]["world"]["currency"])

    def array(self, policy: str, measure: str) -> Floats:
        """(points, replications), NaN where undefined, failed or not run.

        Raises:
            ResultError: there is no such policy or measure in this study.
        """
        if policy not in self.policies or measure not in self.measures:
            raise ResultError(f"there is no '{measure}' of a policy '{policy}' in this study")
        mine = self.runs[self.runs["policy"] == policy]
        values = np.full((len(self.settings), self.replications), np.nan)
        values[mine["point"].to_numpy(), mine["replication"].to_numpy()] = mine[measure].to_numpy(dtype=np.float64)
        return values

    def gain(self, policy: str, measure: str, *, over: str | None = None) -> Floats:
        """(points, replications): how much better a policy is than another, the baseline when left out."""
        sign = -1.0 if MEASURES[measure].direction == "down" else 1.0
        return sign * (self.array(policy, measure) - self.array(over or self.baseline, measure))

    @cached_property
    def counts(self) -> Sequence[int]:
        """Replications by point."""
        return [
            int(rows) // len(self.policies) for rows in np.bincount(self.runs["point"], minlength=len(self.settings))
        ]

    def views(self, *measures: str) -> tuple[PointView, ...]:
        """By point: the runs of all policies in some measures."""
        arrays = {(policy, name): self.array(policy, name) for policy in self.policies for name in measures}
        counts = self.counts
        return tuple(
            PointView(
                policies=self.policies,
                measures=measures,
                replications=counts[place],
                currency=self.currency,
                arrays={key: values[place, : counts[place]] for key, values in arrays.items()},
            )
            for place in range(len(self.settings))
        )

    def axis(self, name: str) -> Axis:
        """A factor by its name.

        Raises:
            ResultError: the study has no such factor.
        """
        for axis in self.axes:
            if name in (axis.name, axis.short):
                return axis
        raise ResultError(f"there is no factor '{name}' in this study, only {', '.join(a.name for a in self.axes)}")


@lru_cache(maxsize=4)
def _finished(folder: str, _digest: str) -> StudyResults:
    manifest, runs = read_manifest(folder), read_store(folder)
    study = manifest["study"]
    names = tuple(dict.fromkeys(name for point in manifest["points"] for name in point["settings"]))
    settings = tuple(_setting(point, names) for point in manifest["points"])
    return StudyResults(
        manifest=manifest,
        settings=settings,
        axes=axes_of(settings),
        policies=tuple(study["policies"]),
        measures=tuple(study["measures"]),
        replications=int(runs["replication"].max()) + 1,
        runs=runs,
    )


def read_results(folder: str | Path) -> StudyResults:
    """The results in a store.

    Raises:
        ResultError: it is not the store of a finished study.
    """
    return _finished(str(folder), read_manifest(folder)["study_digest"])


def _setting(point: Mapping[str, Any], names: tuple[str, ...]) -> Setting:
    values = {name: point["settings"].get(name, LEFT_ALONE) for name in names}
    return Setting(point["point"], values, tuple(point.get("coordinates") or ()), str(point.get("role") or ""))


def axes_of(settings: tuple[Setting, ...]) -> tuple[Axis, ...]:
    """The factors of some settings, each with all the values it has there."""
    names = list(settings[0].values)
    return tuple(
        _axis(name, short, [setting.values[name] for setting in settings])
        for name, short in zip(names, short_names(names), strict=True)
    )


def _axis(name: str, short: str, values: list[Any]) -> Axis:
    levels = {as_text(value): value for value in values}
    sized = in_one_unit(levels.values())
    if sized is None:
        return Axis(name, short, tuple(levels), (), "")
    unit, sizes = sized
    order = np.argsort(sizes, kind="stable")
    return Axis(name, short, tuple(list(levels)[place] for place in order), tuple(sizes[p] for p in order), unit)


def with_unit(number: str, unit: str) -> str:
    """A number and its unit as scenarios write them."""
    return f"{number}{unit}" if unit.startswith("/") or not unit else f"{number} {unit}"


def short_names(names: list[str]) -> list[str]:
    """The ends of paths: two words, or as many as it takes to tell them apart."""
    words = [name.split(".") for name in names]
    for length in range(2, max(map(len, words), default=2) + 1):
        tails = [".".join(each[-length:]) for each in words]
        if len(set(tails)) == len(tails):
            return tails
    return names
