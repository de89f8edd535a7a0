"""Labels and lengths of what goes wrong, by whatever fields a disruption has."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sim.occasions import _label, _length
from sim.scenario.laws import parse_duration_law
from sim.words import DAY


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"kind": "supplier_down", "supplier": "factory"}, "factory stopped"),
        ({"kind": "supplier_down", "supplier": None, "region": "east"}, "east stopped"),
        ({"kind": "lane_closed", "lane": ("factory", "main")}, "factory-main closed"),
        ({"kind": "stock_lost", "warehouse": "main"}, "main stock lost"),
        ({"kind": "strike"}, "strike"),
    ],
)
def test_a_disruption_is_told_by_its_target_and_its_kind(fields: dict[str, Any], label: str) -> None:
    assert _label(SimpleNamespace(**fields)) == label


def test_the_length_is_the_mean_and_a_day_for_what_is_over_at_once() -> None:
    law = parse_duration_law("exponential(3 d)")
    lasting = ({"lasts": law}, {"lasts": 5 * DAY}, {"lasts": None}, {})
    lengths = [_length(SimpleNamespace(**fields)) for fields in lasting]
    assert lengths == [pytest.approx(3 * DAY), 5 * DAY, DAY, DAY]
