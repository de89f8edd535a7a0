"""What a study's settings make of its scenario: each is loaded before the first run, and told apart from the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from experiments.design import Factors, Place, Point, as_yaml
from sim import Fault, Finding, PathError, Scenario, check_scenario, get_path, load_scenario, one_of, read_raw, shown

MOST_SETTINGS_TOLD: Final = 5
"""Faulty combinations that are told; a single faulty value is always told."""


@dataclass(frozen=True)
class Base:
    """A scenario file, as written and as loaded."""

    file: Path
    plan: Mapping[str, str]
    """What the study sets in its plan, as YAML text by path."""
    scenario: Scenario = field(repr=False)
    raw: Any = field(repr=False)

    @staticmethod
    def load(file: Path, plan: Mapping[str, str]) -> Base:
        """A scenario file.

        Raises:
            ScenarioFaults: it cannot be used.
        """
        return Base(file, plan, load_scenario(file, overrides=plan), read_raw(file))

    def overrides(self, point: Point) -> dict[str, str]:
        """All that a point sets, as YAML text by path."""
        return {**self.plan, **point.overrides}

    def check(self, settings: Mapping[str, str]) -> tuple[Scenario | None, tuple[Fault, ...]]:
        """The scenario with some settings, or what is wrong with it then."""
        return check_scenario(self.file, overrides={**self.plan, **settings})


def faulty_factors(factors: Factors, base: Base) -> Iterator[Finding]:
    """Factors that lead nowhere in the scenario."""
    for path in factors:
        if path.strip().split(".")[0] == "plan":
            why = "a study says by its own keys how often to repeat and from which seed"
            yield Finding(("factors", path), "path", why, "write `replications` or `seed`", on_key=True)
            continue
        try:
            get_path(base.raw, path)
        except PathError as error:
            yield Finding(("factors", path), "path", error.message, error.hint, on_key=True)


def scenarios_of(points: Sequence[Point], base: Base, policies: Sequence[str]) -> tuple[tuple[str, ...], list[Finding]]:
    """The digests of all points' scenarios, and what is wrong with the points."""
    digests: dict[str, Point] = {}
    findings: list[Finding] = []
    faulty: list[tuple[Point, Fault]] = []
    for point in points:
        scenario, faults = base.check(point.overrides)
        if scenario is None:
            faulty.append((point, faults[0]))
            continue
        findings += _absent(policies, scenario, point)
        twin = digests.setdefault(scenario.digest, point)
        if twin is not point:
            findings.append(_all(f"'{point}' makes the same scenario as '{twin}'", "leave one of them out"))
    return tuple(digests), [*_blamed(faulty, base), *findings[:MOST_SETTINGS_TOLD]]


def _all(message: str, hint: str = "") -> Finding:
    return Finding(("factors",), "setting", message, hint, on_key=True)


def _absent(policies: Sequence[str], scenario: Scenario, point: Point) -> Iterator[Finding]:
    for name in policies:
        if name not in scenario.policies:
            yield _all(f"with '{point}' there is no policy {shown(name)}", one_of(name, scenario.policies))


def _blamed(faulty: list[tuple[Point, Fault]], base: Base) -> list[Finding]:
    """Values that are wrong by themselves, each once; then combinations whose values are right one by one."""
    alone: dict[Place, Finding | None] = {}
    for point, _ in faulty:
        for place in point.places:
            if place not in alone:
                alone[place] = _alone(point, place, base)
    whole = ((point, fault) for point, fault in faulty if not any(alone[place] for place in point.places))
    combinations = [
        _all(f"with '{point}': {_said(fault)}", fault.hint) for point, fault in islice(whole, MOST_SETTINGS_TOLD)
    ]
    return [*(finding for finding in alone.values() if finding), *combinations]


def _alone(point: Point, place: Place, base: Base) -> Finding | None:
    """What is wrong with one value of a point when nothing else is changed."""
    path, _ = place
    value = dict(point.settings)[path]
    _, faults = base.check({path: as_yaml(value)})
    if not faults:
        return None
    return Finding(("factors", *place), "value", _said(faults[0], path), faults[0].hint)


def _said(fault: Fault, path: str = "") -> str:
    is_elsewhere = fault.path and fault.path.removeprefix("world.") != path.removeprefix("world.")
    return f"{fault.path}: {fault.message}" if is_elsewhere else fault.message
