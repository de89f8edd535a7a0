"""Tariffs, rush premiums, lost orders, two books, systems and direct parcels in the account and in the books."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.ledger.tables import Terms
from sim.ledger.views import Views
from sim.measures.accounts import WORKING_CAPITAL, Accounts
from sim.measures.journal import Account
from sim.measures.measure import measure
from sim.measures.prices import PriceList
from sim.measures.profit_lines import INCOME, LINES
from sim.model.prices import Prices
from sim.words import Fate, Loss, Move, Purpose, Slip, Stage, Wait
from tests.ledgers import NEVER, Book, Box, M, More, O, V, W, ledger_of, one_shop, tape_visits, troubled

LANE = {"from": "factory", "to": "main", "lead_time": "3 d"}
TARIFF = {"kind": "tariff", "lane": ["factory", "main"], "at": "4 d", "adds": 0.25}


class Firm:
    """The measures and the books of one shop."""

    def __init__(self, visits=(), *, opening=(0,), closing=(0,), more=None, waits=(), orders=(), moves=None, **world):
        self.world = one_shop(calendar={"measure": "20 d", "run_out": "5 d"}, **world)
        facts = {"waits": waits, "orders": orders, "moves": moves, "opening": opening, "closing": closing}
        self.ledger = ledger_of(self.world, visits, more=more, **facts)
        self.visits = tape_visits(visits)
        self.books = Accounts(Views(self.world, self.ledger, self.visits))

    def __getitem__(self, name):
        return measure(self.world, self.ledger, self.visits)[name, ""]

    def at_close(self, account):
        return self.books.closing(account).sum() / 100


def balances(books):
    profit = -int(books.closing(Account.PROFIT).sum())
    tied_up = sum(int(books.closing(account).sum()) for account in WORKING_CAPITAL)
    return int(books.closing(Account.CASH).sum()) == profit - (tied_up - int(books.opening.sum()))


# M45: tariffs


@pytest.mark.parametrize(("lasts", "taxed"), [(None, 4 + 5), ("2 d", 4)])
def test_duty_paid_is_its_rate_times_the_customs_value_of_receipts_while_it_is_due(lasts, taxed):
    tariff = TARIFF | ({"lasts": lasts} if lasts else {})
    orders = [O(0, 3.9, 2), O(1, 4, 4), O(3, 6, 5)]
    visits = [V(7, 11, Fate.SERVED)]
    firm = Firm(visits, orders=orders, disruptions=[tariff])
    assert firm["cost_of_goods"] == pytest.approx(6 * 11 + 0.25 * 6 * taxed)
    assert balances(firm.books)


def test_a_tariff_adds_to_the_duty_of_its_lane_and_of_no_other():
    lanes = [LANE | {"duty": 0.1}, {"from": "near", "to": "main", "lead_time": "1 d"}]
    orders = [O(4, 5, 1, number=0), O(5, 6, 1, lane=1, number=0)]
    suppliers = {"factory": {}, "near": {}}
    firm = Firm([V(7, 2, Fate.SERVED)], orders=orders, lanes=lanes, suppliers=suppliers, disruptions=[TARIFF])
    assert firm["cost_of_goods"] == pytest.approx(6 * 1.35 + 6)


def test_stock_bought_ahead_of_a_tariff_goes_first():
    orders = [O(0, 3, 5), O(1, 4, 5)]
    firm = Firm([V(5, 5, Fate.SERVED)], orders=orders, closing=[5], disruptions=[TARIFF])
    assert firm["cost_of_goods"] == 5 * 6
    assert firm["leftover_cost"] == pytest.approx(0.5 * 5 * 6 * 1.25)


@pytest.mark.parametrize(("share", "price"), [(0.0, 10), (0.2, 10.3), (1.0, 11.5)])
def test_customers_pay_their_share_of_a_tariff_from_its_first_day(share, price):
    visits = [V(3.9, 1, Fate.SERVED), V(4, 1, Fate.SERVED), V(9, 1, Fate.SERVED)]
    more = More(terms=Terms(pass_through=share))
    firm = Firm(visits, opening=[3], more=more, disruptions=[TARIFF | {"lasts": "5 d"}])
    assert firm["gross_sales"] == pytest.approx(10 + price + 10)


# M76: rush orders

TWO_WAYS = {
    "suppliers": {"factory": {}, "near": {"unit_costs": {"mug": 7}}},
    "lanes": [LANE | {"freight": 0.5, "duty": 0.1}, {"from": "near", "to": "main", "lead_time": "1 d", "freight": 4}],
}


def rush(order):
    return More(purposes=[(order, Purpose.RUSH)])



def test_a_premium_is_recorded_by_itself_and_is_no_cost_of_goods():
    orders = [O(1, 4, 3, number=0), O(3, 5, 2, lane=1, number=0)]
    firm = Firm([V(6, 5, Fate.SERVED)], orders=orders, more=rush(1), **TWO_WAYS)
    usual = 6 * 1.1 + 0.5
    assert firm["expediting_cost"] == pytest.approx(2 * (7 + 4 - usual))
    assert firm["cost_of_goods"] == pytest.approx(5 * usual)
    assert firm.at_close(Account.ON_THE_WAY) == firm.at_close(Account.STOCK) == 0
    assert balances(firm.books)


def test_a_second_source_that_is_no_rush_is_cost_of_goods():
    orders = [O(1, 4, 3, number=0), O(3, 5, 2, lane=1, number=0)]
    firm = Firm([V(6, 5, Fate.SERVED)], orders=orders, **TWO_WAYS)
    assert (firm["expediting_cost"], firm["rush_units"]) == (0, 0)
    assert firm["cost_of_goods"] == pytest.approx(3 * (6 * 1.1 + 0.5) + 2 * 11)


def test_a_cheaper_rush_has_no_premium():
    lanes = [LANE | {"freight": 0.5, "duty": 0.1}, {"from": "near", "to": "main", "lead_time": "1 d"}]
    changes = {"suppliers": {"factory": {}, "near": {"unit_costs": {"mug": 5}}}, "lanes": lanes}
    firm = Firm([V(6, 2, Fate.SERVED)], orders=[O(3, 5, 2, lane=1, number=0)], more=rush(0), **changes)
    assert (firm["expediting_cost"], firm["cost_of_goods"]) == (0, 10)


# M72: systems


@pytest.mark.parametrize(("automated", "cost"), [(False, 0), (True, 20 * 50)])
def test_systems_cost_where_they_are_used(automated, cost):
    firm = Firm(more=More(terms=Terms(automated=automated)), costs={"automation": "50/d"})
    assert firm["automation_cost"] == pytest.approx(cost)
    assert firm["profit"] == pytest.approx(-cost)


# Supply that breaks


def test_rejected_and_missing_units_are_not_paid():
    more = More(shorts=[(0, 8, 3)])
    firm = Firm(
        [V(6, 5, Fate.SERVED)],
        orders=[O(1, 5, 10)],
        moves=[M(5, Move.POSTED, 5)],
        more=more,
        suppliers={"factory": {"deposit": 0.8}},
    )
    assert firm["cost_of_goods"] == 5 * 6
    assert firm.at_close(Account.CASH) == 5 * (10 - 6)
    assert balances(firm.books)


@pytest.mark.parametrize(
    ("filled", "loss", "line", "cost"),
    [(NEVER, Loss.SUPPLIER_GONE, "lost_deposits", 0.3 * 60), (2, Loss.GOODS_LOST, "lost_goods_cost", 60)],
)
def test_what_is_lost_before_it_left_costs_its_deposit_and_later_all(filled, loss, line, cost):
    orders = [O(1, None, 10, filled=filled, confirmed=9)]
    more = More(lost=[(4, 0, loss)])
    firm = Firm(orders=orders, more=more, suppliers={"factory": {"deposit": 0.3, "terms": "5 d"}})
    assert firm[line] == pytest.approx(cost)
    assert firm.at_close(Account.CASH) == pytest.approx(-cost)
    assert balances(firm.books)
    assert firm["mean_on_order"] == pytest.approx(10 * 3 / 20)


def test_customs_fees_are_costs_when_they_are_charged():
    more = More(stages=[(0, Stage.IN_CUSTOMS, 3, 12_345), (1, Stage.IN_CUSTOMS, 21, 100)])
    firm = Firm(orders=[O(1, 5, 1), O(2, 22, 1)], closing=[2], more=more)
    assert (firm["customs_fees"], firm["customs_exams"]) == (pytest.approx(123.45), 2)


# Two books


def test_what_vanished_is_shrink_at_the_cost_of_its_layer():
    more = More(records=[Book(2, Slip.SHRINK, -1), Book(6, Slip.SHRINK, -1), Book(7, Slip.COUNTED, 0, -2)])
    lanes = [LANE | {"duty": 0.5}]
    firm = Firm([V(5, 1, Fate.SERVED)], orders=[O(1, 4, 3)], opening=[2], closing=[2], more=more, lanes=lanes)
    assert firm["shrink_cost"] == pytest.approx(6 + 9)
    assert firm["cost_of_goods"] == 6
    assert firm["leftover_cost"] == pytest.approx(0.5 * 2 * 9)
    assert balances(firm.books)


def test_stock_that_only_the_record_has_is_worth_nothing():
    more = More(records=[Book(2, Slip.DOUBLE_POSTING, 0, 5)])
    firm = Firm(opening=[5], closing=[10], more=more, costs={"holding": "1/d"})
    assert (firm["leftover_cost"], firm["shrink_cost"], firm["holding_cost"]) == (15, 0, 100)
    assert (firm["mean_position"], firm["mean_on_hand"]) == (5 + 5 * 18 / 20, 5)


def test_goods_that_come_back_unseen_are_worth_their_salvage():
    more = More(records=[Book(6, Slip.UNPOSTED_RETURN, 2, 0, about=0), Book(8, Slip.COUNTED, 0, 2)])
    firm = Firm([V(1, 4, Fate.SERVED), V(9, 2, Fate.SERVED)], opening=[4], more=more)
    assert firm["cost_of_goods"] == 4 * 6 + 2 * 3
    assert firm["shrink_cost"] == 0
    assert firm.at_close(Account.STOCK) == 0
    assert balances(firm.books)


def test_a_wrong_pick_costs_once_for_its_two_products():
    rows = [Book(1, Slip.MISPICK_ITEM, 1, about=0), Book(1, Slip.MISPICK_ITEM, -1, about=0)]
    firm = Firm([V(1, 1, Fate.SERVED)], opening=[3], closing=[2], more=More(records=rows), costs={"mispick": 47})
    assert (firm["mispick_cost"], firm["mispick_rate"], firm["shrink_cost"]) == (47, 1, 0)


# Warehouses and direct parcels


def test_units_that_go_both_ways_between_two_warehouses_keep_their_cost():
    places = {
        "warehouses": {"main": {}, "shop": {}},
        "lanes": [
            LANE | {"freight": 1},
            {"from": "main", "to": "shop", "lead_time": "1 d"},
            {"from": "shop", "to": "main", "lead_time": "1 d"},
        ],
        "customers": {
            "online": {"buys": "mug", "from": "main", "visits": "1/d"},
            "street": {"buys": "mug", "from": "shop", "visits": "1/d"},
        },
    }
    orders = [
        O(0, 2, 3, number=0),
        O(3, 4, 2, stock=1, lane=1, number=0),
        O(5, 6, 1, stock=0, lane=2, number=0),
    ]
    moves = [
        M(2, Move.POSTED, 3, 0, 0),
        M(3, Move.ISSUED, 2, 0, 1),
        M(4, Move.POSTED, 2, 1, 1),
        M(5, Move.ISSUED, 1, 1, 2),
        M(6, Move.POSTED, 1, 0, 2),
    ]
    visits = [V(1, 1, Fate.SERVED), V(7, 2, Fate.SERVED), V(8, 1, Fate.SERVED, stream=1)]
    firm = Firm(visits, orders=orders, moves=moves, opening=[1, 0], closing=[0, 0], **places)
    assert firm["cost_of_goods"] == pytest.approx(6 + 3 * 7)
    assert firm["transshipped_units"] == 1
    assert balances(firm.books)


def test_a_crossed_part_of_an_order_takes_its_share_of_the_cost():
    visits = [V(1, 1, Fate.FULFILLED, ended=2, window=(1, 3)), V(6, 2, Fate.SERVED)]
    moves = [M(3, Move.CROSSED, 1), M(5, Move.POSTED, 2)]
    waits, lanes = [W(3, 0, Wait.GRANTED, 1)], [LANE | {"freight": 1 / 3}]
    firm = Firm(visits, waits=waits, orders=[O(1, 5, 3, arrived=3)], moves=moves, lanes=lanes)
    assert firm["cost_of_goods"] == pytest.approx(19)
    assert firm.at_close(Account.STOCK) == firm.at_close(Account.ON_THE_WAY) == 0
    assert balances(firm.books)


def test_a_parcel_sent_directly_needs_no_fulfilment_and_ends_the_wait():
    near = {"unit_costs": {"mug": 7}, "drop_ship": {"takes": "4 d", "parcel": 3}}
    visits = [V(2, 2, Fate.FULFILLED, ended=4, window=(4, 6)), V(3, 1, Fate.PENDING, ended=22, window=(4, 30))]
    more = More(direct=[(2, 0, 2, 1, 6), (3, 1, 1, 1, 30)])
    firm = Firm(visits, more=more, suppliers={"factory": {}, "near": near}, costs={"fulfilment": 5, "split_parcel": 9})
    assert (firm["gross_sales"], firm["cost_of_goods"]) == (30, 3 * 7 + 2 * 3)
    assert (firm["fulfilment_cost"], firm["split_parcel_cost"]) == (0, 0)
    assert (firm["mean_wait"], firm["mean_backlog"], firm["pending_units"]) == (0, 0, 0)
    assert balances(firm.books)


def test_receivables_come_in_when_the_parcel_leaves():
    visits = [V(1, 1, Fate.FULFILLED, ended=6, window=(1, 9))]
    more = More(parcels=[Box(0, 1, 4, 6.5)], terms=Terms(ahead=0.0))
    firm = Firm(visits, waits=[W(4, 0, Wait.GRANTED, 1)], orders=[O(2, 4, 1)], more=more)
    starts = firm.books.sales.spans.starts
    flows = firm.books.flows(Account.RECEIVABLES).sum(axis=0) / 100
    assert {int(starts[n]) // 86_400: flows[n] for n in np.flatnonzero(flows).tolist()} == {4: 10, 6: -10}
    assert firm["mean_wait"] == 3


# Everything at once


def test_the_books_of_the_seven_weeks_balance_to_the_cent():
    world, ledger, visits = troubled()
    books = Accounts(Views(world, ledger, visits))
    assert balances(books)
    lines = sum(books.line(name).money.sum() * (1 if name in INCOME else -1) for name in LINES)
    assert -books.closing(Account.PROFIT).sum() / 100 == pytest.approx(lines)
    assert books.closing(Account.ON_THE_WAY).sum() == books.closing(Account.SUPPLIER_DEPOSITS).sum() == 0
    assert books.closing(Account.STOCK).sum() / 100 == pytest.approx(0.5 * 6 * 5)


@pytest.mark.parametrize("terms", [Terms(), Terms(ahead=0.3)])
def test_a_digest_tells_new_terms_only_where_they_are_used(terms):
    told = [repr(replace(terms, **more)) for more in ({}, {"automated": True}, {"pass_through": 0.2})]
    assert len(set(told)) == 3
    assert not any(word in told[0] for word in ("automated", "pass_through"))


@pytest.mark.parametrize("lasts", [None, "3 d"])
@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_books_and_pages_know_the_same_prices(share, lasts):
    changes = [{"product": "mug", "at": "5 d", "price": 12}]
    tariffs = [TARIFF | ({"lasts": lasts} if lasts else {}), TARIFF | {"at": "6 d", "adds": 0.5}]
    world = one_shop(calendar={"warm_up": "2 d", "measure": "20 d"}, disruptions=tariffs, price_changes=changes)
    times = np.arange(0, 22 * 86_400, 21_600, dtype=np.int64)
    booked = PriceList(world, pass_through=share).of_product("mug", times)
    shown = Prices(world, pass_through=share)
    assert booked.tolist() == pytest.approx([shown.at("mug", time) for time in times.tolist()])
