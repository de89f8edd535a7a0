"""Warehouses at work against queueing theory and against reckoning by hand."""

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
from sim.words import DAY, HOUR, MINUTE, Fate

ENDLESS = {"mug": 1_000_000}


def shop(
    *, visits: Any, house: dict[str, Any], days: float = 10, run_out: float = 0, customers: Any = None, **world: Any
) -> World:
    """One product, one warehouse, one stream."""
    return World.model_validate(
        {
            "calendar": {"measure": f"{days} d", "run_out": f"{run_out} d"},
            "products": {"mug": {}},
            "suppliers": {"factory": {}},
            "warehouses": {"main": {"stock": ENDLESS, **house}},
            "lanes": [{"from": "factory", "to": "main", "lead_time": "2 d"}],
            "customers": {"people": {"buys": "mug", "from": "main", "visits": visits, **(customers or {})}},
            **world,
        }
    )


def run(world: World, *, seed: int = 1, **levers: Any) -> Ledger:
    """One replication that obeys every law."""
    policy = Levers.model_validate({"replenish": {"rule": "none"}, **levers})
    tape = draw_tape(world, seed=seed, replication=0)
    ledger = simulate(world, policy, tape)
    audit(world, policy, tape, ledger)
    return ledger


def sojourn(ledger: Ledger) -> np.ndarray:
    """Seconds from ready to sent, of the parcels that were sent."""
    sent = ledger.parcels.shipped >= 0
    return (ledger.parcels.shipped - ledger.parcels.ready)[sent]


@pytest.mark.parametrize(("rate", "growth"), [("10/h", 0), ("6/h", 0), ("5/h", 120)])
def test_a_regular_stream_waits_as_d_d_1_says(rate, growth):
    work = {"pick": {"rate": rate}}
    times = sojourn(run(shop(visits={"every": "10 min"}, house={"work": work}, days=2)))
    service = round(HOUR / float(rate[:-2]))
    assert times.tolist() == [service + growth * n for n in range(len(times))]
    assert len(times) > 100


@cache
def busy() -> Ledger:
    return run(shop(visits="8/h", house={"work": {"pick": {"rate": "10/h"}}}, days=60))


def test_a_poisson_stream_waits_order_by_order_as_lindley_says():
    parcels, service = busy().parcels, 6 * MINUTE
    free = 0
    for ready, shipped in zip(parcels.ready.tolist(), parcels.shipped.tolist(), strict=True):
        free = max(ready, free) + service
        assert shipped == (free if free < 60 * DAY else -1)


def test_a_poisson_stream_waits_as_pollaczek_and_khinchine_say():
    waits = []
    for seed in range(4):
        world = shop(visits="7/h", house={"work": {"pick": {"rate": "10/h"}}}, days=60)
        waits.append(float(sojourn(run(world, seed=seed)).mean()))
    load, service = 0.7, 6 * MINUTE
    assert np.mean(waits) == pytest.approx(service + load * service / (2 * (1 - load)), rel=0.05)


def test_two_workers_are_the_two_servers_of_m_d_2():
    parcels = run(shop(visits="16/h", house={"work": {"pick": {"rate": "10/h", "workers": 2}}}, days=10)).parcels
    free = [0, 0]
    for ready, shipped in zip(parcels.ready.tolist(), parcels.shipped.tolist(), strict=True):
        free = sorted([max(ready, free[0]) + 6 * MINUTE, free[1]])
        assert shipped in (free[0], free[1], -1)


@cache
def busy_dock() -> Ledger:
    """Every sale orders a unit, so that units come to the dock at random."""
    house = {"stock": {"mug": 400}, "work": {"receive": {"rate": "10/h"}}}
    return run(shop(visits="8/h", house=house, days=25), replenish={"rule": "base_stock", "S": 400})


def test_the_dock_works_unit_by_unit_as_lindley_says():
    docks, free = busy_dock().docks, 0
    for arrived, put_away in zip(docks.arrived.tolist(), docks.put_away.tolist(), strict=True):
        free = max(arrived, free) + 6 * MINUTE
        assert put_away == (free if free < 25 * DAY else -1)


def test_the_dock_obeys_little():
    docks = busy_dock().docks
    whole = docks.put_away >= 0
    grid = np.arange(2 * DAY, 25 * DAY, 97)
    there = np.searchsorted(docks.arrived, grid, side="right") - np.searchsorted(docks.put_away[whole], grid, "right")
    rate, mean = len(docks) / (23 * DAY), float((docks.put_away - docks.arrived)[whole].mean())
    assert there.mean() == pytest.approx(rate * mean, rel=0.03)


# hours, by hand; day 0 is a Monday

OFFICE = {"opens": "8 h", "closes": "18 h", "days": ["mon", "tue", "wed", "thu", "fri"], "pick": {"rate": "2/h"}}


def at(day: int, hour: float) -> int:
    return day * DAY + round(hour * HOUR)


def sent(*orders: str, disruptions: Any = (), days: float = 14, **work: Any) -> list[int]:
    """When orders at some instants are sent."""
    trace = {"trace": [{"at": when} for when in orders]}
    world = shop(visits=trace, house={"work": {**OFFICE, **work}}, days=days, disruptions=list(disruptions))
    return run(world).parcels.shipped.tolist()


def test_orders_of_the_night_are_picked_in_the_morning():
    assert sent("20 h", "30 h", "33 h") == [at(1, 8.5), at(1, 9), at(1, 9.5)]


def test_work_that_ends_at_closing_time_is_done():
    assert sent("17.5 h") == [at(0, 18)]


def test_work_stands_still_overnight_and_over_the_weekend():
    assert sent("17.75 h", "113.9 h") == [at(1, 8.25), at(7, 8.4)]


def test_an_outage_holds_up_what_is_at_a_station_and_what_waits():
    down = {"kind": "warehouse_down", "warehouse": "main", "at": "10 h", "lasts": "2 h"}
    assert sent("9.75 h", "11 h", disruptions=[down]) == [at(0, 12.25), at(0, 12.75)]


def test_an_outage_holds_up_a_warehouse_without_stations():
    down = {"kind": "warehouse_down", "warehouse": "main", "at": "10 h", "lasts": "2 h"}
    trace = {"trace": [{"at": when} for when in ("6 h", "9 h", "11 h", "13 h")]}
    world = shop(visits=trace, house={"picking": "2 h", "last_mile": "1 h"}, disruptions=[down])
    assert run(world).visits.ended.tolist() == [3 * HOUR, 5 * HOUR, 4 * HOUR, 3 * HOUR]


def test_a_closed_page_says_out_of_stock_while_the_warehouse_stands_still():
    down = {"kind": "warehouse_down", "warehouse": "main", "at": "10 h", "lasts": "2 h", "page": "closed"}
    trace = {"trace": [{"at": when} for when in ("9 h", "10 h", "11 h", "12 h")]}
    ledger = run(shop(visits=trace, house={}, disruptions=[down]), when_short="backorder")
    assert ledger.visits.fate.tolist() == [Fate.SERVED, Fate.OUT_OF_STOCK, Fate.OUT_OF_STOCK, Fate.SERVED]
    assert ledger.closing.tolist() == [1_000_000 - 2]


def test_what_has_not_left_by_the_close_is_pending():
    ledger = run(shop(visits={"every": "6 h"}, house={"work": {"pick": {"rate": "0.1/h"}}}, days=1))
    assert ledger.visits.fate.tolist() == [Fate.SERVED, Fate.SERVED, Fate.PENDING, Fate.PENDING]
    assert ledger.visits.now.tolist() == [1, 1, 1, 1]
    assert ledger.visits.ended.tolist()[2:] == [12 * HOUR, 6 * HOUR]


# elastic capacity


def test_the_workers_of_a_day_are_set_by_the_work_of_the_day_before():
    """30, 10 and 10 orders a day of an hour each; at most 3 workers. Day 1: 30 h of work in 24 h are 2 workers."""
    trace = {"trace": [{"at": f"{day} d", "units": 1} for day, n in enumerate((30, 10, 10)) for _ in range(n)]}
    work = {"pick": {"rate": "1/h"}, "elastic": {"most": 3}}
    done = sorted(run(shop(visits=trace, house={"work": work}, days=6)).parcels.shipped.tolist())
    alone = [HOUR * n for n in range(1, 25)]
    pairs = [DAY + HOUR * n for n in range(1, 9) for _ in range(2)]
    later = [2 * DAY + HOUR * n for n in range(1, 11)]
    assert done == alone + pairs + later


def test_capacity_grows_no_further_than_most_and_no_less_than_its_own():
    trace = {"trace": [{"at": "1 h"} for _ in range(200)]}
    work = {"pick": {"rate": "1/h", "workers": 2}, "elastic": {"most": 1.5}}
    done = run(shop(visits=trace, house={"work": work}, days=20)).parcels.shipped
    perday = np.bincount((done - 1) // DAY)
    assert perday[0] == 2 * 23
    assert perday[1] == 3 * 24
    assert perday[2] == 2 * 24


@pytest.mark.parametrize(("visits", "helps"), [("8/h", True), ("1/d", False)])
def test_a_3pl_helps_only_when_own_capacity_is_exceeded(visits, helps):
    def house(elastic: Any) -> dict[str, Any]:
        return {"work": {"pick": {"rate": "4/h"}, "elastic": elastic}}

    own, hired = (run(shop(visits=visits, house=house(each), days=8)) for each in (None, {}))
    assert (own.digest != hired.digest) == helps
    assert (sojourn(hired).mean() < 0.5 * sojourn(own).mean()) == helps


def test_nothing_leaves_for_another_warehouse_while_one_stands_still():
    world = shop(
        visits={"trace": [{"at": "11 h", "units": 2}]},
        house={"stock": {"mug": 2}},
        warehouses={"main": {"stock": {"mug": 2}}, "hub": {"stock": ENDLESS}},
        lanes=[{"from": "hub", "to": "main", "lead_time": "1 d"}, {"from": "factory", "to": "hub", "lead_time": "1 d"}],
        disruptions=[{"kind": "warehouse_down", "warehouse": "hub", "at": "10 h", "lasts": "5 h"}],
    )
    supply = {"main": {"rule": "base_stock", "S": 2}}
    ledger = run(world, replenish_at=supply)
    assert (ledger.orders.placed.tolist(), ledger.orders.left.tolist()) == ([11 * HOUR], [15 * HOUR])
