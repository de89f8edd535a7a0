"""Small shops in which the audit must look closely: what they do passes, and one wrong number there does not.

In each of them something happens that the audit once took for a fault of the model.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from sim.ledger.audit import audit
from sim.model.simulate import simulate
from sim.scenario.load import load_scenario
from sim.tape.draw import draw_tape
from sim.words import DAY, Purpose, Slip, Wait
from tests.audited import Run, broken_by

SHOP = """
version: 1
title: A small shop
world:
  calendar: {measure: 60 d}
  products: {unit: {}, other: {substitutes: {unit: 100 %}}}
  suppliers: {maker: MAKER, near: {}}
  warehouses: {shop: {stock: {unit: STOCK, other: 0}, shrink: SHRINK}}
  lanes:
    - {from: maker, to: shop, products: [unit], lead_time: LEAD}
    - {from: near, to: shop, products: [unit], lead_time: 2 d}
  customers:
    buyers: {buys: unit, from: shop, visits: VISITS, size: SIZE, patience: 50 d, hoarding: HOARDING, scarcity: 1}
    swappers: {buys: other, from: shop, visits: SWAPS}
levers: {when_short: backorder, substitute: first, replenish_at: {shop/other: {rule: none}}, LEVERS}
policies: {shop: {}}
plan: {seed: 1, replications: 2}
"""
USUAL = {
    "MAKER": "{}",
    "STOCK": "10",
    "SHRINK": "0 %",
    "LEAD": "{dist: gamma, mean: 6 d, cv: 0.4}",
    "VISITS": "5/d",
    "SIZE": "{1: 0.6, 3: 0.4}",
    "HOARDING": "0",
    "SWAPS": "0/d",
}


@cache
def runs(**words: str) -> list[Run]:
    """Three runs of a shop, audited."""
    text = SHOP
    for word, value in {**USUAL, **words}.items():
        text = text.replace(word, value)
    scenario = load_scenario(text)
    levers, world, found = scenario.policy("shop"), scenario.world, []
    for replication in range(3):
        tape = draw_tape(world, seed=2, replication=replication)
        found.append(Run(world, levers, tape, simulate(world, levers, tape)))
        audit(*found[-1].args)
    return found


def first(runs: list[Run], rows: Callable[[Run], np.ndarray]) -> tuple[Run, int]:
    """The first of such rows in any of the runs; there must be one."""
    return next((run, int(found[0])) for run in runs if len(found := rows(run)))


def in_the_second_of_a_look(run: Run) -> np.ndarray:
    notices = run.ledger.notices
    return np.flatnonzero(np.isin(notices.time, run.ledger.forecasts.time) & (notices.hi >= 0))


def test_what_is_told_in_the_second_of_a_look_goes_by_what_was_seen_before_it() -> None:
    slow = {"MAKER": "{capacity: 1/d}", "STOCK": "3", "VISITS": "{every: 8 h, first: 0 d}", "SIZE": "1"}
    rules = "replenish: {rule: r_Q, r: 3, Q: 4}, plan: {monitor: {}}, promise: {basis: vendor}, updates: honest"
    run, row = first(runs(**slow, LEVERS=rules), in_the_second_of_a_look)
    assert "window" in broken_by(run.told("notices.hi", row, run.ledger.notices.hi[row] + 1))


def test_who_knows_arrivals_looks_at_orders_that_left_though_more_are_confirmed() -> None:
    made = {"MAKER": "{confirms: on_order, capacity: 4/d}", "STOCK": "15", "LEAD": "2 d", "VISITS": "3/d", "SIZE": "1"}
    rules = "replenish: {rule: r_Q, r: 10, Q: 10}, plan: {monitor: {alarm: 30 %}}, promise: {basis: oracle}"
    run, row = first(runs(**made, LEVERS=rules), lambda run: np.arange(len(run.ledger.alarms)))
    waits = (run.ledger.orders.confirmed >= 0) & (run.ledger.orders.left > run.ledger.orders.placed)
    assert waits.any()
    assert "alarm" in broken_by(run.told("alarms.chance", row, run.ledger.alarms.chance[row] - 9))


def test_a_substitute_taken_in_the_second_of_an_alarm_is_taken_after_it() -> None:
    rules = "replenish: {rule: r_Q, r: 25, Q: 20}, plan: {monitor: {alarm: 30 %}}"
    swaps = {"VISITS": "3/d", "SIZE": "1", "SWAPS": "{every: 1 d, first: 0 d}", "LEVERS": rules}
    run, row = first(runs(**swaps), lambda run: np.flatnonzero(np.isin(run.ledger.alarms.time, run.ledger.swaps.time)))
    assert "alarm" in broken_by(run.told("alarms.chance", row, run.ledger.alarms.chance[row] - 9))


def test_units_given_back_to_a_clerk_wait_for_the_next_round() -> None:
    rules = "replenish: {rule: r_Q, r: 10, Q: 20}, ship: partial, reserving: {rule: manual}"
    hoarders = runs(HOARDING="2", LEVERS=rules)
    run, row = first(hoarders, lambda run: np.flatnonzero(run.ledger.waits.event == Wait.TRIMMED))
    granted = np.flatnonzero(run.ledger.waits.event[:row] == Wait.GRANTED)[-1]
    assert "allocation" in broken_by(run.told("waits.units", granted, run.ledger.waits.units[granted] - 1))


def test_an_order_that_no_rule_asked_for_is_no_look_at_the_position() -> None:
    rules = (
        "replenish: {rule: r_Q, r: 10, Q: 20}, plan: {counts_backlog: false}, promise: {basis: vendor, width: 0 d}, "
        "expedite: {by: near, penalty: 500}"
    )
    rushed = runs(LEAD="6 d", LEVERS=rules)
    run, _ = first(rushed, lambda run: np.flatnonzero(run.ledger.purposes.purpose == Purpose.RUSH))
    late = np.flatnonzero((run.ledger.orders.lane == 0) & (run.ledger.orders.placed > 30 * DAY))[0]
    assert "quantity" in broken_by(run.told("orders.units", late, run.ledger.orders.units[late] + 20))


def missed(run: Run) -> np.ndarray:
    """Visits that were promised a rest after a pick had failed for what the record promised at once."""
    records, visits = run.ledger.records, run.ledger.visits
    about = records.about[records.kind == Slip.PICK_FAILED]
    return np.sort(about[(visits.hi[about] >= 0) & (visits.now[about] > 0)])


def test_a_promise_after_a_failed_pick_counts_what_is_missing_then() -> None:
    vanish = {"STOCK": "20", "SHRINK": "30 %", "LEAD": "6 d", "VISITS": "3/d", "SIZE": "{1: 0.4, 6: 0.6}"}
    rules = "replenish: {rule: base_stock, S: 40}, ship: partial, promise: {basis: vendor}"
    run, visit = first(runs(**vanish, LEVERS=rules), missed)
    assert "promise" in broken_by(run.told("visits.hi", visit, run.ledger.visits.hi[visit] + 1))
