"""Dials: they stand where the scenario stands, and turning one changes that alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import Dial, dials, load_scenario, rewritten
from tests.spiky_shop import SPIKY

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CALM = SCENARIOS / "calm_reference.yaml"
STOPPED = "kind: supplier_down, supplier: factory, at: 7 d, lasts: 8 d"
EVERY = sorted(SCENARIOS.rglob("*.yaml"))
EACH = (
    "visits", "spike", "outage", "closure", "lead", "patience", "broken", "level", "reorder", "quantity",
    "replications",
)  # fmt: skip


def dial(name: str, text: str = SPIKY) -> Dial:
    return next(each for each in dials(load_scenario(text)) if each.name == name)


def turned(name: str, position: float, text: str = SPIKY) -> dict[str, float]:
    """Where all dials stand after one was turned."""
    settings = dial(name, text).settings(position)
    return {each.name: each.value for each in dials(load_scenario(text, overrides=settings))}


def test_dials_stand_where_the_scenario_stands() -> None:
    found = {each.name: each.value for each in dials(load_scenario(SPIKY))}
    stands = {"spike": 6, "outage": 8, "closure": 0, "patience": 9, "broken": 0, "level": 80, "reorder": 12}
    assert found == {**stands, "visits": 5, "lead": 5, "quantity": 20, "replications": 6}


@pytest.mark.parametrize(
    ("name", "position"),
    [("spike", 2.5), ("outage", 0), ("closure", 21), ("patience", 4.5), ("level", 95), ("reorder", 0),
     ("visits", 8), ("lead", 12.5), ("quantity", 45), ("replications", 20)],
)
def test_turning_a_dial_moves_it_and_no_other(name: str, position: float) -> None:
    before = {each.name: each.value for each in dials(load_scenario(SPIKY))}
    assert turned(name, position) == {**before, name: position}


@pytest.mark.parametrize("name", EACH)
def test_a_dial_left_alone_sets_nothing(name: str) -> None:
    assert dial(name).settings(dial(name).value) == {}


@pytest.mark.parametrize("file", EVERY, ids=lambda file: file.stem)
def test_every_shipped_scenario_takes_both_ends_of_every_dial(file: Path) -> None:
    found = dials(load_scenario(file))
    assert tuple(each.name for each in found) == EACH
    for each in found:
        assert (each.write is None) == bool(each.reason)
        assert each.low <= each.value <= each.high
        for end in (each.low, each.high):
            load_scenario(file, overrides=each.settings(end))


def test_a_lane_that_never_closes_is_closed_from_the_day_of_the_spike() -> None:
    scenario = load_scenario(SPIKY, overrides=dial("closure").settings(21))
    stopped, closed = scenario.world.disruptions
    assert (stopped.kind, closed.kind, closed.lane) == ("supplier_down", "lane_closed", ("factory", "main"))
    assert (closed.at, closed.lasts.mean_value) == (5 * 86_400, 21 * 86_400)


def test_a_calm_scenario_takes_both_stoppages_at_once_from_a_usual_day() -> None:
    found = {each.name: each for each in dials(load_scenario(CALM))}
    settings = {**found["closure"].settings(21), **found["outage"].settings(4)}
    closed, stopped = load_scenario(CALM, overrides=settings).world.disruptions
    assert (closed.at, closed.lasts.mean_value) == (30 * 86_400, 21 * 86_400)
    assert (stopped.struck, stopped.at, stopped.lasts.mean_value) == ("factory", 30 * 86_400, 4 * 86_400)


def test_a_closure_that_the_scenario_has_is_lengthened() -> None:
    port = SCENARIOS / "port_closure.yaml"
    found = next(each for each in dials(load_scenario(port)) if each.name == "closure")
    assert (found.value, found.settings(21)) == (10, {"world.disruptions.lane_closed.lasts": "21 d"})


def test_an_added_closure_is_kept_in_the_written_scenario() -> None:
    settings = {**dial("closure").settings(21), **dial("outage").settings(12)}
    text = rewritten(CALM.read_text(encoding="utf-8"), dial("closure").settings(21))
    assert "# Nothing happens" in text
    assert load_scenario(rewritten(SPIKY, settings)).world == load_scenario(SPIKY, overrides=settings).world


MEMBERS = SPIKY.replace("  demand: [", "  panel: {members: 30}\n  memory: {}\n  demand: [").replace(
    "visits: 4/d,", "visits: 4/d, members: 60 %,"
)


def test_the_penalty_of_a_broken_promise_stands_where_the_calibration_puts_it() -> None:
    stated = MEMBERS.replace("world:\n", "world:\n  calibration: stated\n")
    assert (dial("broken", MEMBERS).value, dial("broken", stated).value) == (0.06, 0.19)


def test_the_penalty_of_a_broken_promise_can_be_turned_and_read_again() -> None:
    assert turned("broken", 0.4, MEMBERS)["broken"] == 0.4
    assert dial("broken", MEMBERS).settings(0.4) == {"world.memory.deltas.broken": "-0.4"}


def test_patience_of_all_customers_changes_in_proportion() -> None:
    scenario = load_scenario(SPIKY, overrides=dial("patience").settings(18))
    medians = [customers.patience.median for customers in scenario.world.customers.values()]
    assert medians == [18 * 86_400, 6 * 86_400]


def test_visits_of_all_customers_change_in_proportion() -> None:
    scenario = load_scenario(SPIKY, overrides=dial("visits").settings(10))
    rates = [round(customers.visits.rate * 86_400, 6) for customers in scenario.world.customers.values()]
    assert rates == [8, 2]


def test_a_longer_lead_time_keeps_its_law_and_its_relative_scatter() -> None:
    law = load_scenario(SPIKY, overrides=dial("lead").settings(10)).world.lanes[0].lead_time
    assert (law.dist, law.mean, law.cv) == ("gamma", 10 * 86_400, 0.4)


def test_an_automatic_order_quantity_shows_what_it_comes_to() -> None:
    text = SPIKY.replace("Q: 20", "Q: auto")
    assert dial("quantity", text).value > 0
    assert turned("quantity", 33, text)["quantity"] == 33


def test_an_automatic_reorder_point_shows_what_it_comes_to() -> None:
    text = SPIKY.replace("r: 12, ", "")
    assert dial("reorder", text).value > 0
    assert turned("reorder", 7, text)["reorder"] == 7


def test_a_reorder_point_can_be_set_where_the_rule_is_left_to_the_default() -> None:
    text = SPIKY.replace("levers: {replenish: {rule: r_Q, r: 12, Q: 20}}\n", "")
    assert turned("reorder", 7, text)["reorder"] == 7


def test_a_policy_with_its_own_rule_is_set_where_it_states_it() -> None:
    own = SPIKY.replace("out_of_stock: {}", "out_of_stock: {replenish: {rule: r_Q, r: 3, Q: 9}}")
    assert set(dial("reorder", own).settings(5)) == {"policies.out_of_stock.replenish.r", "levers.replenish.r"}


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("broken", "gadget", "gadget", "remember nothing"),
        ("spike", "  demand: [{kind: viral, product: gadget, at: 5 d, multiplier: 6, decay: 4 d}]\n", "", "no spike"),
        ("closure", STOPPED, "kind: lane_closed, lane: [factory, main], at: 7 d, lasts: exponential(3 d)", "chance"),
        ("outage", "lasts: 8 d", 'lasts: "gamma(mean=8 d, cv=1)"', "as chance has it"),
        ("patience", "lognormal(median=3 d, sigma=0.5)", "truncated(exponential(3 d), high=9 d)", "no median to turn"),
        ("level", "basis: quantile, level: 80 %", "basis: vendor", "by a quantile"),
        ("reorder", "rule: r_Q, r: 12, Q: 20", "rule: base_stock, S: 30", "no policy"),
        ("quantity", "rule: r_Q, r: 12, Q: 20", "rule: base_stock, S: 30", "no policy"),
        ("lead", '"gamma(mean=5 d, cv=0.4)"', '"truncated(exponential(5 d), high=9 d)"', "no mean to turn"),
    ],
)  # fmt: skip
def test_a_dial_without_use_says_why(name: str, old: str, new: str, reason: str) -> None:
    assert old in SPIKY
    found = dial(name, SPIKY.replace(old, new))
    assert reason in found.reason.lower()
    assert found.settings(1) == {}


def test_positions_are_shown_with_their_unit() -> None:
    assert dial("spike").shown(2.5) == "2.5 times the usual"
    assert dial("reorder").shown(1234.0) == "1,234 units"
    assert dial("replications").shown(40.0) == "40"
