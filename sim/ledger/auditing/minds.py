"""How a visitor reads a promise, and how long one stands to wait."""

from __future__ import annotations

import numpy as np

from sim.ledger.auditing.recall import UNIT, recalled
from sim.ledger.auditing.replay import Floats, Replay
from sim.ledger.auditing.track import Bools, Int64
from sim.scenario.classes import pays_ahead_of
from sim.words import FOREVER, GAVE_UP, Fate, Notice, Wait


def at_once(replay: Replay) -> Bools:
    """Visitors who weigh all offers at once; one who ordered what was not there weighs them in turn."""
    weighs = replay.by_stream(lambda c: c.choice == "logit").astype(np.bool_)
    return weighs & ~hidden(replay)


def hidden(replay: Replay) -> Bools:
    """Visitors who learnt after ordering that the goods were not there: those soon after the shelf was emptied."""
    notices, learnt = replay.ledger.notices, np.zeros(len(replay.time), dtype=np.bool_)
    learnt[notices.visit[notices.kind == Notice.HIDDEN]] = True
    return learnt


def forced(replay: Replay) -> Bools:
    """Visitors whose order was taken for what was not there: they were told to wait, or cancelled at once."""
    notices, told = replay.ledger.notices, np.zeros(len(replay.time), dtype=np.bool_)
    told[notices.visit[notices.kind == Notice.FORCED]] = True
    refused = (replay.ledger.visits.fate == Fate.SELLER_CANCELLED) & ~replay.joined
    return np.asarray(told | (refused & ~hidden(replay)))


def stands(replay: Replay) -> Int64:
    """Longest wait that each visitor accepts: patience, stretched by regard and by seeing that goods are scarce."""
    patience = replay.everyone.patience.astype(np.int64)
    stretch = np.exp(0.5 * recalled(replay).regard / UNIT) * (1 + replay.by_stream(lambda c: c.scarcity))
    return np.where((patience >= FOREVER) | (stretch == 1.0), patience, (patience * stretch).astype(np.int64))


def broken_so_far(replay: Replay) -> Floats:
    """Share of the shop's promises that customers had seen broken when each visitor came."""
    rows, waits = replay.ledger.visits, replay.ledger.waits
    hi, vague = rows.hi.astype(np.int64), replay.ledger.terms.vague
    ended = rows.ended.astype(np.int64) - (replay.last_mile if replay.ledger.terms.shipping else 0)
    last = np.where(waits.event == Wait.TRIMMED, -1, np.arange(len(waits.event)))
    settling = np.full(len(hi), -1, dtype=np.int64)
    np.maximum.at(settling, waits.visit, last)
    fulfilled, known = rows.fate == Fate.FULFILLED, (settling >= 0) | ~replay.joined
    gone = replay.joined & np.isin(rows.fate, GAVE_UP) & (ended_at(replay) >= hi) & (not vague)
    late = (gone | (fulfilled & (ended > hi) & (not vague))) & known
    kept = fulfilled & ~late & known
    counts, settled = [], _settled(replay, settling)
    for which in (late, kept):
        counts.append(np.searchsorted(np.sort(settled[which]), replay.ordinal, side="right"))
    share: Floats = counts[0] / np.maximum(counts[0] + counts[1], 1)
    return share


def _settled(replay: Replay, settling: Int64) -> Int64:
    """How many visits had come when each backorder was settled: by its last event, or when its last parcel left."""
    waits = replay.ledger.waits
    if not len(waits.seq):
        settled = np.zeros(len(settling), dtype=np.int64)
    else:
        settled = replay.came(waits.seen[settling], waits.seq[settling])
    later = np.where(replay.ledger.visits.fate == Fate.FULFILLED, replay.sent, -1)
    direct = replay.ledger.direct.visit
    later[direct] = replay.time[direct] + ended_at(replay)[direct]
    by_time = np.searchsorted(replay.clock, later, side="left")
    return np.where(later >= 0, np.maximum(np.maximum(settled, by_time), replay.ordinal + 1), settled)


def ended_at(replay: Replay) -> Int64:
    """Seconds from each visit to its end, in 64 bits."""
    return replay.ledger.visits.ended.astype(np.int64)


def perceived(replay: Replay) -> Floats:
    """The wait that each visitor reads into the window on the page."""
    rows = replay.ledger.visits
    lo, hi = rows.lo.astype(np.float64), rows.hi.astype(np.float64)
    distrust = replay.by_stream(lambda c: c.distrust)
    broken = broken_so_far(replay) if distrust.any() else 0.0
    wait = lo + replay.by_stream(lambda c: c.eta_aversion) * (hi * (1 + distrust * broken) - lo)
    return wait + replay.last_mile if replay.levers.promise.counts == "shipping" else wait


def accepts(replay: Replay) -> Bools:
    """Whether each visitor who was offered a backorder takes it, weighing it by itself."""
    visits = replay.tape.visits
    share = replay.by_stream(lambda c: np.nan if c.acceptance is None else c.acceptance)
    by_share = visits.accept.astype(np.float64)[replay.wish] < share
    waits = np.where(np.isnan(share), perceived(replay) <= stands(replay), by_share)
    pays = replay.by_stream(pays_ahead_of)
    asked = np.flatnonzero((replay.ledger.visits.hi >= 0) & (pays < 1))
    if replay.levers.payment.ahead > 0 and len(asked):
        waits[asked] &= replay.thrown("pays", asked) < pays[asked]
    return np.asarray(waits, dtype=np.bool_)
