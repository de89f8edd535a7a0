"""What members remember and what reviews say, worked out by hand beside the model."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from sim import measure
from sim.scenario.classes import deltas_of
from sim.scenario.memory import Memory
from sim.words import AWAY, DAY, Cause, Fate
from tests.theory.conftest import Played
from tests.theory.exactly import Exactly
from tests.theory.small_shops import play, shop

MEMBERS = """
version: 1
title: One member who comes at set times
world:
  calendar: {measure: 80 d, run_out: 40 d}
  products: {lamp: {price: 100}}
  suppliers: {maker: {}}
  warehouses: {main: {stock: {lamp: 1}, last_mile: 1 d}}
  lanes: [{from: maker, to: main, lead_time: 30 d, slip: {script: [9 d]}}]
  customers:
    member:
      buys: lamp
      from: main
      visits: {trace: [{at: 1 d}, {at: 5 d, patience: 90 d}, {at: 8 d, patience: 2 d}, {at: 60 d}]}
      members: 100 %
  inbound: [{from: maker, to: main, product: lamp, units: 5, due: 20 d}]
  panel: {members: 1}
  memory: {half_life: 100 d, gain: GAIN}
levers: {replenish: {rule: none}, when_short: backorder, promise: {basis: vendor, width: 2 d}}
policies: {shop: TERMS}
"""


@cache
def life(*, gain: float = 1.0) -> Played:
    return play(shop(MEMBERS, GAIN=gain, TERMS="{}"))[0]


def fade(value: float, days: float) -> float:
    return value * 2 ** (-days / 100)


def test_a_life_of_a_member_by_hand() -> None:
    """Served at 1 and delivered at 2; met a shortage at 5, promised 23 and got it at 30; balked at 8.

    The receipt due on day 20 comes nine days late and is delivered a day later: 25 days after ordering, 7 days late.
    """
    after_first = 0.005
    after_balking = fade(after_first, 6) - 0.03
    after_wait = fade(after_balking, 22) - 0.098
    after_broken = after_wait - 0.06
    after_days = after_broken - 7 * 0.002
    after_last = fade(after_days, 31) + 0.005
    rows = life().ledger.regard
    assert [Cause(cause).name for cause in rows.cause] == [
        "ON_TIME", "STOCK_OUT", "LONG_WAIT", "BROKEN", "LATE_DAYS", "ON_TIME",
    ]  # fmt: skip
    assert list(rows.time / DAY) == [2, 8, 30, 30, 30, 61]
    by_hand = [after_first, after_balking, after_wait, after_broken, after_days, after_last]
    assert rows.after / 1e6 == pytest.approx(np.array(by_hand), abs=3e-6)


def test_news_in_time_soften_the_broken_promise_alone() -> None:
    """The supplier says on day 18 that the receipt will be late, before the promise of day 23 breaks."""
    warned = MEMBERS.replace("slip: {", "news: {warned: 100 %, ahead: 2 d}, slip: {")
    told = play(shop(warned, GAIN=1, TERMS="{updates: honest}"))[0].ledger.regard
    changes = dict(zip(told.cause, told.change, strict=True))
    assert changes[Cause.BROKEN] == round(-0.06 * 0.6 * 1e6)
    assert changes[Cause.LONG_WAIT] == -98_000


def test_regard_falls_to_a_tenth_and_no_lower() -> None:
    assert life(gain=10).ledger.regard.after.min() > -2_300_000
    worst = play(shop(MEMBERS.replace("memory: {", "memory: {deltas: {broken: -3}, "), GAIN=10, TERMS="{}"))[0]
    assert worst.ledger.regard.after.min() == -2_300_000


def test_regard_rises_to_a_quarter_more_and_no_higher() -> None:
    best = play(shop(MEMBERS.replace("memory: {", "memory: {deltas: {on_time: 0.1}, "), GAIN=10, TERMS="{}"))[0]
    assert best.ledger.regard.after.max() == 220_000


def mean_over(years: float, drop: float, half_life: float) -> float:
    """Visits within so many years after one bad experience, as a share of what they would have been, by sums."""
    days = np.arange(0.5, years * 365)
    return float(np.mean(np.exp(math.log1p(drop) * 2 ** (-days / half_life))))


def test_the_half_life_is_that_of_a_retailer_whose_late_customers_were_followed_for_four_years() -> None:
    """6.1 % fewer orders in the first year and 4.6 % over four, from one drop of 6.75 %."""
    half_life = Memory().half_life / DAY
    assert mean_over(1, -0.0675, half_life) - 1 == pytest.approx(-0.061, abs=0.0005)
    assert mean_over(4, -0.0675, half_life) - 1 == pytest.approx(-0.046, abs=0.0005)


def test_waits_of_ten_days_and_more_cost_that_drop_at_once() -> None:
    """Two thirds of the waits beyond ten days end within twenty, by the table's own reckoning."""
    rows = deltas_of(Memory(), "default")
    assert math.expm1((2 * rows.medium_wait + rows.long_wait) / 3) == pytest.approx(-0.0675, abs=0.002)


# visits that no longer come

ANGRY = """
version: 1
title: Members who meet an empty shelf
world:
  calendar: {measure: 100 d}
  products: {lamp: {}}
  suppliers: {maker: {}}
  warehouses: {main: {stock: {lamp: 0}}}
  lanes: [{from: maker, to: main, lead_time: 10 d}]
  customers: {people: {buys: lamp, from: main, visits: 400/d, members: 100 %}}
  panel: {members: 40000, shape: 1000}
  memory: {gain: GAIN, half_life: 12000 d, deltas: {stock_out: -0.5}}
levers: {replenish: {rule: none}}
policies: {shop: {when_short: out_of_stock}}
"""


def test_with_every_disappointment_members_come_less_by_the_exponential_of_their_regard(exactly: Exactly) -> None:
    """Each visit at the stated rate comes with the chance exp(regard before it)."""
    run = play(shop(ANGRY, GAIN=1))[0]
    visits, came = run.tape.visits, run.ledger.visits.fate != Fate.ABSENT
    assert visits.member is not None
    assert visits.extra is not None
    earlier = np.zeros(len(came), dtype=np.int64)
    seen: dict[int, int] = {}
    for visit, member in enumerate(visits.member):
        earlier[visit] = seen.get(int(member), 0)
        seen[int(member)] = earlier[visit] + int(came[visit])
    for disappointments in (1, 2):
        mine = (earlier == disappointments) & ~visits.extra
        exactly.share(int(came[mine].sum()), int(mine.sum()), math.exp(-0.5 * disappointments))


def test_without_gain_nobody_stays_away() -> None:
    run = play(shop(ANGRY, GAIN=0))[0]
    assert not np.isin(run.ledger.visits.fate, AWAY).any()


# what is written

READ = """
version: 1
title: Reviews
world:
  calendar: {measure: 100 d, run_out: 5 d}
  products: {lamp: {}}
  suppliers: {maker: {}}
  warehouses: {main: {stock: {lamp: STOCK}}}
  lanes: [{from: maker, to: main, lead_time: 10 d}]
  customers: {people: {buys: lamp, from: main, visits: 200/d}}
  reputation: {memory: 30 d, elasticity: 0.2, prior: 50}
levers: {replenish: {rule: none}}
policies: {shop: {when_short: out_of_stock}}
"""


@pytest.mark.parametrize(("stock", "share", "stars"), [(10**6, 0.02, 4.8), (0, 0.08, 1.5)], ids=["good", "bad"])
def test_customers_write_as_often_as_they_do_and_what_they_felt(
    stock: int, share: float, stars: float, exactly: Exactly
) -> None:
    run = play(shop(READ, STOCK=stock))[0]
    came = int(np.sum(run.ledger.visits.fate != Fate.ABSENT))
    assert set(run.ledger.reviews.stars) == {round(10 * stars)}
    exactly.share(len(run.ledger.reviews), came, share)


def test_the_stars_are_the_mean_of_the_prior_and_of_what_was_written_lately() -> None:
    run = play(shop(READ, STOCK=9000))[0]
    reviews, close = run.ledger.reviews, run.ledger.close
    lately = reviews.stars[reviews.time > close - 30 * DAY] / 10
    by_hand = (50 * 4.5 + lately.sum()) / (50 + len(lately))
    taken = measure(run.scenario.world, run.ledger, run.tape.visits)
    assert len(np.unique(reviews.stars)) == 2
    assert taken["reputation", ""] == pytest.approx(by_hand, abs=0.01)


def test_fewer_new_visitors_come_by_the_elasticity_of_the_stars(exactly: Exactly) -> None:
    """After a month of bad reviews alone the stars stand still, and so does the share of visitors who come."""
    run = play(shop(READ, STOCK=0))[0]
    reviews, visits = run.ledger.reviews, run.tape.visits
    assert visits.extra is not None
    base = ~visits.extra & (visits.time > 35 * DAY)
    written = np.searchsorted(reviews.time, visits.time, "right") - np.searchsorted(
        reviews.time, visits.time - 30 * DAY, "right"
    )
    stars = (50 * 4.5 + 1.5 * written) / (50 + written)
    chance = 1 + 0.2 * (stars[base] - 4.5)
    came = run.ledger.visits.fate[base] != Fate.ABSENT
    exactly.share(int(came.sum()), len(came), float(chance.mean()))
