"""Cash: when it comes and goes, and whose money it is."""

from __future__ import annotations

import numpy as np
import pytest

from sim.ledger.tables import Terms
from sim.ledger.views import Views
from sim.measures.accounts import Accounts
from sim.measures.journal import Account
from sim.measures.measure import measure
from sim.words import DAY, Exit, Fate, Wait
from tests.ledgers import NEVER, More, O, V, W, ledger_of, one_shop, tape_visits

CALENDAR = {"measure": "10 d", "run_out": "5 d"}
GOES = V(1, 2, Fate.RENEGED, ended=3, window=(1, 2), exit=Exit.ABANDON)
STAYS = V(1, 2, Fate.FULFILLED, ended=4, window=(1, 2))
GRANT, LEAVE = W(4, 0, Wait.GRANTED, 2), W(4, 0, Wait.RENEGED, 2)


class Till:
    """One shop's money: shipping takes half a day after allocation."""

    def __init__(self, visits=(), *, waits=(), orders=(), opening=0, closing=0, ahead=1.0, costs=None, more=None, **kw):
        self.world = one_shop(calendar=CALENDAR, costs=costs, **kw)
        self.visits = tape_visits(visits)
        more = more or More(terms=Terms(ahead=ahead))
        self.ledger = ledger_of(
            self.world, visits, waits=waits, orders=orders, opening=[opening], closing=[closing], more=more
        )
        self.accounts = Accounts(Views(self.world, self.ledger, self.visits))

    def __getitem__(self, name):
        return measure(self.world, self.ledger, self.visits)[name, ""]

    def by_day(self, account=Account.CASH):
        """Days on which an account changes, and by how much."""
        flows = self.accounts.flows(account).sum(axis=0) / 100
        starts = self.accounts.sales.spans.starts
        return {int(starts[n]) / DAY: flows[n] for n in np.flatnonzero(flows).tolist()}

    def at_close(self, account):
        return self.accounts.closing(account).sum() / 100


def test_who_is_served_pays_at_once():
    assert Till([V(3, 2, Fate.SERVED)], opening=2).by_day() == {3: 20}


@pytest.mark.parametrize(("ahead", "cash"), [(1.0, {1: 20}), (0.3, {1: 6, 4: 14}), (0.0, {4: 20})])
def test_who_waits_pays_a_share_at_order_and_the_rest_at_shipping(ahead, cash):
    assert Till([STAYS], waits=[GRANT], ahead=ahead).by_day() == cash


@pytest.mark.parametrize(("ahead", "cash"), [(1.0, {1: 20, 6: -20}), (0.3, {1: 6, 6: -6}), (0.0, {})])
def test_who_leaves_is_refunded_later(ahead, cash):
    assert Till([GOES], waits=[LEAVE], ahead=ahead, costs={"refund_delay": "2 d"}).by_day() == cash


def test_a_refund_due_after_the_close_is_still_a_debt():
    till = Till([GOES], waits=[LEAVE], costs={"refund_delay": "40 d"})
    assert till["deposits_outstanding"] == 20


def test_money_paid_ahead_is_a_deposit_until_units_are_allocated():
    till = Till([STAYS, V(2, 1, Fate.PENDING, ended=13, window=(1, 2))], waits=[GRANT], ahead=0.5)
    assert till.by_day(Account.CUSTOMER_DEPOSITS) == {1: -10, 2: -5, 4: 10}
    assert till["deposits_outstanding"] == 5


def test_what_is_allocated_and_not_yet_shipped_is_owed():
    waits = [W(14.75, 0, Wait.GRANTED, 2)]
    till = Till([V(9, 2, Fate.FULFILLED, ended=6.75, window=(1, 2))], waits=waits, ahead=0.25)
    assert (till.at_close(Account.RECEIVABLES), till.at_close(Account.CASH)) == (15, 5)


def supplied(**terms):
    return {"suppliers": {"factory": terms}}


def test_suppliers_are_paid_a_deposit_at_order_and_the_rest_after_leaving():
    orders = [O(1, 7, 10, filled=3)]
    till = Till(orders=orders, closing=10, **supplied(deposit=0.3, terms="5 d"))
    assert till.by_day() == {1: -18, 8: -42}
    assert till.by_day(Account.SUPPLIER_DEPOSITS) == {1: 18, 3: -18}
    assert till.by_day(Account.PAYABLES) == {3: -42, 8: 42}
    assert till.by_day(Account.ON_THE_WAY) == {3: 60, 7: -60}


def test_goods_not_yet_due_are_owed_at_the_close():
    till = Till(orders=[O(1, 7, 10, filled=3)], closing=10, **supplied(terms="30 d"))
    assert (till.at_close(Account.PAYABLES), till.at_close(Account.CASH)) == (-60, 0)


def test_a_cancelled_order_gives_the_deposit_back():
    more = More(cancels=[(4, 0)])
    till = Till(orders=[O(1, None, 10, filled=NEVER)], more=more, **supplied(deposit=0.5))
    assert till.by_day() == {1: -30, 4: 30}
    assert till.at_close(Account.SUPPLIER_DEPOSITS) == 0


def test_duty_and_freight_are_paid_at_the_dock():
    lane = {"from": "factory", "to": "main", "lead_time": "3 d", "duty": 0.25, "freight": 0.5}
    till = Till(orders=[O(1, 7, 10, filled=3)], closing=10, lanes=[lane])
    assert till.by_day() == {3: -60, 7: -(15 + 5)}


def test_costs_are_paid_as_they_come():
    till = Till(opening=2, closing=2, costs={"holding": "0.5/d", "fixed": "1/d"})
    assert till.by_day() == dict.fromkeys(range(15), -2)


def test_the_lowest_cash_is_what_the_shop_must_bring():
    till = Till([V(8, 10, Fate.SERVED)], orders=[O(1, 7, 10, filled=3)])
    assert (till["lowest_cash"], till["closing_cash"]) == (-60, 40)


def test_cash_counts_from_day_0():
    world = one_shop(calendar={"warm_up": "5 d", "measure": "5 d"})
    visits = [V(2, 1, Fate.SERVED), V(6, 1, Fate.SERVED)]
    ledger = ledger_of(world, visits, opening=[2], closing=[0])
    assert measure(world, ledger, tape_visits(visits))["closing_cash", ""] == 10


def test_nothing_paid_ahead_is_no_exposure_of_customers():
    assert Till([STAYS, GOES], waits=[GRANT, W(4, 1, Wait.RENEGED, 2)], ahead=0.0)["customer_exposure"] == 0


def test_exposure_is_of_customers_of_the_window():
    world = one_shop(calendar={"warm_up": "2 d", "measure": "8 d"})
    visits = [V(at, 1, Fate.PENDING, ended=10 - at, window=(1, 2)) for at in (1, 4)]
    ledger = ledger_of(world, visits, opening=[0], closing=[0])
    assert measure(world, ledger, tape_visits(visits))["customer_exposure", ""] == 10 * 6


def cash_days(till):
    """Integral of cash over the run in money-days."""
    total = 0.0
    for posting in till.accounts.postings:
        sign = (posting.debit is Account.CASH) - (posting.credit is Account.CASH)
        total += sign * float(posting.cents @ (till.ledger.close - posting.time)) / 100 / DAY
    return total


@pytest.mark.parametrize("ahead", [0.3, 1.0])
def test_cash_differs_between_modes_of_payment_by_what_customers_paid_times_their_wait(ahead):
    visits = [STAYS, GOES, V(2, 1, Fate.PENDING, ended=13, window=(1, 2))]
    waits = [GRANT, W(4, 1, Wait.RENEGED, 2)]
    early, late = (Till(visits, waits=waits, ahead=share, costs={"refund_delay": "1 d"}) for share in (ahead, 0.0))
    assert cash_days(early) - cash_days(late) == pytest.approx(early["customer_exposure"])
    assert early["customer_exposure"] == pytest.approx(ahead * 10 * (2 * 3.5 + 2 * 4 + 13))


def test_the_cash_cycle_is_of_stock_and_customers_less_suppliers_and_deposits():
    orders = [O(0, 1, 4, filled=0)]
    visits = [V(5, 3, Fate.SERVED), V(6, 1, Fate.FULFILLED, ended=3, window=(1, 2))]
    till = Till(visits, waits=[W(8, 1, Wait.GRANTED, 1)], orders=orders, ahead=0.4, **supplied(terms="4 d"))
    stock, payables = (24 * 4 + 6 * 3) / 10, 24 * 4 / 10
    deposits, receivables = 4 * 2 / 10, 6 * 0.5 / 10
    assert till["days_payable"] == pytest.approx(payables / 2.4)
    assert till["days_deposits"] == pytest.approx(deposits / 4)
    assert till["days_receivable"] == pytest.approx(receivables / 4)
    assert till["cash_cycle"] == pytest.approx(stock / 2.4 + receivables / 4 - payables / 2.4 - deposits / 4)


@pytest.mark.parametrize(
    ("on", "tied_up"), [("stock", 24 * 4 + 6 * 3), ("working_capital", 24 * 5 + 6 * 3 - 24 * 4 + 5)]
)
def test_capital_may_be_asked_on_working_capital(on, tied_up):
    visits = [V(5, 3, Fate.SERVED), V(6, 1, Fate.FULFILLED, ended=3, window=(1, 2))]
    changes = {"waits": [W(8, 1, Wait.GRANTED, 1)], "orders": [O(0, 1, 4, filled=0)], "ahead": 0.0}
    till = Till(visits, costs={"capital": "0.01/d", "capital_on": on}, **changes, **supplied(terms="4 d"))
    assert till["capital_charge"] == pytest.approx(0.01 * tied_up)
