"""Levers from the schema: what they say of themselves, and that each of them can be set."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import Lever, Scenario, levers, load_scenario, read_source
from tests.spiky_shop import SPIKY

OVER_AUTOMATION = ("levers.plan.", "levers.keep.", "levers.reserving.", "levers.sync")
"""Levers that a word for all of them, `automation`, sets where they are not stated: stating one is a change."""

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))


def lever(path: str) -> Lever:
    return next(each for each in levers(load_scenario(SPIKY)) if each.path == path)


@pytest.mark.parametrize("file", [file for file in SHIPPED if "real" not in file.stem], ids=lambda file: file.stem)
def test_each_lever_set_to_what_the_scenario_has_leaves_it_or_says_what_it_lacks(file: Path) -> None:
    source = read_source(file)
    written = source.load({})
    for each in levers(written):
        again, faults = source.check({each.path: each.value})
        assert all(fault.code == "conflict" for fault in faults), each.path
        assert again is None or again.digest == written.digest or may_differ(each, written), each.path


def may_differ(lever: Lever, scenario: Scenario) -> bool:
    """A rate is shown rounded; a default takes the place of what automation would have set."""
    automated = any(scenario.policy(name).automation for name in scenario.policies)
    return lever.unit.startswith("/") or (automated and lever.path.startswith(OVER_AUTOMATION))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_no_lever_is_without_words(file: Path) -> None:
    assert [each.path for each in levers(load_scenario(file)) if not each.about] == []


def test_a_length_of_time_keeps_its_unit() -> None:
    picking = lever("world.warehouses.main.picking")
    assert (picking.kind, picking.number, picking.unit, picking.low) == ("number", 12, "h", 0)
    assert picking.written(18.5) == "18.5 h"


def test_a_share_is_turned_in_percent_within_its_range() -> None:
    late = lever("world.lanes.factory-main.slip.late")
    assert (late.number, late.unit, late.low, late.high) == (40, "%", 0, 100)
    assert late.written(55) == "55 %"


def test_a_rate_is_written_per_time() -> None:
    rate = lever("world.customers.shoppers.visits.rate")
    assert (rate.number, rate.unit, rate.written(7.5)) == (4, "/d", "7.5/d")


def test_a_yearly_rate_is_given_per_year() -> None:
    shop = load_scenario(SPIKY, overrides={"world.costs.holding_of_value": "0.15/yr"})
    holding = next(each for each in levers(shop) if each.path == "world.costs.holding_of_value")
    assert holding.value == "0.15/yr"


def test_a_word_is_chosen_among_those_of_the_schema() -> None:
    basis = lever("policies.honest.promise.basis")
    assert (basis.kind, basis.value) == ("choice", "quantile")
    assert "vendor" in basis.options


def test_a_lever_left_as_written_sets_nothing() -> None:
    basis = lever("policies.honest.promise.basis")
    assert basis.settings("quantile") == {}
    assert basis.settings("vendor") == {"policies.honest.promise.basis": "vendor"}


def test_a_whole_number_stays_whole() -> None:
    lot = lever("levers.replenish.Q")
    assert (lot.whole, lot.written(25.0)) == (True, "25")
