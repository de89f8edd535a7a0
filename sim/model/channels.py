"""Shop fronts and marketplaces: what each shows of a stock, which is a copy of the record made now and then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.model.clock import Clock, Story
from sim.model.stock import Stock
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.words import Turn


@dataclass(slots=True)
class Copy:
    """What one channel shows of one stock."""

    stock: Stock
    buffer: int
    every: int
    """Time between two copies, seconds; 0 shows the record itself."""
    units: int = 0
    """As copied last, less what the channel sold since."""

    def refresh(self) -> None:
        """Copy the record."""
        self.units = max(self.stock.free - self.buffer, 0)


class Channels:
    """The copies of all channels, by customer stream."""

    def __init__(self, *, world: World, levers: Levers, stocks: Sequence[Stock], clock: Clock) -> None:
        self._clock = clock
        self._copies: dict[tuple[str, int], Copy] = {}
        self._shown: list[Copy | None] = []
        for customers, stock in zip(world.customers.values(), stocks, strict=True):
            name = customers.channel
            if name is None:
                self._shown.append(None)
                continue
            channel = world.channels[name]
            every = channel.sync if levers.sync is None else levers.sync
            copy = self._copies.setdefault((name, stock.index), Copy(stock, channel.buffer, every))
            self._shown.append(copy)

    def open(self) -> None:
        """Begin to copy."""
        for every in dict.fromkeys(copy.every for copy in self._copies.values() if copy.every):
            self._clock.begin(self._rounds(every))

    def shown(self, stream: int, stock: Stock) -> int:
        """Units that the page of a customer stream says are there."""
        copy = self._shown[stream]
        if copy is None:
            return stock.free
        if not copy.every:
            copy.refresh()
        return copy.units

    def sold(self, stream: int, units: int) -> None:
        """A channel took an order for so many units of what it shows."""
        copy = self._shown[stream]
        if copy is not None:
            copy.units -= units

    def _rounds(self, every: int) -> Story:
        due = 0
        while True:
            yield self._clock.until(due, Turn.COPY)
            for copy in self._copies.values():
                if copy.every == every:
                    copy.refresh()
            due += every
