"""Laws of offers: what the page showed, to whom, and what they made of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing.demand import daily_demand
from sim.ledger.auditing.direct import taken_over
from sim.ledger.auditing.fates import of_visits
from sim.ledger.auditing.inbound import inbound_at_visit, missing
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.minds import accepts, at_once, forced
from sim.ledger.auditing.places import shut_out
from sim.ledger.auditing.recall import recalled
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.sight import free_at_visit, shelf_at_visit, shown, sold_whole
from sim.ledger.auditing.track import Bools, Int64
from sim.words import DAY, FOREVER, Fate


def available(replay: Replay) -> Int64:
    """Units that each visitor could buy at once by the page: of the last units nothing for those who matter less."""
    reserve, seen = replay.levers.reserve, np.where(shut_out(replay), 0, shown(replay))
    if reserve is None:
        return seen
    lesser = replay.by_stream(lambda c: c.priority) > reserve.priority
    return np.where(lesser, np.maximum(seen - reserve.units, 0), seen)


def _is_there(replay: Replay) -> Bools:
    """Whether record and shelf hold what each visitor wants."""
    return np.asarray((replay.units <= free_at_visit(replay)) & (replay.units <= shelf_at_visit(replay)))


def _in_part(replay: Replay) -> Int64:
    """Units that each visitor has at once whose order is split: what is free of what the page shows, and there."""
    free, shelf, units = free_at_visit(replay), shelf_at_visit(replay), replay.units
    kept = np.maximum(free - available(replay), 0)
    now = np.minimum(units, np.maximum(free - kept, 0))
    corrects = replay.levers.keep.failed_picks == "corrected"
    rest = np.where((free == replay.hand_at_visit) & corrects, shelf, 0)
    there: Int64 = np.where(now > shelf, np.maximum(np.minimum(now, rest - kept), 0), now)
    return there


def _status(replay: Replay) -> Iterator[Breach]:
    units, shows, rows = replay.units, available(replay), replay.ledger.visits
    covered, came, there = units <= shows, ~replay.away, _is_there(replay)
    served = (rows.fate == Fate.SERVED) | sold_whole(replay)
    yield from of_visits(replay, served & ~(covered & there), "served", shows)
    yield from of_visits(replay, came & ~served & covered & there, "not served", shows)
    due = came & covered & ~there
    yield from of_visits(replay, due != forced(replay), forced(replay), due)
    partial = (replay.levers.ship == "partial") & ~replay.swapped_first
    now = np.where(covered & there, units, np.where(partial, _in_part(replay), 0))
    yield from of_visits(replay, came & (rows.now != now), rows.now, now)


def asked(replay: Replay) -> Bools:
    """Visitors who were shown the page of a product that was short."""
    met = ~replay.away & ~forced(replay) & ~sold_whole(replay) & ~shut_out(replay)
    return np.asarray(met & (replay.ledger.visits.fate != Fate.SERVED) & ~replay.swapped_first)


def is_pegged(replay: Replay) -> Bools:
    """Whether confirmed receipts cover all that waits in front of each visitor and the visitor's own shortage, for whom
    nobody looks who has a drop-shipper."""
    covered = np.maximum(missing(replay), 1) <= inbound_at_visit(replay)
    return np.asarray(covered & ~taken_over(replay))


def within_cap(replay: Replay) -> Bools:
    """Whether the caps leave room for what each visitor could not have at once."""
    levers = replay.levers
    most = np.full(len(replay.stocks), FOREVER if levers.cap is None else levers.cap, dtype=np.int64)
    if levers.cap_days is not None:
        days = levers.cap_days / DAY
        daily = [int(days * daily_demand(replay.world, *stock) + 1e-9) for stock in replay.stocks]
        most = np.minimum(most, daily)
    fits = replay.backlog_at_visit + replay.short <= most[replay.visit_stock]
    if levers.when_short == "preorder":
        share = np.floor(levers.preorder.cap * inbound_at_visit(replay) + 1e-9)
        fits &= replay.backlog_at_visit + replay.short <= share
    return np.asarray(fits)


def permitted(replay: Replay) -> tuple[Bools, Bools]:
    """Whether each visitor may be offered a backorder, and whether one is sure to be, but for a last date."""
    levers, short = replay.levers, asked(replay)
    nobody = np.zeros_like(short)
    if levers.when_short == "out_of_stock":
        return nobody, nobody
    looks = levers.only == "confirmed_inbound" or levers.when_short in ("hybrid", "preorder")
    may = short & within_cap(replay) & (is_pegged(replay) if looks else True)
    if levers.when_short == "by_class":
        classes = replay.by_stream(lambda c: replay.product(c).customer_class in levers.classes)
        may &= classes.astype(np.bool_)
    if levers.when_short == "hybrid":
        may &= replay.ledger.visits.hi <= levers.limits.horizon
    return may, may if levers.when_short in ("backorder", "preorder", "by_class") else nobody


def last_promise(replay: Replay) -> Int64:
    """The longest promise that each visitor may be given, by the last date of all."""
    until = replay.levers.promise.until
    last = FOREVER * 2 if until is None else until + replay.world.calendar.warm_up
    return last - replay.time


def _offer(replay: Replay) -> Iterator[Breach]:
    rows = replay.ledger.visits
    offered = replay.accepted | (rows.fate == Fate.BALKED)
    window = (rows.lo >= 0) & (rows.lo <= rows.hi)
    none = (rows.lo == -1) & (rows.hi == -1)
    said = np.stack((rows.lo, rows.hi), axis=1)
    yield from of_visits(replay, offered & ~window, said, "[lo, hi] with 0 <= lo <= hi")
    yield from of_visits(replay, ~offered & ~none, said, "[-1, -1]: no backorder was offered")
    may, must = permitted(replay)
    may &= rows.hi <= last_promise(replay)
    yield from of_visits(replay, offered & ~may & ~forced(replay), "a backorder offered", "out of stock")
    if replay.levers.promise.until is None:
        yield from of_visits(replay, ~offered & must, "no backorder offered", "one")


def _acceptance(replay: Replay) -> Iterator[Breach]:
    fate, in_turn = replay.ledger.visits.fate, ~at_once(replay) & recalled(replay).sure
    takes = accepts(replay) | forced(replay)
    yield from of_visits(replay, replay.accepted & in_turn & ~takes, "joined", "balked")
    yield from of_visits(replay, (fate == Fate.BALKED) & in_turn & takes, "balked", "joined")


def _backlog(replay: Replay) -> Iterator[Breach]:
    """The waiting units by the fates against those by the events."""
    sums, orders = replay.waited, replay.ledger.orders
    pending = (replay.ledger.visits.fate == Fate.PENDING) & replay.joined & ~replay.got_all
    waiting = np.where(pending, replay.ordered - sums.granted, 0)
    for number, track in enumerate(replay.tracks):
        for event in np.flatnonzero(track.backlog[1:] < 0).tolist():
            found = f"backlog {track.backlog[event + 1]}"
            yield Breach(replay.name(number), int(track.time[event]), found, "0 or more")
        open_ = (orders.filled < 0) & (replay.cancelled > replay.ledger.close)
        claims = orders.units[(replay.source_stock == number) & open_].sum()
        expected = int(waiting[replay.visit_stock == number].sum() + claims)
        if track.backlog[-1] != expected:
            yield Breach(replay.name(number), None, f"backlog {track.backlog[-1]}", f"{expected} still waiting")


OFFERS = (
    Law(
        "status",
        "A visitor was served at once if and only if the stock on the page covered the wish and was there; an order "
        "for what was not there is forced to wait or cancelled, and a short visitor got what the shipping rule gives.",
        _status,
    ),
    Law(
        "offer",
        "A backorder with a window was offered where the levers allow it, within the caps, before the last date and "
        "covered by confirmed receipts where they ask for that, and nowhere else.",
        _offer,
    ),
    Law("acceptance", "A visitor joined if and only if tape, window, regard and dice say yes.", _acceptance),
    Law("backlog", "The backlog is what was joined or ordered and is not resolved, and is never negative.", _backlog),
)
