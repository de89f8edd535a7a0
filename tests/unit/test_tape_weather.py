"""Weather: which closures every disruption makes, and for whom."""

import numpy as np
import pytest

from sim.errors import TapeError
from sim.scenario.world import World
from sim.tape.closures import Closures
from sim.tape.draw import draw_tape
from sim.tape.tape import Tape
from sim.words import DAY

NOTHING = Closures()


def tape_of(*disruptions: dict, replication: int = 0, measure: str = "100 d") -> Tape:
    """A factory and a mill that both deliver to `main`, which delivers to `shop`; 10 days of warm-up."""
    lane = {"lead_time": "5 d"}
    parts = {
        "calendar": {"warm_up": "10 d", "measure": measure},
        "products": {"jam": {}},
        "suppliers": {"factory": {}, "mill": {}},
        "warehouses": {"main": {}, "shop": {}},
        "lanes": [lane | {"from": a, "to": b} for a, b in (("factory", "main"), ("mill", "main"), ("main", "shop"))],
        "customers": {"shoppers": {"buys": "jam", "from": "shop", "visits": "1/d"}},
        "disruptions": list(disruptions),
    }
    return draw_tape(World.model_validate(parts), seed=1, replication=replication)


def days(*intervals: tuple[float, float]) -> Closures:
    """Closures by days of the run."""
    return Closures(tuple((round(start * DAY), round(end * DAY)) for start, end in intervals))


def factory_down(**changes) -> dict:
    return {"kind": "supplier_down", "supplier": "factory"} | changes


def test_calm_weather_has_an_entry_for_every_node_and_lane():
    tape = tape_of()
    assert tape.down == tape.refusing == {"factory": NOTHING, "mill": NOTHING}
    assert tape.blocked == tape.shut == (NOTHING, NOTHING, NOTHING)


def test_a_scheduled_outage_counts_from_day_0():
    tape = tape_of(factory_down(at="3 d", lasts="2 d"))
    assert tape.down == {"factory": days((13, 15)), "mill": NOTHING}
    assert tape.refusing["factory"] == NOTHING
    assert tape.blocked == tape.shut == (NOTHING, NOTHING, NOTHING)


def test_an_outage_can_refuse_orders():
    tape = tape_of(factory_down(at="3 d", lasts="2 d", orders="refused"))
    assert tape.down["factory"] == NOTHING
    assert tape.refusing["factory"] == days((13, 15))


def test_a_frozen_pipeline_blocks_the_suppliers_lanes_and_shuts_none():
    tape = tape_of(factory_down(at="3 d", lasts="2 d", pipeline="frozen"))
    assert tape.blocked == (days((13, 15)), NOTHING, NOTHING)
    assert tape.shut == (NOTHING, NOTHING, NOTHING)


def test_a_closed_lane_is_shut_and_blocked():
    tape = tape_of({"kind": "lane_closed", "lane": ["main", "shop"], "at": "3 d", "lasts": "2 d"})
    assert tape.shut == tape.blocked == (NOTHING, NOTHING, days((13, 15)))
    assert tape.down["factory"] == NOTHING


def test_closures_of_one_target_merge():
    tape = tape_of(
        factory_down(at="3 d", lasts="2 d", pipeline="frozen"),
        factory_down(at="4 d", lasts="3 d", pipeline="frozen"),
        {"kind": "lane_closed", "lane": ["factory", "main"], "at": "20 d", "lasts": "1 d"},
    )
    assert tape.down["factory"] == days((13, 17))
    assert tape.blocked[0] == days((13, 17), (30, 31))


def test_a_disruption_may_begin_before_the_run():
    assert tape_of(factory_down(at="-12 d", lasts="5 d")).down["factory"] == days((0, 3))
    assert tape_of(factory_down(at="-15 d", lasts="5 d")).down["factory"] == NOTHING


def test_random_disruptions_alternate_from_the_start_of_the_run():
    spells = tape_of(factory_down(every="20 d", lasts="5 d")).down["factory"]
    assert spells == days((20, 25), (45, 50), (70, 75), (95, 100))


def test_random_disruptions_differ_between_replications():
    outage = factory_down(every="exponential(20 d)", lasts="exponential(5 d)")
    assert tape_of(outage).down != tape_of(outage, replication=1).down


def test_a_scheduled_disruption_may_last_by_chance():
    outage = factory_down(at="3 d", lasts="exponential(5 d)")
    ends = [tape_of(outage, replication=r).down["factory"].intervals[0][1] - 13 * DAY for r in range(300)]
    assert np.mean(ends) == pytest.approx(5 * DAY, rel=0.2)


def test_disruptions_are_independent_of_each_other():
    outage = factory_down(every="exponential(20 d)", lasts="exponential(5 d)")
    closing = {"kind": "lane_closed", "lane": ["factory", "main"], "at": "3 d", "lasts": "2 d"}
    assert tape_of(outage).down == tape_of(closing, outage).down
    mill = outage | {"supplier": "mill"}
    assert tape_of(outage).down["factory"] == tape_of(mill, outage).down["factory"]


def test_two_disruptions_of_one_target_have_luck_of_their_own():
    outage = factory_down(every="exponential(20 d)", lasts="exponential(5 d)")
    held = tape_of(outage, outage | {"orders": "refused"})
    assert held.down["factory"] == tape_of(outage).down["factory"]
    assert held.refusing["factory"] != held.down["factory"]


def test_disruptions_without_number_are_refused():
    with pytest.raises(TapeError, match="'disruption/supplier_down/factory/0' would strike more than 100,000 times"):
        tape_of(factory_down(every="0 d", lasts="0 d"), measure="300 d")
