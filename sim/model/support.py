"""Customer support: who asks, and how long it takes until somebody answers."""

from __future__ import annotations

import math
from heapq import heapreplace
from typing import Final

import numpy as np

from sim.ledger.more import MoreFacts
from sim.model.clock import Clock
from sim.model.due import Due
from sim.model.people import People
from sim.model.stock import Stock
from sim.model.waiting import Waiting
from sim.scenario.memory import Support as AboutSupport
from sim.tape.dice import TURNS, Dice
from sim.words import Turn

_LAST: Final = TURNS - 1
"""The turn of a die that is kept for contacts of orders that did not wait."""


class Support:
    """Agents who answer contacts one by one, in the order of asking.

    Those who wait ask by chance: at the rate of the moment, thinned from the highest rate there can be. Whoever asks
    takes the agent who is free first. That is settled on asking, so an answer costs no event.
    """

    def __init__(self, *, about: AboutSupport, people: People, tells: bool, clock: Clock, more: MoreFacts) -> None:
        self._about = about
        self._clock = clock
        self._more = more
        self._rate = about.told if tells else about.untold
        self._people = people
        self._questions = Due(
            clock=clock, turn=Turn.NOTICE, act=self._may_ask, key=lambda waiting: waiting.next_question
        )
        self._free = [0] * about.agents
        """When each agent is free, as a heap."""
        self.lengths = self._lengths_of_tape()
        """Visits of the tape that ask about an order served from the shelf, and how long support takes with each."""

    def sold(self, visit: int, *, delivered: int) -> None:
        """An order was served from the shelf; a few ask when it is delivered."""
        length = self.lengths.get(visit)
        if length is None and self._people.is_return(visit):
            length = self._length_of_return(visit)
        if length is not None:
            self._clock.at(delivered, Turn.NOTICE, lambda _event: self._asks(visit, length))

    def _lengths_of_tape(self) -> dict[int, int]:
        asks = self._people.column("contact", _LAST) < self._about.normal
        chances = self._people.column("answer", _LAST)[asks]
        lengths = np.maximum(np.rint(self._about.answer.ppf(chances)), 0).astype(np.int64)
        return dict(zip(np.flatnonzero(asks).tolist(), lengths.tolist(), strict=True))

    def _length_of_return(self, visit: int) -> int | None:
        identity, dice = self._people.identity(visit), self._people.dice(visit)
        return self._length(dice, identity, _LAST) if dice["contact"](identity, _LAST) < self._about.normal else None

    def joined(self, waiting: Waiting, stock: Stock) -> None:
        """A customer waits, and will ask now and then."""
        if self._rate:
            waiting.next_question = self._clock.now
            self._plan(waiting, stock)

    def _plan(self, waiting: Waiting, stock: Stock) -> None:
        """Think of asking after a time by chance at the highest rate there can be."""
        turn = waiting.questions
        if turn == _LAST:
            return
        chance = self._people.dice(waiting.visit)["contact_gap"](self._people.identity(waiting.visit), turn)
        waiting.next_question += math.ceil(-math.log1p(-chance) / (self._rate * self._about.late))
        waiting.questions = turn + 1
        self._questions.add(waiting.next_question, waiting, stock)

    def _may_ask(self, waiting: Waiting, stock: Stock) -> None:
        """Ask, always when it is late, else as often as the calmer rate says."""
        identity, dice = self._people.identity(waiting.visit), self._people.dice(waiting.visit)
        turn = waiting.questions - 1
        if self._clock.now > waiting.promise or dice["contact"](identity, turn) * self._about.late < 1:
            self._asks(waiting.visit, self._length(dice, identity, turn))
        self._plan(waiting, stock)

    def _length(self, dice: Dice, identity: int, turn: int) -> int:
        chance = dice["answer"](identity, turn)
        return max(round(float(self._about.answer.ppf(np.array([chance]))[0])), 0)

    def _asks(self, visit: int, length: int) -> None:
        now = self._clock.now
        contact, start = self._more.asked(visit, time=now), max(now, self._free[0])
        heapreplace(self._free, start + length)
        if start + length < self._clock.close:
            self._more.answered(contact, start=start, end=start + length)
