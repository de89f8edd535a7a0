"""Small scenarios at random: every mechanism may be on, and everything happens within three weeks."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from sim.scenario.scenario import Scenario

Raw = dict[str, Any]


def whole_runs(most: int) -> settings:
    """How to look through so many worlds at most; what fails is shown as found, since to shrink it takes minutes."""
    return settings(
        max_examples=most,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def days(low: float, high: float) -> st.SearchStrategy[str]:
    return st.integers(int(low * 4), int(high * 4)).map(lambda quarters: f"{quarters * 6} h")


LAWS = st.one_of(
    days(0, 4),
    st.sampled_from(
        [
            "exponential(mean=2 d)",
            "uniform(0 d, 3 d)",
            "gamma(mean=3 d, cv=0.5)",
            "lognormal(median=2 d, sigma=0.9)",
            "mixture(0.5: constant(0 d), 0.5: exponential(mean=4 d))",
        ]
    ),
)
SLIPS = st.one_of(st.none(), st.just({"late": "40 %", "mean": "2 d"}), st.just({"script": ["0 d", "1 d", "3 d"]}), LAWS)
SIZES = st.sampled_from([None, 1, 2, {1: 0.5, 2: 0.3, 4: 0.2}, "poisson(mean=1.5)"])
PATIENCE = st.one_of(LAWS, st.just("any"))
VISITS = st.one_of(
    st.integers(1, 8).map(lambda n: f"{n}/d"),
    st.just({"every": "6 h"}),
    st.lists(st.builds(lambda at, n: {"at": at, "units": n}, days(0, 13), st.integers(1, 3)), max_size=8).map(
        lambda trace: {"trace": trace}
    ),
    st.builds(
        lambda how: {"how": how, "days": 3, "block": "1 d", "history": [{"day": 0, "units": 2, "lines": 3}]},
        st.sampled_from(["replay", "bootstrap"]),
    ),
)


@st.composite
def disruptions(draw: st.DrawFn) -> list[Raw]:
    lasts = draw(days(0.5, 4))
    when = draw(st.sampled_from([{"at": "3 d"}, {"every": "exponential(mean=4 d)"}]))
    supplier = {
        "kind": "supplier_down",
        "supplier": "factory",
        "lasts": lasts,
        "orders": draw(st.sampled_from(["held", "refused"])),
        "pipeline": draw(st.sampled_from(["moves", "frozen"])),
        **when,
    }
    lane = {"kind": "lane_closed", "lane": ["factory", draw(st.just("hub"))], "lasts": lasts, **when}
    return draw(st.lists(st.sampled_from([supplier, lane]), max_size=2))


@st.composite
def replenishment(draw: st.DrawFn) -> Raw:
    s, gap = draw(st.integers(0, 8)), draw(st.integers(1, 8))
    period = draw(days(0.5, 3))
    return draw(
        st.sampled_from(
            [
                {"rule": "base_stock", "S": s + gap},
                {"rule": "s_S", "s": s, "S": s + gap},
                {"rule": "r_Q", "r": s, "Q": gap},
                {"rule": "R_S", "R": period, "S": s + gap},
                {"rule": "R_s_S", "R": period, "s": s, "S": s + gap},
            ]
        )
    )


ALLOCATION = st.one_of(
    st.builds(
        lambda rule, overtaking: {"rule": rule, "overtaking": overtaking},
        st.sampled_from(["fifo", "edd", "value", "smallest"]),
        st.sampled_from(["allowed", "never"]),
    ),
    st.just({"rule": "new_first", "share": "50 %", "hold": "1 d"}),
)
PROMISES = st.builds(
    lambda basis, width, least, round_to: {
        "basis": basis,
        "width": width,
        "least_width": least,
        "round_to": round_to,
    },
    st.sampled_from(["nominal", "vendor", "quantile", "oracle"]),
    days(0, 4),
    days(0, 1),
    st.sampled_from(["0 d", "1 d"]),
)


@st.composite
def levers(draw: st.DrawFn) -> Raw:
    return {
        "when_short": draw(st.sampled_from(["out_of_stock", "backorder", "backorder", "hybrid"])),
        "only": draw(st.sampled_from([None, "confirmed_inbound"])),
        "cap": draw(st.sampled_from([None, None, 0, 3, 10])),
        "promise": draw(PROMISES),
        "ship": draw(st.sampled_from(["complete", "partial"])),
        "allocate": draw(ALLOCATION),
        "replenish": draw(replenishment()),
        "replenish_at": {"hub": draw(replenishment())},
    }


@st.composite
def customers(draw: st.DrawFn, warehouse: str) -> Raw:
    return {
        "buys": "cup",
        "from": warehouse,
        "visits": draw(VISITS),
        "size": draw(SIZES),
        "patience": draw(PATIENCE),
        "acceptance": draw(st.sampled_from([None, None, 0.5])),
        "eta_aversion": draw(st.sampled_from([0, 0.5, 1, 1.5])),
        "change_of_mind": draw(st.sampled_from(["0/d", "0.2/d"])),
        "after_broken": draw(st.sampled_from([0, 0.5, 1])),
    }


AFLOAT = {"from": "factory", "to": "hub", "product": "cup", "units": 5, "due": "2 d"}


@st.composite
def worlds(draw: st.DrawFn) -> Raw:
    capacity = draw(st.sampled_from([None, "4/d", {"lines": 2, "unit_time": "exponential(mean=6 h)"}]))
    crossover = [{"crossover": draw(st.booleans())} for _lane in range(2)]
    places = {
        name: {"receiving": draw(days(0, 0.5)), "picking": draw(days(0, 0.5)), "last_mile": draw(days(0, 1))}
        for name in ("hub", "store")
    }
    return {
        "calendar": {"warm_up": draw(days(0, 2)), "measure": "14 d", "run_out": draw(days(0, 6))},
        "products": {"cup": {"price": 10, "unit_cost": 6, "salvage": 0.5}},
        "suppliers": {
            "factory": {"capacity": capacity, "moq": draw(st.integers(1, 4)), "lot": draw(st.integers(1, 3))}
        },
        "warehouses": places,
        "lanes": [
            {"from": "factory", "to": "hub", "lead_time": draw(LAWS), "slip": draw(SLIPS), **crossover[0]},
            {"from": "hub", "to": "store", "lead_time": draw(LAWS), **crossover[1]},
        ],
        "customers": {
            "walk_in": draw(customers("store")),
            "online": draw(customers("hub")),
        },
        "disruptions": draw(disruptions()),
        "inbound": draw(st.sampled_from([[], [AFLOAT]])),
        "costs": {
            "holding": "0.1/d",
            "ordering": 2,
            "backorder": 1,
            "backlog": "0.2/d",
            "contact": 0.5,
            "cancellation": 3,
            "capital": "0.1/yr",
        },
    }


def scenario(world: Raw, **policies: Raw) -> Scenario:
    """A scenario of a raw world and raw policies."""
    return Scenario.model_validate({"version": 1, "title": "random", "world": world, "policies": policies})


SEEDS = st.integers(0, 2**32)
