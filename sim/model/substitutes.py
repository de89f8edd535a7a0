"""Other products of the shop that visitors may take instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sim.ledger.writer import LedgerWriter
from sim.model.clock import Clock
from sim.model.people import People
from sim.model.prices import Prices
from sim.model.stock import Stock
from sim.rules.substitution import chance_to_take
from sim.scenario.classes import substitution_of
from sim.scenario.customers import Customers
from sim.scenario.world import World


class Option(NamedTuple):
    """One substitute for the customers of one stream."""

    place: int
    """In the product's list."""
    product: str
    stock: Stock
    share: float
    """Share that takes it at the same price."""


class Substitutes:
    """Offers what is in stock, in the order of the product's list, to visitors who cannot have what they want."""

    def __init__(
        self,
        *,
        world: World,
        stocks: dict[tuple[str, str], Stock],
        people: People,
        prices: Prices,
        clock: Clock,
        writer: LedgerWriter,
    ) -> None:
        streams = tuple(world.customers.values())
        self._wanted = tuple((customers.buys, customers.substitute_price) for customers in streams)
        self._options = tuple(tuple(_options(world, customers, stocks)) for customers in streams)
        self._people = people
        self._prices = prices
        self._clock = clock
        self._writer = writer

    @property
    def any(self) -> bool:
        """Whether anybody may take one."""
        return any(self._options)

    def take(self, visit: int, units: int) -> bool:
        """Let a visitor take a substitute; whether one was taken. One that is not really there is passed over."""
        for option, chance in self.offered(visit, units):
            if self.takes(visit, option, chance) and self.finds(visit, option, units):
                self.hand_over(visit, option.stock, units)
                return True
        return False

    def offered(self, visit: int, units: int) -> Iterator[tuple[Option, float]]:
        """What is in stock for a visitor, each with the chance that it is taken when shown alone."""
        stream, now = self._people.stream(visit), self._clock.now
        wanted, sensitivity = self._wanted[stream]
        for option in self._options[stream]:
            if 0 < units <= option.stock.free:
                price, own = self._prices.at(option.product, now), self._prices.at(wanted, now)
                yield option, chance_to_take(option.share, price=price, own_price=own, sensitivity=sensitivity)

    def finds(self, visit: int, option: Option, units: int) -> bool:
        """Whether so many units of a substitute are really there."""
        is_there = option.stock.picks(units, visit)
        if not is_there:
            option.stock.fell()
        return is_there

    def hand_over(self, visit: int, stock: Stock, units: int) -> None:
        """A substitute leaves its shelf."""
        stock.take(units)
        self._writer.more.swapped(visit, time=self._clock.now, stock=stock.index, units=units)
        if stock.house is not None:
            stock.house.send(visit, stock, units)
        stock.fell()

    def takes(self, visit: int, option: Option, chance: float) -> bool:
        """Whether the visitor takes a substitute; the die is the same however often the wish comes back."""
        return self._people.dice(visit)["substitute"](self._people.identity(visit), option.place) < chance


def _options(world: World, customers: Customers, stocks: dict[tuple[str, str], Stock]) -> Iterator[Option]:
    product = world.products[customers.buys]
    willing = substitution_of(customers, product.customer_class)
    for place, (name, share) in enumerate(product.substitutes.items()):
        own = willing if share is None or customers.substitution is not None else share
        if own > 0 and (customers.source, name) in stocks:
            yield Option(place, name, stocks[customers.source, name], own)
