"""What those who wait are told, and whether they stay."""

from __future__ import annotations

from typing import Any

import pytest

from sim.rules.promise import Window
from sim.rules.updates import (
    Hearer,
    OpenOrder,
    first_promise_by_law,
    looks_at_promise,
    looks_on_news,
    may_end_contract,
    patience_on_news,
    sends_word,
    stays,
    word_at_promise,
    word_on_news,
)
from sim.words import DAY, Notice
from tests.shelves import levers

LIKELY, BEST = Window(8 * DAY, 12 * DAY), Window(8 * DAY, 8 * DAY)
RULES = ["silent", "status", "honest", "late", "optimistic", "weekly_honest"]


def order(**changes: Any) -> OpenOrder:
    """Ordered on day 0 with a promise of 10 d; on day 5 it looks like day 17."""
    plain = OpenOrder(
        now=5 * DAY,
        ordered=0,
        first_promise=10 * DAY,
        promise=10 * DAY,
        likely=LIKELY,
        best=BEST,
        delays=0,
        is_definite=True,
    )
    return plain._replace(**changes)


def told(rule: str, consent: str = "none", **changes: Any) -> Any:
    return word_on_news(levers(updates=rule, consent=consent), order(**changes))


@pytest.mark.parametrize(
    ("rule", "window"),
    [
        ("silent", None),
        ("status", None),
        ("honest", LIKELY),
        ("late", None),
        ("optimistic", BEST),
        ("weekly_honest", LIKELY),
    ],
)
def test_each_rule_says_its_own_about_a_promise_at_risk(rule: str, window: Window | None) -> None:
    assert told(rule) == (None if window is None else (Notice.DELAY, window))


@pytest.mark.parametrize("rule", RULES)
def test_nothing_is_said_while_the_promise_is_safe(rule: str) -> None:
    assert told(rule, "us", promise=17 * DAY) is None


def test_an_optimist_says_nothing_while_the_best_case_keeps_the_promise() -> None:
    assert told("optimistic", promise=13 * DAY) is None
    assert told("honest", promise=13 * DAY) == (Notice.DELAY, LIKELY)


def test_news_are_rounded_as_the_page_is() -> None:
    weekly = levers(updates="honest", promise={"round_to": "7 d"})
    assert word_on_news(weekly, order()) == (Notice.DELAY, Window(7 * DAY, 14 * DAY))


@pytest.mark.parametrize("rule", RULES)
def test_only_the_late_shop_speaks_at_the_promise(rule: str) -> None:
    word = word_at_promise(levers(updates=rule), order(now=10 * DAY))
    assert word == ((Notice.DELAY, LIKELY) if rule == "late" else None)


@pytest.mark.parametrize("rule", RULES)
def test_the_american_rule_makes_every_shop_speak(rule: str) -> None:
    assert told(rule, "us") == (Notice.DELAY, BEST if rule == "optimistic" else LIKELY)


@pytest.mark.parametrize(
    "changes",
    [
        {"delays": 1},
        {"is_definite": False},
        {"likely": Window(30 * DAY, 35 * DAY + 1)},  # a second more than 30 d after the first promise
    ],
)
def test_the_american_rule_asks_on_a_second_an_indefinite_or_a_long_delay(changes: dict[str, Any]) -> None:
    assert told("honest", "us", **changes)[0] is Notice.CONSENT
    assert told("honest", "none", **changes)[0] is Notice.DELAY


def test_a_delay_of_thirty_days_is_consented_to_by_silence() -> None:
    assert told("honest", "us", likely=Window(30 * DAY, 35 * DAY))[0] is Notice.DELAY


def test_who_promised_no_date_has_thirty_days() -> None:
    assert first_promise_by_law(levers(promise={"basis": "vague"}), DAY, 50 * DAY) == 31 * DAY
    assert first_promise_by_law(levers(promise={"basis": "vendor"}), DAY, 50 * DAY) == 50 * DAY


def test_europeans_may_end_the_contract_after_a_further_time() -> None:
    europe = levers(consent={"rule": "eu", "further": "10 d"})
    assert may_end_contract(europe, 30 * DAY) == 40 * DAY
    assert may_end_contract(levers(consent="us"), 30 * DAY) is None


@pytest.mark.parametrize(
    ("rule", "consent", "expected"),
    [
        *((rule, "none", rule in ("honest", "optimistic", "weekly_honest")) for rule in RULES),
        ("silent", "us", True),
        ("silent", "eu", True),
    ],
)
def test_promises_are_gone_through_for_those_who_speak_of_them(rule: str, consent: str, expected: bool) -> None:
    assert looks_on_news(levers(updates=rule, consent=consent)) is expected


@pytest.mark.parametrize("rule", RULES)
def test_when_the_shop_speaks_besides(rule: str) -> None:
    assert looks_at_promise(levers(updates=rule)) is (rule == "late")
    assert sends_word(levers(updates=rule)) is (rule not in ("silent", "late"))


def hearer(**changes: Any) -> Hearer:
    """Ordered on day 0 with a promise of 10 d, waits for 12 d at most; hears of it on day 5."""
    plain = Hearer(
        now=5 * DAY,
        ordered=0,
        promise=10 * DAY,
        patience=12 * DAY,
        is_stretched=False,
        stretch=0.5,
        stretch_late=0.25,
    )
    return plain._replace(**changes)


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({}, 18),
        ({"now": 10 * DAY}, 15),  # the promise breaks at this instant
        ({"is_stretched": True}, 12),
        ({"stretch": 0.0}, 12),
    ],
)
def test_patience_stretches_once_and_less_on_late_news(changes: dict[str, Any], days: int) -> None:
    assert patience_on_news(hearer(**changes)) == days * DAY


@pytest.mark.parametrize(("end", "expected"), [(13 * DAY, True), (13 * DAY + 1, False)])
def test_customers_stay_whose_patience_reaches_the_new_end(end: int, expected: bool) -> None:
    assert stays(hearer(), Window(0, end)) is expected
