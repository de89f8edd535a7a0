"""What a product costs its buyers and the shop at a moment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from sim.scenario.disruptions import Tariff
from sim.scenario.world import World


class Prices:
    """Prices of all products over the run; instants from its start.

    A share `pass_through` of every tariff on a product's unit cost is put on its price while the tariff is due.
    """

    def __init__(self, world: World, *, pass_through: float = 0.0) -> None:
        self._paths = {name: _own(world, name) for name in world.products}
        added = {name: _put_on(world, name, pass_through) for name in world.products}
        self.change = bool(world.price_changes) or any(added.values())
        """Whether any price or cost ever changes."""
        self._added = {name: steps for name, steps in added.items() if steps}

    def factor(self, product: str, time: int) -> float:
        """The price as a multiple of the product's first one; 1 if that was nothing."""
        first = self._paths[product][0][1]
        return self.at(product, time) / first if first else 1.0

    def at(self, product: str, time: int) -> float:
        """The price of a unit."""
        price = _last(self._paths[product], time)
        return price + _last(self._added[product], time) if product in self._added else price


def _last(path: list[tuple[int, float]], time: int) -> float:
    return path[bisect_right(path, time, key=lambda each: each[0]) - 1][1]


def _own(world: World, product: str) -> list[tuple[int, float]]:
    warm_up = world.calendar.warm_up
    path = [(-1, world.products[product].price)]
    for change in sorted(world.price_changes, key=lambda each: each.at):
        if change.price is not None and change.product == product:
            path.append((change.at + warm_up, change.price))
    return path


def _put_on(world: World, product: str, share: float) -> list[tuple[int, float]]:
    """What tariffs put on a price, from each instant on; nothing where none ever does."""
    steps = sorted(_steps(world, product)) if share else []
    if not steps:
        return []
    each = share * world.products[product].unit_cost
    sums = accumulate((adds for _, adds in steps), initial=0.0)
    times = (-1, *(at for at, _ in steps))
    return [(at, each * total) for at, total in zip(times, sums, strict=True)]


def _steps(world: World, product: str) -> Iterator[tuple[int, float]]:
    """When the duty on a product rises and falls again."""
    ends = {(lane.source, lane.to) for lane in world.lanes if lane.products is None or product in lane.products}
    for event in world.disruptions:
        if isinstance(event, Tariff) and event.lane in ends:
            at = event.at + world.calendar.warm_up
            yield max(at, -1), event.adds
            if event.lasts is not None:
                yield max(at + event.lasts, -1), -event.adds
