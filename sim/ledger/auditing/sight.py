"""What each visitor saw of a stock, and what lay on its shelf: the record, copies of it, and the truth."""

from __future__ import annotations

import numpy as np

from sim.ledger.auditing.minds import forced
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Bools, Int64, Track, What
from sim.scenario.policies import Ordered
from sim.words import Fate


def physical(replay: Replay, track: Track) -> Int64:
    """Units on the shelf, one entry more than there are events, as in all levels of a track."""
    records, change = replay.ledger.records, np.zeros(len(track), dtype=np.int64)
    slips = track.of(What.SLIPPED)
    row = track.row[slips]
    change[slips] = records.physical[row] - records.record[row]
    return track.on_hand + np.concatenate(([0], np.cumsum(change)))


def shelf_at_visit(replay: Replay) -> Int64:
    """Units that truly lay on the shelf when each visitor came."""
    met = np.zeros(len(replay.time), dtype=np.int64)
    for track in replay.tracks:
        events = track.of(What.VISIT)
        met[track.row[events]] = physical(replay, track)[events]
    return met


def _is_held(replay: Replay, backlog: Int64) -> Bools:
    allocate = replay.levers.allocate
    return np.asarray(isinstance(allocate, Ordered) & (allocate.overtaking == "never") & (backlog > 0))


def free_at_visit(replay: Replay) -> Int64:
    """Units of the record that each visitor could have: none while anyone waits whom nobody may overtake."""
    return np.where(_is_held(replay, replay.backlog_at_visit), 0, replay.hand_at_visit)


def shown(replay: Replay) -> Int64:
    """Units that the page of each visitor spoke of: the record, or the copy of a channel."""
    seen = free_at_visit(replay)
    for name, channel in replay.world.channels.items():
        every = channel.sync if replay.levers.sync is None else replay.levers.sync
        mine = replay.by_stream(lambda c, name=name: c.channel == name).astype(np.bool_)  # type: ignore[misc]
        for stock in range(len(replay.stocks)):
            visits = np.flatnonzero(mine & (replay.visit_stock == stock))
            if not len(visits):
                continue
            if every:
                seen[visits] = _copied(replay, stock, visits, every, channel.buffer)
            else:
                seen[visits] = np.maximum(seen[visits] - channel.buffer, 0)
    return seen


def _copied(replay: Replay, stock: int, visits: Int64, every: int, buffer: int) -> Int64:
    """What a channel copied last of a stock before each visit, less what it sold since."""
    track, rows = replay.tracks[stock], replay.ledger.visits
    order = visits[np.argsort(replay.ordinal[visits], kind="stable")]
    copy = replay.time[order] // every
    before = np.searchsorted(track.time, copy * every, side="left")
    free = np.where(_is_held(replay, track.backlog[before]), 0, track.on_hand[before])
    whole = (rows.fate[order] == Fate.SERVED) | sold_whole(replay)[order] | forced(replay)[order]
    taken = np.where(whole, replay.units[order], rows.now[order])
    sold = np.concatenate(([0], np.cumsum(taken)))[:-1]
    first = np.searchsorted(copy, copy, side="left")
    seen = np.empty(len(replay.time), dtype=np.int64)
    seen[order] = np.maximum(free - buffer, 0) - (sold - sold[first])
    return seen[visits]


def sold_whole(replay: Replay) -> Bools:
    """Visitors who had all that they wanted at once, whether it was sent before the close or not."""
    return np.asarray((replay.units > 0) & (replay.ledger.visits.now == replay.units))
