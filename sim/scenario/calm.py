"""Calm demand: what customers want on a usual day, whatever events may come."""

from __future__ import annotations

import math
from collections import defaultdict

from sim.scenario.customers import Customers
from sim.scenario.visits import HistoryVisits, PoissonVisits, RegularVisits
from sim.scenario.world import World
from sim.words import DAY


def daily_demand(world: World, warehouse: str, product: str) -> float:
    """Mean units wanted of a stock in a calm day, those of the warehouses that usually order there included."""
    return sum(daily(customers)[0] for customers in buyers(world, warehouse, product))


def visits_per_day(customers: Customers) -> float:
    """Mean visits of one stream in a calm day."""
    return daily(customers.model_copy(update={"size": None}))[0]


def buyers(world: World, warehouse: str, product: str) -> list[Customers]:
    """The customer streams that a stock serves, itself or through other warehouses."""
    own = [c for c in world.stated.values() if (c.source, c.buys) == (warehouse, product)]
    for number, lane in enumerate(world.lanes):
        if lane.source == warehouse and world.inbound_lane(lane.to, product) == number:
            own += buyers(world, lane.to, product)
    return own


def daily(customers: Customers) -> tuple[float, float]:
    """Mean and variance of the units that one stream wants in a day."""
    mean, sd = (customers.size.mean_value, customers.size.sd_value) if customers.size else (1.0, 0.0)
    visits = customers.visits
    if isinstance(visits, PoissonVisits):
        rate = visits.rate * DAY
        return rate * mean, rate * (mean**2 + sd**2)
    if isinstance(visits, RegularVisits):
        return mean * DAY / visits.every, sd**2 * DAY / visits.every
    return _daily_of_history(visits) if isinstance(visits, HistoryVisits) else (0.0, 0.0)


def _daily_of_history(visits: HistoryVisits) -> tuple[float, float]:
    totals: defaultdict[int, int] = defaultdict(int)
    for line in visits.history:
        totals[line.day] += line.units * line.lines
    mean = math.fsum(totals.values()) / visits.days
    squares = math.fsum(total**2 for total in totals.values()) / visits.days
    return mean, squares - mean**2
