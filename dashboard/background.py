"""How the processes that work for pages start; apart from what pages need, for every one of them imports it."""

from __future__ import annotations

import os
from typing import Final

from sim import end_with

MODESTY: Final = 10
"""How far the processes stand back where processors are few: what a hand waits for is drawn first."""


def stand_back(parent: int) -> None:
    """Let the pages go first, and end with their server.

    Args:
        parent: the process that owns the pool.
    """
    if hasattr(os, "nice"):  # not on Windows
        os.nice(MODESTY)
    end_with(parent)
