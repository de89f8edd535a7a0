"""The dashboard's answer and cards, on fabricated results."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dashboard import answer
from sim import MEASURES, Results, load_scenario
from tests.spiky_shop import SPIKY

CALM = Path(__file__).parents[2] / "scenarios" / "calm_reference.yaml"

NOISE = np.array([0.0, 3.0, 1.0, 2.0, 5.0, 4.0])


def results(**values: float) -> Results:
    """Every measure of a policy is noise around its number: around 0 in steps of 1, with that of others paired."""
    scenario = load_scenario(SPIKY)
    base = {(policy, name, ""): NOISE + level for policy, level in values.items() for name in MEASURES}
    return Results(scenario, 1, tuple(values), len(NOISE), base, {})


def wavering(found: Results, policy: str) -> Results:
    """The same with chance in the differences of one policy."""
    values = {key: column + (NOISE[::-1] * 20 if key[0] == policy else 0) for key, column in found.values.items()}
    return replace(found, values=values)


def undefined(found: Results, policy: str, measure: str) -> Results:
    return replace(found, values={**found.values, (policy, measure, ""): np.full(6, np.nan)})


def test_the_clearly_better_policy_is_to_be_taken_and_the_sentence_says_how_sure() -> None:
    said = answer.answer(results(closed=0, open=10))
    assert said.head == "Take open."
    assert "open earns 10 EUR more total value than closed (95 % interval" in said.reason


def test_what_cannot_be_told_from_the_best_is_named() -> None:
    found = wavering(results(closed=0, open=1000, other=945), "other")
    assert answer.answer(found).reason.endswith("It cannot be told from other yet.")


def test_a_winner_who_breaks_promises_comes_with_a_caution() -> None:
    found = results(closed=0, open=10)
    half = replace(found, values={**found.values, ("open", "promise_kept", ""): np.full(6, 0.5)})
    assert answer.answer(half).caution.startswith("It keeps only 50 % of its promises.")
    assert answer.answer(found).caution == ""
    assert answer.answer(undefined(found, "open", "promise_kept")).caution == ""


def test_an_undecided_lead_is_too_close_to_call_and_says_what_would_settle_it() -> None:
    said = answer.answer(wavering(results(closed=0, open=-30), "open"))
    assert said.head == "Too close to call: open or closed?"
    assert "more replication" in said.reason


def test_a_clear_lead_of_the_baseline_means_staying() -> None:
    said = answer.answer(results(closed=10, open=0, other=5))
    assert said.head == "Stay with closed."
    assert said.reason.startswith("other earns 5 EUR less")


def test_an_unclear_lead_of_the_baseline_is_no_reason_to_leave() -> None:
    assert answer.answer(wavering(results(closed=70, open=0), "open")).head == "No clear reason to leave closed."


def test_one_policy_alone_has_nothing_beside_it() -> None:
    found = results(closed=0)
    assert answer.answer(found).head == "Only closed is in this scenario."
    assert [card.change for card in answer.cards(found, "closed")] == [""] * len(answer.HEADLINES)
    assert list(answer.account(found).columns) == ["measure", "closed"]


@pytest.mark.parametrize(("level", "tone", "rises"), [(10, "good", True), (-10, "bad", False)])
def test_a_decided_card_has_the_colour_of_its_conclusion(level: float, tone: str, rises: bool) -> None:
    card = answer.cards(results(closed=0, open=level), "open")[0]
    assert (card.title, card.tone, card.rises) == ("Total value (EUR)", tone, rises)
    assert card.word == {"good": "better", "bad": "worse"}[tone]


def test_an_undecided_card_is_grey() -> None:
    card = answer.cards(wavering(results(closed=0, open=-48), "open"), "open")[0]
    assert (card.tone, card.word) == ("undecided", "no clear difference")
    assert "±" in card.change


def test_less_of_what_is_bad_is_good() -> None:
    lost = answer.cards(results(closed=0, open=-10), "open")[answer.HEADLINES.index("lost_share")]
    assert (lost.tone, lost.rises, lost.change.split()[-1]) == ("good", False, "points")


def test_a_promise_that_the_baseline_never_makes_is_not_compared() -> None:
    found = undefined(results(closed=0, open=1), "closed", "promise_kept")
    card = answer.cards(found, "open")[answer.HEADLINES.index("promise_kept")]
    assert (card.change, card.tone) == ("undefined for closed", "undecided")


def test_what_is_undefined_for_both_says_so() -> None:
    found = undefined(undefined(results(closed=0, open=1), "closed", "promise_kept"), "open", "promise_kept")
    card = answer.cards(found, "open")[answer.HEADLINES.index("promise_kept")]
    assert (card.value, card.change) == ("n/a", "")


def test_equal_policies_are_said_to_be_equal() -> None:
    card = answer.cards(results(closed=1, open=1), "open")[0]
    assert (card.change, card.tone) == ("as closed", "undecided")


def test_the_table_holds_every_policy_with_its_difference() -> None:
    found = results(closed=0, open=10)
    table = answer.table(found, answer.details(found.scenario))
    assert list(table.columns) == ["measure", "closed", "open"]
    assert len(table) == len(answer.HEADLINES) + len(answer.DETAILS)
    assert "+10 ± 0, better" in table["open"][0]


def test_the_answer_says_why() -> None:
    assert "ostly because of " in answer.answer(results(closed=0, open=10)).reason


REMEMBERED = {"world.panel": "{members: 20}", "world.memory": "{}", "world.customers.shoppers.members": "60 %"}


def remembered(found: Results, **more: str) -> Results:
    """The same in a shop whose members remember."""
    return replace(found, scenario=load_scenario(SPIKY, overrides={**REMEMBERED, **more}))


def test_where_members_remember_their_loyalty_is_on_the_cards() -> None:
    titles = [card.title for card in answer.cards(remembered(results(closed=0, open=1)), "open")]
    assert titles[6:] == ["Change of customer equity (EUR)", "Loyalty at the close (times)",
                          "Customers with a broken promise"]  # fmt: skip


def test_where_they_write_reviews_the_stars_are_too() -> None:
    told = remembered(results(closed=0, open=1), **{"world.reputation": "{}"})
    assert [card.title for card in answer.cards(told, "open")][9:] == [
        "Change of reputation equity (EUR)", "Stars at the close", "New visitors at the end (times)"]  # fmt: skip


def test_what_members_make_of_broken_promises_is_in_the_numbers() -> None:
    found = results(closed=0, open=10)
    half = replace(found, values={**found.values, ("open", "promise_kept", ""): np.full(6, 0.5)})
    assert answer.answer(remembered(half)).caution.endswith("is in the change of customer equity.")


def test_the_account_goes_down_to_total_value_and_leaves_out_what_is_nothing() -> None:
    found = results(closed=0, open=10)
    silent = {("closed", "mail_cost", ""): np.zeros(6), ("open", "mail_cost", ""): np.zeros(6)}
    lines = list(answer.account(replace(found, values={**found.values, **silent}))["measure"])
    assert (lines[0], lines[-1]) == ("Gross sales (EUR)", "Total value (EUR)")
    assert not {"Mails (EUR)", "Margin of lost units (memo) (EUR)"} & set(lines)


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ({"closed": 0, "open": 10}, "Clear at 95 %: open came out ahead of closed in 6 of 6 replications."),
        ({"closed": 10, "open": 0}, "Clear at 95 %: closed came out ahead of open in 6 of 6 replications."),
    ],
)
def test_the_answer_says_how_sure_it_is(levels: dict[str, float], said: str) -> None:
    assert answer.answer(results(**levels)).sure == said


def test_what_is_too_close_to_call_is_not_sure() -> None:
    said = answer.answer(wavering(results(closed=0, open=-30), "open")).sure
    assert re.fullmatch(r"Not sure at 95 %: open came out ahead of closed in [1-5] of 6 replications\.", said)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "Take honest (backorders)."),
        ({"policies.honest.only": "confirmed_inbound"}, "Take honest (backorders against confirmed receipts only)."),
        ({"policies.honest.when_short": "out_of_stock"}, "Take honest."),
        ({"levers.only": "confirmed_inbound"}, "Take honest (backorders against confirmed receipts only)."),
    ],
)
def test_the_answer_says_what_a_policy_takes_where_policies_differ_in_that(settings: dict[str, str], said: str) -> None:
    found = results(out_of_stock=0, honest=10)
    assert answer.answer(replace(found, scenario=load_scenario(SPIKY, overrides=settings))).head == said


def test_who_takes_no_backorders_takes_none_against_receipts_either() -> None:
    bound = load_scenario(SPIKY, overrides={"levers.only": "confirmed_inbound"})
    said = answer.answer(replace(results(out_of_stock=10, honest=0), scenario=bound)).head
    assert said == "Stay with out_of_stock (no backorders)."


def test_a_policy_whose_name_says_it_is_not_told_twice() -> None:
    found = replace(results(out_of_stock=0, backorder=10), scenario=load_scenario(CALM))
    assert answer.answer(found).head == "Take backorder."
    close = replace(results(out_of_stock=0, backorder=-30), scenario=load_scenario(CALM))
    said = answer.answer(wavering(close, "backorder")).head
    assert said == "Too close to call: backorder or out_of_stock (no backorders)?"
