"""Stories of customers who wait, hear news, return, remember and review: by hand, and for everybody in a rich shop."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sim import load_scenario, replay
from sim.errors import ResultError
from sim.playback import Replay
from sim.story import tell
from sim.words import DAY, Answer, Cause, Exit, Fate, Notice, Wait
from tests.ledgers import More, N, Terms, V, W, ledger_of, one_shop, remembered, tape_visits, troubled


def replay_of(world: Any, ledger: Any, visits: Any) -> Replay:
    scenario: Any = SimpleNamespace(world=world, world_of=lambda _policy: world)
    tape: Any = SimpleNamespace(visits=visits)
    return Replay(scenario, "backorder", tape, ledger)


def told(again: Replay, customer: int) -> list[str]:
    return [f"{(event.time / DAY):g}: {event.text}" for event in tell(again, customer)]


@pytest.fixture(scope="module")
def month() -> Replay:
    return replay_of(*remembered())


@pytest.fixture(scope="module")
def weeks() -> Replay:
    return replay_of(*troubled())


def test_who_orders_what_only_the_record_has(weeks: Replay) -> None:
    assert told(weeks, 3)[1:] == [
        "9: main has 1 unit on hand",
        "9: orders 1 unit at 10.00 EUR, delivered in 1.0 days; the shelf has less than the record said, and the "
        "customer is told to wait",
        "10: the promised window ends without the goods: the promise is broken",
        "11.75: 1 unit straight from the dock for the customer",
        "12.75: a parcel of 1 unit leaves the warehouse, 1.0 days after the goods were set aside",
        "12.75: delivered 3.8 days after the order: 2.8 days after the promised window, promise broken",
    ]


@pytest.mark.parametrize(
    ("customer", "text"),
    [
        (4, "9.5: orders what the page still shows in stock; the shop cancels at once, the customer leaves and buys "
            "from a competitor"),
        (6, "13: the order is picked wrongly; the shop puts that right at its own cost"),
        (6, "13.25: a parcel of 2 units leaves the warehouse, 6.0 hours after the goods were set aside"),
        (10, "31: near takes the order over and sends 3 units himself"),
        (11, "40: buys 1 unit from the shelf at 10.00 EUR"),
        (11, "56: the run closes; the customer still waits, and a parcel has not left"),
    ],
)  # fmt: skip
def test_troubles_of_a_story(weeks: Replay, customer: int, text: str) -> None:
    assert text in told(weeks, customer)


@pytest.mark.parametrize(
    ("customer", "on_hand", "others"), [(3, 1, 0), (5, 0, 1), (6, 7, 0), (8, 3, 0), (9, 5, 0), (10, 2, 0), (11, 2, 0)]
)
def test_what_a_visitor_meets_is_the_record_with_all_that_changed_it(
    weeks: Replay, customer: int, on_hand: int, others: int
) -> None:
    life = weeks.life(customer)
    assert (life.on_hand, life.waiting) == (on_hand, others)


def test_who_waits_and_hears_of_a_delay(month: Replay) -> None:
    assert told(month, 6) == [
        "7: a customer of 'shoppers', member 2 of the panel, comes for 1 unit of mug; would wait as long as it takes",
        "7: main has 0 units on hand",
        "7: the page offers a backorder, delivered between 2.0 days and 4.0 days; the customer accepts and waits for "
        "1 unit at 10.00 EUR",
        "8: the shop sees the promise at risk, now expected between 1.0 days and 5.0 days",
        "9: is told of a delay, now expected between 1.0 days and 5.0 days; the customer stays",
        "11: the promised window ends without the goods: the promise is broken, as told before",
        "12: asks support; somebody takes it up after 12.0 hours",
        "14: the new window ends without the goods too: that promise is broken as well",
        "15: supply order 1 of 2 units from factory is there (confirmed for day 15, 00:00, came on the day); 1 unit of "
        "it for the customer",
        "16: delivered 9.0 days after the order: 5.0 days after the promised window, promise broken",
        "16: thinks worse of the shop for a wait of ten days or less: -0.100, regard now -0.100 (visits 0.90 times as "
        "often as at first)",
    ]


def test_a_return_and_its_first_visit_tell_the_same_story(month: Replay) -> None:
    story = told(month, 4)
    assert story == told(month, 14)
    assert "leaves an address, to be told when it is back" in story[2]
    assert story[3:] == [
        "10: a mail says that it is back",
        "11: the customer comes again for the same wish, on the shop's mail: 1 unit of mug (visit 14, the first was "
        "4); would wait as long as it takes",
        "11: main has 1 unit on hand, others wait for 3",
        "11: buys 1 unit from the shelf at 10.00 EUR",
        "12: delivered",
    ]


def test_who_takes_something_else(month: Replay) -> None:
    assert told(month, 5)[-1].endswith("the page says out of stock; the customer takes 1 unit of cup instead")


@pytest.mark.parametrize(
    ("customer", "text"),
    [
        (0, "writes a review of 4.8 stars"),
        (1, "does not come: they think too little of the shop now"),
        (2, "has had enough, and never comes again"),
        (7, "finds 10.00 EUR too much and wants nothing"),
        (8, "and must agree to go on waiting; the customer does not answer"),
        (8, "the order ends for want of consent and is refunded after 8.0 days; the customer leaves and buys from a"),
        (9, "the shop cancels the order after 6.0 days; the customer leaves and drops the wish"),
        (11, "asks support; nobody has answered by the close"),
    ],
)
def test_turns_of_a_story(month: Replay, customer: int, text: str) -> None:
    assert any(text in line for line in told(month, customer))


def test_returns_are_among_those_that_can_be_asked_for(month: Replay) -> None:
    assert month.visits_of(13) == (3, 13)
    with pytest.raises(ResultError, match="customers 0 to 11, and 12 to 14 who come again"):
        month.visits_of(15)


WORLD = one_shop(calendar={"measure": "20 d"}, price_changes=[{"product": "mug", "at": "4 d", "price": 15}])


def single(visit: V, *, more: More, waits: tuple[W, ...] = ()) -> str:
    ledger = ledger_of(WORLD, [visit], waits=waits, opening=[9], closing=[9], more=more)
    return "\n".join(told(replay_of(WORLD, ledger, tape_visits([visit])), 0))


def test_the_price_of_the_day_is_told_when_it_was_not_locked() -> None:
    visit, grants = V(1, 1, Fate.FULFILLED, ended=5, window=(1, 3)), (W(5, 0, Wait.GRANTED, 1),)
    free = single(visit, waits=grants, more=More(terms=Terms(price_lock=False)))
    assert "waits for 1 unit at the price of the day it ships" in free
    assert "on the shelf for the customer, at 15.00 EUR" in free
    assert "waits for 1 unit at 10.00 EUR" in single(visit, waits=grants, more=More())


def test_who_leaves_at_a_new_price_is_not_said_to_lose_patience() -> None:
    visit = V(1, 1, Fate.RENEGED, ended=4, window=(1, 9), exit=Exit.ABANDON)
    gone = (W(5, 0, Wait.DECLINED, 1),)
    assert "no longer wants it at the new price" in single(visit, waits=gone, more=More())
    leaves = More(notices=[N(5, 0, Notice.DELAY, (9, 9), Answer.LEAVES)])
    assert "gives up on the news after 4.0 days" in single(visit, waits=gone, more=leaves)


def test_without_a_date_nothing_breaks() -> None:
    visit = V(1, 1, Fate.FULFILLED, ended=9, window=(3, 3))
    story = single(visit, waits=(W(9, 0, Wait.GRANTED, 1),), more=More(terms=Terms(vague=True)))
    assert "offers a backorder, without a date" in story
    assert "broken" not in story


def test_a_promise_of_shipping_says_so_and_is_kept_by_shipping() -> None:
    visit = V(1, 1, Fate.FULFILLED, ended=3.5, window=(1, 3))
    story = single(visit, waits=(W(4, 0, Wait.GRANTED, 1),), more=More(terms=Terms(shipping=True)))
    assert "shipped between 1.0 days and 3.0 days" in story
    assert "promise kept" in story


def test_fear_and_late_news_and_payment_are_told() -> None:
    visit = V(1, 1, Fate.FULFILLED, ended=3, window=(1, 3))
    more = More(
        sizes=[(0, 3)], notices=[N(1, 0, Notice.HIDDEN)], terms=Terms(ahead=0.3),
        regard=[(4, 0, 0, Cause.ON_TIME, 5_000, 5_000)],
    )  # fmt: skip
    story = single(visit, waits=(W(3, 0, Wait.GRANTED, 1), W(3, 0, Wait.TRIMMED, 2)), more=more)
    assert "only after the order the shop says that it is a backorder" in story
    assert "waits for 3 units at 10.00 EUR, 2 of them for fear that there will be none; pays 30 % now" in story
    assert "gives back 2 units ordered for fear" in story
    assert "thinks better of the shop" in story


def test_an_order_that_was_never_there_is_cancelled_at_once() -> None:
    story = single(V(1, 1, Fate.SELLER_CANCELLED, exit=Exit.COMPETITOR), more=More())
    assert story.endswith("the shop cancels at once, the customer leaves and buys from a competitor")


RICH = """
version: 1
title: Customers who remember
world:
  calendar: {measure: 100 d, run_out: 20 d}
  products: {gadget: {substitutes: {spare: 30 %}, sent_back: 10 %}, spare: {price: 90}}
  suppliers: {factory: {}}
  warehouses: {main: {stock: {gadget: 20, spare: 40}, picking: 6 h, last_mile: 1 d}}
  lanes:
    - {from: factory, to: main, lead_time: "gamma(mean=10 d, cv=0.3)", slip: {late: 50 %, mean: 12 d},
       news: {step: 5 d, warned: 50 %, ahead: 3 d}}
  customers:
    shoppers: {buys: gadget, from: main, visits: 4/d, profile: full, members: 70 %, hoarding: 0.5,
               patience: "lognormal(median=16 d, sigma=0.8)", size: "poisson(mean=2)"}
  panel: {members: 100}
  memory: {churn: {}}
  reputation: {after_bad: 30 %}
  support: {agents: 1, answer: "exponential(2 h)"}
levers: {replenish: {rule: r_Q, r: 40, Q: 50}, status_latency: 1 d, ship: partial}
policies:
  us: {when_short: backorder, promise: {basis: vendor}, updates: weekly_honest, consent: us, cancel_after: 20 d}
  out_of_stock: {}
plan: {seed: 1, replications: 2}
"""


@pytest.mark.parametrize("policy", ["us", "out_of_stock"])
def test_everybody_has_a_story_that_fits_the_shelf(policy: str) -> None:
    again = replay(load_scenario(RICH), policy=policy)
    visits = range(len(again.ledger.visits.fate))
    lives = [again.life(visit) for visit in visits]
    met = [life for life in lives if life.fate not in (Fate.ABSENT, Fate.NO_INTENT)]
    assert len(again.ledger.returns) > 5
    assert all(life.on_hand >= life.now and life.waiting >= 0 for life in met)
    assert all((life.fate is Fate.SERVED) == (life.now == life.units) for life in met)
    assert all(tell(again, visit) for visit in visits)
