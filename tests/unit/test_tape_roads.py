"""What lanes and stocks find on the tape: sailings, gates, jams, wrecks, detours, holds, stages, yields, shrink."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from sim.errors import TapeError
from sim.scenario.world import World
from sim.tape.closures import Closures
from sim.tape.dice import STOCK_PURPOSES, Die
from sim.tape.draw import draw_tape
from sim.tape.keyed import ConstantDraws, ScriptedDraws
from sim.tape.roads import Road, Sailings
from sim.tape.tape import NOTHING, Tape
from sim.tape.yields import successes
from sim.words import DAY, HOUR

LANE = {"from": "factory", "to": "main", "lead_time": "5 d"}
TRUCK = {"from": "mill", "to": "main", "lead_time": "2 d", "products": ["tea"], "region": "gulf"}
CLOSED = {"kind": "lane_closed", "lane": ["factory", "main"], "at": "3 d", "lasts": "2 d"}


def tape_of(*disruptions: dict[str, Any], lane: dict[str, Any] | None = None, **changes: Any) -> Tape:
    """Jam from a factory, tea from a mill; ten days of warm-up."""
    parts = {
        "calendar": {"warm_up": "10 d", "measure": "100 d"},
        "products": {"jam": {}, "tea": {}},
        "suppliers": {"factory": {}, "mill": {}},
        "warehouses": {"main": {}},
        "lanes": [LANE | {"products": ["jam"]} | (lane or {}), TRUCK],
        "customers": {"shoppers": {"buys": "jam", "from": "main", "visits": "10/d"}},
        "disruptions": list(disruptions),
    }
    return draw_tape(World.model_validate(parts | changes), seed=1, replication=0)


def road(*disruptions: dict[str, Any], **changes: Any) -> Road:
    return tape_of(*disruptions, **changes).roads[0]


def days(*intervals: tuple[float, float]) -> Closures:
    return Closures(tuple((round(start * DAY), round(end * DAY)) for start, end in intervals))


def test_plain_lanes_have_no_roads() -> None:
    assert tape_of().roads == ()
    assert tape_of(CLOSED).roads == ()


def test_a_closure_that_clears_shuts_the_lane_and_queues_at_its_end() -> None:
    tape = tape_of(CLOSED | {"clears": 1.3})
    assert (tape.shut[0], tape.blocked[0]) == (days((13, 15)), Closures())
    assert tape.roads == (Road(gates=((13 * DAY, 15 * DAY, 1300),)), Road())


def test_a_queue_from_before_the_run_has_grown_since_then() -> None:
    assert road(CLOSED | {"clears": 2, "at": "-12 d", "lasts": "5 d"}).gates == ((-2 * DAY, 3 * DAY, 2000),)


def test_a_closure_that_rebooks_does_not_shut_the_lane() -> None:
    tape = tape_of(CLOSED | {"goods": "rebooked", "rebook": "11 d"})
    assert tape.shut[0] == tape.blocked[0] == Closures()
    assert tape.roads[0].detours == days((13, 15))
    assert tape.lanes[0].rebook[7] == 11 * DAY
    assert tape.lanes[1].rebook is NOTHING


def test_lanes_of_a_region_are_rebooked_by_one_law() -> None:
    blow = {"kind": "lane_closed", "region": "gulf", "at": 1, "lasts": 1, "goods": "rebooked", "rebook": "9 d"}
    tape = tape_of(CLOSED, blow)
    assert (tape.lanes[0].rebook[0], tape.lanes[1].rebook[0]) == (0, 9 * DAY)


def test_a_closure_that_destroys_shuts_the_lane_and_strikes_once() -> None:
    tape = tape_of(CLOSED | {"goods": "lost"}, CLOSED | {"goods": "lost", "at": "-11 d"})
    assert (tape.shut[0], tape.blocked[0]) == (days((0, 1), (13, 15)), Closures())
    assert tape.roads[0].wrecks == (13 * DAY,)


def test_congestion_has_a_slip_of_its_own_and_a_delay() -> None:
    jam = {"kind": "congestion", "lane": ["factory", "main"], "at": "3 d", "lasts": "2 d"}
    (own,) = road(jam | {"slip": {"script": ["1 d", "2 d"]}, "delay": "6 d"}).jams
    assert (own.spells, own.slip, own.delay) == (days((13, 15)), ScriptedDraws((DAY, 2 * DAY)), 6 * DAY)
    (plain,) = road(jam).jams
    assert (plain.slip, plain.delay) == (None, 0)


def test_slips_under_congestion_are_told_apart_by_lane_and_time() -> None:
    jam = {"kind": "congestion", "region": "gulf", "at": "3 d", "lasts": "2 d", "slip": {"late": 0.5, "mean": "5 d"}}
    roads = tape_of(jam, jam, lane={"region": "gulf"}).roads
    slips = [[each.slip[k] for k in range(50)] for road in roads for each in road.jams if each.slip is not None]
    assert len({tuple(slip) for slip in slips}) == 4


def test_a_rule_holds_receipts_and_its_paperwork_stays() -> None:
    rule = {"kind": "rule_change", "lane": ["factory", "main"], "at": "3 d", "lasts": "14 d", "paperwork": "2 d"}
    found = road(rule, rule | {"at": "1 d", "lasts": 0, "paperwork": "1 d"}, rule | {"at": "50 d", "paperwork": 0})
    assert found.holds == days((13, 27), (60, 74))
    assert found.paperwork == ((11 * DAY, DAY), (13 * DAY, 2 * DAY))


def test_slips_of_congestion_and_paperwork_add_up() -> None:
    rule = {"kind": "rule_change", "lane": ["factory", "main"], "at": "3 d", "lasts": 0, "paperwork": "2 d"}
    jam = {"kind": "congestion", "lane": ["factory", "main"], "at": "2 d", "lasts": "5 d", "delay": "6 d"}
    found = road(rule, jam | {"slip": {"script": ["1 d"] * 9}})
    usual = ConstantDraws(3 * DAY)
    assert [found.slip(0, left=day * DAY, usual=usual) // DAY for day in (11, 12, 13, 17)] == [3, 7, 9, 5]


def test_sailings_follow_the_timetable_before_and_after_its_first() -> None:
    sailings = road(lane={"departures": {"every": "7 d", "first": "3 d", "blanked": 0}}).sailings
    assert sailings is not None
    assert [sailings.next(t * DAY) // DAY for t in (0, 6, 7, 13, 14)] == [6, 6, 13, 13, 20]


def test_a_share_of_the_sailings_is_blanked_and_always_the_same_ones() -> None:
    sailings = Sailings(every=DAY, first=0, blanked=0.3, die=Die(5))
    gone = [sailings.next(day * DAY) != day * DAY for day in range(3000)]
    assert np.mean(gone) == pytest.approx(0.3, abs=4 * 0.0084)
    assert all(sailings.next(day * DAY - HOUR) == sailings.next(day * DAY) for day in range(1, 50))


def test_stages_have_draws_of_their_own_and_move_no_others() -> None:
    law = "lognormal(mean=4 d, cv=0.8)"
    slow = {"lead_time": law, "slip": law, "port": law, "inland": law}
    tape = tape_of(lane=slow, suppliers={"factory": {"make": law}, "mill": {}})
    chance = tape.lanes[0]
    drawn = [chance.make[3], chance.lead_time[3], chance.port[3], chance.inland[3], chance.slip[3]]
    assert len(set(drawn)) == 5
    assert tape_of(lane={"lead_time": law}).lanes[0].lead_time[3] == chance.lead_time[3]
    assert (tape.lanes[1].make, tape.lanes[1].port, tape.lanes[1].exams) == (NOTHING, NOTHING, None)


def test_customs_look_into_a_share_and_do_what_they_do() -> None:
    kinds = [{"share": 0.7, "lasts": "2 d", "fee": 250}, {"share": 0.3, "lasts": "9 d", "fee": 1000.5}]
    exams = tape_of(lane={"customs": {"exam": 0.4, "kinds": kinds}}).lanes[0].exams
    assert exams is not None
    found = [exams(number) for number in range(3000)]
    assert set(found) == {(0, 0), (2 * DAY, 25_000), (9 * DAY, 100_050)}
    assert sum(each != (0, 0) for each in found) == pytest.approx(1200, abs=4 * 27)
    assert found.count((9 * DAY, 100_050)) == pytest.approx(360, abs=4 * 18)


def test_yields_are_binomial_and_only_there_where_they_matter() -> None:
    factory = {"yields": 0.9, "defects": 0.1}
    yields = tape_of(suppliers={"factory": factory, "mill": {}}).lanes[0].yields
    assert yields is not None
    came, rejected = np.array([yields(number, 50) for number in range(2000)]).T
    assert came.mean() == pytest.approx(45, abs=4 * 2.12 / 2000**0.5)
    assert (came.max() <= 50, (rejected <= came).all()) == (True, True)
    assert rejected.mean() == pytest.approx(4.5, abs=4 * 2.1 / 2000**0.5)
    assert tape_of().lanes[0].yields is None


def test_successes_are_the_binomial_quantile() -> None:
    assert [successes(u, 2, 0.5) for u in (0, 0.24, 0.25, 0.74, 0.75, 0.999)] == [0, 0, 1, 1, 2, 2]
    assert (successes(0.5, 0, 0.5), successes(0.5, 7, 0), successes(0.5, 7, 1)) == (0, 0, 7)


def test_units_vanish_at_a_share_of_calm_demand() -> None:
    shelf = {"main": {"shrink": 0.1}}
    jam, tea = tape_of(warehouses=shelf).shrink
    assert len(jam) == pytest.approx(110, abs=42)
    assert (np.diff(jam) >= 0).all()
    assert 0 <= jam[0] < jam[-1] < 110 * DAY
    assert len(tea) == 0
    assert tape_of().shrink == ()


def test_more_units_than_a_tape_can_hold_do_not_vanish() -> None:
    crowd = {"shoppers": {"buys": "jam", "from": "main", "visits": "1/d", "size": 1_000_000}}
    with pytest.raises(TapeError, match="units of jam would vanish from main"):
        tape_of(warehouses={"main": {"shrink": 1}}, customers=crowd)


def test_every_stock_has_dice_of_its_own() -> None:
    jam, tea = tape_of().stock_dice
    assert jam["miscount"](3) != tea["miscount"](3)
    assert list(jam.streams) == list(STOCK_PURPOSES)
    assert len({jam[purpose](0) for purpose in STOCK_PURPOSES}) == len(jam.streams)
    with pytest.raises(KeyError):
        jam["luck"]


def test_a_tape_with_all_of_it_survives_pickling() -> None:
    tape = tape_of(CLOSED | {"clears": 2}, lane={"departures": {}}, suppliers={"factory": {"yields": 0.9}, "mill": {}})
    copy = pickle.loads(pickle.dumps(tape))
    assert copy.roads == tape.roads
    assert copy.stock_dice[1]["found"](4) == tape.stock_dice[1]["found"](4)
