"""From which receipt each of those who wait would be served, whenever the shop looked and said something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sim.ledger.auditing.inbound import knows_arrivals, promised
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Int64, Track, What
from sim.words import Move

_NEVER = 2**62

_Known = list[tuple[int, int, int]]


class Peg(NamedTuple):
    """A receipt that may have been meant when a notice was written."""

    notice: int
    order: int
    """-1 for none."""
    date: int


class _Receipts:
    """The receipts on their way to one stock, as they were known at an instant."""

    def __init__(self, replay: Replay, stock: int) -> None:
        orders, moves, dates = replay.ledger.orders, replay.ledger.moves, replay.ledger.dates
        self.rows = np.flatnonzero((orders.stock == stock) & (orders.confirmed >= 0))
        self._known = knows_arrivals(replay)
        first = np.where(orders.arrived < 0, replay.ledger.close, orders.arrived) if self._known else orders.confirmed
        since = np.where(promised(replay), orders.placed, orders.left)
        self._since, self._units, self._first = since[self.rows], orders.units[self.rows], first[self.rows]
        begun = np.full(len(orders.lane), -1, dtype=np.int64)
        issued, posted = moves.event == Move.ISSUED, moves.event == Move.POSTED
        begun[moves.order[issued]] = moves.seq[issued]
        ended = np.full(len(orders.lane), _NEVER, dtype=np.int64)
        ended[moves.order[posted]] = moves.seq[posted]
        for table in (replay.ledger.cancels, replay.ledger.lost):
            ended[table.order] = table.seq
        self._begun = np.maximum(begun, orders.seq)[self.rows]
        self._ended = ended[self.rows]
        crossed = np.full(len(orders.lane), _NEVER, dtype=np.int64)
        crossed[moves.order[moves.event == Move.CROSSED]] = moves.seq[moves.event == Move.CROSSED]
        self._crossed, self._rest = crossed[self.rows], self._units - replay.crossed[self.rows]
        mine = np.flatnonzero(np.isin(dates.order, self.rows))
        self._news = (dates.seq[mine], np.searchsorted(self.rows, dates.order[mine]), dates.confirmed[mine])
        self._found: dict[int, _Known] = {}
        self._second = -1

    def at(self, time: int, seq: int) -> _Known:
        """Date, units and order of each, in the order of dates."""
        if time != self._second:
            self._second, self._found = time, {}
        if seq not in self._found:
            self._found[seq] = self._at(time, seq)
        return self._found[seq]

    def _at(self, time: int, seq: int) -> _Known:
        dates = self._first.copy()
        if not self._known:
            seqs, places, confirmed = self._news
            until = int(np.searchsorted(seqs, seq))
            dates[places[:until]] = confirmed[:until]
        units = np.where(self._crossed < seq, self._rest, self._units)
        there = np.flatnonzero((self._since <= time) & (self._begun < seq) & (self._ended > seq) & (units > 0))
        there = there[np.argsort(dates[there], kind="stable")]
        columns = (dates[there].tolist(), units[there].tolist(), self.rows[there].tolist())
        return [*zip(*columns, strict=True)]


@dataclass
class _Line:
    """The line of one stock, and how it changed in the present second since the shop first spoke in it."""

    waiting: dict[tuple[bool, int], list[int]] = field(default_factory=dict)
    """Place and units of everybody who waits, in order of joining."""
    joined: int = 0
    hand: int = 0
    ahead: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Place, and units missing up to there, of each customer when the shop first spoke."""
    spoke: int = 0
    """`seq` of its first word."""
    changes: list[tuple[int, int, int]] = field(default_factory=list)
    """Since then: place of a claim, change of its units, change on hand."""
    seqs: list[int] = field(default_factory=list)
    """What has happened after each of them, by `seq`."""

    def join(self, who: tuple[bool, int], units: int) -> None:
        """Somebody begins to wait."""
        self.joined += 1
        self.waiting[who] = [self.joined, units]

    def less(self, who: tuple[bool, int], units: int, hand: int) -> None:
        """Somebody waits for less, and so many units leave the shelf."""
        place = 0
        if who in self.waiting:
            entry = self.waiting[who]
            place, entry[1] = entry[0], entry[1] - units
            if entry[1] <= 0:
                del self.waiting[who]
        self.hand -= hand
        self.changes.append((place, -units if place else 0, -hand))

    def passes(self, seq: int) -> None:
        """Something happened, whether or not it changed the line; visits have no `seq`."""
        if len(self.changes) == len(self.seqs):
            self.changes.append((0, 0, 0))
        last = self.seqs[-1] if self.seqs else self.spoke
        self.seqs += [max(seq + 1, last)] * (len(self.changes) - len(self.seqs))

    def look(self, seq: int) -> None:
        """The shop begins to speak."""
        self.ahead, self.changes, self.seqs, self.spoke, missing = {}, [], [], seq, -self.hand
        for (is_customer, row), (place, units) in self.waiting.items():
            missing += units
            if is_customer:
                self.ahead[row] = place, missing

    def missing(self, visit: int, seq: int) -> set[tuple[int, int]]:
        """Units that may have been missing up to a customer, at one moment or another of this second up to now; and
        what had happened by then."""
        place, missing = self.ahead[visit]
        found = {(missing, self.spoke)}
        for (where, units, hand), since in zip(self.changes, self.seqs, strict=True):
            missing += (units if where <= place else 0) - hand
            found.add((missing, since))
        return found | {(missing, seq)}


def _apply(replay: Replay, track: Track, line: _Line, event: int) -> None:
    """Let one event of the track happen to the line."""
    what, row = int(track.what[event]), int(track.row[event])
    hand = int(track.on_hand[event] - track.on_hand[event + 1])
    backlog = int(track.backlog[event] - track.backlog[event + 1])
    match what:
        case What.VISIT | What.CLAIMED if backlog < 0:
            line.less((True, -1), 0, hand)
            line.join((what == What.VISIT, row), -backlog)
        case What.GRANTED | What.LEFT | What.TRIMMED:
            line.less((True, int(replay.ledger.waits.visit[row])), backlog, hand)
        case What.ISSUED:
            line.less((False, int(replay.ledger.moves.order[row])), backlog, hand)
        case What.WITHDRAWN:
            line.less((False, row), backlog, hand)
        case _ if hand:
            line.less((True, -1), 0, hand)
    line.passes(int(track.seq[event]))


def _covering(receipts: list[tuple[int, int, int]], missing: int) -> tuple[int, int]:
    for date, units, order in receipts:
        missing -= units
        if missing <= 0:
            return order, date
    return -1, 0


def _of_stock(replay: Replay, stock: int, rows: Int64) -> Iterator[Peg]:
    notices, track, line = replay.ledger.notices, replay.tracks[stock], _Line(hand=int(replay.ledger.opening[stock]))
    receipts, spoke, event = _Receipts(replay, stock), (-1, -1), 0
    came = replay.came(notices.seen[rows], notices.seq[rows])
    until = track.before(came, notices.seq[rows]).tolist()
    for place, row in enumerate(rows.tolist()):
        while event < until[place]:
            _apply(replay, track, line, event)
            event += 1
        visit, now = int(notices.visit[row]), (int(notices.time[row]), int(came[place]))
        if now != spoke or visit not in line.ahead:
            spoke = now
            line.look(int(notices.seq[row]))
        if visit in line.ahead:
            moments = line.missing(visit, int(notices.seq[row]))
            yield from {Peg(row, *_covering(receipts.at(now[0], seq), missing)) for missing, seq in moments}


def pegs_of(replay: Replay, rows: Int64) -> Iterator[Peg]:
    """Of some notices, the receipts that may have been meant."""
    stocks = replay.visit_stock[replay.ledger.notices.visit[rows]]
    for stock in np.unique(stocks).tolist():
        yield from _of_stock(replay, stock, rows[stocks == stock])
