"""Warehouses at work at random, on top of worlds in which everything else may be on too."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.properties.rich_worlds import any_of, careless_levers, careless_worlds, rich_levers, rich_worlds
from tests.properties.worlds import Raw, days

STATIONS = st.fixed_dictionaries(
    {
        "receive": any_of([None, {"rate": "2/h"}, {"rate": "30/h", "workers": 2}]),
        "put_away": any_of([None, {"rate": "1/h"}, {"rate": "5/h", "workers": 3}]),
        "pick": any_of([None, {"rate": "1/h"}, {"rate": "0.3/h", "workers": 2}, {"rate": "900/h"}]),
        "pack": any_of([None, {"rate": "0.5/h"}, {"rate": "7/h", "workers": 2}]),
        "elastic": any_of([None, {}, {"most": 2.5, "notice": "6 h"}, {"notice": "3 d"}]),
    }
)
HOURS = any_of(
    [
        {},
        {"opens": "8 h", "closes": "18 h", "days": ["mon", "tue", "wed", "thu", "fri"]},
        {"opens": "6.5 h", "days": ["tue", "sat"]},
        {"closes": "12 h"},
    ]
)
DROP_SHIPS = any_of([None, {"takes": "3 d"}, {"takes": "exponential(mean=2 d)", "parcel": 4}, {"takes": "0 d"}])


@st.composite
def outages(draw: st.DrawFn) -> list[Raw]:
    """Times in which a warehouse stands still."""
    blow = {"kind": "warehouse_down", "lasts": draw(days(0.5, 4)), "page": draw(any_of(["sells", "closed"]))}
    when = draw(any_of([{"at": "3 d"}, {"every": "exponential(mean=4 d)"}]))
    names = draw(st.lists(any_of(["hub", "store"]), max_size=2, unique=True))
    return [blow | when | {"warehouse": name} for name in names]


@st.composite
def working_worlds(draw: st.DrawFn) -> Raw:
    """A rich world in which warehouses may have stations, hours and outages, and the factory may send parcels; and in
    half of them people may be careless too."""
    world = draw(st.one_of(rich_worlds(), careless_worlds()))
    start = draw(any_of([None, "2026-03-05"]))
    world["calendar"] = world["calendar"] | {"start": start}
    for house in world["warehouses"].values():
        work = draw(st.one_of(st.none(), st.tuples(STATIONS, HOURS).map(lambda both: both[0] | both[1])))
        house |= {"work": work, "sorting": draw(days(0, 0.5)), "delivers": draw(any_of([None, "1 d", "4 d"]))}
    world["disruptions"] = [*world["disruptions"], *draw(outages())]
    world["suppliers"]["factory"] |= {"drop_ship": draw(DROP_SHIPS)}
    return world


@st.composite
def working_levers(draw: st.DrawFn) -> Raw:
    """A policy that may cross-dock, drop-ship, and let backorders wait like all others."""
    return draw(st.one_of(rich_levers(), careless_levers())) | {
        "backorders_first": draw(st.booleans()),
        "cross_dock": draw(st.booleans()),
        "drop_ship": draw(any_of([None, "factory"])),
    }
