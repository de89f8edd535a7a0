"""The door of the shop: who comes in, and what the shelf has for them."""

from __future__ import annotations

from collections.abc import Sequence

from sim.model.channels import Channels
from sim.model.clock import Clock
from sim.model.demand_side import DemandSide
from sim.model.records import TwoBooks
from sim.model.stock import Stock
from sim.rules.availability import for_sale
from sim.scenario.policies import Levers
from sim.words import Fate, Slip


class Door:
    """Takes in visits one by one, those of the tape and those who come back."""

    def __init__(
        self,
        *,
        demand: DemandSide,
        stocks: Sequence[Stock],
        levers: Levers,
        channels: Channels | None,
        clock: Clock,
    ) -> None:
        self._people = demand.people
        self._crowd = demand.crowd
        self._writer = demand.writer
        self._shop = demand.shop
        self._support = demand.support
        self._feelings = demand.feelings
        self._regard = demand.regard
        self._speaks = demand.who_speaks().data
        """Visits of the tape that write a review or ask support when served from the shelf: a few."""
        self._deliveries = [trait.delivery for trait in demand.traits]
        self._prices_change = demand.prices.change
        self._stocks = stocks
        self._reserve = levers.reserve
        self._is_open_to_all = _is_open_to_all(demand, levers)
        """Whether who comes wants to buy, may have all that is on the shelf, and has it a fixed time later."""
        self._channels = channels
        self._clock = clock
        demand.elsewhere.receive = self.back

    def opens(self, visit: int, stream: int, units: int, now: int) -> bool:
        """A visit of the tape at a moment; whether anything happened that others may hear of."""
        if not self._people.comes(visit, now):
            self._writer.stayed_away(visit, Fate.ABSENT)
            return False
        stock = self._stocks[stream]
        if not self._is_open_to_all or not stock.sell(units):
            self._clock.now = now
            self._enter(visit, stream, units, now)
            return True
        heard = False
        if units:
            if self._regard is not None and (member := self._people.members[visit]) >= 0:
                self._regard.served(member, visit, now + self._deliveries[stream])
            if self._speaks[visit]:
                self._clock.now, heard = now, True
                self._speak(visit, now + self._deliveries[stream])
        if stock.on_hand and stock.position > stock.reorder:
            return heard
        self._clock.now = now
        if units and not stock.on_hand:
            stock.empty_since = now
        stock.fell()
        return True

    def back(self, visit: int, units: int) -> None:
        """Somebody comes back for the same wish."""
        self._enter(visit, self._people.stream(visit), units, self._clock.now)

    def _enter(self, visit: int, stream: int, units: int, now: int) -> None:
        if self._prices_change and not self._crowd.wants_to_buy(visit, now):
            self._writer.stayed_away(visit, Fate.NO_INTENT)
            return
        stock = self._stocks[stream]
        if stock.house is not None and units and stock.house.hides(now):
            self._writer.sold(visit, now=0)
            self._crowd.lose(visit, self._crowd.trait(visit), Fate.OUT_OF_STOCK, units=units, now=now)
            return
        seen = stock.free if self._channels is None else self._channels.shown(stream, stock)
        shown = for_sale(self._reserve, seen, self._crowd.trait(visit).priority)
        kept, taken = max(stock.free - shown, 0), units
        if units > shown:
            taken = self._shop.meet(visit, stock, units, kept)
        elif isinstance(stock, TwoBooks) and not self._is_there(visit, stock, units):
            self._shop.force(visit, stock, units, kept)
        else:
            self._sell(visit, stock, units, now)
        if self._channels is not None:
            self._channels.sold(stream, taken)

    def _is_there(self, visit: int, stock: TwoBooks, units: int) -> bool:
        """Whether an order can be met that the page took."""
        if units <= stock.free:
            return stock.picks(units, visit)
        stock.change(Slip.OVERSOLD, about=visit)
        return False

    def _sell(self, visit: int, stock: Stock, units: int, now: int) -> None:
        stock.take(units)
        if units:
            self._sold(visit, stock, units, now)
        stock.fell()
        if units and isinstance(stock, TwoBooks):
            stock.picked(visit)

    def _sold(self, visit: int, stock: Stock, units: int, now: int) -> None:
        if stock.house is not None:
            stock.house.sold(visit, stock, units)
            return
        delivered = now + self._crowd.trait(visit).delivery
        self._crowd.served(visit, delivered)
        if self._support is not None:
            self._support.sold(visit, delivered=delivered)

    def _speak(self, visit: int, delivered: int) -> None:
        """What somebody has to say who was served from the shelf."""
        if self._feelings is not None:
            self._feelings.praises(visit, delivered)
        if self._support is not None:
            self._support.sold(visit, delivered=delivered)


def _is_open_to_all(demand: DemandSide, levers: Levers) -> bool:
    """Whether who comes wants to buy, may have all that is on the shelf, and has it a fixed time later."""
    return not (levers.reserve or demand.prices.change or demand.houses or demand.has_two_books)
