"""What a scenario may ask of the dashboard."""

from __future__ import annotations

import pytest

from dashboard.budget import MOST_WORK, BudgetError, affordable, within
from sim import load_scenario, workload
from tests.spiky_shop import SPIKY


def test_the_workload_is_about_that_of_the_tape() -> None:
    shop = load_scenario(SPIKY)
    assert workload(shop) == pytest.approx(100 + 5 * 35 * 1.6, rel=0.3)


def test_a_small_scenario_is_run_as_often_as_it_says() -> None:
    shop = load_scenario(SPIKY)
    assert within(shop) is shop


def test_replications_are_cut_to_what_can_be_afforded() -> None:
    shop = load_scenario(SPIKY, overrides={"world.customers.shoppers.visits": "4000/d", "plan.replications": "1000"})
    assert affordable(shop) == within(shop).plan.replications < 1000
    assert workload(shop) * 3 * affordable(shop) <= MOST_WORK


@pytest.mark.parametrize(
    "settings",
    [
        {"world.customers.shoppers.visits": "900000/d"},
        {"world.calendar.measure": "30 yr", "world.customers.shoppers.visits": "600/d"},
    ],
    ids=["crowds", "centuries"],
)
def test_a_valid_file_may_not_ask_for_a_year(settings: dict[str, str]) -> None:
    with pytest.raises(BudgetError, match="the most this page runs"):
        affordable(load_scenario(SPIKY, overrides=settings))


def test_a_panel_counts_too() -> None:
    shop = load_scenario(SPIKY, overrides={"customers.shoppers.members": "50 %", "panel.members": "9000000"})
    with pytest.raises(BudgetError):
        affordable(shop)
