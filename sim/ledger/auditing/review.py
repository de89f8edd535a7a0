"""Laws of replenishment: what each rule orders, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.supply import Standstill, refusal
from sim.ledger.auditing.track import Bools, Int64, Track, What
from sim.scenario.policies import RS, BaseStock, NoReplenishment, Periodic, Replenishment, RsS, rQ, sS
from sim.scenario.world import Supplier


@dataclass(frozen=True)
class Aim:
    """What a rule with known parameters does."""

    trigger: int
    """It orders if and only if the inventory position is at or below this."""
    quantity: Callable[[int], int]
    """What it orders at a position, before the supplier's rounding."""


def _aim(rule: Replenishment) -> Aim | None:
    """`None` where a parameter is left to the model, or nothing is ordered at all."""
    match rule:
        case BaseStock(S=int(level)) | RS(S=int(level)):
            return Aim(level - 1, lambda position: level - position)
        case sS(s=int(low), S=int(level)) | RsS(s=int(low), S=int(level)):
            return Aim(low, lambda position: level - position)
        case rQ(r=int(low), Q=int(lot)):
            return Aim(low, lambda position: lot * ((low - position) // lot + 1))
    return None


@dataclass(frozen=True, eq=False)
class Planned:
    """One stock, what refills it, and where."""

    name: str
    track: Track
    rule: Replenishment
    aim: Aim | None
    supplier: Supplier | None
    """`None` when a warehouse supplies it."""
    refusal: Standstill
    begun: Bools
    """Of each event, whether it is the placing of initial inbound."""

    @property
    def placings(self) -> Int64:
        """The orders its rule placed: where in the track."""
        return np.flatnonzero((self.track.what == What.PLACED) & ~self.begun)


def _planned(replay: Replay) -> Iterator[Planned]:
    """Every stock that a lane refills."""
    world = replay.world
    for number, (warehouse, product) in enumerate(replay.stocks):
        lane, track = world.inbound_lane(warehouse, product), replay.tracks[number]
        if lane is None:
            continue
        source, rule = world.lanes[lane].source, replay.levers.replenishment(warehouse, product)
        yield Planned(
            name=replay.name(number),
            track=track,
            rule=rule,
            aim=_aim(rule),
            supplier=world.suppliers.get(source),
            refusal=refusal(replay, source),
            begun=(track.what == What.PLACED) & (track.row < len(world.inbound)),
        )


def _quantity(replay: Replay) -> Iterator[Breach]:
    for plan in _planned(replay):
        placings = plan.placings
        times, positions = plan.track.time[placings].tolist(), plan.track.position[placings].tolist()
        units = replay.ledger.orders.units[plan.track.row[placings]].tolist()
        for at, position, ordered in zip(times, positions, units, strict=True):
            yield from _lots(plan, at, ordered)
            if plan.aim is not None:
                yield from _one_order(plan, plan.aim, at, position, ordered)


def _lots(plan: Planned, at: int, units: int) -> Iterator[Breach]:
    if plan.supplier is not None and (units % plan.supplier.lot or units < plan.supplier.moq):
        terms = f"lots of {plan.supplier.lot}, at least {plan.supplier.moq}"
        yield Breach(plan.name, at, f"{units} units ordered", terms)


def _one_order(plan: Planned, aim: Aim, at: int, position: int, units: int) -> Iterator[Breach]:
    if position > aim.trigger:
        yield Breach(plan.name, at, f"an order at position {position}", f"none above {aim.trigger}")
        return
    wanted = aim.quantity(position)
    if plan.supplier is not None:
        lot = plan.supplier.lot
        wanted = -(-max(wanted, plan.supplier.moq) // lot) * lot
    if units != wanted:
        yield Breach(plan.name, at, f"{units} units ordered at position {position}", wanted)


def _occasion(replay: Replay) -> Iterator[Breach]:
    for plan in _planned(replay):
        times = plan.track.time[plan.placings]
        before_visits = np.searchsorted(replay.clock, times) == plan.track.came[plan.placings]
        match plan.rule:
            case NoReplenishment():
                right, expected = np.zeros(len(times), dtype=np.bool_), "none: nothing is replenished"
            case Periodic(R=every):
                right, expected = before_visits & (times % every == 0), f"one every {every} s, before the visits"
            case _:
                right = (before_visits & np.isin(times, (0, *plan.refusal.ends))) | _set_off(plan)
                expected = "one in the step in which the position fell, at the start or when the supplier is back"
        for order in np.flatnonzero(~right).tolist():
            yield Breach(plan.name, int(times[order]), "an order", expected)


def _set_off(plan: Planned) -> Bools:
    """Of each order its rule placed, whether it was placed in the step of the event before it, a fall of position."""
    track, cause = plan.track, np.maximum(plan.placings - 1, 0)
    fell = np.isin(track.what[cause], (What.VISIT, What.CLAIMED, What.ISSUED, What.SWAPPED))
    came = track.came[cause] + (track.what[cause] == What.VISIT)
    together = (came == track.came[plan.placings]) & (track.time[cause] == track.time[plan.placings])
    return np.asarray(fell & together, dtype=np.bool_)


def _one_level(replay: Replay) -> Iterator[Breach]:
    """Where the model chose S by itself and the source takes any order, all orders reach the same S."""
    for plan in _planned(replay):
        exact = plan.supplier is None or plan.supplier.lot == plan.supplier.moq == 1
        if plan.aim is None and exact and isinstance(plan.rule, BaseStock | sS | RS | RsS):
            placings = plan.placings
            reached = plan.track.position[placings + 1]
            for order in np.flatnonzero(reached != reached[:1]).tolist():
                at = int(plan.track.time[placings[order]])
                yield Breach(plan.name, at, f"ordered up to {reached[order]}", f"up to {reached[0]} as before")


def _position(replay: Replay) -> Iterator[Breach]:
    for plan in _planned(replay):
        if plan.aim is None:
            continue
        levels, instants = _reviews(replay, plan)
        position = plan.track.position[levels]
        for review in np.flatnonzero(position <= plan.aim.trigger).tolist():
            at = int(instants[review])
            if not plan.refusal.shut(at) and not _fell_later(plan, plan.aim, int(levels[review]), at):
                yield Breach(plan.name, at, f"position {position[review]}", f"above {plan.aim.trigger}")


def _fell_later(plan: Planned, aim: Aim, level: int, at: int) -> bool:
    """Whether a stock was above its trigger in the second of a periodic review, and fell by another's review."""
    first = int(np.searchsorted(plan.track.time, at, side="left"))
    return isinstance(plan.rule, Periodic) and bool((plan.track.position[first : level + 1] > aim.trigger).any())


def _reviews(replay: Replay, plan: Planned) -> tuple[Int64, Int64]:
    """When the rule has just looked: levels of the track, and instants."""
    if isinstance(plan.rule, Periodic):
        set_times = np.arange(0, replay.ledger.close, plan.rule.R)
        return _levels(plan.track, set_times), set_times
    recoveries = [end for end in plan.refusal.ends if end < replay.ledger.close]
    set_times = np.array([0, *recoveries], dtype=np.int64)
    rests = np.flatnonzero(plan.track.rests)
    levels = np.concatenate((_levels(plan.track, set_times), rests + 1))
    return levels, np.concatenate((set_times, plan.track.time[rests]))


def _levels(track: Track, instants: Int64) -> Int64:
    """How many events of a track come before the visits of each instant."""
    visits = np.append(track.of(What.VISIT), len(track))
    first = np.searchsorted(track.time[visits[:-1]], instants, side="left")
    later = np.searchsorted(track.time, instants, side="right")
    events: Int64 = np.minimum(visits[first], later)
    return events


REVIEW = (
    Law(
        "quantity",
        "A rule orders at or below its trigger only, exactly what it says, in the lots and least units of a supplier.",
        _quantity,
    ),
    Law(
        "occasion",
        "Periodic rules order at their reviews only, `none` never, and the others in the step in which the position "
        "fell, at the start or when the supplier is back.",
        _occasion,
    ),
    Law("order-up-to", "An order-up-to rule whose level the model chose always orders up to one level.", _one_level),
    Law(
        "position",
        "After each review, or each step under continuous review, the inventory position (on hand and on order, less "
        "the backlog) is above the trigger unless the supplier refuses orders.",
        _position,
    ),
)
