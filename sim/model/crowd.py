"""Customers: how a visitor answers a promise, how long one waits, and where one goes who leaves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.ledger.writer import LedgerWriter
from sim.model.waiting import Waiting, leaving
from sim.rules.promise import Window
from sim.scenario.classes import leaving_of
from sim.scenario.customers import Customers
from sim.scenario.world import World
from sim.tape.tape import Visits
from sim.words import Exit, Fate


class _Trait(NamedTuple):
    """What all customers of one stream share."""

    acceptance: float | None
    eta_aversion: float
    after_broken: float
    competitor: float
    """Share of those who leave that buys elsewhere."""
    elsewhere: float
    """Share that buys elsewhere or comes back later; the rest drops the wish."""
    margin: float
    """Money earned per unit sold to them."""
    delivery: int
    """Picking and last mile of their warehouse, seconds."""


class Crowd:
    """The customers of one run: the tape's visits read, through memory views, with the traits of their streams."""

    def __init__(self, *, world: World, visits: Visits) -> None:
        self._traits = tuple(_trait(world, customers) for customers in world.customers.values())
        deliveries = np.array([trait.delivery for trait in self._traits], dtype=np.int32)
        self.writer = LedgerWriter(visits.units, deliveries[visits.stream])
        self._stream, self._patience, self._whim = visits.stream.data, visits.patience.data, visits.whim.data
        self._accept, self._exit = visits.accept.data, visits.exit.data

    def accepts(self, visit: int, window: Window) -> bool:
        """Whether a visitor joins the backlog on seeing a promise."""
        trait, (lo, hi) = self._trait(visit), window
        if trait.acceptance is not None:
            return self._accept[visit] < trait.acceptance
        return lo + trait.eta_aversion * (hi - lo) <= self._patience[visit]

    def waiting(self, visit: int, hi: int, *, joined: int, wanted: int, divisible: bool) -> Waiting:
        """The customer as one who waits, promised delivery within `hi` seconds."""
        trait = self._trait(visit)
        leave = leaving(
            joined=joined,
            hi=hi,
            patience=self._patience[visit],
            whim=self._whim[visit],
            after_broken=trait.after_broken,
        )
        return Waiting(
            visit=visit,
            joined=joined,
            wanted=wanted,
            promise=joined + hi,
            margin=trait.margin,
            divisible=divisible,
            leave=leave,
        )

    def lose(self, visit: int, fate: Fate) -> None:
        """A visitor leaves on arrival."""
        self.writer.settled(visit, fate, ended=0, exit=self._way_out(visit))

    def settle(self, waiting: Waiting, fate: Fate, instant: int) -> None:
        """A waiting customer meets a fate; the goods of a fulfilled one still have to be picked and brought."""
        visit, ended, way_out = waiting.visit, instant - waiting.joined, Exit.NONE
        if fate is Fate.FULFILLED:
            ended += self._trait(visit).delivery
        elif fate is not Fate.PENDING:
            way_out = self._way_out(visit)
        self.writer.settled(visit, fate, ended=ended, exit=way_out)

    def _trait(self, visit: int) -> _Trait:
        return self._traits[self._stream[visit]]

    def _way_out(self, visit: int) -> Exit:
        chance, trait = self._exit[visit], self._trait(visit)
        if chance < trait.competitor:
            return Exit.COMPETITOR
        return Exit.DEFER if chance < trait.elsewhere else Exit.ABANDON


def _trait(world: World, customers: Customers) -> _Trait:
    product, warehouse = world.products[customers.buys], world.warehouses[customers.source]
    price = product.price if customers.price is None else customers.price
    shares = leaving_of(customers, product.customer_class)
    return _Trait(
        acceptance=customers.acceptance,
        eta_aversion=customers.eta_aversion,
        after_broken=customers.after_broken,
        competitor=shares.competitor,
        elsewhere=shares.competitor + shares.defer,
        margin=price - product.unit_cost,
        delivery=warehouse.picking + warehouse.last_mile,
    )
