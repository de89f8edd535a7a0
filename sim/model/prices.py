"""What a product costs its buyers and the shop at a moment."""

from __future__ import annotations

from bisect import bisect_right

from sim.scenario.world import World


class Prices:
    """Prices of all products over the run; instants from its start."""

    def __init__(self, world: World) -> None:
        self.change = bool(world.price_changes)
        """Whether any price or cost ever changes."""
        warm_up = world.calendar.warm_up
        self._paths: dict[str, list[tuple[int, float]]] = {
            name: [(-1, product.price)] for name, product in world.products.items()
        }
        for change in sorted(world.price_changes, key=lambda each: each.at):
            if change.price is not None:
                self._paths[change.product].append((change.at + warm_up, change.price))

    def factor(self, product: str, time: int) -> float:
        """The price as a multiple of the product's first one; 1 if that was nothing."""
        path = self._paths[product]
        first = path[0][1]
        return self.at(product, time) / first if first else 1.0

    def at(self, product: str, time: int) -> float:
        """The price of a unit."""
        path = self._paths[product]
        return path[bisect_right(path, time, key=lambda each: each[0]) - 1][1]
