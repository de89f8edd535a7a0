"""What refills each stock: its rule with its levels over time, its ways, and the orders that the rule placed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.supply import Standstill, refusal
from sim.ledger.auditing.track import Int64, Track, What
from sim.scenario.policies import RS, BaseStock, Replenishment, RsS, rQ, sS
from sim.scenario.sourcing import Backup, BaseSurge, DualIndex, Single, Sourcing, Split
from sim.scenario.world import Supplier
from sim.words import FOREVER


@dataclass(frozen=True)
class Aim:
    """What a rule with known parameters does."""

    trigger: int
    """It orders if and only if the inventory position is at or below this."""
    quantity: Callable[[int], int]
    """What it orders at a position, before the supplier's rounding."""


def _up_to(trigger: int, level: int) -> Aim:
    return Aim(trigger, lambda position: level - position)


def _in_lots(trigger: int, lot: int) -> Aim:
    return Aim(trigger, lambda position: lot * ((trigger - position) // lot + 1))


def _stated(rule: Replenishment) -> Aim | None:
    """`None` where a parameter is left to the model, or nothing is ordered at all."""
    match rule:
        case BaseStock(S=int(level)) | RS(S=int(level)):
            return _up_to(level - 1, level)
        case sS(s=int(low), S=int(level)) | RsS(s=int(low), S=int(level)):
            return _up_to(low, level)
        case rQ(r=int(low), Q=int(lot)):
            return _in_lots(low, lot)
    return None


@dataclass(frozen=True)
class Way:
    """One lane that leads to a stock."""

    source: str
    supplier: Supplier | None
    """`None` when a warehouse supplies it."""
    refusal: Standstill
    gone: int
    """When the supplier goes bankrupt; after any run for never."""

    def shut(self, at: int) -> bool:
        """Whether its source takes no orders at an instant."""
        return at >= self.gone or self.refusal.shut(at)

    def sold(self, units: int) -> int:
        """So many units as the source sells them."""
        if self.supplier is None:
            return units
        lot = self.supplier.lot
        return -(-max(units, self.supplier.moq) // lot) * lot


@dataclass(frozen=True, eq=False)
class Planned:
    """One stock, what refills it, and by which ways."""

    replay: Replay
    stock: int
    rule: Replenishment
    sourcing: Sourcing
    ways: dict[int, Way]
    """By lane, all that lead to it; the first in the world is the first here."""

    @property
    def name(self) -> str:
        """As people write it."""
        return self.replay.name(self.stock)

    @property
    def track(self) -> Track:
        """Its history."""
        return self.replay.tracks[self.stock]

    @cached_property
    def position(self) -> Int64:
        """What its reviews look at: the inventory position, with those who wait only if the planner counts them."""
        track = self.track
        return track.position if self.replay.levers.plan.counts_backlog else track.position + track.backlog

    @cached_property
    def looks(self) -> Int64:
        """Rows of forecasts, in order."""
        return np.flatnonzero(self.replay.ledger.forecasts.stock == self.stock)

    @cached_property
    def _since(self) -> tuple[Int64, Int64]:
        """Of each forecast: how many events came before it, and when it was."""
        rows = self.replay.ledger.forecasts
        came = self.replay.came(rows.seen[self.looks], rows.seq[self.looks])
        return self.track.before(came, rows.seq[self.looks]), rows.time[self.looks]

    def look_at(self, levels: Int64, instants: Int64) -> Int64:
        """How many forecasts were there after so many events each, at instants."""
        places, times = self._since
        after = np.searchsorted(places, levels, side="right"), np.searchsorted(times, instants, side="right")
        return np.asarray(np.minimum(*after), dtype=np.int64)

    @cached_property
    def _aims(self) -> tuple[Aim | None, ...]:
        """At the start, then after each forecast."""
        rows = self.replay.ledger.forecasts
        later = (
            _in_lots(int(rows.reorder[row]), int(rows.lot[row]))
            if rows.lot[row]
            else _up_to(int(rows.reorder[row]), int(rows.up_to[row]))
            for row in self.looks.tolist()
        )
        return (_stated(self.rule), *later)

    def aim(self, level: int, at: int) -> Aim | None:
        """What the rule does after so many events, at an instant; `None` where that is not known."""
        return self._aims[int(self.look_at(np.array([level]), np.array([at]))[0])]

    def triggers(self, levels: Int64, instants: Int64) -> Int64:
        """The position at or below which it orders, after so many events each; below any where that is not known."""
        if isinstance(self.sourcing, DualIndex):
            return np.full(len(levels), self.sourcing.S_regular - 1)
        each = np.array([-FOREVER if aim is None else aim.trigger for aim in self._aims], dtype=np.int64)
        return each[self.look_at(levels, instants)]

    @cached_property
    def usual(self) -> tuple[int, ...]:
        """The lanes that the rule orders on, as it names them; the first lane where none of these leads here."""
        names = _names(self.sourcing, next(iter(self.ways.values())).source)
        found = [lane for name in names for lane, way in self.ways.items() if way.source == name]
        return tuple(dict.fromkeys(found)) or tuple(self.ways)[:1]

    @cached_property
    def _orders(self) -> Int64:
        """All orders placed in the run: where in the track."""
        placed = self.track.of(What.PLACED)
        return placed[self.track.row[placed] >= len(self.replay.world.inbound)]

    @cached_property
    def placings(self) -> Int64:
        """The orders its rule placed, and nothing else asked for: where in the track."""
        rows = self.track.row[self._orders]
        lanes, besides = self.replay.ledger.orders.lane[rows], self.replay.ledger.purposes.order
        return self._orders[np.isin(lanes, self.usual) & ~np.isin(rows, besides)]

    @cached_property
    def decisions(self) -> tuple[tuple[int, ...], ...]:
        """The same in groups: orders placed in one review stand next to each other."""
        groups: list[list[int]] = []
        for place in self.placings.tolist():
            before = groups[-1][-1] if groups and isinstance(self.sourcing, Split | DualIndex) else -1
            follows = before == place - 1 >= 0 and self.track.time[place] == self.track.time[before]
            if follows and self.usual.index(self.lane(place)) > self.usual.index(self.lane(before)):
                groups[-1].append(place)
            else:
                groups.append([place])
        return tuple(map(tuple, groups))

    def lane(self, place: int) -> int:
        """The lane of an order."""
        return int(self.replay.ledger.orders.lane[self.track.row[place]])

    def units(self, place: int) -> int:
        """Units of an order."""
        return int(self.replay.ledger.orders.units[self.track.row[place]])


def _names(sourcing: Sourcing, first: str) -> tuple[str, ...]:
    """The sources that a rule orders from by itself, in its order; `first` is the source of the first lane."""
    match sourcing:
        case Single():
            return (sourcing.source or first,)
        case Split():
            return tuple(sourcing.shares)
        case Backup():
            return (sourcing.source or first, sourcing.backup)
        case BaseSurge():
            return (sourcing.surge,)
        case DualIndex():
            return (sourcing.express, sourcing.regular)


def planned(replay: Replay) -> Iterator[Planned]:
    """Every stock that a lane refills."""
    world = replay.world
    for stock, place in enumerate(replay.stocks):
        ways = {}
        for lane in world.inbound_lanes(*place):
            source = world.lanes[lane].source
            gone = replay.tape.gone.get(source, FOREVER)
            ways[lane] = Way(source, world.suppliers.get(source), refusal(replay, source), gone)
        if ways:
            yield Planned(replay, stock, replay.levers.replenishment(*place), replay.levers.sourcing(*place), ways)
