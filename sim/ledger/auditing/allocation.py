"""The law of allocation: units go to the claim whose turn it is, and none that fits is left waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import floor
from types import MappingProxyType
from typing import Final

import numpy as np

from sim.ledger.auditing.claims import Claim, Claims
from sim.ledger.auditing.errors import clerk_rounds, is_overlooked
from sim.ledger.auditing.keys import key_of_visits
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Floats, Replay
from sim.ledger.auditing.track import Track, What
from sim.scenario.policies import Allocation, NewFirst, Ordered
from sim.words import FOREVER, Slip, Wait


@dataclass
class _Line:
    """The waiting line of one stock, walked event by event."""

    replay: Replay
    stock: int
    track: Track
    claims: Claims
    keys: Floats
    """By visit: where the rule puts each in the line."""
    known: dict[tuple[bool, int], Claim] = field(default_factory=dict)
    """Who waits, by table and row."""
    held: list[tuple[int, int]] = field(default_factory=list)
    """Until when at most how many units are held for new visitors."""
    shared: int = -1
    """The last event of the present step at which units came or a claim went, so that units were shared out."""

    loose: frozenset[int] = frozenset()
    """Seconds in which units came back while they were shared out, so that the order cannot be told."""
    rounds: dict[int, list[int]] = field(default_factory=dict)
    """Seconds in which a clerk reserves, each with the receipts dealt with."""
    by_clerk: bool = False
    """Whether units are shared out in these seconds only."""
    is_lost: bool = False
    """Whether an allocation got lost or failed since units were last shared out: what it was for stays recorded."""
    back: dict[int, int] = field(default_factory=dict)
    """By second, units at most that were given back on being granted: a clerk deals them out next time."""
    later: list[tuple[float, bool, int]] = field(default_factory=list)
    """Claims whose first promise has not passed yet, the earliest first: a heap of promise, table and row."""

    @property
    def allocate(self) -> Allocation:
        return self.replay.levers.allocate

    def walk(self) -> Iterator[Breach]:
        rests = self.track.rests.tolist()
        for event, what in enumerate(self.track.what.tolist()):
            if self.later:
                self.break_promises(int(self.track.time[event]))
            step = _STEPS.get(what)
            if step is not None:
                yield from step(self, event, int(self.track.row[event]))
            if rests[event]:
                yield from self.nobody_fits(event)

    def key(self, row: int, units: int, *, customer: bool) -> tuple[float, float]:
        rule = self.allocate.rule
        if rule == "smallest":
            return 0.0, float(units)
        if not customer:
            placed = float(self.replay.ledger.orders.placed[row])
            own = {"edd": placed, "late_first": placed, "least_patience": placed + FOREVER}
            return float(rule == "late_first"), own.get(rule, 0.0)
        return float(rule == "late_first"), float(self.keys[row])

    def join(self, event: int, row: int, units: int, *, customer: bool) -> None:
        claim = Claim(self.key(row, units, customer=customer), event, customer, row)
        self.enter(claim, units)
        if self.allocate.rule == "late_first":
            heappush(self.later, (claim.key[1], customer, row))

    def enter(self, claim: Claim, units: int) -> None:
        self.known[claim.customer, claim.row] = claim
        self.claims.join(claim, units)

    def change(self, claim: Claim, key: tuple[float, float]) -> None:
        units = self.claims.leave(claim)
        self.enter(claim._replace(key=key), units)

    def break_promises(self, now: int) -> None:
        while self.later and self.later[0][0] < now:
            _, customer, row = heappop(self.later)
            claim = self.known.get((customer, row))
            if claim is not None:
                self.change(claim, (0.0, claim.key[1]))

    def visit(self, event: int, row: int) -> Iterator[Breach]:
        if self.replay.joined[row] and self.replay.ordered[row] > 0:
            self.join(event, row, int(self.replay.ordered[row]), customer=True)
        yield from ()

    def told(self, event: int, row: int) -> Iterator[Breach]:
        notices = self.replay.ledger.notices
        claim = self.known.get((True, int(notices.visit[row])))
        if claim is not None:
            self.change(claim, (claim.key[0], float(self.track.time[event] + notices.hi[row])))
        yield from ()

    def claimed(self, event: int, row: int) -> Iterator[Breach]:
        self.join(event, row, int(self.replay.ledger.orders.units[row]), customer=False)
        yield from ()

    def withdrawn(self, event: int, row: int) -> Iterator[Breach]:
        claim = self.known.pop((False, row), None)
        if claim is not None:
            self.claims.leave(claim)
        self.share(event)
        yield from ()

    def left(self, event: int, row: int) -> Iterator[Breach]:
        claim = self.known.pop((True, int(self.replay.ledger.waits.visit[row])), None)
        if claim is not None:
            self.claims.leave(claim)
        self.share(event)
        yield from ()

    def slipped(self, event: int, row: int) -> Iterator[Breach]:
        records = self.replay.ledger.records
        if records.kind[row] in (Slip.RESERVATION_LOST, Slip.PICK_FAILED) and records.record[row] == 0:
            self.is_lost = True
        elif records.record[row] > 0:
            self.share(event)
        yield from ()

    def share(self, event: int) -> None:
        """Units are shared out next."""
        self.shared, self.is_lost = event, False

    def posted(self, event: int, row: int) -> Iterator[Breach]:
        self.share(event)
        if isinstance(self.allocate, NewFirst):
            moves = self.replay.ledger.moves
            came = int(moves.units[row]) + int(self.replay.crossed[moves.order[row]])
            units = floor(came * self.allocate.share)
            self.held.append((int(self.track.time[event]) + self.allocate.hold, units))
        yield from ()

    def crossed(self, event: int, _row: int) -> Iterator[Breach]:
        self.shared = event
        yield from ()

    def granted(self, event: int, row: int) -> Iterator[Breach]:
        waits = self.replay.ledger.waits
        claim, units = self.known.pop((True, int(waits.visit[row])), None), int(waits.units[row])
        if claim is not None:
            spare = self.given_back(event)
            yield from self.in_turn(event, claim)
            yield from self.amount(event, claim, units, spare)
            rest = self.claims.leave(claim) - units - spare
            if rest > 0:
                smaller = (0.0, float(rest)) if self.allocate.rule == "smallest" else claim.key
                self.enter(claim._replace(key=smaller), rest)

    def given_back(self, event: int) -> int:
        """Units that the customer of a grant gave back at once, or had not been granted yet."""
        after = event + 1
        if after < len(self.track) and self.track.what[after] == What.TRIMMED:
            self.share(after)
            units, now = int(self.replay.ledger.waits.units[self.track.row[after]]), int(self.track.time[event])
            self.back[now] = self.back.get(now, 0) + units
            return units
        return 0

    def issued(self, event: int, row: int) -> Iterator[Breach]:
        claim = self.known.pop((False, int(self.replay.ledger.moves.order[row])), None)
        if claim is not None:
            at_once = claim.rank == event - 1 and not self.claims.strict
            if not at_once:
                yield from self.in_turn(event, claim)
            self.claims.leave(claim)

    def in_turn(self, event: int, claim: Claim) -> Iterator[Breach]:
        """Under `new_first` only what the claim itself needs is surely free; `pro_rata` serves every priority."""
        time = int(self.track.time[event])
        if self.allocate.rule == "pro_rata" or time in self.loose or len(self.rounds.get(time, [])) > 1:
            return
        ordered = isinstance(self.allocate, Ordered)
        budget = int(self.track.on_hand[event]) if ordered else self.claims.needs(claim)
        turn = self.turn(event, budget)
        if turn != claim:
            yield self.breach(event, f"units for {claim}", f"the turn of {turn or 'nobody: too few units'}")

    def amount(self, event: int, claim: Claim, units: int, spare: int) -> Iterator[Breach]:
        wanted = self.claims.units[claim]
        most = min(wanted, int(self.track.on_hand[event])) if self.claims.partial else wanted
        freely = isinstance(self.allocate, NewFirst) or self.allocate.rule == "pro_rata"
        loose = freely or int(self.track.time[event]) in self.loose
        least = 1 if self.claims.partial and loose else most
        if not (units <= most and least <= units + spare):
            yield self.breach(event, f"{units} units for {claim}", most)

    def nobody_fits(self, event: int) -> Iterator[Breach]:
        """Where nobody is passed, or the last units are kept, a newcomer who would fit waits until units are shared."""
        levers, now = self.replay.levers, int(self.track.time[event])
        waits = self.claims.strict or levers.reserve is not None or bool(self.replay.world.channels)
        shared, self.shared = self.shared if waits else event, -1
        if self.by_clerk:
            by_now = now in self.rounds and self.track.what[event] in (What.GRANTED, What.ISSUED)
            shared = event if by_now else -1
        if self.is_lost:
            return
        self.held = [(until, units) for until, units in self.held if until > now]
        free = int(self.track.on_hand[event + 1]) - sum(units for _, units in self.held)
        free -= self.back.get(now, 0) if self.by_clerk else 0
        turn = self.turn(event, free)
        if turn is not None and turn.rank <= shared:
            yield self.breach(event, f"{turn} waits for {self.claims.units[turn]} units", f"some of {free} free ones")

    def turn(self, event: int, budget: int) -> Claim | None:
        """Whose turn it is, of those whom no clerk passes over."""
        receipts = self.rounds.get(int(self.track.time[event]), [])
        passed = [
            claim
            for (customer, row), claim in (self.known.items() if receipts else ())
            if customer and is_overlooked(self.replay, row, receipts[-1])
        ]
        return self.claims.turn(budget, passed=passed)

    def breach(self, event: int, found: object, expected: object) -> Breach:
        return Breach(self.replay.name(self.stock), int(self.track.time[event]), found, expected)


_STEPS: Final[Mapping[int, Callable[[_Line, int, int], Iterator[Breach]]]] = MappingProxyType(
    {
        What.VISIT: _Line.visit,
        What.CLAIMED: _Line.claimed,
        What.GRANTED: _Line.granted,
        What.LEFT: _Line.left,
        What.POSTED: _Line.posted,
        What.CROSSED: _Line.crossed,
        What.ISSUED: _Line.issued,
        What.TOLD: _Line.told,
        What.WITHDRAWN: _Line.withdrawn,
        What.SLIPPED: _Line.slipped,
    }
)


def _allocation(replay: Replay) -> Iterator[Breach]:
    allocate = replay.levers.allocate
    strict = isinstance(allocate, Ordered) and allocate.overtaking == "never"
    keys = key_of_visits(replay) if replay.joined.any() else np.zeros(len(replay.time))
    for stock, track in enumerate(replay.tracks):
        if track.backlog.any():
            claims = Claims(strict, replay.levers.ship == "partial")
            line = _Line(replay, stock, track, claims, keys, loose=loose_seconds(replay, track))
            if replay.levers.reserving.rule == "manual":
                line.by_clerk, line.rounds = True, clerk_rounds(replay, stock)
            yield from line.walk()


def loose_seconds(replay: Replay, track: Track) -> frozenset[int]:
    """Seconds in which somebody gave units back, or declined or lost them, on being granted them."""
    declined = np.zeros(len(track), dtype=np.bool_)
    left = track.of(What.LEFT)
    declined[left] = replay.ledger.waits.event[track.row[left]] == Wait.DECLINED
    slips = track.of(What.SLIPPED)
    failed = (Slip.RESERVATION_LOST, Slip.PICK_FAILED)
    declined[slips] = np.isin(replay.ledger.records.kind[track.row[slips]], failed)
    return frozenset(track.time[declined | (track.what == What.TRIMMED)].tolist())


ALLOCATION = (
    Law(
        "allocation",
        "Units go to waiting claims in the order of the rule, whole or in part as the shipping rule says, and no claim "
        "that free units could meet is left waiting while others buy.",
        _allocation,
    ),
)
