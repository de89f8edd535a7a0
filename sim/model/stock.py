"""One product in one warehouse: the only place where units move, and moving is recording."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from simpy import Event

from sim.ledger.writer import LedgerWriter
from sim.model.clock import Clock
from sim.model.due import Due
from sim.model.holds import Holds
from sim.model.listeners import Listeners, Settle
from sim.model.receipts import Receipts
from sim.model.waiting import Order, Waiting
from sim.rules.allocation import held_for_new, share_out
from sim.scenario.policies import Allocation, NewFirst
from sim.words import Fate, Move, Turn, Wait

if TYPE_CHECKING:
    from sim.model.warehouse import Warehouse


class Stock:
    """Units on hand, the line of those who wait for them, and the supply orders on their way.

    `position` is on hand + on order - backlog at every moment; `review` is called when it fell to `reorder`.
    """

    def __init__(
        self,
        *,
        index: int,
        on_hand: int,
        inbound: Receipts,
        allocate: Allocation,
        leavings: Due,
        clock: Clock,
        writer: LedgerWriter,
        settle: Settle,
        listeners: Listeners,
        house: Warehouse | None = None,
    ) -> None:
        self.index = index
        """Position in `world.stocks`."""
        self.on_hand = on_hand
        self.position = on_hand
        self.backlog = 0
        """Units that customers and downstream orders wait for."""
        self.inbound = inbound
        self.line: dict[int, Waiting | Order] = {}
        """Who waits, by ticket, in order of joining."""
        self.reorder = -(2**62)
        """Position at or below which a fall calls for a review."""
        self.review: Callable[[Stock], None] = _nobody_reviews
        self.reviews_grants = False  # a fall too, for a planner who goes by what is on hand, whoever waits for it
        self._allocate = allocate
        self._waits_in_turn = allocate.overtaking == "never"
        self._leavings = leavings
        self._clock = clock
        self._writer = writer
        self._settle = settle
        self._listeners = listeners
        self.house = house
        """The warehouse, where a parcel may take longer than another."""
        self.empty_since = -(2**62)
        """When the shelf was last emptied."""
        self._tickets = 0
        self._holds = Holds()
        self._sharing = False
        self._at_dock = (0, 0)
        """The last second in which units came for those who wait without being put away, and how many are left."""

    @property
    def free(self) -> int:
        """Units that a new visitor may buy."""
        return 0 if self._waits_in_turn and self.line else self.on_hand

    def sell(self, units: int) -> bool:
        """Sell all that a new visitor wants off the shelf, or else nothing; whether it did."""
        if units > self.on_hand or (self._waits_in_turn and self.line and units):
            return False
        self.on_hand -= units
        self.position -= units
        return True

    def take(self, units: int) -> None:
        """Take units off the shelf."""
        self.on_hand -= units
        self.position -= units
        if units and not self.on_hand:
            self.empty_since = self._clock.now

    def picks(self, units: int, about: int = -1) -> bool:  # noqa: ARG002  # asked where records may be wrong
        """Whether so many units of the record, for a visit, are really there."""
        return True

    def fell(self) -> None:
        """The position fell: order, if the rule says so."""
        if self.position <= self.reorder:
            self.review(self)

    def join(self, waiting: Waiting) -> None:
        """A customer accepts a backorder, and leaves again when patience or mind says so."""
        self._enter(waiting)
        self._leavings.add(waiting.leave.time, waiting, self)
        self._listeners.joined(waiting, self)

    def stays(self, waiting: Waiting) -> None:
        """A customer will leave at another time than before."""
        self._leavings.add(waiting.leave.time, waiting, self)

    def lose_patience(self, waiting: Waiting) -> None:
        """A customer's time has come."""
        if waiting.leave.by_whim:
            self.leave(waiting, Fate.CHANGED_MIND, Wait.CHANGED_MIND)
        else:
            self.leave(waiting, Fate.RENEGED, Wait.RENEGED)

    def leave(self, waiting: Waiting, fate: Fate, event: Wait) -> None:
        """A customer gives up, or loses, what is still to come."""
        units = waiting.wanted
        del self.line[waiting.ticket]
        self.backlog -= units
        self.position += units
        self._writer.waited(waiting.visit, event, time=self._clock.now, units=units)
        self._settle(waiting, fate, self._clock.now)
        waiting.wanted = 0
        self._listeners.given_up(self, units)
        if self.line and self.on_hand:
            self._share_soon()

    def claim(self, order: Order) -> None:
        """A downstream order asks for units: issued now, or when they come."""
        if order.wanted <= self.free:
            self.take(order.wanted)
            self._issue(order)
        else:
            self._enter(order)
        self.fell()

    def withdraw(self, order: Order) -> None:
        """A downstream order that waits here is cancelled."""
        del self.line[order.ticket]
        self.backlog -= order.wanted
        self.position += order.wanted
        order.wanted = 0
        if self.line and self.on_hand:
            self._share_soon()

    def expect(self, order: Order) -> None:
        """An order left its source with a confirmed date."""
        self.inbound.add(order)
        self._listeners.supply(self)

    def redate(self, order: Order, confirmed: int) -> None:
        """An order on its way has a new confirmed date."""
        self.inbound.remove(order)
        order.confirmed = confirmed
        self.inbound.add(order)
        self._listeners.supply(self)

    def give_up(self, order: Order) -> None:
        """An order will never come."""
        self.inbound.discard(order)
        self.position -= order.units
        self.fell()
        self._listeners.supply(self)

    def post(self, order: Order, *, units: int) -> None:
        """So many units of an order become available, and no more will; those who wait come first."""
        now = self._clock.now
        self._holds.within(self.on_hand, now=now)  # before units come that new visitors could not have bought
        self.inbound.discard(order)
        self.on_hand += units
        self._writer.posted(order.row, time=now)
        self._writer.moved(self.index, Move.POSTED, time=now, units=units, order=order.row)
        if self.line:
            self._hold_back(units + order.crossed)
            self._share_soon()
        if units < order.units:
            self.position -= order.units - units
            self.fell()
        self._listeners.restocked(self)
        self._listeners.supply(self)

    def cross(self, order: Order, units: int) -> None:
        """Of so many units at the dock, those that somebody waits for become available without being put away."""
        now, rule = self._clock.now, self._allocate
        held = held_for_new(units, rule.share) if isinstance(rule, NewFirst) else 0
        crossed = min(units - held, self.backlog)
        if not crossed:
            return
        self._holds.within(self.on_hand, now=now)
        self.inbound.remove(order)
        order.units, order.crossed = order.units - crossed, crossed
        if order.units:
            self.inbound.add(order)
        self.on_hand += crossed
        since, left = self._at_dock
        self._at_dock = (now, crossed + (left if since == now else 0))
        self._writer.moved(self.index, Move.CROSSED, time=now, units=crossed, order=order.row)
        self._share_soon()
        self._listeners.supply(self)

    def close(self) -> None:
        """Whoever still waits at the close is pending."""
        for claim in self.line.values():
            if isinstance(claim, Waiting):
                self._settle(claim, Fate.PENDING, self._clock.close)

    def _enter(self, claim: Waiting | Order) -> None:
        self._tickets += 1
        claim.ticket = self._tickets
        self.line[claim.ticket] = claim
        self.backlog += claim.wanted
        self.position -= claim.wanted

    def _hold_back(self, units: int) -> None:
        if isinstance(self._allocate, NewFirst):
            until = self._clock.now + self._allocate.hold
            self._holds.add(held_for_new(units, self._allocate.share), until=until)
            self._clock.at(until, Turn.ALLOCATION, self._share)

    def _share_soon(self) -> None:
        """Share out in this second, once all its receipts are posted."""
        if not self._sharing:
            self._sharing = True
            self._clock.at(self._clock.now, Turn.ALLOCATION, self._share)

    def _share(self, _event: Event) -> None:
        self._sharing, now, before = False, self._clock.now, self.on_hand
        available = self.on_hand - self._holds.within(self.on_hand, now=now)
        rule, line = self._allocate.rule, self._in_line()
        for claim, units in list(share_out(rule, line, available, overtaking=not self._waits_in_turn, now=now)):
            self._grant(claim, units)
        if self.reviews_grants and self.on_hand < before:
            self.fell()

    def _in_line(self) -> Collection[Waiting | Order]:
        """Those who may be served now, in order of joining."""
        return self.line.values()

    def _grant(self, claim: Waiting | Order, units: int) -> None:
        if isinstance(claim, Waiting) and self._listeners.refuses(claim):
            self.leave(claim, Fate.RENEGED, Wait.DECLINED)
            return
        self.on_hand -= units
        self.backlog -= units
        if claim.wanted == units:
            del self.line[claim.ticket]
        if isinstance(claim, Order):
            self._issue(claim)
        else:
            self._send(claim, units)
        if not self.on_hand:
            self.empty_since = self._clock.now

    def _send(self, waiting: Waiting, units: int) -> None:
        waiting.wanted -= units
        now, spare = self._clock.now, waiting.spare
        if spare and waiting.wanted <= spare:
            units -= spare - waiting.wanted
        self._writer.waited(waiting.visit, Wait.GRANTED, time=now, units=units)
        if self.house is not None:
            self.house.send(waiting.visit, self, units, waited=True, crossed=self._from_dock(units))
        if spare and waiting.wanted <= spare:
            self._give_back(waiting)
        if not waiting.wanted:
            self._settle(waiting, Fate.FULFILLED, now)

    def _from_dock(self, units: int) -> bool:
        """Whether so many units granted now are all still at the dock."""
        since, left = self._at_dock
        if since != self._clock.now or left < units:
            return False
        self._at_dock = (since, left - units)
        return True

    def _give_back(self, waiting: Waiting) -> None:
        """What was really wanted is there: the rest of the order returns to the shelf, or is never sent."""
        self._writer.waited(waiting.visit, Wait.TRIMMED, time=self._clock.now, units=waiting.spare)
        self.on_hand += waiting.spare - waiting.wanted
        self.position += waiting.spare
        self.backlog -= waiting.wanted
        self.line.pop(waiting.ticket, None)
        waiting.wanted = waiting.spare = 0
        if self.line:
            self._share_soon()

    def _issue(self, order: Order) -> None:
        now = self._clock.now
        self._writer.moved(self.index, Move.ISSUED, time=now, units=order.wanted, order=order.row)
        order.wanted = 0
        order.lane.depart(order)


def _nobody_reviews(_stock: Stock) -> None:
    raise AssertionError("a stock without a reorder level is never reviewed")
