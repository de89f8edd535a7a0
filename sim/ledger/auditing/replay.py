"""A run played again from its ledger and its tape: what the laws look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.auditing.entries import entries
from sim.ledger.auditing.track import Bools, Int64, Track, What, tracks_of
from sim.ledger.auditing.waited import Waited, waited_by_visit
from sim.ledger.everyone import Everyone, away
from sim.ledger.ledger import Ledger, wide
from sim.scenario.customers import Customers
from sim.scenario.policies import Levers
from sim.scenario.world import Product, World
from sim.tape.tape import Tape
from sim.words import FOREVER, Move

Floats = NDArray[np.float64]
Column = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True, eq=False)
class Replay:
    """One run under one policy, with what is rebuilt of it. A visit is one of the tape, or a return."""

    world: World
    levers: Levers
    tape: Tape
    ledger: Ledger

    @cached_property
    def stocks(self) -> tuple[tuple[str, str], ...]:
        """Every (warehouse, product)."""
        return self.world.stocks

    @cached_property
    def streams(self) -> tuple[Customers, ...]:
        """The customer streams by position."""
        return tuple(self.world.customers.values())

    def name(self, stock: int) -> str:
        """A stock as people write it."""
        return "/".join(self.stocks[stock])

    def by_stream(self, value: Callable[[Customers], float]) -> Floats:
        """Something a stream says, for each visit."""
        values = np.array([value(stream) for stream in self.streams], dtype=np.float64)
        return values[self.everyone.stream]

    def by_stock(self, value: Callable[[str, str], int]) -> Int64:
        """Something that depends on the (warehouse, product), for each stock."""
        return np.array([value(*stock) for stock in self.stocks], dtype=np.int64)

    def product(self, customers: Customers) -> Product:
        """What a stream wants to buy."""
        return self.world.products[customers.buys]

    @cached_property
    def everyone(self) -> Everyone:
        """The visits of the tape and the returns."""
        return Everyone(self.ledger, self.tape.visits)

    @cached_property
    def time(self) -> Int64:
        """When each visit happened."""
        return self.everyone.time

    @cached_property
    def units(self) -> Int64:
        """Units that each visitor wanted."""
        return self.everyone.units.astype(np.int64)

    @cached_property
    def wish(self) -> Int64:
        """The row of the tape on which the wish of each visitor first came."""
        return np.asarray(self.everyone.wish(np.arange(len(self.time), dtype=np.int64)))

    @cached_property
    def turn(self) -> Int64:
        """How many visits there were for the same wish before each."""
        intents = self.ledger.returns.intent
        order = np.argsort(intents, kind="stable")
        firsts = np.searchsorted(intents[order], intents[order], side="left")
        turns = np.empty(len(intents), dtype=np.int64)
        turns[order] = np.arange(len(intents)) - firsts + 1
        return np.concatenate((np.zeros(self.everyone.count, dtype=np.int64), turns))

    def thrown(self, purpose: str, rows: Int64, *, turn: Int64 | None = None) -> Floats:
        """The uniforms of some visits for a purpose; of their own turn unless another is given."""
        uniforms = np.empty(len(rows))
        wishes, streams = self.wish[rows], self.everyone.stream[rows]
        turns = self.turn[rows] if turn is None else turn
        for stream, k in {*zip(streams.tolist(), turns.tolist(), strict=True)}:
            mine = (streams == stream) & (turns == k)
            die = self.tape.dice[stream][purpose]
            uniforms[mine] = die.many(self.tape.visits.identity[wishes[mine]], k)
        return uniforms

    def came(self, seen: Column, seq: Column) -> Int64:
        """How many visits had come when facts were written; a visit and what comes before it have the same number."""
        return wide(seen) + np.searchsorted(self.ledger.returns.seq, wide(seq))

    @cached_property
    def ordinal(self) -> Int64:
        """How many visits came before each."""
        returns, number = self.ledger.returns, np.arange(self.everyone.count, dtype=np.int64)
        if not len(returns):
            return number
        first = number + np.searchsorted(returns.seen, number, side="right")
        return np.concatenate((first, returns.seen + np.arange(len(returns), dtype=np.int64)))

    @cached_property
    def clock(self) -> Int64:
        """The instants of all visits, in order."""
        return np.sort(self.time)

    @cached_property
    def visit_stock(self) -> Int64:
        """The stock each visitor buys from."""
        return self.by_stream(lambda c: self.stocks.index((c.source, c.buys))).astype(np.int64)

    @cached_property
    def away(self) -> Bools:
        """Whether each visitor never met the shelf."""
        return away(self.ledger.visits.fate)

    @cached_property
    def accepted(self) -> Bools:
        """Whether each visitor accepted a backorder."""
        mask = np.zeros(len(self.time), dtype=np.bool_)
        mask[self.everyone.joined(self.ledger.visits.fate, self.ledger.visits.hi)] = True
        return mask

    @cached_property
    def joined(self) -> Bools:
        """Whether each visitor joined the backlog: accepted a backorder that no drop-shipper took over."""
        mask = self.accepted.copy()
        mask[self.ledger.direct.visit] = False
        return mask

    @cached_property
    def unsent(self) -> Bools:
        """Whether a parcel of each visitor had not left by the close."""
        mask = np.zeros(len(self.time), dtype=np.bool_)
        mask[self.ledger.parcels.visit[self.ledger.parcels.shipped < 0]] = True
        return mask

    @cached_property
    def sent(self) -> Int64:
        """When the last parcel of each visitor left; -1 for none."""
        instants = np.full(len(self.time), -1, dtype=np.int64)
        np.maximum.at(instants, self.ledger.parcels.visit, self.ledger.parcels.shipped)
        return instants

    @cached_property
    def got_all(self) -> Bools:
        """Whether each visitor who joined was granted everything, sent or not."""
        got = self.waited.granted + self.waited.trimmed
        return np.asarray(self.joined & (self.ordered > 0) & (got == self.ordered))

    @cached_property
    def short(self) -> Int64:
        """Units that each visitor wanted and could not have at once."""
        return self.units - self.ledger.visits.now

    @cached_property
    def ordered(self) -> Int64:
        """Units that each visitor who joined began to wait for."""
        return self.everyone.ordered.astype(np.int64) - self.ledger.visits.now

    @cached_property
    def swapped(self) -> Int64:
        """Units of a substitute that each visitor took."""
        units = np.zeros(len(self.time), dtype=np.int64)
        np.add.at(units, self.ledger.swaps.visit, self.ledger.swaps.units)
        return units

    @cached_property
    def swapped_first(self) -> Bools:
        """Whether each visitor took a substitute for the whole wish before the page said anything."""
        if self.levers.substitute != "first":
            return np.zeros(len(self.time), dtype=np.bool_)
        return np.asarray((self.swapped == self.units) & (self.units > 0) & (self.ledger.visits.hi < 0))

    @cached_property
    def outbound(self) -> Int64:
        """From allocation to the customer, seconds, for each visit."""
        picked = {name: house.picking + house.last_mile for name, house in self.world.warehouses.items()}
        return self.by_stream(lambda c: picked[c.source]).astype(np.int64)

    @cached_property
    def last_mile(self) -> Int64:
        """From the warehouse to the customer, seconds, for each visit."""
        return self.by_stream(lambda c: self.world.warehouses[c.source].last_mile).astype(np.int64)

    @cached_property
    def margin(self) -> Floats:
        """Money each visitor brings per unit."""

        def each(customers: Customers) -> float:
            product = self.product(customers)
            return (product.price if customers.price is None else customers.price) - product.unit_cost

        return self.by_stream(each)

    @cached_property
    def source_stock(self) -> Int64:
        """The stock that supplies each order; -1 when a supplier does."""
        lanes, found = self.world.lanes, {stock: number for number, stock in enumerate(self.stocks)}
        orders = self.ledger.orders
        return np.array(
            [
                found.get((lanes[lane].source, self.stocks[stock][1]), -1)
                for lane, stock in zip(orders.lane.tolist(), orders.stock.tolist(), strict=True)
            ],
            dtype=np.int64,
        )

    @cached_property
    def cancelled(self) -> Int64:
        """When each supply order was cancelled; after any run for never."""
        instants = np.full(len(self.ledger.orders.lane), FOREVER, dtype=np.int64)
        instants[self.ledger.cancels.order] = self.ledger.cancels.time
        return instants

    @cached_property
    def lost(self) -> Int64:
        """When each supply order was lost; after any run for never."""
        instants = np.full(len(self.ledger.orders.lane), FOREVER, dtype=np.int64)
        instants[self.ledger.lost.order] = self.ledger.lost.time
        return instants

    @cached_property
    def ended(self) -> Int64:
        """When each supply order was cancelled or lost; after any run for never."""
        return np.minimum(self.cancelled, self.lost)

    @cached_property
    def good(self) -> Int64:
        """Units of each supply order that come and are not rejected."""
        units, shorts = self.ledger.orders.units.astype(np.int64), self.ledger.shorts
        units[shorts.order] = shorts.came - shorts.rejected
        return units

    @cached_property
    def crossed(self) -> Int64:
        """Units of each supply order that crossed the dock."""
        units, moves = np.zeros(len(self.ledger.orders.lane), dtype=np.int64), self.ledger.moves
        rows = moves.event == Move.CROSSED
        np.add.at(units, moves.order[rows], moves.units[rows])
        return units

    @cached_property
    def tracks(self) -> tuple[Track, ...]:
        """The history of every stock."""
        return tracks_of(entries(self), self.ledger.opening)

    @cached_property
    def hand_at_visit(self) -> Int64:
        """Units on hand that each visitor met."""
        return self._met(lambda track: track.on_hand)

    @cached_property
    def backlog_at_visit(self) -> Int64:
        """Units that others waited for when each visitor came."""
        return self._met(lambda track: track.backlog)

    def _met(self, level: Callable[[Track], Int64]) -> Int64:
        met = np.zeros(len(self.time), dtype=np.int64)
        for track in self.tracks:
            events = track.of(What.VISIT)
            met[track.row[events]] = level(track)[events]
        return met

    @cached_property
    def waited(self) -> Waited:
        """What happened to each visitor after joining, added up."""
        return waited_by_visit(self.ledger.waits, len(self.time))

    def move_came(self, event: Move, otherwise: Int64) -> Int64:
        """How many visits had come when each order made its move of one kind; something else without a move."""
        rows = np.flatnonzero(self.ledger.moves.event == event)
        came = otherwise.copy()
        came[self.ledger.moves.order[rows]] = self.came(self.ledger.moves.seen[rows], self.ledger.moves.seq[rows])
        return came
