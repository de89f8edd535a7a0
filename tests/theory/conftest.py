"""Each closed-form scenario runs once, whatever the number of tests that look at it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from sim import Results, Scenario, audit, draw_tape, load_scenario, run, simulate
from sim.ledger.ledger import Ledger
from sim.scenario.policies import Levers
from sim.tape.tape import Tape
from tests.theory.exactly import Exactly

KNOWN = Path(__file__).parents[2] / "scenarios" / "known"


class Played(NamedTuple):
    """One replication with nothing hidden."""

    scenario: Scenario
    tape: Tape
    ledger: Ledger


def audited(scenario: Scenario, levers: Levers, tape: Tape) -> Ledger:
    """The ledger of a run that keeps the laws."""
    ledger = simulate(scenario.world, levers, tape)
    audit(scenario.world, levers, tape, ledger)
    return ledger


@pytest.fixture(scope="session")
def exactly() -> Exactly:
    """Holds means against exact values; one for the suite, since all checks share one chance of a false alarm."""
    return Exactly()


@pytest.fixture(scope="session")
def known() -> Callable[[str], Results]:
    """The results of a closed-form scenario, run as its plan says, every replication audited."""

    @cache
    def results(name: str) -> Results:
        return run(load_scenario(KNOWN / f"{name}.yaml"), audit=True)

    return results


@pytest.fixture(scope="session")
def played() -> Callable[..., list[Played]]:
    """So many replications of a closed-form scenario under its first policy, with their tapes and ledgers."""

    @cache
    def runs(name: str, replications: int) -> list[Played]:
        scenario = load_scenario(KNOWN / f"{name}.yaml")
        levers = scenario.policy(next(iter(scenario.policies)))
        tapes = [draw_tape(scenario.world, seed=scenario.plan.seed, replication=r) for r in range(replications)]
        return [Played(scenario, tape, audited(scenario, levers, tape)) for tape in tapes]

    return runs


STORIES = tuple(
    (file.stem, policy) for file in sorted(KNOWN.parent.glob("*.yaml")) for policy in load_scenario(file).policies
)
"""Every policy of every story that ships."""


BRIEF = MappingProxyType(
    {
        "regional_network": {
            "world.calendar.warm_up": "30 d",
            "world.calendar.measure": "120 d",
            "world.calendar.run_out": "15 d",
        }
    }
)
"""Stories so long that a part of them has to do; laws hold as well of a part, its trouble included."""


@cache
def story_of(name: str) -> Scenario:
    """A story that ships, or as much of it as tests look at."""
    return load_scenario(KNOWN.parent / f"{name}.yaml", overrides=BRIEF.get(name, {}))


@pytest.fixture(scope="session")
def told() -> Callable[[str, str], Played]:
    """One replication of a story under one of its policies."""

    @cache
    def play(name: str, policy: str) -> Played:
        scenario = story_of(name)
        tape = draw_tape(scenario.world, seed=scenario.plan.seed, replication=0)
        return Played(scenario, tape, audited(scenario, scenario.policy(policy), tape))

    return play
