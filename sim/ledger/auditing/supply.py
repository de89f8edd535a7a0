"""Laws of supply: every order takes the time that tape, lanes and weather give it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heapreplace

from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
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


@dataclass(frozen=True)
class Slow:
    """How fast work goes on, in thousandths of the usual pace, from each instant on."""

    starts: tuple[int, ...]
    permille: tuple[int, ...]

    def walk(self, start: int, work: int) -> int:
        """Do some usual seconds of work from an instant on; the first moving instant at which it is done."""
        left, last = 1000 * work, len(self.starts) - 1
        for at in range(bisect_right(self.starts, start) - 1, len(self.starts)):
            now, pace = max(start, self.starts[at]), self.permille[at]
            room = FOREVER if at == last else self.starts[at + 1] - now
            if pace and left <= pace * room and (left < pace * room or at == last or self.permille[at + 1]):
                return now - (-left // pace)
            left -= pace * room
        raise AssertionError("work never ends")


def standstill(*closures: Closures) -> Standstill:
    """The time in which one of them or another is closed."""
    spans: list[list[int]] = []
    for start, end in sorted(span for each in closures for span in each.intervals):
        if spans and start <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], end)
        else:
            spans.append([start, end])
    return Standstill(tuple(start for start, _ in spans), tuple(end for _, end in spans))


def confirms_at_once(replay: Replay, number: int) -> bool:
    """Whether orders on a lane are confirmed when they are placed; one who knows arrivals waits for no such word."""
    if replay.levers.promise.basis == "oracle" or replay.levers.when_short == "oracle":
        return False
    supplier = replay.world.suppliers.get(replay.world.lanes[number].source)
    return supplier is not None and supplier.confirms == "on_order"


def refusal(replay: Replay, source: str) -> Standstill:
    """When a source refuses orders; a warehouse never does."""
    return standstill(replay.tape.refusing.get(source, Closures()))


def _stoppage(replay: Replay, supplier: str) -> Standstill | Slow:
    pace = replay.tape.pace.get(supplier)
    if pace is not None:
        return Slow(pace.starts, pace.permille)
    return standstill(replay.tape.down.get(supplier, Closures()), replay.tape.refusing.get(supplier, Closures()))


def _sources(replay: Replay) -> list[str]:
    lanes = replay.world.lanes
    return [lanes[lane].source for lane in replay.ledger.orders.lane.tolist()]


def first_placed(replay: Replay) -> int:
    """How many orders were on their way when the run began; they are the first rows."""
    return min(len(replay.world.inbound), len(replay.ledger.orders.lane))


def _placing(replay: Replay) -> Iterator[Breach]:
    orders, lanes = replay.ledger.orders, replay.world.lanes
    numbers: Counter[int] = Counter()
    inbound = [replay.world.inbound_lanes(*stock) for stock in replay.stocks]
    for row, lane in enumerate(orders.lane.tolist()):
        placed, stock, number = int(orders.placed[row]), int(orders.stock[row]), int(orders.number[row])
        if number != numbers[lane]:
            yield Breach(f"order {row}", placed, f"number {number} on {lanes[lane].id}", numbers[lane])
        numbers[lane] += 1
        if row >= first_placed(replay) and lane not in inbound[stock]:
            yield Breach(f"order {row}", placed, f"on {lanes[lane].id}", f"a lane of {replay.name(stock)}")


def _initial(replay: Replay) -> Iterator[Breach]:
    orders, world, begun = replay.ledger.orders, replay.world, first_placed(replay)
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
    for row, source in list(enumerate(_sources(replay)))[first_placed(replay) :]:
        gone = replay.tape.gone.get(source, FOREVER) <= placed[row]
        if source in refusals and (gone or refusals[source].shut(placed[row])):
            yield Breach(f"order {row}", placed[row], f"placed at {source}", f"nothing: {source} refuses orders")


def instant_of(replay: Replay, row: int, name: str, expected: int) -> Iterator[Breach]:
    """An instant of an order against the one that is due; unknown if and only if it is not within the run."""
    found = int(getattr(replay.ledger.orders, name)[row])
    ends = min(replay.ledger.close, int(replay.ended[row]))
    due = expected if expected < ends else -1
    if found != due and not (found == expected == ends < replay.ledger.close):
        yield Breach(f"order {row}", expected, f"{name} {found} s", f"{due} s")


def _filled(replay: Replay) -> Iterator[Breach]:
    begun, sources = first_placed(replay), _sources(replay)
    for name, supplier in replay.world.suppliers.items():
        rows = [row for row in range(begun, len(sources)) if sources[row] == name]
        if supplier.capacity is None:
            yield from _ready(replay, name, rows)
        else:
            yield from _made(replay, name, supplier.capacity, rows)


def _ready(replay: Replay, supplier: str, rows: list[int]) -> Iterator[Breach]:
    down = _stoppage(replay, supplier)
    for row in rows:
        done = down.walk(int(replay.ledger.orders.placed[row]), _besides(replay, row))
        yield from instant_of(replay, row, "filled", done)


def _besides(replay: Replay, row: int) -> int:
    """Time that making an order takes besides the time on a line."""
    orders = replay.ledger.orders
    return replay.tape.lanes[int(orders.lane[row])].make[int(orders.number[row])]


def _made(replay: Replay, supplier: str, capacity: Capacity, rows: list[int]) -> Iterator[Breach]:
    """Orders in their turn on the line that is free first; work on them stands still with the supplier."""
    orders, times, still = replay.ledger.orders, replay.tape.unit_times[supplier], _stoppage(replay, supplier)
    free, made = [0] * capacity.lines, 0
    heapify(free)
    for row in rows:
        begin, units, ends = (
            max(free[0], int(orders.placed[row])),
            max(int(orders.units[row]), 0),
            replay.ended[row],
        )
        if begin >= ends:
            yield from instant_of(replay, row, "filled", FOREVER)
            continue
        start = still.walk(begin, 0)
        done = start if start >= replay.ledger.close else still.walk(start, times.total(made, units))
        made += units
        heapreplace(free, min(done, int(ends)))
        besides = _besides(replay, row)
        yield from instant_of(replay, row, "filled", still.walk(done, besides) if besides else done)


def _gone(replay: Replay) -> Iterator[Breach]:
    """A bankrupt supplier's unsent orders, and no others, are lost with it."""
    orders, lost = replay.ledger.orders, replay.ledger.lost
    told = {int(row): int(time) for row, time, loss in zip(lost.order, lost.time, lost.loss, strict=True) if loss == 0}
    due: dict[int, int] = {}
    for row, source in enumerate(_sources(replay)):
        end = replay.tape.gone.get(source, FOREVER)
        over = min(int(replay.cancelled[row]), replay.ledger.close)
        unsent = orders.left[row] < 0 or orders.left[row] >= end
        if orders.placed[row] < end < over and unsent and row >= first_placed(replay):
            due[row] = end
    if told != due:
        yield Breach("orders lost with their supplier", 0, sorted(told.items())[:5], sorted(due.items())[:5])


SUPPLY = (
    Law("placing", "Orders are counted from 0 on their lane, which is the one that fills their stock.", _placing),
    Law("inbound", "The first orders are the initial inbound of the world, on its way at the start.", _initial),
    Law("refusal", "Nothing is placed at a supplier that refuses orders.", _refused),
    Law(
        "filling",
        "A supplier fills an order when it is up and, with capacity, when a line has made its units in turn.",
        _filled,
    ),
    Law("bankruptcy", "A bankrupt supplier's unsent orders, and no others, are lost with it.", _gone),
)
