"""The law of leaving: who waits goes when patience, mind, the shop or the law says, and not before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing.chains import NEVER, Chain, chain, reneges, whims
from sim.ledger.auditing.fates import of_visits
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.prices import prices_change
from sim.ledger.auditing.recall import recalled
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Bools, Int64
from sim.words import Answer, Fate, Notice, Wait


def called_off(replay: Replay, chained: Chain) -> tuple[Int64, Int64]:
    """When the shop would cancel each backorder, and its customer end the contract; `NEVER` for never."""
    levers, never = replay.levers, np.full(len(replay.time), NEVER, dtype=np.int64)
    cancels = never if levers.cancel_after is None else chained.promise + levers.cancel_after
    if levers.consent.rule != "eu":
        return cancels, never
    joined = np.flatnonzero(replay.joined)
    responds = replay.thrown("respond", joined, turn=chained.delays[joined]) < levers.consent.responds
    ends = never.copy()
    ends[joined[responds]] = chained.promise[joined[responds]] + levers.consent.further
    return cancels, ends


def _told_at_end(replay: Replay) -> tuple[Bools, Bools]:
    """Whether each visitor left on being told of a delay, and by saying nothing when asked to consent."""
    notices, left = replay.ledger.notices, replay.waited.left
    declined, silent = np.zeros(len(left), dtype=np.bool_), np.zeros(len(left), dtype=np.bool_)
    then = notices.time == left[notices.visit]
    declined[notices.visit[then & (notices.answer == Answer.LEAVES)]] = True
    silent[notices.visit[then & (notices.kind == Notice.CONSENT) & (notices.answer == Answer.NONE)]] = True
    return declined, silent


def _leaving(replay: Replay) -> Iterator[Breach]:
    sums, fate, chained = replay.waited, replay.ledger.visits.fate, chain(replay)
    sure, joined = replay.joined & recalled(replay).sure, np.flatnonzero(replay.joined)
    gives_up = np.full(len(sure), NEVER, dtype=np.int64)
    gives_up[joined] = reneges(replay, joined, chained.promise[joined], chained.patience[joined])
    minds = whims(replay)
    cancels, ends = called_off(replay, chained)
    due = {Wait.RENEGED: gives_up, Wait.CHANGED_MIND: minds, Wait.SELLER_CANCELLED: cancels, Wait.NO_CONSENT: ends}
    first = np.minimum.reduce([*due.values()])
    declined, silent = _told_at_end(replay)
    for way, instant in due.items():
        left = sure & (sums.way == way) & ~(silent if way == Wait.NO_CONSENT else np.zeros_like(sure))
        yield from of_visits(replay, left & (sums.left != instant), sums.left, instant)
        yield from of_visits(replay, left & (sums.left > first), sums.left, first)
    whim = sure & (sums.way == Wait.CHANGED_MIND)
    yield from of_visits(replay, whim & (gives_up <= minds), "changed their mind", "had reneged before")
    told = sure & (declined | silent)
    yield from of_visits(replay, told & (sums.left > first), sums.left, first)
    kept = sure & replay.got_all & (sums.last_grant > first)
    yield from of_visits(replay, kept, sums.last_grant, first)
    waits = sure & (fate == Fate.PENDING) & ~replay.got_all & (first < replay.ledger.close)
    yield from of_visits(replay, waits, "waits at the close", first)


def _declined(replay: Replay) -> Iterator[Breach]:
    """Who declined was told of a delay at that moment, or offered the goods at a higher price."""
    declined, _ = _told_at_end(replay)
    left = (replay.waited.way == Wait.DECLINED) & ~declined
    if replay.levers.price_lock or not prices_change(replay):
        yield from of_visits(replay, left, "declined", "nothing to decline")


LEAVING = (
    Law(
        "leaving",
        "A waiting customer leaves exactly when patience, a broken promise, a change of mind, the shop's own term or "
        "the law says by the promises told so far, unless all was granted by then.",
        _leaving,
    ),
    Law(
        "declined",
        "Who declines was told of a delay at that moment, or offered the goods at a higher price.",
        _declined,
    ),
)
