"""Hours of a warehouse and work around them, and workers who take pieces up in turn."""

from __future__ import annotations

from datetime import date
from typing import Any

from sim.model.clock import Clock
from sim.model.stations import Station, closed_hours, done
from sim.scenario.house import Work
from sim.scenario.world import Calendar
from sim.tape.closures import Closures
from sim.words import DAY, HOUR, Turn

OFFICE = Work.model_validate({"opens": "9 h", "closes": "17 h", "days": ["mon", "tue", "wed", "thu", "fri"]})


def calendar(**stated: Any) -> Calendar:
    return Calendar.model_validate({"measure": "14 d", **stated})


def is_open(work: Work, about: Calendar, day: int, hour: float) -> bool:
    return closed_hours(work, about).is_open(about.warm_up + day * DAY + round(hour * HOUR))


def test_a_warehouse_without_stated_hours_is_always_open():
    assert closed_hours(Work(), calendar()) == Closures()
    assert closed_hours(None, calendar()) == Closures()


def test_hours_are_those_of_a_week_from_monday():
    opens = [is_open(OFFICE, calendar(), day, hour) for day, hour in ((0, 9), (0, 16.9), (4, 16), (7, 9))]
    shuts = [is_open(OFFICE, calendar(), day, hour) for day, hour in ((0, 8.9), (0, 17), (4, 20), (5, 12), (6, 9))]
    assert (all(opens), any(shuts)) == (True, False)


def test_the_calendar_says_which_day_it_is():
    thursday = calendar(start=date(2026, 3, 5))
    assert [is_open(OFFICE, thursday, day, 12) for day in range(5)] == [True, True, False, False, True]


def test_days_before_day_0_have_hours_too():
    sunday, wednesday = calendar(warm_up="36 h"), calendar(warm_up="3 d", start=date(2026, 3, 5))
    assert [is_open(OFFICE, sunday, -1, hour) for hour in (12.5, 23)] == [False, False]
    assert [is_open(OFFICE, wednesday, -1, hour) for hour in (8, 12)] == [False, True]


def test_work_may_end_when_the_shift_does():
    shut = Closures(((100, 200),))
    assert [done(shut, start, 10) for start in (90, 91, 150)] == [100, 201, 210]


def served(workers: int, pieces: list[tuple[int, int, int]], **shut: Closures) -> list[tuple[int, int]]:
    """When pieces of (instant, rank, number) are done, as (instant, number), if each takes ten seconds."""
    clock, found = Clock(10_000), list[tuple[int, int]]()
    about = Work.model_validate({"pick": {"rate": "0.1/s", "workers": workers}}).pick
    assert about is not None
    hours, idle = shut.get("hours", Closures()), shut.get("idle", Closures())
    station = Station(about, hours=hours, idle=idle, turn=Turn.REVIEW, clock=clock, elastic=None)
    for instant, rank, number in pieces:

        def enter(_event: object, rank: int = rank, number: int = number) -> None:
            station.enter(rank, number, pieces=1, then=lambda: found.append((clock.now, number)))

        clock.at(instant, Turn.ALLOCATION, enter)
    clock.run_to_close()
    return found


def test_one_worker_does_one_piece_after_the_other():
    assert served(1, [(0, 1, 0), (3, 1, 1), (50, 1, 2)]) == [(10, 0), (20, 1), (60, 2)]


def test_two_workers_do_two_at_a_time():
    assert served(2, [(0, 1, 0), (3, 1, 1), (4, 1, 2)]) == [(10, 0), (13, 1), (20, 2)]


def test_rank_goes_before_number_and_nobody_is_interrupted():
    assert served(1, [(0, 1, 0), (1, 1, 1), (2, 0, 2)]) == [(10, 0), (20, 2), (30, 1)]


def test_whoever_came_overnight_is_served_by_rank_in_the_morning():
    night = Closures(((0, 100),))
    assert served(1, [(5, 1, 0), (60, 0, 1)], hours=night) == [(110, 1), (120, 0)]
    assert served(1, [(5, 1, 0), (60, 0, 1)], idle=night) == [(110, 1), (120, 0)]
