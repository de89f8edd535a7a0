"""One replication seen in passing: its numbers and its course over time, from one run of each policy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import Final

from sim.course.course import Course, course
from sim.replicate import Cell, Played, cell_of, drawn, gather, play
from sim.results import Results
from sim.scenario.scenario import Scenario
from sim.tape.tape import Tape
from sim.timeline import MOST_PLEDGED, Timelines, gathered, instants, look_back

MOST_COURSES: Final = 50
"""Replications whose course over time is kept; the numbers of all are."""

TAPES_KEPT: Final = 40
"""Tapes that a process keeps: a lever of the policies alone leaves them as they are."""

MOST_KEPT: Final = 100_000
"""Visits of the longest tape that is kept; with longer ones none are, so that memory stays bounded."""


@dataclass(frozen=True, eq=False)
class Glimpse:
    """One replication under all policies, which met the same tape."""

    cell: Cell
    courses: Mapping[str, Course]
    """By policy; empty from replication `MOST_COURSES` on."""


@dataclass(frozen=True)
class _Asked:
    """A tape that is asked for; equal where world, seed and replication are."""

    world: str
    """Digest of the world."""
    seed: int
    replication: int
    scenario: Scenario = field(compare=False)


@lru_cache(maxsize=TAPES_KEPT)
def _tape(asked: _Asked) -> Tape:
    return drawn(asked.scenario, asked.seed, asked.replication)


def glimpse(scenario: Scenario, replications: Sequence[int]) -> tuple[Glimpse, ...]:
    """Run all policies of a scenario on some tapes of its plan, unaudited.

    Raises:
        ReplicationError: naming policy, replication, seed and cause.
    """
    world = hashlib.sha256(scenario.world.model_dump_json().encode()).hexdigest()
    asked = (_Asked(world, scenario.plan.seed, replication, scenario) for replication in replications)
    return tuple(_one(scenario, _kept(each)) for each in asked)


def _kept(asked: _Asked) -> Tape:
    tape = _tape(asked)
    if len(tape.visits) > MOST_KEPT:
        _tape.cache_clear()
    return tape


def _one(scenario: Scenario, tape: Tape) -> Glimpse:
    world, courses = scenario.world, {}
    when, back = instants(world.calendar), look_back(world.calendar)

    def played() -> Iterator[tuple[str, Played]]:
        for policy in scenario.policies:
            each = play(scenario, policy, tape, audit=False)
            if tape.replication < MOST_COURSES:
                most = MOST_PLEDGED // MOST_COURSES
                world_of = scenario.world_of(policy)
                courses[policy] = course(world_of, each.ledger, tape.visits, instants=when, back=back, most=most)
            yield policy, each

    return Glimpse(cell_of(scenario, tape, played()), courses)


def glimpsed(scenario: Scenario, seen: Sequence[Glimpse]) -> tuple[Results, Timelines]:
    """Replications from the first on, as `run` and `timelines` give them for as many."""
    policies = tuple(scenario.policies)
    results = gather(scenario, policies, scenario.plan.seed, [each.cell for each in seen])
    courses = [each.courses for each in takewhile(lambda each: each.courses, seen)]
    return results, gathered(scenario, policies, courses)
