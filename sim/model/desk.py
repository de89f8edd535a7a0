"""The order desk: watches over promises, and tells those who wait what they may or must be told."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import islice
from operator import attrgetter
from typing import Final

from simpy import Event

from sim.ledger.writer import LedgerWriter
from sim.model.clock import Clock
from sim.model.crowd import Crowd
from sim.model.due import Due
from sim.model.people import People
from sim.model.stock import Stock
from sim.model.waiting import Order, Waiting
from sim.rules import updates
from sim.rules.promise import Window
from sim.rules.updates import Hearer, OpenOrder, Word
from sim.scenario.policies import Levers
from sim.words import Answer, Fate, Notice, Turn, Wait

Outlook = Callable[[Stock, Order | None], tuple[Window, Window]]
"""The window the shop would promise today and the best case, for units of an order on its way (or of none)."""

_WANTED: Final = attrgetter("wanted")


class Desk:
    """Looks through the promises of a stock after every supply event, and at every promise when its time has come."""

    def __init__(
        self, *, levers: Levers, crowd: Crowd, people: People, outlook: Outlook, clock: Clock, writer: LedgerWriter
    ) -> None:
        self._levers = levers
        self._crowd = crowd
        self._people = people
        self._outlook = outlook
        self._clock = clock
        self._writer = writer
        self._looks = updates.looks_on_news(levers)
        self._comes_back = updates.looks_at_promise(levers) or self._looks
        self._promises = self._due(Turn.NOTICE, self._at_promise)
        self._contracts = self._due(Turn.NOTICE, self._end_contract)
        self._cancellations = self._due(Turn.EXPIRY, self._cancel)
        self._looking: set[tuple[int, int]] = set()
        """Stocks that will be looked through at an instant."""

    @property
    def has_work(self) -> bool:
        """Whether the shop ever looks at a promise again that it gave."""
        levers = self._levers
        cancels = levers.cancel_after is not None or levers.consent.rule == "eu"
        return self._looks or updates.looks_at_promise(levers) or cancels

    def joined(self, waiting: Waiting, stock: Stock) -> None:
        """A new promise to keep in mind."""
        self._remind(waiting, stock)

    def supply(self, stock: Stock) -> None:
        """Something happened to the supply of a stock, or will have when a confirmed date has passed."""
        if not self._looks:
            return
        self._look_at(stock, self._clock.now)
        due = stock.inbound.next_after(self._clock.now)
        if due is not None:
            self._look_at(stock, due)

    def _look_at(self, stock: Stock, time: int) -> None:
        """Once in a second, when all that comes before has happened."""
        if (stock.index, time) in self._looking or time >= self._clock.close:
            return
        self._looking.add((stock.index, time))

        def look(_event: Event) -> None:
            self._looking.discard((stock.index, time))
            self._go_through(stock)

        self._clock.at(time, Turn.NOTICE, look)

    def _go_through(self, stock: Stock) -> None:
        """Peg everybody who waits, in order of joining, and speak to those whose promise is at risk."""
        now, ahead = self._clock.now, -stock.on_hand
        pegged: list[tuple[Waiting, Order | None]] = []
        order, reach = stock.inbound.reach(ahead)
        for claim in stock.line.values():
            ahead += claim.wanted
            if ahead > reach:
                order, reach = stock.inbound.reach(ahead)
            if isinstance(claim, Waiting):
                pegged.append((claim, order))
        known: dict[int, tuple[Window, Window]] = {}
        for waiting, order in pegged:
            row = -1 if order is None else order.row
            if row not in known:
                known[row] = self._outlook(stock, order)
            if waiting.wanted and now + known[row][0].hi > waiting.promise:
                self._weigh(waiting, stock, self._open(waiting, known[row], is_definite=order is not None))
        due = stock.inbound.next_after(self._clock.now)
        if due is not None:
            self._look_at(stock, due)

    def _open(self, waiting: Waiting, windows: tuple[Window, Window], *, is_definite: bool) -> OpenOrder:
        likely, best = windows
        return OpenOrder(
            now=self._clock.now,
            ordered=waiting.joined,
            first_promise=updates.first_promise_by_law(self._levers, waiting.joined, waiting.first_promise),
            promise=waiting.promise,
            likely=likely,
            best=best,
            delays=waiting.delays,
            is_definite=is_definite,
        )

    def _weigh(self, waiting: Waiting, stock: Stock, order: OpenOrder) -> None:
        if not updates.is_at_risk(order):
            return
        if not waiting.is_noticed:
            waiting.is_noticed = True
            lo, hi = order.likely
            self._writer.more.noticed(waiting.visit, Notice.AT_RISK, time=order.now, lo=lo, hi=hi)
        word = updates.word_on_news(self._levers, order)
        if word is not None:
            self._tell(waiting, stock, word)

    def _tell(self, waiting: Waiting, stock: Stock, word: Word) -> None:
        """Tell of a delay: who goes on waiting does so with a new promise."""
        kind, window = word
        now = self._clock.now
        if kind is Notice.CONSENT and not self._responds(waiting):
            self._note(waiting, kind, window, Answer.NONE)
            stock.leave(waiting, Fate.NO_CONSENT, Wait.NO_CONSENT)
            return
        hearer = self._hearer(waiting)
        answer = Answer.STAYS if updates.stays(hearer, window) else Answer.LEAVES
        self._note(waiting, kind, window, answer)
        waiting.told_in_time = waiting.told_in_time or now < waiting.first_promise
        waiting.delays += 1
        if answer is Answer.LEAVES:
            stock.leave(waiting, Fate.RENEGED, Wait.DECLINED)
            return
        waiting.patience, waiting.is_stretched = updates.patience_on_news(hearer), True
        waiting.promise, waiting.is_noticed = now + window.hi, False
        waiting.leave = self._crowd.retold(waiting, waiting.promise, waiting.patience)
        stock.stays(waiting)
        self._remind(waiting, stock)

    def _hearer(self, waiting: Waiting) -> Hearer:
        trait = self._crowd.trait(waiting.visit)
        return Hearer(
            now=self._clock.now,
            ordered=waiting.joined,
            promise=waiting.promise,
            patience=waiting.patience,
            is_stretched=waiting.is_stretched,
            stretch=trait.patience_told,
            stretch_late=trait.patience_told_late,
        )

    def _responds(self, waiting: Waiting) -> bool:
        chance = self._people.dice(waiting.visit)["respond"](self._people.identity(waiting.visit), waiting.delays)
        return chance < self._levers.consent.responds

    def _note(self, waiting: Waiting, kind: Notice, window: Window, answer: Answer) -> None:
        self._writer.more.noticed(
            waiting.visit, kind, time=self._clock.now, lo=window.lo, hi=window.hi, answer=answer
        )

    def _remind(self, waiting: Waiting, stock: Stock) -> None:
        """Come back to a promise at its instant, when the customer may end the contract, and when the shop gives up."""
        if self._comes_back:
            self._promises.add(waiting.promise, waiting, stock)
        end = updates.may_end_contract(self._levers, waiting.promise)
        if end is not None:
            self._contracts.add(end, waiting, stock)
        if self._levers.cancel_after is not None:
            self._cancellations.add(waiting.promise + self._levers.cancel_after, waiting, stock)

    def _due(self, turn: Turn, act: Callable[[Waiting, Stock], None]) -> Due:
        """What is due as long as the same promise is in force."""
        return Due(clock=self._clock, turn=turn, act=act, key=lambda waiting: waiting.promise)

    def _at_promise(self, waiting: Waiting, stock: Stock) -> None:
        order = self._order_of(waiting, stock)
        if self._looks:
            self._weigh(waiting, stock, order)
        still_due = waiting.wanted and waiting.promise == order.promise
        if still_due and (word := updates.word_at_promise(self._levers, order)) is not None:
            self._tell(waiting, stock, word)

    def _order_of(self, waiting: Waiting, stock: Stock) -> OpenOrder:
        # tickets only grow, so that the line is sorted by them
        place = bisect_right(list(stock.line), waiting.ticket)
        ahead = sum(map(_WANTED, islice(stock.line.values(), place)))
        order = stock.inbound.covering(ahead - stock.on_hand)
        return self._open(waiting, self._outlook(stock, order), is_definite=order is not None)

    def _end_contract(self, waiting: Waiting, stock: Stock) -> None:
        if self._responds(waiting):
            stock.leave(waiting, Fate.NO_CONSENT, Wait.NO_CONSENT)

    def _cancel(self, waiting: Waiting, stock: Stock) -> None:
        stock.leave(waiting, Fate.SELLER_CANCELLED, Wait.SELLER_CANCELLED)
