"""The hours of a warehouse, and who at a station takes up what: rebuilt from when pieces came and were done."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final

from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.supply import Standstill, standstill
from sim.scenario.house import WEEK, Elastic, Station, Work
from sim.scenario.world import Warehouse
from sim.tape.closures import Closures
from sim.words import DAY

_FAR: Final = 2**40
"""Beyond any run."""
_NEVER: Final = 2**62


def houses(replay: Replay) -> dict[str, Warehouse]:
    """The warehouses whose parcels and receipts have rows of their own."""
    crosses, idle = replay.levers.cross_dock, replay.tape.idle
    return {
        name: house
        for name, house in replay.world.warehouses.items()
        if crosses or house.work is not None or name in idle
    }


def idle_at(replay: Replay, name: str) -> Standstill:
    """When a warehouse stands still by misfortune."""
    return standstill(replay.tape.idle.get(name, Closures()))


@dataclass(frozen=True)
class Shift:
    """The open seconds of a warehouse, counted. `reading` tells how many lie before an instant."""

    starts: Sequence[int]
    """Of each span in which it is open."""
    ends: Sequence[int]
    before: Sequence[int]
    """Open seconds before each span."""

    def reading(self, time: int) -> int:
        """Open seconds before an instant."""
        span = bisect_right(self.starts, time) - 1
        return 0 if span < 0 else self.before[span] + min(time, self.ends[span]) - self.starts[span]

    def reached(self, reading: int) -> int:
        """The first instant before which so many seconds were open."""
        span = bisect_left(self.before, reading) - 1
        return self.starts[span] + reading - self.before[span] if span >= 0 else self.starts[0]

    def begins(self, reading: int) -> int:
        """The instant at which the second after that many open ones begins."""
        span = bisect_right(self.before, reading) - 1
        return self.starts[span] + reading - self.before[span]


def shift_of(replay: Replay, work: Work, idle: Standstill) -> Shift:
    """The open time of a warehouse: its hours on working days, less the time in which it stands still."""
    starts, ends = [], []
    for begin, end in _days(replay, work):
        now = begin
        for still, back in zip(idle.starts, idle.ends, strict=True):
            if still < end and back > now:
                if still > now:
                    starts.append(now)
                    ends.append(still)
                now = back
        if now < end:
            starts.append(now)
            ends.append(end)
    starts.append(_FAR)
    ends.append(2 * _FAR)
    before, total = [], 0
    for start, end in zip(starts, ends, strict=True):
        before.append(total)
        total += end - start
    return Shift(starts, ends, before)


def _days(replay: Replay, work: Work) -> Iterator[tuple[int, int]]:
    """Opening and closing of each working day from the start of the run to well beyond its close."""
    calendar = replay.world.calendar
    monday = calendar.start.weekday() if calendar.start else 0
    longer = 8 + (work.elastic.notice // DAY + 1 if work.elastic else 0)
    for day in range(-(calendar.warm_up // DAY) - 1, calendar.close // DAY + longer):
        midnight = calendar.warm_up + day * DAY
        if WEEK[(day + monday) % 7] in work.days and midnight + work.closes > 0:
            yield max(midnight + work.opens, 0), midnight + work.closes


@dataclass(frozen=True)
class Piece:
    """Something that went to a station: a parcel or a receipt."""

    key: tuple[int, int]
    """The lowest is taken up first."""
    came: int
    work: int
    """Seconds."""
    done: int
    """-1 if not by the close."""


def seconds_for(station: Station, pieces: int) -> int:
    """How long one of a station works on so many pieces."""
    return max(1, round(pieces / station.rate))


def _workers(
    station: Station, elastic: Elastic | None, pieces: Sequence[Piece], hours: Shift, close: int
) -> list[tuple[int, int]]:
    """From when on, in time, a station has how many workers."""
    found = [(-1, station.workers)]
    if elastic is None:
        return found
    notice, came = elastic.notice, dict[int, int]()
    for piece in pieces:
        came[piece.came // notice] = came.get(piece.came // notice, 0) + piece.work
    for period in range(1, -(-close // notice)):
        begin = period * notice
        open_ = hours.reading(begin + notice) - hours.reading(begin)
        needed = -(-came.get(period - 1, 0) // open_) if open_ else station.workers
        found.append((begin, max(station.workers, min(needed, int(station.workers * elastic.most)))))
    return found


class Queue:
    """Plays the work of one station again, in open time, and finds the first piece that was done out of turn."""

    def __init__(self, shift: Shift, workers: Sequence[tuple[int, int]], pieces: Sequence[Piece]) -> None:
        self._shift = shift
        self._changes = [shift.reading(max(time, 0)) for time, _ in workers]
        self._workers = [number for _, number in workers]
        self._coming = sorted((shift.reading(piece.came), piece.came, number) for number, piece in enumerate(pieces))
        self._pieces = pieces
        self._waiting: list[tuple[tuple[int, int], int]] = []
        self._busy: list[int] = []
        """When each worker at work is done."""
        self._next = 0

    def wrong(self, close: int) -> tuple[int, int] | None:
        """A piece, and when it was due; `None` if all is well."""
        now = 0
        while (now := self._start(now)) < _NEVER and self._shift.begins(now) < close:
            number = self._taken(now)
            piece = self._pieces[number]
            end = now + piece.work
            due = self._shift.reached(end)
            if piece.done != (due if due < close else -1):
                return number, due
            heappush(self._busy, end)
        late = [number for _, number in self._waiting] + [number for _, _, number in self._coming[self._next :]]
        return next(((number, -1) for number in late if self._pieces[number].done >= 0), None)

    def _start(self, now: int) -> int:
        """The next open second, from one on, in which somebody is free and something waits."""
        while True:
            self._enter(now)
            while self._busy and self._busy[0] <= now:
                heappop(self._busy)
            there = bisect_right(self._changes, now)
            if self._waiting and len(self._busy) < self._workers[there - 1]:
                return now
            soon = [self._coming[self._next][0]] if self._next < len(self._coming) and not self._waiting else []
            if self._waiting:
                soon = [*self._busy[:1], *self._changes[there : there + 1]]
            if not soon:
                return _NEVER
            now = max(now, soon[0]) if len(soon) == 1 else min(soon)

    def _enter(self, now: int) -> None:
        while self._next < len(self._coming) and self._coming[self._next][0] <= now:
            _, _, number = self._coming[self._next]
            heappush(self._waiting, (self._pieces[number].key, number))
            self._next += 1

    def _taken(self, now: int) -> int:
        """What is taken up: the first by its key, but what came in that very second may have come too late."""
        begins, passed = self._shift.begins(now), []
        chosen = self._waiting[0]
        while self._waiting:
            entry = heappop(self._waiting)
            piece = self._pieces[entry[1]]
            if piece.came < begins or piece.done == self._shift.reached(now + piece.work):
                chosen = entry
                break
            passed.append(entry)
        for entry in passed:
            if entry != chosen:
                heappush(self._waiting, entry)
        return chosen[1]


def out_of_turn(
    replay: Replay, work: Work, station: Station, idle: Standstill, pieces: Sequence[Piece]
) -> tuple[int, int] | None:
    """The first piece at a station that was not done when it was due, and when it was."""
    close, hours = replay.ledger.close, shift_of(replay, work, standstill())
    workers = _workers(station, work.elastic, pieces, hours, close)
    return Queue(shift_of(replay, work, idle), workers, pieces).wrong(close)
