"""Laws of order: what came before what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Bools, Int64
from sim.ledger.ledger import MoveRows, WaitRows, wide
from sim.words import Move, Wait

_TABLES = ("waits", "moves", "orders", "returns", "swaps", "notices", "dates", "cancels", "records", "counts", "direct")
_DUE = (Wait.RENEGED, Wait.CHANGED_MIND, Wait.SELLER_CANCELLED)
"""Leavings whose instant was known before."""


@dataclass(frozen=True, eq=False)
class _Facts:
    """All facts of a ledger in the order of `seq`."""

    seq: Int64
    seen: Int64
    time: Int64
    row: Int64
    """Row in its table."""
    table: Int64
    """Position in `_TABLES`."""

    def breach(self, fact: int, found: str, expected: str) -> Breach:
        subject = f"{_TABLES[self.table[fact]]}[{self.row[fact]}]"
        return Breach(subject, int(self.time[fact]), found, expected)


def _facts(replay: Replay) -> _Facts:
    tables = [getattr(replay.ledger, name) for name in _TABLES]
    times = [table.placed if name == "orders" else table.time for name, table in zip(_TABLES, tables, strict=True)]
    seq = np.concatenate([wide(table.seq) for table in tables])
    order = np.argsort(seq, kind="stable")
    return _Facts(
        seq=seq[order],
        seen=np.concatenate([wide(table.seen) for table in tables])[order],
        time=np.concatenate([wide(time) for time in times])[order],
        row=np.concatenate([np.arange(len(table.seq)) for table in tables])[order],
        table=np.repeat(np.arange(len(tables)), [len(table.seq) for table in tables])[order],
    )


def _sequence(replay: Replay) -> Iterator[Breach]:
    facts = _facts(replay)
    for row in (np.flatnonzero(np.diff(facts.seq) <= 0) + 1).tolist():
        yield facts.breach(row, f"seq {facts.seq[row]}", "a seq of its own")
    for name in _TABLES:
        seq = getattr(replay.ledger, name).seq
        for row in (np.flatnonzero(np.diff(seq) <= 0) + 1).tolist():
            yield Breach(f"{name}[{row}]", None, f"seq {seq[row]}", f"more than {seq[row - 1]}")


def _time(replay: Replay) -> Iterator[Breach]:
    facts = _facts(replay)
    for column, values in (("seen", facts.seen), ("time", facts.time)):
        for row in (np.flatnonzero(np.diff(values) < 0) + 1).tolist():
            found, least = int(values[row]), int(values[row - 1])
            yield facts.breach(row, f"{column} {found}", f"at least {least}")
    close = replay.ledger.close
    for row in np.flatnonzero((facts.time < 0) | (facts.time >= close)).tolist():
        yield facts.breach(row, f"{facts.time[row]} s", f"0 to {close - 1} s")
    for name in ("filled", "left", "confirmed", "arrived", "posted"):
        instants = getattr(replay.ledger.orders, name)
        for row in np.flatnonzero(instants < -1).tolist():
            yield Breach(f"order {row}", None, f"{name} {instants[row]} s", "an instant, or -1 for none")


def _turns(replay: Replay) -> Iterator[Breach]:
    facts, visits = _facts(replay), replay.tape.visits.time
    before = np.searchsorted(visits, facts.time, side="left")
    until = np.searchsorted(visits, facts.time, side="right")
    for row in np.flatnonzero((facts.seen < before) | (facts.seen > until)).tolist():
        yield facts.breach(row, f"seen {facts.seen[row]}", f"{before[row]} to {until[row]}")
    yield from _late_events(replay)


def _late_events(replay: Replay) -> Iterator[Breach]:
    """Receipts and leavings come before the visits of their second, unless a visit of that second set them off."""
    for name, rows, seen, time, begun in _scheduled(replay):
        late = (seen > np.searchsorted(replay.tape.visits.time, time, side="left")) & (begun < time)
        for row in np.flatnonzero(late).tolist():
            yield Breach(f"{name}[{rows[row]}]", int(time[row]), "after a visit", "before the visits of its second")


def _scheduled(replay: Replay) -> Iterator[tuple[str, Int64, Int64, Int64, Int64]]:
    """Facts that were due at their instant since an earlier one: table, rows, seen, time and that earlier one."""
    ledger = replay.ledger
    left = np.flatnonzero(np.isin(ledger.waits.event, _DUE))
    agreed = _agreed(replay)[ledger.waits.visit[left]]
    yield "waits", left, wide(ledger.waits.seen[left]), wide(ledger.waits.time[left]), agreed
    posted = np.flatnonzero(np.isin(ledger.moves.event, (Move.POSTED, Move.CROSSED)))
    filled = ledger.orders.filled[ledger.moves.order[posted]]
    yield "moves", posted, ledger.moves.seen[posted], ledger.moves.time[posted], filled
    granted = np.flatnonzero((ledger.waits.event == Wait.GRANTED) & ~_set_off(replay, ledger.waits))
    seen, time = wide(ledger.waits.seen[granted]), wide(ledger.waits.time[granted])
    yield "waits", granted, seen, time, np.full(len(granted), -1)
    issued = np.flatnonzero((ledger.moves.event == Move.ISSUED) & ~_set_off(replay, ledger.moves))
    yield "moves", issued, ledger.moves.seen[issued], ledger.moves.time[issued], np.full(len(issued), -1)


def _agreed(replay: Replay) -> Int64:
    """When each visitor last agreed to a promise: at the visit, or on news."""
    agreed, notices = replay.time.copy(), replay.ledger.notices
    np.maximum.at(agreed, notices.visit, notices.time)
    return agreed


def _set_off(replay: Replay, rows: WaitRows | MoveRows) -> Bools:
    """Of each row, whether something of its second, between the same visits, explains it: a posting, placing or
    leaving, units given back, an order cancelled, or a change of the record."""
    waits, moves, orders = replay.ledger.waits, replay.ledger.moves, replay.ledger.orders
    posted, left = moves.event != Move.ISSUED, waits.event != Wait.GRANTED
    causes = {
        *zip(moves.seen[posted].tolist(), moves.time[posted].tolist(), strict=True),
        *zip(waits.seen[left].tolist(), waits.time[left].tolist(), strict=True),
        *zip(orders.seen.tolist(), orders.placed.tolist(), strict=True),
        *zip(replay.ledger.cancels.seen.tolist(), replay.ledger.cancels.time.tolist(), strict=True),
        *zip(replay.ledger.records.seen.tolist(), replay.ledger.records.time.tolist(), strict=True),
    }
    facts = zip(rows.seen.tolist(), rows.time.tolist(), strict=True)
    return np.array([fact in causes for fact in facts], dtype=np.bool_)


ORDER = (
    Law("sequence", "`seq` strictly increases in every table and over all of them together.", _sequence),
    Law("time", "`seen` and time never go back, and every fact lies within the run.", _time),
    Law("turns", "A fact lies between the visits of its time; events precede the visits of their second.", _turns),
)
