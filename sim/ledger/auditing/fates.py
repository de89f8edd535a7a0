"""Laws of fates: every visit has exactly one, and its rows tell the same story."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Bools
from sim.scenario.classes import leaving_of
from sim.scenario.customers import Customers, Leaving
from sim.words import LEFT, Exit, Fate, Wait


def of_visits(replay: Replay, wrong: Bools, found: object, expected: object) -> Iterator[Breach]:
    """A breach for each visit marked as wrong; columns give their own entry, anything else stands as it is."""
    for visit in np.flatnonzero(wrong).tolist():
        said, due = (value[visit].tolist() if isinstance(value, np.ndarray) else value for value in (found, expected))
        fate = Fate(int(replay.ledger.visits.fate[visit])).name
        yield Breach(f"visit {visit} ({fate})", int(replay.tape.visits.time[visit]), said, due)


def _fate(replay: Replay) -> Iterator[Breach]:
    rows, sums, short = replay.ledger.visits, replay.waited, replay.short
    untouched = (sums.granted == 0) & (sums.leavings == 0)
    left = (sums.granted + sums.given_up == short) & (sums.given_up > 0) & (sums.leavings == 1)
    right = {
        Fate.SERVED: (short == 0) & untouched,
        Fate.OUT_OF_STOCK: (short > 0) & untouched,
        Fate.BALKED: (short > 0) & untouched,
        Fate.FULFILLED: (short > 0) & (sums.granted == short) & (sums.leavings == 0),
        Fate.RENEGED: left & (sums.whims == 0),
        Fate.CHANGED_MIND: left & (sums.whims == 1),
        Fate.PENDING: (sums.granted < short) & (sums.leavings == 0),
    }
    agrees = np.choose(rows.fate, [right[each] for each in Fate]) & (rows.now >= 0)
    found = np.stack((rows.now, short, sums.granted, sums.given_up, sums.leavings, sums.whims), axis=1)
    expected = "[now, short, granted, given up, leavings, changes of mind] that fit the fate"
    yield from of_visits(replay, ~agrees, found, expected)


def _waits(replay: Replay) -> Iterator[Breach]:
    waits = replay.ledger.waits
    left_at = np.full(len(replay.tape.visits), np.iinfo(np.int64).max, dtype=np.int64)
    leaving = waits.event != Wait.GRANTED
    left_at[waits.visit[leaving]] = waits.seq[leaving]
    checks = (
        (~replay.joined[waits.visit], "a row", "none: the customer did not join"),
        (waits.seen <= waits.visit, "before the visit", "after the visit"),
        (waits.units < 1, "no units", "1 unit or more"),
        (waits.seq > left_at[waits.visit], "after leaving", "before leaving"),
    )
    for wrong, found, expected in checks:
        for row in np.flatnonzero(wrong).tolist():
            yield Breach(f"waits[{row}] of visit {waits.visit[row]}", int(waits.time[row]), found, expected)


def _exit(replay: Replay) -> Iterator[Breach]:
    def split(customers: Customers) -> Leaving:
        return leaving_of(customers, replay.world.products[customers.buys].customer_class)

    u, exits = replay.tape.visits.exit.astype(np.float64), replay.ledger.visits.exit
    competitor = replay.by_stream(lambda c: split(c).competitor)
    either = replay.by_stream(lambda c: split(c).competitor + split(c).defer)
    gone = np.where(u < competitor, Exit.COMPETITOR, np.where(u < either, Exit.DEFER, Exit.ABANDON))
    expected = np.where(np.isin(replay.ledger.visits.fate, LEFT), gone, Exit.NONE)
    names = np.array([each.name for each in Exit])
    yield from of_visits(replay, exits != expected, names[exits], names[expected])


def _ended(replay: Replay) -> Iterator[Breach]:
    rows, time, sums = replay.ledger.visits, replay.tape.visits.time, replay.waited
    nothing = np.zeros_like(time)
    expected = np.choose(
        rows.fate,
        [
            replay.outbound,
            nothing,
            nothing,
            sums.last_grant - time + replay.outbound,
            sums.left - time,
            sums.left - time,
            replay.ledger.close - time,
        ],
    )
    yield from of_visits(replay, rows.ended != expected, rows.ended, expected)


FATES = (
    Law("fate", "What a visitor got at once, was granted and gave up are the units that the one fate says.", _fate),
    Law("waits", "Only those who joined are granted units or leave, and nobody is granted after leaving.", _waits),
    Law("exit", "Those who leave go where the tape and their leave split say; nobody else goes anywhere.", _exit),
    Law(
        "ended",
        "A fate is settled at delivery of the last unit, at the moment of leaving, at once, or at the close.",
        _ended,
    ),
)
