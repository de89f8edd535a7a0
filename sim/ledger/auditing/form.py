"""Laws of form: what must hold before anything else can be read at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.words import Answer, Cause, Exit, Fate, Move, Notice, Return, Slip, Wait

_TABLES = ("visits", "waits", "moves", "orders")
_MORE = (
    "returns", "swaps", "sizes", "notices", "dates", "cancels", "regard", "reviews", "contacts", "back",
    "records", "counts", "parcels", "docks", "direct",
)  # fmt: skip
_STAMPED = (
    *("waits", "moves", "orders", "returns", "swaps", "notices", "dates", "cancels"),
    *("records", "counts", "direct"),
)


def _lengths(replay: Replay) -> Iterator[Breach]:
    ledger, stocks = replay.ledger, len(replay.stocks)
    yield from _length("visits", len(ledger.visits), len(replay.tape.visits) + len(ledger.returns))
    yield from _length("opening", len(ledger.opening), stocks)
    yield from _length("closing", len(ledger.closing), stocks)
    for name in _TABLES + _MORE:
        table = getattr(ledger, name)
        first, *others = [len(getattr(table, column.name)) for column in fields(table)]
        for other in others:
            yield from _length(name, other, first)


def _length(subject: str, found: int, expected: int) -> Iterator[Breach]:
    if found != expected:
        yield Breach(subject, None, f"{found} rows", f"{expected} rows")


def _references(replay: Replay) -> Iterator[Breach]:
    ledger, lanes, stocks = replay.ledger, len(replay.world.lanes), len(replay.stocks)
    orders, visits = len(ledger.orders.lane), len(ledger.visits)
    yield from _within("visits.fate", ledger.visits.fate, len(Fate))
    yield from _within("visits.exit", ledger.visits.exit, len(Exit))
    yield from _within("waits.event", ledger.waits.event, len(Wait))
    yield from _within("waits.visit", ledger.waits.visit, visits)
    yield from _within("moves.event", ledger.moves.event, len(Move))
    yield from _within("moves.stock", ledger.moves.stock, stocks)
    yield from _within("moves.order", ledger.moves.order, orders)
    yield from _within("orders.stock", ledger.orders.stock, stocks)
    yield from _within("orders.lane", ledger.orders.lane, lanes)
    for name in _STAMPED:
        yield from _within(f"{name}.seen", getattr(ledger, name).seen, len(replay.tape.visits) + 1)
    yield from _more_references(replay)


def _more_references(replay: Replay) -> Iterator[Breach]:
    ledger, visits, orders = replay.ledger, len(replay.ledger.visits), len(replay.ledger.orders.lane)
    members = 0 if replay.world.panel is None else replay.world.panel.members
    for name in ("swaps", "sizes", "notices", "regard", "reviews", "contacts", "back", "parcels", "direct"):
        yield from _within(f"{name}.visit", getattr(ledger, name).visit, visits)
    for name in ("dates", "cancels", "docks"):
        yield from _within(f"{name}.order", getattr(ledger, name).order, orders)
    yield from _within("returns.intent", ledger.returns.intent, len(replay.tape.visits))
    yield from _within("returns.before", ledger.returns.before, visits)
    yield from _within("returns.cause", ledger.returns.cause, len(Return))
    yield from _within("swaps.stock", ledger.swaps.stock, len(replay.stocks))
    yield from _within("records.stock", ledger.records.stock, len(replay.stocks))
    yield from _within("records.kind", ledger.records.kind, len(Slip))
    yield from _within("records.about", ledger.records.about + 1, max(visits, orders) + 1)
    yield from _within("counts.stock", ledger.counts.stock, len(replay.stocks))
    yield from _within("parcels.stock", ledger.parcels.stock, len(replay.stocks))
    yield from _within("notices.kind", ledger.notices.kind, len(Notice))
    yield from _within("notices.answer", ledger.notices.answer, len(Answer))
    yield from _within("regard.member", ledger.regard.member, members)
    yield from _within("regard.cause", ledger.regard.cause, len(Cause))


def _within(subject: str, column: NDArray[np.signedinteger], stop: int) -> Iterator[Breach]:
    for row in np.flatnonzero((column < 0) | (column >= stop)).tolist():
        yield Breach(f"{subject}[{row}]", None, int(column[row]), f"0 to {stop - 1}")


def _close(replay: Replay) -> Iterator[Breach]:
    if replay.ledger.close != replay.world.calendar.close:
        yield Breach("the run", None, f"closes at {replay.ledger.close} s", f"{replay.world.calendar.close} s")


FORM = (
    Law("length", "Every visit of the tape, return and stock has one row, and columns are equally long.", _lengths),
    Law("reference", "Every code is a word of the ledger, and every row that is named exists.", _references),
    Law("close", "The run closes when the calendar says.", _close),
)
"""Broken ones leave nothing to replay: the other laws are then not looked at."""
