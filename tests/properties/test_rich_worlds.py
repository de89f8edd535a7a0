"""Scenarios with everything on are sound, small and really have everything on."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings

from sim.ledger.ledger import Ledger
from sim.model.simulate import simulate
from sim.scenario.customers import Customers
from sim.scenario.memory import Panel
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.draw import digest, draw_tape
from sim.tape.members import NOBODY
from tests.properties.broken_supply import supply_levers
from tests.properties.everything import all_levers, all_worlds
from tests.properties.rich_worlds import (
    OFFERS,
    TERMS,
    TRAITS,
    careless_levers,
    careless_worlds,
    rich_levers,
    rich_worlds,
)
from tests.properties.worlds import SEEDS, Raw, scenario

often = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@often
@given(rich_worlds(), rich_levers(), SEEDS)
def test_rich_worlds_are_small(world: Raw, policy: Raw, seed: int) -> None:
    of = scenario(world, any=policy)
    assert len(draw_tape(of.world, seed=seed, replication=0).visits) < 1000


@often
@given(rich_worlds(), SEEDS)
def test_tapes_of_rich_worlds_name_members_where_there_is_a_panel(world: Raw, seed: int) -> None:
    of = World.model_validate(world)
    visits = draw_tape(of, seed=seed, replication=0).visits
    assert (visits.member is None) == (of.panel is None)
    known = np.zeros(0) if visits.member is None else visits.member
    assert all(NOBODY <= member < (of.panel or Panel()).members for member in known.tolist())


@often
@given(rich_worlds(), SEEDS)
def test_what_customers_remember_changes_no_visit_at_the_stated_rate(world: Raw, seed: int) -> None:
    plain, rich = (
        draw_tape(World.model_validate(each), seed=seed, replication=0).visits
        for each in (world | {"memory": None, "reputation": None}, world)
    )
    stated = ... if rich.extra is None else ~rich.extra
    for name in ("time", "stream", "units", "patience", "whim", "accept", "exit", "identity"):
        assert np.array_equal(getattr(plain, name), getattr(rich, name)[stated]), name


@often
@given(rich_worlds(), SEEDS)
def test_the_same_rich_world_gives_the_same_tape(world: Raw, seed: int) -> None:
    one, two = (draw_tape(World.model_validate(world), seed=seed, replication=0) for _ in range(2))
    assert digest(one) == digest(two)


def keys(strategy: Any) -> set[str]:
    """The keys of a strategy for mappings."""
    found: set[str] = set()

    @settings(max_examples=1, database=None)
    @given(strategy)
    def look(drawn: Raw) -> None:
        found.update(drawn)

    look()
    return found


def test_every_trait_of_customers_is_drawn() -> None:
    fields = {field.alias or name for name, field in Customers.model_fields.items()}
    assert fields - keys(careless_worlds().map(lambda world: world["customers"]["online"])) == set()
    assert keys(TRAITS) <= fields


def test_every_lever_is_drawn() -> None:
    drawn = keys(rich_levers()) | keys(careless_levers()) | keys(supply_levers()) | keys(all_levers())
    assert set(Levers.model_fields) - drawn == {"limits", "houses", "source"}
    assert keys(OFFERS) | keys(TERMS) <= set(Levers.model_fields)


def test_every_part_of_the_world_is_drawn() -> None:
    fields = {field.alias or name for name, field in World.model_fields.items()}
    assert fields - keys(careless_worlds()) - keys(all_worlds()) <= {"currency"}


def ledger_of(world: Raw, policy: Raw, seed: int) -> Ledger:
    of = scenario(world, any=policy)
    return simulate(of.world, of.policy("any"), draw_tape(of.world, seed=seed, replication=0))


@often
@given(rich_worlds(), rich_levers(), SEEDS)
def test_the_same_rich_run_twice_gives_the_same_bytes(world: Raw, policy: Raw, seed: int) -> None:
    assert ledger_of(world, policy, seed).digest == ledger_of(world, policy, seed).digest


@often
@given(rich_worlds(), rich_levers(), SEEDS)
def test_a_panel_without_memory_changes_nothing(world: Raw, policy: Raw, seed: int) -> None:
    forgetful = world | {"memory": None, "reputation": None, "panel": {"members": 9}}
    streams = world["customers"].items()
    known, crowd = (
        forgetful | {"customers": {name: who | {"members": share} for name, who in streams}} for share in (0.5, 0)
    )
    assert ledger_of(known, policy, seed).digest == ledger_of(crowd | {"panel": None}, policy, seed).digest


@often
@given(rich_worlds(), rich_levers(), SEEDS)
def test_memory_that_changes_nothing_is_no_memory(world: Raw, policy: Raw, seed: int) -> None:
    rows = ledger_of(world | {"memory": {"gain": 0} if world["panel"] else None}, policy, seed)
    assert rows.visits.fate.tolist() == ledger_of(world | {"memory": None}, policy, seed).visits.fate.tolist()
