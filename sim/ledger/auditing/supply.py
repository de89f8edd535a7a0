"""Laws of supply: every order takes the time that tape, lanes and weather give it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heapreplace

import numpy as np

from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Int64
from sim.scenario.supply import Capacity
from sim.tape.closures import Closures
from sim.words import FOREVER


@dataclass(frozen=True)
class Standstill:
    """When something stands still, in the order of time."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def shut(self, t: int) -> bool:
        """Whether it stands still at an instant; at the end of a standstill it moves again."""
        at = bisect_right(self.ends, t)
        return at < len(self.ends) and self.starts[at] <= t

    def walk(self, start: int, work: int) -> int:
        """Do some seconds of work from an instant on; the first moving instant at which it is done."""
        now = start
        for at in range(bisect_right(self.ends, start), len(self.ends)):
            if now + work < self.starts[at]:
                break
            work -= max(self.starts[at] - now, 0)
            now = self.ends[at]
        return now + work


def standstill(*closures: Closures) -> Standstill:
    """The time in which one of them or another is closed."""
    spans: list[list[int]] = []
    for start, end in sorted(span for each in closures for span in each.intervals):
        if spans and start <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], end)
        else:
            spans.append([start, end])
    return Standstill(tuple(start for start, _ in spans), tuple(end for _, end in spans))


def refusal(replay: Replay, source: str) -> Standstill:
    """When a source refuses orders; a warehouse never does."""
    return standstill(replay.tape.refusing.get(source, Closures()))


def _stoppage(replay: Replay, supplier: str) -> Standstill:
    return standstill(replay.tape.down.get(supplier, Closures()), replay.tape.refusing.get(supplier, Closures()))


def _sources(replay: Replay) -> list[str]:
    lanes = replay.world.lanes
    return [lanes[lane].source for lane in replay.ledger.orders.lane.tolist()]


def _begun(replay: Replay) -> int:
    """How many orders were on their way when the run began; they are the first rows."""
    return min(len(replay.world.inbound), len(replay.ledger.orders.lane))


def _placing(replay: Replay) -> Iterator[Breach]:
    orders, lanes = replay.ledger.orders, replay.world.lanes
    numbers: Counter[int] = Counter()
    inbound = [replay.world.inbound_lane(*stock) for stock in replay.stocks]
    for row, lane in enumerate(orders.lane.tolist()):
        placed, stock, number = int(orders.placed[row]), int(orders.stock[row]), int(orders.number[row])
        if number != numbers[lane]:
            yield Breach(f"order {row}", placed, f"number {number} on {lanes[lane].id}", numbers[lane])
        numbers[lane] += 1
        if row >= _begun(replay) and lane != inbound[stock]:
            yield Breach(f"order {row}", placed, f"on {lanes[lane].id}", f"the lane of {replay.name(stock)}")


def _initial(replay: Replay) -> Iterator[Breach]:
    orders, world, begun = replay.ledger.orders, replay.world, _begun(replay)
    stated = Counter(
        (each.source, each.to, each.product, each.units, each.due + world.calendar.warm_up) for each in world.inbound
    )
    told = Counter(
        (source, *replay.stocks[orders.stock[row]], int(orders.units[row]), int(orders.confirmed[row]))
        for row, source in enumerate(_sources(replay)[:begun])
    )
    if told != stated:
        yield Breach("initial inbound", 0, sorted((told - stated).elements()), sorted((stated - told).elements()))
    for row in range(begun):
        begin = [int(column[row]) for column in (orders.seen, orders.placed, orders.filled, orders.left)]
        if any(begin):
            yield Breach(f"order {row}", 0, f"seen, placed, filled, left {begin}", "[0, 0, 0, 0]: on its way already")


def _refused(replay: Replay) -> Iterator[Breach]:
    refusals = {name: refusal(replay, name) for name in replay.world.suppliers}
    placed = replay.ledger.orders.placed.tolist()
    for row, source in list(enumerate(_sources(replay)))[_begun(replay) :]:
        if source in refusals and refusals[source].shut(placed[row]):
            yield Breach(f"order {row}", placed[row], f"placed at {source}", f"nothing: {source} refuses orders")


def _instant(replay: Replay, row: int, name: str, expected: int) -> Iterator[Breach]:
    """An instant of an order against the one that is due; unknown if and only if it is not within the run."""
    found = int(getattr(replay.ledger.orders, name)[row])
    ends = min(replay.ledger.close, int(replay.cancelled[row]))
    due = expected if expected < ends else -1
    if found != due and not (found == expected == ends < replay.ledger.close):
        yield Breach(f"order {row}", expected, f"{name} {found} s", f"{due} s")


def _filled(replay: Replay) -> Iterator[Breach]:
    begun, sources = _begun(replay), _sources(replay)
    for name, supplier in replay.world.suppliers.items():
        rows = [row for row in range(begun, len(sources)) if sources[row] == name]
        if supplier.capacity is None:
            yield from _ready(replay, name, rows)
        else:
            yield from _made(replay, name, supplier.capacity, rows)


def _ready(replay: Replay, supplier: str, rows: list[int]) -> Iterator[Breach]:
    down = _stoppage(replay, supplier)
    for row in rows:
        yield from _instant(replay, row, "filled", down.walk(int(replay.ledger.orders.placed[row]), 0))


def _made(replay: Replay, supplier: str, capacity: Capacity, rows: list[int]) -> Iterator[Breach]:
    """Orders in their turn on the line that is free first; work on them stands still with the supplier."""
    orders, times, still = replay.ledger.orders, replay.tape.unit_times[supplier], _stoppage(replay, supplier)
    free, made = [0] * capacity.lines, 0
    heapify(free)
    for row in rows:
        begin, units, ends = (
            max(free[0], int(orders.placed[row])),
            max(int(orders.units[row]), 0),
            replay.cancelled[row],
        )
        if begin >= ends:
            yield from _instant(replay, row, "filled", FOREVER)
            continue
        start = still.walk(begin, 0)
        done = start if start >= replay.ledger.close else still.walk(start, times.total(made, units))
        made += units
        heapreplace(free, min(done, int(ends)))
        yield from _instant(replay, row, "filled", done)


def _left(replay: Replay) -> Iterator[Breach]:
    orders = replay.ledger.orders
    shut = [standstill(each) for each in replay.tape.shut]
    for row in range(_begun(replay), len(orders.lane)):
        if orders.filled[row] >= 0:
            yield from _instant(replay, row, "left", shut[orders.lane[row]].walk(int(orders.filled[row]), 0))
        elif orders.left[row] >= 0:
            yield Breach(f"order {row}", int(orders.left[row]), "left", "not yet filled")


def _travel(replay: Replay) -> Iterator[Breach]:
    orders = replay.ledger.orders
    gone = np.flatnonzero(orders.left >= 0)
    for row in np.flatnonzero(orders.left < 0).tolist():
        if max(orders.confirmed[row], orders.arrived[row], orders.posted[row]) >= 0:
            yield Breach(f"order {row}", int(orders.placed[row]), "confirmed, arrived or posted", "not yet left")
    for lane in range(len(replay.world.lanes)):
        yield from _one_lane(replay, lane, gone[orders.lane[gone] == lane])


def _ways(replay: Replay, number: int, rows: Int64) -> tuple[Int64, Int64]:
    """Of the orders that left on one lane, the dates confirmed to them and their arrivals; beyond the close as well."""
    orders, lane, chance = replay.ledger.orders, replay.world.lanes[number], replay.tape.lanes[number]
    left, confirmed = orders.left[rows], orders.confirmed[rows]
    keys = np.searchsorted(np.flatnonzero(orders.lane == number), rows).tolist()
    initial = rows < _begun(replay)
    planned = left + np.array([chance.lead_time[key] for key in keys], dtype=np.int64)
    dates = np.where(initial, confirmed, planned)
    work = confirmed - left + np.array([chance.slip[key] for key in keys], dtype=np.int64)
    blocked = standstill(replay.tape.blocked[number])
    ways = np.array([blocked.walk(*way) for way in zip(left.tolist(), work.tolist(), strict=True)], dtype=np.int64)
    arrived = orders.arrived[rows]
    if not lane.crossover:
        departure = np.where(initial, -1, left)
        dates = np.where(initial, confirmed, _in_turn(departure, confirmed, dates))
        ways = _in_turn(departure, np.where(arrived < 0, FOREVER + confirmed, arrived), ways)
    return dates, ways


def _one_lane(replay: Replay, number: int, rows: Int64) -> Iterator[Breach]:
    """The orders that left on one lane: what is confirmed to each, when it arrives and when it is posted."""
    dates, ways = _ways(replay, number, rows)
    posted = ways + replay.world.warehouses[replay.world.lanes[number].to].receiving
    for each, date, way, post in zip(rows.tolist(), dates.tolist(), ways.tolist(), posted.tolist(), strict=True):
        yield from _confirmed(replay, each, date)
        yield from _instant(replay, each, "arrived", way)
        yield from _instant(replay, each, "posted", post)


def true_arrivals(replay: Replay) -> dict[int, int]:
    """When each order that left arrives, also those after the close."""
    orders = replay.ledger.orders
    arrivals: dict[int, int] = {}
    gone = np.flatnonzero(orders.left >= 0)
    for lane in range(len(replay.world.lanes)):
        rows = gone[orders.lane[gone] == lane]
        arrivals.update(zip(rows.tolist(), _ways(replay, lane, rows)[1].tolist(), strict=True))
    return arrivals


def _in_turn(departure: Int64, told: Int64, own: Int64) -> Int64:
    """Instants of orders none of which overtakes: each its own, or that of one before it where that is later.

    Of orders that left in the same second any may have been first; what the ledger tells of them decides.
    """
    order = np.lexsort((-own, told, departure))
    instants = np.empty_like(own)
    instants[order] = np.maximum.accumulate(own[order])
    return instants


def _confirmed(replay: Replay, row: int, expected: int) -> Iterator[Breach]:
    """A date may lie beyond the close."""
    found = int(replay.ledger.orders.confirmed[row])
    if found != expected:
        yield Breach(f"order {row}", int(replay.ledger.orders.left[row]), f"confirmed {found} s", f"{expected} s")


SUPPLY = (
    Law("placing", "Orders are counted from 0 on their lane, which is the one that fills their stock.", _placing),
    Law("inbound", "The first orders are the initial inbound of the world, on its way at the start.", _initial),
    Law("refusal", "Nothing is placed at a supplier that refuses orders.", _refused),
    Law(
        "filling",
        "A supplier fills an order when it is up and, with capacity, when a line has made its units in turn.",
        _filled,
    ),
    Law("departure", "An order leaves as soon as it is filled and its lane is not shut.", _left),
    Law(
        "travel",
        "Orders are confirmed, arrive and are posted as lead time, slip, closures and receiving say, none overtaking "
        "another on a lane without crossover.",
        _travel,
    ),
)
