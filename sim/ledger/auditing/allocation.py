"""The law of allocation: units go to the claim whose turn it is, and none that fits is left waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import floor
from types import MappingProxyType
from typing import Final

from sim.ledger.auditing.claims import Claim, Claims
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Track, What
from sim.scenario.policies import Allocation, NewFirst, Ordered


@dataclass
class _Line:
    """The waiting line of one stock, walked event by event."""

    replay: Replay
    stock: int
    track: Track
    claims: Claims
    known: dict[tuple[bool, int], Claim] = field(default_factory=dict)
    """Who waits, by table and row."""
    held: list[tuple[int, int]] = field(default_factory=list)
    """Until when at most how many units are held for new visitors."""
    shared: int = -1
    """The last event of the present step at which units came or a claim went, so that units were shared out."""

    @property
    def allocate(self) -> Allocation:
        return self.replay.levers.allocate

    def walk(self) -> Iterator[Breach]:
        rests = self.track.rests.tolist()
        for event, what in enumerate(self.track.what.tolist()):
            step = _STEPS.get(what)
            if step is not None:
                yield from step(self, event, int(self.track.row[event]))
            if rests[event]:
                yield from self.nobody_fits(event)

    def key(self, row: int, units: int, *, customer: bool) -> float:
        rule = self.allocate.rule
        if rule == "edd":
            return self.promise(row) if customer else float(self.replay.ledger.orders.placed[row])
        if rule == "value":
            return -float(self.replay.margin[row]) if customer else 0.0
        return float(units) if rule == "smallest" else 0.0

    def promise(self, visit: int) -> float:
        return float(self.replay.tape.visits.time[visit]) + float(self.replay.ledger.visits.hi[visit])

    def join(self, event: int, row: int, units: int, *, customer: bool) -> None:
        claim = Claim(self.key(row, units, customer=customer), event, customer, row)
        self.known[customer, row] = claim
        self.claims.join(claim, units)

    def visit(self, event: int, row: int) -> Iterator[Breach]:
        if self.replay.joined[row] and self.replay.short[row] > 0:
            self.join(event, row, int(self.replay.short[row]), customer=True)
        yield from ()

    def claimed(self, event: int, row: int) -> Iterator[Breach]:
        self.join(event, row, int(self.replay.ledger.orders.units[row]), customer=False)
        yield from ()

    def left(self, event: int, row: int) -> Iterator[Breach]:
        claim = self.known.pop((True, int(self.replay.ledger.waits.visit[row])), None)
        if claim is not None:
            self.claims.leave(claim)
        self.shared = event
        yield from ()

    def posted(self, event: int, row: int) -> Iterator[Breach]:
        self.shared = event
        if isinstance(self.allocate, NewFirst):
            units = floor(int(self.replay.ledger.moves.units[row]) * self.allocate.share)
            self.held.append((int(self.track.time[event]) + self.allocate.hold, units))
        yield from ()

    def granted(self, event: int, row: int) -> Iterator[Breach]:
        waits = self.replay.ledger.waits
        claim = self.known.pop((True, int(waits.visit[row])), None)
        if claim is not None:
            yield from self.in_turn(event, claim)
            yield from self.amount(event, claim, int(waits.units[row]))
            rest = self.claims.leave(claim) - int(waits.units[row])
            if rest > 0:
                self.join(claim.rank, claim.row, rest, customer=True)

    def issued(self, event: int, row: int) -> Iterator[Breach]:
        claim = self.known.pop((False, int(self.replay.ledger.moves.order[row])), None)
        if claim is not None:
            at_once = claim.rank == event - 1 and not self.claims.strict
            if not at_once:
                yield from self.in_turn(event, claim)
            self.claims.leave(claim)

    def in_turn(self, event: int, claim: Claim) -> Iterator[Breach]:
        """Under `new_first` only what the claim itself needs is surely free."""
        ordered = isinstance(self.allocate, Ordered)
        budget = int(self.track.on_hand[event]) if ordered else self.claims.needs(claim)
        turn = self.claims.turn(budget)
        if turn != claim:
            yield self.breach(event, f"units for {claim}", f"the turn of {turn or 'nobody: too few units'}")

    def amount(self, event: int, claim: Claim, units: int) -> Iterator[Breach]:
        wanted = self.claims.units[claim]
        most = min(wanted, int(self.track.on_hand[event])) if self.claims.partial else wanted
        least = 1 if self.claims.partial and isinstance(self.allocate, NewFirst) else most
        if not least <= units <= most:
            yield self.breach(event, f"{units} units for {claim}", most)

    def nobody_fits(self, event: int) -> Iterator[Breach]:
        """Where nobody is passed, a newcomer whose turn comes first still waits until units are shared out."""
        shared, self.shared = self.shared if self.claims.strict else event, -1
        now = int(self.track.time[event])
        self.held = [(until, units) for until, units in self.held if until > now]
        free = int(self.track.on_hand[event + 1]) - sum(units for _, units in self.held)
        turn = self.claims.turn(free)
        if turn is not None and turn.rank <= shared:
            yield self.breach(event, f"{turn} waits for {self.claims.units[turn]} units", f"some of {free} free ones")

    def breach(self, event: int, found: object, expected: object) -> Breach:
        return Breach(self.replay.name(self.stock), int(self.track.time[event]), found, expected)


_STEPS: Final[Mapping[int, Callable[[_Line, int, int], Iterator[Breach]]]] = MappingProxyType(
    {
        What.VISIT: _Line.visit,
        What.CLAIMED: _Line.claimed,
        What.GRANTED: _Line.granted,
        What.LEFT: _Line.left,
        What.POSTED: _Line.posted,
        What.ISSUED: _Line.issued,
    }
)


def _allocation(replay: Replay) -> Iterator[Breach]:
    allocate = replay.levers.allocate
    for stock, track in enumerate(replay.tracks):
        if track.backlog.any():
            strict = isinstance(allocate, Ordered) and allocate.overtaking == "never"
            yield from _Line(replay, stock, track, Claims(strict, replay.levers.ship == "partial")).walk()


ALLOCATION = (
    Law(
        "allocation",
        "Units go to waiting claims in the order of the rule, whole or in part as the shipping rule says, and no claim "
        "that free units could meet is left waiting while others buy.",
        _allocation,
    ),
)
