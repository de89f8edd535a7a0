"""What units cost customers and the shop, by the day on which they are ordered."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64
from sim.scenario.world import World

Floats = NDArray[np.float64]


class PriceList:
    """Prices to customers and costs to the shop over the run; instants from its start."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def _prices(self) -> dict[str, tuple[Int64, Floats]]:
        changes = [(c.product, c.at, c.price) for c in self._world.price_changes if c.price is not None]
        return {name: self._path(name, item.price, changes) for name, item in self._world.products.items()}

    @cached_property
    def _costs(self) -> dict[str, tuple[Int64, Floats]]:
        changes = [(c.product, c.at, c.unit_cost) for c in self._world.price_changes if c.unit_cost is not None]
        return {name: self._path(name, item.unit_cost, changes) for name, item in self._world.products.items()}

    def _path(self, product: str, first: float, changes: Iterable[tuple[str, int, float]]) -> tuple[Int64, Floats]:
        own = sorted(((at, value) for name, at, value in changes if name == product), key=lambda change: change[0])
        times = [at + self._world.calendar.warm_up for at, _ in own]
        return np.array([-1, *times], dtype=np.int64), np.array([first, *(value for _, value in own)])

    @cached_property
    def first(self) -> Floats:
        """What each customer stream pays for a unit before any price changes."""
        products, streams = self._world.products, self._world.customers.values()
        return np.array([products[c.buys].price if c.price is None else c.price for c in streams])

    @cached_property
    def move(self) -> NDArray[np.bool_]:
        """Whether the price of each customer stream ever changes."""
        return np.array([len(self._prices[c.buys][0]) > 1 for c in self._world.customers.values()])

    def cost_moves(self, product: str) -> bool:
        """Whether the cost of a product to the shop ever changes."""
        return len(self._costs[product][0]) > 1

    def of_product(self, product: str, times: Int64) -> Floats:
        """The shop's price of a unit at some instants."""
        return _at(self._prices[product], times)

    def cost(self, product: str, times: Int64) -> Floats:
        """What a unit costs that the shop orders at some instants."""
        return _at(self._costs[product], times)

    def paid(self, stream: NDArray[np.integer[Any]], times: Int64) -> Floats:
        """What some customers pay for a unit who order, or are served, at some instants.

        A stream's own price moves as the product's does, in proportion.
        """
        prices: Floats = self.first[stream]
        for number in np.flatnonzero(self.move):
            mine = stream == number
            prices[mine] = self._own(int(number), times[mine])
        return prices

    def _own(self, stream: int, times: Int64) -> Floats:
        customers = list(self._world.customers.values())[stream]
        first = self._world.products[customers.buys].price
        now = self.of_product(customers.buys, times)
        if customers.price is None:
            return now
        own: Floats = customers.price * now / first if first else np.full(len(times), customers.price)
        return own


def _at(path: tuple[Int64, Floats], times: Int64) -> Floats:
    starts, values = path
    taken: Floats = values[np.searchsorted(starts, times, side="right") - 1]
    return taken
