"""What a tariff puts on a price, and when: a unit costs the shop 50, and 20 % of the duty is passed on."""

from __future__ import annotations

import pytest

from sim.model.prices import Prices
from sim.scenario.world import World
from sim.words import DAY

WARM_UP = 5
LANE = {"from": "maker", "to": "shop", "lead_time": "9 d"}


def prices(*tariffs: dict[str, object], share: float = 0.2) -> Prices:
    """Of a product that costs 100, where these tariffs are due on its lane; day 0 is the sixth day of the run."""
    due = [{"kind": "tariff", "lane": ["maker", "shop"], "adds": 0.5, **tariff} for tariff in tariffs]
    world = World.model_validate(
        {
            "calendar": {"warm_up": f"{WARM_UP} d", "measure": "60 d"},
            "products": {"unit": {"price": 100, "unit_cost": 50}},
            "suppliers": {"maker": {}},
            "warehouses": {"shop": {}},
            "lanes": [LANE],
            "customers": {"buyers": {"buys": "unit", "from": "shop", "visits": "1/d"}},
            "disruptions": due,
        }
    )
    return Prices(world, pass_through=share)


def on_days(shown: Prices, *days: float) -> list[float]:
    """The price at some days from day 0 on."""
    return [shown.at("unit", round((day + WARM_UP) * DAY)) for day in days]


SECOND = 1 / DAY


def test_a_tariff_is_on_the_price_from_its_day_to_its_end() -> None:
    shown = prices({"at": "10 d", "lasts": "20 d"})
    assert on_days(shown, 10 - SECOND, 10, 30 - SECOND, 30) == [100, 105, 105, 100]


def test_a_tariff_that_began_before_the_run_ends_when_it_ends() -> None:
    """It is due for 40 days from 10 days before the run on: 25 days from day 0."""
    shown = prices({"at": "-15 d", "lasts": "40 d"})
    assert on_days(shown, -WARM_UP, 0, 25 - SECOND, 25, 50) == [105, 105, 105, 100, 100]


def test_a_tariff_that_was_over_before_the_run_is_on_no_price() -> None:
    assert on_days(prices({"at": "-30 d", "lasts": "10 d"}), -WARM_UP, 0, 10) == [100, 100, 100]


def test_tariffs_add_up_while_they_overlap() -> None:
    shown = prices({"at": "-15 d", "lasts": "40 d"}, {"at": "10 d"})
    assert on_days(shown, 9, 10, 25, 50) == pytest.approx([105, 110, 105, 105])


def test_where_nothing_is_passed_on_no_price_ever_changes() -> None:
    shown = prices({"at": "10 d"}, share=0)
    assert not shown.change
    assert on_days(shown, 0, 20) == [100, 100]
