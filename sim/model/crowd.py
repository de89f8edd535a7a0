"""Customers: how a visitor answers a promise, how long one waits, and where one goes who leaves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.ledger.writer import LedgerWriter
from sim.model.waiting import Waiting, leaving
from sim.rules.promise import Window
from sim.scenario.classes import leaving_of
from sim.scenario.customers import Customers, Leaving
from sim.scenario.world import World
from sim.tape.tape import Visits
from sim.words import Exit, Fate


class _Trait(NamedTuple):
    """What all customers of one stream share."""

    customers: Customers
    leaving: Leaving
    margin: float
    """Money earned per unit sold to them."""
    delivery: int
    """Picking and last mile of their warehouse, seconds."""


class Crowd:
    """The customers of one run: the tape's visits read with the traits of their streams."""

    def __init__(self, *, world: World, visits: Visits) -> None:
        self._visits = visits
        self._traits = tuple(_trait(world, customers) for customers in world.customers.values())
        self.writer = LedgerWriter(visits.units, self._deliveries())

    def accepts(self, visit: int, window: Window) -> bool:
        """Whether a visitor joins the backlog on seeing a promise."""
        customers = self._trait(visit).customers
        if customers.acceptance is not None:
            return float(self._visits.accept[visit]) < customers.acceptance
        perceived = window.lo + customers.eta_aversion * (window.hi - window.lo)
        return bool(perceived <= self._visits.patience[visit])

    def waiting(
        self, visit: int, window: Window, *, joined: int, wanted: int, divisible: bool
    ) -> Waiting:
        """The customer as one who waits."""
        trait = self._trait(visit)
        leave = leaving(
            joined=joined,
            hi=window.hi,
            patience=int(self._visits.patience[visit]),
            whim=int(self._visits.whim[visit]),
            after_broken=trait.customers.after_broken,
        )
        return Waiting(
            visit=visit,
            joined=joined,
            wanted=wanted,
            promise=joined + window.hi,
            margin=trait.margin,
            divisible=divisible,
            leave=leave,
        )

    def lose(self, visit: int, fate: Fate) -> None:
        """A visitor leaves on arrival."""
        self.writer.settled(visit, fate, ended=0, exit=self._exit(visit))

    def settle(self, waiting: Waiting, fate: Fate, instant: int) -> None:
        """A waiting customer meets a fate; the goods of a fulfilled one still have to be picked and brought."""
        visit, ended, way_out = waiting.visit, instant - waiting.joined, Exit.NONE
        if fate is Fate.FULFILLED:
            ended += self._trait(visit).delivery
        elif fate is not Fate.PENDING:
            way_out = self._exit(visit)
        self.writer.settled(visit, fate, ended=ended, exit=way_out)

    def _trait(self, visit: int) -> _Trait:
        return self._traits[self._visits.stream[visit]]

    def _exit(self, visit: int) -> Exit:
        chance, shares = float(self._visits.exit[visit]), self._trait(visit).leaving
        if chance < shares.competitor:
            return Exit.COMPETITOR
        return Exit.DEFER if chance < shares.competitor + shares.defer else Exit.ABANDON

    def _deliveries(self) -> NDArray[np.int32]:
        per_stream = np.array([trait.delivery for trait in self._traits], dtype=np.int32)
        return per_stream[self._visits.stream]


def _trait(world: World, customers: Customers) -> _Trait:
    product, warehouse = world.products[customers.buys], world.warehouses[customers.source]
    price = product.price if customers.price is None else customers.price
    return _Trait(
        customers=customers,
        leaving=leaving_of(customers, product.customer_class),
        margin=price - product.unit_cost,
        delivery=warehouse.picking + warehouse.last_mile,
    )
