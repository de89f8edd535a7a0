"""Measures of promises, on ten days counted by hand."""

from __future__ import annotations

from math import isnan

import pytest

from sim.measures.measure import measure
from sim.measures.promises import PROMISES
from sim.words import DAY, Exit, Fate, Wait
from tests.ledgers import V, W, ledger_of, one_shop, tape_visits, ten_days_measured

BY_HAND = {
    "backorder_offered": 6 / 7,
    "backorder_acceptance": 5 / 6,
    "backorder_completion": 2 / 4,
    "cancel_rate": 2 / 5,
    "promise_kept": 1 / 4,
    "eta_inside": 1 / 2,
    "eta_bias": (-1 + 5) / 2,
    "mean_lateness": (0 + 5) / 2,
    "lateness_p95": 0.95 * 5,
    "late_over_week": 0,
}
SECOND = 1 / DAY


def joined(fate, ended, *, window=(1, 2)):
    leaves = fate in (Fate.RENEGED, Fate.CHANGED_MIND)
    return V(1, 1, fate, ended=ended, window=window, exit=Exit.ABANDON if leaves else Exit.NONE)


def shop_of(*visits):
    events = {Fate.FULFILLED: Wait.GRANTED, Fate.RENEGED: Wait.RENEGED, Fate.CHANGED_MIND: Wait.CHANGED_MIND}
    waits = [W(v.at + v.ended, n, events[v.fate], 1) for n, v in enumerate(visits) if v.fate in events]
    world = one_shop(calendar={"measure": "20 d"}, warehouses={"main": {}})
    ledger = ledger_of(world, visits, waits=waits, opening=[9], closing=[0])
    return measure(world, ledger, tape_visits(visits))


@pytest.mark.parametrize(("name", "value"), BY_HAND.items())
def test_ten_days_by_hand(name, value):
    assert ten_days_measured()[name, ""] == pytest.approx(value)


@pytest.mark.parametrize("entry", PROMISES, ids=lambda entry: entry.name)
def test_without_a_shortage_every_measure_of_promises_is_undefined(entry):
    assert isnan(shop_of(V(1, 1, Fate.SERVED))[entry.name, ""])


@pytest.mark.parametrize(
    ("visit", "kept"),
    [
        (joined(Fate.FULFILLED, 2), 1),
        (joined(Fate.FULFILLED, 2 + SECOND), 0),
        (joined(Fate.FULFILLED, 0.5), 1),
        (joined(Fate.RENEGED, 2), 0),
        (joined(Fate.CHANGED_MIND, 2 + SECOND), 0),
        (joined(Fate.PENDING, 19), 0),
    ],
)
def test_a_promise_is_kept_up_to_its_last_second(visit, kept):
    assert shop_of(visit)["promise_kept", ""] == kept


@pytest.mark.parametrize(
    "visit",
    [
        joined(Fate.RENEGED, 2 - SECOND),
        joined(Fate.CHANGED_MIND, 2),
        joined(Fate.PENDING, 19, window=(18, 19)),
        V(1, 1, Fate.BALKED, window=(1, 2), exit=Exit.ABANDON),
    ],
)
def test_who_leaves_before_the_promise_is_due_neither_keeps_nor_breaks_it(visit):
    assert isnan(shop_of(visit)["promise_kept", ""])


@pytest.mark.parametrize(("ended", "inside"), [(1, 1), (2, 1), (1 - SECOND, 0), (2 + SECOND, 0)])
def test_both_ends_of_the_promised_window_are_inside(ended, inside):
    assert shop_of(joined(Fate.FULFILLED, ended))["eta_inside", ""] == inside


def test_early_deliveries_do_not_make_up_for_late_ones():
    values = shop_of(joined(Fate.FULFILLED, 1), joined(Fate.FULFILLED, 5))
    assert (values["eta_bias", ""], values["mean_lateness", ""]) == (1, 1.5)


@pytest.mark.parametrize(("ended", "share"), [(9, 0), (9 + SECOND, 1)])
def test_a_week_late_is_more_than_seven_days(ended, share):
    assert shop_of(joined(Fate.FULFILLED, ended))["late_over_week", ""] == share


def test_who_is_told_out_of_stock_was_offered_nothing():
    values = shop_of(V(1, 1, Fate.OUT_OF_STOCK, exit=Exit.ABANDON))
    assert values["backorder_offered", ""] == 0
    assert isnan(values["backorder_acceptance", ""])
