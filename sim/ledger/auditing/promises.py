"""The law of promises: the window on the page is what its basis makes of the receipts the shop knew."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import log

import numpy as np

from sim.ledger.auditing.fates import of_visits
from sim.ledger.auditing.inbound import pegged
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.offers import within_cap
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Bools, Int64
from sim.scenario.world import LateSlip, ScriptedSlip
from sim.words import Fate


def _dates(replay: Replay) -> Int64:
    """The date of each order that the basis looks at."""
    orders, close = replay.ledger.orders, replay.ledger.close
    if replay.levers.promise.basis == "oracle":
        return np.where(orders.arrived < 0, close, orders.arrived)
    return orders.confirmed


def _handling(warehouse: str, replay: Replay) -> int:
    house = replay.world.warehouses[warehouse]
    return house.receiving + house.picking + house.last_mile


def _catalogue(replay: Replay) -> Int64:
    """Mean lead time of the lane to each visitor's stock, and handling."""

    def nominal(warehouse: str, product: str) -> int:
        lane = replay.world.inbound_lane(warehouse, product)
        mean = 0 if lane is None else round(replay.world.lanes[lane].lead_time.mean_value)
        claimed = replay.levers.promise.catalogue
        mean = mean if claimed is None else claimed
        return mean + _handling(warehouse, replay)

    return replay.by_stock(nominal)[replay.visit_stock]


def _belief(replay: Replay, warehouse: str, product: str) -> object:
    """The slip the shop believes in: stated, or that of the lane."""
    lane = replay.world.inbound_lane(warehouse, product)
    own = None if lane is None else replay.world.lanes[lane].slip
    stated = replay.levers.promise.believes
    return own if stated is None else stated


def _lateness(slip: LateSlip, late: float, level: float) -> int:
    """A quantile of the slip when it is positive with a chance `late`; exponential lateness has no memory."""
    return round(slip.mean * log(late / (1 - level))) if level > 1 - late else 0


def _slips(replay: Replay, peg: Int64, level: float) -> Int64:
    """What a basis of quantiles adds to the date at a level, for each visitor; nothing for a receipt at the dock."""

    def slip(warehouse: str, product: str, *, due: bool) -> int:
        belief = _belief(replay, warehouse, product)
        return _lateness(belief, 1.0 if due else belief.late, level) if isinstance(belief, LateSlip) else 0

    ahead, late = (replay.by_stock(partial(slip, due=due))[replay.visit_stock] for due in (False, True))
    time, arrived = replay.tape.visits.time, np.append(replay.ledger.orders.arrived, -1)[peg]
    overdue = np.append(_dates(replay), 0)[peg] <= time
    docked = (arrived >= 0) & (arrived <= time)
    return np.where(docked, 0, np.where(overdue, late, ahead))


def _windows(replay: Replay, peg: Int64) -> tuple[Int64, Int64]:
    """The window due to each visitor, before it is widened and rounded."""
    promise, time = replay.levers.promise, replay.tape.visits.time
    handling = replay.by_stock(lambda warehouse, _: _handling(warehouse, replay))[replay.visit_stock]
    date = np.append(_dates(replay), 0)[peg]
    due = np.maximum(date - time, 0) + handling
    nominal = _catalogue(replay)
    if promise.basis == "quantile":
        low = due + _slips(replay, peg, promise.low_level)
        high = np.maximum(low, due + _slips(replay, peg, promise.level))
    else:
        low, high = due, due + (0 if promise.basis == "oracle" else promise.width)
    listed = (peg < 0) | (promise.basis == "nominal")
    return np.where(listed, nominal, low), np.where(listed, nominal + promise.width, high)


def _believable(replay: Replay, peg: Int64) -> Bools:
    """Where the belief about a receipt is a share of late ones or none at all; other laws are not looked at."""
    plain = replay.by_stock(lambda *stock: isinstance(_belief(replay, *stock), LateSlip | ScriptedSlip | None))
    return (peg < 0) | plain[replay.visit_stock].astype(np.bool_)


def _knowable(replay: Replay, peg: Int64) -> Bools:
    """Where the window follows from the ledger; an oracle also knows of arrivals after the close."""
    if replay.levers.promise.basis == "oracle":
        return (peg < 0) | (np.append(replay.ledger.orders.arrived, -1)[peg] >= 0)
    if replay.levers.promise.basis == "quantile":
        return _believable(replay, peg)
    return np.ones_like(peg, dtype=np.bool_)


def _page(replay: Replay, peg: Int64) -> tuple[Int64, Int64]:
    """The window as shown: widened, then rounded outward."""
    promise, (lo, hi) = replay.levers.promise, _windows(replay, peg)
    hi = np.maximum(hi, lo + promise.least_width)
    if promise.round_to:
        lo, hi = lo // promise.round_to * promise.round_to, -(-hi // promise.round_to) * promise.round_to
    return lo, hi


def _pegs(replay: Replay) -> Int64:
    """The order each short visitor would be served from; -1 where there is none or nobody looks."""
    levers, short = replay.levers, replay.ledger.visits.fate != Fate.SERVED
    if levers.promise.basis == "nominal" and levers.when_short != "hybrid":
        return np.full(len(short), -1, dtype=np.int64)
    return pegged(replay, _dates(replay), short)


def _promise(replay: Replay) -> Iterator[Breach]:
    rows, peg = replay.ledger.visits, _pegs(replay)
    lo, hi = _page(replay, peg)
    wrong = (rows.hi >= 0) & _knowable(replay, peg) & ((rows.lo != lo) | (rows.hi != hi))
    found, expected = np.stack((rows.lo, rows.hi), axis=1), np.stack((lo, hi), axis=1)
    yield from of_visits(replay, wrong, found, expected)


def _hybrid(replay: Replay) -> Iterator[Breach]:
    """Of each short visitor whose page is known, whether it lay within the limits of the moment."""
    if replay.levers.when_short != "hybrid":
        return
    limits, peg, offered = replay.levers.limits, _pegs(replay), replay.ledger.visits.hi >= 0
    known = _knowable(replay, peg) & _believable(replay, peg)
    spread = _slips(replay, peg, 0.95) - _slips(replay, peg, 0.50)
    share = np.where(_after_an_offer(replay), 1.0, limits.reopen)
    within = (_page(replay, peg)[1] <= share * limits.horizon) & (spread <= share * limits.spread) & (peg >= 0)
    short = known & (replay.ledger.visits.fate != Fate.SERVED)
    yield from of_visits(replay, short & offered & ~within, "a backorder offered", "out of stock")
    yield from of_visits(replay, short & ~offered & within & within_cap(replay), "out of stock", "a backorder")


def _after_an_offer(replay: Replay) -> Bools:
    """Whether the short visitor before each, at the same stock, was offered a backorder; the first counts as one."""
    rows, after = replay.ledger.visits, np.ones(len(replay.tape.visits), dtype=np.bool_)
    for stock in range(len(replay.stocks)):
        short = np.flatnonzero((replay.visit_stock == stock) & (rows.fate != Fate.SERVED))
        after[short[1:]] = rows.hi[short[:-1]] >= 0
    return after


PROMISES = (
    Law(
        "promise",
        "The window is that of the catalogue, or of the first receipt that covers all who wait and the visitor, with "
        "its slips or width, widened and rounded outward.",
        _promise,
    ),
    Law(
        "hybrid",
        "A hybrid shop offers a backorder while horizon and spread are within their limits, and once closed again "
        "below a share of them.",
        _hybrid,
    ),
)
