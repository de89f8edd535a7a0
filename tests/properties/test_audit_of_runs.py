"""The audit passes what the model does, whatever the mechanism, and no number of a ledger can change unnoticed."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from operator import attrgetter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import AuditError
from sim.ledger.audit import audit
from sim.ledger.auditing.supply import standstill
from sim.ledger.ledger import MoveRows, OrderRows, VisitRows, WaitRows
from sim.model.simulate import simulate
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.closures import Closures
from sim.tape.draw import draw_tape
from sim.tape.tape import Tape
from tests.audited import Run
from tests.properties.rich_worlds import rich_levers, rich_worlds
from tests.properties.worlds import SEEDS, scenario, whole_runs

WORLD = {
    "calendar": {"warm_up": "5 d", "measure": "50 d", "run_out": "10 d"},
    "products": {"mug": {"price": 20, "unit_cost": 8}, "cup": {"class": "niche"}},
    "suppliers": {
        "factory": {"capacity": {"lines": 2, "unit_time": "exponential(mean=4 h)"}, "moq": 4, "lot": 2},
        "trader": {},
    },
    "warehouses": {
        "depot": {"stock": {"mug": 9}, "receiving": "6 h", "picking": "12 h", "last_mile": "1 d"},
        "shop": {"last_mile": "1 h"},
        "kiosk": {"stock": {"mug": 20}},
    },
    "lanes": [
        {
            "from": "factory",
            "to": "depot",
            "products": ["mug"],
            "lead_time": "gamma(mean=4 d, cv=0.6)",
            "slip": {"late": "40 %", "mean": "2 d"},
        },
        {
            "from": "trader",
            "to": "depot",
            "products": ["cup"],
            "lead_time": "gamma(mean=5 d, cv=0.5)",
            "crossover": True,
        },
        {"from": "depot", "to": "shop", "lead_time": "1 d", "slip": {"script": ["0 d", "2 d", "1 d"]}},
    ],
    "customers": {
        "walkers": {
            "buys": "mug",
            "from": "shop",
            "visits": "2/d",
            "size": "uniform_int(1, 3)",
            "change_of_mind": "0.05/d",
        },
        "clerks": {"buys": "cup", "from": "shop", "visits": {"every": "12 h"}, "acceptance": 0.7, "patience": "6 d"},
        "callers": {
            "buys": "mug",
            "from": "depot",
            "visits": {"every": "1 d"},
            "after_broken": 0.3,
            "eta_aversion": 0.5,
        },
        "tourists": {"buys": "mug", "from": "kiosk", "visits": {"every": "2 d"}},
        "fans": {"buys": "cup", "from": "depot", "visits": "1/d", "patience": "any"},
    },
    "inbound": [
        {"from": "trader", "to": "depot", "product": "cup", "units": 5, "due": "1 d"},
        {"from": "factory", "to": "depot", "product": "mug", "units": 3, "due": "6 d"},
        {"from": "factory", "to": "depot", "product": "mug", "units": 2, "due": "2 d"},
    ],
    "disruptions": [
        {"kind": "supplier_down", "supplier": "factory", "at": "10 d", "lasts": "4 d", "pipeline": "frozen"},
        {"kind": "supplier_down", "supplier": "factory", "at": "44 d", "lasts": "30 d"},
        {"kind": "supplier_down", "supplier": "trader", "at": "20 d", "lasts": "6 d", "orders": "refused"},
        {
            "kind": "lane_closed",
            "lane": ["depot", "shop"],
            "every": "exponential(mean=15 d)",
            "lasts": "exponential(mean=3 d)",
        },
    ],
}
FEW = {"replenish": {"rule": "base_stock", "S": 6}, "replenish_at": {"shop": {"rule": "s_S", "s": 2, "S": 5}}}
LOTS = {"replenish": {"rule": "r_Q", "r": 3, "Q": 5}, "replenish_at": {"depot": {"rule": "R_S", "R": "3 d", "S": 12}}}
RARE = {"replenish": {"rule": "R_s_S", "R": "2 d", "s": 4, "S": 9}, "replenish_at": {"depot": {"rule": "base_stock"}}}
POLICIES = {
    "out_of_stock": {**FEW},
    "partial": {**FEW, "when_short": "out_of_stock", "ship": "partial"},
    "nominal": {**FEW, "when_short": "backorder"},
    "oracle": {**LOTS, "when_short": "backorder", "promise": {"basis": "oracle"}},
    "capped": {**LOTS, "when_short": "backorder", "cap": 4, "promise": {"basis": "vendor", "round_to": "1 d"}},
    "confirmed": {**RARE, "when_short": "backorder", "only": "confirmed_inbound", "promise": {"basis": "quantile"}},
    "hybrid": {**LOTS, "when_short": "hybrid", "limits": {"horizon": "8 d", "spread": "3 d"}, "ship": "partial"},
    "edd": {**FEW, "when_short": "backorder", "allocate": "edd", "promise": {"basis": "vendor", "least_width": "2 d"}},
    "value": {**RARE, "when_short": "backorder", "allocate": {"rule": "value", "overtaking": "never"}},
    "smallest": {**LOTS, "when_short": "backorder", "allocate": "smallest", "ship": "partial"},
    "in_line": {**FEW, "when_short": "backorder", "allocate": {"rule": "fifo", "overtaking": "never"}},
    "new_first": {**LOTS, "when_short": "backorder", "allocate": {"rule": "new_first", "hold": "2 d"}},
}
TABLES = {"visits": VisitRows, "waits": WaitRows, "moves": MoveRows, "orders": OrderRows}
COLUMNS = [
    f"{table}.{column.name}" for table, rows in TABLES.items() for column in fields(rows) if column.name != "seq"
]


@cache
def world() -> World:
    return World.model_validate(WORLD)


@cache
def tape() -> Tape:
    return draw_tape(world(), seed=7, replication=0)


@cache
def run_under(policy: str) -> Run:
    levers = Levers.model_validate(POLICIES[policy])
    return Run(world(), levers, tape(), simulate(world(), levers, tape()))


@pytest.mark.parametrize("policy", POLICIES)
def test_what_the_model_does_passes(policy):
    audit(*run_under(policy).args)


@whole_runs(60)
@given(rich_worlds(), rich_levers(), SEEDS)
def test_what_the_model_does_with_everything_on_passes(rich, policy, seed):
    of = scenario(rich, any=policy)
    drawn = draw_tape(of.world, seed=seed, replication=0)
    audit(of.world, of.policy("any"), drawn, simulate(of.world, of.policy("any"), drawn))


@pytest.mark.parametrize("policy", POLICIES)
def test_no_number_can_change_unnoticed(policy):
    run, choose = run_under(policy), Random(policy)
    for column in ["opening", "closing", *COLUMNS]:
        values = attrgetter(column)(run.ledger)
        if len(values):
            row = choose.randrange(len(values))
            wrong = run.told(column, row, values[row] + choose.choice((-1, 1)))
            with pytest.raises(AuditError):
                audit(*wrong.args)


SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=5)


@given(SPANS, SPANS, st.integers(0, 40), st.integers(0, 20))
def test_work_around_standstills_is_that_of_counting_the_seconds(spans, others, start, work):
    still = standstill(Closures(tuple(spans)), Closures(tuple(others)))
    now, left = start, work
    while left or still.shut(now):
        left -= not still.shut(now)
        now += 1
    assert still.walk(start, work) == now


@given(SPANS, SPANS, st.integers(0, 40))
def test_it_stands_still_from_each_start_to_just_before_each_end(spans, others, t):
    still = standstill(Closures(tuple(spans)), Closures(tuple(others)))
    assert still.shut(t) == any(start <= t < end for start, end in spans + others)
