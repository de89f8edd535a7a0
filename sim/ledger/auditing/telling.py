"""Laws of what a shop tells those who wait, and of what they answer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing.asking import still_waits_until
from sim.ledger.auditing.chains import Told, chain, reneges, whims
from sim.ledger.auditing.fates import of_visits
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.minds import hidden
from sim.ledger.auditing.offers import asked
from sim.ledger.auditing.pegs import pegs_of
from sim.ledger.auditing.recall import recalled
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Bools, Int64, Track, What
from sim.ledger.auditing.windows import Asked, Windows, as_shown, knowable, raw_windows
from sim.words import DAY, Answer, Notice, Slip, Wait

_TERM = 30 * DAY
_SPEAKING = ("honest", "weekly_honest", "optimistic")


def _breaches(replay: Replay, rows: Int64, wrong: Bools, found: object, expected: object) -> Iterator[Breach]:
    notices = replay.ledger.notices
    for at in np.flatnonzero(wrong).tolist():
        row = int(rows[at])
        said, due = (value[at].tolist() if isinstance(value, np.ndarray) else value for value in (found, expected))
        kind = Notice(int(notices.kind[row])).name
        yield Breach(f"notices[{row}] {kind} of visit {notices.visit[row]}", int(notices.time[row]), said, due)


def _legal_promise(replay: Replay, visits: Int64) -> Int64:
    """The instant that counts as first promised by law."""
    hi = replay.ledger.visits.hi.astype(np.int64)[visits]
    return replay.time[visits] + (_TERM if replay.ledger.terms.vague else hi)


def _notice(replay: Replay) -> Iterator[Breach]:
    """Who is told of a delay waits, and the shop's rule speaks at such a moment."""
    told, levers = chain(replay).told, replay.levers
    if not len(told.row):
        return
    rows, notices = told.row, replay.ledger.notices
    visit, time, kind = notices.visit[rows], notices.time[rows], notices.kind[rows]
    came = replay.came(notices.seen[rows], notices.seq[rows])
    there = replay.joined[visit] & (came > replay.ordinal[visit]) & (time <= still_waits_until(replay)[visit])
    yield from _breaches(replay, rows, ~there, "told", "nothing: nobody waits")
    us, risk = levers.consent.rule == "us", kind == Notice.AT_RISK
    at_promise = (levers.updates.rule == "late") & (time == told.promise)
    looks = levers.updates.rule in _SPEAKING or levers.consent.rule != "none"
    speaks = np.where(risk, looks, levers.updates.rule in _SPEAKING or us) | (at_promise & ~risk)
    yield from _breaches(replay, rows, ~speaks, "a notice", "none by the rule of this shop")
    later = (time + notices.hi[rows] > told.promise) | (at_promise & ~risk)
    yield from _breaches(replay, rows, ~later, time + notices.hi[rows], "later than the promise before")
    yield from _breaches(replay, rows, (kind == Notice.CONSENT) & (not us), "asked to consent", "not asked")
    yield from _once(replay, told)


def _once(replay: Replay, told: Told) -> Iterator[Breach]:
    """Each promise is at risk once."""
    notices = replay.ledger.notices
    risk = np.flatnonzero(notices.kind[told.row] == Notice.AT_RISK)
    pairs = np.stack((notices.visit[told.row[risk]], told.delays[risk]), axis=1)
    _, first = np.unique(pairs, axis=0, return_index=True)
    again = np.ones(len(risk), dtype=np.bool_)
    again[first] = False
    yield from _breaches(replay, told.row[risk], again, "at risk", "once for each promise")


def _answer(replay: Replay) -> Iterator[Breach]:
    told, notices, sure = chain(replay).told, replay.ledger.notices, recalled(replay).sure
    rows = told.row
    if not len(rows):
        return
    visit, time, kind, said = (column[rows] for column in (notices.visit, notices.time, notices.kind, notices.answer))
    stays = time - replay.time[visit] + notices.hi[rows] <= told.on_news
    due = np.where(stays, int(Answer.STAYS), int(Answer.LEAVES))
    asks = kind == Notice.CONSENT
    silent = replay.thrown("respond", visit, turn=told.delays) >= replay.levers.consent.responds
    due = np.where((asks & silent) | (kind == Notice.AT_RISK), int(Answer.NONE), due)
    yield from _breaches(replay, rows, sure[visit] & (said != due), said, due)
    way, left = replay.waited.way[visit], replay.waited.left[visit]
    expected = np.where(said == Answer.LEAVES, int(Wait.DECLINED), int(Wait.NO_CONSENT))
    goes = (said == Answer.LEAVES) | (asks & (said == Answer.NONE))
    yield from _breaches(replay, rows, goes & ((way != expected) | (left != time)), "stayed", "left at once")
    waits = np.minimum(reneges(replay, visit, told.promise, told.patience), whims(replay)[visit])
    yield from _breaches(replay, rows, sure[visit] & (time > waits), time, waits)


def _windows(replay: Replay, at: Asked, kinds: Int64) -> Windows:
    """The windows due: what the shop expects, or as an optimist shows it, or as anybody is shown it."""
    promise, levers = replay.levers.promise, replay.levers
    basis = "vendor" if promise.basis in ("vague", "nominal") else promise.basis
    likely, (soonest, _) = raw_windows(replay, at, basis), raw_windows(replay, at, "vendor")
    told = (soonest, soonest) if levers.updates.rule == "optimistic" else likely
    shown, risk = as_shown(replay, told), kinds == Notice.AT_RISK
    return np.where(risk, likely[0], shown[0]), np.where(risk, likely[1], shown[1])


def _window(replay: Replay) -> Iterator[Breach]:
    told, notices = chain(replay).told, replay.ledger.notices
    pegs = np.array([*pegs_of(replay, told.row)], dtype=np.int64).reshape(-1, 3)
    if not len(pegs):
        return
    row, order, date = np.ascontiguousarray(pegs.T)
    came, seq = replay.came(notices.seen[row], notices.seq[row]), notices.seq[row]
    at = Asked(notices.time[row], came, seq, replay.visit_stock[notices.visit[row]], order, date)
    lo, hi = _windows(replay, at, notices.kind[row])
    fits = (lo == notices.lo[row]) & (hi == notices.hi[row]) & _kind_fits(replay, told, row, order)
    unknown = ~knowable(replay, at, replay.levers.promise.basis)
    right = np.zeros(len(notices), dtype=np.bool_)
    right[row[fits | unknown]] = True
    examples = dict(zip(row.tolist(), zip(lo.tolist(), hi.tolist(), strict=True), strict=True))
    for each in np.unique(row[~right[row]]).tolist():
        kind = Notice(int(notices.kind[each])).name
        found = (kind, int(notices.lo[each]), int(notices.hi[each]))
        yield Breach(f"notices[{each}] of visit {notices.visit[each]}", int(notices.time[each]), found, examples[each])


def _kind_fits(replay: Replay, told: Told, row: Int64, order: Int64) -> Bools:
    """American rule: silence consents to a first delay by up to 30 days with a definite date, and to no other."""
    notices = replay.ledger.notices
    delays = np.zeros(len(notices), dtype=np.int64)
    delays[told.row] = told.delays
    soon = notices.time[row] + notices.hi[row] <= _legal_promise(replay, notices.visit[row]) + _TERM
    asks = (replay.levers.consent.rule == "us") & ~((delays[row] == 0) & soon & (order >= 0))
    kind = notices.kind[row]
    return np.asarray((kind == Notice.AT_RISK) | (asks == (kind == Notice.CONSENT)))


def _overdue(replay: Replay) -> Iterator[Breach]:
    """A shop that speaks lets no promise pass without a word."""
    levers, until = replay.levers, still_waits_until(replay)
    if levers.updates.rule not in (*_SPEAKING, "late") and levers.consent.rule != "us":
        return
    promise, houses = chain(replay).promise, replay.world.warehouses
    brings = replay.by_stream(lambda c: houses[c.source].receiving + houses[c.source].picking) > 0
    late = replay.joined & brings & (promise < np.minimum(until, replay.ledger.close))
    yield from of_visits(replay, late, "waits without a word", "told when the promise broke")


def _emptied(replay: Replay) -> Int64:
    """When the shelf that each visitor met was last emptied; long ago if never."""
    emptied = np.full(len(replay.time), -(2**62), dtype=np.int64)
    for track in replay.tracks:
        events = (track.on_hand[1:] == 0) & (track.on_hand[:-1] > 0)
        last = np.maximum.accumulate(np.where(events, track.time, -(2**62)))
        visits = track.of(What.VISIT)
        emptied[track.row[visits]] = last[np.where(_is_missed(replay, track, visits), visits + 1, visits)]
    return emptied


def _is_missed(replay: Replay, track: Track, visits: Int64) -> Bools:
    """Whether a pick for each visit failed right after it: what it met was known only then."""
    records, after = replay.ledger.records, np.minimum(visits + 1, len(track) - 1)
    slips: Bools = track.what[after] == What.SLIPPED
    row = np.where(slips, track.row[after], 0)
    if not len(records):
        return np.zeros(len(visits), dtype=np.bool_)
    mine: Bools = slips & (records.kind[row] == Slip.PICK_FAILED) & (records.about[row] == track.row[visits])
    return mine


def _hidden(replay: Replay) -> Iterator[Breach]:
    notices, latency = replay.ledger.notices, replay.levers.status_latency
    learnt = hidden(replay)
    due = asked(replay) & (latency > 0) & (replay.time - _emptied(replay) < latency)
    yield from of_visits(replay, learnt != due, learnt, due)
    rows = np.flatnonzero(notices.kind == Notice.HIDDEN)
    plain = (notices.lo[rows] == -1) & (notices.hi[rows] == -1) & (notices.answer[rows] == Answer.NONE)
    came = replay.came(notices.seen[rows], notices.seq[rows])
    own = plain & (notices.time[rows] == replay.time[notices.visit[rows]])
    own &= came == replay.ordinal[notices.visit[rows]] + 1
    yield from _breaches(replay, rows, ~own, "a notice", "one without a window, at the visit")


TELLING = (
    Law(
        "notice",
        "Only those who wait are told of a delay, when the rule of the shop speaks, of a later window than before, and "
        "each promise is at risk once.",
        _notice,
    ),
    Law(
        "answer",
        "Who is told of a delay stays if and only if the new window ends within the patience on the news, leaves at "
        "once otherwise, and answers a question of consent as the die says.",
        _answer,
    ),
    Law(
        "window",
        "A new window is what the shop expects of the receipt that covers all who wait before, or the best case of it; "
        "the law says whether consent is asked.",
        _window,
    ),
    Law("overdue", "A shop that speaks of delays lets no promise pass without a word.", _overdue),
    Law(
        "hidden",
        "Whoever orders soon after the shelf was emptied learns only then that nothing is there, and nobody else.",
        _hidden,
    ),
)
