"""A short piece of work for one page, done in a process of the workshop while the page waits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from typing import Final, TypeVar

from dashboard import state
from dashboard.workshop import workshop
from sim.errors import StockoutError

Found = TypeVar("Found")

PATIENCE: Final = 60.0
"""Seconds that a page waits."""


class ErrandError(StockoutError):
    """The work was not done."""


def errand(work: Callable[[], Found]) -> Found:
    """Do some work and give what it gives; `work` and its result must go between processes.

    Raises:
        ErrandError: it takes too long, or the process was lost.
        StockoutError: whatever the work itself says.
    """
    if state.is_serial():
        return work()
    future = workshop().pool().submit(work)
    try:
        return future.result(PATIENCE)
    except TimeoutError:
        future.cancel()
        raise ErrandError(f"This took longer than {PATIENCE:.0f} s; please try again.") from None
    except BrokenExecutor:
        raise ErrandError("A process of the simulation was ended from outside; please try again.") from None
