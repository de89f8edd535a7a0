"""Where the tasks of a study run: in this process, in loky's, on any `concurrent.futures.Executor`, or on Dask."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any, Final, Protocol

from experiments.task import Brief, Done, Piece, work
from sim import end_with
from sim.errors import ResultError, StockoutError

KNOWN: Final = "auto, serial, loky, loky:N, or dask:ADDRESS as in dask:tcp://host:8786"

SOON: Final = 2.0
"""Seconds of work for which it is not worth while to start processes."""

Results = tuple[Done, ...]


class StudyError(StockoutError):
    """A study came to an end that no run of it caused."""


class Pool(Protocol):
    """Takes pieces of one study and gives their outcomes."""

    @property
    def name(self) -> str:
        """What it is called in the log."""

    @property
    def slots(self) -> int:
        """Tasks that it can run at the same time."""

    def submit(self, pieces: Sequence[Piece]) -> Future[Results]:
        """Have pieces run."""


@dataclass(frozen=True)
class Here:
    """This process; a task is done when it has been submitted."""

    brief: Brief
    name: str = "serial"
    slots: int = 1

    def submit(self, pieces: Sequence[Piece]) -> Future[Results]:
        """Run pieces now."""
        future: Future[Results] = Future()
        try:
            future.set_result(work(self.brief, pieces))
        except Exception as error:  # as every executor does
            future.set_exception(error)
        return future


@dataclass(frozen=True)
class Elsewhere:
    """Any `concurrent.futures.Executor`."""

    executor: Executor
    brief: Brief
    name: str
    slots: int

    def submit(self, pieces: Sequence[Piece]) -> Future[Results]:
        """Have pieces run by the executor."""
        return self.executor.submit(work, self.brief, tuple(pieces))


Opened = Callable[[Brief], Any]
"""A context in which there is a pool."""


@dataclass(frozen=True)
class Stage:
    """A pool to open, and after how many seconds to go on to the next one."""

    opened: Opened
    seconds: float = inf


def chosen(executor: str | Executor | None, workers: int | None) -> tuple[Stage, ...]:
    """The pools that were asked for, to be used one after the other.

    Args:
        executor: `serial`, `loky`, `loky:N`, `dask:ADDRESS`, `auto` or an executor of the caller's; `None` is `serial`,
            or `loky` with more than one worker.
        workers: processes of loky, or tasks that the caller's executor can run at the same time.

    Raises:
        ResultError: there is no such executor, or it does not go with that many workers.
    """
    if workers is not None and workers < 1:
        raise ResultError(f"{workers} workers are not enough: at least 1 is needed")
    if isinstance(executor, Executor):
        return (Stage(partial(_given, executor, workers or usable_processors())),)
    kind, _, rest = (executor or ("loky" if (workers or 1) > 1 else "serial")).partition(":")
    if kind == "loky":
        return (Stage(partial(_loky, _number(rest, workers))),)
    if workers not in (None, 1) and kind in ("auto", "serial", "dask"):
        raise ResultError(f"'{executor}' and {workers} workers contradict each other: leave one of them out")
    if kind == "dask" and rest:
        return (Stage(partial(_dask(), rest)),)
    if kind == "auto" and not rest:
        return Stage(_serial, SOON), Stage(partial(_loky, usable_processors()))
    if kind == "serial" and not rest:
        return (Stage(_serial),)
    raise ResultError(f"there is no executor '{executor}': write {KNOWN}")


def _dask() -> Callable[[str, Brief], Any]:
    try:
        from experiments.dask_pool import dask_pool  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise ResultError(f"Dask is not installed ({error.name}): pip install 'stockout[cluster]'") from error
    return dask_pool


def _number(text: str, workers: int | None) -> int:
    if not text:
        return workers or usable_processors()
    if not (text.isascii() and text.isdecimal() and int(text[:6]) > 0):
        raise ResultError(f"'{text}' is not a number of workers: write loky:2, for instance")
    if workers is not None and workers != int(text):
        raise ResultError(f"'loky:{text}' and {workers} workers contradict each other")
    return int(text)


def usable_processors() -> int:
    """Processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


@contextmanager
def _serial(brief: Brief) -> Iterator[Pool]:
    yield Here(brief)


@contextmanager
def _given(executor: Executor, slots: int, brief: Brief) -> Iterator[Pool]:
    yield Elsewhere(executor, brief, type(executor).__name__, slots)


def _begin(parent: int) -> None:
    """Let a worker end with its parent, and leave Ctrl-C to it, which both receive."""
    end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _loky(workers: int, brief: Brief) -> Iterator[Pool]:
    from loky import ProcessPoolExecutor  # noqa: PLC0415 - a serial run needs no pool
    from loky.process_executor import BrokenProcessPool  # noqa: PLC0415 - likewise

    executor: Any = ProcessPoolExecutor(max_workers=workers, initializer=_begin, initargs=(os.getpid(),))
    finished = False
    try:
        yield Elsewhere(executor, brief, f"loky:{workers}", workers)
        finished = True
    except BrokenProcessPool as error:
        raise StudyError(
            "a process was ended from outside, often for want of memory; run the study again"
        ) from error
    finally:
        executor.shutdown(wait=True, kill_workers=not finished)
