"""Service measures, on ten days counted by hand."""

from __future__ import annotations

from math import isnan

import pytest

from sim.measures.measure import measure
from sim.words import Exit, Fate
from tests.ledgers import O, V, ledger_of, one_shop, tape_visits, ten_days_measured

BY_HAND = {
    "visits": 8,
    "units_wanted": 12,
    "delivered_units": 7,
    "lost_units": 4,
    "pending_units": 1,
    "fill_rate": 3 / 12,
    "order_fill_rate": 1 / 8,
    "stockout_rate": 7 / 8,
    "ready_rate": 2 / 10,
    "cycle_service": 0,
    "gamma_service": 1 - 1.7 / 1.2,
    "capture_rate": 3 / 8,
    "service_within_patience": 2 / 8,
}


def shop_of(visits, *, orders=(), opening=0, closing=0, calendar=None):
    world = one_shop(calendar=calendar or {"measure": "10 d"})
    ledger = ledger_of(world, visits, orders=orders, opening=[opening], closing=[closing])
    return measure(world, ledger, tape_visits(visits))


def lost(at):
    return V(at, 1, Fate.OUT_OF_STOCK, exit=Exit.ABANDON)


@pytest.mark.parametrize(("name", "value"), BY_HAND.items())
def test_ten_days_by_hand(name, value):
    assert ten_days_measured()[name, ""] == pytest.approx(value)


@pytest.mark.parametrize("name", ["fill_rate", "order_fill_rate", "stockout_rate", "capture_rate", "gamma_service"])
def test_service_of_nobody_is_undefined(name):
    assert isnan(shop_of([])[name, ""])


def test_a_visit_that_wants_nothing_is_no_customer():
    values = shop_of([V(1, 0, Fate.SERVED), V(2, 0, Fate.SERVED)])
    assert values["visits", ""] == 0
    assert isnan(values["order_fill_rate", ""])


def test_visits_of_the_warm_up_do_not_count_but_their_effect_on_stock_does():
    visits = [V(0.5, 1, Fate.SERVED), V(3, 1, Fate.SERVED)]
    values = shop_of(visits, opening=2, calendar={"warm_up": "1 d", "measure": "10 d"})
    assert (values["visits", ""], values["ready_rate", ""]) == (1, 0.2)


def test_a_visit_at_the_first_second_of_the_window_counts():
    values = shop_of([V(1, 1, Fate.SERVED)], opening=1, calendar={"warm_up": "1 d", "measure": "1 d"})
    assert values["fill_rate", ""] == 1


def test_units_sold_at_once_to_someone_who_leaves_count_as_filled():
    values = shop_of([V(1, 3, Fate.BALKED, now=2, window=(1, 2), exit=Exit.ABANDON)], opening=2)
    assert (values["fill_rate", ""], values["order_fill_rate", ""]) == (2 / 3, 0)


def test_a_cycle_without_replenishment_is_none():
    assert isnan(shop_of([lost(1)], orders=[O(1, 4, 1)], closing=1)["cycle_service", ""])


def test_a_shortage_counts_in_the_cycle_in_which_it_arrives():
    orders = [O(0, 2, 1), O(0, 4, 1), O(0, 6, 1)]
    values = shop_of([lost(1), lost(4.5), lost(6)], orders=orders, closing=3)
    assert values["cycle_service", ""] == 1 / 2


def test_a_shortage_in_the_second_of_a_posting_belongs_to_the_cycle_it_begins():
    values = shop_of([lost(4)], orders=[O(0, 2, 1), O(0, 4, 1), O(0, 6, 1)], closing=3)
    assert values["cycle_service", ""] == 1 / 2


def test_two_postings_in_one_second_are_one():
    values = shop_of([lost(5)], orders=[O(0, 2, 1), O(1, 4, 1), O(1, 4, 1), O(1, 6, 1)], closing=4)
    assert values["cycle_service", ""] == 1 / 2


def test_delivery_in_the_last_second_of_patience_is_within_it():
    on_time = V(1, 1, Fate.FULFILLED, ended=2, window=(1, 2), patience=2)
    too_late = V(1, 1, Fate.FULFILLED, ended=2.1, window=(1, 2), patience=2)
    assert shop_of([on_time, too_late])["service_within_patience", ""] == 1 / 2


def test_gamma_is_below_zero_when_more_than_a_day_of_demand_waits():
    waiting = V(0, 4, Fate.PENDING, ended=10, window=(1, 2))
    assert shop_of([waiting])["gamma_service", ""] == pytest.approx(1 - 4 / 0.4)
