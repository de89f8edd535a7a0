"""Stock older than 180 days, and duty paid, counted by hand."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from sim.measures.measure import measure
from sim.words import Fate, Move
from tests.ledgers import M, O, V, ledger_of, one_shop, postings, tape_visits

LANE = {"from": "factory", "to": "main", "lead_time": "3 d"}
DEARER = [{"product": "mug", "at": "50 d", "unit_cost": 9}]
SERVED = partial(V, fate=Fate.SERVED)

VISITS = [SERVED(50, 3), SERVED(200, 2), SERVED(300, 6)]
"""Of ten there at the start five are left from day 200 on, and none from day 300 on, with one of the next four."""
ORDERS = [O(97, 100, 4)]
UNITS = {180: 7, 200: 5, 280: 9, 300: 3}
"""Units older than 180 days, from each day on: the four of day 100 grow old on day 280."""


def measured(visits: Any, *, calendar: Any, orders: Any = (), opening: int = 10, **changes: Any) -> dict[Any, float]:
    world = one_shop(calendar=calendar, **changes)
    left = opening + sum(order.units for order in orders) - sum(visit.units for visit in visits)
    ledger = ledger_of(world, visits, orders=orders, opening=[opening], closing=[left])
    return measure(world, ledger, tape_visits(visits))


def old_days(first: float, last: float) -> float:
    """Unit-days of old stock from one day to another."""
    edges = [*UNITS, 400]
    return sum(
        units * max(min(end, last) - max(begin, first), 0)
        for (begin, units), end in zip(UNITS.items(), edges[1:], strict=True)
    )


def test_units_grow_old_180_days_after_they_came_and_the_oldest_go_first() -> None:
    values = measured(VISITS, calendar={"measure": "400 d"}, orders=ORDERS)
    there = 10 * 50 + 7 * 50 + 11 * 100 + 9 * 100 + 3 * 100
    assert values["excess_stock", ""] == pytest.approx(6 * old_days(0, 400) / 400)
    assert values["excess_share", ""] == pytest.approx(old_days(0, 400) / there)


def test_old_stock_is_worth_what_its_layers_cost() -> None:
    values = measured(VISITS, calendar={"measure": "400 d"}, orders=ORDERS, price_changes=DEARER)
    worth = 20 * 7 * 6 + 80 * 5 * 6 + 20 * (5 * 6 + 4 * 9) + 100 * 3 * 9
    assert values["excess_stock", ""] == pytest.approx(worth / 400)


@pytest.mark.parametrize(("warm_up", "measure_for"), [(190, 50), (190, 210), (290, 5), (310, 90), (0, 180)])
def test_only_the_window_counts_and_age_does_not_begin_with_it(warm_up: int, measure_for: int) -> None:
    calendar = {"warm_up": f"{warm_up} d", "measure": f"{measure_for} d", "run_out": f"{400 - warm_up - measure_for} d"}
    values = measured(VISITS, calendar=calendar, orders=ORDERS)
    assert values["excess_stock", ""] == pytest.approx(6 * old_days(warm_up, warm_up + measure_for) / measure_for)


def test_what_is_sold_and_refilled_in_time_never_grows_old() -> None:
    visits = [SERVED(day, 10) for day in range(100, 400, 100)]
    orders = [O(day, day + 3, 10) for day in range(97, 297, 100)]
    values = measured(visits, calendar={"measure": "400 d"}, orders=orders)
    assert (values["excess_stock", ""], values["excess_share", ""]) == (0, 0)


def test_a_share_of_no_stock_is_undefined() -> None:
    values = measured([], calendar={"measure": "400 d"}, opening=0)
    assert values["excess_stock", ""] == 0
    assert values["excess_share", ""] != values["excess_share", ""]


TWO_PLACES = {
    "warehouses": {"main": {}, "shop": {}},
    "lanes": [LANE, {"from": "main", "to": "shop", "lead_time": "1 d", "products": ["mug"]}],
    "customers": {"shoppers": {"buys": "mug", "from": "shop", "visits": "1/d"}},
}


def test_units_that_move_to_another_warehouse_are_new_there() -> None:
    world = one_shop(calendar={"measure": "300 d"}, **TWO_PLACES)
    orders = [O(100, 101, 4, filled=100, stock=1, lane=1, number=0)]
    moves = [M(100, Move.ISSUED, 4, 0, 0), *postings(orders)]
    ledger = ledger_of(world, [], orders=orders, moves=moves, opening=[5, 1], closing=[1, 5])
    values = measure(world, ledger, tape_visits([]))
    assert values["excess_stock", "main/mug"] == pytest.approx(6 * 1 * 120 / 300)
    assert values["excess_stock", "shop/mug"] == pytest.approx(6 * (1 * 120 + 4 * 19) / 300)
    assert values["excess_stock", ""] == values["excess_stock", "main/mug"] + values["excess_stock", "shop/mug"]


def test_duty_is_paid_on_what_comes_to_the_dock_in_the_window() -> None:
    tariff = {"kind": "tariff", "lane": ["factory", "main"], "at": "20 d", "adds": 0.5}
    orders = [O(1, 4, 2), O(17, 20, 4), O(57, 60, 8)]
    values = measured(
        [], calendar={"measure": "50 d", "run_out": "50 d"}, orders=orders, lanes=[{**LANE, "duty": 0.1}],
        disruptions=[tariff],
    )  # fmt: skip
    assert values["duty_paid", ""] == pytest.approx(2 * 6 * 0.1 + 4 * 6 * 0.6)


def test_without_duty_none_is_paid() -> None:
    assert measured([], calendar={"measure": "50 d"}, orders=[O(1, 4, 2)])["duty_paid", ""] == 0
