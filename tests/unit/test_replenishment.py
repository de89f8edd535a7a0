"""Reorder points and lots of rules whose parameters are left to the planner."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from sim.rules.replenishment import DemandOutlook, Levels, fill_rate_stock, levels, safety_stock, standard_loss
from sim.scenario.policies import Replenishment

CALM = DemandOutlook(mean=10, variance=10, lead_mean=14, lead_sd=0, order_cost=0, holding_cost=0)
SURE = CALM._replace(variance=0)


def rule(**stated: Any) -> Replenishment:
    found: Replenishment = TypeAdapter(Replenishment).validate_python(stated)
    return found


def auto(outlook: DemandOutlook = CALM, **stated: Any) -> Levels:
    return levels(rule(**stated), outlook)


def test_fourteen_days_of_ten_a_day_need_140_before_any_safety_stock() -> None:
    assert auto(SURE, rule="r_Q", Q=140).reorder == 140


@pytest.mark.parametrize(
    ("service", "lead_sd", "stock"), [(0.95, 0, 19.46), (0.95, 3, 53.05), (0.99, 3, 75.03)]
)
def test_the_safety_stock_of_the_fourteen_day_example(service: float, lead_sd: float, stock: float) -> None:
    assert safety_stock(CALM._replace(lead_sd=lead_sd), service=service) == pytest.approx(stock, abs=0.01)


@pytest.mark.parametrize(("service", "r"), [(0.95, 194), (0.99, 216)])
def test_reorder_points_are_rounded_up(service: float, r: int) -> None:
    assert auto(CALM._replace(lead_sd=3), rule="r_Q", Q=140, service=service).reorder == r


def test_what_is_needed_covers_lead_time_and_review_period() -> None:
    """21 days of demand and of its variance where a review comes every seventh day, and 14 where it never ends."""
    weekly = auto(rule="R_S", R="7 d", service=0.5).up_to
    assert (weekly, auto(rule="base_stock", service=0.5).up_to) == (210, 140)
    assert safety_stock(CALM, service=0.95, review=7) == pytest.approx(1.6448536 * 210**0.5)


@pytest.mark.parametrize(("z", "loss"), [(0, 0.3989423), (1, 0.0833155), (1.65, 0.0206), (-1, 1.0833155), (-9, 9)])
def test_the_standard_loss(z: float, loss: float) -> None:
    assert standard_loss(z) == pytest.approx(loss, abs=5e-5)


def test_a_fill_rate_is_met_by_sigma_times_the_loss() -> None:
    """Two percent of lots of 100 short, sigma 14: G(0.70) = 0.1429."""
    outlook = CALM._replace(lead_mean=19.6)
    stock = fill_rate_stock(outlook, fill_rate=0.98, lot=100)
    assert 14 * standard_loss(stock / 14) == pytest.approx(2)
    assert auto(outlook, rule="r_Q", Q=100, fill_rate=0.98).reorder == 206


def test_large_lots_need_less_than_no_safety_stock_for_a_modest_fill_rate() -> None:
    assert fill_rate_stock(CALM, fill_rate=0.5, lot=1000) == pytest.approx(-500)
    assert fill_rate_stock(SURE, fill_rate=0.9, lot=100) == pytest.approx(-10)


@pytest.mark.parametrize(
    ("stated", "lot"),
    [
        ({"rule": "r_Q", "Q": 300}, 300),
        ({"rule": "s_S"}, 140),
        ({"rule": "R_S", "R": "7 d"}, 70),
        ({"rule": "R_s_S", "R": "21 d"}, 210),
        ({"rule": "base_stock"}, 1),
    ],
)
def test_the_lot_that_a_fill_rate_is_about(stated: dict[str, Any], lot: float) -> None:
    review = float(stated.get("R", "0 d").split()[0])
    found = auto(**stated, fill_rate=0.97)
    stock = fill_rate_stock(CALM, fill_rate=0.97, lot=lot, review=review)
    point = found.up_to if stated["rule"] in ("R_S", "base_stock") else found.reorder
    assert point - 1 < 10 * (14 + review) + stock <= point


def test_cover_is_days_of_mean_demand_whatever_its_spread() -> None:
    assert auto(rule="r_Q", Q=1, cover="14 d").reorder == auto(SURE, rule="r_Q", Q=1, cover="14 d").reorder == 280


def test_products_alike_need_the_same_and_others_their_own() -> None:
    wild = CALM._replace(variance=90)
    assert auto(rule="base_stock") == auto(rule="base_stock")
    assert safety_stock(wild, service=0.95) == pytest.approx(3 * safety_stock(CALM, service=0.95))


def test_a_planner_who_ignores_the_lead_time_has_no_reorder_point_and_the_same_lot() -> None:
    asked = rule(rule="r_Q")
    assert levels(asked, CALM, ignores_lead_time=True) == Levels(reorder=0, up_to=140, lot=140)
    weekly = rule(rule="R_S", R="7 d", service=0.5)
    assert levels(weekly, CALM, ignores_lead_time=True).up_to == 70


def test_stated_levels_stay_as_they_are() -> None:
    assert auto(rule="s_S", s=3, S=9, fill_rate=0.99) == Levels(reorder=3, up_to=9, lot=0)
