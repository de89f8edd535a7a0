"""Laws of returns: who comes back for the same wish, when, and who is told that a product is back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from sim.ledger.auditing.fates import of_visits
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.minds import ended_at
from sim.ledger.auditing.replay import Floats, Replay
from sim.ledger.auditing.rows import same_rows
from sim.ledger.auditing.track import Int64, Track, What
from sim.scenario.classes import notify_of, returns_of
from sim.scenario.customers import Customers
from sim.scenario.laws import DurationLaw
from sim.words import GAVE_UP, Answer, Exit, Notice, Return

_NEVER = 2**62


def _delays(replay: Replay, visits: Int64, dice: Floats, law: Callable[[Customers], DurationLaw | None]) -> Int64:
    """By the law of each visitor's stream, a delay of a second or more."""
    delays = np.ones(len(visits), dtype=np.int64)
    for number, customers in enumerate(replay.streams):
        own = law(customers)
        mine = replay.everyone.stream[visits] == number
        if own is not None and mine.any():
            delays[mine] = np.maximum(np.rint(own.ppf(dice[mine])), 1)
    return delays


def _deferred(replay: Replay) -> tuple[Int64, Int64]:
    """Visitors who come back by themselves, and when."""

    def comes_back(customers: Customers) -> DurationLaw | None:
        returns = returns_of(customers, replay.product(customers).customer_class)
        return None if returns is None else returns.delay

    able = replay.by_stream(lambda c: comes_back(c) is not None).astype(np.bool_)
    visits = np.flatnonzero((replay.ledger.visits.exit == Exit.DEFER) & able)
    delays = _delays(replay, visits, replay.thrown("defer_delay", visits), comes_back)
    return visits, replay.time[visits] + ended_at(replay)[visits] + delays


def _notified(replay: Replay) -> tuple[Int64, Int64]:
    """Visitors whom a mail brings back, and when."""
    notices = replay.ledger.notices
    rows = np.flatnonzero(notices.kind == Notice.RESTOCK)
    visits = notices.visit[rows]
    buys = replay.by_stream(lambda c: notify.buys if (notify := notify_of(c)) else 0.0)
    comes = replay.thrown("buys", visits) < buys[visits]
    rows, visits = rows[comes], visits[comes]

    def mail(customers: Customers) -> DurationLaw | None:
        notify = notify_of(customers)
        return None if notify is None else notify.delay

    return visits, notices.time[rows] + _delays(replay, visits, replay.thrown("mail_delay", visits), mail)


def _wanted(replay: Replay) -> Int64:
    """Units that each visitor who left still wanted, one at least; what was ordered for fear is not wanted."""
    gave_up = replay.joined & np.isin(replay.ledger.visits.fate, GAVE_UP)
    spare = replay.ordered - replay.short
    return np.where(gave_up, np.maximum(replay.waited.given_up - spare, 1), replay.short)


def _returns(replay: Replay) -> Iterator[Breach]:
    rows, close = replay.ledger.returns, replay.ledger.close
    parts = []
    for cause, (visits, times) in ((Return.DEFERRED, _deferred(replay)), (Return.NOTIFIED, _notified(replay))):
        back, when = visits[times < close], times[times < close]
        parts.append((when, replay.wish[back], back, np.full(len(back), int(cause)), _wanted(replay)[back]))
    expected = tuple(np.concatenate(column) for column in zip(*parts, strict=True))
    found = (rows.time, rows.intent, rows.before, rows.cause, rows.units)
    yield from same_rows("returns: time, intent, before, cause, units", found, expected)


def _told_back(replay: Replay) -> Int64:
    """When each visitor was told that the product is back; never for most."""
    notices, told = replay.ledger.notices, np.full(len(replay.time), _NEVER, dtype=np.int64)
    rows = notices.kind == Notice.RESTOCK
    np.minimum.at(told, notices.visit[rows], notices.time[rows])
    return told


def _free(replay: Replay, track: Track) -> Int64:
    """Units that a new visitor could buy, before and after each event."""
    never = replay.levers.allocate.overtaking == "never"
    return np.where(never & (track.backlog > 0), 0, track.on_hand)


def _mails(replay: Replay) -> Iterator[Breach]:
    notices, times = replay.ledger.notices, np.zeros(len(replay.time), dtype=np.int64)
    rows = np.flatnonzero(notices.kind == Notice.RESTOCK)
    np.add.at(times, notices.visit[rows], 1)
    listed = replay.ledger.visits.exit == Exit.NOTIFY
    yield from of_visits(replay, times > listed, times, "one mail to those on the list, none to others")
    for row in rows.tolist():
        visit, time = int(notices.visit[row]), int(notices.time[row])
        came = replay.came(notices.seen[row : row + 1], notices.seq[row : row + 1])
        track = replay.tracks[replay.visit_stock[visit]]
        event = int(track.before(came, int(notices.seq[row]))[0])
        posted = bool((track.what[(track.time == time)[:event].nonzero()[0]] == What.POSTED).any())
        plain = (notices.lo[row], notices.hi[row], notices.answer[row]) == (-1, -1, Answer.NONE)
        if not (posted and plain and _free(replay, track)[event] > 0 and came[0] > replay.ordinal[visit]):
            yield Breach(f"visit {visit}", time, "a mail", "one without a window, when units came and some were left")


def _missed(replay: Replay) -> Iterator[Breach]:
    """Where units came and some were left all through the second, nobody stays on the list."""
    listed, told = np.flatnonzero(replay.ledger.visits.exit == Exit.NOTIFY), _told_back(replay)
    for stock, track in enumerate(replay.tracks):
        mine = listed[replay.visit_stock[listed] == stock]
        free = _free(replay, track)
        for event in track.of(What.POSTED).tolist() if len(mine) else ():
            after, time = event + 1, int(track.time[event])
            while after < len(track) and track.time[after] == time and track.what[after] != What.VISIT:
                after += 1
            if free[event + 1 : after + 1].min() > 0:
                wrong = (replay.ordinal[mine] < track.came[event]) & (told[mine] > time)
                for visit in mine[wrong].tolist():
                    yield Breach(f"visit {visit}", time, "no mail", "a mail: the product is back")


RETURNING = (
    Law(
        "returns",
        "Everybody who means to comes back once after the delay of the die, and those whom a mail brings; each for "
        "what was still wanted, and nobody else.",
        _returns,
    ),
    Law(
        "mails",
        "Those on the list, and no others, are told once that a product is back, when units came and some were left.",
        _mails,
    ),
    Law("missed", "When units came and some are left, nobody stays on the list.", _missed),
)
