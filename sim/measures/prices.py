"""What units cost customers and the shop, by the day on which they are ordered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64
from sim.scenario.world import World

Floats = NDArray[np.float64]


class PriceList:
    """Prices to customers and costs to the shop over the run; instants from its start."""

    def __init__(self, world: World, *, pass_through: float = 0.0) -> None:
        self._world = world
        self._pass_through = pass_through

    @cached_property
    def _prices(self) -> dict[str, tuple[Int64, Floats]]:
        changes = [(c.product, c.at, c.price) for c in self._world.price_changes if c.price is not None]
        paths = {name: self._path(name, item.price, changes) for name, item in self._world.products.items()}
        if not self._pass_through:
            return paths
        return {name: self._with_tariffs(name, path) for name, path in paths.items()}

    def _with_tariffs(self, product: str, path: tuple[Int64, Floats]) -> tuple[Int64, Floats]:
        """A path of prices with the share of tariffs that is put on them while they are due."""
        warm_up, each = self._world.calendar.warm_up, self._pass_through * self._world.products[product].unit_cost
        steps = [(max(at + warm_up, -1), each * adds) for at, adds in self._tariffs(product)]
        times = np.unique(np.concatenate((path[0], np.array([at for at, _ in steps], dtype=np.int64))))
        put_on = sum((amount * (times >= at) for at, amount in steps), np.zeros(len(times)))
        return times, _at(path, times) + put_on

    def _tariffs(self, product: str) -> Iterator[tuple[int, float]]:
        """When the duty on a product rises, and (less than 0) falls again, counted from day 0."""
        bring = [lane for lane in self._world.lanes if lane.products is None or product in lane.products]
        ends = {(lane.source, lane.to) for lane in bring}
        for each in self._world.disruptions:
            if each.kind == "tariff" and each.lane in ends:
                yield each.at, each.adds
                if each.lasts is not None:
                    yield each.at + each.lasts, -each.adds

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
