"""A run played again from its ledger and its tape: what the laws look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.ledger.auditing.track import Bools, Entries, Int64, Track, What, tracks_of
from sim.ledger.auditing.waited import Waited, waited_by_visit
from sim.ledger.ledger import Ledger, wide
from sim.scenario.customers import Customers
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.tape import Tape
from sim.words import JOINED, Move, Wait

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Replay:
    """One run under one policy, with what is rebuilt of it."""

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
        return values[self.tape.visits.stream]

    def by_stock(self, value: Callable[[str, str], int]) -> Int64:
        """Something that depends on the (warehouse, product), for each stock."""
        return np.array([value(*stock) for stock in self.stocks], dtype=np.int64)

    @cached_property
    def visit_stock(self) -> Int64:
        """The stock each visitor buys from."""
        return self.by_stream(lambda c: self.stocks.index((c.source, c.buys))).astype(np.int64)

    @cached_property
    def joined(self) -> Bools:
        """Whether each visitor joined the backlog."""
        return np.isin(self.ledger.visits.fate, JOINED)

    @cached_property
    def short(self) -> Int64:
        """Units that each visitor wanted and could not have at once."""
        return self.tape.visits.units.astype(np.int64) - self.ledger.visits.now

    @cached_property
    def outbound(self) -> Int64:
        """From allocation to the customer, seconds, for each visit."""
        picked = {name: house.picking + house.last_mile for name, house in self.world.warehouses.items()}
        return self.by_stream(lambda c: picked[c.source]).astype(np.int64)

    @cached_property
    def margin(self) -> Floats:
        """Money each visitor brings per unit."""

        def each(customers: Customers) -> float:
            product = self.world.products[customers.buys]
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
    def tracks(self) -> tuple[Track, ...]:
        """The history of every stock."""
        parts = [_visits(self), *_orders(self), *_waits(self), *_moves(self)]
        return tracks_of(parts, self.ledger.opening)

    @cached_property
    def hand_at_visit(self) -> Int64:
        """Units on hand that each visitor met."""
        return self._met(lambda track: track.on_hand)

    @cached_property
    def backlog_at_visit(self) -> Int64:
        """Units that others waited for when each visitor came."""
        return self._met(lambda track: track.backlog)

    def _met(self, level: Callable[[Track], Int64]) -> Int64:
        met = np.zeros(len(self.tape.visits), dtype=np.int64)
        for track in self.tracks:
            events = track.of(What.VISIT)
            met[track.row[events]] = level(track)[events]
        return met

    @cached_property
    def waited(self) -> Waited:
        """What happened to each visitor after joining, added up."""
        return waited_by_visit(self.ledger.waits, len(self.tape.visits))

    def move_seen(self, event: Move, otherwise: Int64) -> Int64:
        """How many visits had come when each order made its move of one kind; something else without a move."""
        rows = np.flatnonzero(self.ledger.moves.event == event)
        seen = otherwise.copy()
        seen[self.ledger.moves.order[rows]] = self.ledger.moves.seen[rows]
        return seen


def _visits(replay: Replay) -> Entries:
    visits = replay.tape.visits
    number = np.arange(len(visits), dtype=np.int64)
    return Entries(
        what=What.VISIT,
        row=number,
        stock=replay.visit_stock,
        seen=number,
        seq=np.zeros_like(number),
        time=visits.time,
        hand=-replay.ledger.visits.now.astype(np.int64),
        backlog=np.where(replay.joined, replay.short, 0),
        on_order=np.zeros_like(number),
    )


def _orders(replay: Replay) -> list[Entries]:
    orders, supplied = replay.ledger.orders, np.flatnonzero(replay.source_stock >= 0)

    def entries(what: What, row: Int64, stock: Int64, *, claims: int) -> Entries:
        units = orders.units[row].astype(np.int64)
        return Entries(
            what=what,
            row=row,
            stock=stock,
            seen=orders.seen[row],
            seq=orders.seq[row],
            time=orders.placed[row],
            hand=np.zeros_like(units),
            backlog=units * claims,
            on_order=units * (1 - claims),
        )

    every = np.arange(len(orders.lane), dtype=np.int64)
    return [
        entries(What.PLACED, every, orders.stock.astype(np.int64), claims=0),
        entries(What.CLAIMED, supplied, replay.source_stock[supplied], claims=1),
    ]


def _waits(replay: Replay) -> list[Entries]:
    waits = replay.ledger.waits

    def entries(what: What, rows: Int64, *, taken: int) -> Entries:
        units = waits.units[rows].astype(np.int64)
        return Entries(
            what=what,
            row=rows,
            stock=replay.visit_stock[waits.visit[rows]],
            seen=wide(waits.seen[rows]),
            seq=wide(waits.seq[rows]),
            time=wide(waits.time[rows]),
            hand=-units * taken,
            backlog=-units,
            on_order=np.zeros_like(units),
        )

    granted = waits.event == Wait.GRANTED
    return [
        entries(What.GRANTED, np.flatnonzero(granted), taken=1),
        entries(What.LEFT, np.flatnonzero(~granted), taken=0),
    ]


def _moves(replay: Replay) -> list[Entries]:
    moves = replay.ledger.moves

    def entries(what: What, event: Move, *, posted: int) -> Entries:
        rows = np.flatnonzero(moves.event == event)
        units = moves.units[rows].astype(np.int64)
        return Entries(
            what=what,
            row=rows,
            stock=moves.stock[rows].astype(np.int64),
            seen=moves.seen[rows],
            seq=moves.seq[rows],
            time=moves.time[rows],
            hand=units * (2 * posted - 1),
            backlog=-units * (1 - posted),
            on_order=-units * posted,
        )

    return [
        entries(What.POSTED, Move.POSTED, posted=1),
        entries(What.ISSUED, Move.ISSUED, posted=0),
    ]
