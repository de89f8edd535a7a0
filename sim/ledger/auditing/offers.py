"""Laws of offers: what the page showed, to whom, and what they made of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing.fates import of_visits
from sim.ledger.auditing.inbound import inbound_at_visit, missing
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Bools, Int64
from sim.scenario.policies import Ordered
from sim.words import FOREVER, Fate


def available(replay: Replay) -> Int64:
    """Units that each visitor could buy at once: nothing while anyone waits whom nobody may overtake."""
    allocate = replay.levers.allocate
    held = isinstance(allocate, Ordered) and allocate.overtaking == "never"
    return np.where(held & (replay.backlog_at_visit > 0), 0, replay.hand_at_visit)


def _status(replay: Replay) -> Iterator[Breach]:
    units, free, rows = replay.tape.visits.units, available(replay), replay.ledger.visits
    covered = units <= free
    served = rows.fate == Fate.SERVED
    yield from of_visits(replay, served & ~covered, "served", free)
    yield from of_visits(replay, ~served & covered, "not served", free)
    least = free if replay.levers.ship == "partial" else np.zeros_like(free)
    now = np.where(covered, units, least)
    yield from of_visits(replay, rows.now != now, rows.now, now)


def _pegged(replay: Replay) -> Bools:
    """Whether confirmed receipts cover all that waits in front of each visitor and the visitor's own shortage."""
    return missing(replay) <= inbound_at_visit(replay)


def within_cap(replay: Replay) -> Bools:
    """Whether the cap leaves room for what each visitor could not have at once."""
    cap = FOREVER if replay.levers.cap is None else replay.levers.cap
    return replay.backlog_at_visit + replay.short <= cap


def _permitted(replay: Replay) -> tuple[Bools, Bools]:
    """Whether each visitor who fell short may, and whether must, be offered a backorder."""
    levers, short = replay.levers, replay.ledger.visits.fate != Fate.SERVED
    if levers.when_short == "out_of_stock":
        return np.zeros_like(short), np.zeros_like(short)
    if levers.when_short == "hybrid":
        may = short & within_cap(replay) & _pegged(replay)
        return may & (replay.ledger.visits.hi <= levers.limits.horizon), np.zeros_like(short)
    pegged = _pegged(replay) if levers.only == "confirmed_inbound" else np.ones_like(short)
    may = short & within_cap(replay) & pegged
    return may, may


def _offer(replay: Replay) -> Iterator[Breach]:
    rows = replay.ledger.visits
    offered = replay.joined | (rows.fate == Fate.BALKED)
    window = (rows.lo >= 0) & (rows.lo <= rows.hi)
    none = (rows.lo == -1) & (rows.hi == -1)
    said = np.stack((rows.lo, rows.hi), axis=1)
    yield from of_visits(replay, offered & ~window, said, "[lo, hi] with 0 <= lo <= hi")
    yield from of_visits(replay, ~offered & ~none, said, "[-1, -1]: no backorder was offered")
    may, must = _permitted(replay)
    yield from of_visits(replay, offered & ~may, "a backorder offered", "out of stock")
    yield from of_visits(replay, ~offered & must, "no backorder offered", "one")


def _acceptance(replay: Replay) -> Iterator[Breach]:
    visits, rows = replay.tape.visits, replay.ledger.visits
    eta = replay.by_stream(lambda c: c.eta_aversion)
    share = replay.by_stream(lambda c: np.nan if c.acceptance is None else c.acceptance)
    wait = rows.lo + eta * (rows.hi.astype(np.float64) - rows.lo)
    accepts = np.where(np.isnan(share), wait <= visits.patience, visits.accept.astype(np.float64) < share)
    yield from of_visits(replay, replay.joined & ~accepts, "joined", "balked")
    yield from of_visits(replay, (rows.fate == Fate.BALKED) & accepts, "balked", "joined")


def _leaving_times(replay: Replay) -> tuple[Int64, Int64]:
    """When each visitor would renege, and change their mind, having joined; after any run for never."""
    visits = replay.tape.visits
    never = np.int64(2**62)
    hi = replay.ledger.visits.hi.astype(np.int64)
    longest = np.maximum(visits.patience.astype(np.int64), hi)
    chi = replay.by_stream(lambda c: c.after_broken)
    stays = np.floor(chi * (longest - hi)).astype(np.int64)
    reneges = np.where(longest >= FOREVER, never, visits.time + hi + stays)
    whims = np.where(visits.whim >= FOREVER, never, visits.time + visits.whim)
    return reneges, whims


def _leaving(replay: Replay) -> Iterator[Breach]:
    sums, fate = replay.waited, replay.ledger.visits.fate
    reneges, whims = _leaving_times(replay)
    first = np.minimum(reneges, whims)
    for mine, due in ((Fate.RENEGED, reneges <= whims), (Fate.CHANGED_MIND, whims < reneges)):
        left = fate == mine
        yield from of_visits(replay, left & ~due, "left for this", "the other cause came first")
        yield from of_visits(replay, left & (sums.left != first), sums.left, first)
    kept = (fate == Fate.FULFILLED) & (sums.last_grant > first)
    yield from of_visits(replay, kept, sums.last_grant, first)
    yield from of_visits(replay, (fate == Fate.PENDING) & (first < replay.ledger.close), "waits at the close", first)


def _backlog(replay: Replay) -> Iterator[Breach]:
    """The waiting units by the fates against those by the events."""
    sums, orders = replay.waited, replay.ledger.orders
    pending = replay.ledger.visits.fate == Fate.PENDING
    waiting = np.where(pending, replay.short - sums.granted, 0)
    for number, track in enumerate(replay.tracks):
        for event in np.flatnonzero(track.backlog[1:] < 0).tolist():
            found = f"backlog {track.backlog[event + 1]}"
            yield Breach(replay.name(number), int(track.time[event]), found, "0 or more")
        claims = orders.units[(replay.source_stock == number) & (orders.filled < 0)].sum()
        expected = int(waiting[replay.visit_stock == number].sum() + claims)
        if track.backlog[-1] != expected:
            yield Breach(replay.name(number), None, f"backlog {track.backlog[-1]}", f"{expected} still waiting")


OFFERS = (
    Law(
        "status",
        "A visitor was served at once if and only if the available stock covered the wish; a short one got what the "
        "shipping rule gives.",
        _status,
    ),
    Law(
        "offer",
        "A backorder with a window was offered where the levers allow it, within the cap and covered by confirmed "
        "receipts where they ask for that, and nowhere else.",
        _offer,
    ),
    Law("acceptance", "A visitor joined if and only if tape and window say yes.", _acceptance),
    Law(
        "leaving",
        "A waiting customer leaves exactly when patience, a broken promise or a change of mind says, unless all was "
        "granted by then.",
        _leaving,
    ),
    Law("backlog", "The backlog is what was joined or ordered and is not resolved, and is never negative.", _backlog),
)
