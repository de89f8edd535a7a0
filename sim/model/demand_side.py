"""Builds everything about customers: who they are, what they feel and where they go, and the shop they meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from sim.ledger.tables import Terms
from sim.model.appraisal import Appraisal
from sim.model.books import has_two_books
from sim.model.clock import Clock
from sim.model.crowd import Crowd, writer_of
from sim.model.desk import Desk
from sim.model.direct import Direct
from sim.model.elsewhere import Elsewhere
from sim.model.feelings import Feelings
from sim.model.listeners import Listeners
from sim.model.people import People
from sim.model.prices import Prices
from sim.model.regard import Regard
from sim.model.repute import Repute
from sim.model.sent_back import send_back
from sim.model.shop import Counter, Shop
from sim.model.stock import Stock
from sim.model.substitutes import Substitutes
from sim.model.support import Support
from sim.model.traits import trait_of
from sim.model.waiting import Waiting
from sim.model.warehouse import Warehouse, houses_at_work
from sim.rules import updates
from sim.rules.promise import UNDATED
from sim.scenario.classes import deltas_of
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.closures import Closures
from sim.tape.tape import Tape


class DemandSide:
    """The customers of one run and the shop they meet; what a scenario does not ask for is not there."""

    def __init__(self, *, world: World, levers: Levers, tape: Tape, clock: Clock) -> None:
        self._world = world
        self._levers = levers
        self._tape = tape
        self._clock = clock
        self.has_two_books = has_two_books(world, levers)
        """Whether a record may say something else than the shelf."""
        self.traits = tuple(trait_of(world, customers) for customers in world.customers.values())
        self.writer = writer_of(self.traits, tape.visits)
        self.writer.terms = _terms(levers)
        self.prices = Prices(world, pass_through=levers.pass_through)
        self.regard = self._memory()
        self._repute = self._reputation()
        self.people = People(tape=tape, regard=self.regard, repute=self._repute)
        feels = self.regard is not None or self._repute is not None
        self.feelings = (
            Feelings(people=self.people, regard=self.regard, repute=self._repute) if feels else None
        )
        self._stocks: tuple[Stock, ...] = ()
        """The stock that each customer stream buys from."""
        self.elsewhere = self._elsewhere()
        self.crowd = self._crowd()
        self.support = self._support()
        self.houses = {name: self._house(name) for name in houses_at_work(world, levers, tape)}
        """Warehouses where a parcel may take longer than another, by name."""
        self.shop: Shop

    @property
    def is_plain(self) -> bool:
        """Whether every visit comes, wants to buy, meets the whole shelf, and is forgotten when served."""
        visits = self._tape.visits
        thins = self._repute is not None or (self.regard is not None and visits.member is not None)
        watches = self.feelings is not None or self.support is not None or self._levers.status_latency > 0
        rations = self.prices.change or self._levers.reserve is not None or self.houses
        return not (thins or watches or rations or self.has_two_books or visits.extra is not None)

    def open_shop(self, *, stocks: dict[tuple[str, str], Stock], counters: Iterable[Counter]) -> None:
        """Everything is there for customers to meet."""
        self._stocks = tuple(stocks[c.source, c.buys] for c in self._world.customers.values())
        substitutes = self._substitutes(stocks)
        self.shop = Shop(
            levers=self._levers,
            crowd=self.crowd,
            counters=counters,
            substitutes=substitutes,
            direct=self._direct(),
            appraisal=self._appraisal(substitutes),
            day0=self._world.calendar.warm_up,
            clock=self._clock,
        )

    def listen(self, listeners: Listeners) -> None:
        """Ask to be told what happens at the stocks, as far as it matters to anybody."""
        levers = self._levers
        listeners.restocked = self.elsewhere.restocked
        desk = Desk(
            levers=levers,
            crowd=self.crowd,
            people=self.people,
            outlook=self.shop.outlook,
            clock=self._clock,
            writer=self.writer,
        )
        if desk.has_work:
            listeners.supply = desk.supply
        if desk.has_work or self.support is not None:
            listeners.joined = self._welcome(desk)
        if not levers.price_lock and self.prices.change:
            listeners.refuses = lambda waiting: self.crowd.refuses(waiting, self._clock.now)

    def who_speaks(self) -> NDArray[np.bool_]:
        """Visits of the tape that write a review or ask support if the shelf serves them."""
        speaks = np.zeros(len(self._tape.visits), dtype=np.bool_)
        if self._repute is not None:
            speaks |= self.people.column("review") < self._repute.after_good
        if self.support is not None:
            speaks[list(self.support.lengths)] = True
        return speaks

    def close(self) -> None:
        """The parcels that have not left, and the last experiences, reviews and returned goods before the close."""
        for house in self.houses.values():
            house.close()
        if self.regard is not None:
            self.regard.close()
        if self._repute is not None:
            self._repute.close()
        send_back(self._world, self.people, self.writer, self._clock.close)

    def _welcome(self, desk: Desk) -> Callable[[Waiting, Stock], None]:
        def joined(waiting: Waiting, stock: Stock) -> None:
            desk.joined(waiting, stock)
            if self.support is not None:
                self.support.joined(waiting, stock)

        return joined

    def _memory(self) -> Regard | None:
        memory, panel = self._world.memory, self._world.panel
        if memory is None or panel is None or self._tape.visits.member is None or not memory.gain:
            return None
        return Regard(
            memory=memory,
            members=panel.members,
            deltas=deltas_of(memory, self._world.calibration),
            dice=self._tape.member_dice,
            more=self.writer.more,
            close=self._clock.close,
        )

    def _reputation(self) -> Repute | None:
        about = self._world.reputation
        return None if about is None else Repute(reputation=about, more=self.writer.more, close=self._clock.close)

    def _elsewhere(self) -> Elsewhere:
        return Elsewhere(
            traits=self.traits,
            visits=self._tape.visits,
            people=self.people,
            takes_addresses=self._levers.notify_me,
            stock_of=lambda stream: self._stocks[stream],
            clock=self._clock,
            writer=self.writer,
        )

    def _crowd(self) -> Crowd:
        return Crowd(
            traits=self.traits,
            visits=self._tape.visits,
            levers=self._levers,
            people=self.people,
            prices=self.prices,
            feelings=self.feelings,
            elsewhere=self.elsewhere,
            writer=self.writer,
        )

    def _direct(self) -> Direct | None:
        name = self._levers.drop_ship
        about = None if name is None else self._world.suppliers[name].drop_ship
        if name is None or about is None:
            return None
        return Direct(
            world=self._world,
            supplier=name,
            about=about,
            tape=self._tape,
            crowd=self.crowd,
            people=self.people,
            clock=self._clock,
        )

    def _house(self, name: str) -> Warehouse:
        world = self._world
        return Warehouse(
            about=world.warehouses[name],
            calendar=world.calendar,
            levers=self._levers,
            idle=self._tape.idle.get(name, Closures()),
            dark=self._tape.dark.get(name, Closures()),
            clock=self._clock,
            crowd=self.crowd,
            support=self.support,
        )

    def _support(self) -> Support | None:
        about = self._world.support
        if about is None:
            return None
        tells = updates.sends_word(self._levers)
        return Support(about=about, people=self.people, tells=tells, clock=self._clock, more=self.writer.more)

    def _substitutes(self, stocks: dict[tuple[str, str], Stock]) -> Substitutes | None:
        substitutes = Substitutes(
            world=self._world,
            stocks=stocks,
            people=self.people,
            prices=self.prices,
            clock=self._clock,
            writer=self.writer,
        )
        return substitutes if substitutes.any and self._levers.substitute != "never" else None

    def _appraisal(self, substitutes: Substitutes | None) -> Appraisal:
        return Appraisal(
            world=self._world,
            traits=self.traits,
            crowd=self.crowd,
            people=self.people,
            visits=self._tape.visits,
            substitutes=substitutes,
            tells=updates.sends_word(self._levers),
            clock=self._clock,
        )


def _terms(levers: Levers) -> Terms:
    mails = levers.updates.rule in ("status", "weekly_honest")
    return Terms(
        ahead=levers.payment.ahead,
        price_lock=levers.price_lock,
        shipping=levers.promise.counts == "shipping",
        vague=levers.promise.basis in UNDATED,
        mails_every=levers.updates.every if mails else 0,
        voucher=levers.updates.voucher,
        tracks=levers.track is not None,
        automated=levers.automation == "automatic",
        pass_through=levers.pass_through,
    )
