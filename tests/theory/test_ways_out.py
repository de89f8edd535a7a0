"""Where those go whom the shelf cannot serve: away, on a list, to another product, back again; by their shares."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim import measure
from sim.scenario.laws import parse_duration_law
from sim.words import DAY, JOINED, Exit, Fate, Return
from tests.theory.conftest import Played
from tests.theory.exactly import Exactly
from tests.theory.small_shops import play, shop

EMPTY = """
version: 1
title: An empty shelf
world:
  calendar: {measure: 40 d, run_out: 60 d}
  products: {lamp: {price: 100, class: CLASS}}
  suppliers: {maker: {}}
  warehouses: {main: {stock: {lamp: 0}}}
  lanes: [{from: maker, to: main, lead_time: 10 d}]
  customers: {people: {buys: lamp, from: main, visits: 300/d, MANNERS}}
  inbound: [{from: maker, to: main, product: lamp, units: UNITS, due: 30 d}]
levers: {replenish: {rule: none}}
policies: {shop: {when_short: out_of_stock}, waits: {when_short: backorder}}
"""


@cache
def empty(manners: str, *, units: int = 1, policy: str = "shop", customer_class: str = "standard") -> Played:
    return play(shop(EMPTY, CLASS=customer_class, MANNERS=manners, UNITS=units), policy)[0]


def taken(run: Played, name: str) -> float:
    return measure(run.scenario.world, run.ledger, run.tape.visits)[name, ""]


# out of stock


def test_a_closed_button_books_nothing_and_nobody_waits() -> None:
    run = empty("profile: full", units=10**6)
    before = run.tape.visits.time < 30 * DAY
    assert set(run.ledger.visits.fate[: len(before)][before]) == {Fate.OUT_OF_STOCK}
    assert len(run.ledger.waits.visit) == 0
    assert taken(run, "peak_backlog") == 0


CLASSES = {"niche": (0.30, 0.50, 0.20), "standard": (0.56, 0.27, 0.17), "commodity": (0.75, 0.10, 0.15)}


@pytest.mark.parametrize("customer_class", CLASSES)
def test_ways_out_have_the_shares_of_the_class(customer_class: str, exactly: Exactly) -> None:
    run = empty("patience: 1 d", customer_class=customer_class)
    ways = [int(np.sum(run.ledger.visits.exit == way)) for way in (Exit.COMPETITOR, Exit.DEFER, Exit.ABANDON)]
    expected = np.array(CLASSES[customer_class]) * sum(ways)
    exactly.counts(np.array(ways), expected)


@pytest.mark.parametrize("share", [0.2, 1.0])
def test_a_substitute_of_the_same_price_is_taken_by_its_share(share: float, exactly: Exactly) -> None:
    run = beside(share=share, price=100)
    ways = run.ledger.visits.exit
    exactly.share(int(np.sum(ways == Exit.SUBSTITUTE)), len(ways), share)


# in the list


@pytest.mark.parametrize("buys", [0.065, 0.22, 1.0])
def test_of_those_told_a_share_comes_back_and_buys_where_there_is_enough(buys: float, exactly: Exactly) -> None:
    run = empty(f"notify: {{sign_up: 50 %, buys: {buys}, delay: exponential(1 d)}}", units=10**6)
    back = np.sum(run.ledger.returns.cause == Return.NOTIFIED)
    signed = int(np.sum(run.ledger.visits.exit == Exit.NOTIFY))
    assert set(run.ledger.visits.fate[len(run.tape.visits) :]) == {Fate.SERVED}
    exactly.share(int(back), signed, buys)
    assert taken(run, "notify_yield") == pytest.approx(back / signed)


def test_a_tenth_of_a_tenth_is_won_back_by_telling_them(exactly: Exactly) -> None:
    """0.15 sign up and 0.065 of them buy: one visitor in a hundred."""
    runs = [empty("notify: {delay: exponential(1 d)}", units=10**6)]
    met = sum(int(np.sum(run.ledger.visits.fate == Fate.OUT_OF_STOCK)) for run in runs)
    exactly.share(sum(len(run.ledger.returns) for run in runs), met, 0.15 * 0.065)


def test_everybody_on_the_list_is_told_once_and_at_the_restock() -> None:
    run = empty("notify: {sign_up: 50 %, buys: 100 %, delay: exponential(1 d)}", units=10**6)
    told, signed = run.ledger.notices, np.flatnonzero(run.ledger.visits.exit == Exit.NOTIFY)
    assert sorted(told.visit) == sorted(signed)
    assert set(told.time) == {30 * DAY}


def test_a_list_reserves_nothing_and_a_backorder_does() -> None:
    """Of 600 units new visitors take what those on the list come back for; those who waited never find it gone."""
    manners = "patience: 100 d, notify: {sign_up: 50 %, buys: 50 %, delay: exponential(3 d)}"
    listed = empty(manners, units=600)
    waited = empty(manners, units=600, policy="waits")
    first = np.flatnonzero(np.isin(waited.ledger.visits.fate, JOINED))[:600]
    assert taken(listed, "notify_missed") > 0.3
    assert set(waited.ledger.visits.fate[first]) == {Fate.FULFILLED}


# away for a while

RETURNS = "leaving: {competitor: 0, defer: 1, abandon: 0}, returns: {delay: 'gamma(mean=5 d, cv=0.6)', most: 3}"


def test_a_wish_comes_back_as_often_as_it_may_and_keeps_its_name() -> None:
    run = empty(RETURNS)
    returns, count = run.ledger.returns, len(run.tape.visits)
    came_again = np.isin(count + np.arange(len(returns)), returns.before)
    assert np.array_equal(run.tape.visits.units[returns.intent], returns.units)
    assert np.mean(np.bincount(returns.intent, minlength=count) == 3) > 0.999
    assert set(run.ledger.visits.exit[count:][came_again]) == {Exit.DEFER}
    assert set(run.ledger.visits.exit[count:][~came_again]) == {Exit.ABANDON, Exit.NONE}  # one found the one unit


def test_deferred_visits_come_back_by_their_law(exactly: Exactly) -> None:
    run = empty(RETURNS)
    returns, count = run.ledger.returns, len(run.tape.visits)
    times = np.concatenate([run.tape.visits.time, returns.time])
    assert np.all(returns.before < count + np.arange(len(returns)))
    exactly.law(returns.time - times[returns.before], parse_duration_law("gamma(mean=5 d, cv=0.6)").cdf)


def test_a_return_is_no_new_demand() -> None:
    assert taken(empty(RETURNS), "visits") == len(empty(RETURNS).tape.visits)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8])
def test_on_impulse_out_of_stock_loses_all_who_take_no_substitute(share: float, exactly: Exactly) -> None:
    manners = "leaving: {competitor: 40 %, defer: 0 %, abandon: 60 %}, profile: full"
    run = beside(share=share, price=100, manners=manners)
    lost = int(np.sum(np.isin(run.ledger.visits.exit, (Exit.COMPETITOR, Exit.ABANDON, Exit.NOTIFY))))
    assert len(run.ledger.returns) == 0
    exactly.share(lost, len(run.tape.visits), 1 - share)


# to another product

BESIDE = """
version: 1
title: An empty shelf beside a full one
world:
  calendar: {measure: 30 d}
  products:
    lamp: {price: 100, substitutes: {candle: SHARE}}
    candle: {price: PRICE, substitutes: {match: 0.5}}
    match: {price: PRICE}
  suppliers: {maker: {}}
  warehouses: {main: {stock: {lamp: 0, candle: UNITS, match: 1000000}}}
  lanes: [{from: maker, to: main, lead_time: 10 d}]
  customers:
    people: {buys: lamp, from: main, visits: 300/d, MANNERS}
    others: {buys: candle, from: main, visits: OTHERS/d}
levers: {replenish: {rule: none}, notify_me: false}
policies: {shop: {when_short: out_of_stock}}
"""


@cache
def beside(
    *, share: float, price: float, units: int = 10**6, others: float = 0.001, manners: str = "substitute_price: 4"
) -> Played:
    meaning = {"SHARE": share, "PRICE": price, "UNITS": units, "MANNERS": manners, "OTHERS": others}
    return play(shop(BESIDE, **meaning))[0]


@pytest.mark.parametrize("price", [80, 110, 150])
def test_a_dearer_substitute_is_taken_less_and_a_cheaper_no_more(price: float, exactly: Exactly) -> None:
    ways = beside(share=0.45, price=price).ledger.visits.exit
    expected = 0.45 * np.exp(-4 * max(0.0, price / 100 - 1))
    exactly.share(int(np.sum(ways == Exit.SUBSTITUTE)), len(ways), expected)


def test_spilled_demand_empties_the_substitute_too() -> None:
    """Its own buyers, who alone would never meet a shortage, are turned away and spill on."""
    alone, spilled = (beside(share=share, price=100, units=1200, others=20) for share in (0.0, 0.4))
    met = [run.ledger.visits.fate[run.tape.visits.stream == 1] for run in (alone, spilled)]
    assert np.sum(met[0] == Fate.OUT_OF_STOCK) == 0
    assert np.mean(met[1] == Fate.OUT_OF_STOCK) > 0.3
    assert len(np.unique(spilled.ledger.swaps.stock)) == 2
