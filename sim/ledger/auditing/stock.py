"""Laws of conservation: no unit appears from nowhere, and none vanishes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Int64
from sim.words import Move


def _opening(replay: Replay) -> Iterator[Breach]:
    for number, (warehouse, product) in enumerate(replay.stocks):
        found, stated = int(replay.ledger.opening[number]), replay.world.warehouses[warehouse].stock.get(product)
        if found < 0 or stated not in (None, found):
            yield Breach(replay.name(number), 0, f"{found} on hand", stated)


def _conservation(replay: Replay) -> Iterator[Breach]:
    for number, track in enumerate(replay.tracks):
        for event in np.flatnonzero(track.on_hand[1:] < 0).tolist():
            found = f"{track.on_hand[event + 1]} on hand"
            yield Breach(replay.name(number), int(track.time[event]), found, "0 or more")
        closing = int(replay.ledger.closing[number])
        if closing != track.on_hand[-1]:
            yield Breach(replay.name(number), None, f"closing {closing}", f"{track.on_hand[-1]} from its moves")


def _units(replay: Replay) -> Iterator[Breach]:
    orders = replay.ledger.orders
    for row in np.flatnonzero(orders.units < 1).tolist():
        yield Breach(f"order {row}", int(orders.placed[row]), f"{orders.units[row]} units", "1 or more")
    yield from _moved(replay, Move.POSTED, orders.stock.astype(np.int64), orders.posted, replay.good - replay.crossed)
    yield from _moved(replay, Move.ISSUED, replay.source_stock, orders.filled, orders.units.astype(np.int64))
    for number, track in enumerate(replay.tracks):
        open_ = (orders.posted < 0) & (replay.ended > replay.ledger.close)
        due = int((orders.units - replay.crossed)[(orders.stock == number) & open_].sum())
        if due != track.on_order[-1]:
            yield Breach(replay.name(number), None, f"{track.on_order[-1]} on order", f"{due} not posted")


def _moved(replay: Replay, event: Move, stock: Int64, instant: Int64, units: Int64) -> Iterator[Breach]:
    """Each order moves its units once, at its instant, at its stock, or not at all."""
    moves, orders = replay.ledger.moves, replay.ledger.orders
    rows = np.flatnonzero(moves.event == event)
    times = np.bincount(moves.order[rows], minlength=len(orders.lane))
    reached = (instant >= 0) & (stock >= 0)
    for order in np.flatnonzero(times != reached).tolist():
        found, expected = f"{event.name} {times[order]} times", f"{int(reached[order])} times"
        yield Breach(f"order {order}", int(instant[order]), found, expected)
    of = moves.order[rows]
    told = np.stack((moves.units[rows], moves.time[rows], moves.stock[rows]), axis=1)
    due = np.stack((units[of], instant[of], stock[of]), axis=1)
    for row in np.flatnonzero((told != due).any(axis=1)).tolist():
        yield Breach(f"order {of[row]} {event.name}", int(moves.time[rows[row]]), _said(told[row]), _said(due[row]))


def _said(move: Int64) -> str:
    units, time, stock = move.tolist()
    return f"{units} units at {time} s at stock {stock}"


STOCK = (
    Law("opening", "Each stock opens with the units the world states, and never with fewer than none.", _opening),
    Law(
        "conservation",
        "On hand is what was there, less what was sold, granted, issued and taken instead, plus what was posted; it is "
        "never negative, and at the end it is the closing stock.",
        _conservation,
    ),
    Law(
        "units",
        "Each supply order is issued whole and posted as it came, at most once, at its stock and instant; units placed "
        "are units posted, missing, cancelled, lost and on order.",
        _units,
    ),
)
