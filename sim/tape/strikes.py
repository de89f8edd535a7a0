"""When each disruption strikes, and whom: one by name, or a region by shocks that its members share or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from sim.errors import TapeError
from sim.scenario.disruptions import (
    AnyDisruption,
    Bankruptcy,
    Blow,
    Recovery,
    Regional,
    RuleChange,
    StockLost,
    SupplierDown,
    Tariff,
    WarehouseDown,
)
from sim.scenario.disruptions import Disruption as Lasting
from sim.scenario.world import World
from sim.tape.closures import Interval
from sim.tape.dice import Die, die_of
from sim.tape.intensity import Steady, poisson_times
from sim.tape.keyed import ConstantDraws, KeyedDraws, draws_of
from sim.tape.streams import Streams

MOST: Final = 100_000
"""Times that one random disruption can strike in one replication."""


@dataclass(frozen=True)
class Strikes:
    """One disruption, and from when to when it is on.

    Starts may lie before the run; what is over at once ends when it starts.
    """

    disruption: AnyDisruption
    hits: Mapping[str, tuple[Interval, ...]]
    """In order of time, by what is struck: a supplier or warehouse by its name, a lane as `from>to`."""


def draw_strikes(world: World, streams: Streams) -> tuple[Strikes, ...]:
    """Draw every disruption of the world, each from streams of its own; a tariff is no chance.

    Raises:
        TapeError: a random disruption strikes more than `MOST` times.
    """
    seen: Counter[str] = Counter()
    found = []
    for disruption in world.disruptions:
        if isinstance(disruption, Tariff):
            continue
        target = f"{disruption.kind}/{_target(disruption)}"
        found.append(Strikes(disruption, _Draw(disruption, f"disruption/{target}/{seen[target]}", streams).hits(world)))
        seen[target] += 1
    return tuple(found)


def way(ends: Iterable[str]) -> str:
    """The name of a lane among what is struck, by its two ends."""
    return ">".join(ends)


def _target(disruption: AnyDisruption) -> str:
    by_region = isinstance(disruption, Regional) and disruption.region is not None
    return f"@{disruption.region}" if isinstance(disruption, Regional) and by_region else _named(disruption)


def _named(disruption: AnyDisruption) -> str:
    """What a disruption strikes by name."""
    match disruption:
        case SupplierDown() | Bankruptcy():
            return disruption.supplier or ""
        case WarehouseDown() | StockLost():
            return disruption.warehouse
        case _:
            return way(disruption.lane or ())


@dataclass(frozen=True)
class _Luck:
    """How long strikes last, and which of them come again; by the number of the strike."""

    lasts: KeyedDraws
    recovery: Recovery
    again: Die | None
    lasts_again: KeyedDraws

    def spells(self, number: int, start: int) -> tuple[Interval, ...]:
        """The strike of a number that begins at an instant, and its relapse."""
        end = start + self.lasts[number]
        if self.again is None or self.again(number) >= self.recovery.relapse:
            return ((start, end),)
        back = end + self.recovery.relapse_after
        return (start, end), (back, back + self.lasts_again[number])


_Shock = tuple[int, int, _Luck]
"""Instant, number and luck of one shock."""


@dataclass(frozen=True)
class _Draw:
    """Draws one disruption."""

    disruption: AnyDisruption
    name: str
    streams: Streams

    def hits(self, world: World) -> dict[str, tuple[Interval, ...]]:
        """From when to when it is on, by what is struck."""
        if isinstance(self.disruption, Regional) and self.disruption.region is not None:
            return self._regional(self.disruption, world)
        return {_named(self.disruption): tuple(self._alone(self.disruption, world))}

    def _alone(self, blow: AnyDisruption, world: World) -> Iterator[Interval]:
        """Once at `at`, or again and again after `every`."""
        luck = self._luck(self.name)
        if blow.at is not None:
            yield from luck.spells(0, world.calendar.warm_up + blow.at)
        if blow.every is not None:
            every = draws_of(blow.every, self.streams.claim(f"{self.name}/every"))
            yield from self._renewals(every, luck, world.calendar.close)

    def _renewals(self, every: KeyedDraws, luck: _Luck, close: int) -> Iterator[Interval]:
        clock = 0
        for number in range(MOST):
            start = clock + every[number]
            if start >= close:
                return
            spells = luck.spells(number, start)
            yield from spells
            clock = spells[-1][1]
        raise self._too_often()

    def _regional(self, blow: Regional, world: World) -> dict[str, tuple[Interval, ...]]:
        """At `at` all are struck, for the same time or each for its own; at random, by common shocks and own ones."""
        common = self._luck(self.name)
        own = {member: self._luck(f"{self.name}/{member}") for member in _members(blow, world)}
        if blow.at is not None:
            start = world.calendar.warm_up + blow.at
            is_shared = die_of(self.streams.claim(f"{self.name}/shared"))(0) < blow.rho
            return {member: (common if is_shared else luck).spells(0, start) for member, luck in own.items()}
        shared = self._shocks(blow, blow.rho, self.name, common, world)
        return {
            member: tuple(_endured(shared + self._shocks(blow, 1 - blow.rho, f"{self.name}/{member}", luck, world)))
            for member, luck in own.items()
        }

    def _shocks(self, blow: Blow, share: float, name: str, luck: _Luck, world: World) -> list[_Shock]:
        """A share of the shocks of a region, whether or not somebody is there to be struck."""
        if share == 0 or blow.every is None:
            return []
        coming = Steady(share / max(blow.every.mean_value, 1.0), world.calendar.close)
        if coming.total > MOST:
            raise self._too_often()
        times = poisson_times(coming, coming.length, self.streams.claim(f"{name}/every").generator())
        return [(int(start), number, luck) for number, start in enumerate(times)]

    def _luck(self, name: str) -> _Luck:
        blow = self.disruption
        law = blow.lasts if isinstance(blow, Lasting | RuleChange) else None
        recovery = blow.recovery if isinstance(blow, SupplierDown) else Recovery()
        lasts = ConstantDraws(0) if law is None else draws_of(law, self.streams.claim(f"{name}/lasts"))
        if law is None or recovery.relapse == 0:
            return _Luck(lasts, recovery, None, lasts)
        again = die_of(self.streams.claim(f"{name}/relapse"))
        return _Luck(lasts, recovery, again, draws_of(law, self.streams.claim(f"{name}/relapse_lasts")))

    def _too_often(self) -> TapeError:
        return TapeError(f"'{self.name}' would strike more than {MOST:,} times in one run; make `every` longer")


def _members(blow: Regional, world: World) -> tuple[str, ...]:
    """The suppliers or lanes of a region."""
    if isinstance(blow, SupplierDown):
        return tuple(name for name, supplier in world.suppliers.items() if supplier.region == blow.region)
    return tuple(dict.fromkeys(way((lane.source, lane.to)) for lane in world.lanes if lane.region == blow.region))


def _endured(shocks: list[_Shock]) -> Iterator[Interval]:
    """What shocks do to one member: those that come while it is struck already do nothing."""
    clock = 0
    for start, number, luck in sorted(shocks, key=itemgetter(0)):
        if start >= clock:
            spells = luck.spells(number, start)
            yield from spells
            clock = spells[-1][1]
