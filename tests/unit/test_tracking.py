"""A shop that follows its supply orders hears of delays sooner and more often, and pays for it."""

import numpy as np
import pytest

from sim import audit, draw_tape, load_scenario, measure, simulate
from sim.ledger.ledger import Ledger
from sim.scenario.supply import News
from sim.scenario.terms import Track, told
from sim.words import DAY

SLIPPING = """
version: 1
title: a late supplier
world:
  calendar: {measure: 120 d}
  products: {unit: {}}
  suppliers: {maker: {}}
  warehouses: {shop: {stock: {unit: 5}}}
  lanes: [{from: maker, to: shop, lead_time: 10 d, slip: {late: 100 %, mean: 5 d}}]
  customers: {buyers: {buys: unit, from: shop, visits: {every: 1 d}}}
  costs: {tracking: 2/d}
levers: {replenish: {rule: r_Q, r: 3, Q: 10}}
policies:
  trusting: {}
  following: {track: {warned: 100 %, ahead: 2 d}}
plan: {replications: 2}
"""


def run(policy: str) -> tuple[Ledger, dict[tuple[str, str], float]]:
    scenario = load_scenario(SLIPPING)
    tape = draw_tape(scenario.world, seed=1, replication=0)
    ledger = simulate(scenario.world, scenario.policy(policy), tape)
    audit(scenario.world, scenario.policy(policy), tape, ledger)
    return ledger, dict(measure(scenario.world, ledger, tape.visits))


def test_every_late_order_is_told_two_days_ahead_with_its_true_date():
    ledger, _ = run("following")
    told_of, orders = ledger.dates, ledger.orders
    late = np.flatnonzero((orders.arrived > orders.confirmed) & (orders.confirmed >= 2 * DAY))
    rows = np.searchsorted(told_of.order, late)
    assert len(late) >= 3
    assert (told_of.order[rows] == late).all()
    assert (told_of.time[rows] == orders.confirmed[late] - 2 * DAY).all()
    assert (told_of.confirmed[rows] == orders.arrived[late]).all()


def test_who_trusts_hears_nothing_and_pays_nothing():
    ledger, values = run("trusting")
    assert len(ledger.dates) == 0
    assert values["tracking_cost", ""] == 0


def test_an_open_order_costs_two_a_day_until_it_is_there():
    ledger, values = run("following")
    orders = ledger.orders
    days = (np.where(orders.posted < 0, ledger.close, orders.posted) - orders.placed).sum() / DAY
    assert values["tracking_cost", ""] == pytest.approx(2 * days)


def test_following_moves_no_goods():
    one, other = run("trusting")[0], run("following")[0]
    assert (one.orders.arrived == other.orders.arrived).all()
    assert (one.visits.fate == other.visits.fate).all()


@pytest.mark.parametrize(("warned", "share"), [(0.3, 0.8), (0.9, 0.9)])
def test_suppliers_who_tell_more_by_themselves_are_not_asked_for_less(warned, share):
    heard = told(News(warned=warned, ahead="5 d"), Track())
    assert heard.warned == share
    assert heard.ahead == 5 * DAY
