"""What a process of the pool does besides work: end when the server is gone, however it went."""

from __future__ import annotations

import os
import time
from threading import Thread
from typing import Final

LOOK: Final = 1.0
"""Seconds between two looks."""


def follow(server: int) -> None:
    """From now on, end this process soon after its parent is no longer `server`.

    A server that is killed cannot tell its processes to end; an orphan is adopted by another parent, which shows.
    """
    Thread(target=_watch, args=(server,), daemon=True, name="stockout-leash").start()


def _watch(server: int) -> None:
    while os.getppid() == server:
        time.sleep(LOOK)
    os._exit(1)
