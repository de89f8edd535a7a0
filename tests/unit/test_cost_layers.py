"""First in, first out: what units cost that left a stock, with duty, freight and changing costs."""

from __future__ import annotations

import pytest

from sim.ledger.views import Views
from sim.measures.accounts import Accounts
from sim.measures.cost_layers import Drawn
from sim.measures.measure import measure
from sim.words import Fate, Move, Wait
from tests.ledgers import M, O, V, W, ledger_of, one_shop, postings, tape_visits

LANE = {"from": "factory", "to": "main", "lead_time": "3 d"}
DEARER = [{"product": "mug", "at": "2 d", "unit_cost": 7}, {"product": "mug", "at": "4 d", "unit_cost": 9}]


def measured(visits, *, waits=(), orders=(), moves=None, opening=(0,), closing=(0,), **changes):
    world = one_shop(calendar={"measure": "10 d"}, **changes)
    ledger = ledger_of(world, visits, waits=waits, orders=orders, moves=moves, opening=opening, closing=closing)
    return measure(world, ledger, tape_visits(visits))


def cost(visits, **changes):
    return measured(visits, **changes)["cost_of_goods", ""]


def test_units_cost_what_they_did_when_they_were_ordered():
    orders = [O(1, 5, 2), O(2, 6, 2), O(3, 7, 2), O(4, 8, 2)]
    visits = [V(9, 7, Fate.SERVED)]
    assert cost(visits, orders=orders, closing=[1], price_changes=DEARER) == 2 * 6 + 2 * 7 + 2 * 7 + 9


def test_the_opening_stock_goes_first_at_the_first_cost():
    visits = [V(6, 2, Fate.SERVED), V(7, 2, Fate.SERVED)]
    assert cost(visits, orders=[O(2, 5, 1)], opening=[3], price_changes=DEARER) == 3 * 6 + 7


def test_what_is_posted_first_goes_first_whatever_was_ordered_first():
    orders = [O(1, 8, 1), O(5, 6, 1)]
    assert cost([V(7, 1, Fate.SERVED)], orders=orders, closing=[1], price_changes=DEARER) == 9


def test_duty_is_a_share_of_the_cost_of_the_units_received():
    lanes = [{**LANE, "duty": 0.25, "freight": 0.5}]
    values = measured([V(6, 2, Fate.SERVED)], orders=[O(1, 5, 3)], opening=[1], closing=[2], lanes=lanes)
    landed = 6 * 1.25 + 0.5
    assert values["cost_of_goods", ""] == pytest.approx(6 + landed)
    assert values["leftover_cost", ""] == pytest.approx(2 * landed * 0.5)


def test_duty_paid_is_its_rate_times_the_customs_value_of_receipts():
    visits = [V(6, 6, Fate.SERVED)]
    orders = [O(1, 4, 2), O(3, 5, 4)]
    plain, taxed = (
        cost(visits, orders=orders, lanes=[{**LANE, "duty": duty}], price_changes=DEARER) for duty in (0.0, 0.4)
    )
    assert taxed - plain == pytest.approx(0.4 * (2 * 6 + 4 * 7))


def test_within_a_second_units_are_drawn_in_the_order_of_the_facts():
    world = one_shop(calendar={"measure": "10 d"}, price_changes=DEARER)
    visits = [V(1, 1, Fate.FULFILLED, ended=5, window=(1, 2)), V(5, 1, Fate.SERVED)]
    waits, orders = [W(5, 0, Wait.GRANTED, 1)], [O(1, 5, 1), O(4, 5, 1)]
    ledger = ledger_of(world, visits, waits=waits, orders=orders, opening=[0], closing=[0])
    draws = Accounts(Views(world, ledger, tape_visits(visits))).sales.layers.draws(0)
    assert (draws.kind.tolist(), draws.cost.tolist()) == ([Drawn.GRANTED, Drawn.SOLD], [6, 9])


def test_stock_on_hand_is_worth_its_layers():
    lanes = [{**LANE, "duty": 0.5}]
    visits, orders = [V(6, 3, Fate.SERVED)], [O(1, 5, 2)]
    changes = {"opening": [2], "closing": [1], "lanes": lanes, "costs": {"holding_of_value": "0.01/d"}}
    values = measured(visits, orders=orders, **changes)
    assert values["holding_cost", ""] == pytest.approx(0.01 * (12 * 5 + (12 + 18) * 1 + 9 * 4))


TWO_PLACES = {
    "warehouses": {"main": {}, "shop": {}},
    "lanes": [
        {**LANE, "freight": 1},
        {"from": "main", "to": "shop", "lead_time": "1 d", "freight": 0.25, "products": ["mug"]},
    ],
    "customers": {"shoppers": {"buys": "mug", "from": "shop", "visits": "1/d"}},
}


def test_a_transfer_carries_the_cost_of_the_units_it_took():
    orders = [O(1, 3, 2, number=0), O(3, 6, 3, filled=5, stock=1, lane=1, number=0)]
    moves = sorted([*postings(orders), M(5, Move.ISSUED, 3, 0, 1)], key=lambda move: move.at)
    visits = [V(7, 1, Fate.SERVED), V(8, 1, Fate.SERVED), V(9, 1, Fate.SERVED)]
    values = measured(visits, orders=orders, moves=moves, opening=[1, 1], closing=[0, 1], **TWO_PLACES)
    assert values["cost_of_goods", ""] == pytest.approx(6 + (6 + 0.25) + (6 + 1 + 0.25))
    assert values["leftover_cost", "shop/mug"] == pytest.approx((6 + 1 + 0.25) * 0.5)


def test_a_change_of_cost_of_another_product_changes_nothing():
    products = {"mug": {"price": 10, "unit_cost": 6}, "cup": {"price": 5, "unit_cost": 3}}
    visits, orders = [V(6, 2, Fate.SERVED)], [O(5, 5.5, 2)]
    stocks = {"opening": [0, 0], "closing": [0, 0], "products": products}
    other = [{"product": "cup", "at": "2 d", "unit_cost": 4}]
    assert cost(visits, orders=orders, price_changes=other, **stocks) == 12


@pytest.mark.parametrize(("lane", "same"), [(0, True), (1, False)])
def test_only_a_lane_that_was_used_makes_units_dearer(lane, same):
    world = one_shop(calendar={"measure": "10 d"}, lanes=[LANE, {**LANE, "freight": 2}])
    visits = [V(6, 3, Fate.SERVED)]
    ledger = ledger_of(world, visits, orders=[O(1, 5, 3, lane=lane, number=0)], opening=[0], closing=[0])
    assert Accounts(Views(world, ledger, tape_visits(visits))).sales.layers.flat.tolist() == [same]
