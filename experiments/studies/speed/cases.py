"""The shops that are timed: one product, a thousand visits a day, and no more chance than the mechanisms need."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from sim import Scenario

VISITS_A_DAY: Final = 1_000
OUT_OF_STOCK: Final = MappingProxyType({"when_short": "out_of_stock"})
BACKORDER: Final = MappingProxyType({"when_short": "backorder", "promise": {"basis": "vendor", "width": "2 d"}})

RULES: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "typical": MappingProxyType({"rule": "r_Q", "r": 11_000, "Q": 10_000}),
        "always short": MappingProxyType({"rule": "r_Q", "r": -1_000, "Q": 10_000}),
        "base stock": MappingProxyType({"rule": "base_stock", "S": 15_000}),
        "never short": MappingProxyType({"rule": "r_Q", "r": 60_000, "Q": 20_000}),
    }
)
"""How each case replenishes a lead time of 10 days and a day of receiving, which sell 11,000 units.

`typical` lets about one visit in seven meet a short shelf. `always short` orders only when a thousand units are owed,
so that nearly everybody does. `base stock` orders at every sale, one unit at a time. `never short` does not run out.
"""


MEMBERS: Final = 20_000
"""Known customers of the full shop."""
FULL_WORLD: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "panel": {"members": MEMBERS, "patience_spread": 0.3},
        "memory": {},
        "reputation": {},
        "support": {"answer": "1 h", "agents": 50},
    }
)
FULL_LEVERS: Final = MappingProxyType({"updates": "weekly_honest", "notify_me": True, "substitute": "after"})


def full_shop(visits: int) -> Scenario:
    """The typical shop with two products, each a substitute for the other, and customers who have it all.

    They are members of a panel or strangers, remember, write reviews, ask support, wait, take the other product, leave
    an address or come back, and hear of delays.
    """
    plain = shop(visits, products=2).model_dump(mode="json", exclude_unset=True, by_alias=True)
    world = {**plain["world"], **FULL_WORLD}
    names = list(world["products"])
    for name, other in zip(names, reversed(names), strict=True):
        world["products"][name] |= {"substitutes": [other]}
    for customers in world["customers"].values():
        customers |= {"profile": "full", "members": 0.6}
    return Scenario.model_validate({**plain, "world": world, "levers": {**plain["levers"], **FULL_LEVERS}})


def shop(visits: int, case: str = "typical", *, products: int = 1, warehouses: int = 1) -> Scenario:
    """A shop that so many customers visit, spread evenly over its products and warehouses."""
    return Scenario.model_validate(stated(visits, case, products=products, warehouses=warehouses))


def stated(visits: int, case: str = "typical", *, products: int = 1, warehouses: int = 1) -> dict[str, Any]:
    """The same as a scenario file would state it."""
    rule = RULES[case]
    names = [f"product_{number}" for number in range(products)]
    places = [f"place_{number}" for number in range(warehouses)]
    share = products * warehouses
    world = {
        "calendar": {"measure": f"{visits / VISITS_A_DAY:g} d", "run_out": "60 d"},
        "products": {name: {"price": 20, "unit_cost": 12} for name in names},
        "suppliers": {"factory": {}},
        "warehouses": {place: _warehouse(rule, names, share) for place in places},
        "lanes": [_lane(place) for place in places],
        "customers": {f"{n}_{p}": _shoppers(n, p, share) for n in names for p in places},
        "costs": {"holding": "0.01/d", "ordering": 75, "backorder": 1.5, "contact": 6, "cancellation": 2},
    }
    levers = {"replenish": {key: _shared(value, share) for key, value in rule.items()}}
    policies = {"out_of_stock": dict(OUT_OF_STOCK), "backorder": dict(BACKORDER)}
    return {"version": 1, "title": "speed", "world": world, "levers": levers, "policies": policies}


def _shared(value: Any, share: int) -> Any:
    return value // share if isinstance(value, int) else value


def _warehouse(rule: Mapping[str, Any], names: list[str], share: int) -> dict[str, Any]:
    level = rule["S"] if "S" in rule else max(rule["r"], 0) + rule["Q"]
    stock = dict.fromkeys(names, level // share)
    return {"stock": stock, "receiving": "1 d", "picking": "12 h", "last_mile": "2 d"}


def _lane(place: str) -> dict[str, Any]:
    lead_time, slip = "gamma(mean=10 d, cv=0.2)", {"late": "38 %", "mean": "3 d"}
    return {"from": "factory", "to": place, "lead_time": lead_time, "slip": slip}


def _shoppers(name: str, place: str, share: int) -> dict[str, Any]:
    return {
        "buys": name,
        "from": place,
        "visits": f"{VISITS_A_DAY / share:.12g}/d",
        "patience": "lognormal(median=7.7 d, sigma=0.94)",
        "leaving": {"competitor": 0.56, "defer": 0.27, "abandon": 0.17},
        "change_of_mind": "0.002/d",
    }
