"""How the members of the panel think of the shop, and whether they come."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container
from typing import Final

from sim.ledger.more import MoreFacts
from sim.scenario.classes import Delta
from sim.scenario.memory import Memory
from sim.tape.dice import TURNS, Dice
from sim.words import Cause

UNIT: Final = 1_000_000
"""Regard is counted in millionths of the log of the visit rate."""
LEAST: Final = -2_300_000
MOST: Final = 220_000
"""Bounds of regard: a tenth of the first visit rate, and a quarter more."""


_Pending = tuple[int, int, Cause, int, int]
"""An experience to come: its time, its number among all, its cause, the visit, and the change it asks for."""


class Regard:
    """Keeps one number for each member: changed by experiences when they happen, fading in between.

    A change may be made known before it happens (a delivery on its way); it is taken in when the member is next asked
    after, so that it costs no event.
    """

    def __init__(self, *, memory: Memory, deltas: Delta, dice: Dice, more: MoreFacts, close: int) -> None:
        self._memory = memory
        self._half_life = float(memory.half_life)
        self._deltas = deltas
        self._dice = dice
        self._more = more
        self._close = close
        self._regard: dict[int, int] = {}
        self._since: dict[int, int] = {}
        self._pending: defaultdict[int, list[_Pending]] = defaultdict(list)
        self._gone: set[int] = set()
        self._count: defaultdict[int, int] = defaultdict(int)
        """Experiences of each member so far."""
        self._number = 0

    def leans(self, member: int, now: int) -> int:
        """Whether regard is good (above 0), bad or neither at a moment: time makes it fade and never turns it."""
        if member in self._pending:
            self._take_in(member, now)
        return self._regard.get(member, 0)

    def of(self, member: int, now: int) -> int:
        """A member's regard at a moment, in millionths."""
        if member in self._pending:
            self._take_in(member, now)
        return self._faded(member, now) if self._regard.get(member) else 0

    @property
    def lost(self) -> Container[int]:
        """The members who buy elsewhere for good."""
        return self._gone

    @property
    def told_in_time(self) -> float:
        """Factor on a broken promise whose delay was told before."""
        return self._deltas.told_in_time

    def change_for(self, cause: Cause, *, times: float = 1.0, hidden: bool = False) -> int:
        """What an experience asks for, in millionths."""
        delta = self._deltas.row(cause) * times
        if hidden and delta < 0:
            delta *= self._deltas.hidden
        return round(UNIT * self._memory.gain * delta)

    def experience(self, member: int, cause: Cause, *, visit: int, time: int, change: int) -> None:
        """A member will have had an experience at `time`."""
        if time < self._close:
            self._number += 1
            self._pending[member].append((time, self._number, cause, visit, change))

    def close(self) -> None:
        """Take in everything that happened before the close."""
        for member in sorted(self._pending):
            self._take_in(member, self._close)

    def _take_in(self, member: int, now: int) -> None:
        queue = self._pending[member]
        if len(queue) == 1 and queue[0][0] <= now:
            del self._pending[member]
            self._change(member, queue[0])
            return
        queue.sort()
        due = 0
        for each in queue:
            if each[0] > now:
                break
            due += 1
            self._change(member, each)
        if due == len(queue):
            del self._pending[member]
        elif due:
            del queue[:due]

    def _change(self, member: int, news: _Pending) -> None:
        time, _, cause, visit, change = news
        after = change + (self._faded(member, time) if member in self._regard else 0)
        if not LEAST <= after <= MOST:
            after = LEAST if after < LEAST else MOST
        self._regard[member], self._since[member] = after, time
        self._more.regarded(member, cause, time=time, visit=visit, change=change, after=after)
        if self._memory.churn is not None and cause not in (Cause.BROKEN, Cause.LATE_DAYS):
            self._may_drop_out(member, time, visit, change)

    def _faded(self, member: int, now: int) -> int:
        value = self._regard.get(member)
        return round(value * math.exp2((self._since[member] - now) / self._half_life)) if value else 0

    def _may_drop_out(self, member: int, time: int, visit: int, change: int) -> None:
        churn = self._memory.churn
        if churn is None or member in self._gone:
            return
        self._count[member] += 1
        own = churn.chance(self._dice["churn"](member))
        chance = own * math.exp(-2 * change / UNIT)
        if self._dice["churn"](member, 1 + self._count[member] % (TURNS - 2)) < chance:
            self._gone.add(member)
            self._more.regarded(
                member, Cause.DROPPED_OUT, time=time, visit=visit, change=0, after=self._regard[member]
            )
