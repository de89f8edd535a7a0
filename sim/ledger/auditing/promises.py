"""The law of promises: the window on the page is what its basis makes of the receipts the shop knew."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import log

import numpy as np

from sim.ledger.auditing.fates import of_visits
from sim.ledger.auditing.inbound import pegged
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Bools, Int64
from sim.scenario.laws import DurationLaw
from sim.scenario.world import LateSlip, ScriptedSlip


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


def _belief(replay: Replay, warehouse: str, product: str) -> LateSlip | ScriptedSlip | DurationLaw | None:
    """The slip the shop believes in: stated, or that of the lane."""
    lane = replay.world.inbound_lane(warehouse, product)
    own = None if lane is None else replay.world.lanes[lane].slip
    stated = replay.levers.promise.believes
    return own if stated is None else stated


def _lateness(slip: LateSlip, late: float, level: float) -> int:
    """A quantile of the slip when it is positive with a chance `late`; exponential lateness has no memory."""
    return round(slip.mean * log(late / (1 - level))) if level > 1 - late else 0


def _slips(replay: Replay, overdue: Bools, level: float) -> Int64:
    """What a basis of quantiles adds to the date at a level, for each visitor."""

    def slip(warehouse: str, product: str, *, due: bool) -> int:
        belief = _belief(replay, warehouse, product)
        return _lateness(belief, 1.0 if due else belief.late, level) if isinstance(belief, LateSlip) else 0

    ahead, late = (replay.by_stock(partial(slip, due=due))[replay.visit_stock] for due in (False, True))
    return np.where(overdue, late, ahead)


def _windows(replay: Replay, peg: Int64) -> tuple[Int64, Int64]:
    """The window due to each visitor, before it is widened and rounded."""
    promise, time = replay.levers.promise, replay.tape.visits.time
    handling = replay.by_stock(lambda warehouse, _: _handling(warehouse, replay))[replay.visit_stock]
    date = np.append(_dates(replay), 0)[peg]
    due = np.maximum(date - time, 0) + handling
    nominal = _catalogue(replay)
    if promise.basis == "quantile":
        low = due + _slips(replay, date <= time, promise.low_level)
        high = np.maximum(low, due + _slips(replay, date <= time, promise.level))
    else:
        low, high = due, due + (0 if promise.basis == "oracle" else promise.width)
    return np.where(peg < 0, nominal, low), np.where(peg < 0, nominal + promise.width, high)


def _knowable(replay: Replay, peg: Int64) -> Bools:
    """Where the window follows from the ledger: not from an arrival after the close, nor from a belief in any law,
    nor from what the shop makes of a receipt that is at the dock."""
    basis, arrived = replay.levers.promise.basis, np.append(replay.ledger.orders.arrived, -1)[peg]
    if basis == "oracle":
        return (peg < 0) | (arrived >= 0)
    if basis != "quantile":
        return np.ones_like(peg, dtype=np.bool_)
    plain = replay.by_stock(lambda *stock: isinstance(_belief(replay, *stock), LateSlip | ScriptedSlip | None))
    travels = (arrived < 0) | (arrived > replay.tape.visits.time)
    return (peg < 0) | (plain[replay.visit_stock].astype(np.bool_) & travels)


def _promise(replay: Replay) -> Iterator[Breach]:
    promise, rows = replay.levers.promise, replay.ledger.visits
    offered = rows.hi >= 0
    looks = promise.basis != "nominal"
    peg = pegged(replay, _dates(replay), offered) if looks else np.full(len(offered), -1, dtype=np.int64)
    lo, hi = _windows(replay, peg)
    hi = np.maximum(hi, lo + promise.least_width)
    if promise.round_to:
        lo, hi = lo // promise.round_to * promise.round_to, -(-hi // promise.round_to) * promise.round_to
    wrong = offered & _knowable(replay, peg) & ((rows.lo != lo) | (rows.hi != hi))
    found, expected = np.stack((rows.lo, rows.hi), axis=1), np.stack((lo, hi), axis=1)
    yield from of_visits(replay, wrong, found, expected)


PROMISES = (
    Law(
        "promise",
        "The window is that of the catalogue, or of the first receipt that covers all who wait and the visitor, with "
        "its slips or width, widened and rounded outward.",
        _promise,
    ),
)
