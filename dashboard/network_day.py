"""One day of a supply network: what lies, waits and travels where, under one policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import Timelines, World

GOOD: Final = 0.95
"""Share served at once from which service counts as good."""

FAIR: Final = 0.80
"""The same for fair."""


@dataclass(frozen=True)
class Moment:
    """What is looked at: one policy on one day, in the middle of all replications or in a single one."""

    lines: Timelines
    world: World
    policy: str
    at: int
    """Place of the day in `lines.days`."""
    product: str
    replication: int | None = None
    """`None` for the median of all."""

    @property
    def day(self) -> float:
        """Days from day 0."""
        return float(self.lines.days[self.at])

    def value(self, quantity: str, scope: str) -> float:
        """A quantity on that day; NaN where undefined."""
        return float(self._course(quantity, scope)[self.at])

    def most(self, quantity: str, scope: str) -> float:
        """The highest value of a quantity on any day."""
        return float(np.nanmax(self._course(quantity, scope), initial=0.0))

    def _course(self, quantity: str, scope: str) -> NDArray[np.float64]:
        if self.replication is None:
            return self.lines.band(self.policy, quantity, scope=scope).median
        each: NDArray[np.float64] = self.lines.every(self.policy, quantity, scope=scope).astype(np.float64)
        one: NDArray[np.float64] = each[self.replication]
        return one

    def scope(self, warehouse: str) -> str | None:
        """The stock of the product at a warehouse; `None` where it keeps none."""
        if (warehouse, self.product) not in self.world.stocks:
            return None
        return f"{warehouse}/{self.product}" if len(self.lines.scopes) > 1 else ""

    @property
    def spans(self) -> tuple[str, ...]:
        """What goes on out of the ordinary on that day."""
        return tuple(span.label for span in self.lines.spans if span.start <= self.day < span.end)


@dataclass(frozen=True)
class Place:
    """A warehouse on that day."""

    name: str
    on_hand: float
    backlog: float
    on_order: float
    served: float
    """Share of the units wanted in the days before that the shelf met at once; NaN where nobody came."""

    @property
    def level(self) -> str:
        """How well it serves."""
        if np.isnan(self.served):
            return "idle"
        return "good" if self.served >= GOOD else "fair" if self.served >= FAIR else "poor"

    @property
    def words(self) -> str:
        """How well it serves, in words."""
        return "nobody came" if np.isnan(self.served) else f"{100 * self.served:.0f} % served at once"


@dataclass(frozen=True)
class Way:
    """A lane on that day."""

    name: str
    source: str
    to: str
    making: float
    travelling: float
    most: float
    """The most that is ever on its way."""

    @property
    def use(self) -> str:
        """How much is on its way."""
        if not self.travelling:
            return "empty"
        return "heavy" if self.travelling > self.most / 2 else "light"


def places(moment: Moment) -> tuple[Place, ...]:
    """Every warehouse that keeps the product."""
    return tuple(_places(moment))


def _places(moment: Moment) -> Iterator[Place]:
    for name in moment.world.warehouses:
        scope = moment.scope(name)
        if scope is not None:
            quantities = ("on_hand", "backlog", "on_order", "at_once")
            yield Place(name, *(moment.value(quantity, scope) for quantity in quantities))


def ways(moment: Moment) -> tuple[Way, ...]:
    """Every lane; lanes between the same two nodes are one."""
    found = {lane.id: lane for lane in moment.world.lanes}
    return tuple(
        Way(
            name,
            lane.source,
            lane.to,
            moment.value("making", name),
            moment.value("travelling", name),
            moment.most("travelling", name),
        )
        for name, lane in found.items()
    )
