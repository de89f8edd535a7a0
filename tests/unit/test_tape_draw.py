"""The tape of a whole world: visits of all streams merged, luck of every lane, weather."""

import pickle
from dataclasses import fields, replace

import numpy as np
import pytest

from sim.errors import TapeError
from sim.scenario.world import World
from sim.tape.draw import digest, draw_tape
from sim.tape.keyed import ConstantDraws, PacedDraws
from sim.tape.tape import Tape, Visits
from sim.words import DAY, FOREVER, HOUR

SHOPPERS = {"buys": "jam", "from": "main", "visits": "20/d"}
LANE = {"from": "factory", "to": "main", "lead_time": "5 d"}


def world(**changes) -> World:
    parts = {
        "calendar": {"warm_up": "10 d", "measure": "40 d", "run_out": "5 d"},
        "products": {"jam": {}},
        "suppliers": {"factory": {}},
        "warehouses": {"main": {}},
        "lanes": [LANE],
        "customers": {"shoppers": SHOPPERS},
    }
    return World.model_validate(parts | changes)


def tape_of(*, replication: int = 0, **changes) -> Tape:
    return draw_tape(world(**changes), seed=1, replication=replication)


def visits_of(**changes) -> Visits:
    """Visits of one customer stream with some fields changed."""
    return tape_of(customers={"shoppers": SHOPPERS | changes}).visits


def columns(visits: Visits) -> dict[str, np.ndarray]:
    """Every attribute that these visits have."""
    values = {column.name: getattr(visits, column.name) for column in fields(Visits)}
    return {name: value for name, value in values.items() if value is not None}


def test_every_visit_has_every_attribute():
    visits = visits_of()
    assert {len(column) for column in columns(visits).values()} == {len(visits)}
    assert len(visits) == pytest.approx(1000, rel=0.15)


def test_a_crowd_has_no_members_and_no_extra_visits():
    assert (visits_of().member, visits_of().extra) == (None, None)


def test_a_visit_costs_at_most_35_bytes():
    panel = tape_of(panel={}, memory={}, customers={"shoppers": SHOPPERS | {"members": 0.5}}).visits
    cost = [sum(column.itemsize for column in columns(visits).values()) for visits in (visits_of(), panel)]
    assert cost == [30, 35]


@pytest.mark.parametrize("customers", [{"a": SHOPPERS}, {"a": SHOPPERS, "b": SHOPPERS}])
def test_visits_cannot_be_written_to(customers):
    visits = tape_of(customers=customers).visits
    for column in columns(visits).values():
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 0


def test_visits_come_until_the_window_ends():
    times = visits_of(visits="2000/d").time
    assert 0 <= times.min() < DAY
    assert 49 * DAY < times.max() < 50 * DAY


def test_streams_merge_by_time_then_by_their_order_then_by_row():
    trace = {"trace": [{"at": 1, "units": 1}, {"at": 1, "units": 2}, {"at": 0, "units": 3}]}
    one = SHOPPERS | {"visits": trace}
    two = SHOPPERS | {"visits": {"trace": [{"at": 1, "units": 4}, {"at": "12 h", "units": 5}]}}
    visits = tape_of(customers={"two": two, "one": one}).visits
    assert visits.units.tolist() == [3, 5, 4, 1, 2]
    assert visits.stream.tolist() == [1, 0, 0, 1, 1]


def test_one_unit_unless_stated():
    assert set(visits_of().units.tolist()) == {1}
    assert set(visits_of(size="table(1: 0.5, 3: 0.5)").units.tolist()) == {1, 3}


def test_patience_is_that_of_the_class():
    impulse, niche = (
        np.median(tape_of(products={"jam": {"class": name}}).visits.patience) for name in ("impulse", "niche")
    )
    assert impulse == pytest.approx(3 * DAY, rel=0.15)
    assert niche == pytest.approx(30 * DAY, rel=0.15)


def test_stated_patience_wins_over_the_class():
    assert set(visits_of(patience="36 h").patience.tolist()) == {36 * 3600}


def test_a_fixed_acceptance_waits_for_ever_unless_patience_is_stated():
    assert set(visits_of(acceptance=0.4).patience.tolist()) == {FOREVER}
    assert set(visits_of(acceptance=0.4, patience="2 d").patience.tolist()) == {2 * DAY}


def test_endless_patience_ends_at_forever():
    assert visits_of(patience="lognormal(median=20 yr, sigma=3)").patience.max() == FOREVER


def test_nobody_changes_mind_at_rate_0():
    assert set(visits_of().whim.tolist()) == {FOREVER}


def test_minds_change_at_their_rate():
    assert visits_of(change_of_mind="0.1/d").whim.mean() == pytest.approx(10 * DAY, rel=0.15)


def test_uniforms_stay_below_1():
    visits = visits_of(visits="20000/d")
    for column in (visits.accept, visits.exit):
        assert 0 <= column.min() < 1e-4
        assert 1 - 1e-4 < column.max() < 1
    assert abs(np.corrcoef(visits.accept, visits.exit)[0, 1]) < 0.01


def test_a_law_does_not_touch_the_other_attributes():
    plain, changed = visits_of(), visits_of(size="poisson(2)", patience="1 d", change_of_mind="1/d")
    for name in ("time", "accept", "exit"):
        assert np.array_equal(getattr(plain, name), getattr(changed, name))


def test_the_weekday_of_day_0_comes_from_the_calendar():
    sundays = [{"kind": "weekly", "product": "jam", "factors": [0, 0, 0, 0, 0, 0, 1]}]
    calendar = {"start": "2026-03-04", "measure": "14 d", "warm_up": "10 d"}
    times = tape_of(calendar=calendar, demand=sundays).visits.time
    assert set((times // DAY - 10).tolist()) == {-10, -3, 4, 11}


def test_events_of_demand_count_from_day_0():
    jump = [{"kind": "ramp", "product": "jam", "at": "20 d", "multiplier": 10}]
    times = tape_of(demand=jump).visits.time
    assert np.sum(times < 30 * DAY) == pytest.approx(600, rel=0.15)
    assert np.sum(times >= 30 * DAY) == pytest.approx(4000, rel=0.08)


# lanes and suppliers


def slips(slip, keys: int = 2000) -> np.ndarray:
    draws = tape_of(lanes=[LANE | {"slip": slip}]).lanes[0].slip
    return np.array([draws[key] for key in range(keys)])


def test_a_lane_without_slip_is_on_time():
    assert tape_of().lanes[0].slip == ConstantDraws(0)
    assert tape_of().lanes[0].lead_time == ConstantDraws(5 * DAY)


def test_some_receipts_are_late():
    late = slips({"late": "38 %", "mean": "5 d"})
    assert np.mean(late > 0) == pytest.approx(0.38, abs=0.04)
    assert late[late > 0].mean() == pytest.approx(5 * DAY, rel=0.12)


@pytest.mark.parametrize(("late", "share"), [(0, 0), (1, 1)])
def test_none_or_all_are_late(late, share):
    assert np.mean(slips({"late": late, "mean": "5 d"}) > 0) == share


def test_a_scripted_slip_is_played_in_order():
    assert slips({"script": ["0 d", "1 d"]}, keys=4).tolist() == [0, DAY, 0, 0]


def test_any_law_can_be_a_slip():
    assert slips("uniform(1 d, 3 d)").mean() == pytest.approx(2 * DAY, rel=0.05)


def test_lead_time_and_slip_have_streams_of_their_own():
    lane = tape_of(lanes=[LANE | {"lead_time": "uniform(0 d, 1 d)", "slip": "uniform(0 d, 1 d)"}]).lanes[0]
    pairs = [(lane.lead_time[key], lane.slip[key]) for key in range(500)]
    assert abs(np.corrcoef(np.array(pairs).T)[0, 1]) < 0.15


def test_two_lanes_between_the_same_nodes_differ():
    lane = LANE | {"lead_time": "gamma(mean=5 d, cv=0.3)"}
    lanes = [lane | {"products": ["jam"]}, lane | {"products": ["tea"]}]
    first, second = tape_of(lanes=lanes, products={"jam": {}, "tea": {}}).lanes
    assert first.lead_time[0] != second.lead_time[0]


def test_only_suppliers_with_capacity_have_unit_times():
    suppliers = {"factory": {"capacity": "400/d"}, "mill": {}}
    assert tape_of(suppliers=suppliers).unit_times == {"factory": PacedDraws(400 / DAY)}


def test_unit_times_may_vary():
    suppliers = {"factory": {"capacity": {"unit_time": "exponential(1 h)"}}}
    assert tape_of(suppliers=suppliers).unit_times["factory"].total(0, 4000) == pytest.approx(4000 * HOUR, rel=0.07)


# determinism


def test_replications_and_seeds_differ():
    tapes = [draw_tape(world(), seed=seed, replication=r) for seed, r in ((1, 0), (1, 1), (2, 0))]
    assert len({digest(tape) for tape in tapes}) == 3


def test_the_digest_sees_every_column():
    tape = tape_of(panel={}, memory={}, customers={"shoppers": SHOPPERS | {"members": 0.5}})
    seen = {digest(tape)}
    for name, column in columns(tape.visits).items():
        values = column.copy()
        values[17] = not values[17]
        seen.add(digest(replace(tape, visits=replace(tape.visits, **{name: values}))))
    assert len(seen) == 1 + len(fields(Visits))


@pytest.mark.parametrize("changes", [{}, {"panel": {}, "memory": {}}])
def test_a_tape_survives_pickling(changes):
    tape = tape_of(lanes=[LANE | {"lead_time": "gamma(mean=5 d, cv=0.3)"}], **changes)
    copy = pickle.loads(pickle.dumps(tape))
    assert digest(copy) == digest(tape)
    assert copy.lanes[0].lead_time[700] == tape.lanes[0].lead_time[700]
    assert copy.dice[0]["notify"](17, 2) == tape.dice[0]["notify"](17, 2)
    assert np.array_equal(copy.visits.identity, tape.visits.identity)


@pytest.mark.parametrize(("seed", "replication"), [(-1, 0), (1, -1)])
def test_impossible_seeds_are_refused(seed, replication):
    with pytest.raises(TapeError, match=r"seed|replication"):
        draw_tape(world(), seed=seed, replication=replication)
