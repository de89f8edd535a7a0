"""A sound scenario as raw values, with one of nearly everything: two suppliers, a hub, and a shop behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sim.scenario.faults import Fault
from sim.scenario.load import check_text
from sim.scenario.paths import set_at

BASE: dict[str, Any] = {
    "version": 1,
    "title": "Two shelves behind a hub",
    "world": {
        "calendar": {"warm_up": "10 d", "measure": "90 d", "run_out": "10 d"},
        "products": {"gadget": {}, "mug": {}},
        "suppliers": {"factory": {}, "pottery": {}},
        "warehouses": {"hub": {}, "shop": {}},
        "lanes": [
            {"from": "factory", "to": "hub", "products": ["gadget"], "lead_time": "10 d"},
            {"from": "pottery", "to": "hub", "products": ["mug"], "lead_time": "5 d"},
            {"from": "hub", "to": "shop", "lead_time": "2 d"},
        ],
        "customers": {
            "callers": {"buys": "gadget", "from": "shop", "visits": "20/d"},
            "drinkers": {"buys": "mug", "from": "shop", "visits": "5/d"},
        },
        "demand": [{"kind": "viral", "product": "gadget", "at": "5 d"}],
        "disruptions": [{"kind": "lane_closed", "lane": ["hub", "shop"], "at": "20 d", "lasts": "5 d"}],
        "inbound": [{"from": "factory", "to": "hub", "product": "gadget", "units": 5, "due": "3 d"}],
    },
    "levers": {"replenish": {"rule": "r_Q"}},
    "policies": {"out_of_stock": {}, "backorder": {"when_short": "backorder"}},
    "plan": {"replications": 30},
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything inside a value."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*path, key)
        yield from places(value[key], (*path, key))


def with_changes(changes: dict[str, Any]) -> dict[str, Any]:
    """The base scenario with values set by path; list items by number."""
    data: dict[str, Any] = BASE
    for path, value in changes.items():
        place = tuple(int(word) if word.isdecimal() else word for word in path.split("."))
        data = set_at(data, place, value)
    return data


def faults(changes: dict[str, Any]) -> tuple[Fault, ...]:
    """What is wrong with the base scenario once it is changed."""
    return check_text(json.dumps(with_changes(changes), indent=1))[1]


def told(changes: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The same as path, message and hint."""
    return [(fault.path, fault.message, fault.hint) for fault in faults(changes)]
