"""What the planner expects when a rule says `auto`: calm demand and the catalogue lead time."""

from __future__ import annotations

import math
from collections import defaultdict

from sim.rules.replenishment import DemandOutlook
from sim.scenario.customers import Customers
from sim.scenario.visits import HistoryVisits, PoissonVisits, RegularVisits
from sim.scenario.ways import planned_lead
from sim.scenario.world import World
from sim.words import DAY


def outlook(world: World, warehouse: str, product: str, *, lane: int | None = None) -> DemandOutlook:
    """Mean and variance of demand and supply as a planner sees them who knows of no event to come.

    Demand of the warehouses that order here is demand here. Supply comes by the lane of that number; by the first one
    that leads here when left out.
    """
    demands = [_daily(c) for c in _buyers(world, warehouse, product)]
    lead_mean, lead_sd = _lead_time(world, warehouse, product, lane)
    unit_cost = world.products[product].unit_cost
    return DemandOutlook(
        mean=sum(mean for mean, _ in demands),
        variance=sum(variance for _, variance in demands),
        lead_mean=lead_mean,
        lead_sd=lead_sd,
        order_cost=world.costs.ordering,
        holding_cost=DAY * (world.costs.holding + world.costs.holding_of_value * unit_cost),
    )


def daily_demand(world: World, warehouse: str, product: str) -> float:
    """Mean units wanted of a stock in a calm day."""
    return sum(_daily(customers)[0] for customers in _buyers(world, warehouse, product))


def visits_per_day(customers: Customers) -> float:
    """Mean visits of one stream in a calm day."""
    return _daily(customers.model_copy(update={"size": None}))[0]


def _buyers(world: World, warehouse: str, product: str) -> list[Customers]:
    own = [c for c in world.customers.values() if (c.source, c.buys) == (warehouse, product)]
    for number, lane in enumerate(world.lanes):
        if lane.source == warehouse and world.inbound_lane(lane.to, product) == number:
            own += _buyers(world, lane.to, product)
    return own


def _lead_time(world: World, warehouse: str, product: str, lane: int | None) -> tuple[float, float]:
    number = world.inbound_lane(warehouse, product) if lane is None else lane
    if number is None:
        return 0.0, 0.0
    mean, spread = planned_lead(world, number)
    return (mean + world.warehouses[warehouse].receiving) / DAY, spread / DAY


def _daily(customers: Customers) -> tuple[float, float]:
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
