"""First in line, across the dock, straight from the supplier, in parts, from many sites: each against its limit."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.ledger.audit import audit
from sim.ledger.ledger import Ledger
from sim.model.simulate import simulate
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.draw import draw_tape
from sim.words import DAY, HOUR, Fate, Move


def shop(*, visits: Any, house: dict[str, Any], lead_time: str = "2 d", **world: Any) -> World:
    """One product from one warehouse to patient people."""
    return World.model_validate(
        {
            "calendar": {"measure": "30 d", "run_out": "15 d"},
            "products": {"mug": {}},
            "suppliers": {"factory": {"drop_ship": {"takes": "5 d"}}},
            "warehouses": {"main": house},
            "lanes": [{"from": "factory", "to": "main", "lead_time": lead_time}],
            "customers": {"people": {"buys": "mug", "from": "main", "visits": visits, "patience": "any"}},
            **world,
        }
    )


def run(world: World, **levers: Any) -> Ledger:
    """One replication that obeys every law."""
    policy = Levers.model_validate({"when_short": "backorder", **levers})
    tape = draw_tape(world, seed=4, replication=0)
    ledger = simulate(world, policy, tape)
    audit(world, policy, tape, ledger)
    return ledger


BATCHES = {"replenish": {"rule": "R_S", "R": "4 d", "S": 60}}


@cache
def crowded(*, first: bool, pick: str | None) -> Ledger:
    """Cups that most wait for come one by one, while mugs are always there: four pickers of five are busy."""
    house = {"stock": {"mug": 5_000, "cup": 20}, "work": {"pick": {"rate": pick}, "pack": {"rate": "900/h"}}}
    people = {
        "drinkers": {"buys": "mug", "from": "main", "visits": "25/d"},
        "waiters": {"buys": "cup", "from": "main", "visits": "15/d", "patience": "any"},
    }
    house = house if pick else {"stock": house["stock"]}
    world = shop(visits="1/d", house=house, products={"mug": {}, "cup": {}}, customers=people)
    return run(world, replenish={"rule": "base_stock", "S": 20}, backorders_first=first)


def mean_delay(ledger: Ledger, *, waited: bool) -> float:
    """Mean time from ready to sent, of orders that waited or of those from the shelf."""
    parcels, hi = ledger.parcels, ledger.visits.hi
    rows = (parcels.shipped >= 0) & ((hi[parcels.visit] >= 0) == waited)
    return float((parcels.shipped - parcels.ready)[rows].mean())


def test_priority_makes_no_difference_where_picking_takes_no_time():
    assert crowded(first=True, pick=None).digest == crowded(first=False, pick=None).digest


def test_priority_brings_backorders_sooner_and_new_orders_later_where_pickers_are_busy():
    with_it, without = (crowded(first=first, pick="2/h") for first in (True, False))
    assert mean_delay(with_it, waited=True) < 0.8 * mean_delay(without, waited=True)
    assert mean_delay(with_it, waited=False) > mean_delay(without, waited=False)


# cross-docking

ONE = {"trace": [{"at": "1 h"}]}
SLOW = {"receiving": "6 h", "picking": "2 h", "last_mile": "1 d", "stock": {"mug": 0}}
STATIONS = {"put_away": {"rate": "1/h"}, "pick": {"rate": "0.5/h"}, "pack": {"rate": "2/h"}}
SUPPLIED = {"replenish": {"rule": "base_stock", "S": 4}}


@pytest.mark.parametrize(("sorting", "saved"), [("0 h", 6 + 4 + 2 + 2), ("5 h", 6 + 4 + 2 + 2 - 5)])
def test_crossing_the_dock_saves_receiving_putting_away_and_picking(sorting, saved):
    """Four units come: six hours of receiving, four of putting away, two and two of picking."""
    world = shop(visits=ONE, house={**SLOW, "work": STATIONS, "sorting": sorting})
    usual, crossed = (run(world, **SUPPLIED, cross_dock=each) for each in (False, True))
    assert usual.visits.ended[0] - crossed.visits.ended[0] == saved * HOUR


def test_crossing_a_dock_where_nothing_takes_time_changes_no_visit():
    for levers in ({}, {"ship": "partial"}, {"allocate": {"rule": "new_first"}}):
        world = shop(visits="20/d", house={"stock": {"mug": 30}, "last_mile": "1 d"}, lead_time="exponential(mean=2 d)")
        usual, crossed = (run(world, **BATCHES, **levers, cross_dock=each) for each in (False, True))
        assert (crossed.moves.event == Move.CROSSED).any()
        for name in ("fate", "exit", "lo", "hi", "ended", "now"):
            assert np.array_equal(getattr(usual.visits, name), getattr(crossed.visits, name)), name


def test_no_more_crosses_the_dock_than_is_waited_for():
    ledger = run(shop(visits=ONE, house=SLOW), **SUPPLIED, cross_dock=True)
    assert ledger.moves.event.tolist()[:2] == [Move.CROSSED, Move.POSTED]
    assert ledger.moves.units.tolist()[0] == 1
    assert ledger.orders.posted[0] - ledger.orders.arrived[0] == 6 * HOUR


# straight from the supplier


def test_a_drop_shipper_delivers_when_he_says_and_touches_no_stock():
    ledger = run(shop(visits=ONE, house=SLOW), **SUPPLIED, drop_ship="factory", promise={"width": "0 d"})
    assert (ledger.visits.lo[0], ledger.visits.hi[0], ledger.visits.ended[0]) == (5 * DAY, 5 * DAY, 5 * DAY)
    assert ledger.visits.fate.tolist() == [Fate.FULFILLED]
    assert ledger.direct.units.tolist() == [1]
    assert len(ledger.waits.visit) == 0


def test_a_drop_shipper_brings_backorders_sooner_where_the_lane_is_long():
    world = shop(visits="3/d", house={"stock": {"mug": 10}, "picking": "1 d"}, lead_time="12 d")
    supply = {"replenish": {"rule": "s_S", "s": 2, "S": 12}}
    usual, direct = (run(world, **supply, drop_ship=each) for each in (None, "factory"))
    waits = [ledger.visits.ended[ledger.visits.fate == Fate.FULFILLED].mean() for ledger in (usual, direct)]
    assert waits[1] < waits[0]
    assert len(direct.direct) > 20


def test_nobody_leaves_whose_parcel_is_on_its_way():
    people = {"buys": "mug", "from": "main", "visits": "3/d", "acceptance": 1, "change_of_mind": "1/d"}
    world = shop(visits="3/d", house={"stock": {"mug": 0}}, customers={"people": people})
    ledger = run(world, replenish={"rule": "none"}, drop_ship="factory")
    assert set(ledger.visits.fate.tolist()) == {Fate.FULFILLED}


def test_a_bankrupt_drop_shipper_takes_nothing_over():
    visits = {"trace": [{"at": "1 d"}, {"at": "3 d"}]}
    gone = [{"kind": "bankruptcy", "supplier": "factory", "at": "2 d"}]
    ledger = run(shop(visits=visits, house=SLOW, disruptions=gone), replenish={"rule": "none"}, drop_ship="factory")
    assert ledger.visits.fate.tolist() == [Fate.FULFILLED, Fate.PENDING]


# in parts


def test_an_order_sent_in_parts_is_as_many_parcels_as_times_that_something_left():
    """Four wanted, two there; then one comes, and another."""
    house = {"stock": {"mug": 2}, "work": {"pick": {"rate": "1/h"}}, "last_mile": "1 d"}
    comes = [{"from": "factory", "to": "main", "product": "mug", "units": 1, "due": due} for due in ("3 d", "5 d")]
    world = shop(visits={"trace": [{"at": "1 h", "units": 4}]}, house=house, inbound=comes)
    parts = run(world, replenish={"rule": "none"}, ship="partial")
    assert parts.parcels.units.tolist() == [2, 1, 1]
    assert parts.parcels.shipped.tolist() == [2 * HOUR, 3 * DAY + HOUR, 5 * DAY + HOUR]
    assert parts.visits.ended.tolist() == [6 * DAY]
    whole = run(world, replenish={"rule": "none"}, ship="complete")
    assert (whole.parcels.units.tolist(), whole.parcels.shipped.tolist()) == ([4], [5 * DAY + HOUR])


# many sites


def safety_stock(sites: int) -> int:
    """Units beyond the mean demand of the lead time that so many sites hold together, each with its share of demand."""
    names = [f"site{n}" for n in range(sites)]
    world = World.model_validate(
        {
            "calendar": {"measure": "1 min"},
            "products": {"mug": {}},
            "suppliers": {"factory": {}},
            "warehouses": {name: {} for name in names},
            "lanes": [{"from": "factory", "to": name, "lead_time": "10 d"} for name in names],
            "customers": {n: {"buys": "mug", "from": n, "visits": f"{90_000 / sites}/d"} for n in names},
        }
    )
    tape = draw_tape(world, seed=1, replication=0)
    levers = Levers.model_validate({"replenish": {"rule": "base_stock", "S": "auto", "service": 0.95}})
    return int(simulate(world, levers, tape).opening.sum()) - 900_000


@pytest.mark.parametrize("sites", [4, 9, 25])
def test_split_over_n_sites_safety_stock_grows_with_the_square_root_of_n(sites):
    assert safety_stock(sites) == pytest.approx(safety_stock(1) * sites**0.5, abs=sites)
