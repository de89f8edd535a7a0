"""Who comes: a wish on the tape, the member of the panel behind it, and the dice that are theirs."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.model.regard import MOST, UNIT, Regard
from sim.model.repute import Repute
from sim.tape.dice import Dice
from sim.tape.tape import Tape
from sim.words import Return

_HEADROOM: Final = math.expm1(MOST / UNIT)
"""Extra visits on the tape, per visit of the stated rate."""


class _Later(NamedTuple):
    """A return."""

    wish: int
    turn: int
    """How many visits there were for the wish before."""
    cause: Return
    time: int
    units: int


class People:
    """The visits of one run: those of the tape, and after them the returns, numbered as in the ledger."""

    def __init__(self, *, tape: Tape, regard: Regard | None, repute: Repute | None) -> None:
        visits = tape.visits
        self._visits = visits
        self._count = len(visits)
        self._stream = visits.stream.data
        nobody, never = np.broadcast_to(np.int32(-1), self._count), np.broadcast_to(np.False_, self._count)
        self.members = (nobody if visits.member is None else visits.member).data
        """The member of the panel behind each visit of the tape, or -1."""
        self._extra = (never if visits.extra is None else visits.extra).data
        self._dice = tape.dice
        self._regard = regard
        self._repute = repute
        self._columns: dict[str, Any] = {}
        self._wishes: list[_Later] = []
        self.remembers = regard is not None
        """Whether anybody's regard for the shop matters."""
        self._returned: dict[int, int] = {}
        """Returns so far, by wish."""

    def again(self, wish: int, cause: Return, *, time: int, units: int) -> None:
        """Somebody comes once more for a wish."""
        self._returned[wish] = self.returns_of(wish) + 1
        self._wishes.append(_Later(wish, self._returned[wish], cause, time, units))

    def time(self, visit: int) -> int:
        """When a visit happened."""
        return int(self._visits.time[visit]) if visit < self._count else self._wishes[visit - self._count].time

    def units(self, visit: int) -> int:
        """Units that a visit wanted."""
        return int(self._visits.units[visit]) if visit < self._count else self._wishes[visit - self._count].units

    def is_return(self, visit: int) -> bool:
        """Whether a visit is not on the tape."""
        return visit >= self._count

    def was_notified(self, visit: int) -> bool:
        """Whether a visit is a return of somebody who was told that the product is back."""
        return visit >= self._count and self._wishes[visit - self._count].cause is Return.NOTIFIED

    def returns_of(self, wish: int) -> int:
        """How often somebody came again for a wish."""
        return self._returned.get(wish, 0)

    def wish(self, visit: int) -> int:
        """The row of the tape that a visit belongs to."""
        return visit if visit < self._count else self._wishes[visit - self._count].wish

    def turn(self, visit: int) -> int:
        """How many visits there were for the same wish before."""
        return 0 if visit < self._count else self._wishes[visit - self._count].turn

    def stream(self, visit: int) -> int:
        """The customer stream of a visit."""
        return self._stream[self.wish(visit)]

    def throw(self, visit: int, purpose: str) -> float:
        """The visit's own uniform for a purpose."""
        if visit < self._count:
            return self._dice[self._stream[visit]][purpose](self._identity[visit])
        return self.dice(visit)[purpose](self.identity(visit), self._wishes[visit - self._count].turn)

    def luck(self, visit: int, purpose: str) -> float:
        """The same for purposes that nearly every visit has, read from a column that is made at once."""
        if visit >= self._count:
            return self.throw(visit, purpose)
        if purpose not in self._columns:
            self._columns[purpose] = self.column(purpose).data
        chance: float = self._columns[purpose][visit]
        return chance

    def column(self, purpose: str, turn: int = 0) -> NDArray[np.float64]:
        """The uniforms of all visits of the tape for a purpose."""
        values = np.empty(self._count)
        for number, dice in enumerate(self._dice):
            mine = np.asarray(self._visits.stream) == number
            values[mine] = dice[purpose].many(self._visits.identity[mine], turn)
        return values

    def dice(self, visit: int) -> Dice:
        """The dice of the visit's stream."""
        return self._dice[self.stream(visit)]

    def identity(self, visit: int) -> int:
        """The key of the visit's wish for dice."""
        return self._identity[self.wish(visit)]

    @cached_property
    def _identity(self) -> memoryview[int]:
        """Made when first asked for, since most runs throw no dice."""
        return self._visits.identity.data

    def member(self, visit: int) -> int:
        """The member of the panel, or -1."""
        return self.members[self.wish(visit)]

    def goodwill(self, visit: int, now: int) -> float:
        """Regard of whoever comes, as the log of the visit rate; 0 for strangers."""
        member = self.member(visit)
        return self._regard.of(member, now) / UNIT if self._regard is not None and member >= 0 else 0.0

    def comes(self, visit: int, now: int) -> bool:
        """Whether a visit of the tape takes place, given what its customer thinks or has read of the shop."""
        member, is_extra = self.members[visit], self._extra[visit]
        if member < 0:
            factor = 1.0 if self._repute is None else self._repute.draw(now)
        elif self._regard is None:
            factor = 1.0
        else:
            leans = self._regard.leans(member, now)
            if member in self._regard.lost or (is_extra and leans <= 0):
                return False
            if leans >= 0 and not is_extra:
                return True
            factor = math.exp(self._regard.of(member, now) / UNIT)
        if is_extra:
            return factor > 1 and self.luck(visit, "come") < (factor - 1) / _HEADROOM
        return factor >= 1 or self.luck(visit, "come") < factor
