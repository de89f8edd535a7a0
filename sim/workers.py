"""What a worker process does besides work: end when the process that started it is gone, however it went.

And look for cycles of garbage seldom: a run makes hundreds of thousands of small things that live to its end.
"""

from __future__ import annotations

import gc
import os
from threading import Thread
from time import sleep
from typing import Final

LOOK: Final = 1.0
"""Seconds between two looks."""

MANY: Final = 50_000
"""Things more than before that make a worker look for garbage; the interpreter's own 700 take a tenth of a long run."""


def end_with(parent: int) -> None:
    """From now on, end this process soon after its parent is no longer process `parent`.

    A parent that is killed cannot tell its workers to end; an orphan is adopted by another parent, which shows.
    Meant as the initializer of a process pool, with `os.getpid()` of the process that owns it.
    """
    gc.set_threshold(MANY)
    Thread(target=_watch, args=(parent,), daemon=True, name="stockout-watch").start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        sleep(LOOK)
    os._exit(1)
