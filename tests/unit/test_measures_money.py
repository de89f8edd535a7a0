"""Money, on ten days counted by hand and on single causes."""

from __future__ import annotations

import pytest

from sim.measures.measure import measure
from sim.words import Exit, Fate
from tests.ledgers import V, ledger_of, one_shop, tape_visits, ten_days_measured

BY_HAND = {
    "revenue": 70,
    "cost_of_goods": 42,
    "gross_margin": 28,
    "holding_cost": 0.1 * 3,
    "ordering_cost": 3 * 2 + 5 * 0.5,
    "backorder_cost": 5,
    "backlog_cost": 0.2 * 20,
    "support_cost": 3 * (0.1 * 6 + 0.05 * 15),
    "cancellation_cost": 2 * 2,
    "leftover_cost": 0,
    "profit": 70 - 42 - 0.3 - 8.5 - 5 - 4 - 4.05 - 4,
    "capital_charge": 0.001 * 18,
    "total_value": 2.15 - 0.018,
    "lost_margin": 4 * 4,
}


def shop_of(visits, *, opening=0, closing=0, costs=None, **changes):
    world = one_shop(calendar={"measure": "10 d"}, costs=costs, **changes)
    ledger = ledger_of(world, visits, opening=[opening], closing=[closing])
    return measure(world, ledger, tape_visits(visits))


@pytest.mark.parametrize(("name", "value"), BY_HAND.items())
def test_ten_days_by_hand(name, value):
    assert ten_days_measured()[name, ""] == pytest.approx(value)


def test_a_stream_pays_its_own_price():
    customers = {"members": {"buys": "mug", "from": "main", "visits": "1/d", "price": 9}}
    assert shop_of([V(1, 2, Fate.SERVED)], opening=2, customers=customers)["revenue", ""] == 18


def test_holding_of_value_charges_the_cost_of_the_stock():
    assert shop_of([], opening=2, closing=2, costs={"holding_of_value": "0.01/d"})["holding_cost", ""] == pytest.approx(
        2 * 6 * 0.01 * 10
    )


def test_stock_left_loses_what_salvage_does_not_return():
    assert shop_of([], opening=4, closing=4)["leftover_cost", ""] == pytest.approx(4 * 6 * 0.5)


def test_a_visit_that_buys_part_and_leaves_is_an_order_for_support():
    costs = {"contact": 10, "contacts_per_order": 0.5}
    visits = [V(1, 2, Fate.OUT_OF_STOCK, now=1, exit=Exit.ABANDON), V(2, 1, Fate.OUT_OF_STOCK, exit=Exit.DEFER)]
    assert shop_of(visits, opening=1, costs=costs)["support_cost", ""] == 5


def test_units_still_waited_for_are_not_yet_a_lost_margin():
    values = shop_of([V(1, 2, Fate.PENDING, ended=9, window=(1, 2))])
    assert (values["lost_margin", ""], values["revenue", ""]) == (0, 0)


def test_the_memo_of_lost_margin_is_in_no_sum():
    values = shop_of([V(1, 2, Fate.OUT_OF_STOCK, exit=Exit.COMPETITOR)])
    assert (values["lost_margin", ""], values["profit", ""], values["total_value", ""]) == (8, 0, 0)
