"""Receipts on their way: what a shop knew of them at each visit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.supply import confirms_at_once, first_placed
from sim.ledger.auditing.track import Bools, Int64
from sim.words import Move, Slip


def missing(replay: Replay) -> Int64:
    """Units that must still come before each visitor can be served after all who wait already."""
    return replay.backlog_at_visit + replay.units - replay.hand_at_visit - _corrected(replay)


def _corrected(replay: Replay) -> Int64:
    """By how much the record of what each visitor met changed because a pick for that visitor failed at once."""
    records, change = replay.ledger.records, np.zeros(len(replay.time), dtype=np.int64)
    rows = np.flatnonzero((records.kind == Slip.PICK_FAILED) & (records.about >= 0))
    visit = records.about[rows]
    own = (records.time[rows] == replay.time[visit]) & (records.stock[rows] == replay.visit_stock[visit])
    own &= replay.came(records.seen[rows], records.seq[rows]) == replay.ordinal[visit] + 1
    first, at = np.unique(visit[own], return_index=True)
    change[first] = records.record[rows[own][at]]
    return change


def inbound_at_visit(replay: Replay) -> Int64:
    """Units that were confirmed to the stock of each visitor and not yet posted."""
    orders, known = replay.ledger.orders, np.zeros(len(replay.time), dtype=np.int64)
    left, posted, crossed = known_came(replay), posted_came(replay), crossed_came(replay)
    for stock in range(len(replay.stocks)):
        level = np.zeros(len(known) + 2, dtype=np.int64)
        rows = np.flatnonzero((orders.stock == stock) & (orders.confirmed >= 0))
        np.add.at(level, left[rows], orders.units[rows])
        np.add.at(level, crossed[rows], -replay.crossed[rows])
        np.add.at(level, posted[rows], replay.crossed[rows] - orders.units[rows])
        here = replay.visit_stock == stock
        known[here] = np.cumsum(level)[:-2][replay.ordinal[here]]
    return known


def left_came(replay: Replay) -> Int64:
    """How many visits had come when each order left: those before that second, and the one that set it off."""
    orders = replay.ledger.orders
    before = np.searchsorted(replay.clock, orders.left, side="left")
    return np.maximum(before, replay.move_came(Move.ISSUED, replay.came(orders.seen, orders.seq)))


def promised(replay: Replay) -> Bools:
    """Whether each order was confirmed when it was placed."""
    orders = replay.ledger.orders
    at_once = np.array([confirms_at_once(replay, lane) for lane in range(len(replay.world.lanes))], dtype=np.bool_)
    return np.asarray(at_once[orders.lane] & (np.arange(len(orders.lane)) >= first_placed(replay)), dtype=np.bool_)


def known_came(replay: Replay) -> Int64:
    """How many visits had come when each order was first confirmed: on placing, or when it left."""
    orders = replay.ledger.orders
    return np.where(promised(replay), replay.came(orders.seen, orders.seq), left_came(replay))


def posted_came(replay: Replay) -> Int64:
    """How many visits had come when each order was posted, cancelled or lost; more than come at all if it was not."""
    orders, ledger = len(replay.ledger.orders.lane), replay.ledger
    came = np.full(orders, len(replay.time) + 1, dtype=np.int64)
    for table in (ledger.cancels, ledger.lost):
        came[table.order] = replay.came(table.seen, table.seq)
    return replay.move_came(Move.POSTED, came)


def crossed_came(replay: Replay) -> Int64:
    """How many visits had come when units of each order crossed the dock; more than come at all if none did."""
    return replay.move_came(Move.CROSSED, np.full(len(replay.ledger.orders.lane), len(replay.time) + 1, dtype=np.int64))


def knows_arrivals(replay: Replay) -> bool:
    """Whether the shop goes by true arrivals and not by confirmed dates."""
    return replay.levers.promise.basis == "oracle" or replay.levers.when_short == "oracle"


@dataclass(frozen=True, eq=False)
class Dated:
    """Receipts on their way, one entry for each date that one ever had, in the order of these; and one more for what
    is left of it when units crossed the dock."""

    order: Int64
    date: Int64
    since: Int64
    """Visits before it had this date."""
    until: Int64
    """Visits before it had another, or was posted."""
    units: Int64


def dated(replay: Replay) -> Dated:
    """All receipts with the dates that the shop goes by."""
    orders, close = replay.ledger.orders, replay.ledger.close
    order, date = np.flatnonzero(orders.confirmed >= 0), orders.confirmed
    since, until = known_came(replay), posted_came(replay)
    if knows_arrivals(replay):
        date = np.where(orders.arrived < 0, close, orders.arrived)[order]
        return _sorted(replay, order, date, since[order], until[order])
    again = replay.ledger.dates
    rows = np.concatenate((order, again.order))
    starts = np.concatenate((since[order], replay.came(again.seen, again.seq)))
    versions = np.lexsort((np.arange(len(rows)), rows))
    ends = until[rows]
    same = rows[versions[1:]] == rows[versions[:-1]]
    ends[versions[:-1][same]] = starts[versions[1:][same]]
    return _sorted(replay, rows, np.concatenate((date[order], again.confirmed)), starts, ends)


def _sorted(replay: Replay, order: Int64, date: Int64, since: Int64, until: Int64) -> Dated:
    """In the order of dates, each entry divided at the moment when units crossed the dock."""
    units, crossed, at = replay.ledger.orders.units.astype(np.int64), replay.crossed, crossed_came(replay)
    again = np.flatnonzero((crossed[order] > 0) & (until > at[order]))
    columns = (order, date, since, np.minimum(until, at[order]), units[order])
    rest = order[again]
    more = (rest, date[again], np.maximum(since[again], at[rest]), until[again], (units - crossed)[rest])
    whole = [np.concatenate(pair) for pair in zip(columns, more, strict=True)]
    by_date = np.lexsort((whole[2], whole[1]))
    return Dated(*(column[by_date] for column in whole))


class _Receipts:
    """Receipts in the order of their dates, of which those known at the moment count (a Fenwick tree)."""

    def __init__(self, size: int) -> None:
        self._sums = [0] * (size + 1)
        self._half = 1 << size.bit_length()

    def add(self, place: int, units: int) -> None:
        """Units become known at a place, or are taken away again."""
        place += 1
        while place < len(self._sums):
            self._sums[place] += units
            place += place & -place

    def covering(self, needed: int) -> int:
        """The first place up to which the units are enough; the number of places if all are too few."""
        place, step = 0, self._half
        while step:
            if place + step < len(self._sums) and self._sums[place + step] < needed:
                place += step
                needed -= self._sums[place]
            step >>= 1
        return place


@dataclass(frozen=True, eq=False)
class Pegs:
    """The receipt that somebody would be served from; order -1 for none. One entry for each who asks."""

    order: Int64
    date: Int64


def pegged(replay: Replay, asking: Bools) -> Pegs:
    """The order each asking visitor would be served from: the first by date that, with those before it, covers all
    that is missing; -1 where none does, and for those who do not ask."""
    pegs = Pegs(np.full(len(asking), -1, dtype=np.int64), np.zeros(len(asking), dtype=np.int64))
    receipts, stocks = dated(replay), replay.ledger.orders.stock
    for stock in range(len(replay.stocks)):
        mine = np.flatnonzero(stocks[receipts.order] == stock)
        visits = np.flatnonzero(asking & (replay.visit_stock == stock))
        visits = visits[np.argsort(replay.ordinal[visits], kind="stable")]
        for visit, place in _places(replay, receipts, mine, visits):
            if place < len(mine):
                pegs.order[visit], pegs.date[visit] = receipts.order[mine[place]], receipts.date[mine[place]]
    return pegs


def _places(replay: Replay, receipts: Dated, mine: Int64, visits: Int64) -> Iterator[tuple[int, int]]:
    """Each visit, in order, with the place among the receipts that covers what is missing."""
    units = receipts.units[mine].tolist()
    needed, now = missing(replay)[visits].tolist(), replay.ordinal[visits].tolist()
    came = np.concatenate((receipts.since[mine], receipts.until[mine]))
    changes, known, done = np.argsort(came, kind="stable").tolist(), _Receipts(len(mine)), 0
    for visit, ordinal, need in zip(visits.tolist(), now, needed, strict=True):
        while done < len(changes) and came[changes[done]] <= ordinal:
            gone, place = divmod(changes[done], len(mine))
            known.add(place, -units[place] if gone else units[place])
            done += 1
        yield visit, known.covering(max(need, 1))
