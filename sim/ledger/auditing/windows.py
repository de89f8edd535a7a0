"""Which window a shop gives: by its basis, from what it knows of the receipt that would serve the customer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import log

import numpy as np

from sim.ledger.auditing.inbound import knows_arrivals
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Bools, Int64, places
from sim.scenario.supply import LateSlip, ScriptedSlip
from sim.scenario.ways import own_lane, planned_lead


@dataclass(frozen=True, eq=False)
class Asked:
    """Customers who are given a window: one entry for each."""

    time: Int64
    came: Int64
    """Visits before they were given it."""
    seq: Int64
    """Of the fact that tells of it; more than any for what a page said."""
    stock: Int64
    order: Int64
    """The supply order they would be served from; -1 for none."""
    date: Int64
    """Its date, as the shop knows it."""


Windows = tuple[Int64, Int64]
"""`lo` and `hi` of each, seconds from now."""


def _from_dock(replay: Replay, warehouse: str) -> int:
    house = replay.world.warehouses[warehouse]
    last_mile = 0 if replay.levers.promise.counts == "shipping" else house.last_mile
    return house.receiving + house.picking + last_mile


def _catalogue(replay: Replay, at: Asked) -> Int64:
    """Mean lead time of the lane to each stock, or what the shop saw of it by then, and handling."""

    def nominal(warehouse: str, product: str) -> int:
        lane = own_lane(replay.world, replay.levers, warehouse, product)
        mean = 0 if lane is None else round(planned_lead(replay.world, lane)[0])
        claimed = replay.levers.promise.catalogue
        return (mean if claimed is None else claimed) + _from_dock(replay, warehouse)

    known = replay.by_stock(nominal)[at.stock]
    if replay.levers.plan.monitor is None or replay.levers.promise.catalogue is not None:
        return known
    from_dock = replay.by_stock(lambda warehouse, _: _from_dock(replay, warehouse))
    receiving = replay.by_stock(lambda warehouse, _: replay.world.warehouses[warehouse].receiving)
    rows = replay.ledger.forecasts
    for stock in np.unique(rows.stock).tolist():
        mine = np.flatnonzero(rows.stock == stock)
        looked = places(replay.came(rows.seen[mine], rows.seq[mine]), rows.seq[mine])
        last = np.searchsorted(looked, places(at.came, at.seq)) - 1
        seen = np.maximum(rows.lead_mean[mine] - receiving[stock], 0) + from_dock[stock]
        known = np.where((at.stock == stock) & (last >= 0), seen[np.maximum(last, 0)], known)
    return known


def _belief(replay: Replay, warehouse: str, product: str) -> object:
    """The slip the shop believes in: stated, or that of the lane; one who knows the future believes in none."""
    if replay.levers.when_short == "oracle":
        return None
    lane = own_lane(replay.world, replay.levers, warehouse, product)
    own = None if lane is None else replay.world.lanes[lane].slip
    stated = replay.levers.promise.believes
    return own if stated is None else stated


def _lateness(slip: LateSlip, late: float, level: float | None) -> int:
    """A quantile of the slip when it is positive with a chance `late` (exponential lateness has no memory); its mean
    where there is no level."""
    if level is None:
        return round(slip.mean * late)
    return round(slip.mean * log(late / (1 - level))) if level > 1 - late else 0


def slips(replay: Replay, at: Asked, level: float | None) -> Int64:
    """What may be added to the date at a level, or in the mean; nothing for a receipt at the dock."""

    def slip(warehouse: str, product: str, *, due: bool) -> int:
        belief = _belief(replay, warehouse, product)
        return _lateness(belief, 1.0 if due else belief.late, level) if isinstance(belief, LateSlip) else 0

    ahead, late = (replay.by_stock(partial(slip, due=due))[at.stock] for due in (False, True))
    arrived = np.append(replay.ledger.orders.arrived, -1)[at.order]
    docked = (arrived >= 0) & (arrived <= at.time)
    return np.where(docked, 0, np.where(at.date <= at.time, late, ahead))


def raw_windows(replay: Replay, at: Asked, basis: str) -> Windows:
    """The windows by one basis, before they are widened and rounded."""
    promise = replay.levers.promise
    due = (
        np.maximum(at.date - at.time, 0) + replay.by_stock(lambda warehouse, _: _from_dock(replay, warehouse))[at.stock]
    )
    low, high, nominal = due, due + (0 if basis == "oracle" else promise.width), _catalogue(replay, at)
    if basis == "quantile":
        low = due + slips(replay, at, promise.low_level)
        high = np.maximum(low, due + slips(replay, at, promise.level))
    elif basis == "mean":
        low = due + slips(replay, at, None)
        high = low + promise.width
    none = (at.order < 0) | (basis == "nominal")
    if basis == "vague":
        wait = np.rint(promise.vague_factor * np.where(none, nominal, due + slips(replay, at, 0.5))).astype(np.int64)
        return wait + promise.vague_penalty, wait + promise.vague_penalty
    return np.where(none, nominal, low), np.where(none, nominal + promise.width, high)


def believable(replay: Replay, at: Asked) -> Bools:
    """Where the belief about a receipt is a share of late ones or none at all; other laws are not looked at."""
    plain = replay.by_stock(lambda *stock: isinstance(_belief(replay, *stock), LateSlip | ScriptedSlip | None))
    return (at.order < 0) | plain[at.stock].astype(np.bool_)


def knowable(replay: Replay, at: Asked, basis: str) -> Bools:
    """Where a window follows from the ledger: who goes by arrivals also knows of those after the close."""
    known = np.ones(len(at.order), dtype=np.bool_)
    if knows_arrivals(replay):
        known &= (at.order < 0) | (np.append(replay.ledger.orders.arrived, -1)[at.order] >= 0)
    return known & believable(replay, at) if basis in ("quantile", "mean", "vague") else known


def as_shown(replay: Replay, windows: Windows) -> Windows:
    """Windows widened, then rounded outward."""
    promise, (lo, hi) = replay.levers.promise, windows
    hi = np.maximum(hi, lo + promise.least_width)
    if promise.round_to:
        lo, hi = lo // promise.round_to * promise.round_to, -(-hi // promise.round_to) * promise.round_to
    return lo, hi
