"""What the run did to the future, on members and reviews written by hand."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

from sim.measures.equity import discounted, later
from sim.measures.measure import measure
from sim.scenario.memory import Memory
from sim.words import DAY, YEAR, Cause, Fate
from tests.ledgers import More, V, ledger_of, one_shop, tape_visits

CALENDAR = {"measure": "100 d"}
PANEL = {"members": 2, "shape": 2}
FLAT = {"half_life": "34 yr", "horizon": "100 d", "discount": "0/d", "capture": 0.5}
MILLION = 1_000_000


def measured(visits, *, regard=(), reviews=(), memory=FLAT, **changes):
    world = one_shop(calendar=CALENDAR, panel=PANEL, memory=memory, **changes)
    more = More(regard=regard, reviews=reviews)
    ledger = ledger_of(world, visits, opening=[10], closing=[10 - len(visits)], more=more)
    values = measure(world, ledger, tape_visits(visits))
    return {name: value for (name, _), value in values.items()}


TWO_AND_ONE = [V(10, 1, Fate.SERVED, member=0), V(20, 1, Fate.SERVED, member=0), V(30, 1, Fate.SERVED, member=1)]


def felt(member, after, *, at=100.0, cause=Cause.STOCK_OUT):
    return (at, member, 0, cause, after, after)


def test_worth_changes_with_regard_and_with_how_often_a_member_comes():
    values = measured(TWO_AND_ONE, regard=[felt(0, -MILLION)], memory=FLAT)
    visits = 3 / 2 * (2 + 2) / (2 + 1.5)  # in a hundred days, judged from two when the mean is one and a half
    assert values["customer_equity"] == pytest.approx(4 * 0.5 * visits * (exp(-1) - 1), rel=3e-3)
    assert values["total_value"] == pytest.approx(values["economic_profit"] + values["customer_equity"])


def test_the_last_regard_counts():
    twice = measured(TWO_AND_ONE, regard=[felt(1, -900_000, at=5.0), felt(1, 100_000, at=100.0)])
    once = measured(TWO_AND_ONE, regard=[felt(1, 100_000)])
    assert twice["customer_equity"] == pytest.approx(once["customer_equity"])
    assert once["customer_equity"] > 0


def test_who_dropped_out_is_worth_nothing():
    regard = [felt(1, -500_000), felt(1, -500_000, cause=Cause.DROPPED_OUT)]
    visits = 3 / 2 * (2 + 1) / (2 + 1.5)
    assert measured(TWO_AND_ONE, regard=regard)["customer_equity"] == pytest.approx(-4 * 0.5 * visits)


def test_the_memo_is_of_those_worth_less_alone():
    values = measured(TWO_AND_ONE, regard=[felt(0, -500_000), felt(1, 200_000)])
    loss = measured(TWO_AND_ONE, regard=[felt(0, -500_000)])["customer_equity"]
    assert values["lifetime_lost"] == pytest.approx(-loss)
    assert values["customer_equity"] > loss


def test_regard_fades_before_the_close():
    memory = {**FLAT, "half_life": "50 d"}
    early, faded = felt(0, -MILLION, at=50.0), felt(0, -MILLION // 2, at=100.0)
    values = [measured(TWO_AND_ONE, regard=[row], memory=memory)["customer_equity"] for row in (early, faded)]
    assert values[0] == pytest.approx(values[1])


def test_without_memory_or_regard_there_is_no_change():
    assert measured(TWO_AND_ONE)["customer_equity"] == 0
    assert measured(TWO_AND_ONE, memory=None)["total_value"] == pytest.approx(measured(TWO_AND_ONE)["total_value"])


@pytest.mark.parametrize("regard", [-2.3, -0.4, 0.0, 0.22])
def test_the_series_is_the_integral(regard):
    memory = Memory()
    days = (np.arange(0, 730, 0.01) + 0.005) * DAY
    weight = np.exp(-days * 0.10 / YEAR)
    exact = np.sum(weight * (np.exp(regard * 2 ** (-days / memory.half_life)) - 1)) * 0.01 * DAY
    assert later(np.array([regard]), memory)[0] == pytest.approx(exact, rel=1e-6, abs=1e-6)


def test_a_member_of_the_book_is_worth_six_and_a_half_margins():
    memory = Memory()
    whole = discounted(memory.discount, 0, memory.horizon) / DAY
    assert memory.capture / 90 * whole == pytest.approx(6.6, abs=0.02)


STARS = {"prior": 2, "prior_stars": 4.5, "memory": "60 d", "elasticity": 0.5}


def test_bad_reviews_cost_new_visitors_until_they_are_forgotten():
    visits = [V(10, 1, Fate.SERVED), V(20, 1, Fate.SERVED, member=1)]
    reviews = [(70.0, 0, 15), (90.0, 0, 48)]
    both, one = (9 + 1.5 + 4.8) / 4 - 4.5, (9 + 4.8) / 3 - 4.5
    values = measured(visits, reviews=reviews, reputation=STARS)
    days = both * 30 + one * 20
    assert values["reputation_equity"] == pytest.approx(4 * 0.5 * 0.01 * 0.5 * days)


def test_the_shock_of_a_bad_review_wears_off():
    visits = [V(10, 1, Fate.SERVED)]
    shocked = {**STARS, "elasticity": 0, "shock": 0.25, "shock_lasts": "14 d"}
    values = measured(visits, reviews=[(95.0, 0, 15), (99.0, 0, 48)], reputation=shocked)
    assert values["reputation_equity"] == pytest.approx(4 * 0.5 * 0.01 * -0.75 * 9)


def test_reviews_too_old_at_the_close_are_forgotten():
    assert measured([V(10, 1, Fate.SERVED)], reviews=[(30.0, 0, 15)], reputation=STARS)["reputation_equity"] == 0
