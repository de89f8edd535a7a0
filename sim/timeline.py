"""How runs go over time: for each policy every quantity, day by day, over many replications, and what charts need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.course.course import Course, course
from sim.course.levels import stock_names
from sim.course.promises import Pledged
from sim.errors import ResultError
from sim.model.simulate import simulate
from sim.occasions import Span, by_chance, spans
from sim.results import known
from sim.scenario.scenario import Scenario
from sim.scenario.world import Calendar
from sim.tape.draw import draw_tape
from sim.words import DAY, HOUR, WEEK

Floats = NDArray[np.float64]
Lines = NDArray[np.float32]
Key = tuple[str, str, str]
"""Policy, quantity and scope: "" for the whole shop, else "warehouse/product" or the name of a lane."""

SPREAD: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles over replications: the ends of two bands and their middle."""

MOST_POINTS: Final = 900
"""Points of a line; longer runs are read every other day or less."""

MOST_PLEDGED: Final = 2000
"""Backorders in a sample of all replications."""

SHORT: Final = 21 * DAY
"""Runs below this are read by the hour, and their rolling shares look back a day instead of a week."""


@dataclass(frozen=True, eq=False)
class Band:
    """One quantity over time, over replications; NaN where no replication defines it."""

    low: Floats
    """5 % of the replications are below."""
    lower: Floats
    """25 % are below."""
    median: Floats
    upper: Floats
    """25 % are above."""
    high: Floats
    """5 % are above."""


@dataclass(frozen=True, eq=False)
class Timelines:
    """The replications of every policy from day 0 to the close; the warm-up is left out."""

    days: Floats
    """Instants, in days from day 0."""
    lines: Mapping[Key, Lines]
    """A row per replication, a column per instant; NaN where undefined."""
    policies: tuple[str, ...]
    scopes: tuple[str, ...]
    """The whole shop ("") and, when there is more than one, each stock."""
    spans: tuple[Span, ...]
    replications: int
    back: float = 7.0
    """Days that rolling shares look back."""
    by_chance: tuple[str, ...] = ()
    """Disruptions without a fixed time, which no span shows."""
    journeys: Mapping[str, NDArray[np.int64]] | None = None
    """By policy: wishes by replication, `Fate` of the first visit, `Fate` of the last one, and its `Exit`."""
    pledged: Mapping[str, tuple[Pledged, ...]] | None = None
    """By policy and replication: backorders with a date."""

    @cached_property
    def quantities(self) -> tuple[str, ...]:
        """Names of the quantities there are: those of members and reviews only where there are any."""
        return tuple(dict.fromkeys(quantity for _, quantity, _ in self.lines))

    def every(self, policy: str, quantity: str, *, scope: str = "") -> Lines:
        """One quantity of one policy: a row per replication.

        Raises:
            ResultError: there is no such policy, quantity or scope here.
        """
        known(policy, self.policies, "policy")
        known(quantity, self.quantities, "quantity")
        there = tuple(place for who, what, place in self.lines if (who, what) == (policy, quantity))
        return self.lines[policy, quantity, known(scope, there, "scope")]

    def band(self, policy: str, quantity: str, *, scope: str = "") -> Band:
        """The middle and the spread of one quantity.

        Raises:
            ResultError: as `every`.
        """
        return spread(self.every(policy, quantity, scope=scope))


def spread(lines: Lines) -> Band:
    """The middle and the spread of some lines; replications in which a value is undefined are left out there."""
    found = np.full((len(SPREAD), lines.shape[1]), np.nan)
    there = (~np.isnan(lines)).sum(axis=0)
    whole, part = there == len(lines), (there > 0) & (there < len(lines))
    if whole.any():  # all columns at once: `nanquantile` takes one after the other
        found[:, whole] = np.quantile(lines[:, whole].astype(np.float64), SPREAD, axis=0)
    if part.any():
        found[:, part] = np.nanquantile(lines[:, part].astype(np.float64), SPREAD, axis=0)
    return Band(*map(_frozen, found))


@dataclass(frozen=True)
class _Task:
    """Reads one replication."""

    scenario: Scenario
    policies: tuple[str, ...]
    seed: int
    most: int
    """Backorders in the sample of one replication."""

    def __call__(self, replication: int) -> dict[str, Course]:
        calendar = self.scenario.world.calendar
        tape = draw_tape(self.scenario.world, seed=self.seed, replication=replication)
        worlds = {policy: self.scenario.world_of(policy) for policy in self.policies}
        return {
            policy: course(
                world,
                simulate(world, self.scenario.policy(policy), tape),
                tape.visits,
                instants=instants(calendar),
                back=look_back(calendar),
                most=self.most,
            )
            for policy, world in worlds.items()
        }


def timelines(
    scenario: Scenario,
    *,
    policies: Sequence[str] | None = None,
    replications: int | None = None,
    seed: int | None = None,
    executor: Executor | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Timelines:
    """Every quantity over time, from the same tapes as `run` with the same seed.

    Args:
        policies: names; all of the scenario when left out.
        replications: as the scenario's plan says when left out.
        seed: likewise.
        executor: where to run; in this process when left out.
        on_progress: called in this process with the replications done and their total.

    Raises:
        ResultError: an unknown policy, or less than one replication.
    """
    names = tuple(known(name, tuple(scenario.policies), "policy") for name in policies or scenario.policies)
    total = scenario.plan.replications if replications is None else replications
    if total < 1:
        raise ResultError(f"{total} replications are not enough: at least 1 is needed")
    seed = scenario.plan.seed if seed is None else seed
    task = _Task(scenario, names, seed, most=max(1, MOST_PLEDGED // total))
    read = []
    for courses in _here(task, total) if executor is None else _on(executor, task, total):
        read.append(courses)
        if on_progress is not None:
            on_progress(len(read), total)
    return gathered(scenario, names, read)


def gathered(scenario: Scenario, policies: Sequence[str], read: Sequence[Mapping[str, Course]]) -> Timelines:
    """The courses of all policies on some tapes, the first one first, as one.

    Args:
        scenario: of which they are.
        policies: their names.
        read: by replication and policy; at least one replication.
    """
    world = scenario.world
    return Timelines(
        days=_frozen((instants(world.calendar) - world.calendar.warm_up) / DAY),
        lines={
            (policy, *key): _rows([courses[policy].lines[key] for courses in read])
            for policy in policies
            for key in read[0][policy].lines
        },
        policies=tuple(policies),
        scopes=("", *stock_names(world)),
        spans=spans(world),
        replications=len(read),
        back=look_back(world.calendar) / DAY,
        by_chance=by_chance(world),
        journeys={policy: np.stack([courses[policy].journeys for courses in read]) for policy in policies},
        pledged={policy: tuple(courses[policy].pledged for courses in read) for policy in policies},
    )


def _here(task: _Task, total: int) -> Iterator[dict[str, Course]]:
    return map(task, range(total))


def _on(executor: Executor, task: _Task, total: int) -> Iterator[dict[str, Course]]:
    futures = [executor.submit(task, replication) for replication in range(total)]
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _rows(lines: Sequence[Lines]) -> Lines:
    rows = np.stack(lines)
    rows.setflags(write=False)
    return rows


def _frozen(values: Floats) -> Floats:
    values.setflags(write=False)
    return values


def instants(calendar: Calendar) -> NDArray[np.int64]:
    """Every day of the run from day 0 on; every hour of short runs, and not every day of very long ones."""
    length = calendar.measure + calendar.run_out
    step = HOUR if length < SHORT else DAY * -(-length // (DAY * MOST_POINTS))
    return np.arange(calendar.warm_up, calendar.close, step, dtype=np.int64)


def look_back(calendar: Calendar) -> int:
    """Seconds that rolling shares look back."""
    return DAY if calendar.measure + calendar.run_out < SHORT else WEEK
