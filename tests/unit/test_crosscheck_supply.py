"""The second look at supply: who is struck when, and whether sources are there that a policy orders from."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.crosscheck import cross_check
from sim.scenario.paths import set_at
from tests.raw_world import BASE, faults, places, told, with_changes

SECOND = {"from": "pottery", "to": "hub", "lead_time": "3 d", "region": "gulf"}
"""A second way of filling the hub, with gadgets too."""
BETWEEN = {"from": "hub", "to": "shop", "lead_time": "2 d"}
BACK = {"from": "shop", "to": "hub", "lead_time": "2 d"}
RICH: dict[str, Any] = {
    "world.lanes": [{**BASE["world"]["lanes"][0], "region": "gulf"}, SECOND, BETWEEN, BACK],
    "world.suppliers": {
        "factory": {"region": "east", "unit_costs": {"mug": 3}},
        "pottery": {"drop_ship": {"takes": "4 d"}},
    },
    "world.disruptions": [{"kind": "supplier_down", "region": "east", "size": "medium", "rho": 0.3}],
    "levers.source_at": {"hub/gadget": {"rule": "split", "shares": {"factory": 0.6, "pottery": 0.4}}},
    "levers.expedite": {"by": "pottery"},
    "levers.transship": {},
    "policies.backorder.drop_ship": "pottery",
}  # fmt: skip
"""Two ways for gadgets to the hub, and policies that use both."""


def rich(changes: dict[str, Any]) -> list[tuple[str, str, str]]:
    return told(RICH | changes)


def blow(**stated: Any) -> dict[str, Any]:
    """The rich scenario with one other disruption."""
    return {"world.disruptions": [stated]}


def test_a_scenario_with_several_ways_passes() -> None:
    assert rich({}) == []


AT = {"at": "5 d", "lasts": "3 d"}


@pytest.mark.parametrize(
    ("stated", "place", "message", "hint"),
    [
        ({"kind": "supplier_down", "supplier": "factroy", **AT}, "supplier_down.supplier",
         "there is no supplier 'factroy'", "did you mean 'factory'?"),
        ({"kind": "supplier_down", "region": "eats", **AT}, "supplier_down.region",
         "there are no suppliers of a region 'eats'", "did you mean 'east'?"),
        ({"kind": "supplier_down", "region": "gulf", **AT}, "supplier_down.region",
         "there are no suppliers of a region 'gulf'", "known are east"),
        ({"kind": "lane_closed", "region": "east", **AT}, "lane_closed.region",
         "there are no lanes of a region 'east'", "known are gulf"),
        ({"kind": "warehouse_down", "warehouse": "hbu", **AT}, "warehouse_down.warehouse",
         "there is no warehouse 'hbu'", "did you mean 'hub'?"),
        ({"kind": "stock_lost", "warehouse": "hub", "product": "mugg", "at": 5}, "stock_lost.product",
         "there is no product 'mugg'", "did you mean 'mug'?"),
        ({"kind": "tariff", "lane": ["hub", "shpo"], "at": 5, "adds": 0.1}, "tariff.lane",
         "there is no lane from 'hub' to 'shpo'", "did you mean [hub, shop]?"),
    ],
)  # fmt: skip
def test_a_disruption_strikes_what_exists(stated: dict[str, Any], place: str, message: str, hint: str) -> None:
    assert rich(blow(**stated)) == [(f"world.disruptions.{place}", message, hint)]


@pytest.mark.parametrize(
    ("stated", "why"),
    [
        ({"kind": "supplier_down", **AT}, "state either supplier or region"),
        ({"kind": "supplier_down", "supplier": "factory", "region": "east", **AT}, "state either supplier or region"),
        ({"kind": "lane_closed", **AT}, "state either lane or region"),
        ({"kind": "congestion", "region": "gulf", "lane": ["hub", "shop"], **AT}, "state either lane or region"),
        ({"kind": "supplier_down", "region": "east", "every": "30 d", "lasts": "3 d"},
         "a region is struck by chance at exponential times only"),
        ({"kind": "supplier_down", "supplier": "factory", "rho": 0.5, **AT}, "rho is about a region; leave it out"),
        ({"kind": "lane_closed", "lane": ["hub", "shop"], "goods": "rebooked", **AT}, "belong together"),
        ({"kind": "lane_closed", "lane": ["hub", "shop"], "rebook": "10 d", **AT}, "belong together"),
        ({"kind": "lane_closed", "lane": ["hub", "shop"], "goods": "lost", "clears": 1.3, **AT},
         "`clears` is about goods that are held, and these are lost"),
    ],
)  # fmt: skip
def test_a_disruption_says_one_thing(stated: dict[str, Any], why: str) -> None:
    (fault,) = faults(RICH | blow(**stated))
    assert why in fault.message
    assert fault.line > 0


def test_a_disruption_of_any_kind_says_when() -> None:
    why = "say when: `at` for a scheduled disruption, `every` for a random one"
    for kind in ({"kind": "bankruptcy", "supplier": "factory"}, {"kind": "stock_lost", "warehouse": "hub"}):
        assert [message for _, message, _ in rich(blow(**kind))] == [why]


def test_a_size_says_when_and_how_long() -> None:
    assert rich(blow(kind="supplier_down", supplier="factory", size="long")) == []


@pytest.mark.parametrize(
    ("stated", "is_outside"),
    [
        ({"kind": "tariff", "lane": ["hub", "shop"], "adds": 0.1, "at": "100 d"}, True),
        ({"kind": "tariff", "lane": ["hub", "shop"], "adds": 0.1, "at": "-40 d", "lasts": "20 d"}, True),
        ({"kind": "tariff", "lane": ["hub", "shop"], "adds": 0.1, "at": "-40 d"}, False),
        ({"kind": "stock_lost", "warehouse": "hub", "at": "-11 d"}, True),
        ({"kind": "bankruptcy", "supplier": "factory", "at": "-11 d"}, False),
        ({"kind": "rule_change", "lane": ["hub", "shop"], "at": "-40 d", "lasts": "1 d", "paperwork": "1 d"}, False),
        ({"kind": "supplier_down", "supplier": "factory", "at": "-40 d", "lasts": "10 d"}, True),
        ({"kind": "supplier_down", "supplier": "factory", "at": "-40 d", "lasts": "10 d", "recovery": {"ramp": "50 d"}},
         False),
        ({"kind": "lane_closed", "lane": ["hub", "shop"], "at": "-40 d", "lasts": "10 d", "clears": 1.25}, False),
        ({"kind": "lane_closed", "lane": ["hub", "shop"], "at": "-40 d", "lasts": "10 d", "clears": 2}, True),
    ],
)  # fmt: skip
def test_a_disruption_and_what_it_leaves_behind_touch_the_run(stated: dict[str, Any], is_outside: bool) -> None:
    found = faults(RICH | blow(**stated))
    assert [fault.code for fault in found] == (["outside"] if is_outside else [])


def test_goods_of_a_lane_take_one_other_way() -> None:
    closed = {"kind": "lane_closed", "goods": "rebooked", "at": "5 d", "lasts": "3 d"}
    blows = [closed | {"region": "gulf", "rebook": "10 d"}, closed | {"lane": ["pottery", "hub"], "rebook": "12 d"}]
    why = "goods on the lane from 'pottery' to 'hub' are rebooked by another law already"
    assert [message for _, message, _ in rich({"world.disruptions": blows})] == [why]
    blows[1]["rebook"] = "10 d"
    assert rich({"world.disruptions": blows}) == []


@pytest.mark.parametrize(
    ("path", "value", "place", "message", "hint"),
    [
        ("levers.source", {"rule": "single", "from": "potery"}, "levers.source.from", "no lane leads from 'potery'",
         "did you mean 'pottery'?"),
        ("levers.source_at", {"hbu": "single"}, "levers.source_at.hbu",
         "no lane leads to a warehouse or stock 'hbu'", "did you mean 'hub'?"),
        ("levers.source_at", {"shop": {"rule": "backup", "backup": "pottery"}}, "levers.source_at.shop.backup",
         "'pottery' brings no gadget to 'shop'; hub does", ""),
        ("levers.source", {"rule": "split", "shares": {"factory": 0.5, "pottery": 0.5}}, "levers.source.shares.factory",
         "'factory' brings no mug to 'hub'; pottery, shop does",
         "say under `source_at` which warehouses are meant"),
        ("policies.backorder.expedite", {"by": "potery"}, "policies.backorder.expedite.by",
         "no lane leads from 'potery'", "did you mean 'pottery'?"),
        ("policies.backorder.expedite", {"by": "hub"}, "policies.backorder.expedite.by",
         "no stock that 'hub' fills has another way to be faster than", ""),
        ("policies.backorder.drop_ship", "potery", "policies.backorder.drop_ship", "there is no supplier 'potery'",
         "did you mean 'pottery'?"),
        ("policies.backorder.drop_ship", "factory", "policies.backorder.drop_ship",
         "'factory' sends no parcels to customers", "say how under `suppliers.factory.drop_ship`"),
        ("levers.advance", {"cover": "30 d"}, "levers.advance",
         "`advance` is about tariffs, and there is none among the disruptions", ""),
        ("levers.advance", {"cover": "30 d", "by": "potery"}, "levers.advance.by", "no lane leads from 'potery'",
         "did you mean 'pottery'?"),
        ("levers.pass_through", 0.2, "levers.pass_through",
         "`pass_through` is about tariffs, and there is none among the disruptions", ""),
        ("world.suppliers.factory.unit_costs", {"mugg": 3}, "world.suppliers.factory.unit_costs.mugg",
         "there is no product 'mugg'", "did you mean 'mug'?"),
        ("world.lanes", [*BASE["world"]["lanes"][:2], {**BETWEEN, "region": "gulf"}], "levers.transship",
         "no stock has a lane from another warehouse besides the way that usually fills it",
         "add a lane between the two"),
    ],
)  # fmt: skip
def test_a_policy_orders_from_sources_that_are_there(
    path: str, value: Any, place: str, message: str, hint: str
) -> None:
    assert (place, message, hint) in rich({path: value})


def test_a_policy_lets_nothing_go_round_in_a_circle() -> None:
    found = rich({"levers.source": {"rule": "single", "from": "shop"}, "levers.source_at": {"shop": "single"}})
    why = "gadget goes round in a circle: hub from shop from hub; nothing comes in"
    assert found == [("levers.source", why, "")]


def test_names_of_several_products_are_looked_at_one_by_one() -> None:
    found = told({"world.demand": [{"kind": "spike", "at": "5 d", "products": ["mug", "gadgte"]}]})
    assert found == [("world.demand.spike.products.1", "there is no product 'gadgte'", "did you mean 'gadget'?")]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"kind": "spike", "at": "-11 d"}, "outside"),
        ({"kind": "panic", "at": "-30 d"}, None),
        ({"kind": "panic", "at": "-32 d"}, "outside"),
        ({"kind": "jacket", "at": "90 d"}, "outside"),
        ({"kind": "black_friday", "date": "2026-11-27"}, "conflict"),
        ({"kind": "black_friday"}, "value"),
        ({"kind": "jacket", "at": 0, "lasts": "10 d", "peak": "11 d"}, "value"),
    ],
)  # fmt: skip
def test_a_demand_event_touches_the_time_of_visits(event: dict[str, Any], code: str | None) -> None:
    found = faults({"world.demand": [{"product": "mug", **event}]})
    assert [fault.code for fault in found] == ([code] if code else [])


@pytest.mark.parametrize("aim", [{}, {"product": "mug", "products": ["gadget"]}, {"products": ["mug", "mug"]}])
def test_a_demand_event_names_its_products_once(aim: dict[str, Any]) -> None:
    (fault,) = faults({"world.demand": [{"kind": "spike", "at": "5 d", **aim}]})
    assert "product" in fault.message


OFTEN = {"kind": "supplier_down", "region": "east", "every": "exponential(5 s)", "lasts": "1 s"}
HIGH = {"kind": "spike", "at": "5 d", "lasts": "90 d", "multiplier": 9999, "products": ["mug", "gadget"]}


@pytest.mark.parametrize(
    "changes",
    [
        {"world.disruptions": [OFTEN]},
        {"world.disruptions": [{"kind": "stock_lost", "warehouse": "hub", "every": "1 s"}]},
        {"world.demand": [HIGH]},
        {"world.warehouses": {"hub": {"shrink": 1}, "shop": {"shrink": 1}}},
    ],
)
def test_what_comes_by_chance_is_counted(changes: dict[str, Any]) -> None:
    plan = {"plan.replications": 300_000}
    assert [fault.code for fault in faults(RICH | plan | changes)] == ["too_big"]
    assert faults(RICH | plan) == ()


@pytest.mark.parametrize("junk", [None, 3, "x", [], {}, [[]], {"x": None}, [{"from": 3, "to": {}}], True])
def test_junk_anywhere_never_stops_the_checks(junk: Any) -> None:
    sound = with_changes(RICH)
    everywhere = [(), *places(sound)]
    for place in everywhere:
        cross_check(set_at(sound, place, junk))
    assert len(everywhere) > 80
