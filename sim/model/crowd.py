"""Customers: how a visitor answers a promise, how long one waits, and what one makes of it in the end."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from sim.ledger.writer import LedgerWriter
from sim.model.elsewhere import Elsewhere
from sim.model.feelings import Feelings
from sim.model.people import People
from sim.model.prices import Prices
from sim.model.traits import Trait
from sim.model.waiting import Leave, Waiting, leaving
from sim.rules.promise import Window
from sim.scenario.policies import Levers
from sim.tape.tape import Visits
from sim.words import FOREVER, Exit, Fate


class Crowd:
    """The customers of one run: the tape's visits read, through memory views, with the traits of their streams."""

    def __init__(
        self,
        *,
        traits: tuple[Trait, ...],
        visits: Visits,
        levers: Levers,
        people: People,
        prices: Prices,
        feelings: Feelings | None,
        elsewhere: Elsewhere,
        writer: LedgerWriter,
    ) -> None:
        self._traits = traits
        self._people = people
        self._prices = prices
        self._feelings = feelings
        self._elsewhere = elsewhere
        self.writer = writer
        self._patience, self._whim = visits.patience.data, visits.whim.data
        self._accept = visits.accept.data
        self._stream, self._count = visits.stream.data, len(visits)
        self._ahead = levers.payment.ahead > 0
        self._ships = levers.promise.counts == "shipping"
        self._is_vague = levers.promise.basis == "vague"
        self._locks_prices = levers.price_lock or not prices.change
        self._is_watched = any(trait.distrust for trait in traits)
        self._is_straight = not (self._ships or people.remembers or self._is_watched)
        """Whether a promise is read as it is written, by people who think of nothing else."""
        self.on_delivery: Callable[[int, int], None] = _nobody_asks
        """Told of every order that somebody may send back, with the instant of its delivery."""
        self._kept = self._broken = 0
        """Promises of the shop that customers have seen kept and broken so far."""

    def trait(self, visit: int) -> Trait:
        """What the visitor's stream shares."""
        return self._traits[self._stream[visit if visit < self._count else self._people.wish(visit)]]

    def wants_to_buy(self, visit: int, now: int) -> bool:
        """Whether the price is not too high."""
        trait = self.trait(visit)
        factor = self._prices.factor(trait.product, now)
        return factor <= 1 or self._people.throw(visit, "price") < math.pow(factor, -trait.price_elasticity)

    def price(self, visit: int, now: int) -> float:
        """Price of a unit to the visitor."""
        trait = self.trait(visit)
        return trait.price * self._prices.factor(trait.product, now) if self._prices.change else trait.price

    def perceived(self, trait: Trait, window: Window) -> float:
        """The wait until delivery that a visitor reads into a promise, seconds."""
        lo, hi = window
        broken = self._broken / (self._kept + self._broken) if trait.distrust and self._broken else 0.0
        wait = lo + trait.eta_aversion * (hi * (1 + trait.distrust * broken) - lo)
        return wait + trait.last_mile if self._ships else wait

    def patience(self, visit: int, trait: Trait, now: int) -> int:
        """Longest wait that a visitor accepts on a page that says the product is scarce."""
        patience = self._patience[visit if visit < self._count else self._people.wish(visit)]
        if self._is_straight and not trait.scarcity:
            return patience
        goodwill = self._people.goodwill(visit, now)
        stretch = (math.exp(0.5 * goodwill) if goodwill else 1.0) * (1 + trait.scarcity)
        return patience if patience >= FOREVER or stretch == 1.0 else int(patience * stretch)

    def accepts(self, visit: int, trait: Trait, window: Window, patience: int) -> bool:
        """Whether a visitor of such a patience joins the backlog on seeing a promise."""
        if trait.acceptance is not None:
            waits = bool(self._accept[self._people.wish(visit)] < trait.acceptance)
        elif self._is_straight:
            lo, hi = window
            waits = lo + trait.eta_aversion * (hi - lo) <= patience
        else:
            waits = self.perceived(trait, window) <= patience
        if not waits or trait.pays_ahead >= 1 or not self._ahead:
            return waits
        return self._people.throw(visit, "pays") < trait.pays_ahead

    def ordered(self, visit: int, trait: Trait, shortage: int) -> int:
        """Units ordered by a visitor who waits and fears the shortage: more than wanted, now and then."""
        return shortage + int(shortage * trait.hoarding + self._people.throw(visit, "hoard"))

    def waiting(
        self, visit: int, trait: Trait, hi: int, patience: int, *, joined: int, wanted: int, divisible: bool
    ) -> Waiting:
        """The customer as one who waits, promised within `hi` seconds."""
        patience = max(patience, hi)
        leave = self._leave(visit, trait, joined, hi, patience)
        waiting = Waiting(
            visit=visit,
            joined=joined,
            wanted=wanted,
            promise=joined + hi,
            patience=patience,
            margin=trait.margin,
            divisible=divisible,
            leave=leave,
        )
        if trait.priority:
            waiting.priority = trait.priority
        if not self._locks_prices:
            waiting.price = self.price(visit, joined)
        return waiting

    def retold(self, waiting: Waiting, promise: int, patience: int) -> Leave:
        """When a customer leaves who has a new promise and a new patience."""
        trait = self.trait(waiting.visit)
        return self._leave(waiting.visit, trait, waiting.joined, promise - waiting.joined, patience)

    def _leave(self, visit: int, trait: Trait, joined: int, hi: int, patience: int) -> Leave:
        if trait.hazard is not None and not self._is_vague:
            patience, after_broken = hi + self._stamina(visit), 1.0
        else:
            after_broken = 1.0 if self._is_vague else trait.after_broken
        whim = self._whim[visit if visit < self._count else self._people.wish(visit)]
        return leaving(joined, hi, patience, whim, after_broken)

    def _stamina(self, visit: int) -> int:
        """Time from a broken promise to leaving, under a hazard that grows exponentially."""
        hazard = self.trait(visit).hazard
        assert hazard is not None
        exposure = -math.log1p(-self._people.throw(visit, "hazard")) / hazard.rate
        time = math.log1p(hazard.growth * exposure) / hazard.growth if hazard.growth else exposure
        return min(int(time), FOREVER // 2)

    def refuses(self, waiting: Waiting, now: int) -> bool:
        """Whether a customer whose price was not locked no longer wants the goods at today's."""
        price, trait = self.price(waiting.visit, now), self.trait(waiting.visit)
        if price <= waiting.price or not waiting.price:
            return False
        stays = math.pow(price / waiting.price, -trait.price_elasticity)
        return self._people.throw(waiting.visit, "reprice") < 1 - stays

    def served(self, visit: int, delivered: int, *, late: int = 0) -> None:
        """Everything was on the shelf and will be delivered at an instant, so many seconds later than named."""
        self.on_delivery(visit, delivered)
        if self._feelings is not None and late:
            self._feelings.served_late(visit, delivered, late)
        elif self._feelings is not None:
            self._feelings.served(visit, delivered)

    def chance_to_accept(self, visit: int, trait: Trait, window: Window, now: int) -> float:
        """Share of customers like this visitor who would join the backlog, were it the only offer."""
        pays = trait.pays_ahead if self._ahead else 1.0
        if trait.acceptance is not None:
            return pays * trait.acceptance
        stretch = math.exp(0.5 * self._people.goodwill(visit, now)) * (1 + trait.scarcity)
        return pays * (1 - float(trait.patience.cdf(np.array([self.perceived(trait, window) / stretch]))[0]))

    def chance_to_sign_up(self, visit: int, trait: Trait) -> float:
        """Share of customers like this visitor who would sign the list, were it the only offer."""
        return self._elsewhere.chance_to_sign_up(visit, trait)

    def throw(self, visit: int, purpose: str) -> float:
        """The visit's own uniform for a purpose."""
        return self._people.throw(visit, purpose)

    def lose(
        self,
        visit: int,
        trait: Trait,
        fate: Fate,
        *,
        units: int,
        now: int,
        hidden: bool = False,
        signs_up: bool | None = None,
    ) -> None:
        """A visitor leaves on arrival, `units` short; `signs_up` if that was decided before."""
        way_out = self._elsewhere.leave(visit, trait, units=units, now=now, signs_up=signs_up)
        self.writer.settled(visit, fate, ended=0, exit=way_out)
        if self._feelings is None:
            return
        if fate is Fate.SELLER_CANCELLED:
            self._feelings.refused(visit, now, hidden=hidden)
        else:
            self._feelings.turned_away(visit, now, hidden=hidden)

    def swap(self, visit: int, fate: Fate, *, now: int, hidden: bool = False) -> None:
        """A visitor takes another product instead."""
        self.writer.settled(visit, fate, ended=0, exit=Exit.SUBSTITUTE)
        if self._feelings is not None:
            self._feelings.swapped(visit, now, hidden=hidden)

    def settle(self, waiting: Waiting, fate: Fate, instant: int) -> None:
        """A waiting customer meets a fate; the goods of a fulfilled one still have to be picked and brought."""
        if fate is Fate.FULFILLED:
            self.deliver(waiting, instant + self.trait(waiting.visit).delivery)
        elif fate is Fate.PENDING:
            self.writer.settled(waiting.visit, fate, ended=instant - waiting.joined)
        else:
            self._give_up(waiting, fate, instant)

    def deliver(self, waiting: Waiting, delivered: int) -> None:
        """Everything that a customer waited for is delivered at an instant."""
        trait = self.trait(waiting.visit)
        self.writer.settled(waiting.visit, Fate.FULFILLED, ended=delivered - waiting.joined)
        self.on_delivery(waiting.visit, delivered)
        if self._feelings is None and not self._is_watched:
            return
        kept = delivered - trait.last_mile if self._ships else delivered
        if self._is_vague:
            kept = waiting.first_promise
        if kept > waiting.first_promise:
            self._broken += 1
        else:
            self._kept += 1
        if self._feelings is not None:
            self._feelings.waited(waiting, delivered=delivered, kept=kept)

    def _give_up(self, waiting: Waiting, fate: Fate, instant: int) -> None:
        trait, units = self.trait(waiting.visit), max(waiting.wanted - waiting.spare, 1)
        way_out = self._elsewhere.go(waiting.visit, trait, units=units, now=instant)
        self.writer.settled(waiting.visit, fate, ended=instant - waiting.joined, exit=way_out)
        if instant >= waiting.first_promise and not self._is_vague:
            self._broken += 1
        if self._feelings is not None:
            self._feelings.gave_up(waiting, fate, instant, can_break=not self._is_vague)


def _nobody_asks(_visit: int, _delivered: int) -> None:
    """Nobody wants to know of deliveries."""


def writer_of(traits: tuple[Trait, ...], visits: Visits) -> LedgerWriter:
    """A door into an empty ledger, with every visit as served at once from the shelf."""
    deliveries = np.array([trait.delivery for trait in traits], dtype=np.int32)
    return LedgerWriter(visits.units, deliveries[visits.stream])
