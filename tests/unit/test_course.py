"""What charts are drawn from: rolling totals, lanes, service, promises and regard by day, and what became of wishes."""

from __future__ import annotations

import numpy as np
import pytest

from sim import Replay, load_scenario, replay, run
from sim.course.course import Course, course
from sim.course.people import loyalty
from sim.course.promises import LATE_DAYS, _by_day
from sim.course.rolling import Lookback, ratios, rolling, running
from sim.ledger.views import Views
from sim.timeline import instants
from sim.words import DAY, Fate
from tests.spiky_shop import SPIKY

REMEMBERING = {
    "world.panel": "{members: 40}",
    "world.memory": "{gain: 3, churn: {a: 1, b: 4}}",
    "world.reputation": "{}",
    "world.customers.shoppers.profile": "full",
    "world.customers.shoppers.members": "60 %",
}
TIMES, AMOUNTS = np.array([5, 1, 3]), np.array([4, 1, 2])

CHAIN = """\
version: 1
title: A chain
world:
  calendar: {measure: 30 d}
  products: {mug: {}}
  suppliers: {kiln: {}}
  warehouses: {hub: {stock: {mug: 10}}, shop: {stock: {mug: 5}}}
  lanes:
    - {from: kiln, to: hub, lead_time: 4 d}
    - {from: hub, to: shop, lead_time: 2 d}
  customers:
    walkers: {buys: mug, from: shop, visits: {every: 1 d, first: 12 h}, patience: forever}
levers: {when_short: backorder, replenish: {rule: r_Q, r: 3, Q: 5}}
policies: {one: {}}
plan: {replications: 2}
"""


def read(found: Replay, *, back: int = 7 * DAY) -> Course:
    world = found.scenario.world
    at = instants(world.calendar)
    return course(world, found.ledger, found.tape.visits, instants=at, back=back, most=50)


@pytest.fixture(scope="module")
def spiky() -> Replay:
    return replay(load_scenario(SPIKY), policy="backorder")


def test_a_rolling_total_looks_back_so_far_and_no_further() -> None:
    assert rolling(TIMES, AMOUNTS, np.array([0, 1, 3, 4, 5, 9]), back=2).tolist() == [0, 1, 2, 2, 4, 0]


def test_totals_of_all_groups_at_once_are_the_rolling_totals_of_each() -> None:
    times, groups, amounts = np.array([0, 1, 1, 4, 6, 6, 9]), np.array([0, 2, 0, 0, 2, 0, 2]), np.arange(1, 8)
    instants = np.array([0, 1, 5, 6, 8, 30])
    found = Lookback(times, groups, 3, instants=instants, back=3).totals(amounts)
    mine = [rolling(times[groups == group], amounts[groups == group], instants, back=3) for group in range(3)]
    assert found.tolist() == np.array(mine).tolist()


def test_a_running_total_holds_everything_until_then() -> None:
    assert running(TIMES, AMOUNTS, np.array([0, 1, 3, 9])).tolist() == [0, 1, 3, 7]


def test_a_share_of_nothing_is_undefined() -> None:
    assert np.isnan(ratios(np.array([0.0]), np.array([0.0]))).all()


def test_what_is_on_order_is_either_being_made_or_on_its_way_or_at_the_dock() -> None:
    lines = read(replay(load_scenario(CHAIN), policy="one")).lines
    for lane, stock in (("kiln-hub", "hub/mug"), ("hub-shop", "shop/mug")):
        assert (lines["making", lane] + lines["travelling", lane] == lines["on_order", stock]).all()
        assert lines["travelling", lane].max() >= 5


def test_orders_that_a_warehouse_cannot_fill_wait_at_their_source() -> None:
    dry = load_scenario(CHAIN, overrides={"world.suppliers.kiln": "{capacity: 1/d}", "world.lanes.kiln-hub.lead_time":
                        "20 d"})  # fmt: skip
    lines = read(replay(dry, policy="one")).lines
    assert lines["making", "hub-shop"].max() > 0
    assert (lines["backlog", "hub/mug"] == lines["making", "hub-shop"]).all()


def test_service_of_the_whole_window_is_the_fill_rate(spiky: Replay) -> None:
    world = spiky.scenario.world
    end = world.calendar.warm_up + world.calendar.measure
    at = np.array([end - 1])
    found = course(world, spiky.ledger, spiky.tape.visits, instants=at, back=world.calendar.measure, most=1)
    results = run(spiky.scenario, policies=["backorder"], replications=1)
    assert found.lines["at_once", ""] == pytest.approx(results.array("backorder", "fill_rate"), rel=1e-6)
    share = results.array("backorder", "delivered_units") / results.array("backorder", "units_wanted")
    assert found.lines["in_the_end", ""] == pytest.approx(share, rel=1e-6)
    assert found.lines["kept", ""] == pytest.approx(results.array("backorder", "promise_kept"), rel=1e-6)


def test_nothing_is_said_of_service_where_nobody_came(spiky: Replay) -> None:
    assert np.isnan(read(spiky).lines["at_once", ""][-2:]).all()


def test_waits_are_told_beside_promises_of_the_same_backorders(spiky: Replay) -> None:
    results = run(spiky.scenario, policies=["backorder"], replications=1)
    back = spiky.scenario.world.calendar.close
    lines = read(spiky, back=back).lines
    bias = (lines["waited", ""] - lines["promised", ""])[-1]
    assert bias == pytest.approx(results.array("backorder", "eta_bias")[0], rel=1e-5)


def test_loyalty_at_the_close_is_the_measure() -> None:
    found = replay(load_scenario(SPIKY, overrides=REMEMBERING), policy="backorder")
    world = found.scenario.world
    assert world.memory is not None
    views = Views(world, found.ledger, found.tape.visits)
    at = np.array([0, world.calendar.close])
    first, last = loyalty(views, at, members=40, half_life=world.memory.half_life)
    results = run(found.scenario, policies=["backorder"], replications=1)
    assert first == 1
    assert last == pytest.approx(results.array("backorder", "loyalty_index")[0]) != 1


def test_members_and_stars_go_over_time_only_where_there_are_any(spiky: Replay) -> None:
    assert not {"loyalty", "stars"} & {name for name, _ in read(spiky).lines}
    remembering = read(replay(load_scenario(SPIKY, overrides=REMEMBERING), policy="backorder"))
    assert {"loyalty", "stars"} <= {name for name, _ in remembering.lines}


def test_every_wish_of_the_window_has_one_journey(spiky: Replay) -> None:
    results = run(spiky.scenario, policies=["backorder"], replications=1)
    journeys = read(spiky).journeys
    assert journeys.sum() == results.array("backorder", "visits")[0]
    share = journeys.sum(axis=(0, 2))[Fate.FULFILLED] / journeys.sum()
    assert share == pytest.approx(results.array("backorder", "fulfilled_share")[0])


def test_deliveries_are_counted_by_whole_days_after_the_promise() -> None:
    counts = _by_day(np.array([-DAY, 0, 1, DAY, DAY + 1, -99 * DAY, 99 * DAY]))
    found = {LATE_DAYS[place]: count for place, count in enumerate(counts.tolist()) if count}
    assert found == {-30: 1, -2: 1, -1: 1, 0: 2, 1: 1, 61: 1}


def test_a_sample_of_backorders_is_spread_over_all_of_them(spiky: Replay) -> None:
    pledged = read(spiky).pledged
    results = run(spiky.scenario, policies=["backorder"], replications=1)
    assert len(pledged.order) == min(50, pledged.orders)
    assert (np.diff(pledged.order) >= 0).all()
    assert (pledged.lo <= pledged.hi).all()
    late = pledged.past[len([edge for edge in LATE_DAYS if edge < 0]) :].sum() / pledged.past.sum()
    assert late == pytest.approx(results.array("backorder", "eta_late")[0])
