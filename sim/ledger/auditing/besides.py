"""Laws of orders that no rule asks for: rush orders, transshipments, a base flow, orders ahead of a tariff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing.aims import Planned, planned
from sim.ledger.auditing.demand import daily_demand
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.scenario.disruptions import Tariff
from sim.scenario.policies import NoReplenishment
from sim.scenario.sourcing import BaseSurge
from sim.scenario.ways import lane_from, own_lane, planned_lead
from sim.words import DAY, Purpose

Placed = tuple[int, int]
"""Instant and units of an order."""


def _said(replay: Replay, plan: Planned, purpose: Purpose) -> Iterator[tuple[int, Placed, int]]:
    """Row, instant with units, and lane of the orders of a stock for one purpose."""
    orders, rows = replay.ledger.orders, replay.ledger.purposes
    for row in rows.order[rows.purpose == purpose].tolist():
        if orders.stock[row] == plan.stock:
            yield row, (int(orders.placed[row]), int(orders.units[row])), int(orders.lane[row])


def _daily(replay: Replay) -> Iterator[Breach]:
    """Rush orders and transshipments: at the end of a day, over a lane that the policy names."""
    levers = replay.levers
    by = levers.expedite.by if levers.expedite else None
    for plan in planned(replay):
        own = plan.usual[0]
        fast = [lane for lane, way in plan.ways.items() if way.source == by]
        fetched = levers.transship is not None
        sisters = [lane for lane, way in plan.ways.items() if fetched and way.supplier is None and lane != own]
        for purpose, lanes in ((Purpose.RUSH, fast), (Purpose.FETCH, sisters)):
            for row, (at, _), lane in _said(replay, plan, purpose):
                if lane not in lanes or not at or at % DAY:
                    yield Breach(f"order {row}", at, f"{purpose.name} on lane {lane}", f"a day's end, on {lanes}")


def _cap(replay: Replay) -> Iterator[Breach]:
    most = replay.levers.expedite.most if replay.levers.expedite else None
    for plan in planned(replay):
        for row, (at, units), lane in _said(replay, plan, Purpose.RUSH):
            if most is not None and units > plan.ways[lane].sold(most):
                yield Breach(f"order {row}", at, f"{units} units rushed", f"at most {most}")


def _flow(replay: Replay) -> Iterator[Breach]:
    """The base source is asked for the same units every time, from the start on, whenever it takes orders."""
    for plan in planned(replay):
        told = Counter(placed for _, placed, _ in _said(replay, plan, Purpose.BASE))
        due: Counter[Placed] = Counter()
        if isinstance(rule := plan.sourcing, BaseSurge) and not isinstance(plan.rule, NoReplenishment):
            way = next((way for way in plan.ways.values() if way.source == rule.base), None)
            times = [t for t in range(0, replay.ledger.close, rule.every) if way is not None and not way.shut(t)]
            due = Counter((t, way.sold(rule.units)) for t in times if way is not None)
        yield from _apart(plan, told, due, "base orders: instant, units")


def _ahead(replay: Replay) -> Iterator[Breach]:
    """On the day a tariff is announced so much time of mean demand is ordered, if it can come before the tariff."""
    for plan in planned(replay):
        told = Counter(placed for _, placed, _ in _said(replay, plan, Purpose.AHEAD))
        yield from _apart(plan, told, Counter(_due_ahead(replay, plan)), "orders ahead: instant, units")


def _due_ahead(replay: Replay, plan: Planned) -> Iterator[Placed]:
    advance, (warehouse, product) = replay.levers.advance, replay.stocks[plan.stock]
    own = own_lane(replay.world, replay.levers, warehouse, product)
    usual = replay.world.lanes[own].source if own is not None else ""
    for event in replay.world.disruptions if advance else ():
        if not isinstance(event, Tariff) or event.lane != (usual, warehouse) or advance is None:
            continue
        number = lane_from(replay.world, advance.by or usual, warehouse, product)
        if number is None:
            continue
        due, way = replay.world.calendar.warm_up + event.at, plan.ways[number]
        at = max(due - event.announced, 0)
        units = round(daily_demand(replay.world, warehouse, product) * advance.cover / DAY)
        lead = round(planned_lead(replay.world, number)[0]) + _making(replay, way.source, units)
        if units and at + lead < due and at < replay.ledger.close and not way.shut(at):
            yield at, way.sold(units)


def _making(replay: Replay, source: str, units: int) -> int:
    """Mean time on a line."""
    supplier = replay.world.suppliers.get(source)
    if supplier is None or supplier.capacity is None:
        return 0
    law = supplier.capacity.unit_time
    return round((law.mean_value if law is not None else 1 / (supplier.capacity.rate or 1.0)) * units)


def _apart(plan: Planned, told: Counter[Placed], due: Counter[Placed], what: str) -> Iterator[Breach]:
    if told != due:
        yield Breach(plan.name, None, f"{what} {sorted((told - due).elements())}", sorted((due - told).elements()))


def _once(replay: Replay) -> Iterator[Breach]:
    rows, times = np.unique(replay.ledger.purposes.order, return_counts=True)
    for row in rows[times > 1].tolist():
        yield Breach(f"order {row}", None, "two purposes", "one")


BESIDES = (
    Law("extra orders", "Rush orders and transshipments are placed at the end of a day, on the lanes named.", _daily),
    Law("rush size", "No rush order is larger than the policy allows.", _cap),
    Law("base flow", "The base source gets the same order again and again, and nothing else.", _flow),
    Law("ahead", "Orders ahead of a tariff are placed on its announcement, if they can come before it.", _ahead),
    Law("one purpose", "No order has two purposes.", _once),
)
