"""How stock and backlog go over time: for each policy the middle and the spread of many replications, day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from math import log
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.errors import ResultError
from sim.ledger.steps import Jumps
from sim.ledger.views import Views
from sim.model.simulate import simulate
from sim.results import known
from sim.scenario.demand import Panic, Promo, Spike, Viral
from sim.scenario.disruptions import WORDS
from sim.scenario.scenario import Scenario
from sim.scenario.world import Calendar, World
from sim.tape.draw import draw_tape
from sim.words import DAY, HOUR

Floats = NDArray[np.float64]
Key = tuple[str, str, str]
"""Policy, quantity and scope: "" for the whole shop, else "warehouse/product"."""

LEVELS: Final = ("on_hand", "backlog")
"""The quantities: units on hand, and units that are waited for."""

SPREAD: Final = (0.1, 0.5, 0.9)
"""Quantiles over replications: the ends of a band and its middle."""

MOST_POINTS: Final = 1000
"""Points of a line; longer runs are read every other day or less."""

FADED: Final = 0.1
"""A viral spike counts as over when this share of its extra demand is left."""


@dataclass(frozen=True, eq=False)
class Band:
    """One quantity over time, over replications."""

    low: Floats
    """10 % of the replications are below."""
    median: Floats
    high: Floats
    """10 % of the replications are above."""


@dataclass(frozen=True)
class Span:
    """A time in which something out of the ordinary goes on, in days from day 0."""

    kind: Literal["spike", "outage", "run_out"]
    label: str
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Timelines:
    """Stock and backlog of every policy from day 0 to the close; the warm-up is left out."""

    days: Floats
    """Instants, in days from day 0."""
    bands: Mapping[Key, Band]
    policies: tuple[str, ...]
    scopes: tuple[str, ...]
    """The whole shop ("") and, when there is more than one, each stock."""
    spans: tuple[Span, ...]
    replications: int

    def band(self, policy: str, level: str, *, scope: str = "") -> Band:
        """One quantity (`on_hand` or `backlog`) of one policy.

        Raises:
            ResultError: there is no such policy, quantity or scope here.
        """
        key = known(policy, self.policies, "policy"), known(level, LEVELS, "quantity")
        return self.bands[*key, known(scope, self.scopes, "scope")]


@dataclass(frozen=True)
class _Task:
    """Reads one replication."""

    scenario: Scenario
    policies: tuple[str, ...]
    seed: int

    def __call__(self, replication: int) -> dict[Key, NDArray[np.int64]]:
        instants = _instants(self.scenario.world.calendar)
        tape = draw_tape(self.scenario.world, seed=self.seed, replication=replication)
        runs = [(policy, self.scenario.world_of(policy)) for policy in self.policies]
        ledgers = ((policy, world, simulate(world, self.scenario.policy(policy), tape)) for policy, world in runs)
        return {
            (policy, level, scope): jumps.steps().at(instants)
            for policy, world, ledger in ledgers
            for level, scope, jumps in _levels(Views(world, ledger, tape.visits))
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
    """Stock on hand and backlog over time, from the same tapes as `run` with the same seed.

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
    task = _Task(scenario, names, scenario.plan.seed if seed is None else seed)
    read = []
    for levels in _here(task, total) if executor is None else _on(executor, task, total):
        read.append(levels)
        if on_progress is not None:
            on_progress(len(read), total)
    return Timelines(
        days=_frozen((_instants(scenario.world.calendar) - scenario.world.calendar.warm_up) / DAY),
        bands={key: _band(np.stack([levels[key] for levels in read])) for key in read[0]},
        policies=names,
        scopes=_scopes(scenario.world),
        spans=tuple(_spans(scenario.world)),
        replications=total,
    )


def _here(task: _Task, total: int) -> Iterator[dict[Key, NDArray[np.int64]]]:
    return map(task, range(total))


def _on(executor: Executor, task: _Task, total: int) -> Iterator[dict[Key, NDArray[np.int64]]]:
    futures = [executor.submit(task, replication) for replication in range(total)]
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _band(levels: NDArray[np.int64]) -> Band:
    return Band(*(_frozen(row) for row in np.quantile(levels, SPREAD, axis=0)))


def _frozen(values: Floats) -> Floats:
    values.setflags(write=False)
    return values


def _instants(calendar: Calendar) -> NDArray[np.int64]:
    """Every day of the run from day 0 on; every hour of runs below three weeks."""
    length = calendar.measure + calendar.run_out
    step = HOUR if length < 21 * DAY else DAY * -(-length // (DAY * MOST_POINTS))
    return np.arange(calendar.warm_up, calendar.close, step, dtype=np.int64)


def _scopes(world: World) -> tuple[str, ...]:
    names = tuple("/".join(stock) for stock in world.stocks)
    return ("", *names) if len(names) > 1 else ("",)


def _levels(views: Views) -> Iterator[tuple[str, str, Jumps]]:
    """Every quantity by scope; the shop's backlog is that of its customers, as in the measures."""
    shelves = [views.on_hand(stock) for stock in range(len(views.stocks))]
    yield "on_hand", "", sum(shelves[1:], shelves[0])
    yield "backlog", "", views.waiting(None)
    for stock, scope in enumerate(_scopes(views.world)[1:]):
        yield "on_hand", scope, shelves[stock]
        yield "backlog", scope, views.backlog(stock)


def _spans(world: World) -> Iterator[Span]:
    """Spikes of demand, scheduled disruptions (of mean length) and the run-out, as far as they lie after day 0."""
    for event in world.demand:
        if isinstance(event, Viral | Promo | Panic | Spike):
            length = event.decay * log(1 / FADED) if isinstance(event, Viral) else event.lasts
            yield Span("spike", f"demand {event.multiplier:g}-fold", event.at / DAY, (event.at + length) / DAY)
    for broken in world.disruptions:
        if broken.at is not None:
            label = f"{broken.struck} {WORDS[broken.kind]}"
            yield Span("outage", label, broken.at / DAY, (broken.at + broken.mean_length) / DAY)
    if world.calendar.run_out:
        window, run_out = world.calendar.measure, world.calendar.run_out
        yield Span("run_out", "no new visits", window / DAY, (window + run_out) / DAY)
