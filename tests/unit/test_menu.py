"""Choices: as written they set nothing, and every option of every shipped scenario can be run."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import AS_WRITTEN, Choice, Scenario, choices, load_scenario
from tests.spiky_shop import SPIKY

SCENARIOS = Path(__file__).parents[2] / "scenarios"
STORIES = sorted(SCENARIOS.glob("*.yaml"))
EACH = ["when_short", "updates", "allocate", "payment", "substitute", "notify_me", "calibration"]
RICH = SPIKY.replace(
    "unit_cost: 15}}", "unit_cost: 15, substitutes: [other]}, other: {price: 44, unit_cost: 15}}"
).replace("visits: 4/d,", "visits: 4/d, profile: full,")


def choice(name: str, text: str = RICH) -> Choice:
    return next(each for each in choices(load_scenario(text)) if each.name == name)


def made(name: str, option: str, text: str = RICH) -> Scenario:
    return load_scenario(text, overrides=choice(name, text).settings(option))


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_every_shipped_scenario_takes_every_option(file: Path) -> None:
    found = choices(load_scenario(file))
    assert [each.name for each in found] == EACH
    for each in found:
        assert bool(each.options) != bool(each.reason)
        for option in each.options:
            load_scenario(file, overrides=each.settings(option))


@pytest.mark.parametrize("name", EACH)
def test_as_written_sets_nothing(name: str) -> None:
    assert choice(name).settings(AS_WRITTEN) == choice(name).settings("nonsense") == {}


@pytest.mark.parametrize("name", EACH)
def test_a_choice_is_recognised_in_its_settings(name: str) -> None:
    for option in choice(name).options:
        assert choice(name).made({**choice(name).settings(option), "plan.seed": "3"}) == option
    assert choice(name).made({"plan.seed": "3"}) == AS_WRITTEN


def test_who_takes_orders_sells_in_the_chosen_way_and_who_does_not_stays_as_he_is() -> None:
    scenario = made("when_short", "ev_greedy")
    assert scenario.policy("backorder").when_short == scenario.policy("honest").when_short == "ev_greedy"
    assert scenario.policy("out_of_stock").when_short == "out_of_stock"


def test_what_is_told_and_paid_changes_for_those_who_take_orders() -> None:
    assert made("updates", "optimistic").policy("honest").updates.rule == "optimistic"
    assert made("payment", "at_ship").policy("honest").payment.ahead == 0
    assert made("allocate", "new_first").policy("backorder").allocate.rule == "new_first"


def test_what_concerns_every_page_changes_for_all() -> None:
    scenario = made("substitute", "first")
    assert {scenario.policy(name).substitute for name in scenario.policies} == {"first"}
    assert not made("notify_me", "false").policy("out_of_stock").notify_me
    assert made("calibration", "stated").world.calibration == "stated"


def test_a_policy_with_limits_of_its_own_keeps_its_way_of_selling() -> None:
    text = RICH.replace("honest: {when_short: backorder,", "honest: {when_short: hybrid, limits: {horizon: 9 d},")
    assert made("when_short", "ev_greedy", text).policy("honest").when_short == "hybrid"


@pytest.mark.parametrize(
    ("name", "reason"), [("substitute", "has substitutes"), ("notify_me", "leaves an address")]
)  # fmt: skip
def test_a_choice_without_use_says_why(name: str, reason: str) -> None:
    assert reason in choice(name, SPIKY).reason
    assert choice(name, SPIKY).options == ()


def test_where_no_policy_takes_orders_there_is_nothing_to_tell() -> None:
    text = SPIKY.split("policies:")[0] + "policies: {out_of_stock: {}}\nplan: {seed: 1}\n"
    assert [choice(name, text).reason for name in EACH[:4]] == ["No policy of this scenario takes orders."] * 4
