"""The shop: what happens when a visitor wants more than the shelf can give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.model.appraisal import Appraisal
from sim.model.belief import SlipBelief
from sim.model.clock import Clock
from sim.model.crowd import Crowd
from sim.model.direct import Direct
from sim.model.records import TwoBooks
from sim.model.stock import Stock
from sim.model.substitutes import Substitutes
from sim.model.traits import Trait
from sim.model.waiting import Order, Waiting
from sim.rules.availability import knows_the_future, looks_at_inbound, looks_at_value, offering
from sim.rules.promise import Receipt, Shelf, Window, best_case, requote
from sim.rules.substitution import chosen, logit
from sim.scenario.policies import Levers
from sim.words import Fate, Notice


@dataclass(slots=True)
class Counter:
    """What the page of one stock is computed from, besides the stock itself."""

    stock: Stock
    catalogue: int
    """Mean lead time of its lane, seconds."""
    handling: int
    """Receiving and picking, seconds."""
    last_mile: int
    slip: SlipBelief
    customer_class: str
    daily_demand: float
    open: bool = True
    """Whether the last visitor who met a short shelf was offered a backorder."""


class Shop:
    """Shows short visitors a status, and takes the orders of those who accept a promise."""

    def __init__(
        self,
        *,
        levers: Levers,
        crowd: Crowd,
        counters: Iterable[Counter],
        substitutes: Substitutes | None,
        direct: Direct | None,
        appraisal: Appraisal,
        day0: int,
        clock: Clock,
    ) -> None:
        self._levers = levers
        self._crowd = crowd
        self._writer = crowd.writer
        self._counters = tuple(counters)
        self._substitutes_first = substitutes if levers.substitute == "first" else None
        self._substitutes_after = substitutes if levers.substitute == "after" else None
        self._direct = direct
        self._appraisal = appraisal
        self._day0 = day0
        self._clock = clock
        self._offer = offering(levers)
        self._pegs = looks_at_inbound(levers)
        self._weighs = looks_at_value(levers)
        self._is_clairvoyant = knows_the_future(levers)
        self._knows_arrivals = levers.promise.basis == "oracle" or self._is_clairvoyant
        self._counts_inbound = levers.when_short == "preorder"
        self._appraises = self._weighs or self._is_clairvoyant
        self._never_offers = levers.when_short == "out_of_stock"
        self._splits = levers.ship == "partial"
        self._ships = levers.promise.counts == "shipping"
        self._latency = levers.status_latency
        self._ranks = levers.allocate.rule in ("value", "least_patience", "lottery")

    def meet(self, visit: int, stock: Stock, units: int, kept: int = 0) -> int:
        """Serve a visitor whose wish the shelf cannot meet whole, with `kept` units of it not for this one.

        Returns:
            Units sold at once.
        """
        if self._substitutes_first is not None and self._substitutes_first.take(visit, units):
            self._writer.sold(visit, now=0)
            self._crowd.swap(visit, Fate.OUT_OF_STOCK, now=self._clock.now)
            return 0
        now = self._send_at_once(visit, stock, units, kept)
        self._answer(visit, self._crowd.trait(visit), stock, units - now)
        stock.fell()
        return now

    def force(self, visit: int, stock: TwoBooks, units: int, kept: int = 0) -> None:
        """An order was taken for what is not there: it waits if the shop offers that, and is cancelled if not."""
        trait, now = self._crowd.trait(visit), self._clock.now
        missing = units - self._send_at_once(visit, stock, units, kept)
        if stock.offers_delay(visit):
            usual = trait.delivery - (trait.last_mile if self._ships else 0)
            self._writer.more.noticed(visit, Notice.FORCED, time=now)
            self._writer.offered(visit, lo=usual, hi=usual)
            window, patience = Window(usual, usual), self._crowd.patience(visit, trait, now)
            self._join(visit, trait, stock, missing, window, patience=patience, hidden=True, hoards=False)
        else:
            self._crowd.lose(visit, trait, Fate.SELLER_CANCELLED, units=missing, now=now, hidden=True)
        stock.fell()

    def _send_at_once(self, visit: int, stock: Stock, units: int, kept: int) -> int:
        """Units that leave the shelf at once for a visitor whose order may be split."""
        if not self._splits:
            self._writer.sold(visit, now=0)
            return 0
        free = stock.free
        now = min(units, max(free - kept, 0))
        if now and not stock.picks(now, visit):
            now = min(now, max(stock.free - kept, 0)) if stock.free < free else 0
        if now:
            stock.take(now)
            if stock.house is not None:
                stock.house.send(visit, stock, now)
        self._writer.sold(visit, now=now)
        return now

    def _choose(self, visit: int, trait: Trait, stock: Stock, shortage: int, window: Window | None) -> None:
        """A visitor weighs the backorder, each substitute and the list at once."""
        now, fate = self._clock.now, Fate.OUT_OF_STOCK if window is None else Fate.BALKED
        shop = self._substitutes_after or self._substitutes_first
        options = [] if shop is None else list(shop.offered(visit, shortage))
        accepts = 0.0 if window is None else self._crowd.chance_to_accept(visit, trait, window, now)
        chances = [accepts, *(chance for _, chance in options), self._crowd.chance_to_sign_up(visit, trait)]
        pick = chosen(logit(chances), self._crowd.throw(visit, "logit"))
        if pick == 0 and window is not None:
            patience = self._crowd.patience(visit, trait, now)
            self._join(visit, trait, stock, shortage, window, patience=patience, hidden=False)
        elif shop is not None and pick is not None and 0 < pick <= len(options):
            if shop.finds(visit, options[pick - 1][0], shortage):
                shop.hand_over(visit, options[pick - 1][0].stock, shortage)
                self._crowd.swap(visit, fate, now=now)
            else:
                self._crowd.lose(visit, trait, fate, units=shortage, now=now, signs_up=False)
        else:
            self._crowd.lose(visit, trait, fate, units=shortage, now=now, signs_up=pick is not None)

    def _promise(self, stock: Stock, visit: int, shortage: int) -> Window | None:
        """What the page promises to a visitor who is so many units short; nothing if it says out of stock."""
        if self._never_offers:
            return None
        counter = self._counters[stock.index]
        order = None
        if self._pegs and not self._is_direct():
            order = stock.inbound.covering(stock.backlog + shortage - stock.on_hand)
        shelf = self._view(counter, shortage, order)
        if self._direct is not None and self._is_direct():
            shelf = self._direct.seen(shelf)
        if self._appraises:
            shelf = self._appraised(shelf, counter, visit, order)
        window = self._offer(shelf)
        counter.open = window is not None
        return window

    def _answer(self, visit: int, trait: Trait, stock: Stock, shortage: int) -> None:
        hidden = self._latency > 0 and self._clock.now - stock.empty_since < self._latency
        window = self._promise(stock, visit, shortage)
        if hidden:
            self._writer.more.noticed(visit, Notice.HIDDEN, time=self._clock.now)
        if window is not None:
            self._writer.offered(visit, lo=window.lo, hi=window.hi)
        if trait.weighs_all_at_once and not hidden:
            self._choose(visit, trait, stock, shortage, window)
        elif window is None:
            fate = Fate.SELLER_CANCELLED if hidden else Fate.OUT_OF_STOCK
            self._turn_away(visit, trait, fate, shortage, hidden=hidden)
        else:
            patience = self._crowd.patience(visit, trait, self._clock.now)
            if self._crowd.accepts(visit, trait, window, patience):
                self._join(visit, trait, stock, shortage, window, patience=patience, hidden=hidden)
            else:
                self._turn_away(visit, trait, Fate.BALKED, shortage, hidden=hidden)

    def _join(
        self,
        visit: int,
        trait: Trait,
        stock: Stock,
        shortage: int,
        window: Window,
        *,
        patience: int,
        hidden: bool,
        hoards: bool = True,
    ) -> None:
        now, ordered, direct = self._clock.now, shortage, self._direct if hoards and self._is_direct() else None
        if trait.hoarding and hoards and direct is None:
            ordered = self._crowd.ordered(visit, trait, shortage)
        waiting = self._crowd.waiting(
            visit, trait, window.hi, patience, joined=now, wanted=ordered, divisible=self._splits
        )
        if hidden:
            waiting.is_hidden = True
        if ordered > shortage:
            waiting.spare = ordered - shortage
            self._writer.more.sized(visit, units=ordered)
        if self._ranks:
            self._rank(waiting)
        if direct is None:
            stock.join(waiting)
        else:
            direct.send(waiting, stock)

    def _is_direct(self) -> bool:
        """Whether a supplier would take over a backorder now."""
        return self._direct is not None and self._direct.takes_orders

    def _rank(self, waiting: Waiting) -> None:
        """What allocation by worth, by patience and by lot go by."""
        rule = self._levers.allocate.rule
        if rule == "value":
            waiting.margin += self._appraisal.loyalty(waiting.visit)
        elif rule == "least_patience":
            estimate = self._appraisal.estimated_patience(waiting.visit, waiting.promise - waiting.joined)
            waiting.estimated_patience = waiting.patience if self._is_clairvoyant else estimate
        elif rule == "lottery":
            waiting.lot = self._crowd.throw(waiting.visit, "lottery")

    def _turn_away(self, visit: int, trait: Trait, fate: Fate, shortage: int, *, hidden: bool) -> None:
        now = self._clock.now
        if self._substitutes_after is not None and self._substitutes_after.take(visit, shortage):
            self._crowd.swap(visit, fate, now=now, hidden=hidden)
        else:
            self._crowd.lose(visit, trait, fate, units=shortage, now=now, hidden=hidden)

    def _appraised(self, shelf: Shelf, counter: Counter, visit: int, order: Order | None) -> Shelf:
        """The same with what the shop reckons that the visitor is worth."""
        about = (visit, counter.stock, shelf.shortage, order, counter.catalogue)
        if self._weighs:
            shelf = shelf._replace(estimates=self._appraisal.estimate(*about))
        return shelf._replace(truth=self._appraisal.truth(*about)) if self._is_clairvoyant else shelf

    def _view(self, counter: Counter, shortage: int, order: Order | None) -> Shelf:
        """What the shop knows of a stock, for one who is so many units short."""
        return Shelf(
            self._clock.now,
            shortage,
            counter.stock.backlog,
            None if order is None else self._receipt(order),
            counter.catalogue,
            counter.handling,
            counter.slip,
            counter.open,
            counter.last_mile,
            self._day0,
            counter.stock.inbound.units if self._counts_inbound else 0,
            counter.customer_class,
            counter.daily_demand,
        )

    def _receipt(self, order: Order) -> Receipt:
        """The receipt as its supplier confirmed it; the oracle alone is told the true date."""
        return Receipt(order.arrives if self._knows_arrivals else order.confirmed, order.docked)

    def outlook(self, stock: Stock, order: Order | None) -> tuple[Window, Window]:
        """What the shop expects today for units of an order, and the best case."""
        counter = self._counters[stock.index]
        shelf = self._view(counter, 1, order)
        return requote(self._levers.promise, shelf), best_case(self._levers.promise, shelf)
