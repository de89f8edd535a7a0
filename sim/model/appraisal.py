"""What the shop reckons with when it weighs a backorder, and the same as it really is for the clairvoyant."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from sim.model.clock import Clock
from sim.model.crowd import Crowd
from sim.model.people import People
from sim.model.stock import Stock
from sim.model.substitutes import Substitutes
from sim.model.traits import Trait
from sim.model.waiting import Order
from sim.rules.estimates import Changes, Estimates, lifetime_value
from sim.scenario.calm import daily_demand, visits_per_day
from sim.scenario.classes import deltas_of
from sim.scenario.laws import DurationLaw
from sim.scenario.memory import Support
from sim.scenario.world import World
from sim.tape.tape import Visits
from sim.words import DAY, FOREVER


@dataclass(frozen=True, slots=True)
class _Law:
    """Patience by a law."""

    law: DurationLaw

    def survival(self, wait: float) -> float:
        return 1.0 - float(self.law.cdf(np.array([wait]))[0])


@dataclass(frozen=True, slots=True)
class _Known:
    """The patience of one customer."""

    patience: int

    def survival(self, wait: float) -> float:
        return 1.0 if wait <= self.patience else 0.0


class Appraisal:
    """Makes the estimates for one visitor, from the scenario's costs and the classes of customers."""

    def __init__(
        self,
        *,
        world: World,
        traits: tuple[Trait, ...],
        crowd: Crowd,
        people: People,
        visits: Visits,
        substitutes: Substitutes | None,
        tells: bool,
        clock: Clock,
    ) -> None:
        self._world = world
        self._tells = tells
        self._traits = traits
        self._crowd = crowd
        self._people = people
        self._visits = visits
        self._substitutes = substitutes
        self._clock = clock
        self._basics = tuple(self._basic(number) for number in range(len(traits)))
        self._daily = {place: daily_demand(world, *place) for place in world.stocks}
        self._places = world.stocks

    def estimate(self, visit: int, stock: Stock, shortage: int, order: Order | None, catalogue: int) -> Estimates:
        """What the shop believes of a visitor who would be served from `order`."""
        stream, now = self._people.stream(visit), self._clock.now
        taken, margin = self._swap(visit, shortage, known=False)
        others, free = self._rivals(stock, order, catalogue)
        basic = self._basics[stream]
        known = self._people.member(visit) >= 0
        return replace(
            basic,
            price=self._crowd.price(visit, now),
            lifetime=basic.lifetime if known else 0.0,
            substitute=taken,
            substitute_margin=margin,
            comes_back=self._comes_back(stream, order, catalogue),
            others=others,
            free=free,
        )

    def truth(self, visit: int, stock: Stock, shortage: int, order: Order | None, catalogue: int) -> Estimates:
        """The same for one who knows this customer's mind and the future."""
        guess = self.estimate(visit, stock, shortage, order, catalogue)
        trait, wish = self._crowd.trait(visit), self._people.wish(visit)
        taken, margin = self._swap(visit, shortage, known=True)
        chance = float(self._visits.exit[wish])
        defers = trait.competitor <= chance < trait.elsewhere
        notify = trait.notify
        return replace(
            guess,
            patience=_Known(self._crowd.patience(visit, trait, self._clock.now)),
            others_patience=guess.patience,
            change_of_mind=0.0,
            substitute=taken,
            substitute_margin=margin,
            sign_up=float(notify is not None and self._people.throw(visit, "notify") < notify.sign_up),
            buys=float(notify is not None and self._people.throw(visit, "buys") < notify.buys),
            defers=float(defers),
        )

    def loyalty(self, visit: int) -> float:
        """Worth of the future of whoever comes, by regard so far."""
        if self._people.member(visit) < 0:
            return 0.0
        return self._basics[self._people.stream(visit)].lifetime * math.exp(
            self._people.goodwill(visit, self._clock.now)
        )

    def estimated_patience(self, visit: int, hi: int) -> int:
        """Median wait that customers stand who accepted a promise of `hi` seconds, as the shop estimates it."""
        law = self._traits[self._people.stream(visit)].patience
        willing = 1.0 - float(law.cdf(np.array([float(hi)]))[0])
        return min(int(law.ppf(np.array([1.0 - willing / 2]))[0]), FOREVER) if willing > 0 else hi

    def _swap(self, visit: int, shortage: int, *, known: bool) -> tuple[float, float]:
        """Chance that a substitute is taken, and what a unit of it earns."""
        left, taken, earned = 1.0, 0.0, 0.0
        for option, chance in self._substitutes.offered(visit, shortage) if self._substitutes else ():
            if known and self._substitutes is not None:
                chance = float(self._substitutes.takes(visit, option, chance))  # noqa: PLW2901 - the die is cast
            product = self._world.products[option.product]
            earned += left * chance * (product.price * (1 - self._world.costs.payment) - product.unit_cost)
            taken += left * chance
            left *= 1 - chance
        return taken, earned / taken if taken else 0.0

    def _rivals(self, stock: Stock, order: Order | None, catalogue: int) -> tuple[float, float]:
        """Units that others will want until more can come than `order`, and its units that nobody was promised."""
        if order is None:
            return 0.0, 0.0
        more = stock.inbound.next_after(order.confirmed)
        until = order.confirmed + catalogue if more is None else more
        daily = self._daily[self._places[stock.index]]
        free = stock.inbound.units_to(order) + stock.on_hand - stock.backlog
        return daily * max(until - self._clock.now, 0) / DAY, float(max(free, 0))

    def _comes_back(self, stream: int, order: Order | None, catalogue: int) -> float:
        """Chance that somebody who means to come back does so when the goods are there."""
        returns = self._traits[stream].returns
        if returns is None:
            return 0.0
        due = catalogue if order is None else max(order.confirmed - self._clock.now, 0)
        return 1.0 - float(returns.delay.cdf(np.array([due / returns.most]))[0])

    def _basic(self, number: int) -> Estimates:
        """What does not depend on the moment."""
        world, trait = self._world, self._traits[number]
        customers = tuple(world.customers.values())[number]
        costs, notify, support = world.costs, trait.notify, world.support
        return Estimates(
            price=trait.price,
            unit_cost=trait.unit_cost,
            fulfilment=costs.fulfilment,
            fee=costs.payment,
            fee_fixed=costs.payment_fixed,
            backorder=costs.backorder,
            backlog=costs.backlog,
            cancellation=costs.cancellation,
            contact=costs.contact,
            contacts=costs.contacts_waiting if support is None else self._contacts(support),
            contacts_late=1.0 if support is None else support.late,
            patience=_Law(trait.patience),
            after_broken=trait.after_broken,
            eta_aversion=trait.eta_aversion,
            change_of_mind=customers.change_of_mind,
            changes=self._changes(),
            lifetime=self._lifetime(trait),
            sign_up=notify.sign_up if notify else 0.0,
            buys=notify.buys if notify else 0.0,
            defers=trait.elsewhere - trait.competitor,
        )

    def _contacts(self, support: Support) -> float:
        return support.told if self._tells else support.untold

    def _changes(self) -> Changes:
        memory = self._world.memory
        if memory is None:
            return Changes()
        deltas = deltas_of(memory, self._world.calibration)
        names = Changes.__dataclass_fields__
        return Changes(**{name: memory.gain * getattr(deltas, name) for name in names})

    def _lifetime(self, trait: Trait) -> float:
        """Worth of a member's future; 0 where nobody remembers."""
        panel, memory = self._world.panel, self._world.memory
        if panel is None or memory is None:
            return 0.0
        daily = sum(visits_per_day(c) * c.members for c in self._world.stated.values())
        return lifetime_value(
            visit_rate=daily / DAY / panel.members,
            margin=trait.margin,
            capture=memory.capture,
            horizon=memory.horizon,
            discount=memory.discount,
        )
