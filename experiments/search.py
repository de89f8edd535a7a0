"""What an optimisation searches: ranges of settings, constraints, and candidates that are run on the same tapes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from math import nan
from pathlib import Path
from typing import Any, Final

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from experiments.analysis.intervals import Floats
from experiments.factors import Factor, Level, as_text
from experiments.quantities import read_quantity
from experiments.settings import Base
from experiments.stated_factors import read_factor, settled
from sim import MEASURES, Finding, PathError, Scenario, get_path, one_of, run_cell, shown
from sim.errors import ResultError

_RANGE: Final = re.compile(r"(?P<low>.+?)\s*\.\.\s*(?P<high>.+?)(?:\s+(?P<log>log))?")
_CONSTRAINT: Final = re.compile(r"\s*(\w+)\s*(>=|<=)\s*(.+?)\s*")
BLOCK: Final = 10
"""Replications that are run together when one of them is asked for."""


@dataclass(frozen=True)
class Constraint:
    """A bound that the mean of a measure must keep."""

    measure: str
    at_least: bool
    bound: float
    text: str
    """As written."""

    def excess(self, mean: float) -> float:
        """By how much a mean breaks it; 0 or less when it holds. What is undefined, as a share of nothing, holds."""
        if np.isnan(mean):
            return 0.0
        return self.bound - mean if self.at_least else mean - self.bound


def read_constraint(text: str) -> Constraint:
    """A constraint such as `promise_kept >= 95 %`.

    Raises:
        ResultError: it is of another form, or there is no such measure.
    """
    match = _CONSTRAINT.fullmatch(text)
    stated = match[3] if match else ""
    quantity = read_quantity(float(stated) if re.fullmatch(r"[-+]?\d*\.?\d+", stated) else stated)
    if match is None or quantity is None or quantity.unit not in ("", "%", "d"):
        raise ResultError(f"{shown(text)} is not a constraint; write `promise_kept >= 95 %` or `delivery_time <= 9`")
    if match[1] not in MEASURES:
        raise ResultError(f"there is no measure {shown(match[1])}; {one_of(match[1], MEASURES)}")
    bound = quantity.number / 100 if quantity.unit == "%" else quantity.number
    return Constraint(match[1], match[2] == ">=", bound, " ".join(text.split()))


def read_space(stated: Mapping[str, str], base: Base) -> tuple[Factor, ...]:
    """The places to search, each with its range or its values.

    Args:
        stated: by path: `4..12`, `2 d..10 d`, `1..1000 log`, or a list `[fifo, value]`.
        base: the scenario.

    Raises:
        ResultError: a path leads nowhere, or what it is to range over cannot be read.
    """
    space = tuple(settled(_factor(path, text, base), base) for path, text in stated.items())
    for factor in space:
        for level in factor.levels() if factor.listed else ():
            _require_usable(level, base)
    return space


def _require_usable(level: Level, base: Base) -> None:
    """A listed value must do by itself; the ends of a range may clash with what they are combined with."""
    _, faults = base.check(level.overrides)
    if faults:
        raise ResultError(f"--set {level}: {faults[0].message}{f'; {faults[0].hint}' if faults[0].hint else ''}")


def _factor(path: str, text: str, base: Base) -> Factor:
    match = _RANGE.fullmatch(text.strip())
    try:
        get_path(base.raw, path)
        values: Any = _ends(match) if match else YAML(typ="safe", pure=True).load(text)
    except PathError as error:
        raise ResultError(f"--set {path}: {error}") from None
    except YAMLError:
        values = None
    found = read_factor(path, values) if match or isinstance(values, list) else None
    if isinstance(found, Factor):
        return found
    why = found.message if isinstance(found, Finding) else f"{shown(text)} is no range"
    raise ResultError(f"--set {path}: {why}; write `{path} in 4..12`, `in 2 d..10 d` or `in [a, b]`")


def _ends(match: re.Match[str]) -> dict[str, Any]:
    low, high = (_number(match[end]) for end in ("low", "high"))
    if isinstance(low, float) and isinstance(high, str):
        low = f"{match['low']} {re.sub(r'^[-+.0-9e ]+', '', high)}"  # `2..10 d` is `2 d..10 d`
    return {"from": low, "to": high, "scale": "log" if match["log"] else "linear"}


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.strip()


@dataclass(frozen=True)
class Candidate:
    """A policy and what is set for it."""

    policy: str
    settings: tuple[tuple[str, Any], ...]
    """Name and value of every factor; none for the scenario as written."""
    overrides: Mapping[str, str] = field(repr=False)
    """What to set in the scenario, as YAML text by path."""

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for candidates that run the same."""
        return (self.policy, *(f"{path}={text}" for path, text in self.overrides.items()))

    def __str__(self) -> str:
        said = ", ".join(f"{name} = {as_text(value)}" for name, value in self.settings) or "as written"
        return f"{self.policy}, {said}"


class Bench:
    """Runs candidates, all on the same tapes, and never the same replication of one twice."""

    def __init__(self, base: Base, seed: int, measures: Sequence[str], pool: Executor | None) -> None:
        self._base: Final = base
        self._seed: Final = seed
        self._measures: Final = tuple(dict.fromkeys(measures))
        self._pool: Final = pool
        self._known: Final[dict[tuple[tuple[str, ...], int], Floats]] = {}
        self.runs = 0
        """Replications run so far."""

    def values(self, candidate: Candidate, replications: range) -> dict[str, Floats]:
        """By measure: one value per replication, NaN where undefined.

        Raises:
            ScenarioFaults: the settings make no scenario that can be used.
            ReplicationError: a run failed.
        """
        missing = [number for number in replications if (candidate.key, number) not in self._known]
        if missing:
            self._run(candidate, missing)
        rows = np.array([self._known[candidate.key, number] for number in replications])
        return {name: rows[:, place] for place, name in enumerate(self._measures)}

    def known(self, candidate: Candidate, first: int) -> int:
        """How many replications of a candidate were run, from a first one on without a gap."""
        number = first
        while (candidate.key, number) in self._known:
            number += 1
        return number - first

    def _run(self, candidate: Candidate, numbers: list[int]) -> None:
        scenario = self._base.source.load({**self._base.plan, **candidate.overrides})
        play = partial(_play, scenario, candidate.policy, self._seed, self._measures)
        rows = self._pool.map(play, numbers) if self._pool else map(play, numbers)
        for number, row in zip(numbers, rows, strict=True):
            self._known[candidate.key, number] = np.array(row)
            self.runs += 1

    def sampled(self, candidate: Candidate, measure: str, replications: range) -> Floats:
        """One measure of some replications, run in whole blocks so that a pool has enough to do."""
        first, last = replications.start // BLOCK * BLOCK, -(-replications.stop // BLOCK) * BLOCK
        start = max(0, replications.start - first)
        found = self.values(candidate, range(first, last))[measure]
        return np.asarray(found[start : start + len(replications)])


def _play(scenario: Scenario, policy: str, seed: int, measures: Sequence[str], replication: int) -> list[float]:
    """One replication of one policy, in whichever process."""
    cell = run_cell(scenario, [policy], seed, replication, None)
    return [cell.values.get((policy, name, ""), nan) for name in measures]


def as_lines(candidate: Candidate, raw: Any) -> list[str]:
    """What a candidate sets, as lines to paste into the scenario; what stands in a list, as a `--set`."""
    tree: dict[str, Any] = {}
    rest: list[str] = []
    for path, text in candidate.overrides.items():
        words = path.split(".") if path.split(".")[0] in raw else ["world", *path.split(".")]
        if _through_list(raw, words):
            rest.append(f"# --set {path}={text}")
            continue
        here = tree
        for word in words[:-1]:
            here = here.setdefault(word, {})
        here[words[-1]] = text
    return [*_indented(tree, 0), *rest]


def _through_list(raw: Any, words: Sequence[str]) -> bool:
    for word in words:
        if isinstance(raw, list):
            return True
        raw = raw.get(word) if isinstance(raw, dict) else None
    return False


def _indented(tree: Mapping[str, Any], depth: int) -> list[str]:
    lines = []
    for key, value in tree.items():
        inner = isinstance(value, dict)
        lines.append(f"{'  ' * depth}{key}:" + ("" if inner else f" {value}"))
        lines += _indented(value, depth + 1) if inner else []
    return lines


def base_of(file: str | Path, *, overrides: Mapping[str, str] | None = None) -> Base:
    """The scenario that is to be improved.

    Raises:
        ScenarioFaults: it cannot be used.
    """
    return Base.load(Path(file), dict(overrides or {}))
