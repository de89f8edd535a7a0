"""The weather of one replication: when suppliers are down and lanes closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sim.errors import TapeError
from sim.scenario.disruptions import AnyDisruption, LaneClosed, SupplierDown
from sim.scenario.world import Lane, World
from sim.tape.closures import Closures, Interval
from sim.tape.keyed import KeyedDraws, draws_of
from sim.tape.streams import Streams

MOST: Final = 100_000
"""Times that one random disruption can strike in one replication."""


@dataclass(frozen=True)
class Weather:
    """When each disruption of a world is on."""

    spells: tuple[tuple[AnyDisruption, Closures], ...]

    def down(self, supplier: str, orders: str) -> Closures:
        """When a supplier is down with new orders `held` or `refused`."""
        return Closures().union(
            *(
                spell
                for disruption, spell in self.spells
                if isinstance(disruption, SupplierDown)
                and (disruption.supplier, disruption.orders) == (supplier, orders)
            )
        )

    def shut(self, lane: Lane) -> Closures:
        """When a lane is closed."""
        return Closures().union(
            *(
                spell
                for disruption, spell in self.spells
                if isinstance(disruption, LaneClosed) and disruption.lane == (lane.source, lane.to)
            )
        )

    def blocked(self, lane: Lane) -> Closures:
        """When goods on a lane stand still: it is closed, or an outage of its supplier freezes them."""
        return self.shut(lane).union(
            *(
                spell
                for disruption, spell in self.spells
                if isinstance(disruption, SupplierDown)
                and (disruption.supplier, disruption.pipeline) == (lane.source, "frozen")
            )
        )


def draw_weather(world: World, streams: Streams) -> Weather:
    """Draw every disruption of the world, each from streams of its own.

    Raises:
        TapeError: a random disruption strikes more than `MOST` times.
    """
    seen: Counter[str] = Counter()
    spells = []
    for disruption in world.disruptions:
        target = f"{disruption.kind}/{_target(disruption)}"
        drawn = Closures(tuple(_spells(disruption, world, f"disruption/{target}/{seen[target]}", streams)))
        spells.append((disruption, drawn))
        seen[target] += 1
    return Weather(tuple(spells))


def _target(disruption: AnyDisruption) -> str:
    return disruption.supplier if isinstance(disruption, SupplierDown) else ">".join(disruption.lane)


def _spells(disruption: AnyDisruption, world: World, name: str, streams: Streams) -> Iterator[Interval]:
    """Start and end of each time the disruption is on: once at `at`, or again and again after `every`."""
    lasts = draws_of(disruption.lasts, streams.claim(f"{name}/lasts"))
    if disruption.at is not None:
        start = world.calendar.warm_up + disruption.at
        yield max(start, 0), start + lasts[0]
    if disruption.every is not None:
        every = draws_of(disruption.every, streams.claim(f"{name}/every"))
        yield from _renewals(every, lasts, world.calendar.close, name)


def _renewals(every: KeyedDraws, lasts: KeyedDraws, close: int, name: str) -> Iterator[Interval]:
    clock = 0
    for number in range(MOST):
        start = clock + every[number]
        if start >= close:
            return
        clock = start + lasts[number]
        yield start, clock
    raise TapeError(f"'{name}' would strike more than {MOST:,} times in one run; make `every` longer")
