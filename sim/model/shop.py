"""The shop: what happens when a visitor wants more than the shelf can give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.model.belief import SlipBelief
from sim.model.clock import Clock
from sim.model.crowd import Crowd
from sim.model.stock import Stock
from sim.rules.availability import looks_at_inbound, offer
from sim.rules.promise import Receipt, Shelf, Window
from sim.scenario.policies import Levers
from sim.words import Fate


@dataclass(slots=True)
class Counter:
    """What the page of one stock is computed from, besides the stock itself."""

    stock: Stock
    catalogue: int
    """Mean lead time of its lane, seconds."""
    handling: int
    """Receiving, picking and last mile, seconds."""
    slip: SlipBelief
    open: bool = True
    """Whether the last visitor who met a short shelf was offered a backorder."""


class Shop:
    """Shows short visitors a status, and takes the orders of those who accept a promise."""

    def __init__(self, *, levers: Levers, crowd: Crowd, counters: Iterable[Counter], clock: Clock) -> None:
        self._levers = levers
        self._crowd = crowd
        self._writer = crowd.writer
        self._counters = tuple(counters)
        self._clock = clock
        self._pegs = looks_at_inbound(levers)
        self._splits = levers.ship == "partial"
        self._is_oracle = levers.promise.basis == "oracle"

    def meet(self, visit: int, stock: Stock, units: int) -> None:
        """Serve a visitor whose wish the shelf cannot meet whole."""
        now = min(units, stock.free) if self._splits else 0
        if now:
            stock.take(now)
        self._writer.sold(visit, now=now)
        counter = self._counters[stock.index]
        window = offer(self._levers, self._shelf(counter, units - now))
        counter.open = window is not None
        if window is None:
            self._crowd.lose(visit, Fate.OUT_OF_STOCK)
        else:
            self._answer(visit, stock, units - now, window)
        stock.fell()

    def _answer(self, visit: int, stock: Stock, shortage: int, window: Window) -> None:
        lo, hi = window
        self._writer.offered(visit, lo=lo, hi=hi)
        if self._crowd.accepts(visit, window):
            joined = self._clock.now
            stock.join(self._crowd.waiting(visit, hi, joined=joined, wanted=shortage, divisible=self._splits))
        else:
            self._crowd.lose(visit, Fate.BALKED)

    def _shelf(self, counter: Counter, shortage: int) -> Shelf:
        stock = counter.stock
        return Shelf(
            self._clock.now,
            shortage,
            stock.backlog,
            self._receipt(stock, shortage) if self._pegs else None,
            counter.catalogue,
            counter.handling,
            counter.slip,
            counter.open,
        )

    def _receipt(self, stock: Stock, shortage: int) -> Receipt | None:
        """The receipt as its supplier confirmed it; the oracle alone is told the true date."""
        order = stock.inbound.covering(stock.backlog + shortage - stock.on_hand)
        if order is None:
            return None
        return Receipt(order.arrives if self._is_oracle else order.confirmed, order.docked)
