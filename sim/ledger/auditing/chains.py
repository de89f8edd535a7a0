"""What each customer who waits was promised last, and until when one stands it: from the page, then by the notices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.ledger.auditing.minds import stands
from sim.ledger.auditing.replay import Floats, Replay
from sim.ledger.auditing.track import Int64
from sim.words import FOREVER, Answer, Notice

NEVER = 2**62


@dataclass(frozen=True, eq=False)
class Told:
    """Notices with a new window, in their order, with how things stood at each."""

    row: Int64
    """In `NoticeRows`."""
    promise: Int64
    """The promised instant before."""
    patience: Int64
    """Longest wait from joining before."""
    on_news: Int64
    """Longest wait from joining after hearing it."""
    delays: Int64
    """Delays heard of before."""


@dataclass(frozen=True, eq=False)
class Chain:
    """How things stood in the end, one entry for each visit; of use for those who joined."""

    told: Told
    promise: Int64
    """The promised instant."""
    patience: Int64
    """Longest wait from joining."""
    delays: Int64
    """Delays heard of."""


def chain(replay: Replay) -> Chain:
    """All promises of a run, one after the other."""
    hi = replay.ledger.visits.hi.astype(np.int64)
    promise, patience = replay.time + hi, np.maximum(stands(replay), hi)
    delays, notices = np.zeros(len(hi), dtype=np.int64), replay.ledger.notices
    rows = np.flatnonzero(np.isin(notices.kind, (Notice.AT_RISK, Notice.DELAY, Notice.CONSENT)))
    heard = np.array([*_heard(replay, rows, promise, patience, delays)], dtype=np.int64).reshape(-1, 4)
    return Chain(Told(rows, *np.ascontiguousarray(heard.T)), promise, patience, delays)


def _heard(
    replay: Replay, rows: Int64, promise: Int64, patience: Int64, delays: Int64
) -> Iterator[tuple[int, int, int, int]]:
    """How things stood at each notice; what it changes is written into the columns of the visits."""
    notices, streams = replay.ledger.notices, replay.everyone.stream
    shares = [(c.patience_told, c.patience_told_late) for c in replay.streams]
    stretched: set[int] = set()
    columns = (notices.visit[rows], notices.time[rows], notices.hi[rows], notices.answer[rows])
    for visit, time, hi, answer in zip(*(column.tolist() for column in columns), strict=True):
        before, stood, share = int(promise[visit]), int(patience[visit]), shares[streams[visit]]
        on_news = stood if visit in stretched else int(stood * (1.0 + share[time >= before]))
        yield before, stood, on_news, int(delays[visit])
        if answer != Answer.NONE:
            delays[visit] += 1
        if answer == Answer.STAYS:
            promise[visit], patience[visit] = time + hi, on_news
            stretched.add(visit)


def reneges(replay: Replay, visits: Int64, promise: Int64, patience: Int64) -> Int64:
    """When some visitors would renege, on these promised instants; `NEVER` for never."""
    joined, vague = replay.time[visits], replay.ledger.terms.vague
    hi = promise - joined
    chi = np.ones(len(visits)) if vague else replay.by_stream(lambda c: c.after_broken)[visits]
    longest = np.maximum(patience, hi)
    if not vague and any(c.hazard for c in replay.streams):
        by_hazard = replay.by_stream(lambda c: c.hazard is not None)[visits].astype(np.bool_)
        longest[by_hazard] = hi[by_hazard] + _stamina(replay, visits[by_hazard])
        chi[by_hazard] = 1.0
    left = hi + np.floor(chi * (longest - hi)).astype(np.int64)
    return np.where(longest >= FOREVER, NEVER, joined + left)


def _stamina(replay: Replay, visits: Int64) -> Int64:
    """Time from a broken promise to leaving, by a hazard that grows exponentially."""
    exposure = -np.log1p(-replay.thrown("hazard", visits))
    rate = replay.by_stream(lambda c: c.hazard.rate if c.hazard else 1.0)[visits]
    growth = replay.by_stream(lambda c: c.hazard.growth if c.hazard else 0.0)[visits]
    steady: Floats = exposure / rate
    with np.errstate(divide="ignore", invalid="ignore"):
        rising = np.log1p(growth * steady) / growth
    return np.minimum(np.where(growth > 0, rising, steady), FOREVER // 2).astype(np.int64)


def whims(replay: Replay) -> Int64:
    """When each visitor, having joined, would change their mind; `NEVER` for never."""
    whim = replay.tape.visits.whim.astype(np.int64)[replay.wish]
    return np.where(whim >= FOREVER, NEVER, replay.time + whim)
