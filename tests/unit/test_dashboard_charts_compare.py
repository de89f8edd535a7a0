"""The charts that compare policies: intervals, flows, the bridge of the account and the trade-off, on values."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard import bridge, flows, intervals, ranks, trade_off
from dashboard.looks import looks
from sim import GROUPS, MEASURES, Results, Timelines, load_scenario, run, timelines
from tests.spiky_shop import SPIKY

EVENTFUL = {
    "world.products.gadget.substitutes": "[widget]",
    "world.products.widget": "{price: 45, unit_cost: 20}",
    "world.customers.shoppers.profile": "full",
    "world.customers.shoppers.members": "60 %",
    "world.panel": "{members: 40}",
    "world.memory": "{gain: 3}",
    "world.price_changes": "[{product: gadget, at: 12 d, price: 60}]",
    "levers.consent": "us",
    "levers.cancel_after": "4 d",
    "levers.status_latency": "1 d",
}
REPLICATIONS = 6


@pytest.fixture(scope="module")
def results() -> Results:
    return run(load_scenario(SPIKY, overrides=EVENTFUL), replications=REPLICATIONS)


@pytest.fixture(scope="module")
def lines() -> Timelines:
    return timelines(load_scenario(SPIKY, overrides=EVENTFUL), replications=REPLICATIONS)


def test_flows_lose_nobody(results: Results, lines: Timelines) -> None:
    for policy in results.policies:
        found = flows.flow(lines, policy)
        assert found.visits == results.array(policy, "visits").mean()
        first = sum(found.through(node) for node in found.nodes if node[0] == 0)
        middle = sum(found.through(node) for node in found.nodes if node[0] == 1)
        assert first == pytest.approx(found.visits)
        assert middle == pytest.approx(found.visits)
        assert sum(found.ends.values()) == pytest.approx(found.visits)


def test_flows_hold_the_measures(results: Results, lines: Timelines) -> None:
    for policy in results.policies:
        found, visits = flows.flow(lines, policy), results.array(policy, "visits")
        for node, name in (
            ((0, "from the shelf"), "order_fill_rate"),
            ((1, "got it later"), "fulfilled_share"),
            ((1, "lost patience"), "reneged_share"),
            ((2, "competitor"), "competitor_share"),
            ((2, "substitute"), "substituted_share"),
        ):
            assert found.through(node) == pytest.approx(np.mean(results.array(policy, name) * visits))


def test_who_neither_got_it_nor_waits_has_left(results: Results, lines: Timelines) -> None:
    for policy in results.policies:
        stayed = results.array(policy, "capture_rate") + results.array(policy, "pending_share")
        visits = results.array(policy, "visits")
        assert flows.flow(lines, policy).lost == pytest.approx(((1 - stayed) * visits).sum() / visits.sum())


def test_every_link_is_drawn_as_wide_as_it_is(lines: Timelines) -> None:
    found = flows.flow(lines, "honest")
    (drawn,) = flows.figure(found).data
    assert sum(drawn.link.value) == pytest.approx(sum(count for _, _, count in found.links))
    assert len(drawn.node.label) == len(drawn.node.color) == len(found.nodes)


def test_the_flow_is_told_by_where_visits_end(lines: Timelines) -> None:
    picture = flows.flow_picture(lines, "honest")
    assert "got it later" in picture.alt
    assert "under honest" in picture.title
    assert picture.table()["visits per replication"].sum() > 0


def test_the_account_is_every_line_with_its_sign() -> None:
    found = bridge.account()
    assert (found["gross_sales"], found["cost_of_goods"], found["capital_charge"]) == (1, -1, -1)
    assert not {"revenue", "profit", "contribution", "economic_profit"} & set(found)
    assert {entry.name for entry in GROUPS["Money"] if entry.name.endswith("_cost")} <= set(found)


def test_the_lines_of_the_bridge_are_the_difference_exactly(results: Results) -> None:
    for policy in results.policies[1:]:
        found = bridge.steps(results, policy, "out_of_stock")
        whole = results.array(policy, "total_value") - results.array("out_of_stock", "total_value")
        for some in (found, bridge.gathered(found)):
            assert np.sum([step.apart for step in some], axis=0) == pytest.approx(whole, abs=1e-6)


def test_bars_of_the_bridge_begin_where_the_last_one_ended(results: Results) -> None:
    found = bridge.steps(results, "honest", "out_of_stock")
    (bars,) = bridge.figure(results, found, bridge.total(results, "honest", "out_of_stock")).data
    ends = np.add(bars.base, bars.x)
    assert bars.base[1:-1] == pytest.approx(ends[:-2])
    assert (bars.base[-1], ends[-1]) == (0, pytest.approx(ends[-2]))


def test_small_lines_are_drawn_together() -> None:
    found = bridge.gathered([bridge.Step(str(size), np.array([size, size])) for size in (100.0, 1.0, -50.0, -0.5)])
    assert [(step.title, step.mean) for step in found] == [("100.0", 100), ("-50.0", -50), (bridge.REST, 0.5)]


def test_the_bridge_names_its_sum_and_its_largest_part(results: Results) -> None:
    picture = bridge.bridge_picture(results, "honest", "out_of_stock")
    assert "than out_of_stock; the largest part is " in picture.title
    assert picture.table().iloc[-1, 0] == "Total value"
    same = bridge.bridge_picture(results, "honest", "honest")
    assert same.title == "honest and honest are worth the same, line by line"


def test_each_measure_with_something_to_show_is_drawn_once_for_each_policy(results: Results) -> None:
    names = ranks.telling(results, group="Service")
    drawn = intervals.figure(results, ranks.dots(results, names), looks(results.policies))
    marks = [trace for trace in drawn.data if trace.mode == "markers"]
    assert len(marks) == len(names) * len(results.policies)
    assert drawn.layout.annotations[0].text.startswith("<b>Visits")


def test_the_best_and_those_not_told_from_it_are_marked(results: Results) -> None:
    found = {dot.policy: dot for dot in ranks.dots(results, ["total_value"])["total_value"]}
    best = max(found.values(), key=lambda dot: dot.mean)
    assert best.rank == "best"
    assert {dot.rank for dot in found.values()} <= {"best", "close", "beaten"}
    assert best.low <= best.mean <= best.high


def test_what_is_neither_good_nor_bad_has_no_best(results: Results) -> None:
    assert {dot.rank for dot in ranks.dots(results, ["visits"])["visits"]} == {"same"}


def test_what_no_replication_defines_is_said_so(results: Results) -> None:
    kept = {dot.policy: dot.rank for dot in ranks.dots(results, ["promise_kept"])["promise_kept"]}
    assert kept["out_of_stock"] == "none"


def test_measures_are_found_by_words_of_their_definition(results: Results) -> None:
    found = ranks.telling(results, search="shelf at once")
    assert "fill_rate" in found
    assert all("shelf" in f"{MEASURES[name].title} {MEASURES[name].definition}".lower() for name in found)
    assert ranks.telling(results, search="no such thing") == ()


def test_measures_that_are_nothing_throughout_are_left_out(results: Results) -> None:
    assert not results.array("honest", "reputation_equity").any()
    assert "reputation_equity" not in ranks.telling(results, group="Money")


def test_the_chart_of_intervals_has_words_and_a_table(results: Results) -> None:
    picture = intervals.intervals_picture(results, ["fill_rate", "profit"], looks(results.policies), subject="Some")
    assert picture.alt.startswith("Dots with intervals of 2 measures")
    assert len(picture.table()) == 2 * len(results.policies)


def test_a_policy_better_in_both_beats_another(results: Results) -> None:
    found = {point.policy: point for point in trade_off.points(results, "capture_rate", "total_value")}
    for point in found.values():
        better = [other for other in found.values() if other.x >= point.x and other.y >= point.y and other != point]
        assert point.best == (not better)
        assert point.x == results.array(point.policy, "capture_rate").mean()


def test_less_is_better_where_the_measure_says_so(results: Results) -> None:
    up = {p.policy for p in trade_off.points(results, "capture_rate", "profit") if p.best}
    down = {p.policy for p in trade_off.points(results, "lost_share", "profit") if p.best}
    assert up
    assert down
    least = min(results.policies, key=lambda policy: results.array(policy, "lost_share").mean())
    assert least in down


def test_policies_without_a_value_have_no_point(results: Results) -> None:
    assert {p.policy for p in trade_off.points(results, "promise_kept", "profit")} == {"backorder", "honest"}
    assert trade_off.trade_off_picture(results, "promise_kept", "profit", looks(results.policies)).table().shape[0] == 2


def test_points_carry_crosses_as_long_as_their_intervals(results: Results) -> None:
    found = trade_off.points(results, "capture_rate", "profit")
    drawn = trade_off.figure(results, found, "capture_rate", "profit", looks(results.policies)).data[1:]
    assert [trace.error_y.array[0] for trace in drawn] == [point.y_half for point in found]
