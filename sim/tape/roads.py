"""What the weather does to goods on one lane, besides shutting and blocking it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from sim.tape.closures import Closures
from sim.tape.dice import Die
from sim.tape.keyed import KeyedDraws

Queue = tuple[int, int, int]
"""A gate that is shut from one instant to another and then clears at so many thousandths of the usual pace."""


NEVER: Final = Closures()
"""Open all the time."""


@dataclass(frozen=True)
class Jam:
    """A time of congestion: another slip for what leaves meanwhile, and a wait besides."""

    spells: Closures
    slip: KeyedDraws | None
    """`None` leaves the lane's own."""
    delay: int


@dataclass(frozen=True)
class Sailings:
    """Departures by a timetable, some of them cancelled."""

    every: int
    first: int
    """The sailing of number 0, seconds from the start of the run; the timetable reaches back to before the run."""
    blanked: float
    die: Die

    def next(self, t: int) -> int:
        """The first departure at or after an instant that is not cancelled."""
        number = -(-(t - self.first) // self.every)
        while self.die(number + 2**20) < self.blanked:
            number += 1
        return self.first + number * self.every


@dataclass(frozen=True)
class Road:
    """One lane's weather."""

    sailings: Sailings | None = None
    gates: tuple[Queue, ...] = ()
    """Queues at the end of the lane, in order of time."""
    jams: tuple[Jam, ...] = ()
    wrecks: tuple[int, ...] = ()
    """Instants at which everything on the lane is lost."""
    detours: Closures = NEVER
    """When goods on the lane take another way."""
    holds: Closures = NEVER
    """When nothing is received from the lane."""
    paperwork: tuple[tuple[int, int], ...] = ()
    """From when on shipments that leave take how much longer, each on top of the others."""

    def slip(self, number: int, *, left: int, usual: KeyedDraws) -> int:
        """How much later than confirmed an order comes that left at an instant, congestion and paperwork included."""
        slip = usual[number]
        for jam in self.jams:
            if not jam.spells.is_open(left):
                slip = (slip if jam.slip is None else jam.slip[number]) + jam.delay
        for since, longer in self.paperwork:
            if since <= left:
                slip += longer
        return slip

    def passes(self, t: int) -> int:
        """When goods that reach the end of the lane at an instant get through; those before them go first."""
        for start, end, clears in self.gates:
            if start <= t:
                t = max(t, end + -(-(t - start) * 1000 // clears))
        return self.holds.next_open(t)

    def lost(self, left: int, arrives: int) -> int | None:
        """When goods that are on the lane over that time are lost; `None` if they are not."""
        place = bisect_right(self.wrecks, left)
        return self.wrecks[place] if place < len(self.wrecks) and self.wrecks[place] < arrives else None

    def detoured(self, left: int, arrives: int) -> bool:
        """Whether goods on the lane over that time meet a closure and take another way."""
        closed = self.detours.intervals
        return bool(closed) and any(start < arrives and left < end for start, end in closed)
