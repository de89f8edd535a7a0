"""Receipts on their way: what a shop knew of them at each visit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Bools, Int64
from sim.words import Move


def missing(replay: Replay) -> Int64:
    """Units that must still come before each visitor can be served after all who wait already."""
    return replay.backlog_at_visit + replay.tape.visits.units - replay.hand_at_visit


def inbound_at_visit(replay: Replay) -> Int64:
    """Units that had left their source for the stock of each visitor and were not yet posted."""
    orders, known = replay.ledger.orders, np.zeros(len(replay.tape.visits), dtype=np.int64)
    left, posted = _left_seen(replay), _posted_seen(replay)
    for stock in range(len(replay.stocks)):
        level = np.zeros(len(known) + 2, dtype=np.int64)
        rows = np.flatnonzero((orders.stock == stock) & (orders.left >= 0))
        np.add.at(level, left[rows], orders.units[rows])
        np.add.at(level, posted[rows], -orders.units[rows])
        here = replay.visit_stock == stock
        known[here] = np.cumsum(level)[:-2][here]
    return known


def _left_seen(replay: Replay) -> Int64:
    """How many visits had come when each order left: those before that second, and the one that set it off."""
    orders = replay.ledger.orders
    before = np.searchsorted(replay.tape.visits.time, orders.left, side="left")
    return np.maximum(before, replay.move_seen(Move.ISSUED, orders.seen))


def _posted_seen(replay: Replay) -> Int64:
    """How many visits had come when each order was posted; more than come at all if it was not."""
    orders = len(replay.ledger.orders.lane)
    return replay.move_seen(Move.POSTED, np.full(orders, len(replay.tape.visits) + 1, dtype=np.int64))


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


def pegged(replay: Replay, dates: Int64, asking: Bools) -> Int64:
    """The order each asking visitor would be served from: the first by date that, with those before it, covers all
    that is missing; -1 where none does, and for those who do not ask."""
    found = np.full(len(asking), -1, dtype=np.int64)
    for stock in range(len(replay.stocks)):
        rows = np.flatnonzero((replay.ledger.orders.stock == stock) & (replay.ledger.orders.left >= 0))
        rows = rows[np.argsort(dates[rows], kind="stable")]
        for visit, place in _places(replay, rows, np.flatnonzero(asking & (replay.visit_stock == stock))):
            if place < len(rows):
                found[visit] = rows[place]
    return found


def _places(replay: Replay, rows: Int64, visits: Int64) -> Iterator[tuple[int, int]]:
    """Each visit with the place among the orders, sorted by date, that covers what is missing."""
    units, needed = replay.ledger.orders.units[rows].tolist(), missing(replay)[visits].tolist()
    seen = np.concatenate((_left_seen(replay)[rows], _posted_seen(replay)[rows]))
    changes, known, done = np.argsort(seen, kind="stable").tolist(), _Receipts(len(rows)), 0
    for visit, need in zip(visits.tolist(), needed, strict=True):
        while done < len(changes) and seen[changes[done]] <= visit:
            gone, place = divmod(changes[done], len(rows))
            known.add(place, -units[place] if gone else units[place])
            done += 1
        yield visit, known.covering(need)
