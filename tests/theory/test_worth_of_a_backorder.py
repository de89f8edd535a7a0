"""The worth that a rule reckons with is the mean of what can happen, and a true quantile is kept that often."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.rules.estimates import Changes, Estimates
from sim.rules.promise import quote
from sim.rules.value import stakes_of, worth_accepting
from sim.words import DAY
from tests.shelves import Exponential, LateByChance, levers, shelf

N = 200_000
Floats = NDArray[np.float64]
ROWS = Changes(short_wait=-0.008, medium_wait=-0.055, long_wait=-0.098, broken=-0.06, late_day=-0.002, cancelled=-0.10)
COSTS = {"backorder": 1.5, "cancellation": 2.0, "contact": 6.0, "contacts": 0.02 / DAY, "contacts_late": 3.0}


class Point(NamedTuple):
    """A receipt due in so many days that is late with a chance, by a mean number of days; patience and its rest."""

    due: int
    chance: float
    late: float
    patience: float
    after_broken: float
    lifetime: float


POINTS = [
    Point(5, 0.0, 1, 12, 0.5, 100),
    Point(5, 0.6, 6, 12, 0.5, 0),
    Point(10, 0.3, 20, 8, 0.5, 100),
    Point(20, 1.0, 10, 30, 1.0, 185),
    Point(40, 0.5, 30, 5, 0.2, 400),
]


def slips(point: Point, random: np.random.Generator) -> Floats:
    return np.where(random.random(N) < point.chance, random.exponential(point.late, N), 0.0)


def played(point: Point, hi: float, random: np.random.Generator) -> Floats:
    """What each of many backorders brought in, told day by day; a day to the door and a day of handling."""
    wait = point.due + slips(point, random) + 2
    beyond = random.exponential(point.patience, N)  # patience beyond the promise, without memory
    stays = (wait - 1 <= hi) | (wait - 1 <= hi + point.after_broken * beyond)
    late = np.maximum(wait - hi, 0)
    rows = np.select([wait <= 10, wait <= 20], [ROWS.short_wait, ROWS.medium_wait], ROWS.long_wait)
    rows = rows + ROWS.late_day * np.minimum(np.floor(late), 30)
    change = np.where(stays, rows, ROWS.cancelled) + ROWS.broken * (late > 0)
    money = np.where(stays, 40.0, -2.0) - 1.5 - 6 * 0.02 * (wait + 2 * late)
    return money + point.lifetime * change


@pytest.mark.parametrize("point", POINTS)
def test_the_worth_of_accepting_is_the_mean_of_what_can_happen(point: Point) -> None:
    of = levers(promise={"basis": "vendor"}, value={"unit": 0})
    seen = shelf(due=point.due, slip=LateByChance(point.chance, round(point.late * DAY)))
    believed = Estimates(
        price=100,
        unit_cost=60,
        patience=Exponential(point.patience * DAY),
        after_broken=point.after_broken,
        changes=ROWS,
        lifetime=point.lifetime,
        **COSTS,
    )
    window = quote(of.promise, seen)
    reckoned = worth_accepting(stakes_of(of, seen, believed, window))
    happened = played(point, window.hi / DAY, np.random.default_rng(7))
    assert reckoned == pytest.approx(float(happened.mean()), abs=0.5)


@pytest.mark.parametrize("level", [0.6, 0.8, 0.9, 0.95])
@pytest.mark.parametrize("overdue", [-5, 0, 3])
def test_a_promise_at_a_true_quantile_is_kept_that_often(level: float, overdue: int) -> None:
    slip = LateByChance(0.7, 6 * DAY)
    lateness = slips(Point(0, 0.7, 6, 0, 0, 0), np.random.default_rng(8))
    coming = lateness[lateness > max(overdue, -1)]
    seen = shelf(due=-overdue, slip=slip, handling=0, last_mile=0)
    hi = quote(levers(promise={"basis": "quantile", "level": level}).promise, seen).hi / DAY
    kept = float(np.mean(coming - overdue <= hi))
    assert kept == pytest.approx(level, abs=4 * (level * (1 - level) / len(coming)) ** 0.5)


@pytest.mark.parametrize(("width", "late"), [(0, 4), (4, 4), (8, 4), (8, 16)])
def test_a_window_on_the_confirmed_date_breaks_as_often_as_the_slip_outlasts_it(width: int, late: int) -> None:
    lateness = slips(Point(0, 0.4, late, 0, 0, 0), np.random.default_rng(9))
    window = quote(levers(promise={"basis": "vendor", "width": f"{width} d"}).promise, shelf(due=10))
    broken = float(np.mean(10 + lateness + 2 > window.hi / DAY))
    expected = 0.4 * np.exp(-width / late)
    assert broken == pytest.approx(expected, abs=4 * (expected / N) ** 0.5)
