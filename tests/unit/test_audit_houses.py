"""No number about parcels, docks and drop-shipped orders can change unnoticed, and each wrong thing breaks its law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from random import Random
from typing import Any

import numpy as np
import pytest

from sim.errors import AuditError
from sim.ledger.audit import audit
from sim.model.simulate import simulate
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.closures import Closures
from sim.tape.draw import draw_tape
from sim.tape.tape import Tape
from sim.words import HOUR, Fate, Move
from tests.audited import Run

WORK = {
    "opens": "7 h",
    "closes": "19 h",
    "days": ["mon", "tue", "wed", "thu", "fri", "sat"],
    "receive": {"rate": "20/h"},
    "put_away": {"rate": "4/h", "workers": 2},
    "pick": {"rate": "0.7/h"},
    "pack": {"rate": "2/h"},
    "elastic": {"most": 2},
}
WORLD = {
    "calendar": {"warm_up": "2 d", "measure": "30 d", "start": "2026-03-05"},
    "products": {"pan": {}, "pot": {"substitutes": {"pan": 0.5}}},
    "suppliers": {"factory": {"drop_ship": {"takes": "exponential(mean=3 d)"}}},
    "warehouses": {
        "depot": {
            "stock": {"pan": 12, "pot": 6}, "receiving": "1 h", "picking": "2 h", "sorting": "3 h", "last_mile": "1 d",
            "work": WORK,
        },
        "shop": {"stock": {"pan": 3}, "picking": "1 h"},
    },
    "lanes": [
        {"from": "factory", "to": "depot", "lead_time": "gamma(mean=4 d, cv=0.4)"},
        {"from": "depot", "to": "shop", "products": ["pan"], "lead_time": "1 d"},
    ],
    "customers": {
        "friends": {"buys": "pan", "from": "depot", "visits": "6/d", "size": "uniform_int(1, 2)", "distrust": 0.5},
        "passers": {"buys": "pot", "from": "depot", "visits": "4/d"},
        "neighbours": {"buys": "pan", "from": "shop", "visits": "1/d"},
    },
    "disruptions": [{"kind": "warehouse_down", "warehouse": "depot", "at": "9 d", "lasts": "30 h", "page": "closed"}],
}  # fmt: skip
OPEN = {"when_short": "backorder", "replenish": {"rule": "base_stock", "S": 24}}
POLICIES = {
    "plain": OPEN,
    "crossing": {**OPEN, "cross_dock": True, "ship": "partial", "allocate": "edd"},
    "direct": {**OPEN, "drop_ship": "factory", "ship": "partial", "backorders_first": False},
}
TABLES = ("visits", "waits", "moves", "parcels", "docks", "direct")


@cache
def world() -> World:
    return World.model_validate(WORLD)


@cache
def tape() -> Tape:
    return draw_tape(world(), seed=11, replication=0)


@cache
def run_under(policy: str) -> Run:
    levers = Levers.model_validate(POLICIES[policy])
    return Run(world(), levers, tape(), simulate(world(), levers, tape()))


@pytest.mark.parametrize("policy", POLICIES)
def test_what_the_model_does_passes(policy):
    audit(*run_under(policy).args)


def test_the_runs_have_all_that_is_looked_at():
    ledgers = {policy: run_under(policy).ledger for policy in POLICIES}
    assert (ledgers["crossing"].moves.event == Move.CROSSED).any()
    assert ledgers["crossing"].parcels.crossed.any()
    assert len(ledgers["direct"].direct) > 10
    sold = ledgers["plain"].visits.now > 0
    assert (sold & (ledgers["plain"].visits.fate == Fate.PENDING)).any()


@pytest.mark.parametrize("policy", POLICIES)
def test_no_number_can_change_unnoticed(policy):
    run, choose = run_under(policy), Random(policy)
    for table in TABLES:
        rows = getattr(run.ledger, table)
        for column in [each.name for each in fields(rows) if each.name != "seq"]:
            values = getattr(rows, column)
            if not len(values):
                continue
            row = choose.randrange(len(values))
            with pytest.raises(AuditError):
                audit(*run.told(f"{table}.{column}", row, values[row] + choose.choice((-1, 1))).args)


def broken_by(run: Run) -> set[str]:
    """The names of the laws that a run breaks."""
    try:
        audit(*run.args)
    except AuditError as error:
        return {line.split(":")[0] for line in str(error).splitlines()[1:] if not line.startswith(" ")}
    return set()


def moved(column: str, by: int, which: Callable[[Any], Any] = lambda rows: rows.shipped > 0) -> Any:
    """A change of an instant in one of some rows of a table."""

    def change(run: Run) -> Run:
        table, name = column.split(".")
        rows = getattr(run.ledger, table)
        row = int(np.flatnonzero(which(rows))[3])
        return run.told(column, row, getattr(rows, name)[row] + by)

    return change


def at_work(**changes: Any) -> Any:
    """The same ledger in a world whose depot works otherwise."""

    def change(run: Run) -> Run:
        depot = WORLD["warehouses"]["depot"]  # type: ignore[index]
        other = {**WORLD, "warehouses": {**WORLD["warehouses"], "depot": {**depot, "work": {**WORK, **changes}}}}  # type: ignore[dict-item]
        return replace(run, world=World.model_validate(other))

    return change


def swapped_turns(run: Run) -> Run:
    """Two parcels that waited for each other, as if each had been the other."""
    parcels = run.ledger.parcels
    for row in range(len(parcels) - 1):
        first, second = int(parcels.picked[row]), int(parcels.picked[row + 1])
        if parcels.ready[row + 1] + 2 * HOUR < first < second:
            return run.told("parcels.picked", row, second).told("parcels.picked", row + 1, first)
    raise AssertionError("nobody waited")


def without_dock(run: Run) -> Run:
    docks = run.ledger.docks
    fewer = replace(docks, **{each.name: getattr(docks, each.name)[1:] for each in fields(docks)})
    return replace(run, ledger=replace(run.ledger, docks=fewer))


def of_levers(**changes: Any) -> Any:
    return lambda run: replace(run, levers=run.levers.model_copy(update=changes))


WRONG = {
    "shipped before it was packed": ("queue", "plain", moved("parcels.shipped", -60)),
    "picked too late": ("queue", "plain", moved("parcels.picked", 60)),
    "out of turn": ("queue", "plain", swapped_turns),
    "more at work than workers": ("queue", "plain", at_work(elastic=None)),
    "fewer at work than workers": ("queue", "plain", at_work(pack={"rate": "2/h", "workers": 2})),
    "outside the hours": ("queue", "plain", at_work(opens="8 h")),
    "on a Saturday": ("queue", "plain", at_work(days=("mon", "tue", "wed", "thu", "fri"))),
    "without priority": ("queue", "plain", of_levers(backorders_first=False)),
    "of another visit": ("parcels", "plain", moved("parcels.units", 1)),
    "delivered before it was sent": ("ended", "plain", moved("visits.ended", -60, lambda rows: rows.hi > 0)),
    "served and not sent": ("fate", "plain", lambda run: run.told("visits.fate", _unsent(run), Fate.SERVED)),
    "not from the dock": ("crossed", "crossing", moved("parcels.crossed", -1, lambda rows: rows.crossed > 0)),
    "no cross-docking": ("cross-docking", "crossing", of_levers(cross_dock=False)),
    "more than wait": ("cross-docking", "crossing", moved("moves.units", 1, lambda rows: rows.event == Move.CROSSED)),
    "no row for a receipt": ("docks", "plain", without_dock),
    "unloaded too soon": ("receiving", "plain", moved("docks.unloaded", -60, lambda rows: rows.unloaded > 0)),
    "late parcel of a supplier": ("direct", "direct", moved("direct.delivered", 60, lambda rows: rows.units > 0)),
    "no drop-shipper": ("direct", "direct", of_levers(drop_ship=None)),
    "sold from a closed page": ("closed", "plain", lambda run: replace(run, tape=_longer_outage(run))),
}
"""Law, policy and change, by what is wrong."""


def _unsent(run: Run) -> int:
    rows = run.ledger.visits
    return int(np.flatnonzero((rows.fate == Fate.PENDING) & (rows.now > 0))[0])


def _longer_outage(run: Run) -> Tape:
    (start, end), *_ = run.tape.idle["depot"].intervals
    longer = {"depot": Closures(((start, end + 24 * HOUR),))}
    return replace(run.tape, idle=longer, dark=longer)


@pytest.mark.parametrize("wrong", WRONG)
def test_one_wrong_thing_breaks_its_law(wrong):
    law, policy, change = WRONG[wrong]
    assert law in broken_by(change(run_under(policy)))
