"""Laws of fates: every visit has exactly one, and its rows tell the same story."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

import numpy as np

from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Bools, Int64
from sim.scenario.classes import leaving_of, returns_of
from sim.scenario.customers import Customers, Leaving
from sim.words import GAVE_UP, LEFT, Exit, Fate, Wait

_WAYS: Final = MappingProxyType(
    {
        Fate.RENEGED: (Wait.RENEGED, Wait.DECLINED),
        Fate.CHANGED_MIND: (Wait.CHANGED_MIND,),
        Fate.SELLER_CANCELLED: (Wait.SELLER_CANCELLED,),
        Fate.NO_CONSENT: (Wait.NO_CONSENT,),
    }
)
"""By which ways those left who joined, by fate."""


def of_visits(replay: Replay, wrong: Bools, found: object, expected: object) -> Iterator[Breach]:
    """A breach for each visit marked as wrong; columns give their own entry, anything else stands as it is."""
    for visit in np.flatnonzero(wrong).tolist():
        said, due = (value[visit].tolist() if isinstance(value, np.ndarray) else value for value in (found, expected))
        fate = Fate(int(replay.ledger.visits.fate[visit])).name
        yield Breach(f"visit {visit} ({fate})", int(replay.time[visit]), said, due)


def _fate(replay: Replay) -> Iterator[Breach]:
    rows, sums = replay.ledger.visits, replay.waited
    wanted = np.where(replay.joined, replay.ordered, replay.short)
    direct, sent = replay.accepted & ~replay.joined, ~replay.unsent
    some, untouched = wanted > 0, (sums.granted == 0) & (sums.leavings == 0) & (sums.trimmed == 0)
    got, stayed = sums.granted + sums.trimmed, sums.leavings == 0
    left = (got + sums.given_up == wanted) & (sums.given_up > 0) & (sums.leavings == 1) & (sums.trimmed == 0)
    right = {
        Fate.SERVED: (wanted == 0) & untouched & sent,
        Fate.OUT_OF_STOCK: some & untouched,
        Fate.BALKED: some & untouched,
        Fate.FULFILLED: some & sent & np.where(direct, untouched, (got == wanted) & (sums.granted > 0)) & stayed,
        Fate.PENDING: np.where(direct, untouched, (~sent & (got == wanted)) | ((got < wanted) & (sums.trimmed == 0)))
        & stayed,
        Fate.ABSENT: untouched & (rows.now == 0),
        Fate.NO_INTENT: untouched & (rows.now == 0),
        **{fate: left & np.isin(sums.way, ways) for fate, ways in _WAYS.items()},
    }
    right[Fate.SELLER_CANCELLED] = np.where(replay.joined, right[Fate.SELLER_CANCELLED], some & untouched)
    agrees = np.choose(rows.fate, [right[each] for each in Fate]) & (rows.now >= 0)
    found = np.stack((rows.now, wanted, sums.granted, sums.trimmed, sums.given_up, sums.leavings, sums.way), axis=1)
    expected = "[now, still wanted, granted, given back, given up, leavings, way] that fit the fate"
    yield from of_visits(replay, ~agrees, found, expected)


def _waits(replay: Replay) -> Iterator[Breach]:
    waits = replay.ledger.waits
    left_at = np.full(len(replay.time), np.iinfo(np.int64).max, dtype=np.int64)
    leaving = (waits.event != Wait.GRANTED) & (waits.event != Wait.TRIMMED)
    left_at[waits.visit[leaving]] = waits.seq[leaving]
    checks = (
        (~replay.joined[waits.visit], "a row", "none: the customer did not join"),
        (replay.came(waits.seen, waits.seq) <= replay.ordinal[waits.visit], "before the visit", "after the visit"),
        (waits.units < 1, "no units", "1 unit or more"),
        (waits.seq > left_at[waits.visit], "after leaving", "before leaving"),
    )
    for wrong, found, expected in checks:
        for row in np.flatnonzero(wrong).tolist():
            yield Breach(f"waits[{row}] of visit {waits.visit[row]}", int(waits.time[row]), found, expected)


def ways_out(replay: Replay) -> Int64:
    """Where each visitor goes who leaves with less than wanted, and neither takes a substitute nor signs the list."""

    def split(customers: Customers) -> Leaving:
        return leaving_of(customers, replay.product(customers).customer_class)

    def most(customers: Customers) -> float:
        returns = returns_of(customers, replay.product(customers).customer_class)
        return np.inf if returns is None else returns.most

    later = np.arange(replay.everyone.count, len(replay.time), dtype=np.int64)
    u = np.concatenate((replay.tape.visits.exit.astype(np.float64), replay.thrown("exit", later)))
    competitor = replay.by_stream(lambda c: split(c).competitor)
    either = replay.by_stream(lambda c: split(c).competitor + split(c).defer)
    defers = (u < either) & (replay.turn < replay.by_stream(most))
    return np.where(u < competitor, int(Exit.COMPETITOR), np.where(defers, int(Exit.DEFER), int(Exit.ABANDON)))


def _exit(replay: Replay) -> Iterator[Breach]:
    fates, exits = replay.ledger.visits.fate, replay.ledger.visits.exit
    gone, waited = np.isin(fates, LEFT), replay.joined & np.isin(fates, GAVE_UP)
    expected = np.where(gone, ways_out(replay), Exit.NONE)
    stayed = gone & ~waited & np.isin(exits, (Exit.NOTIFY, Exit.SUBSTITUTE))
    names = np.array([each.name for each in Exit])
    yield from of_visits(replay, (exits != expected) & ~stayed, names[exits], names[expected])


def _ended(replay: Replay) -> Iterator[Breach]:
    rows, time, sums = replay.ledger.visits, replay.time, replay.waited
    nothing = np.zeros_like(time)
    left = np.where(replay.joined, sums.left - time, 0)
    delivered = _delivered(replay) - time
    due = {
        Fate.SERVED: delivered,
        Fate.FULFILLED: delivered,
        Fate.PENDING: replay.ledger.close - time,
        **dict.fromkeys(GAVE_UP, left),
    }
    expected = np.choose(rows.fate, [due.get(each, nothing) for each in Fate])
    yield from of_visits(replay, rows.ended != expected, rows.ended, expected)


def _delivered(replay: Replay) -> Int64:
    """When the last unit of each visitor who was sent everything is there."""
    direct, sent = replay.ledger.direct, replay.sent + replay.last_mile
    bought = np.where(replay.ledger.visits.now > 0, replay.time, -1)
    ready = np.where(replay.joined, replay.waited.last_grant, bought)
    fixed = np.where((ready >= 0) | ~replay.accepted, np.maximum(ready, replay.time) + replay.outbound, -1)
    delivered = np.where(replay.sent >= 0, sent, fixed)
    np.maximum.at(delivered, direct.visit, direct.delivered)
    return delivered


FATES = (
    Law("fate", "What a visitor got at once, was granted and gave up are the units that the one fate says.", _fate),
    Law("waits", "Only those who joined are granted units or leave, and nobody is granted after leaving.", _waits),
    Law(
        "exit",
        "Those who leave go where dice and their leave split say, or take a substitute or sign the list if they did "
        "not wait; nobody comes back more often than at most, and nobody else goes anywhere.",
        _exit,
    ),
    Law(
        "ended",
        "A fate is settled at delivery of the last unit, at the moment of leaving, at once, or at the close.",
        _ended,
    ),
)
