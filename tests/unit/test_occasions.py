"""Labels and lengths of what goes wrong, by whatever a disruption strikes."""

from __future__ import annotations

from typing import Any

import pytest

from sim.occasions import by_chance, spans
from sim.scenario.world import World
from tests.toy_shop import toy_world

RANDOM = {"every": "exponential(mean=50 d)", "lasts": "1 d"}


def struck(*disruptions: dict[str, Any]) -> World:
    raw = toy_world().model_dump(mode="json", by_alias=True)
    raw["suppliers"]["factory"]["region"] = "east"
    return World.model_validate(raw | {"disruptions": disruptions})


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"kind": "supplier_down", "supplier": "factory", "lasts": "1 d"}, "factory stopped"),
        ({"kind": "supplier_down", "region": "east", "lasts": "1 d"}, "east stopped"),
        ({"kind": "lane_closed", "lane": ["factory", "depot"], "lasts": "1 d"}, "factory-depot closed"),
        ({"kind": "stock_lost", "warehouse": "shop"}, "shop destroyed"),
        ({"kind": "tariff", "lane": ["factory", "depot"], "adds": 0.25}, "factory-depot under tariff"),
    ],
)
def test_a_disruption_is_told_by_its_target_and_its_kind(fields: dict[str, Any], label: str) -> None:
    assert spans(struck(fields | {"at": "0 d"}))[0].label == label


def test_what_comes_by_chance_is_told_without_a_time() -> None:
    world = struck({"kind": "supplier_down", "supplier": "factory"} | RANDOM)
    assert by_chance(world) == ("factory stopped",)


def test_the_length_is_the_mean_and_a_day_for_what_is_over_at_once() -> None:
    lane = {"lane": ["factory", "depot"], "at": "2 d"}
    world = struck(
        {"kind": "lane_closed", "lasts": "exponential(mean=3 d)"} | lane,
        {"kind": "tariff", "adds": 0.1, "lasts": "5 d"} | lane,
        {"kind": "stock_lost", "warehouse": "shop", "at": "2 d"},
    )
    outages = [span for span in spans(world) if span.kind == "outage"]
    assert [(span.start, span.end) for span in outages] == [(2, pytest.approx(5)), (2, 7), (2, 3)]
