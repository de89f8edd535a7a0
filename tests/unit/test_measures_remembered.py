"""What returns, promises, news, questions, memory and reviews measure, on twenty days counted by hand."""

from __future__ import annotations

from math import exp, isnan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measures.measure import measure
from sim.measures.survival import Survival
from sim.words import DAY, Answer, Fate, Notice, Wait
from tests.ledgers import More, N, Terms, V, W, ledger_of, one_shop, remembered_measured, tape_visits, ten_days_measured

BY_HAND = {
    "visits": 10,
    "capture_rate": 5 / 10,
    "site_retention": 6 / 10,
    "substituted_share": 1 / 10,
    "order_fill_rate": 2 / 10,
    "lost_share": 3 / 10,
    "sign_ups": 2,
    "notify_yield": 1 / 2,
    "notify_missed": 1 / 2,
    "deferred_returned": 1,
    "deferred_bought": 1,
    "no_intent_share": 1 / 11,
    "absent_visits": 1,
    "extra_visits": 0,
    "seller_cancel_rate": 1 / 4,
    "consent_cancel_rate": 1 / 4,
    "promise_kept": 0,
    "last_promise_kept": 0,
    "told_in_time": 1 / 3,
    "at_risk_share": 1 / 4,
    "delay_notices": 2 / 4,
    "wait_days": 9 + 8 + 6 + 11,
    "broken_promises": 4,
    "disappointed_customers": 2,
    "wait_km_mean": 9 + 2 / 2,
    "wait_km_p50": 9,
    "open_age": 11,
    "open_over_week": 1,
    "open_over_month": 0,
    "contacts": 100 * 3 / 8,
    "support_wait": 6,
    "support_wait_p95": 0.95 * 12,
    "support_busy": 1 / 20,
    "support_unanswered": 1 / 3,
    "perfect_order": 3 / 8,
    "loyalty_index": (7 + exp(0.0025) + exp(-0.1 / sqrt(2)) + 0) / 10,
    "active_members": 3 / 10,
    "dropped_out": 1 / 10,
    "new_visitors": 3 / 4,
    "reputation": (2 * 4.5 + 1.5) / 3,
    "mean_reputation": (2 * 4.5 + 15 * (2 * 4.5 + 4.8) / 3 + 3 * (2 * 4.5 + 1.5) / 3) / 20,
}


@pytest.mark.parametrize(("name", "value"), BY_HAND.items())
def test_twenty_days_by_hand(name, value):
    assert remembered_measured()[name, ""] == pytest.approx(value)


@pytest.mark.parametrize(
    ("name", "value"),
    {"wait_km_mean": 3 + 4 * 2 / 3, "wait_km_p50": 7, "wait_km_p95": 7, "eta_sd": sqrt(18), "eta_late": 1 / 2}.items(),
)
def test_ten_days_by_hand(name, value):
    assert ten_days_measured()[name, ""] == pytest.approx(value)


@pytest.mark.parametrize("scope", ["main/mug", "main/cup"])
def test_questions_and_returns_belong_to_the_stock_of_their_wish(scope):
    values = remembered_measured()
    assert (values["sign_ups", scope], values["contacts", scope]) == pytest.approx(
        (2, 37.5) if scope == "main/mug" else (0, float("nan")), nan_ok=True
    )


def test_where_nobody_remembers_there_is_no_loyalty_and_no_reputation():
    values = ten_days_measured()
    names = ("loyalty_index", "active_members", "dropped_out", "new_visitors", "reputation", "mean_reputation")
    assert all(isnan(values[name, ""]) for name in names)


# Kaplan and Meier


def survival(*lengths):
    """Negative lengths are those not watched to their end."""
    return Survival(np.abs(np.array(lengths, dtype=np.int64)), np.array(lengths) > 0)


def test_a_classical_curve_by_hand():
    """Remission times of 21 patients on 6-MP, Freireich et al. 1963; survival as in every textbook."""
    ended, left = (6, 6, 6, 7, 10, 13, 16, 22, 23), (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
    times, last = survival(*ended, *(-t for t in left)).curve
    assert times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert last == pytest.approx([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=5e-5)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=30))
def test_without_censoring_the_curve_is_the_sample(lengths):
    mine = survival(*lengths)
    assert mine.mean == pytest.approx(np.mean(lengths))
    assert mine.quantile(0.5) == np.quantile(lengths, 0.5, method="inverted_cdf")


def test_what_is_never_reached_is_undefined():
    mine = survival(3, -5, -5)
    assert mine.mean == pytest.approx(3 + 2 * 2 / 3)
    assert mine.quantile(0.3) == 3
    assert isnan(mine.quantile(0.5))
    assert isnan(survival().mean)


def test_all_cut_off_last_as_long_as_was_seen():
    assert survival(-4, -6).mean == 6


# Promises


def shop_of(*visits, more=None, granted=True):
    waits = [W(v.at + v.ended, n, Wait.GRANTED, 1) for n, v in enumerate(visits) if v.fate is Fate.FULFILLED]
    world = one_shop(calendar={"measure": "90 d"}, warehouses={"main": {"last_mile": "1 d"}})
    ledger = ledger_of(world, visits, waits=waits if granted else (), opening=[9], closing=[0], more=more)
    return {name: value for (name, _), value in measure(world, ledger, tape_visits(visits)).items()}


def delivered(*ended, window=(10, 20)):
    return [V(1, 1, Fate.FULFILLED, ended=each, window=window) for each in ended]


def test_the_histogram_counts_tenths_of_the_window():
    values = shop_of(*delivered(9, 10, 10.9, 11, 15.5, 19.9, 20, 30))
    shares = [values[f"pit_{tenth}"] * 8 for tenth in range(1, 11)]
    assert shares == [3, 1, 0, 0, 0, 1, 0, 0, 0, 3]
    assert (values["eta_early"], values["eta_late"], values["eta_inside"]) == (1 / 8, 1 / 8, 6 / 8)


def test_deliveries_spread_evenly_over_the_window_fill_every_tenth_alike():
    values = shop_of(*delivered(*(10.5 + tenth for tenth in range(10))))
    assert [values[f"pit_{tenth}"] for tenth in range(1, 11)] == pytest.approx([0.1] * 10)


def test_a_window_without_length_has_no_tenths():
    assert isnan(shop_of(*delivered(10, window=(10, 10)))["pit_1"])


def told(at, window, answer=Answer.STAYS, kind=Notice.DELAY):
    return N(at, 0, kind, window, answer)


@pytest.mark.parametrize(
    ("ended", "notices", "first", "last", "broken"),
    [
        (20, [], 1, 1, 0),
        (21, [], 0, 0, 1),
        (25, [told(11, (10, 20))], 0, 1, 1),
        (31, [told(11, (10, 20))], 0, 0, 2),
        (30, [told(21, (5, 10))], 0, 1, 1),
        (31, [told(22, (5, 10))], 0, 1, 1),
        (40, [told(22, (5, 10)), told(33, (1, 2))], 0, 0, 3),
        (25, [told(11, (10, 20), Answer.LEAVES)], 0, 0, 1),
        (25, [told(11, (10, 20), Answer.NONE, Notice.AT_RISK)], 0, 0, 1),
    ],
)
def test_the_first_promise_is_not_forgotten_for_the_last(ended, notices, first, last, broken):
    values = shop_of(*delivered(ended), more=More(notices=notices))
    assert (values["promise_kept"], values["last_promise_kept"], values["broken_promises"]) == (first, last, broken)


def test_without_a_date_no_promise_is_kept_or_broken():
    values = shop_of(*delivered(40), more=More(terms=Terms(vague=True)))
    names = ("promise_kept", "last_promise_kept", "eta_inside", "eta_bias", "pit_1", "mean_lateness")
    assert all(isnan(values[name]) for name in names)
    assert values["broken_promises"] == 0


def test_a_promise_of_shipping_is_kept_by_shipping():
    late = delivered(21)
    assert shop_of(*late, more=More(terms=Terms(shipping=True)))["promise_kept"] == 1
    assert shop_of(*late)["promise_kept"] == 0


def test_seconds_decide():
    late = 20 + 1 / DAY
    assert [shop_of(*delivered(ended))["promise_kept"] for ended in (20, late)] == [1, 0]
