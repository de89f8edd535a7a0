"""The supply network: where nodes stand, and what is said of a day, on values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dashboard import network_chart
from dashboard.network_day import Moment, Place, Way, places, ways
from dashboard.plan_layout import nodes
from sim import Scenario, Timelines, load_scenario, timelines

CHAIN = """\
version: 1
title: A chain
world:
  calendar: {measure: 40 d}
  products: {mug: {}, plate: {}}
  suppliers: {kiln: {}}
  warehouses: {hub: {stock: {mug: 10}}, shop: {stock: {mug: 5}}, north: {stock: {mug: 5}}}
  lanes:
    - {from: kiln, to: hub, lead_time: 6 d}
    - {from: hub, to: shop, lead_time: 2 d}
    - {from: hub, to: north, products: [mug], lead_time: 2 d}
  customers:
    shop: {buys: mug, from: shop, visits: {every: 1 d, first: 12 h}, patience: forever}
    hikers: {buys: mug, from: north, visits: {every: 2 d, first: 12 h}, patience: forever}
    diners: {buys: plate, from: shop, visits: {every: 9 d, first: 12 h}}
  disruptions: [{kind: supplier_down, supplier: kiln, at: 12 d, lasts: 9 d}]
levers: {when_short: backorder, replenish: {rule: r_Q, r: 3, Q: 5}}
policies: {one: {}, two: {when_short: out_of_stock}}
plan: {replications: 3}
"""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(CHAIN)


@pytest.fixture(scope="module")
def lines(scenario: Scenario) -> Timelines:
    return timelines(scenario)


@pytest.fixture
def moment(scenario: Scenario, lines: Timelines) -> Moment:
    return Moment(lines, scenario.world, "one", 20, "mug")


def test_goods_flow_from_left_to_right(scenario: Scenario) -> None:
    placed = nodes(scenario.world, "mug")
    assert placed["kiln"].x < placed["hub"].x < placed["shop"].x < placed["customers shop"].x
    assert placed["shop"].x == placed["north"].x
    assert len({(node.x, node.y) for node in placed.values()}) == len(placed) == 6


def test_customers_may_bear_the_name_of_a_place(scenario: Scenario) -> None:
    placed = nodes(scenario.world, "mug")
    assert (placed["shop"].kind, placed["customers shop"].kind) == ("warehouse", "customers")


def test_only_those_who_buy_the_product_are_drawn(scenario: Scenario) -> None:
    streams = {
        product: {name for name in nodes(scenario.world, product) if " " in name} for product in ("mug", "plate")
    }
    assert streams == {"mug": {"customers shop", "customers hikers"}, "plate": {"customers diners"}}


def test_places_that_fill_each_other_stand_in_one_column() -> None:
    sisters = "{from: hub, to: shop, lead_time: 2 d}\n    - {from: shop, to: north, lead_time: 1 d}\n"
    sisters += "    - {from: north, to: shop, lead_time: 1 d}"
    world = load_scenario(CHAIN.replace("{from: hub, to: shop, lead_time: 2 d}", sisters)).world
    placed = nodes(world, "mug")
    assert placed["hub"].x < placed["shop"].x == placed["north"].x


def test_every_number_is_that_of_the_day(moment: Moment, lines: Timelines) -> None:
    shop = next(place for place in places(moment) if place.name == "shop")
    assert shop.on_hand == lines.band("one", "on_hand", scope="shop/mug").median[20]
    assert shop.backlog == lines.band("one", "backlog", scope="shop/mug").median[20]
    way = next(way for way in ways(moment) if way.name == "hub-shop")
    assert way.travelling == lines.band("one", "travelling", scope="hub-shop").median[20]
    assert way.most == lines.band("one", "travelling", scope="hub-shop").median.max()


def test_a_single_replication_can_be_looked_at(moment: Moment, lines: Timelines) -> None:
    alone = replace(moment, replication=2)
    assert places(alone)[0].on_hand == lines.every("one", "on_hand", scope="hub/mug")[2, 20]
    assert "one replication" in network_chart.network_picture(alone).note


def test_only_places_that_keep_the_product_have_numbers(moment: Moment) -> None:
    plates = replace(moment, product="plate")
    assert "north" in {place.name for place in places(moment)}
    assert [place.name for place in places(plates)] == ["hub", "shop"]


def test_service_is_told_by_colour_and_by_words() -> None:
    levels = {share: Place("here", 1, 0, 0, share).level for share in (1.0, 0.95, 0.9, 0.5)}
    assert levels == {1.0: "good", 0.95: "good", 0.9: "fair", 0.5: "poor"}
    assert Place("here", 1, 0, 0, np.nan).words == "nobody came"
    assert len({colour for colour, _, _ in network_chart.SERVICE.values()}) == 4


def test_lanes_are_told_by_width_and_dash() -> None:
    lane = Way("a-b", "a", "b", 0, 0, 10)
    assert [replace(lane, travelling=units).use for units in (0, 5, 6)] == ["empty", "light", "heavy"]
    assert len({width for _, width, _ in network_chart.USE.values()}) == 3


def test_the_drawing_says_every_number_and_has_a_legend(moment: Moment) -> None:
    drawn = network_chart.figure(moment)
    said = " ".join(str(text) for trace in drawn.data for text in (trace.text or ()))
    for place in places(moment):
        assert f"<b>{place.name}</b><br>{place.on_hand:,.0f} on hand<br>{place.backlog:,.0f} waited for" in said
    names = {trace.name for trace in drawn.data if trace.name}
    assert {words for _, _, words in (*network_chart.SERVICE.values(), *network_chart.USE.values())} <= names


def test_the_day_is_told_with_what_goes_on(moment: Moment) -> None:
    picture = network_chart.network_picture(replace(moment, at=14))
    assert picture.title.startswith("Day 14: ")
    assert "kiln stopped" in picture.note
    assert "kiln stopped" in picture.alt
    assert "kiln stopped" not in network_chart.network_picture(replace(moment, at=30)).note


def test_the_title_tells_of_those_who_wait_first(moment: Moment, lines: Timelines) -> None:
    longest = int(np.argmax(lines.band("one", "backlog", scope="shop/mug").median))
    assert "units are waited for at " in network_chart.title(replace(moment, at=longest))
    assert "nobody waits" in network_chart.title(replace(moment, at=0))


def test_the_table_has_a_row_for_each_stock_and_lane(moment: Moment) -> None:
    table = network_chart.table(moment)
    assert table["kind"].tolist().count("lane") == 3
    assert set(table["name"]) >= {"hub", "shop", "north", "kiln-hub"}
