"""Laws of support: who asks, and when somebody answers."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heapreplace

import numpy as np

from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.minds import ended_at
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Int64
from sim.scenario.memory import Support
from sim.tape.dice import TURNS
from sim.words import GAVE_UP, Answer, Fate

_WIDE = 2**40
_LAST = TURNS - 1
Candidates = tuple[Int64, Int64, Int64]
"""Time, visit and turn of contacts, one entry for each."""


def _rate(replay: Replay, about: Support) -> float:
    return about.untold if replay.levers.updates.rule in ("silent", "late") else about.told


def still_waits_until(replay: Replay) -> Int64:
    """When each customer who joined waits no more."""
    rows, sums = replay.ledger.visits, replay.waited
    gone = np.isin(rows.fate, GAVE_UP)
    open_ = (rows.fate == Fate.PENDING) & ~replay.got_all
    return np.where(gone, sums.left, np.where(open_, replay.ledger.close, sums.last_grant))


def _promise_at(replay: Replay, visits: Int64, times: Int64) -> Int64:
    """The promised instant of some visits at some instants, by the notices before."""
    notices, first = replay.ledger.notices, replay.time + replay.ledger.visits.hi
    rows = np.flatnonzero(notices.answer == Answer.STAYS)
    visit, time = notices.visit[rows], notices.time[rows]
    order = np.lexsort((np.arange(len(rows)), time, visit))
    place = np.searchsorted((visit * _WIDE + time)[order], visits * _WIDE + times, side="left") - 1
    if not len(rows):
        return first[visits]
    last = order[np.maximum(place, 0)]
    told = (place >= 0) & (visit[last] == visits)
    return np.where(told, time[last] + notices.hi[rows][last], first[visits])


def _questions(replay: Replay, about: Support) -> Iterator[Candidates]:
    """Contacts of those who wait, turn by turn."""
    visits, until = np.flatnonzero(replay.joined), still_waits_until(replay)
    times, highest = replay.time[visits], _rate(replay, about) * about.late
    for turn in range(_LAST if highest > 0 else 0):
        fixed = np.full(len(visits), turn, dtype=np.int64)
        gaps = np.ceil(-np.log1p(-replay.thrown("contact_gap", visits, turn=fixed)) / highest)
        times = times + np.minimum(gaps, _WIDE).astype(np.int64)
        waits = (times <= until[visits]) & (times < replay.ledger.close)
        visits, times, fixed = visits[waits], times[waits], fixed[waits]
        if not len(visits):
            return
        late = times > _promise_at(replay, visits, times)
        asks = late | (replay.thrown("contact", visits, turn=fixed) * about.late < 1)
        yield times[asks], visits[asks], fixed[asks]


def _orders(replay: Replay, about: Support) -> Candidates:
    """Contacts of those served from the shelf, at delivery."""
    rows, times = replay.ledger.visits, replay.time + ended_at(replay)
    served = (rows.fate == Fate.SERVED) & (replay.units > 0) & (times < replay.ledger.close)
    visits = np.flatnonzero(served)
    turns = np.full(len(visits), _LAST, dtype=np.int64)
    asks = replay.thrown("contact", visits, turn=turns) < about.normal
    return times[visits][asks], visits[asks], turns[asks]


def _turns(replay: Replay, about: Support) -> dict[tuple[int, int], int]:
    """All contacts there may be, by time and visit, with their turn."""
    parts = [_orders(replay, about), *_questions(replay, about)]
    columns = (np.concatenate(column).tolist() for column in zip(*parts, strict=True))
    return {(time, visit): turn for time, visit, turn in zip(*columns, strict=True)}


def _unsure(replay: Replay) -> set[tuple[int, int]]:
    """Seconds in which a customer stopped waiting, or was told something: what came first cannot be told."""
    visits = np.flatnonzero(replay.joined)
    notices = replay.ledger.notices
    ends = zip(still_waits_until(replay)[visits].tolist(), visits.tolist(), strict=True)
    return {*ends, *zip(notices.time.tolist(), notices.visit.tolist(), strict=True)}


def _contacts(replay: Replay) -> Iterator[Breach]:
    rows, about = replay.ledger.contacts, replay.world.support
    if about is None:
        for row in range(len(rows)):
            yield Breach(f"contacts[{row}]", int(rows.time[row]), "a contact", "none: there is no support")
        return
    due, unsure = _turns(replay, about), _unsure(replay)
    told = [*zip(rows.time.tolist(), rows.visit.tolist(), strict=True)]
    for time, visit in sorted(set(due) - set(told) - unsure):
        yield Breach(f"visit {visit}", time, "no contact", "a contact")
    for row, (time, visit) in enumerate(told):
        if (time, visit) not in due and (time, visit) not in unsure:
            yield Breach(f"contacts[{row}] of visit {visit}", time, "a contact", "none")
    if len(told) > len(set(told)):
        yield Breach("contacts", None, f"{len(told)} contacts", f"{len(set(told))}, each once")
    for row in (np.flatnonzero(np.diff(rows.time) < 0) + 1).tolist():
        yield Breach(f"contacts[{row}]", int(rows.time[row]), "earlier than the row before", "in order of time")


def _lengths(replay: Replay, about: Support, visits: Int64, turns: Int64) -> Int64:
    dice = replay.thrown("answer", visits, turn=turns)
    return np.maximum(np.rint(about.answer.ppf(dice)), 0).astype(np.int64)


def _answers(replay: Replay) -> Iterator[Breach]:
    """Contacts are taken up one by one, in the order of asking, by whoever is free first."""
    rows, about = replay.ledger.contacts, replay.world.support
    if about is None or not len(rows):
        return
    due = _turns(replay, about)
    turns = np.array([due.get(each, 0) for each in zip(rows.time.tolist(), rows.visit.tolist(), strict=True)])
    lengths = _lengths(replay, about, rows.visit, turns).tolist()
    free = [0] * about.agents
    heapify(free)
    columns = (rows.time.tolist(), rows.answered.tolist(), rows.ended.tolist(), lengths)
    for row, (time, answered, ended, length) in enumerate(zip(*columns, strict=True)):
        start = max(free[0], time)
        heapreplace(free, start + length)
        within = start + length < replay.ledger.close
        expected = (start, start + length) if within else (-1, -1)
        if (answered, ended) != expected:
            yield Breach(f"contacts[{row}] of visit {rows.visit[row]}", time, (answered, ended), expected)


ASKING = (
    Law(
        "contacts",
        "Customers ask while they wait, at the rate of the moment by their dice, or once at delivery, and nobody else.",
        _contacts,
    ),
    Law(
        "answers",
        "Contacts are answered in the order of asking, each as long as its die says, by no more people than there are.",
        _answers,
    ),
)
