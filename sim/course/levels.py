"""Units by day: on hand, waited for and on order at each stock, and on each lane not yet sent and on their way."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.course.rolling import Floats, running
from sim.ledger.ledger import Int32, Int64
from sim.ledger.steps import Jumps
from sim.ledger.views import Views
from sim.scenario.world import World

Line = tuple[str, str, Floats]
"""Name of a quantity, its scope, and its value at each instant."""


def stock_names(world: World) -> tuple[str, ...]:
    """`warehouse/product` of every stock when there is more than one; a single stock is the whole shop."""
    names = tuple("/".join(stock) for stock in world.stocks)
    return names if len(names) > 1 else ()


def stock_levels(views: Views, instants: Int64) -> Iterator[Line]:
    """Of the whole shop ("") and of every stock; the shop's backlog is that of its customers, as in the measures."""
    for name, scope, jumps in _jumps(views):
        yield name, scope, jumps.at(instants).astype(np.float64)


def _jumps(views: Views) -> Iterator[tuple[str, str, Jumps]]:
    numbers = range(len(views.stocks))
    shelves, orders = [views.on_hand(stock) for stock in numbers], [views.on_order(stock) for stock in numbers]
    yield "on_hand", "", sum(shelves[1:], shelves[0])
    yield "backlog", "", views.waiting(None)
    yield "on_order", "", sum(orders[1:], orders[0])
    for stock, scope in enumerate(stock_names(views.world)):
        yield "on_hand", scope, shelves[stock]
        yield "backlog", scope, views.backlog(stock)
        yield "on_order", scope, orders[stock]


def lane_levels(views: Views, instants: Int64) -> Iterator[Line]:
    """Of every lane, by its name; lanes between the same two nodes are one."""
    orders, cancels, lost = views.ledger.orders, views.ledger.cancels, views.ledger.lost
    names = [lane.id for lane in views.world.lanes]
    ended = np.where(orders.left >= 0, orders.left, views.ledger.close)
    ended[cancels.order] = cancels.time
    unsent = orders.left[lost.order] < 0
    ended[lost.order[unsent]] = lost.time[unsent]
    come = orders.arrived.copy()
    come[lost.order] = lost.time
    for name in dict.fromkeys(names):
        rows = np.flatnonzero(np.isin(orders.lane, [number for number, each in enumerate(names) if each == name]))
        left = rows[orders.left[rows] >= 0]
        ends = left[come[left] >= 0]
        units = orders.units
        yield "making", name, _open(orders.placed[rows], ended[rows], units[rows], instants)
        under_way = running(orders.left[left], units[left], instants) - running(come[ends], units[ends], instants)
        yield "travelling", name, under_way


def _open(starts: Int64, ends: Int64, units: Int32, instants: Int64) -> Floats:
    """Units of what has begun and not ended."""
    return running(starts, units, instants) - running(ends, units, instants)
