"""What the planner expects when a rule says `auto`: calm demand and the catalogue lead time."""

from __future__ import annotations

from sim.rules.replenishment import DemandOutlook
from sim.scenario.calm import buyers, daily
from sim.scenario.ways import planned_lead
from sim.scenario.world import World
from sim.words import DAY


def outlook(world: World, warehouse: str, product: str, *, lane: int | None = None) -> DemandOutlook:
    """Mean and variance of demand and supply as a planner sees them who knows of no event to come.

    Demand of the warehouses that order here is demand here. Supply comes by the lane of that number; by the first one
    that leads here when left out.
    """
    demands = [daily(customers) for customers in buyers(world, warehouse, product)]
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


def _lead_time(world: World, warehouse: str, product: str, lane: int | None) -> tuple[float, float]:
    number = world.inbound_lane(warehouse, product) if lane is None else lane
    if number is None:
        return 0.0, 0.0
    mean, spread = planned_lead(world, number)
    return (mean + world.warehouses[warehouse].receiving) / DAY, spread / DAY
