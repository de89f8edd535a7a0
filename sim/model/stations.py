"""Stations of a warehouse: people who do one step, piece after piece, while the warehouse is open."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from heapq import heappop, heappush

from simpy import Event

from sim.model.clock import Clock
from sim.scenario.house import WEEK, Elastic, Work
from sim.scenario.house import Station as AboutStation
from sim.scenario.world import Calendar
from sim.tape.closures import Closures
from sim.words import DAY, Turn


def closed_hours(work: Work | None, calendar: Calendar) -> Closures:
    """When a warehouse is closed by its hours and working days, up to a week (or a notice) beyond the run."""
    if work is None:
        return Closures()
    weekday = calendar.start.weekday() if calendar.start else 0
    first, last = -(-calendar.warm_up // DAY), -(-(calendar.measure + calendar.run_out) // DAY)
    beyond = len(WEEK) if work.elastic is None else len(WEEK) + -(-work.elastic.notice // DAY)
    shut: list[tuple[int, int]] = []
    closed_since = calendar.warm_up - first * DAY
    for day in range(-first, last + beyond + 1):
        midnight = calendar.warm_up + day * DAY
        if WEEK[(weekday + day) % len(WEEK)] in work.days:
            shut.append((closed_since, midnight + work.opens))
            closed_since = midnight + work.closes
    return Closures(tuple(shut))


def done(shut: Closures, start: int, work: int) -> int:
    """When some seconds of work are done that begin at an instant or when it next opens.

    Work may end at the very instant of closing.
    """
    return shut.after(start, work - 1) + 1


class Station:
    """Workers who take up pieces by rank and then by number, each piece alone, while it is open.

    What somebody is at stands still while it is closed, and nobody else takes it up.
    """

    def __init__(
        self, about: AboutStation, *, hours: Closures, idle: Closures, turn: Turn, clock: Clock, elastic: Elastic | None
    ) -> None:
        self._about = about
        self._hours = hours
        self._shut = hours.union(idle)
        self._turn = turn
        """When in a second its work is finished."""
        self._clock = clock
        self._workers = about.workers
        self._busy = 0
        self._queue: list[tuple[int, int, int, Callable[[], None]]] = []
        """Rank, number, work and what follows, of the pieces that wait."""
        self._wakes = -1
        self._came = 0
        """Work that came in since the workers were last counted, seconds."""
        if elastic is not None:
            self._follow_load(elastic, 0)

    def enter(self, rank: int, number: int, *, pieces: int, then: Callable[[], None]) -> None:
        """A piece comes to wait for its turn; `then` is what follows when it is done."""
        work = max(round(pieces / self._about.rate), 1)
        self._came += work
        heappush(self._queue, (rank, number, work, then))
        self._serve()

    def _serve(self) -> None:
        now = self._clock.now
        while self._queue and self._busy < self._workers:
            opens = self._shut.next_open(now)
            if opens > now:
                self._wake(opens)
                return
            _, _, work, then = heappop(self._queue)
            self._busy += 1
            self._clock.at(done(self._shut, now, work), self._turn, partial(self._finish, then))

    def _wake(self, opens: int) -> None:
        if self._wakes != opens:
            self._wakes = opens
            self._clock.at(opens, self._turn, lambda _event: self._serve())

    def _finish(self, then: Callable[[], None], _event: Event) -> None:
        self._busy -= 1
        then()
        self._serve()

    def _follow_load(self, elastic: Elastic, begin: int) -> None:
        """From time to time, as many workers as the work that came in since the last time would have kept busy."""

        def count(_event: Event) -> None:
            own, now = self._about.workers, self._clock.now
            ahead = self._hours.open_seconds(now, now + elastic.notice)
            needed = -(-self._came // ahead) if ahead else own
            self._workers = min(max(needed, own), int(own * elastic.most))
            self._came = 0
            self._serve()
            self._follow_load(elastic, now)

        self._clock.at(begin + elastic.notice, Turn.DISRUPTION, count)
