"""Where customers remember and promises break, too, no number of a ledger can change and no law break unnoticed."""

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
from sim.ledger.tables import Terms
from sim.model.simulate import simulate
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.draw import draw_tape
from sim.tape.tape import Tape
from sim.words import DAY, Answer, Cause, Exit, Fate, Notice, Wait
from tests.audited import Run

NEWS = {"step": "2 d", "warned": "40 %", "ahead": "1 d"}
WORLD = {
    "calendar": {"warm_up": "2 d", "measure": "80 d", "run_out": "20 d"},
    "products": {
        "pan": {"price": 20, "unit_cost": 8, "substitutes": {"pot": 0.7}, "sent_back": "30 %"},
        "pot": {"price": 22, "unit_cost": 9, "class": "commodity", "substitutes": ["pan"]},
    },
    "suppliers": {"factory": {"lot": 2}},
    "warehouses": {
        "depot": {"stock": {"pan": 12, "pot": 12}, "receiving": "6 h", "picking": "6 h", "last_mile": "1 d"},
        "shop": {"stock": {"pan": 4}, "picking": "1 h", "last_mile": "2 h"},
    },
    "lanes": [
        {
            "from": "factory",
            "to": "depot",
            "lead_time": "gamma(mean=6 d, cv=0.4)",
            "slip": {"late": "60 %", "mean": "4 d"},
            "news": NEWS,
        },
        {"from": "depot", "to": "shop", "products": ["pan"], "lead_time": "1 d"},
    ],
    "disruptions": [{"kind": "lane_closed", "lane": ["depot", "shop"], "at": "25 d", "lasts": "10 d"}],
    "customers": {
        "friends": {
            "buys": "pan",
            "from": "depot",
            "visits": "4/d",
            "size": "uniform_int(1, 3)",
            "patience": "lognormal(median=9 d, sigma=0.6)",
            "profile": "full",
            "members": 0.8,
            "hoarding": 0.6,
            "distrust": 0.3,
            "scarcity": 0.2,
            "change_of_mind": "0.02/d",
            "leaving": {"competitor": 0.2, "defer": 0.6, "abandon": 0.2},
            "returns": {"delay": "exponential(mean=4 d)", "most": 1},
            "notify": {"sign_up": 0.4, "buys": 0.7, "delay": "8 h"},
        },
        "passers": {
            "buys": "pot",
            "from": "depot",
            "visits": "3/d",
            "profile": "full",
            "priority": 1,
            "hazard": {"rate": "0.2/d"},
        },
        "neighbours": {"buys": "pan", "from": "shop", "visits": "2/d", "choice": "logit", "patience": "6 d"},
    },
    "panel": {"members": 30, "patience_spread": 0.4},
    "memory": {"gain": 2, "half_life": "60 d", "churn": {}},
    "reputation": {"after_good": 0.3, "after_bad": 0.6, "prior": 10, "elasticity": 0.3, "memory": "20 d"},
    "support": {"answer": "exponential(mean=4 h)", "normal": 0.2, "told": "0.1/d", "untold": "0.2/d"},
    "price_changes": [{"product": "pan", "at": "40 d", "price": 23}],
}
SUPPLY = {
    "replenish": {"rule": "s_S", "s": 6, "S": 16},
    "replenish_at": {"shop": {"rule": "base_stock", "S": 4}},
}
OPEN = {**SUPPLY, "when_short": "backorder"}
POLICIES = {
    "out_of_stock": {**SUPPLY, "substitute": "never"},
    "substitutes": {**SUPPLY, "substitute": "first", "reserve": {"units": 3}},
    "honest": {**OPEN, "promise": {"basis": "vendor"}, "updates": "honest", "allocate": "edd"},
    "optimistic": {**OPEN, "promise": {"basis": "mean"}, "updates": "optimistic", "status_latency": "4 h"},
    "american": {**OPEN, "promise": {"basis": "vendor", "width": "0 d"}, "consent": "us", "allocate": "late_first"},
    "european": {
        **OPEN,
        "promise": {"basis": "nominal"},
        "consent": {"rule": "eu", "further": "2 d"},
        "allocate": "lottery",
        "payment": {"capture": "deposit"},
    },
    "late": {**OPEN, "updates": "late", "ship": "partial", "allocate": "least_patience"},
    "vague": {
        **OPEN,
        "promise": {"basis": "vague", "vague_penalty": "1 d"},
        "cancel_after": "3 d",
        "allocate": "class",
    },
    "cancelling": {**OPEN, "cancel_after": "1 d", "cancel_purchase_orders": True, "price_lock": False},
    "preorder": {**OPEN, "when_short": "preorder", "promise": {"counts": "shipping"}, "allocate": "pro_rata"},
    "valued": {**OPEN, "when_short": "ev_greedy", "allocate": "value", "notify_me": False},
}
TABLES = (
    "visits", "waits", "moves", "orders", "returns", "swaps", "sizes", "notices", "dates", "cancels", "regard",
    "reviews", "contacts", "back",
)  # fmt: skip


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


def length(run: Run, table: str) -> int:
    rows = getattr(run.ledger, table)
    return len(getattr(rows, fields(rows)[0].name))


@pytest.mark.parametrize("policy", POLICIES)
def test_what_the_model_does_passes(policy):
    audit(*run_under(policy).args)


@pytest.mark.parametrize("table", TABLES)
def test_the_runs_use_every_table(table):
    assert any(length(run_under(policy), table) for policy in POLICIES)


@pytest.mark.parametrize("policy", POLICIES)
def test_no_number_can_change_unnoticed(policy):
    run, choose = run_under(policy), Random(policy)
    for table in TABLES:
        rows = getattr(run.ledger, table)
        names = [column.name for column in fields(rows) if column.name != "seq"]
        for column in names if length(run, table) else ():
            values = attrgetter(f"{table}.{column}")(run.ledger)
            row = choose.randrange(len(values))
            wrong = run.told(f"{table}.{column}", row, values[row] + choose.choice((-1, 1)))
            with pytest.raises(AuditError):
                audit(*wrong.args)


def broken_by(run: Run) -> set[str]:
    """The names of the laws that a run breaks."""
    try:
        audit(*run.args)
    except AuditError as error:
        return {line.split(":")[0] for line in str(error).splitlines()[1:] if not line.startswith(" ")}
    return set()


def without(table: str, which: Callable[[Any], Any] = lambda rows: np.ones(len(rows), dtype=bool)) -> Any:
    """A change that leaves out the first of some rows of a table."""

    def change(run: Run) -> Run:
        rows = getattr(run.ledger, table)
        kept = np.ones(len(rows), dtype=bool)
        kept[np.flatnonzero(which(rows))[0]] = False
        fewer = replace(rows, **{each.name: getattr(rows, each.name)[kept] for each in fields(rows)})
        return replace(run, ledger=replace(run.ledger, **{table: fewer}))

    return change


def number(column: str, value: int, which: Callable[[Any], Any] = lambda rows: np.ones(len(rows), dtype=bool)) -> Any:
    """A change that tells another number in the first of some rows of a table."""

    def change(run: Run) -> Run:
        rows = getattr(run.ledger, column.split(".", maxsplit=1)[0])
        return run.told(column, int(np.flatnonzero(which(rows))[0]), value)

    return change


def of_levers(**changes: Any) -> Any:
    """The same ledger under other levers."""
    return lambda run: replace(run, levers=run.levers.model_copy(update=changes))


def other_terms(run: Run) -> Run:
    return replace(run, ledger=replace(run.ledger, terms=Terms(ahead=0.123)))


def kind(notice: Notice) -> Callable[[Any], Any]:
    return lambda rows: rows.kind == notice


def with_fate(fate: Fate) -> Callable[[Any], Any]:
    return lambda rows: rows.fate == fate


WRONG = {
    "coming": ("honest", number("visits.fate", Fate.NO_INTENT, with_fate(Fate.ABSENT))),
    "intent": ("honest", number("visits.fate", Fate.NO_INTENT, with_fate(Fate.SERVED))),
    "declined": ("honest", number("waits.event", Wait.DECLINED, lambda rows: rows.event == Wait.CHANGED_MIND)),
    "swap": ("honest", number("swaps.stock", 0, lambda rows: rows.stock == 1)),
    "swapped": ("honest", number("visits.exit", Exit.COMPETITOR, lambda rows: rows.exit == Exit.SUBSTITUTE)),
    "list": ("out_of_stock", number("visits.exit", Exit.COMPETITOR, lambda rows: rows.exit == Exit.NOTIFY)),
    "size": ("honest", number("sizes.units", 9)),
    "trimmed": ("honest", number("waits.units", 7, lambda rows: rows.event == Wait.TRIMMED)),
    "returns": ("out_of_stock", number("returns.time", 5 * DAY)),
    "mails": ("out_of_stock", number("notices.time", 3 * DAY, kind(Notice.RESTOCK))),
    "missed": ("out_of_stock", without("notices", kind(Notice.RESTOCK))),
    "news": ("honest", without("dates")),
    "cancelled": ("cancelling", of_levers(cancel_purchase_orders=False)),
    "terms": ("honest", other_terms),
    "back": ("honest", without("back")),
    "experience": ("honest", without("regard")),
    "regard": ("honest", number("regard.after", 77_777)),
    "churn": ("honest", number("regard.cause", Cause.ON_TIME, lambda rows: rows.cause == Cause.DROPPED_OUT)),
    "reviews": ("honest", without("reviews")),
    "contacts": ("honest", without("contacts")),
    "answers": ("honest", number("contacts.answered", 1)),
    "notice": ("honest", number("notices.kind", Notice.CONSENT, kind(Notice.DELAY))),
    "answer": ("honest", number("notices.answer", Answer.LEAVES, lambda rows: rows.answer == Answer.STAYS)),
    "window": ("honest", number("notices.lo", 1, kind(Notice.AT_RISK))),
    "overdue": ("european", lambda run: replace(run, levers=run.levers.model_copy(update={"updates": LATE.updates}))),
    "hidden": ("optimistic", without("notices", kind(Notice.HIDDEN))),
    "leaving": ("vague", of_levers(cancel_after=4 * DAY)),
}
"""A change to a run, by the law that it breaks."""
LATE = Levers.model_validate({"updates": "late"})


@pytest.mark.parametrize(("law", "policy", "change"), [(law, *wrong) for law, wrong in WRONG.items()])
def test_one_wrong_thing_breaks_its_law(law, policy, change):
    assert law in broken_by(change(run_under(policy)))
