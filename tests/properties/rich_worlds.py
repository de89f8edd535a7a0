"""Small scenarios at random in which customers remember, promises break and everything else may be on as well.

Every choice shrinks to its first value, which is the mechanism switched off.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.worlds import AFLOAT, Raw, customers, days, levers, worlds

any_of = st.sampled_from
PRODUCTS = ("cup", "mug")
CLASSES = ("standard", "niche", "durable", "commodity", "impulse")


def on_or_off(*values: Any) -> st.SearchStrategy[Any]:
    """Half the time off."""
    return st.booleans().flatmap(lambda on: any_of(values) if on else st.none())


TRAITS = st.fixed_dictionaries(
    {
        "buys": any_of(PRODUCTS),
        "profile": any_of(["basic", "full"]),
        "urgent": on_or_off(0.4, 1),
        "deadline": any_of([None, "1 d"]),
        "patience_told": any_of([0.5, 0, 2]),
        "patience_told_late": any_of([0.25, 0, 2]),
        "hazard": on_or_off({}, {"rate": "0.5/d", "growth": "0/d"}, {"rate": "0.2/d", "growth": "1/d"}),
        "substitution": any_of([None, 0, 0.7, 1]),
        "substitute_price": any_of([4, 0]),
        "returns": on_or_off({"delay": "1 d"}, {"delay": "exponential(mean=2 d)", "most": 3}, {"delay": "0 d"}),
        "notify": on_or_off({"sign_up": 1, "buys": 0.8, "delay": "6 h"}, {"delay": "exponential(mean=1 d)"}),
        "choice": any_of(["in_turn", "in_turn", "logit"]),
        "distrust": any_of([0, 1]),
        "scarcity": any_of([0, 0.5]),
        "hoarding": any_of([0, 0.4, 1.5]),
        "pays_ahead": any_of([None, 0.5]),
        "price_elasticity": any_of([1.5, 0, 5]),
        "priority": any_of([0, 1, 2]),
        "price": any_of([None, 12]),
        "leaving": any_of([None, {"competitor": 0.2, "defer": 0.7, "abandon": 0.1}]),
    }
)
MEMORY = on_or_off(
    {},
    {"gain": 4, "half_life": "5 d"},
    {"gain": 0},
    {"deltas": {"on_time": 0.2, "stock_out": -1, "broken": -3, "hidden": 2}, "churn": {}},
    {"churn": {"a": 3, "b": 2}},
)
REPUTATION = on_or_off(
    {},
    {"after_good": 0.5, "after_bad": 1, "prior": 3, "memory": "4 d", "elasticity": 0.2},
    {"after_bad": 1, "shock": 0.3},
)
SUPPORT = on_or_off(
    {"answer": "10 min"},
    {"answer": "exponential(mean=6 h)", "normal": 0.5, "told": "0.2/d", "untold": "0.5/d", "late": 3},
)
PANEL = on_or_off({"members": 4, "patience_spread": 0.5}, {"members": 40, "shape": 2})
NEWS = any_of(
    [
        {},
        {"step": "1 d"},
        {"warned": 0.6, "ahead": "2 d"},
        {"step": "12 h", "warned": 0.5, "ahead": "1 d"},
    ]
)
PRICES = st.lists(
    st.fixed_dictionaries(
        {"product": any_of(PRODUCTS), "at": days(0, 12), "price": any_of([14, 8]), "unit_cost": any_of([None, 7, 3])}
    ),
    max_size=2,
    unique_by=lambda change: (change["product"], change["at"]),
)
SUBSTITUTES = any_of([({}, {}), ({"mug": 0.8}, {}), ({"mug": None}, {"cup": 0.5})])
DEARER_COSTS = {
    "holding_of_value": "0.2/yr",
    "ordering_unit": 0.1,
    "fulfilment": 1,
    "split_parcel": 0.5,
    "payment": "2 %",
    "payment_fixed": 0.1,
    "inbound_unit": 0.2,
    "acquisition": 0.3,
    "mail": 0.05,
    "fixed": "5/d",
    "refund_delay": "2 d",
}


@st.composite
def rich_worlds(draw: st.DrawFn) -> Raw:
    """A world of two products, in which each mechanism is on or off."""
    world = draw(worlds())
    panel = draw(PANEL)
    share = any_of([0.5, 1, 0]) if panel else st.just(0)
    streams = {name: "store" if name == "walk_in" else "hub" for name in ("walk_in", "online", "callers")}
    wanted = {name: draw(customers(place)) | draw(TRAITS) | {"members": draw(share)} for name, place in streams.items()}
    for lane in world["lanes"]:
        lane |= {"news": draw(NEWS), "duty": draw(any_of([0, 0.1])), "freight": draw(any_of([0, 0.2]))}
    world["suppliers"]["factory"] |= {"deposit": draw(any_of([0, 0.3])), "terms": draw(any_of(["0 d", "3 d"]))}
    return world | {
        "products": draw(_products()),
        "customers": wanted,
        "inbound": draw(any_of([[], [AFLOAT], [AFLOAT, AFLOAT | {"product": "mug", "due": "4 d"}]])),
        "costs": world["costs"] | draw(any_of([{}, DEARER_COSTS])),
        "calibration": draw(any_of(["default", "stated", "revealed"])),
        "panel": panel,
        "memory": draw(MEMORY) if panel else None,
        "reputation": draw(REPUTATION),
        "support": draw(SUPPORT),
        "price_changes": draw(PRICES),
    }


@st.composite
def _products(draw: st.DrawFn) -> Raw:
    instead = draw(SUBSTITUTES)
    return {
        name: {
            "price": draw(any_of([10, 12])),
            "unit_cost": 6,
            "salvage": 0.5,
            "class": draw(any_of(CLASSES)),
            "substitutes": instead[number],
            "sent_back": draw(any_of([0, 0.2])),
            "sent_back_after_long_wait": draw(any_of([None, 0.5])),
        }
        for number, name in enumerate(PRODUCTS)
    }


ORDERED = st.fixed_dictionaries(
    {
        "rule": any_of(
            ["fifo", "edd", "value", "smallest", "least_patience", "class", "late_first", "pro_rata", "lottery"]
        ),
        "overtaking": any_of(["allowed", "never"]),
    }
)
WHEN_SHORT = any_of(["out_of_stock", "backorder", "backorder", "hybrid", "preorder", "by_class", "ev_greedy", "oracle"])
PROMISES = st.fixed_dictionaries(
    {
        "basis": any_of(["nominal", "vendor", "quantile", "oracle", "mean", "vague"]),
        "width": days(0, 4),
        "least_width": days(0, 1),
        "round_to": any_of(["0 d", "1 d"]),
        "counts": any_of(["delivery", "shipping"]),
        "believes": any_of([None, {"late": "60 %", "mean": "1 d"}, "exponential(mean=1 d)"]),
        "vague_penalty": any_of(["2 d", "0 d"]),
        "until": any_of([None, "10 d"]),
    }
)
OFFERS = st.fixed_dictionaries(
    {
        "when_short": WHEN_SHORT,
        "classes": any_of([("standard", "niche"), ("durable", "commodity", "impulse")]),
        "preorder": any_of([{"cap": 1}, {"cap": 0.5}]),
        "value": any_of([{}, {"lifetime": 5, "unit": 0.5, "cancels": 0.2}, {"unit": 1}]),
        "cap_days": any_of([None, None, "2 d"]),
        "promise": PROMISES,
        "substitute": any_of(["never", "after", "first"]),
        "reserve": any_of([None, {"units": 2}, {"units": 1, "priority": 1}]),
        "notify_me": st.booleans(),
        "status_latency": any_of(["0 d", "4 h", "2 d"]),
    }
)
TERMS = st.fixed_dictionaries(
    {
        "allocate": st.one_of(ORDERED, st.just({"rule": "new_first", "share": "50 %", "hold": "1 d"})),
        "updates": st.fixed_dictionaries(
            {
                "rule": any_of(["silent", "status", "honest", "late", "optimistic", "weekly_honest"]),
                "every": any_of(["7 d", "1 d"]),
                "voucher": any_of([0, 0.1]),
            }
        ),
        "consent": st.fixed_dictionaries(
            {"rule": any_of(["none", "us", "eu"]), "responds": any_of([0.6, 0, 1]), "further": any_of(["14 d", "1 d"])}
        ),
        "payment": any_of([{}, {"capture": "at_ship"}, {"capture": "deposit", "deposit": 0.4}]),
        "price_lock": st.booleans(),
        "cancel_after": any_of([None, None, "1 d", "0 d"]),
        "cancel_purchase_orders": st.booleans(),
        "track": any_of([None, {}, {"warned": "100 %", "ahead": "1 d"}]),
    }
)
NOTHING = {"replenish": {"rule": "none"}, "replenish_at": {}}


@st.composite
def rich_levers(draw: st.DrawFn) -> Raw:
    """A policy, in which each lever may be moved."""
    base = draw(levers())
    supply = draw(any_of([{}, {}, {}, NOTHING]))
    return base | draw(OFFERS) | draw(TERMS) | supply


NO_ERRORS = dict.fromkeys(
    (
        *("miscount", "double_posting", "misplaced", "mispick_item", "mispick_units"),
        *("entry_slip", "unposted_return", "reservation_lost"),
    ),
    0,
)
ERRORS = st.fixed_dictionaries(dict.fromkeys(NO_ERRORS, any_of([0, 0.3, 1])) | {"miscount_size": any_of([0.05, 1])})
COUNTS = any_of(
    [
        {},
        {"rule": "zero_balance", "at": 1},
        {"rule": "full", "every": "2 d", "error": 0.3, "finds": 1},
        {"rule": "abc", "a": "1 d", "b": "36 h", "c": "3 d"},
        {"rule": "zero_balance", "at": 3, "error": 0.5, "finds": 0.2},
    ]
)
KEEPING = st.fixed_dictionaries(
    {
        "errors": st.one_of(any_of(["none", "manual", "scanned"]), ERRORS),
        "count": COUNTS,
        "offers_delay": any_of([0.7, 0, 1]),
        "failed_picks": any_of(["corrected", "ignored"]),
        "posting": any_of([None, "6 h", "exponential(mean=1 d)"]),
    }
)
RESERVING = any_of([{}, {"rule": "manual"}, {"rule": "manual", "takes": "12 h", "omits": 0.5}])


@st.composite
def careless_worlds(draw: st.DrawFn) -> Raw:
    """The same, sold through channels with old copies, and where goods vanish or are destroyed."""
    world = draw(rich_worlds())
    every, buffer = any_of(["0 d", "7 h", "2 d"]), any_of([0, 1])
    channels = {name: {"sync": draw(every), "buffer": draw(buffer)} for name in ("app", "market")}
    for customers_ in world["customers"].values():
        customers_["channel"] = draw(any_of([None, *channels]))
    for warehouse in world["warehouses"].values():
        warehouse["shrink"] = draw(any_of([0, 0.1]))
    lost = {"kind": "stock_lost", "warehouse": draw(any_of(["hub", "store"])), "share": draw(any_of([1, 0.3]))}
    strikes = draw(any_of([[], [lost | {"at": "4 d"}], [lost | {"every": "exponential(mean=4 d)"}]]))
    return world | {"channels": channels, "disruptions": [*world["disruptions"], *strikes]}


@st.composite
def careless_levers(draw: st.DrawFn) -> Raw:
    """The same, with people who keep records badly."""
    levers_ = draw(rich_levers())
    held = levers_["allocate"]["rule"] == "new_first"
    return levers_ | {
        "keep": draw(KEEPING),
        "sync": draw(any_of([None, "1 d", "0 d"])),
        "reserving": {} if held else draw(RESERVING),
    }
