"""What an outage does to an order placed at day 1 with a lead time of 5 days: table G2 of README.md."""

from __future__ import annotations

from typing import Any

import pytest

from sim.ledger.ledger import Ledger
from sim.model.simulate import simulate
from sim.scenario.scenario import Scenario
from sim.tape.draw import draw_tape
from sim.words import DAY


def weather(kind: str, start: float, end: float, **more: str) -> dict[str, Any]:
    target = {"supplier": "factory"} if kind == "supplier_down" else {"lane": ["factory", "main"]}
    return {"kind": kind, "at": f"{start} d", "lasts": f"{end - start} d", **target, **more}


def ledger_under(*disruptions: dict[str, Any]) -> Ledger:
    """One unit on hand is sold at day 1, which makes (r, Q) = (0, 1) order."""
    world = {
        "calendar": {"measure": "20 d"},
        "products": {"p": {}},
        "suppliers": {"factory": {}},
        "warehouses": {"main": {"stock": {"p": 1}}},
        "lanes": [{"from": "factory", "to": "main", "lead_time": "5 d"}],
        "customers": {"c": {"buys": "p", "from": "main", "visits": {"trace": [{"at": "1 d"}]}}},
        "disruptions": list(disruptions),
    }
    levers = {"replenish": {"rule": "r_Q", "r": 0, "Q": 1}}
    scenario = Scenario.model_validate(
        {"version": 1, "title": "outage", "world": world, "levers": levers, "policies": {"only": {}}}
    )
    tape = draw_tape(scenario.world, seed=1, replication=0)
    return simulate(scenario.world, scenario.policy("only"), tape)


@pytest.mark.parametrize(
    ("disruptions", "arrival"),
    [
        ([], 6),
        ([weather("supplier_down", 0.5, 2, orders="held")], 7),
        ([weather("supplier_down", 3, 4, pipeline="moves")], 6),
        ([weather("supplier_down", 3, 4, pipeline="frozen")], 7),
        ([weather("supplier_down", 1, 2)], 7),
        ([weather("lane_closed", 3, 4)], 7),
        ([weather("lane_closed", 6, 8)], 8),
        ([weather("supplier_down", 0.5, 2, orders="refused")], 7),
        ([weather("supplier_down", 0.5, 2), weather("lane_closed", 1.5, 3)], 8),
    ],
)
def test_the_order_arrives_as_the_weather_lets_it(disruptions: list[dict[str, Any]], arrival: int) -> None:
    assert ledger_under(*disruptions).orders.arrived.tolist() == [arrival * DAY]


def test_a_refused_order_is_placed_when_the_supplier_is_back() -> None:
    refused = ledger_under(weather("supplier_down", 0.5, 2, orders="refused"))
    held = ledger_under(weather("supplier_down", 0.5, 2, orders="held"))
    assert (refused.orders.placed.tolist(), held.orders.placed.tolist()) == ([2 * DAY], [DAY])
