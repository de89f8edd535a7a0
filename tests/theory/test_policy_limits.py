"""At the ends of their parameters policies become others, to the last byte of what happens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import sim
from sim import draw_tape, load_scenario, simulate
from sim.ledger.tables import Terms
from tests.shelves import levers

FILE = Path(sim.__file__).parents[1] / "scenarios" / "food_processor.yaml"
QUANTILE = {"basis": "quantile", "level": 0.9}
OOS: dict[str, Any] = {"when_short": "out_of_stock"}
ATP: dict[str, Any] = {"when_short": "backorder", "only": "confirmed_inbound", "promise": QUANTILE}
ENDLESS = {"horizon": "12000 d", "spread": "12000 d"}


def happened(stated: dict[str, Any]) -> str:
    world = load_scenario(FILE).world
    restock = {"replenish": {"rule": "r_Q", "Q": 400}}
    ledger = simulate(world, levers(**restock, **stated), draw_tape(world, seed=11, replication=0))
    return replace(ledger, terms=Terms()).digest


@pytest.mark.parametrize(
    ("stated", "same"),
    [
        ({**ATP, "cap": 0}, OOS),
        ({**ATP, "cap_days": 0}, OOS),
        ({"when_short": "preorder", "preorder": {"cap": 0}, "promise": QUANTILE}, OOS),
        ({"when_short": "by_class", "classes": ["niche"], "promise": QUANTILE}, OOS),
        ({**ATP, "promise": {**QUANTILE, "until": "0 d"}}, OOS),
        ({**ATP, "cap": 10**6}, ATP),
        ({"when_short": "hybrid", "limits": ENDLESS, "promise": QUANTILE}, ATP),
        ({"when_short": "by_class", "classes": ["durable"], "only": "confirmed_inbound", "promise": QUANTILE}, ATP),
        ({**ATP, "reserve": {"units": 0}}, ATP),
        ({**ATP, "allocate": "pro_rata"}, ATP),
        ({**ATP, "allocate": "class"}, ATP),
        ({**ATP, "updates": "status"}, ATP),
    ],
)
def test_a_policy_at_its_limit_is_another(stated: dict[str, Any], same: dict[str, Any]) -> None:
    assert happened(stated) == happened(same)


def test_the_two_limits_differ() -> None:
    assert happened(OOS) != happened(ATP)
