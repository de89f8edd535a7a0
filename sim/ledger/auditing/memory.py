"""Laws of memory: what members make of their experiences, and what customers write."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing.experiences import experiences, outcomes
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.minds import ended_at
from sim.ledger.auditing.recall import UNIT, faded_to, members, remembers
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.rows import same_rows
from sim.ledger.auditing.track import Bools, Int64
from sim.ledger.tables import RegardRows
from sim.scenario.memory import Churn
from sim.tape.dice import TURNS
from sim.words import Cause

_LEAST, _MOST = -2_300_000, 220_000
_GOOD, _NEUTRAL, _BAD = 48, 35, 15


def _experience(replay: Replay) -> Iterator[Breach]:
    rows, member, close = replay.ledger.regard, members(replay), replay.ledger.close
    felt = rows.cause != Cause.DROPPED_OUT
    found = tuple(column[felt] for column in (rows.time, rows.visit, rows.member, rows.cause, rows.change))
    settled, parts = replay.time + ended_at(replay), []
    for each in experiences(replay) if remembers(replay) else ():
        mine = (member[each.visit] >= 0) & (settled[each.visit] < close)
        visit = each.visit[mine]
        cause = np.full(len(visit), int(each.cause))
        parts.append((settled[visit], visit, member[visit], cause, each.change[mine]))
    none = (np.empty(0, dtype=np.int64),) * 5
    expected = tuple(np.concatenate(column) for column in zip(none, *parts, strict=True))
    yield from same_rows("regard: time, visit, member, cause, change", found, expected)


def _regard(replay: Replay) -> Iterator[Breach]:
    rows, memory = replay.ledger.regard, replay.world.memory
    if memory is None or not len(rows):
        return
    for row in (np.flatnonzero(np.diff(rows.time) < 0) + 1).tolist():
        yield Breach(f"regard[{row}]", int(rows.time[row]), "earlier than the row before", "in order of time")
    order = np.argsort(rows.member, kind="stable")
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = np.diff(rows.member[order]) != 0
    before = np.where(first, 0, np.roll(rows.after[order], 1))
    since = np.where(first, 0, np.roll(rows.time[order], 1) - rows.time[order])
    faded = faded_to(before, since, float(memory.half_life))
    expected = np.clip(faded + rows.change[order], _LEAST, _MOST)
    for at in np.flatnonzero(rows.after[order] != expected).tolist():
        row = int(order[at])
        subject = f"regard[{row}] of member {rows.member[row]}"
        yield Breach(subject, int(rows.time[row]), int(rows.after[row]), int(expected[at]))


def _churn(replay: Replay) -> Iterator[Breach]:
    rows, memory = replay.ledger.regard, replay.world.memory
    out = rows.cause == Cause.DROPPED_OUT
    for row in np.flatnonzero(out & (rows.change != 0)).tolist():
        yield Breach(f"regard[{row}]", int(rows.time[row]), f"change {rows.change[row]}", 0)
    found = (rows.time[out], rows.member[out], rows.visit[out])
    last = np.empty(0, dtype=np.int64)
    if memory is not None and memory.churn is not None and len(rows):
        last = _last_experiences(replay, rows, memory.churn)
    expected = (rows.time[last], rows.member[last], rows.visit[last])
    yield from same_rows("dropped out: time, member, visit", found, expected)


def _last_experiences(replay: Replay, rows: RegardRows, churn: Churn) -> Int64:
    """The experience of each member after which the die says never again, where there is one."""
    counted = np.flatnonzero(~np.isin(rows.cause, (Cause.BROKEN, Cause.LATE_DAYS, Cause.DROPPED_OUT)))
    counted = counted[np.argsort(rows.member[counted], kind="stable")]
    member = rows.member[counted]
    number = np.arange(len(counted)) - np.searchsorted(member, member, side="left") + 1
    die, turns = replay.tape.member_dice["churn"], 1 + number % (TURNS - 2)
    throws = np.empty(len(counted))
    for turn in np.unique(turns).tolist():
        throws[turns == turn] = die.many(member[turns == turn], turn)
    own = {each: churn.chance(die(each)) for each in np.unique(member).tolist()}
    chance = np.array([own[each] for each in member.tolist()]) * np.exp(-2 * rows.change[counted] / UNIT)
    ends: Bools = throws < chance
    _, first = np.unique(member[ends], return_index=True)
    lasts: Int64 = counted[ends][first]
    return lasts


def _reviews(replay: Replay) -> Iterator[Breach]:
    rows, about = replay.ledger.reviews, replay.world.reputation
    expected = (np.empty(0, dtype=np.int64),) * 3
    if about is not None:
        had = outcomes(replay)
        bad = had.broken | had.gave_up | had.by_shop | had.turned_away
        stars = np.where(bad, _BAD, np.where(had.waited, _NEUTRAL, _GOOD))
        time = replay.time + ended_at(replay)
        asked = np.flatnonzero((had.at_once | had.waited | bad) & (time < replay.ledger.close))
        share = np.where(bad[asked], about.after_bad, about.after_good)
        wrote = asked[replay.thrown("review", asked) < share]
        expected = (time[wrote], wrote, stars[wrote])
    yield from same_rows("reviews: time, visit, stars", (rows.time, rows.visit, rows.stars), expected)
    for row in (np.flatnonzero(np.diff(rows.time) < 0) + 1).tolist():
        yield Breach(f"reviews[{row}]", int(rows.time[row]), "earlier than the row before", "in order of time")


MEMORY = (
    Law(
        "experience",
        "Each experience of a member is written down once, with its cause, its time and the change that the table of "
        "changes asks for; nobody's is missing.",
        _experience,
    ),
    Law("regard", "Regard is what it was, faded, and the change, kept within its bounds; in order of time.", _regard),
    Law("churn", "A member stops buying here for good after the first experience at which the die says so.", _churn),
    Law("reviews", "A customer writes a review after an experience if and only if the die says so.", _reviews),
)
