"""Strikes: regions, relapses, and what is struck besides suppliers and lanes."""

from __future__ import annotations

from typing import Any

import pytest

from sim.errors import TapeError
from sim.scenario.world import World
from sim.tape.closures import Closures
from sim.tape.draw import draw_tape
from sim.tape.tape import Tape
from sim.words import DAY

NOTHING = Closures()


def tape_of(*disruptions: dict[str, Any], replication: int = 0, measure: str = "100 d") -> Tape:
    """Two suppliers of the east and one of the west deliver to `main`, over lanes of the gulf and one that is not."""
    lanes = [
        {"from": name, "to": "main", "lead_time": "5 d"} | region
        for name, region in (("a", {"region": "gulf"}), ("b", {"region": "gulf"}), ("c", {}))
    ]
    parts = {
        "calendar": {"warm_up": "10 d", "measure": measure},
        "products": {"jam": {}, "tea": {}},
        "suppliers": {"a": {"region": "east"}, "b": {"region": "east"}, "c": {"region": "west"}},
        "warehouses": {"main": {}},
        "lanes": lanes,
        "customers": {"shoppers": {"buys": "jam", "from": "main", "visits": "1/d"}},
        "disruptions": list(disruptions),
    }
    return draw_tape(World.model_validate(parts), seed=1, replication=replication)


def days(*intervals: tuple[float, float]) -> Closures:
    return Closures(tuple((round(start * DAY), round(end * DAY)) for start, end in intervals))


def outage(**changes: Any) -> dict[str, Any]:
    return {"kind": "supplier_down", "region": "east", "lasts": "exponential(5 d)"} | changes


def test_a_region_is_struck_as_a_whole() -> None:
    tape = tape_of(outage(at="3 d", lasts="2 d"))
    assert tape.down == {"a": days((13, 15)), "b": days((13, 15)), "c": NOTHING}


@pytest.mark.parametrize(("rho", "alike"), [(1, 1.0), (0, 0.0), (0.5, 0.5)])
def test_a_scheduled_strike_lasts_equally_long_for_all_with_chance_rho(rho: float, alike: float) -> None:
    tapes = [tape_of(outage(at="3 d", rho=rho), replication=r) for r in range(100)]
    assert all(tape.down[name].intervals[0][0] == 13 * DAY for tape in tapes for name in "ab")
    share = sum(tape.down["a"] == tape.down["b"] for tape in tapes) / 100
    assert share == pytest.approx(alike, abs=0.15)


def test_at_rho_1_random_strikes_are_one_and_the_same_for_all() -> None:
    tape = tape_of(outage(every="exponential(20 d)"), measure="2000 d")
    assert tape.down["a"] == tape.down["b"] != NOTHING
    assert len(tape.down["a"].intervals) > 40


def test_at_rho_0_members_share_nothing() -> None:
    tape = tape_of(outage(every="exponential(20 d)", rho=0), measure="2000 d")
    starts = [{start for start, _ in tape.down[name].intervals} for name in "ab"]
    assert not starts[0] & starts[1]


def test_in_between_they_share_some() -> None:
    tape = tape_of(outage(every="exponential(20 d)", rho=0.5), measure="4000 d")
    starts = [{start for start, _ in tape.down[name].intervals} for name in "ab"]
    assert 0.2 < len(starts[0] & starts[1]) / len(starts[0]) < 0.7


def test_shocks_of_one_who_is_struck_already_do_nothing() -> None:
    spells = tape_of(outage(every="exponential(1 d)", lasts="7 d", rho=0.5), measure="400 d").down["a"].intervals
    assert len(spells) > 30
    assert all((end - start) % (7 * DAY) == 0 for start, end in spells)


def test_a_region_of_lanes_is_struck_too() -> None:
    tape = tape_of({"kind": "lane_closed", "region": "gulf", "at": "3 d", "lasts": "2 d"})
    assert tape.shut == (days((13, 15)), days((13, 15)), NOTHING)


def test_too_many_shocks_of_a_region_are_refused() -> None:
    with pytest.raises(TapeError, match="'disruption/supplier_down/@east/0' would strike more than 100,000 times"):
        tape_of(outage(every="exponential(1 s)"), measure="300 d")


def test_others_of_the_region_and_other_disruptions_move_no_draw() -> None:
    random = outage(every="exponential(20 d)", rho=0.5)
    alone = tape_of(random)
    crowded = tape_of({"kind": "bankruptcy", "supplier": "c", "at": "1 d"}, random, outage(region="west", at="1 d"))
    assert alone.down["a"] == crowded.down["a"]


def test_an_outage_may_come_again() -> None:
    again = {"relapse": 1, "relapse_after": "4 d"}
    assert tape_of(outage(at="3 d", lasts="2 d", recovery=again)).down["a"] == days((13, 15), (19, 21))


def test_it_comes_again_as_often_as_stated_and_as_long_by_a_draw_of_its_own() -> None:
    tapes = [tape_of(outage(at="3 d", recovery={"relapse": 0.2}), replication=r) for r in range(300)]
    spells = [tape.down["a"].intervals for tape in tapes]
    assert sum(len(each) == 2 for each in spells) == pytest.approx(60, abs=28)
    assert all(e[1][0] == e[0][1] + 14 * DAY and e[1][1] - e[1][0] != e[0][1] - e[0][0] for e in spells if len(e) == 2)


def test_the_next_random_outage_waits_for_the_relapse() -> None:
    spells = tape_of(outage(region=None, supplier="a", every="20 d", lasts="2 d", recovery={"relapse": 1})).down["a"]
    assert spells == days((20, 22), (36, 38), (58, 60), (74, 76), (96, 98), (112, 114))


@pytest.mark.parametrize(("size", "apart", "long"), [("short", 730, 10), ("very_long", 1825, 90)])
def test_a_size_strikes_as_often_and_as_long_as_is_usual(size: str, apart: int, long: int) -> None:
    stops = {"kind": "supplier_down", "supplier": "a", "size": size}
    spells = [s for r in range(20) for s in tape_of(stops, replication=r, measure="9000 d").down["a"].intervals]
    expected = 20 * 9000 / (apart + long)
    assert len(spells) == pytest.approx(expected, abs=4 * expected**0.5)
    assert sum(end - start for start, end in spells) / len(spells) == pytest.approx(long * DAY, rel=0.15)


def test_a_size_can_strike_at_a_given_time_or_for_a_given_time() -> None:
    stop = {"kind": "supplier_down", "supplier": "a", "size": "medium", "at": "3 d"}
    ((start, end),) = tape_of(stop).down["a"].intervals
    assert (start, end - start > 5 * DAY) == (13 * DAY, True)
    assert tape_of(stop | {"lasts": "2 d"}).down["a"] == days((13, 15))


def test_bankrupt_is_the_first_time() -> None:
    gone = {"kind": "bankruptcy", "supplier": "a"}
    assert tape_of(gone | {"at": "30 d"}, gone | {"at": "20 d"}).gone == {"a": 30 * DAY}
    assert tape_of(gone | {"at": "-30 d"}).gone == {"a": 0}
    assert tape_of(gone | {"every": "50 d"}).gone == {"a": 50 * DAY}
    assert tape_of().gone == {}


def test_goods_are_destroyed_of_one_product_or_of_all() -> None:
    lost = {"kind": "stock_lost", "warehouse": "main"}
    tape = tape_of(lost | {"at": "5 d"}, lost | {"at": "2 d", "product": "tea", "share": 0.5}, lost | {"at": "-20 d"})
    assert tape.destroyed == ((12 * DAY, 1, 0.5), (15 * DAY, 0, 1.0), (15 * DAY, 1, 1.0))


def test_goods_are_destroyed_again_and_again_within_the_run() -> None:
    tape = tape_of({"kind": "stock_lost", "warehouse": "main", "product": "jam", "every": "40 d"})
    assert tape.destroyed == ((40 * DAY, 0, 1.0), (80 * DAY, 0, 1.0))


def test_a_warehouse_stands_still_and_its_page_may_close() -> None:
    down = {"kind": "warehouse_down", "warehouse": "main"}
    tape = tape_of(down | {"at": "2 d", "lasts": "1 d"}, down | {"at": "5 d", "lasts": "1 d", "page": "closed"})
    assert tape.idle == {"main": days((12, 13), (15, 16))}
    assert tape.dark == {"main": days((15, 16))}
    assert (tape_of().idle, tape_of().dark) == ({}, {})
