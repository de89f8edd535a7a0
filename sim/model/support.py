"""Customer support: who asks, and how long it takes until somebody answers."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import simpy

from sim.ledger.more import MoreFacts
from sim.model.clock import Clock, Story
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

    Those who wait ask by chance: at the rate of the moment, thinned from the highest rate there can be.
    """

    def __init__(
        self, *, about: AboutSupport, people: People, tells: bool, clock: Clock, more: MoreFacts
    ) -> None:
        self._about = about
        self._clock = clock
        self._more = more
        self._rate = about.told if tells else about.untold
        self._people = people
        self._questions = Due(
            clock=clock, turn=Turn.NOTICE, act=self._may_ask, key=lambda waiting: waiting.next_question
        )
        self._agents = simpy.Resource(clock.env, about.agents)

    def sold(self, visit: int, *, delivered: int) -> None:
        """An order was served from the shelf; a few ask when it is delivered."""
        if self._people.luck(visit, "contact", _LAST) < self._about.normal:
            identity, dice = self._people.identity(visit), self._people.dice(visit)
            length = self._length(dice, identity, _LAST)
            self._clock.at(delivered, Turn.NOTICE, lambda _event: self._asks(visit, length))

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
        contact = self._more.asked(visit, time=self._clock.now)
        self._clock.begin(self._answer(contact, length))

    def _answer(self, contact: int, length: int) -> Story:
        with self._agents.request() as agent:
            yield agent
            start = self._clock.now
            yield self._clock.until(start + length, Turn.NOTICE)
            self._more.answered(contact, start=start, end=self._clock.now)
