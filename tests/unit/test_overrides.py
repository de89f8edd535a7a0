"""One grammar of paths: for settings from outside, studies, levers on a page and messages."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from sim.scenario.faults import ScenarioFaults
from sim.scenario.load import check_scenario, check_text, load_scenario, read_raw
from sim.scenario.marks import read_marked
from sim.scenario.overrides import PathError, get_path, set_path
from sim.scenario.paths import path_text, set_at
from sim.words import DAY
from tests.spiky_shop import SPIKY

SHOP = """\
version: 1
title: One gadget, one shop
world:
  calendar: {measure: 90 d}
  products: {gadget: {price: 39}}
  suppliers: {factory: {}, port: {}}
  warehouses: {main: {}, north-east: {}}
  lanes:
    - {from: factory, to: main, lead_time: "gamma(mean=10 d, cv=0.2)"}
    - {from: main, to: north-east, lead_time: 2 d}
  customers:
    shoppers: {buys: gadget, from: main, visits: 20/d}
  demand:
    - {kind: viral, product: gadget, at: 5 d}
    - {kind: promo, product: gadget, at: 10 d}
    - {kind: promo, product: gadget, at: 40 d}
levers: {allocate: fifo}
policies:
  out_of_stock: {}
  backorder: {when_short: backorder}
"""
DATA: dict[str, Any] = read_marked(SHOP, "shop.yaml").data


def told(*settings: str) -> list[tuple[str, str, str]]:
    overrides = dict(setting.split("=", 1) for setting in settings)
    return [(fault.file, fault.path, str(fault)) for fault in check_text(SHOP, overrides=overrides)[1]]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("title", "One gadget, one shop"),
        ("world.products.gadget.price", 39),
        ("products.gadget.price", 39),
        ("lanes.main-north-east.lead_time", "2 d"),
        ("lanes.1.lead_time", "2 d"),
        ("lanes.factory-main.lead_time.cv", 0.2),
        ("customers.shoppers.visits.rate", "20/d"),
        ("demand.viral.at", "5 d"),
        ("demand.2.at", "40 d"),
        ("levers.allocate.rule", "fifo"),
        ("policies.backorder", {"when_short": "backorder"}),
        ("customers.shoppers.patience", None),
        ("levers.promise.width", None),
    ],
)
def test_a_path_leads_to_what_is_written_there(path: str, value: Any) -> None:
    assert get_path(DATA, path) == value


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("customers.shopers.patience", "there is no 'shopers' in world.customers; did you mean 'shoppers'?"),
        ("customers.shoppers.pateince", "there is no 'pateince' in world.customers.shoppers; did you mean 'patience'?"),
        ("custmers.shoppers", "there is no 'custmers'; did you mean 'customers'?"),
        ("lanes.factory-mian.slip", "there is no 'factory-mian' in world.lanes; did you mean 'factory-main'?"),
        ("lanes.7.slip", "there is no '7' in world.lanes; there are factory-main, main-north-east"),
        ("demand.promo.at", "there is no 'promo' in world.demand; there are viral, 1, 2"),
        ("disruptions.0.at", "there is no '0' in world.disruptions; it is empty"),
        ("title.x", "title is 'One gadget, one shop', with nothing inside"),
        ("policies.other.cap", "there is no 'other' in policies; there are out_of_stock, backorder"),
        ("levers.promise.with", "there is no 'with' in levers.promise; did you mean 'width'?"),
        ("lanes.factory-main.lead_time.mena",
         "there is no 'mena' in world.lanes.factory-main.lead_time; did you mean 'mean'?"),
        ("", "there is no ''"),
        ("levers..cap", "there is no '' in levers"),
    ],
)  # fmt: skip
def test_a_path_that_leads_nowhere_says_what_may_be_meant(path: str, words: str) -> None:
    with pytest.raises(PathError) as caught:
        get_path(DATA, path)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    "path",
    ["customers.shoppers.patience", "levers.cap", "policies.new", "plan.seed", "lanes.0.slip",
     "warehouses.main.stock.gadget", "levers.replenish_at.main", "lanes.factory-main.lead_time.mean",
     "demand.viral.decay", "inbound"],
)  # fmt: skip
def test_what_was_set_can_be_got_and_nothing_else_changes(path: str) -> None:
    before = copy.deepcopy(DATA)
    after = set_path(DATA, path, "new")
    assert get_path(after, path) == "new"
    assert before == DATA


def test_setting_shares_what_it_does_not_touch() -> None:
    after = set_path(DATA, "levers.cap", 3)
    assert after["world"] is DATA["world"]


def test_setting_a_parameter_spells_out_a_law_written_as_a_call() -> None:
    after = set_path(DATA, "lanes.factory-main.lead_time.mean", "12 d")
    assert after["world"]["lanes"][0]["lead_time"] == {"dist": "gamma", "mean": "12 d", "cv": 0.2}


def test_nothing_is_inside_a_law_that_cannot_be_read_or_a_number_in_a_list() -> None:
    with pytest.raises(PathError, match="is 'gama"):
        get_path(set_path(DATA, "lanes.0.lead_time", "gama(3)"), "lanes.0.lead_time.mean")
    weekly = [{"kind": "weekly", "product": "gadget", "factors": [1] * 7}]
    with pytest.raises(PathError, match="is 1, with nothing inside"):
        get_path(set_path(DATA, "demand", weekly), "demand.weekly.factors.0.x")


def test_names_in_messages_are_paths_again() -> None:
    for place in (("world", "lanes", 1, "lead_time"), ("world", "demand", 0, "at"), ("world", "demand", 1, "at")):
        text = path_text(DATA, place)
        assert get_path(set_at(DATA, place, "here"), text) == "here"


def test_settings_reach_the_scenario(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(
        SHOP.replace(", north-east: {}", "").replace("    - {from: main, to: north-east, lead_time: 2 d}\n", "")
    )
    settings = {"calendar.measure": "30 d", "demand": "[]", "customers.shoppers.visits": "{every: 1 d}"}
    scenario = load_scenario(path, overrides=settings)
    assert scenario.world.calendar.measure == 30 * DAY
    assert scenario.world.demand == ()
    assert scenario.digest != load_scenario(path).digest


def test_later_settings_build_on_earlier_ones() -> None:
    assert told("policies.fast={when_short: backorder}", "policies.fast.cap=3") == []


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("customers.shoppers.patience=3 q", "world.customers.shoppers.patience: '3 q' has an unknown unit 'q'"),
        ("customers.shopers.patience=3 d", "there is no 'shopers' in world.customers; did you mean 'shoppers'?"),
        ("customers.shoppers.buys=gadgte",
         "world.customers.shoppers.buys: there is no product 'gadgte'; did you mean 'gadget'?"),
        ("levers.cap=[", "a value is missing here"),
        ("levers.cap=a: b: c", "a ':' is not expected here"),
        ("levers.cap=", "there is no value; `null` leaves a key out"),
        ("levers.cap=.nan", ".nan is not a number that can be used here"),
        ("policies.other={cup: 3}", "policies.other.cup: unknown key 'cup'; did you mean 'cap'?"),
    ],
)  # fmt: skip
def test_a_fault_of_a_setting_is_placed_at_the_setting(setting: str, message: str) -> None:
    ((file, _, text),) = told(setting)
    assert file == f"--set {setting}"
    assert text.startswith(f"--set {setting}: {message}")


def test_what_lacks_in_a_thing_that_a_setting_makes_is_the_setting_s_fault() -> None:
    setting = "customers.new={buys: gadget, from: main}"
    ((file, path, _),) = told(setting)
    assert (file, path) == (f"--set {setting}", "world.customers.new.visits")


def test_what_lacks_around_a_setting_is_its_fault_if_it_made_the_surroundings() -> None:
    ((file, path, _),) = told("levers.limits.reopen=2")
    assert (file, path) == ("--set levers.limits.reopen=2", "levers.limits.reopen")
    ((file, path, _),) = told("customers.shoppers.patience.median=2 d")
    assert (file, path) == ("--set customers.shoppers.patience.median=2 d", "world.customers.shoppers.patience")


def test_a_fault_elsewhere_keeps_its_line_in_the_file() -> None:
    ((file, path, _),) = told("calendar.measure=30 d")
    assert (file, path) == ("<text>", "world.demand.2.at")


def test_null_leaves_an_optional_key_out() -> None:
    assert told("levers.cap=null") == []


def test_settings_are_checked_in_files_too(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP)
    _, (fault,) = check_scenario(path, overrides={"plan.replications": "many"})
    assert (fault.file, fault.line) == ("--set plan.replications=many", 0)
    assert get_path(read_raw(path), "plan.replications") is None


CLOSED = "{kind: lane_closed, lane: [factory, main], at: 3 d, lasts: 2 d}"


def test_a_kind_of_disruption_that_is_not_there_is_added_by_its_name() -> None:
    added = load_scenario(SPIKY, overrides={"disruptions.lane_closed": CLOSED, "disruptions.lane_closed.lasts": "9 d"})
    assert [blow.kind for blow in added.world.disruptions] == ["supplier_down", "lane_closed"]
    assert added.world.disruptions[-1].lasts.mean_value == 9 * 86_400


@pytest.mark.parametrize("path", ["disruptions.lane_closed.lasts", "disruptions.flood", "lanes.lane_closed"])
def test_nothing_else_is_added_to_a_list_by_name(path: str) -> None:
    with pytest.raises(ScenarioFaults, match="there is no"):
        load_scenario(SPIKY, overrides={path: CLOSED})
