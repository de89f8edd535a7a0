"""Traits of customers: their own words first, then their product's class, then the calibration."""

from dataclasses import fields
from typing import get_args

import numpy as np
import pytest

from sim.scenario.classes import (
    Delta,
    deltas_of,
    leaving_of,
    notify_of,
    patience_of,
    pays_ahead_of,
    returns_of,
    substitution_of,
    urgent_of,
)
from sim.scenario.customers import CustomerClass, Customers
from sim.scenario.memory import Calibration, Churn, Deltas, Memory
from sim.words import DAY, Cause

CLASSES = get_args(CustomerClass)
CALIBRATIONS = get_args(Calibration)

SURVIVAL = {
    "niche": (0.99, 0.92, 0.83, 0.50),
    "durable": (0.92, 0.59, 0.42, 0.13),
    "standard": (0.76, 0.39, 0.26, 0.07),
    "commodity": (0.50, 0.13, 0.06, 0.01),
    "impulse": (0.39, 0.11, 0.06, 0.01),
}
"""Share still patient after 4, 10, 14 and 30 days."""

SLOPE = {"niche": 0.005, "durable": 0.010, "standard": 0.010, "commodity": 0.015, "impulse": 0.015}
"""Share lost per further day promised, as revealed."""


def stream(**traits):
    return Customers(buys="kettle", source="main", visits="1/d", **traits)


def surviving(law, days):
    """Share of patience longer than each number of days, from the quantiles alone."""
    u = (np.arange(200_000) + 0.5) / 200_000
    return [float(np.mean(law.ppf(u) > day * DAY)) for day in days]


@pytest.mark.parametrize("customer_class", CLASSES)
@pytest.mark.parametrize("calibration", ["default", "stated"])
def test_stated_patience_survives_as_the_table_says(customer_class, calibration):
    law = patience_of(stream(), customer_class, calibration)
    assert surviving(law, (4, 10, 14, 30)) == pytest.approx(SURVIVAL[customer_class], abs=0.0051)


@pytest.mark.parametrize("customer_class", CLASSES)
def test_revealed_patience_falls_by_the_same_share_every_day(customer_class):
    days = np.array([4, 10, 14, 30])
    law = patience_of(stream(), customer_class, "revealed")
    assert surviving(law, days) == pytest.approx(np.exp(-SLOPE[customer_class] * days), abs=1e-5)


def test_revealed_standard_is_the_row_of_the_table():
    law = patience_of(stream(), "standard", "revealed")
    assert surviving(law, (4, 10, 14, 30)) == pytest.approx([0.96, 0.90, 0.87, 0.74], abs=0.0051)


@pytest.mark.parametrize("calibration", CALIBRATIONS)
def test_their_own_patience_wins_over_class_and_calibration(calibration):
    own = stream(patience="5 d", profile="full")
    assert patience_of(own, "niche", calibration).ppf(np.array(0.5)) == 5 * DAY


@pytest.mark.parametrize("customer_class", CLASSES)
def test_the_basic_profile_takes_patience_and_leaving_only(customer_class):
    basic = stream()
    assert urgent_of(basic, customer_class, "default")[0] == 0
    assert substitution_of(basic, customer_class) == 0
    assert returns_of(basic, customer_class) is None
    assert notify_of(basic) is None
    assert pays_ahead_of(basic) == 1


def test_the_full_profile_takes_the_whole_row_of_the_class():
    full = stream(profile="full")
    assert [urgent_of(full, each, "default")[0] for each in CLASSES] == [0.05, 0.10, 0.15, 0.30, 0.10]
    assert [substitution_of(full, each) for each in CLASSES] == [0.15, 0.40, 0.45, 0.60, 0.20]
    assert [leaving_of(full, each).competitor for each in CLASSES] == [0.30, 0.50, 0.56, 0.75, 0.40]
    assert [leaving_of(full, each).defer for each in CLASSES] == [0.50, 0.30, 0.27, 0.10, 0.00]
    assert pays_ahead_of(full) == 0.95


def test_the_full_profile_comes_back_as_the_class_does():
    back = {each: returns_of(stream(profile="full"), each) for each in CLASSES}
    found = {each: (way.delay.mean, way.most) for each, way in back.items() if way is not None}
    assert found == {
        "niche": (10 * DAY, 3), "durable": (7 * DAY, 2), "standard": (7 * DAY, 2), "commodity": (3 * DAY, 1)
    }  # fmt: skip


def test_the_full_profile_answers_mails_within_a_day_on_average():
    told = notify_of(stream(profile="full"))
    assert told is not None
    assert (told.sign_up, told.buys, told.delay.mean) == (0.15, 0.065, DAY)


def test_a_stated_way_of_leaving_wins_over_the_class():
    own = stream(leaving={"competitor": 0.1, "defer": 0.1, "abandon": 0.8})
    assert leaving_of(own, "niche").abandon == 0.8


def test_chances_to_drop_out_are_beta():
    u = (np.arange(2000) + 0.5) / 2000
    chances = np.array([Churn(a=2, b=6).chance(each) for each in u])
    assert (chances.mean(), chances.var()) == pytest.approx((2 / 8, 2 * 6 / (8 * 8 * 9)), rel=0.01)


def test_what_is_stated_wins_over_the_class():
    own = stream(
        profile="full", urgent=0.4, deadline="2 d", substitution=0.9, pays_ahead=0.5,
        returns={"delay": "1 d", "most": 5}, notify={"delay": "1 h"},
    )  # fmt: skip
    share, deadline = urgent_of(own, "niche", "default")
    assert (share, deadline.mean_value) == (0.4, 2 * DAY)
    assert (substitution_of(own, "niche"), pays_ahead_of(own)) == (0.9, 0.5)
    assert returns_of(own, "niche") == own.returns
    assert notify_of(own) == own.notify


def test_revealed_slopes_have_the_urgent_in_them():
    assert urgent_of(stream(profile="full"), "commodity", "revealed")[0] == 0
    assert urgent_of(stream(urgent=0.2), "commodity", "revealed")[0] == 0.2


def test_a_deadline_is_three_days_off_on_average():
    assert urgent_of(stream(), "standard", "default")[1].mean == 3 * DAY


def test_every_change_of_regard_has_a_row_in_each_calibration():
    assert {field.name for field in fields(Delta)} == set(Deltas.model_fields)
    assert [deltas_of(Memory(), each).broken for each in CALIBRATIONS] == [-0.06, -0.19, -0.02]


def test_every_experience_reads_its_row():
    rows = deltas_of(Memory(), "stated")
    assert [rows.row(cause) for cause in Cause if cause is not Cause.DROPPED_OUT] == [
        0.02, -0.02, -0.08, -0.15, -0.19, -0.004, -0.25, -0.30, -0.06, -0.03
    ]  # fmt: skip


def test_own_rows_replace_those_of_the_calibration():
    rows = deltas_of(Memory(deltas=Deltas(broken=-0.5, on_time=0)), "stated")
    assert (rows.broken, rows.on_time, rows.long_wait) == (-0.5, 0, -0.15)


def test_people_say_they_mind_more_than_they_are_seen_to():
    revealed, middle, stated = (deltas_of(Memory(), each) for each in ("revealed", "default", "stated"))
    for field in fields(Delta):
        if field.name not in ("told_in_time", "on_time", "hidden"):
            rows = [getattr(each, field.name) for each in (revealed, middle, stated)]
            assert rows == sorted(rows, reverse=True), field.name
