"""Who comes again, who takes something else and who never comes, in quantities and in measures."""

from __future__ import annotations

import numpy as np
import pytest

from sim.ledger.views import Views
from sim.measures.measure import measure
from sim.words import DAY, Exit, Fate, Return, Wait
from tests.ledgers import M, More, O, R, S, V, W, ledger_of, one_shop, tape_visits

WORLD = one_shop(calendar={"warm_up": "0 d", "measure": "10 d", "run_out": "10 d"})
TWO = one_shop(
    calendar={"measure": "10 d", "run_out": "10 d"},
    products={"mug": {"price": 10, "unit_cost": 6}, "cup": {"price": 10, "unit_cost": 6}},
)


def measured(visits, more, *, world=WORLD, waits=(), orders=(), opening=(1,), closing=(0,)):
    ledger = ledger_of(world, visits, waits=waits, orders=orders, opening=opening, closing=closing, more=more)
    return {name: value for (name, scope), value in measure(world, ledger, tape_visits(visits)).items() if not scope}


def views_of(visits, more, *, world=WORLD, waits=(), orders=(), opening=(1,), closing=(0,)):
    ledger = ledger_of(world, visits, waits=waits, orders=orders, opening=opening, closing=closing, more=more)
    return Views(world, ledger, tape_visits(visits))


def test_a_return_takes_units_off_the_shelf_when_it_comes():
    visits = [V(1, 1, Fate.OUT_OF_STOCK, exit=Exit.DEFER)]
    views = views_of(visits, More(returns=[R(0, V(5, 1, Fate.SERVED))]), opening=[1])
    assert views.on_hand(0).steps().at(DAY * np.array([1, 4, 5])).tolist() == [1, 1, 0]


def test_a_return_waits_like_anyone():
    visits = [V(1, 2, Fate.OUT_OF_STOCK, exit=Exit.DEFER), V(6, 1, Fate.OUT_OF_STOCK)]
    more = More(returns=[R(0, V(5, 2, Fate.FULFILLED, ended=3, window=(1, 4)))])
    views = views_of(visits, more, waits=[W(7, 2, Wait.GRANTED, 2)], orders=[O(1, 7, 2)], opening=[0])
    assert views.waiting(0).steps().at(DAY * np.array([4, 5, 6, 7])).tolist() == [0, 2, 2, 0]
    assert views.on_hand(0).steps().at(DAY * np.array([6, 7])).tolist() == [0, 0]


def test_a_return_is_no_new_demand_and_decides_what_became_of_the_wish():
    visits = [V(1, 1, Fate.OUT_OF_STOCK, exit=Exit.DEFER), V(2, 1, Fate.OUT_OF_STOCK, exit=Exit.DEFER)]
    more = More(
        returns=[
            R(0, V(5, 1, Fate.SERVED, ended=1)),
            R(1, V(6, 1, Fate.OUT_OF_STOCK, exit=Exit.DEFER)),
            R(3, V(7, 1, Fate.OUT_OF_STOCK, exit=Exit.ABANDON)),
        ]
    )
    values = measured(visits, more)
    shares = ("capture_rate", "lost_share", "deferred_share", "order_fill_rate", "stockout_rate", "fill_rate")
    assert values["visits"] == values["units_wanted"] == 2
    assert [values[share] for share in shares] == [0.5, 0.5, 0, 0, 1, 0]
    assert (values["delivered_units"], values["lost_units"], values["pending_units"]) == (1, 1, 0)


def test_a_return_after_the_window_belongs_to_the_window_of_its_wish():
    late = measured([V(9, 1, Fate.OUT_OF_STOCK, exit=Exit.DEFER)], More(returns=[R(0, V(15, 1, Fate.SERVED))]))
    assert (late["capture_rate"], late["delivered_units"]) == (1, 1)


def test_a_wish_can_wait_twice():
    visits = [V(1, 1, Fate.RENEGED, ended=2, window=(1, 1), exit=Exit.DEFER)]
    more = More(returns=[R(0, V(5, 1, Fate.FULFILLED, ended=3, window=(1, 4)))])
    waits = [W(3, 0, Wait.RENEGED, 1), W(7, 1, Wait.GRANTED, 1)]
    values = measured(visits, more, waits=waits, orders=[O(1, 7, 1)], opening=[0])
    assert (values["capture_rate"], values["backorder_completion"], values["cancel_rate"]) == (1, 0.5, 0.5)
    assert values["wait_if_waiting"] == 2


def test_those_who_never_met_the_shelf_are_in_no_denominator():
    visits = [V(1, 1, Fate.SERVED), V(2, 1, Fate.ABSENT), V(3, 1, Fate.NO_INTENT)]
    values = measured(visits, More())
    assert (values["visits"], values["units_wanted"], values["order_fill_rate"]) == (1, 1, 1)


def test_the_absent_break_no_cycle():
    visits = [V(3, 1, Fate.ABSENT), V(4, 1, Fate.NO_INTENT)]
    values = measured(visits, More(), orders=[O(0, 2, 1), O(0, 6, 1)], opening=[0], closing=[2])
    assert values["cycle_service"] == 1


def test_a_substitute_comes_off_its_own_shelf():
    visits = [V(3, 2, Fate.OUT_OF_STOCK, exit=Exit.SUBSTITUTE)]
    views = views_of(visits, More(swaps=[S(3, 0, 1, 2)]), world=TWO, opening=[0, 5], closing=[0, 3])
    assert views.on_hand(1).steps().at(DAY * np.array([2, 3])).tolist() == [5, 3]
    assert views.on_hand(0).steps().values.tolist() == [0]


def test_who_takes_a_substitute_is_neither_captured_nor_lost():
    visits = [V(3, 1, Fate.OUT_OF_STOCK, exit=Exit.SUBSTITUTE)]
    values = measured(visits, More(swaps=[S(3, 0, 1, 1)]), world=TWO, opening=[0, 5], closing=[0, 4])
    assert (values["capture_rate"], values["lost_share"], values["lost_units"]) == (0, 0, 1)


def test_units_ordered_for_fear_wait_but_are_not_wanted():
    visits = [
        V(1, 2, Fate.FULFILLED, ended=4, window=(1, 5)),
        V(2, 1, Fate.PENDING, ended=18, window=(1, 5)),
        V(3, 1, Fate.RENEGED, ended=3, window=(1, 2)),
    ]
    waits = [W(4, 0, Wait.GRANTED, 2), W(4, 0, Wait.TRIMMED, 1), W(6, 2, Wait.RENEGED, 3)]
    more = More(sizes=[(0, 3), (1, 2), (2, 3)])
    values = measured(visits, more, waits=waits, orders=[O(0, 4, 3)], opening=[0], closing=[1])
    units = ("units_wanted", "delivered_units", "pending_units", "lost_units", "end_on_hand")
    assert [values[name] for name in units] == [4, 2, 1, 1, 1]
    views = views_of(visits, more, waits=waits, orders=[O(0, 4, 3)], opening=[0])
    assert views.waiting(0).steps().at(DAY * np.array([1, 2, 3, 4, 6])).tolist() == [3, 5, 8, 5, 2]


def test_what_was_taken_at_once_is_not_among_the_units_ordered_for_fear():
    visits = [V(1, 3, Fate.FULFILLED, ended=4, window=(1, 5), now=1)]
    waits = [W(4, 0, Wait.GRANTED, 2), W(4, 0, Wait.TRIMMED, 2)]
    views = views_of(visits, More(sizes=[(0, 4)]), waits=waits, orders=[O(0, 4, 4)])
    assert views.waiting(0).steps().at(DAY * np.array([1, 4])).tolist() == [4, 0]


def test_a_cancelled_supply_order_is_no_longer_on_order():
    views = views_of([], More(cancels=[(3, 1)]), orders=[O(1, None, 4), O(2, None, 3)], opening=[0])
    assert views.on_order(0).steps().at(DAY * np.array([1, 2, 3])).tolist() == [4, 7, 4]


def test_a_shop_that_cancels_at_once_never_had_a_backlog():
    visits = [V(1, 1, Fate.SELLER_CANCELLED), V(2, 1, Fate.SELLER_CANCELLED, ended=5, window=(1, 2))]
    views = views_of(visits, More(), waits=[W(7, 1, Wait.SELLER_CANCELLED, 1)], opening=[0])
    assert views.waiting(0).steps().at(DAY * np.array([1, 2, 7])).tolist() == [0, 1, 0]


def test_movements_of_other_stocks_stay_theirs():
    visits = [V(1, 1, Fate.OUT_OF_STOCK, exit=Exit.DEFER)]
    ledger = ledger_of(
        TWO, visits, moves=[M(2, 0, 4, stock=1)], opening=[1, 0], closing=[0, 4], orders=[O(0, 2, 4, stock=1)],
        more=More(returns=[R(0, V(3, 1, Fate.SERVED))]),
    )  # fmt: skip
    views = Views(TWO, ledger, tape_visits(visits))
    assert [views.on_hand(stock).steps().values.tolist()[-1] for stock in (0, 1)] == [0, 4]


@pytest.mark.parametrize("fate", [Fate.SERVED, Fate.OUT_OF_STOCK])
def test_a_return_that_meets_a_shortage_breaks_its_cycle(fate):
    visits = [V(1, 1, Fate.OUT_OF_STOCK, exit=Exit.DEFER)]
    values = measured(
        visits, More(returns=[R(0, V(5, 1, fate))]), orders=[O(0, 3, 1), O(0, 8, 1)], opening=[0], closing=[1]
    )
    assert values["cycle_service"] == (fate is Fate.SERVED)


def test_who_comes_back_to_a_price_too_high_is_lost_and_met_no_shortage_twice():
    visits = [V(1, 1, Fate.OUT_OF_STOCK, exit=Exit.NOTIFY)]
    values = measured(visits, More(returns=[R(0, V(5, 1, Fate.NO_INTENT, now=0), Return.NOTIFIED)]))
    assert (values["lost_share"], values["notify_missed"], values["backorder_offered"]) == (1, 0, 0)
    assert (values["visits"], values["no_intent_share"], values["units_wanted"]) == (1, 0, 1)
