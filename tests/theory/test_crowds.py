"""Crowds: how scarcity, distrust and hoarding move them, and that what nobody remembers changes nobody's visits."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim import draw_tape, load_scenario, simulate
from sim.words import AWAY, DAY, JOINED, Cause, Fate, Wait
from tests.theory.conftest import KNOWN, STORIES, Played
from tests.theory.exactly import Exactly
from tests.theory.small_shops import play, shop

SLIPPING = """
version: 1
title: A supplier who is always late
world:
  calendar: {measure: 180 d, run_out: 60 d}
  products: {lamp: {}}
  suppliers: {maker: {moq: 100}}
  warehouses: {main: {stock: {lamp: 0}}}
  lanes: [{from: maker, to: main, lead_time: 8 d, slip: {late: 95 %, mean: 8 d}}]
  customers: {people: {buys: lamp, from: main, visits: 50/d, patience: "uniform(0 d, 30 d)", MANNERS}}
levers: {replenish: {rule: r_Q, r: 300, Q: 100}}
policies: {shop: {when_short: backorder, promise: {basis: nominal, catalogue: 8 d, width: 2 d}}}
"""


@cache
def slipping(manners: str) -> list[Played]:
    return play(shop(SLIPPING, MANNERS=manners), times=2)


def offered(run: Played, since: int, until: int) -> tuple[int, int]:
    """Backorders accepted and offered between two days."""
    time, facts = run.tape.visits.time / DAY, run.ledger.visits
    mine = (facts.hi[: len(time)] >= 0) & (since <= time) & (time < until)
    return int(np.isin(facts.fate[: len(time)][mine], JOINED).sum()), int(mine.sum())


def acceptance(manners: str, since: int, until: int) -> float:
    counts = np.sum([offered(run, since, until) for run in slipping(manners)], axis=0)
    return float(counts[0] / counts[1])


def test_where_promises_break_distrust_lets_fewer_and_fewer_accept(exactly: Exactly) -> None:
    """With as much broken as kept a promise of 10 days is read as longer; without distrust 2 in 3 accept for ever."""
    first, later = acceptance("distrust: 1.0", 0, 8), acceptance("distrust: 1.0", 90, 180)
    counts = np.sum([offered(run, 0, 180) for run in slipping("distrust: 0")], axis=0)
    exactly.share(int(counts[0]), int(counts[1]), 2 / 3)
    assert first == pytest.approx(2 / 3, abs=0.05)
    assert later < first - 0.1


@pytest.mark.parametrize("scarcity", [0.5, 1.0])
def test_scarcity_stretches_patience(scarcity: float, exactly: Exactly) -> None:
    counts = np.sum([offered(run, 0, 180) for run in slipping(f"scarcity: {scarcity}")], axis=0)
    exactly.share(int(counts[0]), int(counts[1]), 1 - 10 / (30 * (1 + scarcity)))


def test_orders_grow_by_the_share_that_is_hoarded_and_what_is_spare_is_given_back_on_restock(
    exactly: Exactly,
) -> None:
    hoarding, calm = slipping("hoarding: 0.3"), slipping("hoarding: 0")
    sizes = np.concatenate([run.ledger.sizes.units for run in hoarding])
    joined = sum(int(np.isin(run.ledger.visits.fate, JOINED).sum()) for run in hoarding)
    exactly.share(len(sizes), joined, 0.3)
    waits = hoarding[0].ledger.waits
    posted = set(hoarding[0].ledger.moves.time)
    assert set(waits.time[waits.event == Wait.TRIMMED]) <= posted
    assert np.sum(waits.event == Wait.TRIMMED) > 500
    assert not np.any(calm[0].ledger.waits.event == Wait.TRIMMED)


# what nobody remembers

WITHOUT = {"world.memory.gain": "0"}
MEMORABLE = sorted({name for name, _ in STORIES if load_scenario(KNOWN.parent / f"{name}.yaml").world.memory})


@pytest.mark.parametrize("name", MEMORABLE)
def test_where_nothing_is_remembered_all_policies_see_the_same_visits(name: str) -> None:
    reviews = load_scenario(KNOWN.parent / f"{name}.yaml").world.reputation
    unread = {"world.reputation.elasticity": "0 %"} if reviews else {}
    scenario = load_scenario(KNOWN.parent / f"{name}.yaml", overrides=WITHOUT | unread)
    tape = draw_tape(scenario.world, seed=1, replication=0)
    for policy in scenario.policies:
        fates = simulate(scenario.world, scenario.policy(policy), tape).visits.fate
        assert len(fates) >= len(tape.visits)
        assert not np.isin(fates, AWAY).any()


@pytest.mark.parametrize("name", MEMORABLE)
def test_where_everything_is_remembered_well_they_do_not(name: str) -> None:
    scenario = load_scenario(KNOWN.parent / f"{name}.yaml", overrides={"world.memory.gain": "5"})
    tape = draw_tape(scenario.world, seed=1, replication=0)
    absent = [
        np.flatnonzero(simulate(scenario.world_of(policy), scenario.policy(policy), tape).visits.fate == Fate.ABSENT)
        for policy in scenario.policies
    ]
    assert len({tuple(rows) for rows in absent}) > 1


@pytest.mark.parametrize("name", MEMORABLE)
def test_every_change_of_regard_is_a_row_of_the_table(name: str) -> None:
    """Regard never moves by itself, and what it moves by is the calibration's own."""
    scenario = load_scenario(KNOWN.parent / f"{name}.yaml")
    tape = draw_tape(scenario.world, seed=1, replication=0)
    for policy in scenario.policies:
        rows = simulate(scenario.world_of(policy), scenario.policy(policy), tape).regard
        assert set(rows.change[rows.cause == Cause.ON_TIME]) <= {5000}
        assert set(rows.change[rows.cause == Cause.STOCK_OUT]) <= {-30_000}
        late = rows.change[rows.cause == Cause.LATE_DAYS]
        assert np.all((late % 2000 == 0) | (late % 3000 == 0))  # half as much again where the wait was forced
