"""The ends of patience that are still to come."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from simpy import Event

from sim.model.clock import Clock
from sim.model.waiting import Waiting
from sim.words import Turn

if TYPE_CHECKING:
    from sim.model.stock import Stock

_NEVER: Final = 2**62


class Leavings:
    """Lets customers leave when their time has come, those of the same second in the order of joining.

    Most who wait are served before. So the engine knows of the next leaving only, and those who were served are
    forgotten without an event of their own.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._queue: list[tuple[int, int, Waiting, Stock]] = []
        self._joined = 0
        self._next = _NEVER
        """The instant at which the engine will ask."""

    def add(self, waiting: Waiting, stock: Stock) -> None:
        """A customer in the line of a stock will leave, unless served by then or told something that changes it."""
        time = waiting.leave.time
        if time < self._clock.close:
            self._joined += 1
            heappush(self._queue, (time, self._joined, waiting, stock))
            if time < self._next:
                self._ask(time)

    def _ask(self, time: int) -> None:
        self._next = time
        self._clock.at(time, Turn.EXPIRY, self._one_leaves)

    def _one_leaves(self, _event: Event) -> None:
        """One at a time, since what a leaving sets off in the same second comes before the next leaving."""
        now, queue = self._clock.now, self._queue
        if now < self._next:
            return  # an earlier leaving was put before this one, and has asked for what comes next
        self._forget_served()
        if queue and queue[0][0] == now:
            _, _, waiting, stock = heappop(queue)
            stock.lose_patience(waiting)
            self._forget_served()
        self._next = _NEVER
        if queue:
            self._ask(queue[0][0])

    def _forget_served(self) -> None:
        queue = self._queue
        while queue and (not queue[0][2].wanted or queue[0][2].leave.time != queue[0][0]):
            heappop(queue)
