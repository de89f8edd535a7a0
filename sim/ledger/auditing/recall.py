"""What visitors think of the shop when they come: regard of members and stars for strangers, from the ledger's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.ledger.auditing.replay import Floats, Replay
from sim.ledger.auditing.track import Bools, Int64
from sim.words import Cause

UNIT: Final = 1_000_000
"""Regard is counted in millionths."""
_WIDE: Final = 2**40
"""More than any instant: two numbers in one key."""
_BAD: Final = 15


@dataclass(frozen=True, eq=False)
class Recalled:
    """One entry for each visit."""

    regard: Int64
    """In millionths; 0 for strangers."""
    gone: Bools
    """Members who never come again."""
    sure: Bools
    """Where nothing else happened to the member in the very second, so that what came first does not matter."""


def members(replay: Replay) -> Int64:
    """The member of the panel behind each visit, or -1."""
    member = replay.tape.visits.member
    if member is None:
        return np.full(len(replay.time), -1, dtype=np.int64)
    return member[replay.wish].astype(np.int64)


def remembers(replay: Replay) -> bool:
    """Whether anybody's regard for the shop matters."""
    memory = replay.world.memory
    return memory is not None and replay.tape.visits.member is not None and memory.gain > 0


def recalled(replay: Replay) -> Recalled:
    """Regard at every visit."""
    rows, member, memory = replay.ledger.regard, members(replay), replay.world.memory
    nothing = np.zeros(len(member), dtype=np.int64)
    if memory is None or not len(rows):
        return Recalled(nothing, nothing > 0, nothing == 0)
    order = np.lexsort((np.arange(len(rows)), rows.time, rows.member))
    keys, asked = (rows.member * _WIDE + rows.time)[order], member * _WIDE + replay.time
    until = np.searchsorted(keys, asked, side="left")
    ties = np.searchsorted(keys, asked, side="right") - until
    last = order[np.maximum(until - 1, 0)]
    known = (until > 0) & (rows.member[last] == member)
    faded = faded_to(rows.after[last], rows.time[last] - replay.time, float(memory.half_life))
    left = np.full(max(int(rows.member.max()), int(member.max(initial=0))) + 2, np.iinfo(np.int64).max)
    out = rows.cause == Cause.DROPPED_OUT
    left[rows.member[out]] = rows.time[out]
    own = _of_its_own(replay, rows.visit, rows.time)
    return Recalled(np.where(known, faded, 0), left[member] < replay.time, ties == own)


def _of_its_own(replay: Replay, visit: Int64, time: Int64) -> Int64:
    """How many of some rows tell of each visit in its own second: they come after it."""
    return np.bincount(visit[time == replay.time[visit]], minlength=len(replay.time))


def faded_to(regard: Int64, since: Int64, half_life: float) -> Int64:
    """Regard some time later; `since` is the earlier instant less the later one."""
    with np.errstate(under="ignore"):
        return np.rint(regard * np.exp2(np.minimum(since, 0) / half_life)).astype(np.int64)


def draw_of_reviews(replay: Replay) -> tuple[Floats, Bools]:
    """By how much reviews multiply new visitors at every visit, and where no other review came in the very second."""
    about, rows, time = replay.world.reputation, replay.ledger.reviews, replay.time
    if about is None:
        return np.ones(len(time)), np.ones(len(time), dtype=np.bool_)
    times = np.sort(rows.time)
    sums = np.concatenate(([0], np.cumsum(rows.stars[np.argsort(rows.time, kind="stable")])))
    until = np.searchsorted(times, time, side="left")
    since = np.minimum(np.searchsorted(times, time - about.memory, side="right"), until)
    stars = (about.prior * about.prior_stars + (sums[until] - sums[since]) / 10) / (about.prior + until - since)
    bad = np.sort(rows.time[rows.stars == _BAD])
    last = np.append(bad, np.iinfo(np.int64).min // 2)[np.searchsorted(bad, time, side="left") - 1]
    shock = np.where(time < last + about.shock_lasts, about.shock, 1.0)
    draw = np.maximum((1 + about.elasticity * (stars - about.prior_stars)) * shock, 0.0)
    ties = np.searchsorted(times, time, side="right") - until
    return draw, ties == _of_its_own(replay, rows.visit, rows.time)
