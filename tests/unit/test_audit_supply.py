"""Where supply breaks, too, no number of a supply order can change and no law break unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from random import Random
from typing import Any

import numpy as np
import pytest

from sim.ledger.audit import audit
from sim.ledger.auditing.besides import BESIDES
from sim.ledger.auditing.supply import SUPPLY
from sim.ledger.auditing.travel import TRAVEL
from sim.model.simulate import simulate
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.draw import draw_tape
from sim.tape.tape import Tape
from sim.words import DAY, Loss, Purpose, Stage
from tests.audited import Run, broken_by

SEA = {
    "from": "factory",
    "to": "hub",
    "lead_time": "gamma(mean=6 d, cv=0.3)",
    "slip": {"late": "40 %", "mean": "3 d"},
    "departures": {"every": "2 d", "blanked": 0.2},
    "port": "exponential(mean=1 d)",
    "customs": {"exam": 0.3, "kinds": [{"share": 1, "lasts": "2 d", "fee": 150}]},
    "inland": "12 h",
}
WORLD = {
    "calendar": {"warm_up": "2 d", "measure": "80 d", "run_out": "10 d"},
    "products": {"cup": {"unit_cost": 5}},
    "suppliers": {
        "factory": {"capacity": "15/d", "make": "6 h", "yields": 0.9, "defects": 0.1},
        "workshop": {"confirms": "on_order", "optimism": "1 d", "unit_costs": {"cup": 6}},
        "kiln": {},
    },
    "warehouses": {"hub": {"stock": {"cup": 30}, "receiving": "3 h"}, "store": {"stock": {"cup": 40}}},
    "lanes": [
        SEA,
        {"from": "workshop", "to": "hub", "lead_time": "gamma(mean=2 d, cv=0.4)"},
        {"from": "store", "to": "hub", "lead_time": "6 h"},
        {"from": "kiln", "to": "store", "lead_time": "3 d"},
    ],
    "customers": {
        "friends": {"buys": "cup", "from": "hub", "visits": "6/d", "patience": "20 d"},
        "neighbours": {"buys": "cup", "from": "store", "visits": "2/d", "patience": "20 d"},
    },
    "inbound": [
        {"from": "factory", "to": "hub", "product": "cup", "units": 20, "due": "2 d"},
        {"from": "kiln", "to": "store", "product": "cup", "units": 9, "due": "1 d"},
    ],
    "disruptions": [
        {"kind": "supplier_down", "supplier": "factory", "at": "12 d", "lasts": "6 d", "orders": "refused"},
        {"kind": "supplier_down", "supplier": "workshop", "at": "18 d", "lasts": "3 d"},
        {"kind": "supplier_down", "supplier": "kiln", "at": "46 d", "lasts": "30 d"},
        {"kind": "lane_closed", "lane": ["factory", "hub"], "at": "26 d", "lasts": "3 d", "goods": "lost"},
        {"kind": "tariff", "lane": ["factory", "hub"], "at": "55 d", "adds": 0.25, "announced": "22 d"},
        {"kind": "bankruptcy", "supplier": "kiln", "at": "61 d"},
    ],
}
OPEN = {
    "when_short": "backorder",
    "replenish": {"rule": "s_S", "s": 60, "S": 80},
    "replenish_at": {"store": {"rule": "s_S", "s": 30, "S": 40}},
}
POLICIES = {
    "rushing": {**OPEN, "expedite": {"by": "workshop", "most": 8}, "advance": {"cover": "6 d"}},
    "fetching": {**OPEN, "transship": {"keep": 3}},
    "surging": {
        **OPEN,
        "replenish": {"rule": "s_S", "s": 20, "S": 30},
        "source_at": {
            "hub": {"rule": "base_surge", "base": "factory", "units": 20, "every": "4 d", "surge": "workshop"}
        },
    },
}
TABLES = ("orders", "dates", "stages", "lost", "shorts", "purposes")


@cache
def world() -> World:
    return World.model_validate(WORLD)


@cache
def tape() -> Tape:
    return draw_tape(world(), seed=4, replication=0)


@cache
def run_under(policy: str) -> Run:
    levers = Levers.model_validate(POLICIES[policy])
    return Run(world(), levers, tape(), simulate(world(), levers, tape()))


@pytest.mark.parametrize("policy", POLICIES)
def test_what_the_model_does_passes(policy):
    audit(*run_under(policy).args)


def test_the_runs_have_all_that_is_looked_at():
    rushing, fetching, surging = (run_under(policy).ledger for policy in POLICIES)
    assert set(rushing.stages.stage.tolist()) == set(Stage)
    assert rushing.stages.fee.any()
    assert len(rushing.shorts.order) > 5
    assert {*rushing.lost.loss.tolist()} == set(Loss)
    meant = [set(each.purposes.purpose.tolist()) for each in (rushing, fetching, surging)]
    assert meant == [{Purpose.RUSH, Purpose.AHEAD}, {Purpose.FETCH}, {Purpose.BASE}]
    assert len(surging.dates.order) > 3


@pytest.mark.parametrize("policy", POLICIES)
def test_no_number_can_change_unnoticed(policy):
    run, choose = run_under(policy), Random(policy)
    for table in TABLES:
        rows = getattr(run.ledger, table)
        for column in [each.name for each in fields(rows) if each.name != "seq"]:
            values = getattr(rows, column)
            if len(values):
                row = choose.randrange(len(values))
                wrong = values[row] + choose.choice((-1, 1))
                assert broken_by(run.told(f"{table}.{column}", row, wrong)), (table, column, row)


Rows = Callable[[Any], Any]


def moved(column: str, by: int, which: Rows = lambda rows: rows.placed > 0) -> Callable[[Run], Run]:
    """A change of a number in the last of some rows of a table."""

    def change(run: Run) -> Run:
        table, name = column.split(".")
        rows = getattr(run.ledger, table)
        row = int(np.flatnonzero(which(rows))[-1])
        return run.told(column, row, getattr(rows, name)[row] + by)

    return change


def on(lane: int) -> Rows:
    return lambda rows: (rows.lane == lane) & (rows.posted > 0) & (rows.placed > 0)


def every(rows: Any) -> Any:
    return np.ones(len(rows.order), dtype=bool)


def twice(run: Run) -> Run:
    """The second order besides has the purpose of the first as well."""
    return run.told("purposes.order", 1, run.ledger.purposes.order[0])


def without(table: str) -> Callable[[Run], Run]:
    """A change that leaves out the last row of a table."""

    def change(run: Run) -> Run:
        rows = getattr(run.ledger, table)
        fewer = replace(rows, **{each.name: getattr(rows, each.name)[:-1] for each in fields(rows)})
        return replace(run, ledger=replace(run.ledger, **{table: fewer}))

    return change


def row_of(run: Run, purpose: Purpose) -> int:
    return int(run.ledger.purposes.order[run.ledger.purposes.purpose == purpose][-1])


def units_of(purpose: Purpose, by: int) -> Callable[[Run], Run]:
    """A change of the units of the last order with a purpose."""

    def change(run: Run) -> Run:
        row = row_of(run, purpose)
        return run.told("orders.units", row, run.ledger.orders.units[row] + by)

    return change


def while_refusing(run: Run) -> Run:
    """The last order at the factory before it refuses orders is placed a second after that."""
    orders, (start, _) = run.ledger.orders, run.tape.refusing["factory"].intervals[0]
    row = int(np.flatnonzero((orders.lane == 0) & (orders.placed < start))[-1])
    return run.told("orders.placed", row, start + 1)


def not_at_the_end_of_a_day(run: Run) -> Run:
    row = row_of(run, Purpose.FETCH)
    return run.told("orders.placed", row, run.ledger.orders.placed[row] + 1)


WRONG = {
    "placing": ("rushing", moved("orders.number", 1)),
    "inbound": ("rushing", moved("orders.units", 1, lambda rows: np.arange(len(rows.placed)) < 2)),
    "refusal": ("rushing", while_refusing),
    "filling": ("rushing", moved("orders.filled", 60, on(0))),
    "bankruptcy": ("rushing", moved("lost.time", -60, lambda rows: rows.loss == Loss.SUPPLIER_GONE)),
    "departure": ("rushing", moved("orders.left", 2 * DAY, on(0))),
    "travel": ("rushing", moved("orders.arrived", 60, on(0))),
    "stages": ("rushing", moved("stages.fee", 1, lambda rows: rows.stage == Stage.IN_CUSTOMS)),
    "goods lost": ("rushing", moved("lost.time", 1, lambda rows: rows.loss == Loss.GOODS_LOST)),
    "yield": ("rushing", moved("shorts.came", 1, every)),
    "first date": ("surging", moved("orders.confirmed", 60, on(1))),
    "extra orders": ("fetching", not_at_the_end_of_a_day),
    "rush size": ("rushing", units_of(Purpose.RUSH, 9)),
    "base flow": ("surging", units_of(Purpose.BASE, 1)),
    "ahead": ("rushing", units_of(Purpose.AHEAD, 1)),
    "one purpose": ("rushing", twice),
}
"""A change to a run, by the law that it breaks."""

ALSO_WRONG = [
    ("placing", "rushing", moved("orders.lane", 1, on(0))),
    ("inbound", "rushing", moved("orders.confirmed", 1, lambda rows: rows.seq <= rows.seq[1])),
    ("filling", "surging", moved("orders.filled", 60, on(1))),
    ("bankruptcy", "rushing", without("lost")),
    ("departure", "rushing", moved("orders.left", -1, on(0))),
    ("travel", "rushing", moved("orders.confirmed", 60, on(0))),
    ("travel", "rushing", moved("orders.posted", 60, on(0))),
    ("stages", "rushing", moved("stages.time", 1, lambda rows: rows.stage == Stage.IN_PORT)),
    ("stages", "rushing", without("stages")),
    ("yield", "rushing", moved("shorts.rejected", 1, every)),
    ("yield", "rushing", without("shorts")),
    ("base flow", "surging", without("purposes")),
    ("ahead", "rushing", moved("purposes.purpose", 1, lambda rows: rows.purpose == Purpose.AHEAD)),
]


@pytest.mark.parametrize(("law", "policy", "change"), [*((law, *wrong) for law, wrong in WRONG.items()), *ALSO_WRONG])
def test_one_wrong_thing_breaks_its_law(law, policy, change):
    assert law in broken_by(change(run_under(policy)))


def test_every_law_of_supply_is_broken_here():
    assert set(WRONG) == {law.name for law in SUPPLY + TRAVEL + BESIDES}
