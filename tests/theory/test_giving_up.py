"""When those give up who are never served: by hazard, on news of delays, and by whose hand each order ends."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim import measure
from sim.scenario.laws import parse_duration_law
from sim.words import DAY, JOINED, Answer, Fate, Notice, Wait
from tests.theory.conftest import Played
from tests.theory.exactly import Exactly, Floats
from tests.theory.small_shops import play, shop

NEVER = """
version: 1
title: Orders that are never delivered
world:
  calendar: {measure: 30 d, run_out: 900 d}
  products: {lamp: {}}
  suppliers: {maker: {}}
  warehouses: {main: {stock: {lamp: 0}}}
  lanes: [{from: maker, to: main, lead_time: 10 d}]
  customers: {people: {buys: lamp, from: main, visits: 100/d, MANNERS}}
levers: {replenish: {rule: none}, when_short: backorder, promise: {basis: nominal, catalogue: 14 d, width: 0 d}}
policies: {shop: TERMS}
"""
PROMISE = 14.0


@cache
def never(manners: str, terms: str = "{}") -> Played:
    return play(shop(NEVER, MANNERS=manners, TERMS=terms))[0]


def waited(run: Played) -> Floats:
    """Days until each of those left who joined; nobody is there in the end."""
    rows = np.isin(run.ledger.visits.fate, JOINED)
    assert not np.any(run.ledger.visits.fate == Fate.PENDING)
    return np.asarray(run.ledger.visits.ended[rows] / DAY)


# by hazard


@pytest.mark.parametrize("growth", [0.03, 0.0, 0.2])
@pytest.mark.parametrize("whim", [0.0, 0.004])
def test_a_hazard_of_broken_promises_is_exponential_in_the_days_since(
    growth: float, whim: float, exactly: Exactly
) -> None:
    manners = f"acceptance: 100 %, change_of_mind: {whim}/d, hazard: {{rate: 0.04/d, growth: {growth}/d}}"

    def left(days: Floats) -> Floats:
        beyond = np.maximum(days - PROMISE, 0)
        exposure = 0.04 * (np.expm1(growth * beyond) / growth if growth else beyond)
        return np.asarray(1 - np.exp(-whim * days - exposure))

    exactly.law(waited(never(manners)), left)


# on news


PATIENCE = "lognormal(median=30 d, sigma=0.8)"


def survival(days: float) -> float:
    return 1 - float(parse_duration_law(PATIENCE).cdf(np.array([days * DAY]))[0])


@pytest.mark.parametrize("news", [1, 2, 3])
def test_each_news_of_another_fortnight_is_outlived_by_those_whose_patience_reaches_it(
    news: int, exactly: Exactly
) -> None:
    """A stretched patience of P x 1.25 must reach the end of the new window: after n news, 14 (n + 1) days."""
    run = never(f"patience: {PATIENCE!r}", "{updates: late}")
    told = run.ledger.notices
    heard = (told.kind == Notice.DELAY) & (told.answer == Answer.STAYS)
    stayed = np.bincount(told.visit[heard], minlength=len(run.tape.visits))
    joined = np.isin(run.ledger.visits.fate, JOINED)
    chance = survival(PROMISE * (news + 1) / 1.25) / survival(PROMISE)
    exactly.share(int(np.sum(stayed[joined] >= news)), int(joined.sum()), chance)


def test_those_who_do_not_wait_for_a_new_date_leave_when_they_hear_of_it() -> None:
    run = never(f"patience: {PATIENCE!r}", "{updates: late}")
    waits = run.ledger.waits
    since = waits.time - run.tape.visits.time[waits.visit]
    assert set(waits.event) == {Wait.DECLINED}
    assert set(since % (14 * DAY)) == {0}


def test_a_change_of_mind_comes_at_its_rate_whatever_is_told(exactly: Exactly) -> None:
    """Within the first promise nothing else makes anybody leave."""
    days = waited(never(f"patience: {PATIENCE!r}, change_of_mind: 0.02/d", "{updates: late}"))
    exactly.share(int(np.sum(days < PROMISE)), len(days), 1 - np.exp(-0.02 * PROMISE))


# by whose hand

HANDS = [
    (f"patience: {PATIENCE!r}", "{cancel_after: 20 d}", {Fate.BALKED, Fate.RENEGED, Fate.SELLER_CANCELLED}),
    (
        f"patience: {PATIENCE!r}, change_of_mind: 0.02/d",
        "{updates: honest, consent: us}",
        {Fate.BALKED, Fate.RENEGED, Fate.CHANGED_MIND, Fate.NO_CONSENT},
    ),
    ("acceptance: 100 %", "{consent: eu}", {Fate.PENDING, Fate.NO_CONSENT}),
]


@pytest.mark.parametrize(("manners", "terms", "fates"), HANDS, ids=["seller", "american", "european"])
def test_every_order_ends_once_or_is_open(manners: str, terms: str, fates: set[Fate]) -> None:
    run = never(manners, terms)
    ended = np.bincount(run.ledger.waits.visit, minlength=len(run.tape.visits))
    joined = np.isin(run.ledger.visits.fate, JOINED)
    is_open = run.ledger.visits.fate == Fate.PENDING
    assert set(run.ledger.visits.fate) == fates
    assert np.array_equal(ended, (joined & ~is_open).astype(int))


@pytest.mark.parametrize(("manners", "terms", "fates"), HANDS, ids=["seller", "american", "european"])
def test_shares_of_placed_orders_add_up_to_one(manners: str, terms: str, fates: set[Fate]) -> None:
    run = never(manners, terms)
    taken = measure(run.scenario.world, run.ledger, run.tape.visits)
    still_open = np.sum(run.ledger.visits.fate == Fate.PENDING) / np.sum(np.isin(run.ledger.visits.fate, JOINED))
    cancelled = [taken[name, ""] for name in ("cancel_rate", "seller_cancel_rate", "consent_cancel_rate")]
    assert len(fates) > 1
    assert taken["backorder_completion", ""] + sum(cancelled) + still_open == pytest.approx(1)


def test_the_shop_cancels_at_its_own_term_after_the_promise(exactly: Exactly) -> None:
    manners, terms, _ = HANDS[0]
    run = never(manners, terms)
    by_shop = run.ledger.visits.fate == Fate.SELLER_CANCELLED
    joined = np.isin(run.ledger.visits.fate, JOINED)
    assert set(run.ledger.visits.ended[by_shop]) == {34 * DAY}
    exactly.share(int(by_shop.sum()), int(joined.sum()), survival(PROMISE + 20 / 0.5) / survival(PROMISE))


def test_those_who_answer_end_a_contract_a_fortnight_after_the_promise(exactly: Exactly) -> None:
    manners, terms, _ = HANDS[2]
    run = never(manners, terms)
    ended = run.ledger.visits.fate == Fate.NO_CONSENT
    assert set(run.ledger.visits.ended[ended]) == {28 * DAY}
    exactly.share(int(ended.sum()), len(ended), 0.6)
