"""The line at the processes: every visitor's newest job in turn, one task after another, none before the others."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from threading import Condition, Thread
from time import monotonic
from typing import Any, Final

from dashboard.jobs import Job, said
from sim import glimpse
from sim.errors import StockoutError

MOST_WAITING: Final = 40
"""Visitors with work in the line, at most."""

LOOK: Final = 1.0
"""Seconds between two looks at who has left and what takes too long."""

MOST_SECONDS: Final = 120.0
"""Seconds that one task may take."""


class BusyError(StockoutError):
    """The line is full."""


@dataclass(frozen=True)
class Task:
    """Some replications of a job, in the hands of a process."""

    job: Job
    chunk: range
    began: float


class Line:
    """Jobs that wait for processes.

    Args:
        pool: gives the processes; asked each time, for they may have been lost.
        room: tasks under way at a time, of all visitors together.
        on_end: called with a job whose last task is done.
    """

    def __init__(self, pool: Callable[[], Executor], room: int, on_end: Callable[[Job], None]) -> None:
        self._pool, self._room, self._on_end = pool, room, on_end
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._tasks: dict[Future[Any], Task] = {}
        self._news = Condition()
        self._thread: Thread | None = None

    def join(self, visitor: str, job: Job) -> None:
        """Put a visitor's newest job into the line; an older one of the same visitor is cancelled.

        Raises:
            BusyError: too many visitors wait already.
        """
        with self._news:
            self._drop(visitor)
            if len(self._jobs) >= MOST_WAITING:
                raise BusyError(f"{MOST_WAITING} visitors are waiting for results already: please try again soon.")
            self._jobs[visitor] = job
            self._jobs.move_to_end(visitor, last=False)
            if self._thread is None:
                self._thread = Thread(target=self._serve, daemon=True, name="stockout-line")
                self._thread.start()
            self._news.notify()

    @property
    def waiting(self) -> int:
        """Visitors with work in the line."""
        with self._news:
            return len(self._jobs)

    def pick(self) -> Task | None:
        """The next task: of the visitor whose turn it is, who then goes to the end of the line.

        Those who have seen nothing yet come before those whose first look is being refined.
        """
        for visitor in sorted(self._jobs, key=lambda each: self._jobs[each].held > 0):
            job = self._jobs[visitor]
            if not job.wanted():
                job.abandon()
                self._drop(visitor)
                continue
            chunk = job.next()
            if chunk is not None:
                self._jobs.move_to_end(visitor)
                return Task(job, chunk, monotonic())
            if job.finished:
                self._jobs.pop(visitor)
        return None

    def _drop(self, visitor: str) -> None:
        if older := self._jobs.pop(visitor, None):
            older.cancel()
            self._on_end(older)

    def _serve(self) -> None:
        while True:
            with self._news:
                task = self.pick() if len(self._tasks) < self._room else None
                if task is None:
                    self._news.wait(LOOK)
            if task is not None:
                self._hand_out(task)
            self._end_overtime()

    def _hand_out(self, task: Task) -> None:
        try:
            future = self._pool().submit(glimpse, task.job.scenario, task.chunk)
        except BrokenExecutor as error:
            self._fell(task, error)
        except RuntimeError:
            task.job.fail("The dashboard is closing.")
        else:
            with self._news:
                self._tasks[future] = task
            future.add_done_callback(self._done)

    def _done(self, future: Future[Any]) -> None:
        with self._news:
            task = self._tasks.pop(future)
            last = all(other.job is not task.job for other in self._tasks.values())
            self._news.notify()
        error = future.exception()
        if error is None:
            task.job.take(task.chunk, future.result(), monotonic() - task.began)
        elif isinstance(error, Exception):
            self._fell(task, error)
        if last and task.job.finished:
            self._on_end(task.job)

    def _fell(self, task: Task, error: Exception) -> None:
        """A task whose process was lost is tried again; whatever else went wrong ends the job."""
        if not _is_loss(error):
            task.job.fail(said(error))
        elif not task.job.put_back(task.chunk):
            task.job.fail("The processes of the simulation keep being ended from outside: press Run to start again.")

    def _end_overtime(self) -> None:
        """End all processes when a task takes too long: a single one cannot be ended; the others start again."""
        with self._news:
            late = [task for task in self._tasks.values() if monotonic() - task.began > MOST_SECONDS]
        for task in late:
            task.job.fail(f"One replication took longer than {MOST_SECONDS:.0f} s, the most it may take here.")
        if late:
            _end(self._pool())


def _end(pool: Any) -> None:
    try:
        pool.shutdown(wait=False, kill_workers=True)
    except TypeError:  # threads cannot be killed; only tests work with them
        pool.shutdown(wait=False)


def _is_loss(error: Exception) -> bool:
    """Whether it is the process that failed, not the work."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "ShutdownExecutorError"
