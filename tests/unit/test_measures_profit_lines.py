"""Lines of the profit and loss account, each by a single cause or counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.ledger.tables import BackRows, Terms
from sim.measures.measure import measure
from sim.words import Answer, Exit, Fate, Notice, Wait
from tests.ledgers import NEVER, More, N, O, R, S, V, W, ledger_of, one_shop, seconds, tape_visits

CALENDAR = {"measure": "10 d", "run_out": "5 d"}
WAITS = [V(1, 2, Fate.FULFILLED, ended=4, window=(1, 2))]
GRANTED = [W(4, 0, Wait.GRANTED, 2)]


def measured(visits, *, waits=(), orders=(), opening=0, closing=0, costs=None, more=None, back=(), **changes):
    """Measures of the shop with one product; a wait ends a day before delivery."""
    world = one_shop(calendar=CALENDAR, costs=costs, **changes)
    stocks = len(world.stocks)
    opening, closing = ([amount] + [0] * (stocks - 1) if isinstance(amount, int) else amount
                        for amount in (opening, closing))  # fmt: skip
    ledger = ledger_of(world, visits, waits=waits, orders=orders, opening=opening, closing=closing, more=more)
    rows = np.array([(seconds(at), visit, units) for at, visit, units in back], dtype=np.int64).reshape(-1, 3)
    ledger = replace(ledger, back=BackRows(*rows.T))
    values = measure(world, ledger, tape_visits(visits))
    return {name: value for (name, scope), value in values.items() if not scope}


def told(*kinds):
    return [N(2 + number / 10, 0, kind, (1, 3), Answer.STAYS) for number, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("kinds", "cost"),
    [
        ((), 0),
        ((Notice.AT_RISK,), 0),
        ((Notice.DELAY,), 2),
        ((Notice.DELAY, Notice.CONSENT), 4),
        ((Notice.DELAY,) * 12, 20),
    ],
)
def test_every_notice_of_a_delay_costs_a_voucher_up_to_the_price(kinds, cost):
    more = More(notices=told(*kinds), terms=Terms(voucher=0.1))
    assert measured(WAITS, waits=GRANTED, more=more)["voucher_cost"] == pytest.approx(cost)


def test_who_leaves_gets_no_voucher():
    visits = [V(1, 2, Fate.RENEGED, ended=4, window=(1, 2), exit=Exit.ABANDON)]
    more = More(notices=told(Notice.DELAY), terms=Terms(voucher=0.1))
    assert measured(visits, waits=[W(5, 0, Wait.RENEGED, 2)], more=more)["voucher_cost"] == 0


def test_goods_sent_back_are_refunded_and_worth_their_salvage():
    values = measured([V(1, 3, Fate.SERVED, ended=1)], opening=3, back=[(9, 0, 2)])
    assert (values["gross_sales"], values["sent_back_refunds"], values["revenue"]) == (30, 20, 10)
    assert (values["cost_of_goods"], values["sent_back_salvage"], values["gross_margin"]) == (18, 6, -2)


def test_a_refund_is_of_the_price_less_the_voucher():
    more = More(notices=told(Notice.DELAY), terms=Terms(voucher=0.1))
    values = measured(WAITS, waits=GRANTED, more=more, back=[(12, 0, 1)])
    assert values["sent_back_refunds"] == pytest.approx(10 - 1)


TWO_PRODUCTS = {
    "products": {"mug": {"price": 10, "unit_cost": 6}, "cup": {"price": 8, "unit_cost": 3}},
    "lanes": [{"from": "factory", "to": "main", "lead_time": "3 d", "products": ["mug", "cup"]}],
}


def test_a_substitute_has_its_own_price_and_cost():
    visits = [V(1, 2, Fate.OUT_OF_STOCK, exit=Exit.SUBSTITUTE)]
    more = More(swaps=[S(1, 0, 1, 2)])
    values = measured(visits, opening=[0, 2], more=more, costs={"fulfilment": 4}, **TWO_PRODUCTS)
    assert (values["gross_sales"], values["cost_of_goods"], values["fulfilment_cost"]) == (16, 6, 4)


def test_who_comes_again_is_money_of_the_window_of_the_wish():
    visits = [V(1, 1, Fate.OUT_OF_STOCK, exit=Exit.DEFER)]
    more = More(returns=[R(0, V(12, 1, Fate.SERVED, ended=1))])
    assert measured(visits, waits=(), orders=[O(0, 11, 1)], more=more)["gross_sales"] == 10


def test_an_order_in_three_parcels_is_one_order_and_two_more_parcels():
    visits = [V(1, 4, Fate.FULFILLED, ended=6, now=1, window=(1, 2))]
    waits = [W(4, 0, Wait.GRANTED, 1), W(6, 0, Wait.GRANTED, 2)]
    values = measured(visits, waits=waits, opening=1, costs={"fulfilment": 8, "split_parcel": 3})
    assert (values["fulfilment_cost"], values["split_parcel_cost"]) == (8, 6)


def test_who_waits_for_all_has_a_first_parcel_later():
    values = measured(WAITS, waits=GRANTED, costs={"fulfilment": 8, "split_parcel": 3})
    assert (values["fulfilment_cost"], values["split_parcel_cost"]) == (8, 0)


FEES = {"payment": 0.1, "payment_fixed": 0.5}


@pytest.mark.parametrize(("ahead", "payments"), [(1.0, 1), (0.3, 2), (0.0, 1)])
def test_fees_are_on_every_payment_and_on_the_whole_price(ahead, payments):
    values = measured(WAITS, waits=GRANTED, costs=FEES, more=More(terms=Terms(ahead=ahead)))
    assert values["payment_fees"] == pytest.approx(0.1 * 20 + 0.5 * payments)


@pytest.mark.parametrize(("ahead", "fees"), [(1.0, 2.5), (0.3, 0.6 + 0.5), (0.0, 0)])
def test_no_refund_gives_fees_back(ahead, fees):
    visits = [V(1, 2, Fate.RENEGED, ended=4, window=(1, 2), exit=Exit.ABANDON)]
    more = More(terms=Terms(ahead=ahead))
    values = measured(visits, waits=[W(5, 0, Wait.RENEGED, 2)], costs=FEES, more=more)
    assert (values["payment_fees"], values["gross_sales"]) == (pytest.approx(fees), 0)


def test_units_received_in_the_window_are_handled():
    orders = [O(1, 4, 5), O(5, 12, 7), O(13, None, 9, filled=NEVER)]
    assert measured([], orders=orders, closing=12, costs={"inbound_unit": 2})["inbound_cost"] == 10


def test_advertising_is_for_those_who_are_no_members():
    visits = [
        V(1, 1, Fate.SERVED, member=4),
        V(2, 1, Fate.SERVED),
        V(3, 1, Fate.NO_INTENT),
        V(4, 1, Fate.ABSENT),
        V(5, 0, Fate.SERVED),
    ]
    assert measured(visits, opening=2, costs={"acquisition": 7}, panel={"members": 5})["acquisition_cost"] == 14


def test_mails_are_of_the_order_the_state_the_news_and_the_list():
    notices = [*told(Notice.AT_RISK, Notice.DELAY), N(6, 1, Notice.RESTOCK)]
    visits = [*WAITS, V(3, 1, Fate.OUT_OF_STOCK, exit=Exit.NOTIFY)]
    more = More(notices=notices, terms=Terms(mails_every=seconds(1.2)))
    assert measured(visits, waits=GRANTED, costs={"mail": 0.5}, more=more)["mail_cost"] == 0.5 * (1 + 2 + 1 + 1)


def test_with_support_staff_contacts_are_those_that_were_asked():
    more = More(contacts=[(2, 0, 2, 2.1), (3, 0, NEVER, NEVER)])
    costs = {"contact": 6, "contacts_per_order": 3}
    values = measured(WAITS, waits=GRANTED, costs=costs, more=more, support={"answer": "10 min"})
    assert values["support_cost"] == 12


@pytest.mark.parametrize("fate", [Fate.RENEGED, Fate.CHANGED_MIND, Fate.SELLER_CANCELLED, Fate.NO_CONSENT])
def test_every_cancellation_costs(fate):
    visits = [V(1, 2, fate, ended=4, window=(1, 2), exit=Exit.ABANDON)]
    assert measured(visits, waits=[W(5, 0, Wait.RENEGED, 2)], costs={"cancellation": 2})["cancellation_cost"] == 2


def test_fixed_costs_are_of_the_window():
    assert measured([], costs={"fixed": "3/d"})["fixed_cost"] == 30


def rising(**more):
    return {"price_changes": [{"product": "mug", "at": "3 d", "price": 12, **more}]}


@pytest.mark.parametrize(("lock", "sales"), [(True, 2 * 10), (False, 2 * 12)])
def test_a_lock_keeps_the_price_of_the_order(lock, sales):
    values = measured(WAITS, waits=GRANTED, more=More(terms=Terms(price_lock=lock)), **rising())
    assert values["gross_sales"] == sales


def test_who_comes_after_the_change_pays_the_new_price():
    visits = [V(2.9, 1, Fate.SERVED), V(3, 1, Fate.SERVED), V(4, 1, Fate.SERVED)]
    assert measured(visits, opening=3, **rising())["gross_sales"] == 10 + 12 + 12


def test_a_price_of_its_own_moves_as_the_products_does():
    customers = {"members": {"buys": "mug", "from": "main", "visits": "1/d", "price": 5}}
    visits = [V(1, 1, Fate.SERVED), V(4, 1, Fate.SERVED)]
    assert measured(visits, opening=2, customers=customers, **rising())["gross_sales"] == 5 + 6


def test_margin_lost_to_competitors_is_of_those_who_went_there():
    visits = [
        V(1, 3, Fate.OUT_OF_STOCK, now=1, exit=Exit.COMPETITOR),
        V(2, 1, Fate.OUT_OF_STOCK, exit=Exit.ABANDON),
        V(3, 2, Fate.RENEGED, ended=3, window=(1, 2), exit=Exit.COMPETITOR),
    ]
    waits = [W(4, 2, Wait.GRANTED, 1), W(6, 2, Wait.RENEGED, 1)]
    values = measured(visits, waits=waits, opening=1)
    assert (values["competitor_margin"], values["lost_margin"]) == (4 * (2 + 1), 4 * (2 + 1 + 1))


def test_a_whole_account_by_hand():
    costs = {
        "holding": "0.1/d", "holding_of_value": "0.01/d", "ordering": 5, "backorder": 1, "backlog": "0.2/d",
        "contact": 2, "contacts_per_order": 0.5, "contacts_waiting": "0.25/d", "cancellation": 3, "fulfilment": 1,
        "split_parcel": 2, "payment": 0.02, "payment_fixed": 0.1, "inbound_unit": 0.5, "acquisition": 0.3,
        "mail": 0.01, "fixed": "1/d", "capital": "0.001/d",
    }  # fmt: skip
    visits = [
        V(1, 2, Fate.SERVED, ended=1),
        V(2, 3, Fate.FULFILLED, ended=4, now=1, window=(2, 3)),
        V(3, 1, Fate.RENEGED, ended=3, window=(1, 2), exit=Exit.COMPETITOR),
    ]
    waits = [W(5, 1, Wait.GRANTED, 2), W(6, 2, Wait.RENEGED, 1)]
    values = measured(visits, waits=waits, orders=[O(2, 5, 4)], opening=3, closing=2, costs=costs)
    by_hand = {
        "gross_sales": 50,
        "cost_of_goods": 30,
        "gross_margin": 20,
        "fulfilment_cost": 2,
        "split_parcel_cost": 2,
        "payment_fees": 0.02 * 60 + 0.1 * 3,
        "inbound_cost": 2,
        "acquisition_cost": 0.9,
        "contribution": 20 - 2 - 2 - 1.5 - 2 - 0.9,
        "holding_cost": (3 * 1 + 1 * 1 + 2 * 5) * (0.1 + 0.01 * 6),
        "ordering_cost": 5,
        "backorder_cost": 2,
        "backlog_cost": 0.2 * (2 * 3 + 3),
        "support_cost": 2 * (0.5 * 3 + 0.25 * (3 + 3)),
        "mail_cost": 0.02,
        "cancellation_cost": 3,
        "leftover_cost": 6,
        "fixed_cost": 10,
        "capital_charge": 0.001 * 6 * 14,
    }
    assert {name: values[name] for name in by_hand} == pytest.approx(by_hand)
    costs_below = sum(by_hand[name] for name in list(by_hand)[9:-1])
    assert values["profit"] == pytest.approx(by_hand["contribution"] - costs_below)
    assert values["total_value"] == pytest.approx(values["profit"] - by_hand["capital_charge"])
