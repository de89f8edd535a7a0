"""What a worker does: it is told once what a study is about, then handed keys, and gives rows in return."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import repeat
from math import nan
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.series import Levels, SeriesWish, levels_of
from sim import (
    VERSION,
    Played,
    ReplicationError,
    Scenario,
    Source,
    Tape,
    draw_tape,
    packages,
    play,
    read_source,
    regrets,
)
from sim.errors import ScenarioError, StockoutError

Values = NDArray[np.float64]
Versions = tuple[tuple[str, str], ...]
"""Packages and their versions, the engine's among them."""

_WHOLE_SHOP: Final = ""


class VersionError(StockoutError):
    """A worker would compute with other versions than the study's."""


@dataclass(frozen=True)
class Brief:
    """All that the tasks of one study have in common."""

    base: str
    """The scenario before any factor changes it: YAML, or the path of a file that every worker can read."""
    policies: tuple[str, ...]
    measures: tuple[str, ...]
    seed: int
    versions: Versions
    """What the study is computed with; a worker that has anything else refuses."""
    series: SeriesWish | None = None
    """Which quantities are kept over time; `None` keeps none."""


@dataclass(frozen=True)
class Piece:
    """Some replications of one point, each under every policy: keys, no values."""

    point: int
    overrides: tuple[tuple[str, str], ...]
    """What the point sets, as YAML text by path."""
    digest: str
    """Of the scenario that these must make."""
    first: int
    end: int

    def __len__(self) -> int:
        return self.end - self.first


@dataclass(frozen=True, eq=False)
class Outcome:
    """One replication of one point under every policy, in the order of the policies."""

    point: int
    replication: int
    values: Values
    """By policy and measure; NaN where undefined and for a failed run."""
    ledgers: tuple[str, ...]
    """By policy: the digest of its ledger; empty for a failed run."""
    errors: tuple[str, ...]
    """By policy: why it failed; empty when it did not."""
    levels: tuple[Levels, ...] = ()
    """What is kept over time."""


@dataclass(frozen=True, eq=False)
class Done:
    """What became of a piece."""

    outcomes: tuple[Outcome, ...]
    seconds: float
    """How long it took, of the worker's time."""


def versions() -> Versions:
    """What this process computes with."""
    return _versions()


@lru_cache(maxsize=1)
def _versions() -> Versions:
    return (("stockout", VERSION), *packages().items())


def work(brief: Brief, pieces: Sequence[Piece]) -> tuple[Done, ...]:
    """Run some pieces. A run that fails is an outcome with its error.

    Raises:
        VersionError: this process computes with other versions than the study.
        ScenarioError: the scenario is no longer what the study was planned with.
    """
    require_same(dict(versions()), dict(brief.versions))
    return tuple(_piece(brief, piece) for piece in pieces)


def require_same(mine: Mapping[str, str], theirs: Mapping[str, str], *, where: str = "") -> None:
    """Go on only if a worker computes with the versions of the study.

    Raises:
        VersionError: it does not; names the packages.
    """
    if mine == theirs:
        return
    names = [name for name in {**mine, **theirs} if mine.get(name) != theirs.get(name)]
    apart = ", ".join(f"{name} {mine.get(name, 'none')} (study: {theirs.get(name, 'none')})" for name in names)
    who = where or platform.node() or "unnamed"
    raise VersionError(
        f"the worker {who} has {apart}; results of different versions are never mixed: "
        "give all workers the versions of this computer, or run the study on theirs"
    )


def _piece(brief: Brief, piece: Piece) -> Done:
    start = perf_counter()
    scenario = _scenario(brief.base, piece.overrides, piece.digest)
    outcomes = tuple(_outcome(brief, piece.point, scenario, number) for number in range(piece.first, piece.end))
    return Done(outcomes, perf_counter() - start)


@lru_cache(maxsize=4)
def _source(base: str) -> Source:
    """A scenario in a text, read once by each worker: reading takes longer than all that a point changes."""
    return read_source(base)


@lru_cache(maxsize=64)
def _scenario(base: str, overrides: tuple[tuple[str, str], ...], digest: str) -> Scenario:
    """A point's scenario, loaded once by each worker."""
    source = _source(base) if "\n" in base else read_source(base)  # a file may change between two studies
    scenario = source.load(dict(overrides))
    if scenario.digest != digest:
        raise ScenarioError("the scenario or the engine was changed while the study ran; run the study again")
    return scenario


def _outcome(brief: Brief, point: int, scenario: Scenario, replication: int) -> Outcome:
    """Every policy on the tape of one replication; one that fails leaves the others alone."""
    try:
        tape = draw_tape(scenario.world, seed=brief.seed, replication=replication)
    except Exception as error:
        causes: Iterator[str | Played] = repeat(f"{type(error).__name__}: {error}", len(brief.policies))
        return _gathered(brief, point, replication, list(causes))
    runs = [_run(scenario, policy, tape) for policy in brief.policies]
    levels = levels_of(brief.series, scenario, tape, runs) if brief.series else ()
    return _gathered(brief, point, replication, _with_regret(brief, scenario, runs), levels)


def _with_regret(brief: Brief, scenario: Scenario, runs: Sequence[Played | str]) -> list[Played | str]:
    """The runs with what each misses of those that know the future, which no run can say alone."""
    ran = {policy: run for policy, run in zip(brief.policies, runs, strict=True) if isinstance(run, Played)}
    totals = {
        (policy, "total_value", _WHOLE_SHOP): run.values["total_value", _WHOLE_SHOP] for policy, run in ran.items()
    }
    missed = regrets(scenario, tuple(ran), totals)
    found = {
        policy: replace(ran[policy], values={**ran[policy].values, (measure, scope): value})
        for (policy, measure, scope), value in missed.items()
    }
    return [found.get(policy, run) for policy, run in zip(brief.policies, runs, strict=True)]


def _run(scenario: Scenario, policy: str, tape: Tape) -> Played | str:
    """One policy, or why it failed."""
    try:
        return play(scenario, policy, tape)
    except ReplicationError as error:
        return error.cause


def _gathered(
    brief: Brief, point: int, replication: int, runs: Sequence[Played | str], levels: tuple[Levels, ...] = ()
) -> Outcome:
    values = np.full((len(runs), len(brief.measures)), nan)
    for place, run in enumerate(runs):
        if isinstance(run, Played):
            values[place] = [run.values.get((measure, _WHOLE_SHOP), nan) for measure in brief.measures]
    return Outcome(
        point=point,
        replication=replication,
        values=values,
        ledgers=tuple("" if isinstance(run, str) else run.ledger.digest for run in runs),
        errors=tuple(run if isinstance(run, str) else "" for run in runs),
        levels=levels,
    )
