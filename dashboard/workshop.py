"""The one place where work is done for all visitors: processes, the line before them, and what was run before."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final, TypeVar

import streamlit as st

from dashboard import state
from dashboard.background import stand_back
from dashboard.jobs import Job
from dashboard.line import Line
from dashboard.origin import Request
from dashboard.past import Past, cache_folder, key_of
from sim import Scenario
from sim.errors import StockoutError

MOST_WORKERS: Final = 8

IDLE: Final = 900
"""Seconds after which a process without work ends by itself."""


PATIENCE: Final = 40.0
"""Seconds that reading a text or a file may take."""

Found = TypeVar("Found")


class Workshop:
    """Processes that all visitors of the dashboard share.

    Args:
        past: what was run before.
    """

    def __init__(self, past: Past) -> None:
        self.workers = max(1, min(os.cpu_count() or 1, MOST_WORKERS))
        self._past = past
        self._line = Line(self.pool, self.workers, self._keep)

    def job(self, request: Request, scenario: Scenario, *, wanted: Callable[[], bool]) -> Job:
        """A job that knows what was run before; nothing of it has begun."""
        known = self._past.recall(key_of(scenario))
        return Job(request, scenario, known=known, wanted=wanted, private=request.origin.is_own)

    def start(self, visitor: str, job: Job) -> None:
        """Begin a visitor's newest job; returns at once.

        Raises:
            BusyError: too many visitors wait already.
        """
        if not job.finished:
            self._line.join(visitor, job)

    def pool(self) -> Executor:
        """The processes; new ones where the old ones broke or ended for want of work."""
        from loky import get_reusable_executor  # noqa: PLC0415 - a page that works by itself needs no pool

        pool: Executor = get_reusable_executor(
            max_workers=self.workers, timeout=IDLE, initializer=stand_back, initargs=(os.getpid(),)
        )
        return pool

    def _keep(self, job: Job) -> None:
        if found := job.found():
            self._past.keep(key_of(job.scenario), found, on_disk=not job.private)


def apart(task: Callable[..., Found], *arguments: object) -> Found:
    """Do something small in a process of its own, within a time limit; in the page itself, for tests.

    Raises:
        StockoutError: it took too long.
    """
    if state.is_serial():
        return task(*arguments)
    try:
        return workshop().pool().submit(task, *arguments).result(PATIENCE)
    except TimeoutError as error:
        raise StockoutError(f"Reading this took longer than {PATIENCE:.0f} s, the most it may take here.") from error


@st.cache_resource(show_spinner=False)
def workshop() -> Workshop:
    """The one workshop of this server."""
    return Workshop(Past(cache_folder()))
