"""The textbook model of a shop: every customer is a SimPy process that waits for the goods or the end of its patience.

It reads the same tape as the engine and must tell the same fates, visit by visit. It is here to be read, to hold the
engine against, and to be timed. It knows one stock, one supplier that never runs out, one open lane, continuous
review, whole shipments first come first served, and nominal or vendor-date promises.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, Final

import simpy

from sim import Levers, Tape, World
from sim.errors import ScenarioError
from sim.words import FOREVER, Exit, Fate, Turn

Story = Generator[simpy.Event, Any, None]

TICKS: Final = 100
"""Ticks of SimPy's clock in a second: each `Turn` is a tick, so that things of the same second keep their order."""


@dataclass
class Life:
    """What became of one visit, in the words of the ledger."""

    fate: Fate = Fate.SERVED
    exit: Exit = Exit.NONE
    lo: int = -1
    hi: int = -1
    ended: int = 0


@dataclass
class SupplyOrder:
    """An order at the supplier; instants in seconds, -1 for never."""

    units: int
    placed: int
    confirmed: int = -1
    posted: int = -1


@dataclass
class Claim:
    """What a customer in the backlog waits for."""

    units: int
    granted: simpy.Event


class TextbookShop:
    """One run of the textbook model."""

    def __init__(self, world: World, levers: Levers, tape: Tape) -> None:
        if strange := ", ".join(_beyond_the_textbook(world, levers)):
            raise ScenarioError(f"the textbook model does not know {strange}")
        self.world, self.levers, self.tape = world, levers, tape
        self.env = simpy.Environment()
        self.streams = tuple(world.customers.values())
        self.rule: Any = levers.replenish
        self.supplier = next(iter(world.suppliers.values()))
        place = world.warehouses[self.streams[0].source]
        self.receiving, self.delivery = place.receiving, place.picking + place.last_mile
        self.on_hand = place.stock[self.streams[0].buys]
        self.position = self.on_hand
        self.backlog: dict[int, Claim] = {}
        self.waiting = 0
        """Units in the backlog."""
        self.inbound: list[SupplyOrder] = []
        """By confirmed date, since on this lane no order is confirmed for an earlier one than the order before."""
        self.last_arrival = 0
        self.lives = [Life() for _ in range(len(tape.visits))]
        self.orders: list[SupplyOrder] = []

    def run(self) -> TextbookShop:
        """Play the whole tape; what came of it is in `lives` and `orders`."""
        self.env.process(self.opening())
        self.env.process(self.door())
        self.env.run(until=self.world.calendar.close * TICKS)
        return self

    @property
    def now(self) -> int:
        """The present second."""
        return int(self.env.now) // TICKS

    def until(self, second: int, turn: Turn) -> simpy.Event:
        """An instant to wait for."""
        return self.env.timeout(second * TICKS + turn - self.env.now)

    def opening(self) -> Story:
        """The first review."""
        yield self.until(0, Turn.REVIEW)
        self.review()

    def door(self) -> Story:
        """Lets the customers of the tape in."""
        visits = self.tape.visits
        rows = zip(visits.time.tolist(), visits.stream.tolist(), visits.units.tolist(), strict=True)
        for number, (time, stream, units) in enumerate(rows):
            yield self.until(time, Turn.VISIT)
            self.env.process(self.customer(number, stream, units))

    def customer(self, number: int, stream: int, units: int) -> Story:
        """Buys, or reads the promise and waits, or goes elsewhere."""
        life = self.lives[number]
        if units <= self.on_hand:
            self.on_hand -= units
            self.position -= units
            life.ended = self.delivery
            self.review()
            yield from self.take(number)
        elif not self.offers(units):
            life.fate, life.exit = Fate.OUT_OF_STOCK, self.way_out(number, stream)
        else:
            life.lo, life.hi = self.promise(units)
            if self.accepts(number, stream, life):
                yield from self.wait(number, stream, units, life)
            else:
                life.fate, life.exit = Fate.BALKED, self.way_out(number, stream)

    def take(self, number: int) -> Story:
        """Goods off the shelf: an event like any other, against the same patience, as in SimPy's own examples."""
        goods = self.env.event().succeed()
        yield goods | self.until(self.now + int(self.tape.visits.patience[number]), Turn.EXPIRY)

    def wait(self, number: int, stream: int, units: int, life: Life) -> Story:
        """In the backlog, for the goods or for the end of patience, whichever comes first."""
        came, (leave, fate) = self.now, self.leaving(number, stream, life.hi)
        life.fate, life.ended = Fate.PENDING, self.world.calendar.close - came
        claim = self.backlog[number] = Claim(units, self.env.event())
        self.waiting += units
        self.position -= units
        self.review()
        yield claim.granted | self.until(leave, Turn.EXPIRY)
        if claim.granted.triggered:
            life.fate, life.ended = Fate.FULFILLED, self.now - came + self.delivery
            return
        del self.backlog[number]
        self.waiting -= units
        self.position += units
        life.fate, life.exit, life.ended = fate, self.way_out(number, stream), self.now - came
        self.share()

    def offers(self, units: int) -> bool:
        """Whether the page offers a backorder."""
        if self.levers.when_short == "out_of_stock":
            return False
        return self.levers.only is None or self.pegged(units) is not None

    def promise(self, units: int) -> tuple[int, int]:
        """The window on the page, in seconds from now."""
        promise, mean = self.levers.promise, self.world.lanes[0].lead_time.mean_value
        lo = round(mean) if promise.catalogue is None else promise.catalogue
        confirmed = self.pegged(units) if promise.basis == "vendor" else None
        if confirmed is not None:
            lo = max(confirmed - self.now, 0)
        lo += self.receiving + self.delivery
        return lo, lo + promise.width

    def pegged(self, units: int) -> int | None:
        """The confirmed date of the receipt that would serve one more customer, first come, first served."""
        needed = self.waiting + units - self.on_hand
        for order in self.inbound:
            needed -= order.units
            if needed <= 0:
                return order.confirmed
        return None

    def accepts(self, number: int, stream: int, life: Life) -> bool:
        """Whether a customer joins the backlog on a promise."""
        customers, visits = self.streams[stream], self.tape.visits
        if customers.acceptance is not None:
            return float(visits.accept[number]) < customers.acceptance
        return bool(life.lo + customers.eta_aversion * (life.hi - life.lo) <= visits.patience[number])

    def leaving(self, number: int, stream: int, hi: int) -> tuple[int, Fate]:
        """When a customer gives up, and as what."""
        patience, whim = int(self.tape.visits.patience[number]), int(self.tape.visits.whim[number])
        stays = FOREVER if patience >= FOREVER else hi + int(self.streams[stream].after_broken * max(patience - hi, 0))
        return self.now + min(stays, whim), Fate.CHANGED_MIND if whim < stays else Fate.RENEGED

    def way_out(self, number: int, stream: int) -> Exit:
        """Where a customer goes who leaves."""
        shares: Any = self.streams[stream].leaving
        chance = float(self.tape.visits.exit[number])
        if chance < shares.competitor:
            return Exit.COMPETITOR
        return Exit.DEFER if chance < shares.competitor + shares.defer else Exit.ABANDON

    def review(self) -> None:
        """Continuous review: orders as soon as the position is low."""
        rule = self.rule
        if rule.rule == "r_Q":
            units = rule.Q * ((rule.r - self.position) // rule.Q + 1) if self.position <= rule.r else 0
        else:
            units = rule.S - self.position
        if units > 0:
            lot = self.supplier.lot
            order = SupplyOrder(-(-max(units, self.supplier.moq) // lot) * lot, self.now)
            self.env.process(self.supply(order, len(self.orders)))
            self.orders.append(order)
            self.position += order.units

    def supply(self, order: SupplyOrder, number: int) -> Story:
        """An order on its way, and to those who wait for it."""
        chance, last = self.tape.lanes[0], self.inbound[-1].confirmed if self.inbound else 0
        order.confirmed = max(self.now + chance.lead_time[number], last)
        self.last_arrival = max(order.confirmed + chance.slip[number], self.last_arrival)
        self.inbound.append(order)
        yield self.until(self.last_arrival, Turn.RECEIPT)
        if self.receiving:
            yield self.until(self.now + self.receiving, Turn.POSTING)
        self.inbound.remove(order)
        order.posted = self.now
        self.on_hand += order.units
        yield self.until(self.now, Turn.ALLOCATION)
        self.share()

    def share(self) -> None:
        """Gives what is there to those who wait, first come, first served, whole orders only."""
        served = []
        for number, claim in self.backlog.items():
            if not self.on_hand:
                break
            if claim.units <= self.on_hand:
                self.on_hand -= claim.units
                claim.granted.succeed()
                served.append(number)
        for number in served:
            self.waiting -= self.backlog.pop(number).units


class LeanShop(TextbookShop):
    """The same, with one economy: whom the shelf can serve does not wait."""

    def take(self, number: int) -> Story:  # noqa: ARG002 - whoever it is
        """Goods off the shelf are simply taken."""
        yield from ()


def _beyond_the_textbook(world: World, levers: Levers) -> Iterator[str]:
    """What a scenario asks for that the model does not do."""
    rule: Any = levers.replenish
    parts = {
        "several stocks or lanes": len(world.stocks) > 1 or len(world.lanes) > 1,
        "a supplier's capacity": any(supplier.capacity for supplier in world.suppliers.values()),
        "disruptions": bool(world.disruptions),
        "initial inbound": bool(world.inbound),
        "crossover": any(lane.crossover for lane in world.lanes),
        "this review": rule.rule not in ("r_Q", "base_stock") or bool(levers.replenish_at),
        "automatic levels": "auto" in (getattr(rule, key, 0) for key in ("r", "Q", "S")),
        "a stock that is not stated": any(world.stocks[0][1] not in place.stock for place in world.warehouses.values()),
        "leaving by class": any(customers.leaving is None for customers in world.customers.values()),
        "this availability": levers.when_short == "hybrid" or levers.cap is not None,
        "this promise": levers.promise.basis not in ("nominal", "vendor")
        or bool(levers.promise.least_width or levers.promise.round_to),
        "this shipping or allocation": levers.ship != "complete" or levers.allocate.rule != "fifo",
        "held units": levers.allocate.overtaking == "never",
    }
    yield from (part for part, asked in parts.items() if asked)
