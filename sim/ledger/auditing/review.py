"""Laws of replenishment: what each rule orders, where, and when."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor

import numpy as np

from sim.ledger.auditing.aims import Aim, Planned, planned
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Bools, Int64, Track, What
from sim.scenario.policies import RS, BaseStock, NoReplenishment, Periodic, RsS, sS
from sim.scenario.sourcing import BaseSurge, DualIndex, Split

_FALLS = (What.VISIT, What.CLAIMED, What.ISSUED, What.SWAPPED, What.SLIPPED)
"""What may lower an inventory position, and so set off a review."""
_SHARED = (What.GRANTED, What.LEFT, What.TRIMMED)
"""What else happens while units are shared out, which lowers the position of who does not count the backlog."""


def at_once(replay: Replay) -> bool:
    """Whether orders are placed in the review that decides on them."""
    return replay.levers.plan.entry is None and not replay.levers.plan.forgets


def _quantity(replay: Replay) -> Iterator[Breach]:
    for plan in planned(replay):
        for place in plan.placings.tolist():
            yield from _lots(plan, place)
        for decision in plan.decisions if at_once(replay) else ():
            at, position = int(plan.track.time[decision[0]]), int(plan.position[decision[0]])
            aim = plan.aim(decision[0], at)
            if isinstance(plan.sourcing, DualIndex):
                yield from _two_indices(plan, plan.sourcing, decision)
            elif aim is not None and isinstance(plan.sourcing, BaseSurge):
                yield from _surge(plan, aim, decision[0], position)
            elif aim is not None:
                yield from _one_review(plan, aim, decision, position)


def _lots(plan: Planned, place: int) -> Iterator[Breach]:
    way, units = plan.ways[plan.lane(place)], plan.units(place)
    if way.supplier is not None and way.sold(units) != units:
        terms = f"lots of {way.supplier.lot}, at least {way.supplier.moq}"
        yield Breach(plan.name, int(plan.track.time[place]), f"{units} units ordered", terms)


def _surge(plan: Planned, aim: Aim, place: int, position: int) -> Iterator[Breach]:
    """The near position lies between what is at hand, less the backlog, and the whole one."""
    track, way = plan.track, plan.ways[plan.lane(place)]
    at_hand = int(track.on_hand[place] - (track.backlog[place] if plan.replay.levers.plan.counts_backlog else 0))
    if at_hand > aim.trigger:
        yield Breach(plan.name, int(track.time[place]), f"an order with {at_hand} at hand", f"none above {aim.trigger}")
        return
    least, most = way.sold(max(aim.quantity(position), 1)), way.sold(aim.quantity(at_hand))
    if not least <= plan.units(place) <= most:
        yield Breach(plan.name, int(track.time[place]), f"{plan.units(place)} units", f"{least} to {most}")


def _one_review(plan: Planned, aim: Aim, decision: tuple[int, ...], position: int) -> Iterator[Breach]:
    at = int(plan.track.time[decision[0]])
    if position > aim.trigger:
        yield Breach(plan.name, at, f"an order at position {position}", f"none above {aim.trigger}")
        return
    found = {plan.lane(place): plan.units(place) for place in decision}
    expected = _shared_out(plan, aim.quantity(position), found, at)
    if found != expected:
        units = [*found.values()] if len(expected) > 1 else sum(found.values())
        wanted = [*expected.values()] if len(expected) > 1 else sum(expected.values())
        yield Breach(plan.name, at, f"{units} units ordered at position {position}", wanted)


def _shared_out(plan: Planned, wanted: int, found: dict[int, int], at: int) -> dict[int, int]:
    """Units by lane as the way of sourcing shares them out; a source that takes no orders gets none."""
    if not isinstance(plan.sourcing, Split):
        return {lane: plan.ways[lane].sold(wanted) for lane in list(found)[:1]}
    shares = plan.sourcing.shares
    parts = {name: floor(wanted * share + 1e-9) for name, share in list(shares.items())[:-1]}
    parts[list(shares)[-1]] = wanted - sum(parts.values())
    ways = {lane: plan.ways[lane] for lane in plan.usual}
    return {
        lane: way.sold(parts[way.source]) for lane, way in ways.items() if parts[way.source] > 0 and not way.shut(at)
    }


def _two_indices(plan: Planned, rule: DualIndex, decision: tuple[int, ...]) -> Iterator[Breach]:
    """The fast source gets what the near position lacks; together they lift the whole one to its level."""
    at, position = int(plan.track.time[decision[0]]), int(plan.position[decision[0]])
    found = {plan.ways[plan.lane(place)].source: plan.units(place) for place in decision}
    by_ones = all(way.sold(1) == 1 for way in plan.ways.values())
    wanted = max(rule.S_regular - position, found.get(rule.express, 0))
    shut = any(plan.ways[lane].shut(at) for lane in plan.usual)
    if by_ones and not shut and sum(found.values()) != wanted:
        yield Breach(plan.name, at, f"{sum(found.values())} units ordered at position {position}", wanted)


def _occasion(replay: Replay) -> Iterator[Breach]:
    for plan in planned(replay) if at_once(replay) else ():
        times = plan.track.time[plan.placings]
        before_visits = np.searchsorted(replay.clock, times) == plan.track.came[plan.placings]
        match plan.rule:
            case NoReplenishment():
                right, expected = np.zeros(len(times), dtype=np.bool_), "none: nothing is replenished"
            case Periodic(R=every):
                right, expected = before_visits & (times % every == 0), f"one every {every} s, before the visits"
            case _:
                right = (before_visits & np.isin(times, set_times(replay, plan))) | _set_off(plan)
                expected = "one in the step in which the position fell, at the start or when the supplier is back"
        for order in np.flatnonzero(~right).tolist():
            yield Breach(plan.name, int(times[order]), "an order", expected)


def set_times(replay: Replay, plan: Planned) -> Int64:
    """When a continuous review looks though nothing fell: at the start, after an outage, on new levels."""
    recoveries = [end for way in plan.ways.values() for end in way.refusal.ends if end < replay.ledger.close]
    about = replay.levers.plan.forecast
    frozen = about is not None and about.every == "never"
    looks = [] if frozen else replay.ledger.forecasts.time[plan.looks].tolist()
    return np.unique([0, *recoveries, *looks])


def _set_off(plan: Planned) -> Bools:
    """Of each order its rule placed, whether it was placed in the step of an event before it, a fall of position."""
    track, position = plan.track, plan.position
    falls = (track.what != What.SLIPPED) | (np.diff(track.on_hand) < 0)
    falls &= track.what != What.PLACED
    last = np.maximum.accumulate(np.where(falls, np.arange(len(track)), 0))
    cause = last[np.maximum(plan.placings - 1, 0)]
    causes = _FALLS if plan.replay.levers.plan.counts_backlog else (*_FALLS, *_SHARED)
    fell = np.isin(track.what[cause], causes) | (position[cause + 1] < position[cause])
    came = track.came[cause] + (track.what[cause] == What.VISIT)
    together = (came == track.came[plan.placings]) & (track.time[cause] == track.time[plan.placings])
    return np.asarray(fell & together, dtype=np.bool_)


def _one_level(replay: Replay) -> Iterator[Breach]:
    """Where the model chose S by itself and the source takes any order, all orders reach the same S."""
    for plan in planned(replay):
        whole = plan.ways[plan.usual[0]].sold(1) == 1 and len(plan.ways) == 1 and at_once(replay)
        if whole and not len(plan.looks) and isinstance(plan.rule, BaseStock | sS | RS | RsS):
            placings = np.array([place for place in plan.placings.tolist() if plan.aim(place, 0) is None], np.int64)
            reached = plan.position[placings + 1]
            for order in np.flatnonzero(reached != reached[:1]).tolist():
                at = int(plan.track.time[placings[order]])
                yield Breach(plan.name, at, f"ordered up to {reached[order]}", f"up to {reached[0]} as before")


def _position(replay: Replay) -> Iterator[Breach]:
    for plan in planned(replay) if at_once(replay) else ():
        if isinstance(plan.rule, NoReplenishment):
            continue
        levels, instants = _reviews(replay, plan)
        triggers = plan.triggers(levels, instants)
        for review in np.flatnonzero(plan.position[levels] <= triggers).tolist():
            at, trigger, level = int(instants[review]), int(triggers[review]), int(levels[review])
            shut = any(plan.ways[lane].shut(at) for lane in plan.usual)
            if not shut and not _fell_later(plan, trigger, level, at):
                yield Breach(plan.name, at, f"position {plan.position[level]}", f"above {trigger}")


def _fell_later(plan: Planned, trigger: int, level: int, at: int) -> bool:
    """Whether a stock was above its trigger in the second of a periodic review, and fell by another's review."""
    first = int(np.searchsorted(plan.track.time, at, side="left"))
    return isinstance(plan.rule, Periodic) and bool((plan.position[first : level + 1] > trigger).any())


def _reviews(replay: Replay, plan: Planned) -> tuple[Int64, Int64]:
    """When the rule has just looked: levels of the track, and instants."""
    if isinstance(plan.rule, Periodic):
        rounds = np.arange(0, replay.ledger.close, plan.rule.R)
        return _levels(plan.track, rounds), rounds
    instants = set_times(replay, plan)
    rests = np.flatnonzero(plan.track.rests)
    levels = np.concatenate((_levels(plan.track, instants), rests + 1))
    return levels, np.concatenate((instants, plan.track.time[rests]))


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
        "A rule orders at or below its trigger only, exactly what it says, shared out over its sources, in the lots "
        "and least units of each supplier.",
        _quantity,
    ),
    Law(
        "occasion",
        "Periodic rules order at their reviews only, `none` never, and the others in the step in which the position "
        "fell, at the start, on new levels or when the supplier is back.",
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
