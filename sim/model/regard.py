"""How the members of the panel think of the shop, and whether they come."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections import defaultdict
from operator import itemgetter
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


_Pending = tuple[int, Cause, int, int]
"""An experience to come: its time, its cause, the visit, and the change it asks for."""

_NEVER: Final = 2**62
_TIME: Final = itemgetter(0)


class Regard:
    """Keeps one number for each member: changed by experiences when they happen, fading in between.

    A change may be made known before it happens (a delivery on its way); it is taken in when the member is next asked
    after, so that it costs no event.
    """

    def __init__(
        self, *, memory: Memory, members: int, deltas: Delta, dice: Dice, more: MoreFacts, close: int
    ) -> None:
        self._memory = memory
        self._churns = memory.churn is not None
        self._half_life = float(memory.half_life)
        self._deltas = deltas
        self._dice = dice
        self._more = more
        self._close = close
        self._regard = [0] * members
        self._since = [0] * members
        self._due = [_NEVER] * members
        """When each member's next experience comes."""
        self._sale = [0] * members
        """The visit that it comes from, if it is a delivery from the shelf and nothing else is to come."""
        self._pending: dict[int, list[_Pending]] = {}
        """All that is to come, in order of time, of members who have more to expect than such a delivery."""
        self.lost: set[int] = set()
        """The members who buy elsewhere for good."""
        self._count: defaultdict[int, int] = defaultdict(int)
        """Experiences of each member so far."""
        self._rows = array("q")
        """What happened so far, as the ledger writes it."""
        self._on_time = self.change_for(Cause.ON_TIME)

    def leans(self, member: int, now: int) -> int:
        """Whether regard is good (above 0), bad or neither at a moment: time makes it fade and never turns it."""
        if self._due[member] <= now:
            self._take_in(member, now)
        return self._regard[member]

    def of(self, member: int, now: int) -> int:
        """A member's regard at a moment, in millionths."""
        value = self.leans(member, now)
        return round(value * math.exp2((self._since[member] - now) / self._half_life)) if value else 0

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
        if time >= self._close:
            return
        queue = self._pending.get(member)
        if queue is None:
            queue = self._pending[member] = []
            if self._due[member] < _NEVER:
                queue.append((self._due[member], Cause.ON_TIME, self._sale[member], self._on_time))
        queue.append((time, cause, visit, change))
        queue.sort(key=_TIME)
        self._due[member] = queue[0][0]

    def served(self, member: int, visit: int, time: int) -> None:
        """The same for one served from the shelf, who will have the goods at `time`: most members, most of the time."""
        if self._due[member] < _NEVER:
            self.experience(member, Cause.ON_TIME, visit=visit, time=time, change=self._on_time)
        elif time < self._close:
            self._due[member], self._sale[member] = time, visit

    def close(self) -> None:
        """Take in everything that happened before the close, and write it all down."""
        for member, due in enumerate(self._due):
            if due < _NEVER:
                self._take_in(member, self._close)
        self._more.regarded(self._rows)

    def _take_in(self, member: int, now: int) -> None:
        """Let happen what is due."""
        if member not in self._pending:
            self._change(member, self._due[member], Cause.ON_TIME, self._sale[member], self._on_time)
            self._due[member] = _NEVER
            return
        queue = self._pending[member]
        due = bisect_right(queue, now, key=_TIME)
        for time, cause, visit, change in queue[:due]:
            self._change(member, time, cause, visit, change)
        del queue[:due]
        self._due[member] = queue[0][0] if queue else _NEVER
        if not queue:
            del self._pending[member]

    def _change(self, member: int, time: int, cause: Cause, visit: int, change: int) -> None:
        after = change
        if before := self._regard[member]:
            after += round(before * math.exp2((self._since[member] - time) / self._half_life))
        if not LEAST <= after <= MOST:
            after = LEAST if after < LEAST else MOST
        self._regard[member], self._since[member] = after, time
        self._rows.extend((time, member, visit, cause, change, after))
        if self._churns and cause not in (Cause.BROKEN, Cause.LATE_DAYS):
            self._may_drop_out(member, time, visit, change)

    def _may_drop_out(self, member: int, time: int, visit: int, change: int) -> None:
        churn = self._memory.churn
        if churn is None or member in self.lost:
            return
        self._count[member] += 1
        own = churn.chance(self._dice["churn"](member))
        chance = own * math.exp(-2 * change / UNIT)
        if self._dice["churn"](member, 1 + self._count[member] % (TURNS - 2)) < chance:
            self.lost.add(member)
            self._rows.extend((time, member, visit, Cause.DROPPED_OUT, 0, self._regard[member]))
