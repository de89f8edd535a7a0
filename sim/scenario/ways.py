"""The ways by which a stock can be filled: lanes, which of them is its own, and the time they take as planned."""

from __future__ import annotations

import math

from sim.scenario.policies import Levers
from sim.scenario.sourcing import Backup, BaseSurge, DualIndex, Single, Split
from sim.scenario.world import Lane, World


def own_lane(world: World, levers: Levers, warehouse: str, product: str) -> int | None:
    """Number of the lane that a stock is usually filled by; `None` when no lane leads there."""
    rule = levers.sourcing(warehouse, product)
    match rule:
        case Single() | Backup():
            usual = rule.source
        case Split():
            usual = max(rule.shares, key=lambda name: rule.shares[name])
        case BaseSurge():
            usual = rule.surge
        case DualIndex():
            usual = rule.regular
    found = lane_from(world, usual, warehouse, product) if usual else None
    return world.inbound_lane(warehouse, product) if found is None else found


def lane_from(world: World, source: str, warehouse: str, product: str) -> int | None:
    """Number of the lane that brings a product from a source to a warehouse; `None` when there is none."""
    lanes = world.inbound_lanes(warehouse, product)
    return next((number for number in lanes if world.lanes[number].source == source), None)


def sailing_wait(lane: Lane) -> float:
    """Mean wait for a departure of what is ready at any time: h/2 + h pb / (1 - pb), seconds."""
    if lane.departures is None:
        return 0.0
    every, blanked = lane.departures.every, lane.departures.blanked
    return every / 2 + every * blanked / (1 - blanked)


def after_leaving(lane: Lane) -> int:
    """Mean time in the port of arrival and inland, rounded, seconds: what a carrier adds to the time on the lane."""
    return round(sum(law.mean_value for law in (lane.port, lane.inland) if law is not None))


def planned_lead(world: World, number: int) -> tuple[float, float]:
    """Mean and standard deviation of the time from placing an order to the dock as planned, seconds.

    A queue at the supplier, slips, examinations and disruptions are not planned for.
    """
    lane = world.lanes[number]
    supplier = world.suppliers.get(lane.source)
    laws = [lane.lead_time, lane.port, lane.inland, supplier.make if supplier else None]
    mean = sailing_wait(lane) + sum(law.mean_value for law in laws if law is not None)
    variance = sum(law.sd_value**2 for law in laws if law is not None)
    if lane.departures is not None:
        every, blanked = lane.departures.every, lane.departures.blanked
        variance += every**2 * (1 / 12 + blanked / (1 - blanked) ** 2)
    return mean, math.sqrt(variance)


def unit_cost(world: World, number: int, product: str) -> float:
    """What a unit costs that comes by a lane, freight and standing duty included; money."""
    lane = world.lanes[number]
    supplier = world.suppliers.get(lane.source)
    own = world.products[product].unit_cost
    cost = supplier.unit_costs.get(product, own) if supplier else own
    return cost * (1 + lane.duty) + lane.freight


def premium(world: World, levers: Levers, warehouse: str, product: str, *, by: str) -> float:
    """What a unit costs more that comes from one source instead of the usual one; money, 0 if it costs less."""
    usual, fast = own_lane(world, levers, warehouse, product), lane_from(world, by, warehouse, product)
    if usual is None or fast is None:
        return 0.0
    return max(unit_cost(world, fast, product) - unit_cost(world, usual, product), 0.0)
