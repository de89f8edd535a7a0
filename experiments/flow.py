"""Keeps a pool fed: tasks of a second or less, as many under way as it has use for, rows put away as they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Final

from experiments.agenda import Agenda
from experiments.executors import SOON, Pool, Results, Stage
from experiments.task import Brief, Done, Piece

SHORTEST, LONGEST = 0.1, 1.0
"""Seconds of work in a task: enough to outweigh its way, few enough for an even load."""

TASKS_A_SECOND: Final = 200
"""Tasks that end in a second, at most: a scheduler spends about a millisecond on each."""

TASKS_LEFT: Final = 4
"""Tasks for each slot into which what is left is cut, so that all slots end together."""

UNDER_WAY: Final = 2
"""Tasks for each slot that are handed out at a time."""

MOST_PIECES: Final = 250
"""Pieces of one task at most."""

SAVE_EVERY: Final = 5.0
"""Seconds between two savings of what is not complete."""


class Flow:
    """The work of one call of `run_study`."""

    def __init__(
        self, agenda: Agenda, brief: Brief, *, runs_each: int, tell: Callable[[int, int], None] | None
    ) -> None:
        self.runs = 0
        """Runs made by this call."""
        self.where = "nowhere"
        """The pool that made them."""
        self._agenda, self._brief = agenda, brief
        self._each, self._tell = runs_each, tell
        self._pace: float | None = None
        """Seconds that a replication has taken of late."""
        self._ready: Piece | None = None
        """A piece that was taken off the agenda and not sent."""
        self._flying: set[Future[Results]] = set()
        self._landed: SimpleQueue[Future[Results]] = SimpleQueue()
        self._saved = monotonic()

    def fill(self, stages: Sequence[Stage]) -> None:
        """Run everything that is left; a pool is opened only if something is."""
        self._ready = self._agenda.hand_out(1)
        self._report()
        for stage in stages:
            if self._ready is None:
                return
            with stage.opened(self._brief) as pool:
                self.where = pool.name
                try:
                    self._keep_going(pool, until=monotonic() + stage.seconds)
                finally:
                    for future in self._flying:
                        future.cancel()
                    self._agenda.save()

    def _keep_going(self, pool: Pool, *, until: float) -> None:
        """Work until all is done, or enough is left for another pool when the time of this one is over."""
        while not (monotonic() > until and self._left() > SOON):
            while len(self._flying) < UNDER_WAY * pool.slots and (pieces := self._next_pieces(pool)):
                self._send(pool, pieces)
            if not self._flying:
                return
            self._land()
            if monotonic() - self._saved > SAVE_EVERY:
                self._agenda.save()
                self._saved = monotonic()
        while self._flying:
            self._land()
        self._ready = self._agenda.hand_out(1)

    def _send(self, pool: Pool, pieces: Sequence[Piece]) -> None:
        future = pool.submit(pieces)
        self._flying.add(future)
        future.add_done_callback(self._landed.put)

    def _land(self) -> None:
        """Wait for a task and take what it brings."""
        try:
            future = self._landed.get(timeout=SAVE_EVERY)
        except Empty:
            return
        self._flying.discard(future)
        for done in future.result():
            self._take(done)
        self._report()

    def _take(self, done: Done) -> None:
        pace = done.seconds / len(done.outcomes)
        self._pace = pace if self._pace is None else 0.7 * self._pace + 0.3 * pace
        for outcome in done.outcomes:
            self._agenda.take(outcome)
            self.runs += self._each

    def _next_pieces(self, pool: Pool) -> list[Piece]:
        """About as much work as makes a good task; a single replication while nobody knows how long one takes."""
        most = 1 if self._pace is None else max(1, round(self._seconds(pool) / max(self._pace, 1e-6)))
        pieces = [] if self._ready is None else [self._ready]
        most, self._ready = most - len(pieces), None
        while most > 0 and len(pieces) < MOST_PIECES and (piece := self._agenda.hand_out(most)):
            pieces.append(piece)
            most -= len(piece)
        return pieces

    def _seconds(self, pool: Pool) -> float:
        """Seconds of work in the next task: less towards the end, more where very many workers ask for tasks."""
        longest = max(LONGEST, pool.slots / TASKS_A_SECOND)
        return min(longest, max(SHORTEST, self._left() / (TASKS_LEFT * pool.slots)))

    def _left(self) -> float:
        """Seconds of work that is left, as far as is known."""
        return (self._agenda.wanted - self._agenda.there) * (self._pace or 0.0)

    def _report(self) -> None:
        if self._tell and self._agenda.there:
            self._tell(self._agenda.there * self._each, self._agenda.wanted * self._each)
