"""A customer's timeline, waits against promises, and calibration, on values."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dashboard import promise_charts, story_chart
from dashboard.looks import looks
from sim import Cast, Results, Scenario, Tale, Timelines, cast, load_scenario, run, timelines
from sim.words import DAY, Fate
from tests.spiky_shop import SPIKY

POLICIES = ("out_of_stock", "backorder", "honest")


@pytest.fixture(scope="module")
def found() -> Cast:
    return cast(load_scenario(SPIKY), policy="backorder")


@pytest.fixture(scope="module")
def results() -> Results:
    return run(load_scenario(SPIKY))


@pytest.fixture(scope="module")
def lines() -> Timelines:
    return timelines(load_scenario(SPIKY))


def one(found: Cast, fate: Fate) -> Tale:
    return found.tales[fate][0]


def test_bars_are_as_long_as_wait_promise_and_patience(found: Cast) -> None:
    told = one(found, Fate.FULFILLED)
    life = told.lives[0]
    here = {bar.lane: bar for bar in story_chart.bars(told)}
    assert here["waited"].end - here["waited"].start == pytest.approx((life.ended - life.time) / DAY)
    assert (here["promised"].start, here["promised"].end) == pytest.approx((life.lo / DAY, life.hi / DAY))
    assert here["would wait"].end <= life.patience / DAY


def test_who_refuses_the_promise_does_not_wait(found: Cast) -> None:
    assert {bar.lane for bar in story_chart.bars(one(found, Fate.BALKED))} == {"promised", "would wait"}


def test_marks_begin_with_the_visit_and_end_with_the_end(found: Cast) -> None:
    kinds = [mark.kind for mark in story_chart.marks(one(found, Fate.FULFILLED))]
    assert (kinds[0], kinds[-1]) == ("visit", "end")
    assert "goods" in kinds
    assert story_chart.marks(one(found, Fate.RENEGED))[-1].kind == "gone"


def test_a_story_is_told_in_picture_words_and_table(found: Cast) -> None:
    told = one(found, Fate.RENEGED)
    picture = story_chart.story_picture(told)
    assert picture.title.startswith(f"Customer {told.customer} of ")
    assert "lost patience waiting" in picture.title
    assert all(event.text in picture.alt for event in told.events)
    assert len(picture.table()) == len(told.events)
    assert {trace.name for trace in picture.figure.data} >= {"visit", "gone"}


def test_who_was_promised_a_date_is_known(lines: Timelines) -> None:
    assert promise_charts.promising(lines) == ("backorder", "honest")


def test_dots_lie_where_promise_and_delivery_were(lines: Timelines) -> None:
    picture = promise_charts.waits_picture(lines, "backorder", looks(POLICIES)["backorder"])
    line, delivered, rest = picture.figure.data
    table = picture.table()
    assert list(line.x) == list(line.y)
    assert len(delivered.x) == table["delivered"].sum()
    assert len(rest.x) == (~table["delivered"]).sum()
    days, shares = promise_charts.lateness(lines, "backorder")
    assert f"{100 * shares[days >= 0].sum():.0f} % of the goods came after the promise" in picture.title


def test_every_chart_says_the_same_of_late_goods(lines: Timelines) -> None:
    """Also where what is drawn of them is a sample."""
    dots = promise_charts.waits_picture(lines, "honest", looks(POLICIES)["honest"])
    steps = promise_charts.lateness_picture(lines, ("honest",), looks(POLICIES))
    assert re.findall(r"\d+%", dots.title) == re.findall(r"\d+%", steps.title)


def test_lateness_is_that_of_the_measure(lines: Timelines, results: Results) -> None:
    days, shares = promise_charts.lateness(lines, "honest")
    assert shares.sum() == pytest.approx(1)
    late, n = results.array("honest", "eta_late"), results.array("honest", "fulfilled_share")
    weights = n * results.array("honest", "visits")
    assert shares[days >= 0].sum() == pytest.approx((late * weights).sum() / weights.sum())


def test_lateness_is_drawn_for_each_policy_on_one_axis(lines: Timelines) -> None:
    picture = promise_charts.lateness_picture(lines, ("backorder", "honest"), looks(POLICIES))
    assert [trace.name for trace in picture.figure.data] == ["backorder", "honest"]
    assert len({trace.line.dash for trace in picture.figure.data}) == 2
    assert picture.figure.layout.shapes[0].x0 == 0


def test_tenths_are_those_of_the_measures(results: Results) -> None:
    picture = promise_charts.calibration_picture(results, ("honest",), looks(POLICIES))
    assert picture is not None
    (bars,) = picture.figure.data
    assert bars.y == pytest.approx([np.nanmean(results.array("honest", f"pit_{n}")) for n in range(1, 11)])
    assert sum(bars.y) == pytest.approx(1, abs=0.02)
    assert "under honest" in picture.title


def test_policies_are_told_apart_by_hatching_too(results: Results) -> None:
    picture = promise_charts.calibration_picture(results, ("backorder", "honest"), looks(POLICIES))
    assert picture is not None
    assert len({bars.marker.pattern.shape for bars in picture.figure.data}) == len(picture.figure.data)


def test_a_promise_without_a_window_has_no_place_in_it(results: Results) -> None:
    assert promise_charts.calibration_picture(results, ("out_of_stock",), looks(POLICIES)) is None


def never() -> Scenario:
    """A shop that promises what no order will ever bring."""
    return load_scenario(SPIKY, overrides={"levers.replenish": "{rule: none}", "world.warehouses.main.stock":
                         "{gadget: 5}"})  # fmt: skip


def test_promises_that_bring_nothing_are_told_as_such() -> None:
    empty = timelines(never(), policies=["backorder"], replications=1)
    assert promise_charts.promising(empty) == ("backorder",)
    assert promise_charts.delivering(empty) == ()
    picture = promise_charts.waits_picture(empty, "backorder", looks(POLICIES)["backorder"])
    assert picture.title == "Nobody who was promised a date under backorder got the goods"
