"""Waiting measures, on ten days counted by hand."""

from __future__ import annotations

from math import isnan

import pytest

from sim.measures.measure import measure
from sim.words import Fate, Wait
from tests.ledgers import V, W, ledger_of, one_shop, tape_visits, ten_days_measured

BY_HAND = {
    "mean_wait": (2 * 2 + 3 + 6 + 3 + 1.5 + 2.5) / 10,
    "wait_if_waiting": 20 / 7,
    "delivery_time": (1 + 3 + 7) / 3,
    "wait_p50": 5,
    "wait_p95": 3 + 0.95 * 4,
    "mean_backlog": (4 + 3 * 2 + 2 + 3 + 1.5 + 0.5) / 10,
    "peak_backlog": 4,
}


def shop_of(visits, *, waits=(), calendar=None):
    world = one_shop(calendar=calendar or {"measure": "10 d"})
    ledger = ledger_of(world, visits, waits=waits, opening=[9], closing=[0])
    return measure(world, ledger, tape_visits(visits))


@pytest.mark.parametrize(("name", "value"), BY_HAND.items())
def test_ten_days_by_hand(name, value):
    assert ten_days_measured()[name, ""] == pytest.approx(value)


def test_units_sold_at_once_wait_nothing():
    values = shop_of([V(1, 2, Fate.SERVED, ended=1)])
    assert values["mean_wait", ""] == 0
    assert isnan(values["wait_if_waiting", ""])


def test_nobody_waits_for_no_time():
    values = shop_of([])
    assert all(isnan(values[name, ""]) for name in ("mean_wait", "delivery_time", "wait_p50", "wait_p95"))
    assert (values["mean_backlog", ""], values["peak_backlog", ""]) == (0, 0)


def test_picking_and_last_mile_are_no_wait_for_stock():
    values = shop_of([V(1, 1, Fate.FULFILLED, ended=4, window=(1, 4))], waits=[W(4, 0, Wait.GRANTED, 1)])
    assert (values["mean_wait", ""], values["delivery_time", ""]) == (3, 4)


def test_a_wait_is_followed_past_the_window_but_the_backlog_is_not():
    calendar = {"measure": "10 d", "run_out": "6 d"}
    waits = [W(14, 0, Wait.GRANTED, 1)]
    values = shop_of([V(8, 1, Fate.FULFILLED, ended=7, window=(1, 9))], waits=waits, calendar=calendar)
    assert (values["mean_wait", ""], values["mean_backlog", ""]) == (6, pytest.approx(0.2))


def test_a_customer_of_the_warm_up_fills_the_backlog_of_the_window_only():
    calendar = {"warm_up": "2 d", "measure": "10 d"}
    waits = [W(7, 0, Wait.GRANTED, 1)]
    values = shop_of([V(1, 1, Fate.FULFILLED, ended=7, window=(1, 9))], waits=waits, calendar=calendar)
    assert values["mean_backlog", ""] == pytest.approx(0.5)
    assert isnan(values["mean_wait", ""])
