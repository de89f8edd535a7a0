"""Pace: how outages, ramps and surges change how much work a supplier does."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from sim.scenario.disruptions import AnyDisruption
from sim.tape.pace import Pace
from sim.tape.recovery import pace_of
from sim.words import DAY

READER: TypeAdapter[Any] = TypeAdapter(AnyDisruption)


def outage(start: float, end: float, **stated: Any) -> tuple[Any, tuple[int, int]]:
    """An outage by its days."""
    blow = READER.validate_python({"kind": "supplier_down", "supplier": "a", "at": 0, "lasts": "1 d", **stated})
    return blow, (round(start * DAY), round(end * DAY))


def course(*outages: tuple[Any, tuple[int, int]]) -> list[tuple[float, int]]:
    """Days and paces in thousandths."""
    pace = pace_of(outages)
    assert pace is not None
    return [(start / DAY, each) for start, each in zip(pace.starts, pace.permille, strict=True)]


def test_plain_stops_need_no_pace() -> None:
    assert pace_of([outage(3, 5), outage(8, 9, orders="refused")]) is None
    assert pace_of([]) is None


def test_an_outage_may_leave_a_share_of_the_pace() -> None:
    assert course(outage(3, 5, output=0.5)) == [(0, 1000), (3, 500), (5, 1000)]


def test_below_a_hundredth_nothing_is_done() -> None:
    assert pace_of([outage(3, 5, output=0.009)]) is None
    assert course(outage(3, 5, output=0.009, recovery={"ramp": "1 d"}))[1] == (3, 0)


def test_a_ramp_is_the_mean_of_each_day_of_a_straight_line() -> None:
    ramp = {"ramp": "4 d"}
    assert course(outage(3, 5, recovery=ramp)) == [(0, 1000), (3, 0), (5, 125), (6, 375), (7, 625), (8, 875), (9, 1000)]
    assert course(outage(3, 5, output=0.2, recovery=ramp))[2:4] == [(5, 300), (6, 500)]


def test_a_part_of_a_day_has_its_own_mean() -> None:
    assert course(outage(3, 5, recovery={"ramp": "1.5 d"})) == [(0, 1000), (3, 0), (5, 333), (6, 833), (6.5, 1000)]


def test_a_surge_makes_up_for_what_was_missed() -> None:
    assert course(outage(3, 6, recovery={"surge": 1.3})) == [(0, 1000), (3, 0), (6, 1300), (16, 1000)]
    assert course(outage(3, 6, output=0.5, recovery={"surge": 2})) == [(0, 1000), (3, 500), (6, 2000), (7.5, 1000)]


@pytest.mark.parametrize("stated", [{}, {"output": 0.4}, {"recovery": {"ramp": "3 d"}}])
def test_after_a_surge_as_much_is_done_as_without_the_outage(stated: dict[str, Any]) -> None:
    recovery = {"surge": 1.25, **stated.get("recovery", {})}
    pace = pace_of([outage(3, 6, **(stated | {"recovery": recovery}))])
    assert pace is not None
    assert abs(pace.after(0, 60 * DAY) - 60 * DAY) <= 1


def test_paces_of_several_outages_multiply() -> None:
    both = course(outage(3, 8, output=0.5), outage(5, 10, output=0.4))
    assert both == [(0, 1000), (3, 500), (5, 200), (8, 400), (10, 1000)]
    assert course(outage(3, 8, output=0.5), outage(5, 6)) == [(0, 1000), (3, 500), (5, 0), (6, 500), (8, 1000)]


def test_an_outage_from_before_the_run_goes_on_in_it() -> None:
    assert course(outage(-3, 1, output=0.5)) == [(0, 500), (1, 1000)]
    assert course(outage(-3, -2, recovery={"ramp": "4 d"})) == [(0, 625), (1, 875), (2, 1000)]
    assert course(outage(-9, -8, recovery={"ramp": "1 d"})) == [(0, 1000)]


def test_an_outage_of_no_length_changes_nothing() -> None:
    assert course(outage(3, 3, recovery={"surge": 2})) == [(0, 1000)]


@pytest.mark.parametrize(
    ("starts", "permille"), [((), ()), ((1,), (1000,)), ((0, 5, 5), (1, 2, 3)), ((0, 5), (1000, 0))]
)
def test_a_pace_must_lead_somewhere(starts: tuple[int, ...], permille: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="a pace begins at 0"):
        Pace(starts, permille)


def test_a_pace_is_read_at_any_instant() -> None:
    pace = Pace((0, 10, 20), (1000, 0, 500))
    assert [pace.at(t) for t in (0, 9, 10, 19, 20, 99)] == [1, 1, 0, 0, 0.5, 0.5]
