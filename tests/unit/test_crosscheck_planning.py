"""The second look at how a shop plans."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.cross_planning import MOST_LOOKS
from tests.raw_world import told

PLAN = "levers.plan"
TRACE = {"trace": [{"at": "1 d"}]}


@pytest.mark.parametrize(
    ("changes", "place", "message"),
    [
        (
            {PLAN: {"forecast": {"events": True}}},
            "levers.plan.forecast.events",
            "a forecast allows for planned events, but no demand event is `planned: true`",
        ),
        (
            {PLAN: {"ignores_lead_time": True}, "levers.replenish": {"rule": "r_Q", "r": 5}},
            "levers.plan.ignores_lead_time",
            "`ignores_lead_time` is about levels left `auto`, and all are stated",
        ),
        (
            {"policies.backorder.plan": {"forecast": {"every": "1 min"}}},
            "policies.backorder.plan.forecast.every",
            f"levels would be computed 158,400 times; {MOST_LOOKS:,} is the most",
        ),
    ],
)
def test_plans_that_make_no_sense_are_told(changes: dict[str, Any], place: str, message: str) -> None:
    assert [(found[0], found[1]) for found in told(changes)] == [(place, message)]


def test_an_oracle_cannot_know_the_rate_of_a_trace() -> None:
    found = told(
        {
            PLAN: {"forecast": {"method": "oracle"}},
            "world.customers.drinkers.visits": TRACE,
            "levers.replenish": {"rule": "r_Q", "r": 5, "Q": 9},
        }
    )
    why = "an oracle knows the rate of demand, but 'drinkers' come by a trace and have none"
    assert ("levers.plan.forecast.method", why) in [each[:2] for each in found]


@pytest.mark.parametrize(
    "changes",
    [
        {PLAN: {"forecast": {"events": True}}, "world.demand.0.planned": True},
        {PLAN: {"ignores_lead_time": True}},
        {PLAN: {"forecast": {"every": "never"}, "monitor": {}, "entry": "1 d", "forgets": "2 %"}},
    ],
)
def test_sound_plans_pass(changes: dict[str, Any]) -> None:
    assert told(changes) == []
