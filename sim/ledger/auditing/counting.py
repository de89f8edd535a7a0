"""Laws of counts: when a stock is counted, what is found, and what becomes of the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing import errors
from sim.ledger.auditing.demand import daily_demand
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.sight import physical
from sim.ledger.auditing.track import Int64, Track, What
from sim.words import Slip

_BY_COUNT = (Slip.FOUND, Slip.COUNTED)


def _found(replay: Replay) -> Iterator[Breach]:
    """Each count finds misplaced units as the dice say, and tells what is there but for its error."""
    records = replay.ledger.records
    by_count = np.isin(records.kind, _BY_COUNT)
    for row in np.flatnonzero(by_count & (records.about != -1)).tolist():
        yield Breach(f"records[{row}]", int(records.time[row]), f"about {records.about[row]}", "about nothing")
    for stock, track in enumerate(replay.tracks):
        counts = np.flatnonzero(replay.ledger.counts.stock == stock)
        if len(counts) or by_count.any():
            yield from _one_stock(replay, stock, track, counts)


def _one_stock(replay: Replay, stock: int, track: Track, counts: Int64) -> Iterator[Breach]:
    rows, levels = replay.ledger.counts, physical(replay, track)
    events = track.before(replay.came(rows.seen[counts], rows.seq[counts]), rows.seq[counts])
    missing, last, corrected = 0, 0, 0
    name = replay.name(stock)
    for number, (event, time, units) in enumerate(
        zip(events.tolist(), rows.time[counts].tolist(), rows.units[counts].tolist(), strict=True)
    ):
        missing += _number(replay, track, last, event, Slip.MISPLACED)
        found = _found_before(replay, track, event, time)
        due = errors.found_by_count(replay, stock, number, missing)
        if found != due or _number(replay, track, last, event, Slip.FOUND) != (due > 0):
            yield Breach(name, time, f"{found} found", due)
        missing, last = missing - due, event
        told = errors.told_by_count(replay, stock, number, int(levels[event]))
        if units != told:
            yield Breach(name, time, f"{units} counted", told)
        if track.on_hand[event] != units:
            corrected += 1
            yield from _set_right(replay, track, event, int(counts[number]))
    found, told = (_number(replay, track, 0 if kind == Slip.COUNTED else last, len(track), kind) for kind in _BY_COUNT)
    if found or told != corrected:
        yield Breach(name, None, f"{found} finds and {told} corrections", f"no find and {corrected} corrections")


def _number(replay: Replay, track: Track, first: int, last: int, kind: Slip) -> int:
    slips = track.what[first:last] == What.SLIPPED
    return int((replay.ledger.records.kind[track.row[first:last][slips]] == kind).sum())


def _found_before(replay: Replay, track: Track, event: int, time: int) -> int:
    """Units found by the count that comes right after an event."""
    records, before = replay.ledger.records, event - 1
    if before < 0 or track.what[before] != What.SLIPPED or track.time[before] != time:
        return 0
    row = track.row[before]
    return int(records.physical[row]) if records.kind[row] == Slip.FOUND else 0


def _set_right(replay: Replay, track: Track, event: int, count: int) -> Iterator[Breach]:
    """Right after a count that found something else, the record says what was found."""
    records, rows = replay.ledger.records, replay.ledger.counts
    time, units = int(rows.time[count]), int(rows.units[count])
    is_slip = event < len(track) and track.what[event] == What.SLIPPED and track.time[event] == time
    row = int(track.row[event]) if is_slip else -1
    right = is_slip and records.kind[row] == Slip.COUNTED and records.physical[row] == 0
    if not right or track.on_hand[event + 1] != units:
        found = f"{track.on_hand[min(event + 1, len(track))]} in the record"
        yield Breach(replay.name(int(rows.stock[count])), time, found, f"{units} counted")


def _classes(replay: Replay) -> list[str]:
    """By what each stock sells: `a` while less than 80 % of all sales come before it, `b` up to 95 %, else `c`."""
    worth = [daily_demand(replay.world, *place) * replay.world.products[place[1]].price for place in replay.stocks]
    order = np.argsort(-np.array(worth), kind="stable")
    classes, total, before = ["c"] * len(worth), sum(worth), 0.0
    for stock in order.tolist():
        if total > 0:
            classes[stock] = "a" if before < 0.80 * total else "b" if before < 0.95 * total else "c"
        before += worth[stock]
    return classes


def _when(replay: Replay) -> Iterator[Breach]:
    rule, counts = replay.levers.keep.count, replay.ledger.counts
    for stock, kind in enumerate(_classes(replay)):
        mine = np.flatnonzero(counts.stock == stock)
        found = counts.time[mine]
        if rule.rule == "zero_balance":
            yield from _triggered(replay, stock, mine)
            continue
        every = {"none": 0, "full": rule.every, "abc": {"a": rule.a, "b": rule.b, "c": rule.c}[kind]}[rule.rule]
        due = np.arange(every, replay.ledger.close, every) if every else np.zeros(0, dtype=np.int64)
        early = replay.came(counts.seen[mine], counts.seq[mine]) == np.searchsorted(replay.clock, found)
        if not np.array_equal(found, due) or not early.all():
            yield Breach(replay.name(stock), None, f"counted at {found.tolist()[:9]} s", f"{due.tolist()[:9]} s")


def _triggered(replay: Replay, stock: int, counts: Int64) -> Iterator[Breach]:
    """A count follows, in its second, a failed pick or a record that fell to where stocks are counted."""
    track, records, rows = replay.tracks[stock], replay.ledger.records, replay.ledger.counts
    at = replay.levers.keep.count.at
    kinds = np.full(len(track), -1, dtype=np.int64)
    slips = track.of(What.SLIPPED)
    kinds[slips] = records.kind[track.row[slips]]
    fell = (track.on_hand[:-1] > at) & (track.on_hand[1:] <= at) & (kinds != Slip.COUNTED)
    causes = np.flatnonzero(fell | (kinds == Slip.PICK_FAILED))
    events = track.before(replay.came(rows.seen[counts], rows.seq[counts]), rows.seq[counts])
    told, due = Counter(rows.time[counts].tolist()), Counter(track.time[causes].tolist())
    for second in sorted(told.keys() | due.keys()):
        last = events[rows.time[counts] == second]
        late = causes[track.time[causes] == second]
        if not 0 < told[second] <= due[second] or last.max() <= late.max():
            yield Breach(replay.name(stock), second, f"{told[second]} counts", f"for {due[second]} causes, after them")


COUNTING = (
    Law("found", "A count finds misplaced units as the dice say, tells what is there and sets the record.", _found),
    Law("count", "Stocks are counted at their times, or when a pick fails or the record is nearly 0.", _when),
)
