"""What a study's settings make of its scenario: each is loaded before the first run, and told apart from the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from experiments.design import Point
from experiments.factors import Factor, Level
from sim import Fault, Finding, PathError, Scenario, Source, get_path, one_of, read_source, shown

MOST_SETTINGS_TOLD: Final = 5
"""Faulty combinations that are told, and faulty values of one factor."""


@dataclass(frozen=True)
class Base:
    """A scenario file, as written and as loaded."""

    file: Path
    plan: Mapping[str, str]
    """What the study sets in its plan, as YAML text by path."""
    scenario: Scenario = field(repr=False)
    source: Source = field(repr=False)

    @staticmethod
    def load(file: Path, plan: Mapping[str, str]) -> Base:
        """A scenario file.

        Raises:
            ScenarioFaults: it cannot be used.
        """
        source = read_source(file)
        return Base(file, plan, source.load(plan), source)

    @property
    def raw(self) -> Any:
        """Its plain values, as written."""
        return self.source.marked.data

    def overrides(self, point: Point) -> dict[str, str]:
        """All that a point sets, as YAML text by path."""
        return {**self.plan, **point.overrides}

    def check(self, settings: Mapping[str, str]) -> tuple[Scenario | None, tuple[Fault, ...]]:
        """The scenario with some settings, or what is wrong with it then."""
        return self.source.check({**self.plan, **settings})


def faulty_paths(factors: Iterable[Factor], base: Base) -> Iterator[Finding]:
    """Paths of factors that lead nowhere in the scenario, or where another factor leads as well."""
    owners: dict[str, str] = {}
    for factor in factors:
        for path, place in factor.places():
            # A path that stands in a list is at fault itself; one that is a key, as a key.
            on_key = not isinstance(place[-1], int)
            owner = owners.setdefault(path.strip().removeprefix("world."), factor.name)
            if wrong := _wrong_path(path, base) or _taken(owner, factor):
                yield Finding(place, "path", *wrong, on_key=on_key)


def _wrong_path(path: str, base: Base) -> tuple[str, str] | None:
    """What is wrong with a path, and what to do about it."""
    if path.strip().split(".")[0] == "plan":
        return "a study says by its own keys how often to repeat and from which seed", "write `replications` or `seed`"
    try:
        get_path(base.raw, path)
    except PathError as error:
        return error.message, error.hint
    return None


def _taken(owner: str, factor: Factor) -> tuple[str, str] | None:
    if owner == factor.name:
        return None
    return f"the factor {shown(owner)} sets this as well", "leave it to one of them"


def scenarios_of(
    points: Sequence[Point], base: Base, policies: Sequence[str], *, may_repeat: bool
) -> tuple[tuple[str, ...], list[Finding]]:
    """The digests of all points' scenarios, and what is wrong with the points.

    Args:
        policies: those that every scenario must have.
        may_repeat: whether two points may make the same scenario.
    """
    digests: list[str] = []
    first: dict[str, Point] = {}
    findings: list[Finding] = []
    faulty: list[tuple[Point, Fault]] = []
    for point in points:
        scenario, faults = base.check(point.overrides)
        if scenario is None:
            faulty.append((point, faults[0]))
            continue
        findings += _absent(policies, scenario, point)
        digests.append(scenario.digest)
        twin = first.setdefault(digests[-1], point)
        if twin is not point and not may_repeat:
            findings.append(_all(f"'{point}' makes the same scenario as '{twin}'", "leave one of them out"))
    return tuple(digests), [*_blamed(faulty, base), *findings[:MOST_SETTINGS_TOLD]]


def _all(message: str, hint: str = "") -> Finding:
    return Finding(("factors",), "setting", message, hint, on_key=True)


def _absent(policies: Sequence[str], scenario: Scenario, point: Point) -> Iterator[Finding]:
    for name in policies:
        if name not in scenario.policies:
            yield _all(f"with '{point}' there is no policy {shown(name)}", one_of(name, scenario.policies))


def _blamed(faulty: Sequence[tuple[Point, Fault]], base: Base) -> list[Finding]:
    """Values that are wrong by themselves, each once; then combinations whose values are right one by one."""
    alone: dict[str, Finding | None] = {}
    for level in (level for point, _ in faulty for level in point.levels):
        if str(level) not in alone:
            alone[str(level)] = _alone(level, base)
    whole = ((point, fault) for point, fault in faulty if not any(alone[str(level)] for level in point.levels))
    combinations = [
        _all(f"with '{point}': {_said(fault)}", fault.hint) for point, fault in islice(whole, MOST_SETTINGS_TOLD)
    ]
    return [*_few(finding for finding in alone.values() if finding), *combinations]


def _few(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Of the values of one factor that a design drew, the first ones that are wrong."""
    told: dict[tuple[str | int, ...], int] = {}
    for finding in findings:
        told[finding.path] = told.get(finding.path, 0) + 1
        if told[finding.path] <= MOST_SETTINGS_TOLD:
            yield finding


def _alone(level: Level, base: Base) -> Finding | None:
    """What is wrong with one value when nothing else is changed."""
    _, faults = base.check(level.overrides)
    if not faults:
        return None
    path = next(iter(level.sets)) if len(level.sets) == 1 else ""
    return Finding(level.place, "value", _said(faults[0], path), faults[0].hint, on_key=len(level.place) == 2)


def _said(fault: Fault, path: str = "") -> str:
    is_elsewhere = fault.path and fault.path.removeprefix("world.") != path.removeprefix("world.")
    return f"{fault.path}: {fault.message}" if is_elsewhere else fault.message
