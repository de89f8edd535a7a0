"""Mean demand on a stock, as a shop reckons with it that limits its backlog in time of demand."""

from __future__ import annotations

import math

from sim.scenario.customers import Customers
from sim.scenario.visits import HistoryVisits, PoissonVisits, RegularVisits
from sim.scenario.world import World
from sim.words import DAY


def daily_demand(world: World, warehouse: str, product: str) -> float:
    """Mean units a calm day wants of a stock: its own customers and those of the warehouses that order here."""
    own = (_daily(c) for c in world.stated.values() if (c.source, c.buys) == (warehouse, product))
    below = (
        daily_demand(world, lane.to, product)
        for number, lane in enumerate(world.lanes)
        if lane.source == warehouse and world.inbound_lane(lane.to, product) == number
    )
    return sum(own) + sum(below)


def _daily(customers: Customers) -> float:
    size = customers.size.mean_value if customers.size else 1.0
    match customers.visits:
        case PoissonVisits(rate=rate):
            return rate * DAY * size
        case RegularVisits(every=every):
            return size * DAY / every
        case HistoryVisits() as visits:
            return math.fsum(line.units * line.lines for line in visits.history) / visits.days
    return 0.0


def visits_per_day(customers: Customers) -> float:
    """Mean visits of one stream in a calm day."""
    return _daily(customers.model_copy(update={"size": None}))
