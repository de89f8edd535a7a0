"""Where those go who leave with less than they wanted: to others, home for good, on a list, or away to come back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np
from simpy import Event

from sim.ledger.writer import LedgerWriter
from sim.model.clock import Clock
from sim.model.people import People
from sim.model.stock import Stock
from sim.model.traits import Trait
from sim.scenario.customers import Returns
from sim.scenario.laws import DurationLaw
from sim.tape.tape import Visits
from sim.words import Exit, Notice, Return, Turn

Receive = Callable[[int, int], None]
"""Serves a visit that wants so many units."""


class Elsewhere:
    """Picks the way out of everybody who leaves, and lets those come back who will."""

    def __init__(
        self,
        *,
        traits: tuple[Trait, ...],
        visits: Visits,
        people: People,
        takes_addresses: bool,
        stock_of: Callable[[int], Stock],
        clock: Clock,
        writer: LedgerWriter,
    ) -> None:
        self._traits = traits
        self._exit = visits.exit.data
        self._count = len(visits)
        self._people = people
        self._takes_addresses = takes_addresses
        self._stock_of = stock_of
        """The stock that a customer stream buys from."""
        self._clock = clock
        self._writer = writer
        self._lists: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        """By stock: visits that want to be told when it is back, with the units they wanted."""
        self.receive: Receive = _nobody_comes_back

    def leave(self, visit: int, trait: Trait, *, units: int, now: int, signs_up: bool | None = None) -> Exit:
        """The way out of a visitor who does not wait; `signs_up` if that was decided before."""
        if signs_up is None and trait.notify is not None:
            chance = self.chance_to_sign_up(visit, trait)
            signs_up = chance > 0 and self._people.throw(visit, "notify") < chance
        if not signs_up:
            return self.go(visit, trait, units=units, now=now)
        self._lists[self._stock_of(self._people.stream(visit)).index].append((visit, units))
        return Exit.NOTIFY

    def chance_to_sign_up(self, visit: int, trait: Trait) -> float:
        """Share that leaves an address, of those like this visitor who neither wait nor take a substitute."""
        notify = trait.notify
        if notify is None or not self._takes_addresses or self._people.was_notified(visit):
            return 0.0
        return notify.sign_up

    def go(self, visit: int, trait: Trait, *, units: int, now: int) -> Exit:
        """The way out of one who leaves and signs no list."""
        chance = self._exit[visit] if visit < self._count else self._people.throw(visit, "exit")
        if chance < trait.competitor:
            return Exit.COMPETITOR
        if chance >= trait.elsewhere:
            return Exit.ABANDON
        if trait.returns is None or self._defers(visit, trait.returns, units, now):
            return Exit.DEFER
        return Exit.ABANDON

    def restocked(self, stock: Stock) -> None:
        """Units came: those on the list are told, if any are left after the line was served."""
        if self._lists[stock.index]:
            self._clock.at(self._clock.now, Turn.NOTICE, lambda _event: self._tell(stock))

    def _defers(self, visit: int, returns: Returns, units: int, now: int) -> bool:
        before = self._people.returns_of(self._people.wish(visit))
        if before >= returns.most:
            return False
        delay = _length(returns.delay, self._people.dice(visit)["defer_delay"](self._people.identity(visit), before))
        self._comes_back(visit, units, Return.DEFERRED, now + delay)
        return True

    def _tell(self, stock: Stock) -> None:
        if stock.free <= 0:
            return
        for visit, units in self._lists.pop(stock.index, []):
            self._writer.more.noticed(visit, Notice.RESTOCK, time=self._clock.now)
            notify = self._traits[self._people.stream(visit)].notify
            if notify is not None and self._people.throw(visit, "buys") < notify.buys:
                delay = _length(notify.delay, self._people.throw(visit, "mail_delay"))
                self._comes_back(visit, units, Return.NOTIFIED, self._clock.now + delay)

    def _comes_back(self, visit: int, units: int, cause: Return, time: int) -> None:
        def again(_event: Event) -> None:
            wish = self._people.wish(visit)
            delivery = self._traits[self._people.stream(visit)].delivery
            later = self._writer.again(
                time=time, intent=wish, before=visit, cause=cause, units=units, delivery=delivery
            )
            self._people.again(wish, cause, time=time, units=units)
            self.receive(later, units)

        self._clock.at(time, Turn.VISIT, again)


def _length(law: DurationLaw, chance: float) -> int:
    """A length of time by its law, at least a second, so that nobody comes back before having left."""
    return max(round(float(law.ppf(np.array([chance]))[0])), 1)


def _nobody_comes_back(_visit: int, _units: int) -> None:
    raise AssertionError("nobody was told how to receive those who come back")
