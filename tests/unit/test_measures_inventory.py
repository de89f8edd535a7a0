"""Inventory measures, on ten days counted by hand."""

from __future__ import annotations

from math import isnan

import pytest

from sim.measures.measure import measure
from sim.words import Fate
from tests.ledgers import O, V, ledger_of, one_shop, tape_visits, ten_days_measured

BY_HAND = {
    "mean_on_hand": (2 + 1) / 10,
    "end_on_hand": 0,
    "mean_on_order": (3 * 3 + 3 + 3) / 10,
    "mean_position": 0.3 + 1.5 - 1.7,
    "stockout_days": 8,
    "order_rate": 3 / 10,
    "mean_order_size": 5 / 3,
    "units_received": 4,
    "turns": 42 * 36.5 / 1.8,
    "days_of_stock": 1.8 / 4.2,
}


def shop_of(visits=(), *, orders=(), opening=0, closing=0, calendar=None, **changes):
    world = one_shop(calendar=calendar or {"measure": "10 d"}, **changes)
    ledger = ledger_of(world, visits, orders=orders, opening=[opening], closing=[closing])
    return measure(world, ledger, tape_visits(visits))


@pytest.mark.parametrize(("name", "value"), BY_HAND.items())
def test_ten_days_by_hand(name, value):
    assert ten_days_measured()[name, ""] == pytest.approx(value)


def test_stock_that_does_not_move_does_not_turn():
    values = shop_of(opening=5, closing=5)
    assert (values["turns", ""], values["mean_on_hand", ""]) == (0, 5)
    assert isnan(values["days_of_stock", ""])


def test_turns_and_days_of_stock_of_an_empty_shop_are_undefined():
    values = shop_of()
    assert isnan(values["turns", ""])
    assert isnan(values["days_of_stock", ""])


def test_the_size_of_no_order_is_undefined():
    values = shop_of()
    assert isnan(values["mean_order_size", ""])
    assert values["order_rate", ""] == 0


def test_initial_inbound_is_received_but_was_not_ordered():
    inbound = [{"from": "factory", "to": "main", "product": "mug", "units": 4, "due": "2 d"}]
    values = shop_of(orders=[O(0, 2, 4), O(0, 3, 5)], closing=9, inbound=inbound)
    assert (values["units_received", ""], values["mean_order_size", ""]) == (9, 5)


def test_orders_of_the_warm_up_are_not_counted_but_their_units_are_on_order():
    values = shop_of(orders=[O(0, 3, 5)], closing=5, calendar={"warm_up": "1 d", "measure": "10 d"})
    assert (values["order_rate", ""], values["mean_on_order", ""]) == (0, 1)


def test_a_day_that_sells_out_at_its_very_end_has_stock_until_then():
    values = shop_of([V(2, 1, Fate.SERVED)], opening=1)
    assert values["stockout_days", ""] == 8


def test_a_window_shorter_than_a_day_has_no_days_to_count():
    assert isnan(shop_of(calendar={"measure": "6 h"})["stockout_days", ""])
