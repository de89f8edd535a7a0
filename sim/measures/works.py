"""What the measures of supply, work, records, forecasts and shocks look at, each made when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sim.measures.books import Books
from sim.measures.foresight import Foresight
from sim.measures.house import House
from sim.measures.shelf import Shelf
from sim.measures.shock import Shock
from sim.measures.supply import Supply
from sim.measures.tally import Tally


@dataclass(frozen=True, eq=False)
class Works:
    """One scope."""

    tally: Tally
    shelves: tuple[Shelf, ...]
    selling: tuple[Shelf, ...]
    """Those whose shortages count."""

    @cached_property
    def supply(self) -> Supply:
        """Supply orders."""
        return Supply(self.tally, self.shelves)

    @cached_property
    def house(self) -> House:
        """Work in the warehouses."""
        return House(self.tally, self.shelves)

    @cached_property
    def books(self) -> Books:
        """Record and shelf."""
        return Books(self.tally, self.shelves, self.selling)

    @cached_property
    def foresight(self) -> Foresight:
        """Forecasts and alarms."""
        return Foresight(self.tally, self.shelves)

    @cached_property
    def shock(self) -> Shock:
        """The first blow of the window, and what came after it."""
        return Shock(self.tally, self.shelves, self.selling)
