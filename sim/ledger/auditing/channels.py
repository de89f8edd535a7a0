"""Laws of orders for what is not there: oversold from an old copy, missing on the shelf, or lost on the way to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing import errors
from sim.ledger.auditing.fates import of_visits
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.minds import forced
from sim.ledger.auditing.offers import available
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.sight import free_at_visit, physical, shelf_at_visit
from sim.ledger.auditing.track import Bools, Int64, Track, What
from sim.words import Notice, Slip, Wait


def _at_visit(replay: Replay, rows: Int64) -> Bools:
    """Of some rows of the records, whether each follows right after the visit it is about."""
    records = replay.ledger.records
    visit = np.maximum(records.about[rows], 0)
    own = (records.about[rows] >= 0) & (records.time[rows] == replay.time[visit])
    follows: Bools = own & (replay.came(records.seen[rows], records.seq[rows]) == replay.ordinal[visit] + 1)
    return follows


def _after(replay: Replay) -> Iterator[Breach]:
    """What goes wrong with the order of a visitor does so after the visit."""
    records = replay.ledger.records
    kinds = (Slip.MISPICK_ITEM, Slip.MISPICK_UNITS, Slip.UNPOSTED_RETURN, Slip.RESERVATION_LOST, Slip.OVERSOLD)
    rows = np.flatnonzero(np.isin(records.kind, (*kinds, Slip.PICK_FAILED)) & (records.about >= 0))
    came = replay.came(records.seen[rows], records.seq[rows])
    for row in rows[came <= replay.ordinal[records.about[rows]]].tolist():
        yield Breach(f"records[{row}]", int(records.time[row]), "before its visit", "after it")


def _oversold(replay: Replay) -> Iterator[Breach]:
    """A page sold what the record no longer had, of that visitor's stock, and no book changed."""
    records = replay.ledger.records
    rows = np.flatnonzero(records.kind == Slip.OVERSOLD)
    right = _at_visit(replay, rows) & (records.physical[rows] == 0) & (records.record[rows] == 0)
    visits = np.maximum(records.about[rows], 0)
    right &= records.stock[rows] == replay.visit_stock[visits]
    for row in rows[~right].tolist():
        yield Breach(f"records[{row}]", int(records.time[row]), "a change", "an oversold visit and no change")
    told = np.bincount(visits, minlength=len(replay.time))
    came = ~replay.away & (replay.units <= available(replay))
    due = (came & (replay.units > free_at_visit(replay))).astype(np.int64)
    yield from of_visits(replay, told != due, told, due)


def _delay(replay: Replay) -> Iterator[Breach]:
    """Who ordered what was not there waits, promised the usual delivery, if the die says so, or is cancelled."""
    visits = np.flatnonzero(forced(replay))
    if not len(visits):
        return
    waits = np.zeros(len(replay.time), dtype=np.bool_)
    waits[visits] = errors.of_visits(replay, "offered_delay", visits) < replay.levers.keep.offers_delay
    whom = forced(replay)
    yield from of_visits(replay, whom & (replay.joined != waits), replay.joined, waits)
    usual = replay.outbound - (replay.last_mile if replay.ledger.terms.shipping else 0)
    rows = replay.ledger.visits
    wrong = whom & waits & ((rows.lo != usual) | (rows.hi != usual))
    yield from of_visits(replay, wrong, np.stack((rows.lo, rows.hi), axis=1), usual)
    notices = replay.ledger.notices
    told = np.flatnonzero(notices.kind == Notice.FORCED)
    once = np.bincount(notices.visit[told], minlength=len(replay.time))
    yield from of_visits(replay, once != (whom & replay.joined), once, (whom & replay.joined).astype(np.int64))
    for row in told[notices.time[told] != replay.time[notices.visit[told]]].tolist():
        yield Breach(f"notices[{row}]", int(notices.time[row]), "a notice", "one at the visit")


def _picks(replay: Replay) -> Iterator[Breach]:
    """A pick fails where the shelf holds less than the record and than is wanted; then the record is set right."""
    records, corrects = replay.ledger.records, replay.levers.keep.failed_picks == "corrected"
    for number, track in enumerate(replay.tracks):
        levels, events = physical(replay, track), track.of(What.SLIPPED)
        for event in events[records.kind[track.row[events]] == Slip.PICK_FAILED].tolist():
            row, there, record = int(track.row[event]), int(levels[event]), int(track.on_hand[event])
            wanted = _wanted(replay, number, row)
            change = there - record if corrects else 0
            fits = records.physical[row] == 0 and there < record and records.record[row] == change
            if not fits or wanted <= there:
                found = f"{wanted} wanted, {there} there, {record} in the record"
                yield Breach(replay.name(number), int(track.time[event]), found, "a pick that fails")
    yield from _missed(replay)


def _wanted(replay: Replay, stock: int, row: int) -> int:
    """Most units that a pick was for; none for a visitor who neither comes then nor waits."""
    records = replay.ledger.records
    visit, time = int(records.about[row]), int(records.time[row])
    if visit < 0:
        return int(replay.ledger.orders.units[replay.source_stock == stock].max(initial=0))
    if _at_visit(replay, np.array([row]))[0]:
        return int(replay.units[visit])
    sums = replay.waited
    gone = sums.left[visit] if sums.leavings[visit] else sums.last_grant[visit]
    rest = replay.ordered[visit] - sums.granted[visit] - sums.given_up[visit] - sums.trimmed[visit]
    waits = replay.joined[visit] and replay.time[visit] <= time and (rest > 0 or time <= gone)
    return int(replay.ordered[visit]) if waits and replay.visit_stock[visit] == stock else 0


def _missed(replay: Replay) -> Iterator[Breach]:
    """Right after a visit its pick fails if and only if the shelf holds too little of what the record has for it."""
    told = np.zeros(len(replay.time), dtype=np.bool_)
    for track in replay.tracks:
        events = track.of(What.VISIT)
        told[track.row[events]] = _fails_next(replay, track, events) | _fails_next(replay, track, events, skip=1)
    units, free, shelf, shows = replay.units, free_at_visit(replay), shelf_at_visit(replay), available(replay)
    whole = (units <= shows) & (units <= free) & (units > shelf)
    splits = (replay.levers.ship == "partial") & ~replay.swapped_first
    part = splits & (np.minimum(units, np.minimum(free, shows)) > shelf) & ((units > shows) | (units > free))
    due = ~replay.away & (whole | part)
    yield from of_visits(replay, told != due, told, due)


def _fails_next(replay: Replay, track: Track, events: Int64, *, skip: int = 0) -> Bools:
    """Whether the pick of each visit fails right after it, or after one more slip that is about it."""
    records = replay.ledger.records
    fails = np.ones(len(events), dtype=np.bool_)
    for step in range(1, skip + 2):
        after = np.minimum(events + step, len(track) - 1)
        slips = (track.what[after] == What.SLIPPED) & (after > events)
        row = np.where(slips, track.row[after], -1)
        about, kind = np.append(records.about, -1)[row], np.append(records.kind, -1)[row]
        fails &= slips & (about == track.row[events])
        fails &= (kind == Slip.PICK_FAILED) if step == skip + 1 else (kind == Slip.OVERSOLD)
    return fails


def _reservations(replay: Replay) -> Iterator[Breach]:
    """An allocation gets lost if and only if the die says so."""
    chance, records, waits = errors.chances(replay).reservation_lost, replay.ledger.records, replay.ledger.waits
    lost = np.flatnonzero(records.kind == Slip.RESERVATION_LOST)
    if not (len(lost) or chance):
        return
    granted = np.flatnonzero(waits.event == Wait.GRANTED)
    facts = sorted(
        [(int(records.seq[row]), True, int(records.about[row]), int(records.time[row])) for row in lost.tolist()]
        + [(int(waits.seq[row]), False, int(waits.visit[row]), int(waits.time[row])) for row in granted.tolist()]
    )
    before: Counter[int] = Counter()
    for _, is_lost, visit, time in facts:
        due = visit >= 0 and errors.of_allocation(replay, visit, before[visit]) < chance
        before[visit] += is_lost
        if due != is_lost:
            yield Breach(f"visit {visit}", time, "lost" if is_lost else "granted", "lost" if due else "granted")
    visits = np.maximum(records.about[lost], 0)
    wrong = (records.physical[lost] != 0) | (records.record[lost] != 0) | ~replay.joined[visits]
    wrong |= (records.stock[lost] != replay.visit_stock[visits]) | (records.about[lost] < 0)
    for row in lost[wrong].tolist():
        yield Breach(f"records[{row}]", int(records.time[row]), "a change", "none, of somebody who waits there")


def _clerk(replay: Replay) -> Iterator[Breach]:
    """Where a clerk reserves, units are granted when one gets to it after a receipt, and not to the overlooked."""
    if replay.levers.reserving.rule != "manual":
        return
    waits, rounds = replay.ledger.waits, [errors.clerk_rounds(replay, stock) for stock in range(len(replay.stocks))]
    for row in np.flatnonzero(waits.event == Wait.GRANTED).tolist():
        visit, time = int(waits.visit[row]), int(waits.time[row])
        numbers = rounds[int(replay.visit_stock[visit])].get(time, [])
        if not any(not errors.is_overlooked(replay, visit, number) for number in numbers):
            yield Breach(f"waits[{row}] of visit {visit}", time, "granted", f"not by the clerk's rounds {numbers}")


CHANNELS = (
    Law("afterwards", "What goes wrong with the order of a visitor does so after the visit.", _after),
    Law("oversold", "A visitor is oversold if and only if the page showed what the record no longer had.", _oversold),
    Law(
        "delay",
        "Whoever ordered what was not there is told so and waits, promised the usual delivery, or is cancelled at "
        "once, as the die says; nobody else is.",
        _delay,
    ),
    Law("pick", "A pick fails where the shelf holds too little, and corrects the record if the shop cares.", _picks),
    Law("reservation", "An allocation gets lost if and only if the die says so.", _reservations),
    Law("clerk", "A clerk grants units some time after a receipt, and not to those overlooked.", _clerk),
)
