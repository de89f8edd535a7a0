"""Where records are wrong, too, no number of a ledger can change and no law break unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from operator import attrgetter
from random import Random
from typing import Any

import numpy as np
import pytest

from sim.errors import AuditError
from sim.ledger.audit import audit
from sim.model.simulate import simulate
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.draw import draw_tape
from sim.tape.tape import Tape
from sim.words import DAY, Fate, Move, Slip, Wait
from tests.audited import Run

WORLD = {
    "calendar": {"warm_up": "2 d", "measure": "60 d", "run_out": "20 d"},
    "products": {
        "pan": {"price": 20, "unit_cost": 8, "substitutes": {"pot": 0.7}, "sent_back": "30 %"},
        "pot": {"price": 22, "unit_cost": 9, "substitutes": ["pan"]},
    },
    "suppliers": {"factory": {}},
    "warehouses": {
        "depot": {"stock": {"pan": 12, "pot": 12}, "receiving": "6 h", "picking": "6 h", "last_mile": "1 d"},
        "shop": {"stock": {"pan": 6}, "picking": "1 h", "last_mile": "2 h", "shrink": 0.1},
    },
    "lanes": [
        {"from": "factory", "to": "depot", "lead_time": "gamma(mean=4 d, cv=0.4)"},
        {"from": "depot", "to": "shop", "products": ["pan"], "lead_time": "1 d"},
    ],
    "disruptions": [{"kind": "stock_lost", "warehouse": "depot", "share": "50 %", "at": "20 d"}],
    "channels": {"market": {"sync": "12 h", "buffer": 1}, "app": {"sync": "0 d", "buffer": 1}},
    "customers": {
        "friends": {"buys": "pan", "from": "depot", "visits": "3/d", "size": "uniform_int(1, 2)", "patience": "9 d"},
        "passers": {"buys": "pan", "from": "depot", "visits": "3/d", "patience": "9 d", "channel": "market"},
        "strangers": {"buys": "pot", "from": "depot", "visits": "3/d", "patience": "5 d", "channel": "app"},
        "neighbours": {"buys": "pan", "from": "shop", "visits": "3/d", "patience": "6 d"},
    },
}
ERRORS = {
    "miscount": 0.3, "miscount_size": 0.4, "double_posting": 0.1, "misplaced": 0.3, "mispick_item": 0.1,
    "mispick_units": 0.1, "entry_slip": 0.1, "unposted_return": 0.5, "reservation_lost": 0.2,
}  # fmt: skip
BASE = {
    "replenish": {"rule": "s_S", "s": 14, "S": 30},
    "replenish_at": {"shop": {"rule": "base_stock", "S": 6}},
    "when_short": "backorder",
}
POLICIES = {
    "careful": {**BASE, "keep": {"count": {"rule": "full", "every": "5 d"}}},
    "careless": {**BASE, "keep": {"errors": ERRORS, "count": {"rule": "zero_balance", "error": 0.2}}},
    "counted": {**BASE, "keep": {"errors": ERRORS, "count": {"rule": "abc", "a": "4 d", "b": "9 d", "c": "20 d"}}},
    "ignored": {**BASE, "keep": {"errors": ERRORS, "failed_picks": "ignored"}, "ship": "partial"},
    "by_hand": {**BASE, "keep": {"posting": "exponential(1 d)"}, "reserving": {"rule": "manual", "omits": 0.3}},
}
TABLES = ("records", "counts")


@cache
def world() -> World:
    return World.model_validate(WORLD)


@cache
def tape() -> Tape:
    return draw_tape(world(), seed=3, replication=0)


@cache
def run_under(policy: str) -> Run:
    levers = Levers.model_validate(POLICIES[policy])
    return Run(world(), levers, tape(), simulate(world(), levers, tape()))


@pytest.mark.parametrize("policy", POLICIES)
def test_what_the_model_does_passes(policy):
    audit(*run_under(policy).args)


@pytest.mark.parametrize("slip", Slip)
def test_the_runs_know_every_slip(slip):
    assert any((run_under(policy).ledger.records.kind == slip).any() for policy in POLICIES)


def judged(run: Run, table: str) -> list[int]:
    """Rows of which the audit knows everything: whose turn it was when a pick failed unheard it cannot always tell."""
    rows = getattr(run.ledger, table)
    if table == "records" and run.levers.keep.failed_picks == "ignored":
        return np.flatnonzero(rows.kind != Slip.PICK_FAILED).tolist()
    return list(range(len(rows)))


@pytest.mark.parametrize("policy", POLICIES)
def test_no_number_can_change_unnoticed(policy):
    run, choose = run_under(policy), Random(policy)
    for table in TABLES:
        rows = judged(run, table)
        names = [column.name for column in fields(getattr(run.ledger, table)) if column.name != "seq"]
        for column in names if rows else ():
            row = choose.choice(rows)
            value = attrgetter(f"{table}.{column}")(run.ledger)[row]
            assert broken_by(run.told(f"{table}.{column}", row, value + choose.choice((-1, 1)))), (column, row)


def broken_by(run: Run) -> set[str]:
    """The names of the laws that a run breaks."""
    try:
        audit(*run.args)
    except AuditError as error:
        return {line.split(":")[0] for line in str(error).splitlines()[1:] if not line.startswith(" ")}
    return set()


def slips(kind: Slip) -> Callable[[Any], Any]:
    return lambda rows: rows.kind == kind


def without(table: str, which: Callable[[Any], Any]) -> Callable[[Run], Run]:
    """A change that leaves out the first of some rows of a table."""

    def change(run: Run) -> Run:
        rows = getattr(run.ledger, table)
        kept = np.ones(len(rows), dtype=bool)
        kept[np.flatnonzero(which(rows))[0]] = False
        fewer = replace(rows, **{each.name: getattr(rows, each.name)[kept] for each in fields(rows)})
        return replace(run, ledger=replace(run.ledger, **{table: fewer}))

    return change


def number(column: str, value: int, which: Callable[[Any], Any]) -> Callable[[Run], Run]:
    """A change that tells another number in the first of some rows of a table."""

    def change(run: Run) -> Run:
        rows = getattr(run.ledger, column.split(".", maxsplit=1)[0])
        return run.told(column, int(np.flatnonzero(which(rows))[0]), value)

    return change


def of_levers(**changes: Any) -> Callable[[Run], Run]:
    """The same ledger under other levers."""

    def change(run: Run) -> Run:
        stated = {name: Levers.model_validate({name: value}) for name, value in changes.items()}
        return replace(run, levers=run.levers.model_copy(update={n: getattr(v, n) for n, v in stated.items()}))

    return change


def every(_rows: Any) -> Any:
    return np.ones(len(_rows), dtype=bool)


WRONG = {
    "shelf": ("counted", number("records.physical", -99, slips(Slip.MISPICK_UNITS))),
    "posting": ("by_hand", of_levers(keep={"posting": "7 h"})),
    "receipts": ("counted", without("records", slips(Slip.MISCOUNT))),
    "unposted": ("counted", without("records", slips(Slip.UNPOSTED_RETURN))),
    "losses": ("careful", without("records", slips(Slip.SHRINK))),
    "destroyed": ("careful", without("records", slips(Slip.DESTROYED))),
    "picking": ("counted", without("records", slips(Slip.MISPICK_ITEM))),
    "oversold": ("careful", without("records", slips(Slip.OVERSOLD))),
    "delay": ("careful", of_levers(keep={"count": {"rule": "full", "every": "5 d"}, "offers_delay": 0})),
    "afterwards": ("counted", number("records.seen", 1, slips(Slip.MISPICK_UNITS))),
    "pick": ("ignored", of_levers(keep={"errors": ERRORS})),
    "reservation": ("counted", without("records", slips(Slip.RESERVATION_LOST))),
    "clerk": ("by_hand", of_levers(reserving={"rule": "manual", "takes": "3 h", "omits": 0.3})),
    "found": ("counted", without("records", slips(Slip.COUNTED))),
    "count": ("careful", without("counts", every)),
    "status": ("careful", number("visits.fate", Fate.SERVED, lambda rows: rows.fate == Fate.SELLER_CANCELLED)),
    "conservation": ("counted", number("records.record", 7, slips(Slip.DOUBLE_POSTING))),
}
"""A change to a run, by the law that it breaks."""


@pytest.mark.parametrize(("law", "policy", "change"), [(law, *wrong) for law, wrong in WRONG.items()])
def test_one_wrong_thing_breaks_its_law(law, policy, change):
    assert law in broken_by(change(run_under(policy)))


def test_a_perfect_count_that_tells_something_else_is_wrong():
    run = run_under("careful")
    assert "found" in broken_by(run.told("counts.units", 0, run.ledger.counts.units[0] + 1))


def test_a_count_a_day_late_is_wrong():
    run = run_under("careful")
    assert "count" in broken_by(run.told("counts.time", 0, run.ledger.counts.time[0] + DAY))


def test_a_visitor_of_a_channel_sees_the_copy_and_not_the_record():
    run = run_under("careful")
    live = {name: channel.model_copy(update={"sync": 0}) for name, channel in world().channels.items()}
    assert "status" in broken_by(replace(run, world=world().model_copy(update={"channels": live})))


def test_an_allocation_to_somebody_overlooked_is_wrong():
    run = run_under("by_hand")
    assert "clerk" in broken_by(of_levers(reserving={"rule": "manual", "omits": 1})(run))


def test_units_are_granted_and_posted_in_these_runs():
    waits, moves = run_under("by_hand").ledger.waits, run_under("by_hand").ledger.moves
    assert (waits.event == Wait.GRANTED).sum() > 20 < (moves.event == Move.POSTED).sum()
