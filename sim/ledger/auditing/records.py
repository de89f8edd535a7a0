"""Laws of records: every difference between record and shelf has a cause that tape and levers say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil

import numpy as np

from sim.ledger.auditing import errors
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.rows import same_rows
from sim.ledger.auditing.sight import physical, sold_whole
from sim.ledger.auditing.track import Int64, What
from sim.words import Move, Slip, Wait

_Row = tuple[int, int, int, int, int, int]
"""Time, stock, kind, change of the shelf, change of the record, and what it is about."""
_NAMES = "records: time, stock, kind, physical, record, about"


def _shelf(replay: Replay) -> Iterator[Breach]:
    for number, track in enumerate(replay.tracks):
        levels = physical(replay, track)
        for event in np.flatnonzero(levels[1:] < 0).tolist():
            found = f"{levels[event + 1]} on the shelf"
            yield Breach(replay.name(number), int(track.time[event]), found, "0 or more")


def _same(replay: Replay, kinds: tuple[Slip, ...], due: Sequence[_Row]) -> Iterator[Breach]:
    records = replay.ledger.records
    rows = np.isin(records.kind, kinds)
    names = ("time", "stock", "kind", "physical", "record", "about")
    found = tuple(getattr(records, name)[rows] for name in names)
    expected = tuple(np.array(due, dtype=np.int64).reshape(-1, len(names)).T)
    yield from same_rows(_NAMES, found, expected)


def _receipts(replay: Replay) -> Iterator[Breach]:
    moves, orders = replay.ledger.moves, replay.ledger.orders
    rows = np.flatnonzero((moves.event == Move.POSTED) & (moves.units > 0))
    kinds = (Slip.MISCOUNT, Slip.DOUBLE_POSTING, Slip.MISPLACED, Slip.ENTRY)
    if not len(replay.ledger.records) and replay.levers.keep.errors == "none":
        return
    after = _record_after(replay)
    told = {row: (int(moves.time[row]), int(orders.stock[moves.order[row]])) for row in rows.tolist()}
    due = [
        (*told[row], kind, shelf, record, int(moves.order[row]))
        for row, slips in zip(rows.tolist(), _slips(replay, rows, after), strict=True)
        for kind, shelf, record in slips
    ]
    yield from _same(replay, kinds, due)


def _record_after(replay: Replay) -> Int64:
    """The record after each movement of stock."""
    after = np.zeros(len(replay.ledger.moves.event), dtype=np.int64)
    for track in replay.tracks:
        events = track.of(What.POSTED)
        after[track.row[events]] = track.on_hand[events + 1]
    return after


def _slips(replay: Replay, rows: Int64, after: Int64) -> Iterator[list[tuple[Slip, int, int]]]:
    """What went wrong with each receipt."""
    chance, of = errors.chances(replay), replay.ledger.moves.order[rows]
    purposes = ("miscount", "miscount_size", "double_posting", "misplaced", "entry_slip", "entry_how")
    uniforms = zip(*(errors.of_receipts(replay, purpose, of).tolist() for purpose in purposes), strict=True)
    units = replay.ledger.moves.units[rows].tolist()
    for each, record, (wrong, size, twice, lost, slip, how) in zip(units, after[rows].tolist(), uniforms, strict=True):
        slips = []
        if wrong < chance.miscount:
            slips.append((Slip.MISCOUNT, 0, errors.miscounted(each, chance.miscount_size, size)))
        if twice < chance.double_posting:
            slips.append((Slip.DOUBLE_POSTING, 0, each))
        if lost < chance.misplaced:
            slips.append((Slip.MISPLACED, -1, 0))
        now = record + sum(change for _, _, change in slips)
        typed = errors.typed(max(now, 0), how) if slip < chance.entry_slip else now
        yield [*slips, (Slip.ENTRY, 0, typed - now)] if typed != now else slips


def _returns(replay: Replay) -> Iterator[Breach]:
    back = replay.ledger.back
    chance = errors.chances(replay).unposted_return
    rows = np.flatnonzero(errors.of_visits(replay, "unposted_return", back.visit) < chance).tolist() if chance else []
    due = [
        (int(back.time[r]), int(replay.visit_stock[back.visit[r]]), Slip.UNPOSTED_RETURN, int(back.units[r]), 0,
         int(back.visit[r]))
        for r in rows
    ]  # fmt: skip
    yield from _same(replay, (Slip.UNPOSTED_RETURN,), due)


def _losses(replay: Replay) -> Iterator[Breach]:
    """Units vanish when the tape says so, unless the shelf is empty; goods are destroyed likewise."""
    records = replay.ledger.records
    rows = np.flatnonzero(records.kind == Slip.SHRINK)
    plain = (records.physical[rows] == -1) & (records.record[rows] == 0) & (records.about[rows] == -1)
    for row in rows[~plain].tolist():
        yield Breach(f"records[{row}]", int(records.time[row]), "a change", "a unit off the shelf alone")
    none = np.zeros(0, dtype=np.int64)
    shrink = replay.tape.shrink or (none,) * len(replay.stocks)
    for stock, (track, instants) in enumerate(zip(replay.tracks, shrink, strict=True)):
        told = Counter(records.time[rows[records.stock[rows] == stock]].tolist())
        due = Counter(instants[instants < replay.ledger.close].tolist())
        levels = physical(replay, track)
        for at in sorted(told.keys() | due.keys()):
            empty = _least(track.time, levels, at) <= 0
            if not (told[at] == due[at] or (empty and told[at] < due[at])):
                yield Breach(replay.name(stock), at, f"{told[at]} units vanish", due[at])


def _least(times: Int64, levels: Int64, at: int) -> int:
    """The lowest level within a second, that before it included."""
    first, last = np.searchsorted(times, at, side="left"), np.searchsorted(times, at, side="right")
    return int(levels[first : last + 1].min())


def _destroyed(replay: Replay) -> Iterator[Breach]:
    due: list[_Row] = []
    for at, stock, share in replay.tape.destroyed:
        track = replay.tracks[stock]
        level = np.searchsorted(track.time, at, side="left") + sum(
            time == at and where == stock and kind == Slip.DESTROYED for time, where, kind, *_ in due
        )
        gone, known = (ceil(share * int(units[level]) - 1e-9) for units in (physical(replay, track), track.on_hand))
        if at < replay.ledger.close and (gone or known):
            due.append((at, stock, Slip.DESTROYED, -gone, -known, -1))
    yield from _same(replay, (Slip.DESTROYED,), due)


def _picked(replay: Replay) -> list[tuple[int, int, int, int, int]]:
    """Orders of customers that were picked whole: visit, stock, time, visits before what follows, and seq."""
    waits, sums = replay.ledger.waits, replay.waited
    at_once = np.flatnonzero(sold_whole(replay))
    whole = replay.joined & (sums.granted + sums.trimmed == replay.ordered) & (sums.granted > 0)
    last = np.full(len(replay.time), -1, dtype=np.int64)
    granted = np.flatnonzero(waits.event == Wait.GRANTED)
    last[waits.visit[granted]] = granted
    rows = last[np.flatnonzero(whole)]
    came = replay.came(waits.seen[rows], waits.seq[rows])
    columns = (waits.visit[rows], waits.time[rows], came, waits.seq[rows])
    later = zip(*(column.tolist() for column in columns), strict=True)
    sold = ((v, int(replay.time[v]), int(replay.ordinal[v]) + 1, 0) for v in at_once.tolist())
    stock = replay.visit_stock
    return [(v, int(stock[v]), time, before, seq) for v, time, before, seq in (*sold, *later)]


def _picking(replay: Replay) -> Iterator[Breach]:
    chance = errors.chances(replay)
    kinds = (Slip.MISPICK_ITEM, Slip.MISPICK_UNITS)
    if not (chance.mispick_item or chance.mispick_units):
        yield from _same(replay, kinds, [])
        return
    picked = _picked(replay)
    visits = np.array([each[0] for each in picked], dtype=np.int64)
    purposes = ("mispick_item", "mispick_which", "mispick_units")
    uniforms = zip(*(errors.of_visits(replay, purpose, visits).tolist() for purpose in purposes), strict=True)
    shelves = [physical(replay, track) for track in replay.tracks]
    due: list[_Row] = []
    for (visit, stock, time, came, seq), (item, which, units) in zip(picked, uniforms, strict=True):
        other = _other(replay, stock, which) if item < chance.mispick_item else -1
        extra = int(other >= 0 and _level(replay, shelves, other, came, seq) > 0)
        if extra:
            due += [(time, stock, Slip.MISPICK_ITEM, 1, 0, visit), (time, other, Slip.MISPICK_ITEM, -1, 0, visit)]
        more = 1 if units < chance.mispick_units / 2 else -1
        if units < chance.mispick_units and _level(replay, shelves, stock, came, seq) + extra >= more:
            due.append((time, stock, Slip.MISPICK_UNITS, -more, 0, visit))
    yield from _same(replay, kinds, due)


def _other(replay: Replay, stock: int, uniform: float) -> int:
    """The stock of the product that is picked instead, in the same warehouse; -1 where there is no other."""
    house = replay.stocks[stock][0]
    sisters = [number for number, place in enumerate(replay.stocks) if place[0] == house and number != stock]
    return sisters[int(uniform * len(sisters))] if sisters else -1


def _level(replay: Replay, shelves: list[Int64], stock: int, came: int, seq: int) -> int:
    """Units on a shelf right after a fact."""
    return int(shelves[stock][replay.tracks[stock].before(np.asarray(came), seq + 1 if seq else 0)])


def _posting(replay: Replay) -> Iterator[Breach]:
    """Where posting takes time, a receipt is in the record so long after it is on the shelf."""
    if replay.levers.keep.posting is None:
        return
    orders, docks, close = replay.ledger.orders, replay.ledger.docks, replay.ledger.close
    receiving = replay.by_stock(lambda warehouse, _: replay.world.warehouses[warehouse].receiving)
    shelved = np.where(orders.arrived < 0, -1, orders.arrived + receiving[orders.stock])
    shelved[docks.order] = docks.put_away
    rows = np.flatnonzero(shelved >= 0)
    due = shelved[rows] + errors.posting_delays(replay, rows)
    due = np.where(due < close, due, -1)
    for row, at in zip(rows.tolist(), due.tolist(), strict=True):
        if int(orders.posted[row]) != at:
            yield Breach(f"order {row}", at, f"posted {orders.posted[row]} s", f"{at} s")
    for row in np.flatnonzero((shelved < 0) & (orders.posted >= 0)).tolist():
        yield Breach(f"order {row}", int(orders.posted[row]), "posted", "not yet on the shelf")


RECORDS = (
    Law("posting", "Where posting takes time, the record knows of a receipt so long after the shelf.", _posting),
    Law("shelf", "No shelf ever holds fewer than no units, whatever its record says.", _shelf),
    Law("receipts", "Receipts are miscounted, posted twice, misplaced and mistyped as the dice say.", _receipts),
    Law("unposted", "Goods sent back reach the shelf and not the record as the dice say.", _returns),
    Law("losses", "A unit vanishes when the tape says so, if there is one.", _losses),
    Law("destroyed", "A disruption takes its share of the shelf and of the record, rounded up.", _destroyed),
    Law(
        "picking",
        "A wrong item is one more of the right product and one fewer of another in its warehouse, and wrong units are "
        "one, as the dice of each whole order say.",
        _picking,
    ),
)
