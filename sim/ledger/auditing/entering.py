"""The law of orders entered by hand: each is placed so long after its decision as the tape says, or is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from sim.ledger.auditing.aims import Planned, planned
from sim.ledger.auditing.allocation import loose_seconds
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.review import set_times
from sim.ledger.auditing.track import Bools, Int64, Track, What
from sim.scenario.policies import NoReplenishment, Periodic
from sim.scenario.sourcing import Single

_ASKS = (What.VISIT, What.CLAIMED)
"""After these a continuous review looks, whether the position fell or not; after others, if it fell."""


@dataclass
class _Clerk:
    """Who decides and places orders for one stock."""

    plan: Planned
    decisions: int = 0
    pending: list[tuple[int, int]] = field(default_factory=list)
    """When each order decided on is due to be placed, and its units; in order of time."""

    def looks(self, level: int, at: int) -> None:
        """Decide on an order if the position, with what is decided already, is low."""
        aim = self.plan.aim(level, at)
        position = int(self.plan.position[level]) + sum(units for _, units in self.pending)
        if aim is not None and position <= aim.trigger:
            delay = self._delay()
            if delay is not None:
                self.pending = sorted([*self.pending, (at + delay, aim.quantity(position))])

    def _delay(self) -> int | None:
        how, dice = self.plan.replay.levers.plan, self.plan.replay.tape.stock_dice[self.plan.stock]
        number = self.decisions
        self.decisions += 1
        if how.forgets and dice["forgets"](number) < how.forgets:
            return None
        uniform = np.array([dice["entry_delay"](number)])
        return 0 if how.entry is None else max(round(float(how.entry.ppf(uniform)[0])), 0)

    def forgo(self, at: int) -> None:
        """What was due before an instant at which the source took no orders is never placed."""
        way = self.plan.ways[self.plan.usual[0]]
        self.pending = [(due, units) for due, units in self.pending if due > at or not way.shut(due)]

    def places(self, place: int) -> Iterator[Breach]:
        """An order in the ledger is the next one due."""
        at, units = int(self.plan.track.time[place]), self.plan.units(place)
        due = [(when, self.plan.ways[self.plan.lane(place)].sold(wanted)) for when, wanted in self.pending]
        if (at, units) in due:
            del self.pending[due.index((at, units))]
        else:
            yield Breach(self.plan.name, at, f"{units} units ordered", due[0] if due else "none decided on")


def _entry(replay: Replay) -> Iterator[Breach]:
    how = replay.levers.plan
    if how.entry is None and not how.forgets:
        return
    for plan in planned(replay):
        if _is_told(replay, plan):
            yield from _one(replay, plan)


def _is_told(replay: Replay, plan: Planned) -> bool:
    """Whether the ledger shows all that the planner of a stock went by: levels from the start, one way, no swaps."""
    other = replay.levers.expedite or replay.levers.transship or replay.levers.advance
    known = not isinstance(plan.rule, NoReplenishment) and plan.aim(0, 0) is not None
    plain = not other and isinstance(plan.sourcing, Single) and not len(replay.ledger.swaps)
    claims = plan.track.time[plan.track.of(What.CLAIMED)]
    unclear = bool(np.isin(claims, _instants(replay, plan)).any())  # whether they came before the look or after it
    if not replay.levers.plan.counts_backlog:
        unclear |= len(claims) > 0 or bool(loose_seconds(replay, plan.track))  # how often units were shared out
    return known and plain and not unclear and not replay.levers.cancel_purchase_orders


def _one(replay: Replay, plan: Planned) -> Iterator[Breach]:
    clerk, track = _Clerk(plan), plan.track
    looks = _looks(replay, plan)
    placings, at_look = set(plan.placings.tolist()), 0
    asks = np.zeros(len(track), dtype=np.bool_) if isinstance(plan.rule, Periodic) else _asks(replay, plan)
    for event in range(len(track)):
        at = int(track.time[event])
        while at_look < len(looks) and looks[at_look][0] <= event:
            clerk.forgo(looks[at_look][1])
            clerk.looks(*looks[at_look])
            at_look += 1
        clerk.forgo(at - 1 if event in placings else at)
        if event in placings:
            yield from clerk.places(event)
        elif asks[event]:
            clerk.looks(event + 1, at)
    for level, at in looks[at_look:]:
        clerk.looks(level, at)
    clerk.forgo(replay.ledger.close)
    for due, units in clerk.pending:
        if due < replay.ledger.close:
            yield Breach(plan.name, due, "no order", f"one of {units} units, decided on before")


def _asks(replay: Replay, plan: Planned) -> Bools:
    """Events after which a continuous review looks."""
    track = plan.track
    fell = np.diff(plan.position) < 0
    fell[_shared_again(track)] = False
    met = np.isin(track.what, _ASKS)
    met[track.of(What.VISIT)] = ~replay.away[track.row[track.of(What.VISIT)]]
    return np.asarray(met | (fell & (track.what != What.PLACED)))


def _shared_again(track: Track) -> Int64:
    """Grants and issues that another one follows in the same second: the planner looks after the last."""
    shared = np.flatnonzero(np.isin(track.what, (What.GRANTED, What.ISSUED)))
    again: Int64 = shared[:-1][np.diff(track.time[shared]) == 0]
    return again


def _instants(replay: Replay, plan: Planned) -> Int64:
    if isinstance(plan.rule, Periodic):
        return np.arange(0, replay.ledger.close, plan.rule.R)
    return set_times(replay, plan)


def _looks(replay: Replay, plan: Planned) -> list[tuple[int, int]]:
    """Looks that no event calls for: so many events come before each, and when it is."""
    track = plan.track
    found, placings = [], set(plan.placings.tolist())
    for at in _instants(replay, plan).tolist():
        first, last = (int(np.searchsorted(track.time, at, side=side)) for side in ("left", "right"))
        later = [k for k in range(first, last) if track.what[k] == What.VISIT or k in placings]
        found.append((later[0] if later else last, at))
    return found


ENTRY = (
    Law(
        "entry",
        "Where orders are entered by hand, each decision of a review is placed after the delay that the tape gives to "
        "its number, or never if it is forgotten.",
        _entry,
    ),
)
