"""The second look: what no single field can know."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.crosscheck import cross_check
from sim.scenario.paths import set_at
from tests.raw_world import BASE, faults, places, told, with_changes

WORLD = "world."
LANE = {"from": "factory", "to": "shop", "lead_time": "9 d"}
NONE = {"rule": "none"}


def test_a_sound_scenario_passes() -> None:
    assert told({}) == []


@pytest.mark.parametrize(
    ("path", "value", "place", "message", "hint"),
    [
        ("customers.callers.buys", "gadgte", "", "there is no product 'gadgte'", "did you mean 'gadget'?"),
        ("customers.callers.from", "shpo", "", "there is no warehouse 'shpo'", "did you mean 'shop'?"),
        ("customers.callers.from", "factory", "", "'factory' is a supplier; customers buy from warehouses", ""),
        ("lanes.2.from", "hug", "lanes.hug-shop.from", "there is no supplier or warehouse 'hug'",
         "did you mean 'hub'?"),
        ("lanes.2.to", "zzz", "lanes.hub-zzz.to", "there is no warehouse 'zzz'", "known are hub, shop"),
        ("lanes.0.products", ["gadget", "gadget"], "lanes.factory-hub.products.1", "'gadget' is listed twice", ""),
        ("lanes.0.products.0", "gdget", "lanes.factory-hub.products.0", "there is no product 'gdget'",
         "did you mean 'gadget'?"),
        ("inbound.0.product", "mgu", "", "there is no product 'mgu'", "did you mean 'mug'?"),
        ("inbound.0.product", "mug", "inbound.0", "no lane carries mug from 'factory' to 'hub'", ""),
        ("inbound.0.from", "hub", "inbound.0", "no lane carries gadget from 'hub' to 'hub'", ""),
        ("demand.0.product", "gadge", "demand.viral.product", "there is no product 'gadge'", "did you mean 'gadget'?"),
        ("disruptions.0.lane", ["hub", "shpo"], "disruptions.lane_closed.lane", "there is no lane from 'hub' to 'shpo'",
         "did you mean [hub, shop]?"),
        ("disruptions.0.lane", ["zz", "yy"], "disruptions.lane_closed.lane", "there is no lane from 'zz' to 'yy'",
         "known are [factory, hub], [hub, shop], [pottery, hub]"),
        ("disruptions.0", {"kind": "supplier_down", "supplier": "factroy", "at": "1 d", "lasts": "1 d"},
         "disruptions.supplier_down.supplier", "there is no supplier 'factroy'", "did you mean 'factory'?"),
        ("warehouses.shop.stock", {"mugg": 3}, "warehouses.shop.stock.mugg", "there is no product 'mugg'",
         "did you mean 'mug'?"),
    ],
)  # fmt: skip
def test_a_name_leads_somewhere(path: str, value: Any, place: str, message: str, hint: str) -> None:
    assert (WORLD + (place or path), message, hint) in told({WORLD + path: value})


def test_dangling_names_are_found_behind_unrelated_typos() -> None:
    paths = [path for path, *_ in told({"world.customers.callers.buys": "gadgte", "world.lanes.0.led_time": 1})]
    assert paths == ["world.lanes.factory-hub.led_time", "world.customers.callers.buys"]


def test_a_node_is_a_supplier_or_a_warehouse() -> None:
    found = told({"world.suppliers.hub": {}})
    assert found == [("world.warehouses.hub", "'hub' is a supplier too; every node needs a name of its own", "")]


def test_stock_that_nobody_buys_and_nothing_brings_is_a_mistake() -> None:
    found = told({"world.warehouses.attic": {"stock": {"mug": 3}}})
    assert found == [("world.warehouses.attic.stock.mug", "nobody buys mug from attic and no lane brings it there", "")]


def test_lanes_to_a_supplier_or_to_themselves_are_refused() -> None:
    lanes = [*BASE["world"]["lanes"], {"from": "hub", "to": "pottery", "lead_time": 1}]
    assert told({"world.lanes": lanes})[0][1] == "'pottery' is a supplier; lanes lead to warehouses"
    assert "this lane leads from 'shop' to itself" in [m for _, m, _ in told({"world.lanes.2.from": "shop"})]


def test_a_lane_is_listed_once() -> None:
    lanes = [*BASE["world"]["lanes"], {"from": "factory", "to": "hub", "products": ["mug"], "lead_time": 1}]
    found = told({"world.lanes": lanes})
    why = "there already is a lane from 'factory' to 'hub'; list all its products there"
    assert ("world.lanes.3", why, "") in found


def test_names_of_lanes_do_not_coincide() -> None:
    changes = {
        "world.warehouses": {"hub": {}, "shop": {}, "b-c": {}, "c": {}},
        "world.suppliers": {"factory": {}, "pottery": {}, "a": {}, "a-b": {}},
        "world.lanes": [
            *BASE["world"]["lanes"],
            {"from": "a", "to": "b-c", "lead_time": 1},
            {"from": "a-b", "to": "c", "lead_time": 1},
        ],
    }
    assert told(changes) == [("world.lanes.4", "another lane is called 'a-b-c' too; rename a node", "")]


def test_several_lanes_may_bring_a_product_to_a_warehouse() -> None:
    assert told({"world.lanes": [*BASE["world"]["lanes"], LANE]}) == []


def test_something_brings_what_customers_buy() -> None:
    hint = "add one, or say `replenish_at: {shop/mug: {rule: none}}`"
    found = told({"world.lanes.2.products": ["gadget"]})
    assert found == [("world.customers.drinkers.from", "no lane brings mug to 'shop'", hint)]


def test_something_brings_it_to_the_warehouses_on_the_way_too() -> None:
    hint = "add one, or say `replenish_at: {hub/mug: {rule: none}}`"
    found = told({"world.lanes.1": {"from": "pottery", "to": "hub", "products": [], "lead_time": 1}})
    assert found == [("world.lanes.hub-shop.from", "no lane brings mug to 'hub'", hint)]


@pytest.mark.parametrize(
    "levers",
    [
        {"replenish": NONE},
        {"replenish_at": {"shop/mug": NONE}},
        {"replenish_at": {"shop": NONE}},
    ],
)
def test_a_shelf_that_is_not_replenished_needs_no_lane(levers: dict[str, Any]) -> None:
    assert told({"world.lanes.2.products": ["gadget"], "levers": levers}) == []


def test_one_policy_that_replenishes_is_enough_to_need_a_lane() -> None:
    changes = {"world.lanes.2.products": ["gadget"], "levers": {"replenish": NONE}}
    assert (
        told({**changes, "policies.backorder.replenish": {"rule": "base_stock"}})[0][1]
        == "no lane brings mug to 'shop'"
    )


def test_goods_do_not_go_round_in_circles() -> None:
    lanes = [BASE["world"]["lanes"][1], {"from": "shop", "to": "hub", "products": ["gadget"], "lead_time": 1}]
    found = told({"world.lanes": [*lanes, BASE["world"]["lanes"][2]], "world.inbound": []})
    (circle,) = [(path, why) for path, why, _ in found]
    assert circle == ("world.lanes.shop-hub", "gadget goes round in a circle: hub from shop from hub; nothing comes in")


def test_different_products_may_cross() -> None:
    lanes = [
        {"from": "factory", "to": "hub", "products": ["gadget"], "lead_time": 1},
        {"from": "pottery", "to": "shop", "products": ["mug"], "lead_time": 1},
        {"from": "hub", "to": "shop", "products": ["gadget"], "lead_time": 1},
        {"from": "shop", "to": "hub", "products": ["mug"], "lead_time": 1},
    ]
    assert told({"world.lanes": lanes}) == []


@pytest.mark.parametrize(
    ("path", "value", "place", "message"),
    [
        ("calendar.start", 20260302, "", "20260302 is not a date such as 2026-03-02"),
        ("calendar.start", "0", "", "'0' is not a date such as 2026-03-02"),
        ("disruptions.0.at", "100 d", "disruptions.lane_closed.at",
         "'100 d' is not before the end of the run at 100 d"),
        ("disruptions.0.at", "-15 d", "disruptions.lane_closed.at", "this is over before the run starts at -10 d"),
        ("demand.0.at", "90 d", "demand.viral.at", "'90 d' is not before the last visits at 90 d"),
        ("inbound.0.due", "-11 d", "", "'-11 d' is before the run starts at -10 d"),
        ("inbound.0.due", 100, "", "100 is not before the end of the run at 100 d"),
        ("customers.callers.visits", {"every": "1 d", "first": "-11 d"}, "customers.callers.visits.first",
         "'-11 d' is before the run starts at -10 d"),
        ("customers.callers.visits", {"every": "1 d", "first": "90 d"}, "customers.callers.visits.first",
         "'90 d' is not before the last visits at 90 d"),
        ("customers.callers.visits", {"history": [{"day": 7, "units": 1}], "days": 7},
         "customers.callers.visits.history.0.day", "day 7 is not among the 7 days of the history, 0 to 6"),
        ("customers.callers.visits", {"history": [], "days": 7, "block": "36 h"}, "customers.callers.visits.block",
         "'36 h' is not a number of whole days"),
    ],
)  # fmt: skip
def test_times_lie_within_the_run(path: str, value: Any, place: str, message: str) -> None:
    found = [(where, why) for where, why, _ in told({WORLD + path: value})]
    assert (WORLD + (place or path), message) in found


def test_a_promotion_wholly_before_the_run_is_outside() -> None:
    promo = {"kind": "promo", "product": "gadget", "at": "-30 d", "lasts": "5 d", "dip_lasts": "14 d"}
    assert told({"world.demand.0": promo})[0][1] == "this is over before the run starts at -10 d"
    assert told({"world.demand.0": {**promo, "dip_lasts": "16 d"}}) == []


def test_a_viral_jump_before_the_run_may_still_fade_into_it() -> None:
    assert told({"world.demand.0.at": "-30 d"}) == []


def test_the_points_of_a_profile_are_in_order() -> None:
    points = [{"at": at, "multiplier": 2} for at in ("1 d", "3 d", "3 d")]
    found = told({"world.demand.0": {"kind": "profile", "product": "gadget", "points": points}})
    assert found[0][0] == "world.demand.profile.points.2.at"


def test_the_run_is_not_longer_than_time_reaches() -> None:
    found = told({"world.calendar": {"warm_up": "10 yr", "measure": "20 yr", "run_out": "10 yr"}})
    assert found[0][1] == "the run is 14600 d long from warm_up to run_out; the longest is 34 years"


def test_a_disruption_is_scheduled_or_random() -> None:
    both = told({"world.disruptions.0.every": "9 d"})
    assert both[0][:2] == (
        "world.disruptions.lane_closed.every",
        "a disruption is scheduled (`at`) or random (`every`), not both",
    )
    neither = told({"world.disruptions.0": {"kind": "lane_closed", "lane": ["hub", "shop"], "lasts": "1 d"}})
    assert neither[0][1] == "say when: `at` for a scheduled disruption, `every` for a random one"


def test_random_disruptions_are_some_time_apart() -> None:
    blow = {"kind": "supplier_down", "supplier": "factory", "every": "0 d", "lasts": "1 d"}
    assert "the time between two random disruptions must be more than 0" in [
        m for _, m, _ in told({"world.disruptions.0": blow})
    ]


def listed(*times: str) -> dict[str, Any]:
    return {
        "world.customers.callers.visits": {"trace": [{"at": at} for at in times]},
        "world.demand": [],
        "levers.replenish_at": {
            "shop/gadget": {"rule": "r_Q", "r": 1, "Q": 2},
            "hub/gadget": {"rule": "base_stock", "S": 9},
        },
    }


def test_a_trace_lies_within_the_run() -> None:
    assert told(listed("-10 d", "89 d")) == []
    found = told(listed("1 d", "90 d", "-11 d"))
    assert [path for path, *_ in found] == [
        "world.customers.callers.visits.trace.1.at",
        "world.customers.callers.visits.trace.2.at",
    ]


def test_a_long_trace_outside_the_run_is_told_in_brief() -> None:
    found = told(listed(*["200 d"] * 30))
    assert len(found) == 6
    assert found[0][1] == "25 more visits of this trace lie outside the run"


@pytest.mark.parametrize(("key", "value"), [("size", 2), ("patience", "3 d")])
def test_a_trace_brings_its_own_sizes_and_patience(key: str, value: Any) -> None:
    found = told({**listed("1 d"), f"world.customers.callers.{key}": value})
    assert found == [
        (f"world.customers.callers.{key}", f"the trace brings the {key} of every visit; leave this out", "")
    ]


def test_auto_needs_a_mean_demand_at_the_shelf_and_on_the_way_there() -> None:
    found = told({**listed("1 d"), "levers": {"replenish": {"rule": "s_S", "s": 3}}})
    messages = [message for _, message, _ in found]
    assert messages == [
        "S cannot be computed for gadget at 'shop': 'callers' come by a trace",
        "S cannot be computed for gadget at 'hub': 'callers' come by a trace",
    ]
    assert found[0][0] == "levers.replenish"
    assert found[0][2] == "state S under levers.replenish"


def test_where_no_rule_is_stated_the_trace_is_what_is_at_fault() -> None:
    changes = {**listed("1 d"), "levers": {}}
    assert {path for path, *_ in told(changes)} == {"world.customers.callers.visits"}


@pytest.mark.parametrize(("visits", "how"), [({"every": "1 d"}, "`every`"), ({"trace": [{"at": "1 d"}]}, "a trace")])
def test_visits_by_a_clock_or_a_list_cannot_be_multiplied(visits: Any, how: str) -> None:
    found = told({**listed("1 d"), "world.demand": BASE["world"]["demand"], "world.customers.callers.visits": visits})
    why = f"the visits of 'callers' for gadget come by {how} and cannot be multiplied"
    assert found == [("world.demand.viral.product", why, "")]


@pytest.mark.parametrize("rule", ["s_S", "R_s_S"])
def test_the_order_up_to_level_is_above_the_reorder_point(rule: str) -> None:
    stated = {"rule": rule, "s": 9, "S": 8, **({"R": "1 d"} if rule == "R_s_S" else {})}
    why = "the order-up-to level S = 8 is below the reorder point s = 9"
    assert told({"levers.replenish": stated}) == [("levers.replenish.S", why, "")]
    assert told({"levers.replenish_at": {"shop": stated}}) == [("levers.replenish_at.shop.S", why, "")]
    assert told({"levers.replenish": {**stated, "S": 9}}) == []


def test_a_policy_that_makes_shared_levers_impossible_is_at_fault_itself() -> None:
    changes = {
        "levers.replenish": {"rule": "s_S", "s": 3, "S": 8},
        "policies.backorder.replenish": {"rule": "s_S", "s": 9},
    }
    assert [path for path, *_ in told(changes)] == ["policies.backorder.replenish.S"]


def test_a_fault_in_shared_levers_is_told_once() -> None:
    changes = {"levers.replenish": {"rule": "s_S", "s": 9, "S": 8}, "policies.backorder.cap": 5}
    assert len(told(changes)) == 1


@pytest.mark.parametrize(
    ("place", "message", "hint"),
    [
        ("shpo", "there is no warehouse or stock 'shpo'", "did you mean 'shop'?"),
        ("shop/mgu", "there is no warehouse or stock 'shop/mgu'", "did you mean 'shop/mug'?"),
        ("attic/mug", "nobody buys mug from 'attic' and no lane brings it there", ""),
    ],
)
def test_rules_for_single_places_name_stocks(place: str, message: str, hint: str) -> None:
    found = told({"world.warehouses.attic": {}, "levers.replenish_at": {place: {"rule": "base_stock"}}})
    assert found == [(f"levers.replenish_at.{place}", message, hint)]


@pytest.mark.parametrize(
    ("own", "key"),
    [
        ({"only": "confirmed_inbound"}, "only"),
        ({"cap": 3}, "cap"),
        ({"limits": {"reopen": 0.5}}, "limits"),
        ({"when_short": "backorder", "limits": {"reopen": 0.5}}, "limits"),
    ],
)
def test_a_policy_does_not_limit_what_it_does_not_offer(own: dict[str, Any], key: str) -> None:
    assert [path for path, *_ in told({"policies.out_of_stock": own})] == [f"policies.out_of_stock.{key}"]


def test_shared_levers_may_limit_what_only_some_policies_offer() -> None:
    assert told({"levers.cap": 5, "levers.only": "confirmed_inbound"}) == []


def test_a_window_does_not_end_before_it_starts() -> None:
    found = told({"policies.backorder.promise": {"level": "5 %"}})
    why = "the window starts at quantile 0.1 and ends at 0.05; low_level must not be above level"
    assert found == [("policies.backorder.promise.level", why, "")]


def test_an_experiment_ends_in_a_lifetime() -> None:
    found = told({"world.customers.callers.visits": "40/s", "world.demand": []})
    assert "visits in every replication are too many" in found[0][1]
    assert told({"plan.replications": 2_000_000})[0][0] == "plan.replications"
    assert told({"plan.replications": 400_000}) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"levers.replenish": {"rule": "R_S", "R": "1 s"}},
        {"world.disruptions.0": {"kind": "supplier_down", "supplier": "factory", "every": "1 s", "lasts": "0 s"}},
        {"world.demand.0": {"kind": "ramp", "product": "gadget", "at": "1 d", "multiplier": 10_000}},
        {"world.demand.0": {"kind": "weekly", "product": "gadget", "factors": [10_000] * 7}},
        {"world.demand.0": {"kind": "profile", "product": "gadget", "points": [{"at": 1, "multiplier": 10_000}]}},
        {"world.demand.0": {"kind": "promo", "product": "gadget", "at": 1, "lasts": 90, "multiplier": 10_000}},
        {"world.demand.0": {"kind": "viral", "product": "gadget", "at": 1, "decay": 900, "multiplier": 10_000}},
        {"world.customers.callers.visits": {"every": "1 s"}, "world.demand": []},
        {"world.customers.callers.visits": {"history": [{"day": 0, "units": 1, "lines": 99_999}], "days": 1}},
    ],
)
def test_everything_that_happens_counts_against_the_budget(changes: dict[str, Any]) -> None:
    (fault,) = faults({**changes, "plan.replications": 20_000})
    assert (fault.code, fault.path) == ("too_big", "plan.replications")


def test_a_network_beyond_reason_is_refused_and_not_explored() -> None:
    changes = {
        "world.products": {f"p{number}": {} for number in range(600)},
        "world.warehouses": {f"w{number}": {} for number in range(600)},
    }
    assert "too_big" in [fault.code for fault in faults(changes)]


def test_there_are_not_too_many_policies() -> None:
    assert [f.code for f in faults({"policies": {f"p{number}": {} for number in range(201)}})] == ["too_big"]


def test_a_hundred_faults_of_a_sort_are_enough() -> None:
    streams = {f"c{number}": {"buys": "x", "from": "shop", "visits": 1} for number in range(150)}
    found = cross_check(with_changes({"world.customers": streams}))
    assert len(found) == 100
    assert found[-1].hint == "and there may be more like it"


@pytest.mark.parametrize("junk", [None, 3, "x", [], {}, [[]], {"x": None}, [{"from": 3, "to": {}}], True])
def test_junk_anywhere_never_stops_the_checks(junk: Any) -> None:
    everywhere = [(), *places(BASE)]
    for place in everywhere:
        cross_check(set_at(BASE, place, junk))
    assert len(everywhere) > 60
