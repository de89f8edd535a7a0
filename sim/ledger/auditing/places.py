"""Where things happen: stocks of warehouses at work, and pages that are closed."""

from __future__ import annotations

import numpy as np

from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Bools


def at_work(replay: Replay) -> Bools:
    """Of each stock, whether a parcel from its warehouse may take longer than another."""
    houses, idle, crosses = replay.world.warehouses, replay.tape.idle, replay.levers.cross_dock
    works = [crosses or name in idle or houses[name].work is not None for name, _ in replay.stocks]
    return np.array(works, dtype=np.bool_)


def in_house(replay: Replay, warehouse: str) -> Bools:
    """Of each stock, whether it is in a warehouse."""
    return np.array([name == warehouse for name, _ in replay.stocks], dtype=np.bool_)


def shut_out(replay: Replay) -> Bools:
    """Whether each visitor who wants anything met a page closed because the warehouse stands still."""
    mask = np.zeros(len(replay.time), dtype=np.bool_)
    for name, dark in replay.tape.dark.items():
        here = replay.by_stream(lambda c, name=name: c.source == name) > 0  # type: ignore[misc]
        for start, end in dark.intervals:
            mask |= here & (replay.time >= start) & (replay.time < end)
    return mask & (replay.units > 0)
