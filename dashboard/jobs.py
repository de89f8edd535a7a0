"""Long work, done outside the page: processes that run replications, and jobs that the page looks at."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from threading import Event, Semaphore, Thread
from typing import Any, Final
from uuid import uuid4

import streamlit as st

from sim import Results, Scenario, Timelines, end_with, run, timelines
from sim.errors import StockoutError

FIRST: Final = 8
"""Replications of the quick look that comes before the full number."""

MOST_LINES: Final = 50
"""Replications that the charts over time are drawn from, at most."""

MOST_WORKERS: Final = 8
IDLE: Final = 60
"""Seconds after which a process without work ends by itself."""


class CancelledError(StockoutError):
    """The visitor does not want the results any more."""


@dataclass(frozen=True)
class Outcome:
    """What a job has found out so far."""

    results: Results
    lines: Timelines
    wanted: int
    """Replications asked for; the results hold fewer after the quick look."""

    @property
    def final(self) -> bool:
        """Whether these are all the replications asked for."""
        return self.results.replications == self.wanted


class Job:
    """One scenario being run; a thread writes to it, the page reads from it.

    Args:
        request: what it was started for, for the page to recognise.
        scenario: what to run.
    """

    def __init__(self, request: Any, scenario: Scenario) -> None:
        self.request = request
        self.scenario = scenario
        self.outcome: Outcome | None = None
        """The newest results."""
        self.error = ""
        """Why there are no (further) results, in one sentence."""
        self.finished = False
        self.done = 0
        """Replications read so far, for numbers and for charts."""
        self.total = sum(count + min(count, MOST_LINES) for count in self._stages())
        self._stop = Event()

    def cancel(self) -> None:
        """Stop soon; results that are there stay."""
        self._stop.set()

    def work(self, executor: Executor, room: int) -> None:
        """Do it all, with at most `room` replications under way: a quick look at a few, then the full number."""
        gate = Gate(self, executor, room)
        try:
            for count in self._stages():
                results = run(self.scenario, replications=count, executor=gate, workers=count)
                lines = timelines(self.scenario, replications=min(count, MOST_LINES), executor=gate)
                self.outcome = Outcome(results, lines, self.scenario.plan.replications)
        except BrokenExecutor:
            self.error = "A process of the simulation was ended from outside: press Run to start again."
        except StockoutError as error:
            self.error = str(error)
        except Exception:
            self.error = unexpected()
        finally:
            self.finished = True

    def check(self) -> None:
        """Raise `CancelledError` once the visitor does not want the results any more."""
        if self._stop.is_set():
            raise CancelledError("Cancelled: press Run to start again.")

    def _stages(self) -> tuple[int, ...]:
        wanted = self.scenario.plan.replications
        return (FIRST, wanted) if wanted > 2 * FIRST else (wanted,)


class Gate(Executor):
    """Lets a job have a few tasks under way at a time, so that it can be stopped and leaves room for others."""

    def __init__(self, job: Job, executor: Executor, room: int) -> None:
        self._job = job
        self._executor = executor
        self._room = Semaphore(room)

    def submit(self, task: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Wait for room, then hand the task on; raises `CancelledError` if the job was cancelled."""
        self._room.acquire()
        self._job.check()
        try:
            future = self._executor.submit(task, *args, **kwargs)
        except BrokenExecutor:
            raise
        except RuntimeError as error:  # the pool takes no more tasks
            raise CancelledError("The dashboard is closing.") from error
        future.add_done_callback(self._leave)
        return future

    def _leave(self, _future: Future[Any]) -> None:
        self._job.done += 1
        self._room.release()


class InPage(Executor):
    """Does each task at once in the page itself; for tests."""

    def submit(self, task: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it and give its result."""
        future: Future[Any] = Future()
        try:
            future.set_result(task(*args, **kwargs))
        except Exception as error:  # as any executor: whoever asks for the result gets it
            future.set_exception(error)
        return future


def unexpected() -> str:
    """Log the error at hand under a new id and give the sentence that tells the visitor about it."""
    number = uuid4().hex[:8]
    logging.getLogger("stockout.dashboard").exception("error %s", number)
    return f"Something went wrong that should not have; the log of the dashboard has it under {number}."


class Workshop:
    """The processes that all visitors of the dashboard share."""

    def __init__(self) -> None:
        self.workers = max(1, min(os.cpu_count() or 1, MOST_WORKERS))

    def start(self, job: Job) -> None:
        """Begin a job; returns at once."""
        Thread(target=self._work, args=(job,), daemon=True, name="stockout-job").start()

    def _work(self, job: Job) -> None:
        job.work(self._pool(), self.workers + 1)

    def _pool(self) -> Executor:
        """The pool; a new one where the old one broke or its processes had nothing to do and ended."""
        from loky import get_reusable_executor  # noqa: PLC0415 - a page that works by itself needs no pool

        pool: Executor = get_reusable_executor(
            max_workers=self.workers, timeout=IDLE, initializer=end_with, initargs=(os.getpid(),)
        )
        return pool


@st.cache_resource(show_spinner=False)
def workshop() -> Workshop:
    """The one workshop of this server."""
    return Workshop()
