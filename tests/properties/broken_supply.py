"""Supply that breaks in every way at random: stages, sources, yields, weather, rush orders and transshipments."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.rich_worlds import any_of, rich_levers, rich_worlds
from tests.properties.worlds import LAWS, Raw, days

STAGES = st.fixed_dictionaries(
    {
        "departures": any_of([None, {"every": "2 d"}, {"every": "1 d", "first": "6 h", "blanked": 0.4}]),
        "port": any_of([None, "12 h", "exponential(mean=1 d)"]),
        "customs": any_of([None, {"exam": 0.5, "kinds": [{"share": 1, "lasts": "1 d", "fee": 12.5}]}]),
        "inland": any_of([None, "6 h", "gamma(mean=1 d, cv=0.5)"]),
        "region": any_of([None, "sea"]),
    }
)
SUPPLIER = st.fixed_dictionaries(
    {
        "make": any_of([None, "1 d", "exponential(mean=2 d)"]),
        "capacity": any_of([None, "4/d", {"lines": 2, "unit_time": "exponential(mean=3 h)"}]),
        "yields": any_of([1, 0.7]),
        "defects": any_of([0, 0.3]),
        "confirms": any_of(["on_leaving", "on_order"]),
        "optimism": any_of(["0 d", "1 d", "6 d"]),
        "region": any_of([None, "east"]),
    }
)
RECOVERY = any_of([{}, {"ramp": "3 d"}, {"surge": 1.5}, {"relapse": 0.5, "relapse_after": "1 d"}])


@st.composite
def blows(draw: st.DrawFn) -> list[Raw]:
    """Up to three disruptions of any kind."""
    when: Any = draw(any_of([{"at": "3 d"}, {"at": "-1 d"}, {"every": "exponential(mean=4 d)"}]))
    lasts, way = draw(days(0.5, 4)), ["factory", "hub"]
    kinds = [
        {"kind": "supplier_down", "supplier": "factory", "output": draw(any_of([0, 0.5])), "recovery": draw(RECOVERY)},
        {"kind": "supplier_down", "region": "east", "rho": draw(any_of([0, 0.5, 1])), "recovery": draw(RECOVERY)},
        {"kind": "lane_closed", "lane": way, "clears": 1.3},
        {"kind": "lane_closed", "lane": way, "goods": "rebooked", "rebook": "2 d"},
        {"kind": "lane_closed", "lane": way, "goods": "lost"},
        {"kind": "lane_closed", "region": "sea"},
        {"kind": "congestion", "lane": way, "slip": {"late": 0.9, "mean": "1 d"}, "delay": "12 h"},
        {"kind": "rule_change", "lane": way, "paperwork": "1 d"},
    ]
    some = draw(st.lists(any_of(kinds), max_size=3))
    timed = [each | {"lasts": lasts} | when for each in some]
    tariff: Raw = {"kind": "tariff", "lane": way, "at": "5 d", "adds": 0.5, "announced": draw(any_of(["4 d", "9 d"]))}
    timed += draw(any_of([[], [tariff], [tariff | {"lasts": "4 d"}]]))
    return timed + draw(any_of([[], [], [{"kind": "bankruptcy", "supplier": "factory", "at": "6 d"}]]))


SOURCES = any_of(
    [
        "single",
        {"rule": "single", "from": "workshop"},
        {"rule": "split", "shares": {"factory": 0.6, "workshop": 0.4}},
        {"rule": "backup", "backup": "workshop"},
        {"rule": "backup", "backup": "workshop", "late": "12 h"},
        {"rule": "base_surge", "base": "factory", "units": 3, "every": "2 d", "surge": "workshop"},
        {"rule": "dual_index", "regular": "factory", "express": "workshop", "S_express": 4, "S_regular": 9},
    ]
)
PLANS = any_of([{}, {"counts_backlog": False}, {"entry": "12 h", "forgets": 0.3}, {"ignores_lead_time": True}])


@st.composite
def supply_worlds(draw: st.DrawFn) -> Raw:
    """A rich world with a second supplier, and two warehouses that can send goods to one another."""
    world = draw(rich_worlds())
    factory, workshop = world["suppliers"]["factory"] | draw(SUPPLIER), draw(SUPPLIER)
    workshop |= {"region": "east", "unit_costs": {"cup": 9}}
    world["suppliers"] = {"factory": factory, "workshop": workshop}
    quick: Raw = {"from": "workshop", "to": "hub", "lead_time": draw(LAWS), "crossover": draw(st.booleans())}
    back: Raw = {"from": "store", "to": "hub", "lead_time": "6 h"}
    staged = [lane | draw(STAGES) for lane in world["lanes"]]
    world["lanes"] = [*staged, quick | draw(STAGES) | {"region": "sea"}, back]
    return world | {"disruptions": draw(blows())}


@st.composite
def supply_levers(draw: st.DrawFn) -> Raw:
    """Any levers, and any way of sourcing the hub."""
    return draw(rich_levers()) | {
        "source_at": {"hub": draw(SOURCES)},
        "plan": draw(PLANS),
        "expedite": draw(any_of([None, None, {"by": "workshop", "penalty": 50}, {"by": "workshop", "most": 2}])),
        "transship": draw(any_of([None, None, {"keep": 1}, {"lots": 0.5}])),
        "pass_through": draw(any_of([0, 0.8])),
        "advance": draw(any_of([None, {"cover": "3 d"}, {"cover": "2 d", "by": "workshop"}])),
        "cancel_purchase_orders": draw(st.booleans()),
    }
