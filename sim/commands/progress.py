"""How far a run has come, on stderr: a bar on a terminal, else a line every ten seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from sim.commands.console import complain

Progress = Callable[[int, int], None]
EVERY: Final = 10.0
"""Seconds between two plain lines."""


@contextmanager
def progress(what: str, *, quiet: bool) -> Iterator[Progress]:
    """A function to be called with what is done and the total; `what` names the things counted."""
    if quiet:
        yield _nothing
    elif sys.stderr.isatty():
        with _bar(what) as advance:
            yield advance
    else:
        yield PlainLines(what)


def _nothing(_done: int, _total: int) -> None:
    """Nobody wants to know."""


@contextmanager
def _bar(what: str) -> Iterator[Progress]:
    from rich.console import Console  # noqa: PLC0415 - only terminals need it
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class PlainLines:
    """Writes a line when ten seconds have passed since the last one."""

    def __init__(self, what: str, *, clock: Callable[[], float] = monotonic) -> None:
        self._what = what
        self._clock = clock
        self._next = clock() + EVERY

    def __call__(self, done: int, total: int) -> None:
        """Take note of the progress."""
        if self._clock() >= self._next:
            complain(f"{done} of {total} {self._what}")
            self._next = self._clock() + EVERY
