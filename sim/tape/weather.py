"""The weather of one replication: who is down, slow, shut or gone, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from sim.scenario.disruptions import (
    Bankruptcy,
    Congestion,
    LaneClosed,
    RuleChange,
    StockLost,
    SupplierDown,
    WarehouseDown,
)
from sim.scenario.world import Lane, World
from sim.tape.closures import Closures, Interval
from sim.tape.pace import Pace
from sim.tape.recovery import USUAL, pace_of, stands_still
from sim.tape.roads import NEVER, Queue
from sim.tape.streams import Streams
from sim.tape.strikes import Strikes, draw_strikes, way

Kind = TypeVar("Kind", SupplierDown, LaneClosed, Congestion, RuleChange, WarehouseDown, Bankruptcy, StockLost)


@dataclass(frozen=True)
class Weather:
    """When each disruption of a world is on, and what that means."""

    strikes: tuple[Strikes, ...]

    def _of(self, kind: type[Kind], struck: str) -> Iterator[tuple[Kind, Interval]]:
        """Every time something is struck by a kind of disruption."""
        for each in self.strikes:
            if isinstance(each.disruption, kind):
                for interval in each.hits.get(struck, ()):
                    yield each.disruption, interval

    def down(self, supplier: str) -> Closures:
        """When a supplier does nothing and new orders are held."""
        outages = self._of(SupplierDown, supplier)
        return standstill(spell for each, spell in outages if stands_still(each) and each.orders == "held")

    def refusing(self, supplier: str) -> Closures:
        """When a supplier refuses orders."""
        return standstill(spell for each, spell in self._of(SupplierDown, supplier) if each.orders == "refused")

    def pace(self, supplier: str) -> Pace | None:
        """At which pace a supplier works; `None` when it only ever stands still or works as usual."""
        return pace_of(self._of(SupplierDown, supplier))

    def gone(self, supplier: str) -> int | None:
        """When a supplier goes bankrupt; `None` for never."""
        return min((max(start, 0) for _, (start, _) in self._of(Bankruptcy, supplier)), default=None)

    def shut(self, lane: Lane) -> Closures:
        """When nothing may leave a lane: it is closed, or the warehouse where it begins stands still."""
        closed = standstill(spell for each, spell in self._closed(lane) if each.goods != "rebooked")
        return closed.union(self.idle(lane.source))

    def blocked(self, lane: Lane) -> Closures:
        """When goods on a lane stand still: it is closed, or an outage of its supplier freezes them."""
        held = (spell for each, spell in self._closed(lane) if each.goods == "held" and each.clears is None)
        outages = self._of(SupplierDown, lane.source)
        return standstill(held).union(standstill(spell for each, spell in outages if each.pipeline == "frozen"))

    def gates(self, lane: Lane) -> tuple[Queue, ...]:
        """Queues at the end of a lane."""
        queues = (
            (*spell, round(USUAL * each.clears))
            for each, spell in self._closed(lane)
            if each.goods == "held" and each.clears is not None
        )
        return tuple(sorted(queue for queue in queues if queue[1] > max(queue[0], 0)))

    def wrecks(self, lane: Lane) -> tuple[int, ...]:
        """When everything on a lane is lost."""
        starts = {start for each, (start, _) in self._closed(lane) if each.goods == "lost" and start >= 0}
        return tuple(sorted(starts))

    def detours(self, lane: Lane) -> Closures:
        """When goods on a lane take another way."""
        return standstill(spell for each, spell in self._closed(lane) if each.goods == "rebooked")

    def jams(self, lane: Lane) -> Iterator[tuple[Congestion, Closures]]:
        """Every congestion of a lane, and when it is on."""
        name = way((lane.source, lane.to))
        for each in self.strikes:
            if isinstance(each.disruption, Congestion) and name in each.hits:
                yield each.disruption, standstill(each.hits[name])

    def holds(self, lane: Lane) -> Closures:
        """When nothing is received from a lane."""
        return standstill(spell for _, spell in self._ruled(lane))

    def paperwork(self, lane: Lane) -> tuple[tuple[int, int], ...]:
        """From when on shipments take how much longer."""
        changes = ((start, each.paperwork) for each, (start, _) in self._ruled(lane) if each.paperwork)
        return tuple(sorted(changes))

    def idle(self, warehouse: str) -> Closures:
        """When a warehouse stands still."""
        return standstill(spell for _, spell in self._of(WarehouseDown, warehouse))

    def dark(self, warehouse: str) -> Closures:
        """When the page of a warehouse that stands still says out of stock."""
        return standstill(spell for each, spell in self._of(WarehouseDown, warehouse) if each.page == "closed")

    def destroyed(self, world: World) -> tuple[tuple[int, int, float], ...]:
        """Goods destroyed: instant, position of the stock, share; in order of time."""
        return tuple(
            sorted(
                (start, position, each.share)
                for position, (warehouse, product) in enumerate(world.stocks)
                for each, (start, _) in self._of(StockLost, warehouse)
                if each.product in (None, product) and 0 <= start < world.calendar.close
            )
        )

    def _closed(self, lane: Lane) -> Iterator[tuple[LaneClosed, Interval]]:
        return self._of(LaneClosed, way((lane.source, lane.to)))

    def _ruled(self, lane: Lane) -> Iterator[tuple[RuleChange, Interval]]:
        return self._of(RuleChange, way((lane.source, lane.to)))


def standstill(spells: Iterable[Interval]) -> Closures:
    """Closures of the part of some spells that lies in the run."""
    found = tuple((max(start, 0), end) for start, end in spells)
    return Closures(found) if found else NEVER


def draw_weather(world: World, streams: Streams) -> Weather:
    """Draw every disruption of the world.

    Raises:
        TapeError: a random disruption strikes too often.
    """
    return Weather(draw_strikes(world, streams))
