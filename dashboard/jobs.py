"""A job: one scenario being run, replication by replication; workers write to it, the page reads from it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Lock
from time import monotonic
from typing import Any, Final
from uuid import uuid4

from sim import Glimpse, ReplicationError, Results, Scenario, Timelines, glimpse, glimpsed
from sim.errors import StockoutError

FIRST: Final = 4
"""Replications of the first look."""

FEWEST: Final = 2
"""Replications of the first look where they take long; below, nothing has an interval."""

LONG: Final = 0.3
"""Seconds within which the first look is to be taken: at fewer replications where more would not be there by then."""

STRETCH: Final = 0.25
"""Seconds that one task should take: short enough to share the processes fairly, long enough to cost little."""

PAUSE: Final = 1.5
"""Seconds, at least, from one look at results that are not all yet to the next: to draw them takes time too."""

MOST_AT_ONCE: Final = 16
"""Replications of one task, at most."""

MOST_LOSSES: Final = 20
"""Tasks of one job that may be lost before it is given up."""


@dataclass(frozen=True)
class Outcome:
    """What a job has found out so far."""

    results: Results
    lines: Timelines
    wanted: int
    """Replications asked for; the results hold fewer after the first look."""

    @property
    def final(self) -> bool:
        """Whether these are all the replications asked for."""
        return self.results.replications == self.wanted


def _always() -> bool:
    return True


class Job:
    """One scenario being run.

    Args:
        request: what it was started for, for the page to recognise.
        scenario: what to run.
        known: replications that were run before, the first one first.
        wanted: says whether anybody still waits for it.
        private: whether what it finds stays in memory.
    """

    def __init__(
        self,
        request: Any,
        scenario: Scenario,
        *,
        known: Sequence[Glimpse] = (),
        wanted: Callable[[], bool] = _always,
        private: bool = False,
    ) -> None:
        self.request = request
        self.scenario = scenario
        self.total = scenario.plan.replications
        self.wanted, self.private = wanted, private
        self.error = ""
        """Why there are no (further) results, in one sentence."""
        self.finished = False
        self.is_abandoned = False
        """Whether it ended because nobody was there."""
        self.held = 0
        """Replications in the newest outcome."""
        self._found = dict(enumerate(known[: self.total]))
        self._next = len(self._found)
        self._again: list[range] = []
        self._pace, self._losses = LONG, 0
        self._began = self._looked = monotonic()
        self._lock, self._news = Lock(), Event()
        self._outcome: Outcome | None = None
        self._look()

    @property
    def done(self) -> int:
        """Replications that have been run."""
        return len(self._found)

    @property
    def outcome(self) -> Outcome | None:
        """The newest results."""
        with self._lock:
            if self.held and (self._outcome is None or self._outcome.results.replications != self.held):
                results, lines = glimpsed(self.scenario, [self._found[number] for number in range(self.held)])
                self._outcome = Outcome(results, lines, self.total)
            return self._outcome

    def next(self) -> range | None:
        """The replications to run next, from now on somebody's task; `None` when there are none left to hand out."""
        with self._lock:
            if self.finished:
                return None
            if self._again:
                return self._again.pop()
            size = min(max(int(STRETCH / max(self._pace, 1e-3)), 1), MOST_AT_ONCE) if self.held else 1
            chunk = range(self._next, min(self._next + size, self.total))
            self._next = chunk.stop
            return chunk or None

    def put_back(self, chunk: range) -> bool:
        """A task that was lost and has to be handed out again; whether that makes sense once more."""
        with self._lock:
            self._again.append(chunk)
            self._losses += 1
            return self._losses <= MOST_LOSSES

    def take(self, chunk: range, found: Sequence[Glimpse], seconds: float) -> None:
        """A task's results.

        Args:
            chunk: its replications.
            found: what each of them gave.
            seconds: how long it took.
        """
        with self._lock:
            self._found.update(zip(chunk, found, strict=True))
            self._pace = seconds / len(chunk)
            if not self.finished:
                self._look()

    def found(self) -> tuple[Glimpse, ...]:
        """All replications from the first one on that have been run, without a gap."""
        with self._lock:
            return tuple(self._found[number] for number in range(self._unbroken()))

    def cancel(self) -> None:
        """Hand out no more tasks; results that are there stay."""
        self.fail("Cancelled: press Run to go on.")

    def abandon(self) -> None:
        """Hand out no more tasks, for nobody waits for them."""
        self.is_abandoned = not self.finished
        self.fail("Nobody was there to see the results.")

    def fail(self, why: str) -> None:
        """End without the results that were asked for."""
        with self._lock:
            if not self.finished:
                self.error, self.finished = why, True
                self.held = max(self.held, count) if (count := self._unbroken()) >= FEWEST else self.held
                self._news.set()

    def wait(self, seconds: float) -> bool:
        """Wait for the first look, but not for ever; whether it is there."""
        return self._news.wait(seconds)

    def work(self) -> None:
        """Do it all here and now; for tests."""
        while (chunk := self.next()) is not None:
            began = monotonic()
            try:
                self.take(chunk, glimpse(self.scenario, chunk), monotonic() - began)
            except Exception as error:
                self.fail(said(error))

    def _unbroken(self) -> int:
        count = 0
        while count in self._found:
            count += 1
        return count

    def _look(self) -> None:
        """Offer new results when there are enough of them: the first few, then at least twice as many, then all."""
        count, now = self._unbroken(), monotonic()
        due = (now - self._began) * FIRST / max(count, 1)
        first = FIRST if due < LONG else FEWEST
        is_more = count >= 2 * self.held and now >= self._looked + PAUSE if self.held else count >= first
        if count == self.total or is_more:
            self.held, self._looked = count, now
            self._news.set()
        self.finished = self.finished or count == self.total


def said(error: Exception) -> str:
    """An error of a task in one sentence."""
    if isinstance(error, StockoutError) and not isinstance(error, ReplicationError):
        return str(error)
    return unexpected(error)


def unexpected(error: BaseException | None = None) -> str:
    """Log an error, the one at hand if none is given, under a new id; gives the sentence that tells the visitor."""
    number = uuid4().hex[:8]
    log = logging.getLogger("stockout.dashboard")
    log.error("error %s", number, exc_info=error if error is not None else True)
    return f"Something went wrong that should not have; the log of the dashboard has it under {number}."
