"""What customers ordered, received and gave back, with what they pay and what it cost the shop.

Money that belongs to a customer counts when the wish first came in the window, whatever happens later.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64
from sim.ledger.views import Views
from sim.measures.cost_layers import CostLayers, Drawn
from sim.measures.handling import handling, leaving
from sim.measures.prices import Floats, PriceList
from sim.measures.spans import Amount, Spans, pieces
from sim.measures.trade import NOBODY, Bools, Orders, Parcels, Releases, stacked
from sim.scenario.house import Fees
from sim.words import AWAY, GAVE_UP, JOINED, Fate, Notice, Wait

_TOLD: Final = (Notice.DELAY, Notice.CONSENT)


class Sales:
    """The customers' side of the money of one run."""

    def __init__(self, views: Views) -> None:
        self.views = views
        self.world = views.world
        self.ledger = views.ledger
        self.everyone = views.everyone
        self.spans = Spans.of(views.world)
        self.prices = PriceList(views.world, pass_through=views.ledger.terms.pass_through)
        self.layers = CostLayers(views, self.prices)

    def counts(self, visits: NDArray[np.integer[Any]]) -> Bools:
        """Whether the wish of each visit first came in the window."""
        return self.spans.within(self.views.visits.time[self.everyone.wish(visits)])

    def stock(self, visits: NDArray[np.integer[Any]]) -> Int64:
        """The stock that each visit came to."""
        stock: Int64 = self.views.stock_of_stream[self.everyone.stream[visits]].astype(np.int64)
        return stock

    @cached_property
    def parcels(self) -> Parcels:
        """All that customers received or will: sold at once, or allocated by the close."""
        return stacked(self.at_once, self.granted, self.swapped)

    @cached_property
    def at_once(self) -> Parcels:
        """What visits bought at once of what they came for."""
        return stacked(self._at_first, self._at_returns)

    @cached_property
    def _places(self) -> Int64:
        """The first visit of the tape in each span, and the number of all."""
        return np.searchsorted(self.views.visits.time, self.spans.edges)

    @cached_property
    def _cells(self) -> Int64:
        """By visit of the tape: its stream and span as one number."""
        spans = np.repeat(np.arange(len(self.spans)), np.diff(self._places))
        return self.views.visits.stream * np.int64(len(self.spans)) + spans

    def by_cell(self, weights: NDArray[Any]) -> Floats:
        """A total of something over the visits of the tape, by stream and span."""
        if len(self.world.customers) == 1:
            return pieces(weights, self._places).astype(np.float64)
        return np.bincount(self._cells, weights, len(self.world.customers) * len(self.spans)).astype(np.float64)

    def cell_columns(self) -> tuple[Int64, Int64, Bools]:
        """Stock, time and window of every cell."""
        streams, spans = len(self.world.customers), self.spans
        stock = np.repeat(self.views.stock_of_stream.astype(np.int64), len(spans))
        return stock, np.tile(spans.starts, streams), np.tile(spans.in_window, streams)

    @cached_property
    def first_units(self) -> Floats:
        """Units bought at once by those who came for the first time, by stream and span."""
        return self.by_cell(self.ledger.visits.now[: self.everyone.count])

    @cached_property
    def _at_first(self) -> Parcels:
        now, units = self.ledger.visits.now[: self.everyone.count], self.first_units
        stock, time, counts = self.cell_columns()
        parcels = self.by_cell(now > 0).astype(np.int64)
        whole = units.astype(np.int64)
        some = np.full(len(units), NOBODY, dtype=np.int64)
        money = self._price_of_cells(units), self._cost_of_cells(stock, whole)
        return Parcels(some, stock, time, counts, parcels, parcels, whole, *money)

    def _price_of_cells(self, units: Floats) -> Floats:
        visits = self.views.visits
        if not self.prices.move.any():
            return units * np.repeat(self.prices.first, len(self.spans))
        return self.by_cell(self.ledger.visits.now[: len(visits.time)] * self.prices.paid(visits.stream, visits.time))

    def _cost_of_cells(self, stock: Int64, units: Int64) -> Floats:
        plain: Floats = self.layers.first[stock] * units
        if self.layers.flat.all():
            return plain
        return np.where(self.layers.flat[stock], plain, self.by_cell(self.layers.sold[: self.everyone.count]))

    def cost_of_visits(self, rows: Int64) -> Floats:
        """Cost of the units that visits bought at once."""
        return self.layers.cost(Drawn.SOLD, rows, self.stock(rows), self.ledger.visits.now[rows])

    @cached_property
    def _at_returns(self) -> Parcels:
        count, now = self.everyone.count, self.ledger.visits.now
        rows = count + np.flatnonzero(now[count:] > 0)
        ones, units, time = np.ones(len(rows), dtype=np.int64), now[rows].astype(np.int64), self.everyone.time[rows]
        price = units * self.prices.paid(self.everyone.stream[rows], time)
        cost = self.cost_of_visits(rows)
        return Parcels(rows, self.stock(rows), time, self.counts(rows), ones, ones, units, price, cost)

    @cached_property
    def granted(self) -> Parcels:
        """What was allocated to those who waited, in the order of these releases."""
        orders, releases = self.orders, self.releases
        granted = releases.where(releases.granted)
        visit, stock = orders.visit[granted.order], orders.stock[granted.order]
        own = ~granted.direct
        first = np.zeros(len(visit), dtype=bool)
        first[np.unique(visit, return_index=True)[1]] = True
        first &= (orders.now[granted.order] == 0) & own
        price = self.final_price[releases.granted] * granted.units
        counts = orders.counts[granted.order]
        cost = self._cost(granted, stock)
        parcels, firsts = own.astype(np.int64), first.astype(np.int64)
        return Parcels(visit, stock, granted.time, counts, parcels, firsts, granted.units, price, cost)

    def _cost(self, granted: Releases, stock: Int64) -> Floats:
        """What the units allocated cost; those of a supplier who sends them himself, with his parcels."""
        if not len(self.ledger.direct):
            return self.layers.cost(Drawn.GRANTED, granted.row, stock, granted.units)
        own = granted.where(~granted.direct)
        cost = np.zeros(len(granted))
        cost[~granted.direct] = self.layers.cost(Drawn.GRANTED, own.row, stock[~granted.direct], own.units)
        cost[granted.direct] = self.layers.supply.direct[granted.row[granted.direct]]
        return cost

    @cached_property
    def swapped(self) -> Parcels:
        """Other products bought instead."""
        swaps = self.ledger.swaps
        ones, price = np.ones(len(swaps), dtype=np.int64), np.zeros(len(swaps))
        for stock in np.unique(swaps.stock).tolist():
            mine = swaps.stock == stock
            price[mine] = self.prices.of_product(self.views.stocks[stock][1], swaps.time[mine]) * swaps.units[mine]
        cost = self.layers.cost(Drawn.SWAPPED, np.arange(len(swaps)), swaps.stock, swaps.units)
        counts = self.counts(swaps.visit)
        return Parcels(swaps.visit, swaps.stock, swaps.time, counts, ones, ones, swaps.units, price, cost)

    @cached_property
    def orders(self) -> Orders:
        """Orders for units that were not there."""
        facts, everyone = self.ledger.visits, self.everyone
        rows = np.flatnonzero(facts.fate >= min(JOINED))
        rows = rows[~np.isin(facts.fate[rows], AWAY)]
        stream, time = everyone.stream[rows].astype(np.int64), everyone.time[rows]
        now = facts.now[rows].astype(np.int64)
        return Orders(
            visit=rows,
            stream=stream,
            stock=self.stock(rows),
            time=time,
            counts=self.counts(rows),
            short=everyone.ordered[rows] - now,
            now=now,
            price=self.prices.paid(stream, time),
            fate=facts.fate[rows].astype(np.int64),
            ended=facts.ended[rows].astype(np.int64),
            accepted=np.isin(rows, self.views.joined, assume_unique=True),
        )

    @cached_property
    def releases(self) -> Releases:
        """How the units of these orders ended, in the order of the facts; what suppliers took over comes after them."""
        waits, direct, orders = self.ledger.waits, self.ledger.direct, self.orders
        order = np.searchsorted(orders.visit, np.concatenate((waits.visit, direct.visit)))
        units = np.concatenate((waits.units, direct.units)).astype(np.int64)
        left = orders.short - np.bincount(order, units, len(orders.visit)).astype(np.int64)
        rest = np.flatnonzero(left > 0)
        pending = orders.fate[rest] == Fate.PENDING
        ended = np.where(pending, self.spans.close, orders.time[rest] + orders.ended[rest])
        no, yes, none = np.zeros(len(rest), dtype=bool), np.ones(len(direct), dtype=bool), np.full(len(rest), NOBODY)
        return Releases(
            order=np.concatenate((order, rest)),
            time=np.concatenate((waits.time.astype(np.int64), direct.time, ended)),
            units=np.concatenate((units, left[rest])),
            granted=np.concatenate((waits.event == Wait.GRANTED, yes, no)),
            pending=np.concatenate((np.zeros(len(order), dtype=bool), pending)),
            row=np.concatenate((np.arange(len(waits.time)), np.arange(len(direct)), none)),
            direct=np.concatenate((np.zeros(len(waits.time), dtype=bool), yes, no)),
        )

    @cached_property
    def ahead(self) -> Floats:
        """Paid at order for the units of each release."""
        orders, releases = self.orders, self.releases
        return self.ledger.terms.ahead * orders.price[releases.order] * releases.units

    @cached_property
    def final_price(self) -> Floats:
        """Price of a unit of each release: that of its order, or without a lock that of the day of allocation."""
        orders, releases = self.orders, self.releases
        if self.ledger.terms.price_lock or not self.prices.move.any():
            return orders.price[releases.order]
        return self.prices.paid(orders.stream[releases.order], releases.time)

    @cached_property
    def picking(self) -> Int64:
        """Seconds from allocation to leaving the warehouse, by stock."""
        return np.array([self.world.warehouses[place].picking for place, _ in self.views.stocks], dtype=np.int64)

    @cached_property
    def leaves(self) -> Int64:
        """When the units of each release leave the warehouse, if they are allocated."""
        releases, orders = self.releases, self.orders
        return leaving(self.views, orders.visit[releases.order], releases, self.picking[orders.stock[releases.order]])

    @cached_property
    def settled(self) -> Int64:
        """When the money paid at order for the units of each release stops being the customer's.

        With the goods leaving the warehouse, with the refund, or not by the close.
        """
        releases = self.releases
        refunded = releases.time + self.world.costs.refund_delay
        return np.minimum(np.where(releases.granted, self.leaves, refunded), self.spans.close)

    @cached_property
    def unit_seconds(self) -> Floats:
        """Units truly there times time, by stock and span."""
        stocks = range(len(self.views.stocks))
        return np.array([Amount.of(self.views.physical(stock)).integrals(self.spans.edges) for stock in stocks])

    @cached_property
    def value_seconds(self) -> Floats:
        """Stock on hand at cost times time, by stock and span."""
        value: Floats = self.unit_seconds * self.layers.first[:, None]
        for stock in np.flatnonzero(~self.layers.flat).tolist():
            value[stock] = self.layers.value(stock).integrals(self.spans.edges)
        return value

    @cached_property
    def waited(self) -> Int64:
        """Seconds that each order spent in the backlog."""
        places = [self.world.warehouses[place] for place, _ in self.views.stocks]
        delivery = np.array([place.picking + place.last_mile for place in places], dtype=np.int64)
        orders, fulfilled = self.orders, self.orders.fate == Fate.FULFILLED
        after = handling(self.views, orders.visit, delivery[orders.stock], orders.ended)
        waited: Int64 = orders.ended - fulfilled * after
        return waited

    @cached_property
    def vouchers(self) -> Floats:
        """Given back on each order: for every notice of a delay to those who stayed and received all of it."""
        orders, notices = self.orders, self.ledger.notices
        told = notices.visit[np.isin(notices.kind, _TOLD)]
        share = self.ledger.terms.voucher * np.bincount(
            np.searchsorted(orders.visit, told), minlength=len(orders.visit)
        )
        money = np.minimum(share, 1.0) * self._waited_for
        return np.where(orders.fate == Fate.FULFILLED, money, 0.0)

    @cached_property
    def _waited_for(self) -> Floats:
        """Price of the units that each order was allocated."""
        granted = self.releases.granted
        price = self.final_price[granted] * self.releases.units[granted]
        return np.bincount(self.releases.order[granted], price, len(self.orders.visit)).astype(np.float64)

    @cached_property
    def fees(self) -> tuple[Fees, ...]:
        """What the warehouse of each stock charges."""
        return tuple(self.world.warehouses[place].fees for place, _ in self.views.stocks)

    @cached_property
    def given_up(self) -> Orders:
        """Orders that were cancelled, by whomever."""
        return self.orders.where(np.isin(self.orders.fate, GAVE_UP))
