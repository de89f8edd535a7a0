"""Orders that no replenishment rule asks for: rush orders, transshipments, and orders ahead of a tariff."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from sim.model.clock import Clock, Story
from sim.model.listeners import Listeners
from sim.model.planner import Planner, Route
from sim.model.stock import Stock
from sim.model.waiting import Order, Waiting
from sim.rules.sourcing import rush, to_fetch
from sim.scenario.calm import daily_demand
from sim.scenario.disruptions import Tariff
from sim.scenario.policies import Levers
from sim.scenario.sourcing import Expedite, Transship
from sim.scenario.ways import premium
from sim.scenario.world import World
from sim.words import DAY, Purpose, Turn

Planners = Mapping[tuple[str, str], Planner]


def extra_orders(world: World, levers: Levers, clock: Clock, planners: Planners, listeners: Listeners) -> None:
    """Begin to watch for whatever calls for such orders under a policy."""
    rushes: dict[int, Rush] = {}
    for place, planner in planners.items():
        if levers.expedite is not None and levers.expedite.by in planner.routes:
            cost = premium(world, levers, *place, by=levers.expedite.by)
            ahead = round(daily_demand(world, *place) * (levers.expedite.on_alarm or 0) / DAY)
            rushes[planner.stock.index] = Rush(levers.expedite, planner, premium=cost, ahead=ahead, clock=clock)
            clock.begin(rushes[planner.stock.index].watch())
        if levers.transship is not None and any(_sisters(planner)):
            clock.begin(Fetch(levers.transship, planner, clock=clock).watch())
        if levers.advance is not None:
            for tariff in _tariffs(world, planner, place[0]):
                route = planner.routes.get(levers.advance.by or next(iter(planner.routes)))
                units = round(daily_demand(world, *place) * levers.advance.cover / DAY)
                if route is not None:
                    clock.begin(_ahead(planner, route, units, _dates(world, tariff), clock))
    if rushes:
        listeners.alarmed = lambda stock: rushes[stock.index].warn() if stock.index in rushes else None


class Rush:
    """Looks once a day whether promises are about to break that a fast lane could keep, or the shelf to run out."""

    def __init__(self, rule: Expedite, planner: Planner, *, premium: float, ahead: int, clock: Clock) -> None:
        self._rule = rule
        self._planner = planner
        self._route = planner.routes[rule.by]
        self._premium = premium
        self._ahead = ahead
        """Units that an alarm calls for."""
        self._is_warned = False
        self._clock = clock
        self._placed: list[Order] = []

    def warn(self) -> None:
        """The shelf will probably run out before the next receipt."""
        self._is_warned = True

    def watch(self) -> Story:
        """Look at the end of every day."""
        while True:
            yield self._clock.until(self._clock.now + DAY, Turn.REVIEW)
            if self._is_warned and self._ahead:
                self._place(min(self._ahead, self._rule.most or self._ahead))
            self._is_warned = False
            self._look(self._planner.stock)

    def _look(self, stock: Stock) -> None:
        self._placed = [each for each in self._placed if not (each.docked or each.is_cancelled)]
        rushed = sum(each.units for each in self._placed if each.confirmed < 0)
        saved = [waiting.wanted for waiting in self._at_risk(stock)]
        while saved and rushed >= saved[0]:
            rushed -= saved.pop(0)
        price = self._premium if self._rule.premium == "auto" else self._rule.premium
        units = rush(self._rule, promises=len(saved), units=sum(saved), premium=price)
        if units:
            self._place(units)

    def _place(self, units: int) -> None:
        if (order := self._planner.place(units, self._route, purpose=Purpose.RUSH)) is not None:
            self._placed.append(order)

    def _at_risk(self, stock: Stock) -> Iterator[Waiting]:
        """Those whose promise what is on its way will break, and a rush order placed now would keep."""
        rushed = self._route.lane.expected(self._clock.now, 0)
        ahead = -stock.on_hand
        for claim in stock.line.values():
            ahead += claim.wanted
            order = stock.inbound.covering(ahead)
            comes = math.inf if order is None else max(order.confirmed, self._clock.now)
            if isinstance(claim, Waiting) and rushed <= claim.promise < comes:
                yield claim


class Fetch:
    """Looks once a day whether a sister warehouse can spare what those who wait lack."""

    def __init__(self, rule: Transship, planner: Planner, *, clock: Clock) -> None:
        self._rule = rule
        self._planner = planner
        self._sisters = tuple(_sisters(planner))
        self._clock = clock
        self._placed: list[Order] = []

    def watch(self) -> Story:
        """Look at the end of every day."""
        while True:
            yield self._clock.until(self._clock.now + DAY, Turn.REVIEW)
            self._look(self._planner.stock)

    def _look(self, stock: Stock) -> None:
        self._placed = [each for each in self._placed if not (each.docked or each.is_cancelled)]
        missing = stock.backlog - stock.on_hand - stock.inbound.units
        missing -= sum(each.units for each in self._placed if each.confirmed < 0)
        if missing <= 0:
            return
        route, spare = max(((each, self._spare(each)) for each in self._sisters), key=lambda pair: pair[1])
        units = to_fetch(self._rule, missing=missing, spare=spare)
        if units and (order := self._planner.place(units, route, purpose=Purpose.FETCH)) is not None:
            self._placed.append(order)

    def _spare(self, route: Route) -> int:
        assert isinstance(route.origin, Stock)
        return route.origin.free - self._rule.keep


def _sisters(planner: Planner) -> Iterator[Route]:
    """Ways from other warehouses, besides the usual one."""
    for route in list(planner.routes.values())[1:]:
        if isinstance(route.origin, Stock):
            yield route


def _tariffs(world: World, planner: Planner, warehouse: str) -> Iterator[Tariff]:
    """Tariffs on the usual way of a stock."""
    usual = next(iter(planner.routes))
    for event in world.disruptions:
        if isinstance(event, Tariff) and event.lane == (usual, warehouse):
            yield event


def _dates(world: World, tariff: Tariff) -> tuple[int, int]:
    """When a tariff is announced, and from when on it is due."""
    due = world.calendar.warm_up + tariff.at
    return max(due - tariff.announced, 0), due


def _ahead(planner: Planner, route: Route, units: int, dates: tuple[int, int], clock: Clock) -> Story:
    """Order ahead on the day a tariff is announced, if that can come before the tariff."""
    announced, due = dates
    yield clock.until(announced, Turn.REVIEW)
    if units and route.lane.expected(announced, units) < due:
        planner.place(units, route, purpose=Purpose.AHEAD)
