"""What slips, losses, errors, counts, forecasts and shocks measure, on seven weeks counted by hand."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from tests.ledgers import remembered_measured, ten_days_measured, troubled_measured

WANTED = {1: 2, 3: 3, 8: 4, 9: 3, 10: 2, 13: 2, 20: 4, 25: 3, 28: 5, 31: 3, 40: 1}
"""Units by day."""
WEEKLY = [sum(WANTED.get(day, 0) for day in range(7 * week, 7 * week + 7)) for week in range(7)]


def wanted(first, days=7):
    return sum(WANTED.get(day, 0) for day in range(first, first + days))


ERRORS = [(7 if day < 21 else 3.5) - wanted(day) for day in range(43)]
ALL_WANTED = sum(wanted(day) for day in range(43))

BY_HAND = {
    "supplier_on_time": 1 / 3,
    "supplier_slip": (3.5 + 0) / 2,
    "warning_lead": 1,
    "supplier_fill": (8 + 5 + 0) / 25,
    "supply_lead_time": (10 + 2) / 2,
    "supply_lead_time_cv": 4 / 6,
    "lost_supply_orders": 1,
    "lost_supply_units": 10,
    "customs_exams": 1,
    "rush_orders": 1,
    "rush_units": 5,
    "usual_source_share": 20 / 28,
    "source_concentration": (20**2 + 5**2 + 3**2) / 28**2,
    "bullwhip": np.var([10, 0, 0, 15, 0, 0, 0]) / np.var(WEEKLY),
    "dock_to_stock": (12 + 0 + 0) / 3,
    "ship_delay": (6 + 12 + 6 + 24 + 6 + 6 + 6 + 6) / 8,
    "ship_delay_p95": np.quantile([6, 12, 6, 24, 6, 6, 6, 6], 0.95),
    "named_kept": 6 / (6 + 2),
    "perfect_order": (7 + 1 - 2) / 10,
    "pick_utilisation": 7 / (7 * 5 * 8),
    "crossed_share": 1 / 16,
    "mispick_rate": 1 / 9,
    "parcels_per_order": 1,
    "transshipped_units": 3,
    "record_accuracy": 1 - (4 + 11 + 1) / (2 * 49),
    "record_gap": (4 + 11 + 2) / (125.5 + 8 * 24 + 5 * 11 + 4 * 14),
    "mean_on_hand": (125.5 + 8 * 24 + 5 * 11 + 4 * 14) / 49,
    "phantom_days": 1 + 4,
    "hidden_days": 1,
    "freeze_days": 4,
    "freezes": 1,
    "stockout_days": 3 + 1 + 1 + 2,
    "stockout_days_physical": 4 + 5 + 1 + 1,
    "ready_rate": 1 - (3.75 + 0.25 + 5 + 0.5 + 1) / 49,
    "forced_backorders": 1,
    "oversold_units": 1 + 2,
    "oversell_rate": 3 / (3 + 24),
    "shrink_units": 1 + 1 - 2 + 1,
    "counts": 2,
    "forecast_wape": sum(map(abs, ERRORS)) / ALL_WANTED,
    "forecast_bias": sum(ERRORS) / ALL_WANTED,
    "forecast_mase": sum(map(abs, ERRORS[7:])) / sum(abs(wanted(day - 7) - wanted(day)) for day in range(7, 43)),
    "censoring_bias": (1 + 0 + 3 + 5 - 13) / 13,
    "alarms_right": 2 / 3,
    "alarm_lead": (2.5 + 10) / 2,
    "resilience_area": 3,
    "time_to_survive": 2,
    "time_to_recover": 22,
    "recovered": 1,
    "pending_units": 0,
    "delivered_units": 24 + 1 + 3,
    "mean_on_order": (10 * 10 - 0.25 + 5 * 2 + 10 * 6 + 3 * 1) / 49,
    "stockout_rate": 4 / 12,
}
MONEY = {
    "gross_sales": 28 * 10,
    "cost_of_goods": 25 * 6 + 3 * 8 + 4,
    "fulfilment_cost": 9 * (2 + 1.5),
    "inbound_cost": 16 * 0.5 + 0.25,
    "customs_fees": 50,
    "holding_cost": 0.1 * 125.5,
    "expediting_cost": (8 - 6) * 5,
    "mispick_cost": 47,
    "counting_cost": 2 * 2 + 0.3 * 2,
    "shrink_cost": 6 * (1 + 1 - 2 + 1),
    "lost_deposits": 0.5 * 10 * 6,
    "lost_goods_cost": 0,
    "leftover_cost": 0.5 * 6 * (1 + 4),
    "fixed_cost": 49,
    "automation_cost": 98,
}


@pytest.mark.parametrize(("name", "value"), (BY_HAND | MONEY).items())
def test_seven_weeks_by_hand(name, value):
    assert troubled_measured()[name, ""] == pytest.approx(value)


def test_the_lines_of_the_seven_weeks_add_up():
    costs = sum(MONEY.values()) - MONEY["gross_sales"]
    assert troubled_measured()["profit", ""] == pytest.approx(MONEY["gross_sales"] - costs)


SCOPES = {
    ("phantom_days", "sister/mug"): 0,
    ("shrink_units", "sister/mug"): 1,
    ("transshipped_units", "main/mug"): 3,
    ("usual_source_share", "sister/mug"): float("nan"),
    ("record_accuracy", "main/mug"): 1 - 16 / 49,
    ("alarms_right", "main/mug"): 1,
    ("alarms_right", "sister/mug"): 0,
    ("time_to_survive", "main/mug"): 2,
    ("bullwhip", "main/mug"): np.var([10, 0, 0, 18, 0, 0, 0]) / np.var(WEEKLY),
}


@pytest.mark.parametrize(("where", "value"), SCOPES.items(), ids=str)
def test_one_stock_by_hand(where, value):
    assert troubled_measured()[where] == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize("name", ["warning_lead", "ship_delay", "pick_utilisation", "forecast_wape", "alarms_right"])
def test_what_never_happened_is_undefined(name):
    assert isnan(ten_days_measured()[name, ""])


@pytest.mark.parametrize("name", ["resilience_area", "time_to_survive", "time_to_recover", "recovered"])
def test_without_a_shock_there_is_nothing_to_survive(name):
    assert isnan(remembered_measured()[name, ""])


def test_one_book_is_right_and_has_no_phantoms():
    values = remembered_measured()
    assert (values["record_accuracy", ""], values["record_gap", ""], values["phantom_days", ""]) == (1, 0, 0)
