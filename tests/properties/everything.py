"""Small worlds at random in which every mechanism there is may be on at once."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.properties.broken_supply import blows, supply_levers, supply_worlds
from tests.properties.rich_worlds import any_of
from tests.properties.working_houses import working_levers, working_worlds
from tests.properties.worlds import Raw

FORECASTS = any_of(
    [
        None,
        {"every": "3 d"},
        {"method": "ses", "sees": "sales", "every": "2 d"},
        {"method": "naive", "sees": "views", "every": "never"},
        {"method": "croston", "noise": 0.3, "bias": 0.2, "every": "4 d"},
    ]
)
VIRAL: Raw = {"kind": "viral", "product": "cup", "at": "4 d", "multiplier": 4, "decay": "2 d"}
DEMAND = any_of([[], [VIRAL], [VIRAL | {"impulse": 0.5}, VIRAL | {"product": "mug", "surprise": 0.5, "impulse": 1}]])
MONITOR = any_of([None, {}, {"alpha": 0.5, "alarm": "60 %"}])


@st.composite
def all_worlds(draw: st.DrawFn) -> Raw:
    """Careless people in warehouses at work, two suppliers, and supply that breaks."""
    world, supply = draw(working_worlds()), draw(supply_worlds())
    both = {**supply["suppliers"], "factory": world["suppliers"]["factory"] | supply["suppliers"]["factory"]}
    both["factory"] |= {"drop_ship": world["suppliers"]["factory"]["drop_ship"]}
    disruptions = [*world["disruptions"], *draw(blows())]
    more = {"suppliers": both, "lanes": supply["lanes"], "disruptions": disruptions, "demand": draw(DEMAND)}
    return world | more


@st.composite
def all_levers(draw: st.DrawFn) -> Raw:
    """Any levers, any sourcing, any plan, and people or systems."""
    working, supply = draw(working_levers()), draw(supply_levers())
    supply["expedite"] = draw(any_of([supply["expedite"], {"by": "workshop", "on_alarm": "3 d"}]))
    own = {key: supply[key] for key in ("source_at", "expedite", "transship", "pass_through", "advance")}
    plan = supply["plan"] | {"forecast": draw(FORECASTS), "monitor": draw(MONITOR)}
    automation = draw(any_of([None, None, "manual", "automatic"]))
    return working | own | {"plan": plan, "automation": automation}
