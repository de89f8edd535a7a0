"""How visits come that are not by chance: like clockwork, from a history, from a list."""

import numpy as np
import pytest
from pydantic import TypeAdapter

from sim.errors import TapeError
from sim.scenario.demand import DemandEvent
from sim.scenario.visits import HistoryVisits, PoissonVisits, RegularVisits, TraceVisits
from sim.tape.arrivals import Arrivals, arrivals_of
from sim.tape.course import Span
from sim.tape.courses import demand_of
from sim.tape.streams import Stream
from sim.words import DAY, FOREVER

TEN_DAYS = Span(-2 * DAY, 8 * DAY, 0)


def arrive(visits, *events: dict, span: Span = TEN_DAYS, seed: int = 1) -> Arrivals:
    events = [TypeAdapter(DemandEvent).validate_python({"product": "p", **event}) for event in events]
    return arrivals_of(visits, demand_of("p", events, span), lambda attribute: Stream(seed, 0, attribute))


def history(*lines: tuple[int, int, int], days: int, **changes) -> HistoryVisits:
    rows = [{"day": day, "units": units, "lines": count} for day, units, count in lines]
    return HistoryVisits.model_validate({"history": rows, "days": days, **changes})


def by_day(arrivals: Arrivals, days: int) -> list[list[int]]:
    """Units of all visits on each day of the run, sorted."""
    return [sorted(arrivals.units[arrivals.time // DAY == day].tolist()) for day in range(days)]


def test_clockwork_begins_with_the_run():
    assert arrive(RegularVisits(every="1 d")).time.tolist() == [day * DAY for day in range(10)]


def test_the_first_visit_can_be_set():
    assert arrive(RegularVisits(every="3 d", first="1 d")).time.tolist() == [3 * DAY, 6 * DAY, 9 * DAY]


def test_a_first_visit_before_the_run_keeps_the_beat():
    assert arrive(RegularVisits(every="4 d", first="-3 d")).time.tolist() == [3 * DAY, 7 * DAY]


def test_clockwork_ignores_the_demand_events():
    spike = {"kind": "ramp", "at": 0, "multiplier": 5}
    assert len(arrive(RegularVisits(every="1 d"), spike).time) == 10


def test_a_trace_comes_as_listed():
    rows = [{"at": 3, "units": 2, "patience": "4 d"}, {"at": 1}, {"at": 3, "units": 7, "patience": "1.5 d"}]
    arrivals = arrive(TraceVisits.model_validate({"trace": rows}))
    assert arrivals.time.tolist() == [3 * DAY, 5 * DAY, 5 * DAY]
    assert arrivals.units.tolist() == [1, 2, 7]
    assert arrivals.patience.tolist() == [FOREVER, 4 * DAY, 1.5 * DAY]


def test_trace_visits_outside_the_run_do_not_come():
    rows = [{"at": at} for at in (-3, -2, 7.999, 8)]
    assert arrive(TraceVisits.model_validate({"trace": rows})).time.tolist() == [0, round(9.999 * DAY)]


def test_an_empty_trace_has_no_visits():
    assert len(arrive(TraceVisits(trace=())).time) == 0


def test_a_replay_puts_history_day_0_on_day_0_and_cycles():
    arrivals = arrive(history((0, 1, 2), (1, 5, 1), (2, 9, 1), days=4))
    assert by_day(arrivals, 10) == [[9], [], [1, 1], [5], [9], [], [1, 1], [5], [9], []]


def test_history_lines_of_a_day_may_stand_in_any_order():
    mixed = history((2, 9, 1), (0, 1, 1), (2, 8, 1), days=4)
    assert by_day(arrive(mixed, span=Span(0, 4 * DAY, 0)), 4) == [[1], [], [8, 9], []]


def test_a_history_is_in_order_of_time_and_spread_over_its_day():
    times = arrive(history((0, 1, 5000), days=1), span=Span(0, DAY, 0)).time
    assert np.all(np.diff(times) >= 0)
    assert times.mean() == pytest.approx(DAY / 2, rel=0.05)


def test_a_run_that_begins_within_a_day_takes_the_rest_of_it():
    arrivals = arrive(history((0, 1, 4000), days=1), span=Span(-DAY // 4, DAY // 2, 0))
    assert 0 <= arrivals.time[0] <= arrivals.time[-1] < 3 * DAY // 4
    assert len(arrivals.time) == pytest.approx(3000, rel=0.05)


def test_a_bootstrap_strings_whole_blocks_of_days_together():
    days = history(*((day, day + 1, 1) for day in range(50)), days=50, how="bootstrap", block="3 d")
    units = np.array(by_day(arrive(days, span=Span(0, 300 * DAY, 0)), 300)).ravel()
    steps = np.diff(units) % 50
    assert np.all(np.delete(steps, np.s_[2::3]) == 1)
    assert len(set(units[::3].tolist())) > 30


def test_a_bootstrap_takes_all_days_alike():
    days = history(*((day, day + 1, 1) for day in range(5)), days=5, how="bootstrap", block="2 d")
    units = arrive(days, span=Span(0, 20_000 * DAY, 0)).units
    assert np.bincount(units)[1:] == pytest.approx(np.full(5, 4000), rel=0.08)


def test_a_block_of_part_of_a_day_is_a_whole_day():
    days = history((0, 1, 1), (1, 2, 1), days=2, how="bootstrap", block="1 h")
    assert len(arrive(days).time) == 10


def test_demand_events_copy_the_lines_of_a_history():
    promo = {"kind": "promo", "at": "2 d", "lasts": "2 d", "multiplier": 3, "dip": 0, "dip_lasts": "1 d"}
    counts = np.bincount(arrive(history((0, 1, 100), days=1), promo).time // DAY, minlength=10)
    assert counts.tolist() == [100, 100, 100, 100, 300, 300, 0, 100, 100, 100]


def test_fractions_of_a_copy_come_by_chance():
    up = {"kind": "ramp", "at": "-2 d", "multiplier": 1.3}
    assert len(arrive(history((0, 1, 4000), days=1), up).time) == pytest.approx(52_000, abs=5 * 92)


def test_an_empty_history_has_no_visits():
    assert len(arrive(HistoryVisits(history=(), days=3)).time) == 0


@pytest.mark.parametrize(
    "visits",
    [PoissonVisits(rate="1000/s"), RegularVisits(every="1 s"), history((0, 1, 200_000_000), days=1)],
)
def test_more_visits_than_a_tape_can_hold_are_refused(visits):
    with pytest.raises(TapeError, match="more than one tape can hold"):
        arrive(visits, span=Span(0, 2000 * DAY, 0))
