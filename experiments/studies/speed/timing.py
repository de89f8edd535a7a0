"""How long things take: process time, warmed up, against the machine's own pace, medians of several goes."""

from __future__ import annotations

from collections.abc import Callable, Generator
from statistics import median
from time import process_time
from typing import Any, Final, NamedTuple

import simpy

GOES: Final = 7
"""How often each thing is timed."""
TIMEOUTS: Final = 100_000


class Pace(NamedTuple):
    """What one piece of work costs."""

    microseconds: float
    timeouts: float
    """The same in bare SimPy timeouts."""


def seconds(work: Callable[[], object]) -> float:
    """Process time of doing something once."""
    start = process_time()
    work()
    return process_time() - start


def bare_timeout() -> float:
    """Seconds of one timeout of one SimPy process that does nothing else."""
    env = simpy.Environment()
    env.process(_clockwork(env))
    return seconds(env.run) / TIMEOUTS


def _clockwork(env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
    for _ in range(TIMEOUTS):
        yield env.timeout(1)


def pace(work: Callable[[], object], pieces: int, *, goes: int = GOES) -> Pace:
    """What each of the pieces of a work costs; timeouts are timed before and after every go."""
    work()
    micros, ratios = [], []
    for _ in range(goes):
        before = bare_timeout()
        piece = seconds(work) / pieces
        micros.append(piece * 1e6)
        ratios.append(2 * piece / (before + bare_timeout()))
    return Pace(median(micros), median(ratios))


def ratio(one: Callable[[], object], other: Callable[[], object], *, goes: int = GOES) -> float:
    """How many times as long one thing takes as the other, timed in turn."""
    one()
    other()
    return median(seconds(one) / seconds(other) for _ in range(goes))
