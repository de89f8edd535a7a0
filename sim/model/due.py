"""What is due for those who wait, if they still wait then: the end of their patience, or a look at their promise."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from simpy import Event

from sim.model.clock import Clock
from sim.model.waiting import Waiting
from sim.words import Turn

if TYPE_CHECKING:
    from sim.model.stock import Stock

_NEVER: Final = 2**62

Entry = tuple[int, int, Waiting, "Stock", int]
"""Instant, place among those of the same instant, customer, stock, and what must still be so for it to matter."""


class Due:
    """Acts when its time has come, on those of the same second in the order of adding.

    Most who wait are served before. So the engine knows of the next instant only, and entries that no longer matter are
    forgotten without an event of their own.
    """

    def __init__(
        self, *, clock: Clock, turn: Turn, act: Callable[[Waiting, Stock], None], key: Callable[[Waiting], int]
    ) -> None:
        self._clock = clock
        self._turn = turn
        self._act = act
        self._key = key
        """What an entry was added for; one whose customer has another by now no longer matters."""
        self._queue: list[Entry] = []
        self._added = 0
        self._next = _NEVER
        """The instant at which the engine will ask."""

    def add(self, time: int, waiting: Waiting, stock: Stock) -> None:
        """Act on a customer in the line of a stock at an instant, unless served or changed by then."""
        if time < self._clock.close:
            self._added += 1
            heappush(self._queue, (time, self._added, waiting, stock, self._key(waiting)))
            if time < self._next:
                self._ask(time)

    def _ask(self, time: int) -> None:
        self._next = time
        self._clock.at(time, self._turn, self._one)

    def _one(self, _event: Event) -> None:
        """One at a time, since what it sets off in the same second comes before the next."""
        now, queue = self._clock.now, self._queue
        if now < self._next:
            return  # something earlier was put before this, and has asked for what comes next
        self._forget()
        if queue and queue[0][0] == now:
            _, _, waiting, stock, _ = heappop(queue)
            self._act(waiting, stock)
            self._forget()
        self._next = _NEVER
        if queue:
            self._ask(queue[0][0])

    def _forget(self) -> None:
        queue = self._queue
        while queue and (not queue[0][2].wanted or self._key(queue[0][2]) != queue[0][4]):
            heappop(queue)
