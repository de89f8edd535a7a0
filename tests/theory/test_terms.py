"""Prices, payment, support and handling of those who wait, against what their rates and shares say."""

from __future__ import annotations

from functools import cache
from math import factorial

import numpy as np
import pytest

from sim import measure
from sim.words import DAY, JOINED, Answer, Fate, Wait
from tests.theory.conftest import Played
from tests.theory.exactly import Exactly, Floats, Sample
from tests.theory.small_shops import play, shop

ONE_RECEIPT = """
version: 1
title: One receipt with enough for all
world:
  calendar: {measure: 20 d, run_out: 20 d}
  products: {lamp: {price: 100, unit_cost: 60}}
  suppliers: {maker: {}}
  warehouses: {main: {stock: {lamp: 0}}}
  lanes: [{from: maker, to: main, lead_time: 10 d, slip: {script: [SLIP d]}}]
  customers: {people: {buys: lamp, from: main, visits: RATE/d, acceptance: 100 %, MANNERS}}
  inbound: [{from: maker, to: main, product: lamp, units: 1000000, due: 20 d}]
  costs: {backorder: 1.5, contact: 6}
  MORE
levers: {replenish: {rule: none}, when_short: backorder, promise: {basis: vendor, width: 2 d}}
policies: {shop: TERMS}
"""


@cache
def receipt(
    terms: str = "{}",
    *,
    manners: str = "members: 0",
    more: str = "price_changes: []",
    slip: int = 0,
    rate: int = 500,
) -> Played:
    return play(shop(ONE_RECEIPT, TERMS=terms, MANNERS=manners, MORE=more, SLIP=slip, RATE=rate))[0]


def taken(run: Played, name: str) -> float:
    return measure(run.scenario.world, run.ledger, run.tape.visits)[name, ""]


def waits(run: Played) -> Floats:
    """Days from order to delivery or leaving of each who joined."""
    return np.asarray(run.ledger.visits.ended[np.isin(run.ledger.visits.fate, JOINED)] / DAY)


# price

DEARER = "price_changes: [{product: lamp, at: 15 d, price: 120}]"


def test_a_locked_price_is_paid_as_it_was_quoted() -> None:
    run = receipt(more=DEARER)
    wanted = run.ledger.visits.fate == Fate.FULFILLED
    early = run.tape.visits.time[wanted] < 15 * DAY
    assert taken(run, "revenue") == pytest.approx(100 * np.sum(early) + 120 * np.sum(~early))


@pytest.mark.parametrize("elasticity", [0.5, 1.5, 4.0])
def test_of_those_who_must_pay_more_than_quoted_a_share_cancels(elasticity: float, exactly: Exactly) -> None:
    run = receipt("{price_lock: false}", more=DEARER, manners=f"price_elasticity: {elasticity}")
    early = run.tape.visits.time < 15 * DAY
    left = run.ledger.visits.fate[early] == Fate.RENEGED
    exactly.share(int(left.sum()), int(early.sum()), 1 - 1.2**-elasticity)
    assert set(run.ledger.waits.event[run.ledger.waits.event != Wait.GRANTED]) == {Wait.DECLINED}


def test_without_a_lock_those_who_stay_pay_the_price_of_the_day() -> None:
    """More margin from those who stay, more cancellations: both, against the locked price."""
    locked, unlocked = receipt(more=DEARER), receipt("{price_lock: false}", more=DEARER)
    assert taken(unlocked, "revenue") == 120 * np.sum(unlocked.ledger.visits.fate == Fate.FULFILLED)
    assert taken(unlocked, "cancel_rate") > taken(locked, "cancel_rate") == 0


def test_at_a_higher_price_fewer_want_it_by_the_elasticity(exactly: Exactly) -> None:
    run = receipt(more=DEARER)
    late = run.tape.visits.time >= 15 * DAY
    away = run.ledger.visits.fate[late] == Fate.NO_INTENT
    exactly.share(int(away.sum()), int(late.sum()), 1 - 1.2**-1.5)


# payment

CAPTURES = {"at_order": 1.0, "deposit": 0.3, "at_ship": 0.0}


@pytest.mark.parametrize(("capture", "ahead"), CAPTURES.items())
def test_customers_have_tied_up_what_they_paid_ahead_while_they_waited(capture: str, ahead: float) -> None:
    run = receipt(f"{{payment: {{capture: {capture}}}}}")
    assert taken(run, "customer_exposure") == pytest.approx(ahead * 100 * waits(run).sum())


@pytest.mark.parametrize("capture", ["at_order", "deposit"])
def test_the_shop_has_just_that_more_cash_on_the_days_between(capture: str) -> None:
    """Cash is the same in the end; its lowest point is not lower, and what lies between is what was paid ahead."""
    early, late = (receipt(f"{{payment: {{capture: {each}}}}}") for each in (capture, "at_ship"))
    assert taken(early, "closing_cash") == pytest.approx(taken(late, "closing_cash"))
    assert taken(early, "lowest_cash") >= taken(late, "lowest_cash")
    held = taken(early, "days_deposits") * taken(early, "gross_sales")
    assert held == pytest.approx(taken(early, "customer_exposure"), rel=0.01)
    assert taken(late, "days_deposits") == 0


def test_some_who_would_wait_do_not_pay_ahead(exactly: Exactly) -> None:
    ahead = receipt(manners="pays_ahead: 0.95").ledger.visits.fate
    exactly.share(int(np.sum(ahead == Fate.BALKED)), len(ahead), 0.05)


def test_vouchers_cost_their_share_with_every_word_of_delay_to_those_who_get_the_goods() -> None:
    news = "hazard: {rate: 0.2/d}, patience: 14 d, patience_told: 10"
    run = receipt("{updates: {rule: honest, voucher: 10 %}}", manners=news, slip=9, rate=40)
    told, fates = run.ledger.notices, run.ledger.visits.fate
    given = told.visit[told.answer == Answer.STAYS]
    redeemed = np.sum(fates[given] == Fate.FULFILLED)
    assert 0 < redeemed < len(given)
    assert taken(run, "voucher_cost") == pytest.approx(10 * redeemed)


# handling and support

ASKED = "support: {agents: 1000, answer: exponential(1 min), told: 0.02/d, untold: 0.04/d}"


def test_handling_costs_its_rate_for_every_backorder() -> None:
    run = receipt()
    assert taken(run, "backorder_cost") == 1.5 * len(waits(run))


@pytest.mark.parametrize(("terms", "rate"), [("{}", 0.04), ("{updates: weekly_honest}", 0.02)])
def test_contacts_are_poisson_with_the_days_of_waiting(terms: str, rate: float, exactly: Exactly) -> None:
    run = receipt(terms, more=ASKED)
    days = waits(run)
    counts = np.bincount(run.ledger.contacts.visit, minlength=len(run.tape.visits))
    asked = counts[np.isin(run.ledger.visits.fate, JOINED)]
    exactly.mean(Sample(asked / days, days), rate, precision=0.03)
    assert asked.var() == pytest.approx((rate * days).mean() + (rate * days).var(), rel=0.1)


def test_those_whose_promise_broke_ask_three_times_as_often(exactly: Exactly) -> None:
    run = receipt(more=ASKED, slip=9)
    contacts, visits = run.ledger.contacts, run.tape.visits
    late = np.maximum(waits(run) - run.ledger.visits.hi / DAY, 0)
    since = contacts.time - visits.time[contacts.visit]
    is_late = since > run.ledger.visits.hi[contacts.visit]
    asked = np.bincount(contacts.visit[is_late], minlength=len(visits))
    exactly.mean(Sample(asked / late, late), 3 * 0.04, precision=0.03)


def test_news_save_contacts() -> None:
    silent, told = (receipt(terms, more=ASKED) for terms in ("{}", "{updates: status}"))
    assert taken(told, "contacts") < 0.7 * taken(silent, "contacts")


DESK = """
version: 1
title: A desk that answers questions about what was delivered
world:
  calendar: {warm_up: 5 d, measure: 40 d}
  products: {lamp: {}}
  suppliers: {maker: {}}
  warehouses: {main: {stock: {lamp: 1000000}}}
  lanes: [{from: maker, to: main, lead_time: 10 d}]
  customers: {people: {buys: lamp, from: main, visits: 200/d}}
  support: {agents: AGENTS, answer: exponential(MINUTES min), normal: 1.0}
levers: {replenish: {rule: none}}
policies: {shop: {when_short: out_of_stock}}
"""


def erlang_c(agents: int, load: float) -> float:
    """Share of questions that must wait where `agents` share a load in Erlang."""
    full = load**agents / factorial(agents) * agents / (agents - load)
    return full / (sum(load**k / factorial(k) for k in range(agents)) + full)


@pytest.mark.parametrize(("agents", "minutes"), [(1, 3.6), (3, 15.0)])
def test_questions_wait_as_at_a_queue_with_several_servers(agents: int, minutes: float, exactly: Exactly) -> None:
    runs = play(shop(DESK, AGENTS=agents, MINUTES=minutes), times=5)
    load = 200 / 1440 * minutes
    waiting = erlang_c(agents, load) * minutes / (agents - load) / 60
    found = np.array([taken(run, "support_wait") for run in runs])
    exactly.mean(Sample(found, np.ones(len(found))), waiting, precision=0.1)
    assert np.mean([taken(run, "support_busy") for run in runs]) == pytest.approx(load / agents, rel=0.02)


def test_the_mean_backlog_is_the_rate_of_joining_times_the_mean_time_in_it() -> None:
    """Little's law to the last second: everybody who joins within the window also leaves within it."""
    run = receipt(manners="change_of_mind: 0.05/d")
    inside = np.minimum(run.tape.visits.time + run.ledger.visits.ended, 20 * DAY) - run.tape.visits.time
    assert taken(run, "mean_backlog") == pytest.approx(inside.sum() / (20 * DAY), rel=1e-9)
