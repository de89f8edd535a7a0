"""Laws of the way of supply orders: what is confirmed to them, the stages they reach, and when they come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.supply import Standstill, confirms_at_once, first_placed, instant_of, standstill
from sim.ledger.auditing.track import Int64
from sim.scenario.world import Lane
from sim.tape.roads import Road
from sim.tape.tape import LaneChance
from sim.words import FOREVER, Loss, Move, Stage


@dataclass(frozen=True, eq=False)
class Ways:
    """What becomes of the orders that left on one lane: one entry for each."""

    rows: Int64
    date: Int64
    """The date confirmed on leaving."""
    arrives: Int64
    """At the dock, unless lost; beyond the close as well."""
    lost: Int64
    """When it is lost; `FOREVER` for never."""
    stages: tuple[tuple[tuple[int, int, int], ...], ...]
    """Stage, time and fee of all stages before the dock."""


@dataclass(frozen=True)
class _Way:
    """The way of one lane, as the tape has it."""

    lane: Lane
    chance: LaneChance
    road: Road
    blocked: Standstill
    held: Standstill

    @property
    def has_stages(self) -> bool:
        return any((self.lane.departures, self.lane.port, self.lane.customs, self.lane.inland))

    def delay(self, number: int, left: int) -> int:
        """How much later than planned the transit is."""
        late = self.chance.slip[number]
        for jam in self.road.jams:
            if any(start <= left < end for start, end in jam.spells.intervals):
                late = jam.delay + (late if jam.slip is None else jam.slip[number])
        return late + sum(longer for since, longer in self.road.paperwork if left >= since)

    def stages(self, number: int, left: int, transit: int) -> tuple[list[tuple[int, int, int]], int]:
        """Every stage before the dock, and the arrival there."""
        port = self.blocked.walk(left, transit)
        if not self.has_stages:
            return [], self._through(number, left, port)
        cleared = self.blocked.walk(port, self.chance.port[number])
        exam, fee = (0, 0) if self.chance.exams is None else self.chance.exams(number)
        free = self.blocked.walk(cleared, exam)
        seen = [(int(Stage.SAILED), left, 0), (int(Stage.IN_PORT), port, 0)]
        seen += [(int(Stage.IN_CUSTOMS), cleared, fee)] if exam or fee else []
        seen += [(int(Stage.INLAND), free, 0)]
        return seen, self._through(number, left, self.blocked.walk(free, self.chance.inland[number]))

    def _through(self, number: int, left: int, reached: int) -> int:
        for start, end, clears in self.road.gates:
            if reached >= start:
                waited = (reached - start) * 1000
                reached = max(reached, end + waited // clears + (waited % clears > 0))
        reached = self.held.walk(reached, 0)
        crossed = any(left < end and start < reached for start, end in self.road.detours.intervals)
        return reached + (self.chance.rebook[number] if crossed else 0)


def _way(replay: Replay, number: int) -> _Way:
    road = replay.tape.roads[number] if replay.tape.roads else Road()
    return _Way(
        replay.world.lanes[number],
        replay.tape.lanes[number],
        road,
        standstill(replay.tape.blocked[number]),
        standstill(road.holds),
    )


def ways(replay: Replay, number: int) -> Ways:
    """What becomes of the orders that left on one lane."""
    orders, way = replay.ledger.orders, _way(replay, number)
    rows = np.flatnonzero((orders.left >= 0) & (orders.lane == number))
    keys, left = orders.number[rows].tolist(), orders.left[rows]
    initial = rows < first_placed(replay)
    departure = np.where(initial, -1, left)
    own = np.where(initial, orders.confirmed[rows], np.maximum(_planned(replay, way, keys, left), left))
    told = _told(replay, rows)
    ready = _ready(replay, way, rows)
    dates = own if way.lane.crossover else np.where(initial, own, in_turn(departure, ready, told, own))
    late = np.array([way.delay(key, at) for key, at in zip(keys, left.tolist(), strict=True)], dtype=np.int64)
    lead = np.array([way.chance.lead_time[key] for key in keys], dtype=np.int64)
    transit = np.where(initial, dates, lead + dates - own) + late
    seen, reached = [], []
    for key, at, begun, work in zip(keys, left.tolist(), initial.tolist(), transit.tolist(), strict=True):
        passed, end = _passed(way, key, at, work, begun=begun)
        seen.append(tuple(passed))
        reached.append(end)
    arrives, lost = _arrivals(replay, way, rows, departure, np.array(reached, dtype=np.int64))
    return Ways(rows, dates, arrives, lost, tuple(seen))


def _passed(way: _Way, key: int, left: int, work: int, *, begun: bool) -> tuple[list[tuple[int, int, int]], int]:
    """An order that left before the run has no stages, but its lane's weather."""
    if not begun:
        return way.stages(key, left, work)
    plain = _Way(way.lane.model_copy(update=_PLAIN), way.chance, way.road, way.blocked, way.held)
    return plain.stages(key, left, work)


_PLAIN: Final = MappingProxyType({"departures": None, "port": None, "customs": None, "inland": None})


def _planned(replay: Replay, way: _Way, keys: list[int], left: Int64) -> Int64:
    """The date that a carrier plans and a supplier confirms, on leaving."""
    supplier = replay.world.suppliers.get(way.lane.source)
    means = sum(law.mean_value for law in (way.lane.port, way.lane.inland) if law is not None)
    beyond = round(means) - (supplier.optimism if supplier else 0)
    return left + beyond + np.array([way.chance.lead_time[key] for key in keys], dtype=np.int64)


def _told(replay: Replay, rows: Int64) -> Int64:
    """The date of each order after it left, as the ledger tells it."""
    orders, dates = replay.ledger.orders, replay.ledger.dates
    told = orders.confirmed.copy()
    at_once = np.array([confirms_at_once(replay, lane) for lane in range(len(replay.world.lanes))], dtype=np.bool_)
    on_leaving = (dates.time == orders.left[dates.order]) & at_once[orders.lane[dates.order]]
    first = dates.order[on_leaving][::-1]
    told[first] = dates.confirmed[on_leaving][::-1]
    return told[rows]


def _arrivals(replay: Replay, way: _Way, rows: Int64, departure: Int64, own: Int64) -> tuple[Int64, Int64]:
    """When orders come, none overtaking another that comes at all; and when they are lost."""
    orders = replay.ledger.orders
    arrived, lost = orders.arrived[rows], np.full(len(rows), FOREVER, dtype=np.int64)
    ready = _ready(replay, way, rows)
    if not way.road.wrecks:
        known = np.where(arrived < 0, FOREVER + orders.confirmed[rows], arrived)
        return own if way.lane.crossover else in_turn(departure, ready, known, own), lost
    arrives, last = own.copy(), 0
    for each in np.lexsort((orders.seq[rows], ready, departure)).tolist():
        arrives[each] = own[each] if way.lane.crossover else max(own[each], last)
        left = int(orders.left[rows[each]])
        hit = [at for at in way.road.wrecks if left < at < arrives[each]]
        if hit:
            lost[each] = hit[0]
        else:
            last = int(arrives[each])
    return arrives, lost


def _ready(replay: Replay, way: _Way, rows: Int64) -> Int64:
    """By what orders are sorted that leave in the same second: by when they were ready for a sailing, or waited.

    Nothing tells which of two is first that a supplier made in the same second on lines of his, or of which one waited
    for the lane and one did not.
    """
    orders, moves, turn = replay.ledger.orders, replay.ledger.moves, np.zeros(len(rows), dtype=np.int64)
    source = replay.world.suppliers.get(way.lane.source)
    if source is None:
        issued = np.flatnonzero(moves.event == Move.ISSUED)
        seqs = dict(zip(moves.order[issued].tolist(), moves.seq[issued].tolist(), strict=True))
        turn = np.array([seqs.get(row, 0) for row in rows.tolist()], dtype=np.int64)
    elif source.capacity is None:
        turn = orders.number[rows].astype(np.int64)
    filled, left = orders.filled[rows], orders.left[rows]
    if way.lane.departures is None:
        mixed = np.isin(left, left[filled == left]) & np.isin(left, left[filled < left])
        filled, turn = np.where(mixed, 0, filled), np.where(mixed, 0, turn)
    _, ready = np.unique(np.stack((filled, turn), axis=1), axis=0, return_inverse=True)
    return np.asarray(ready, dtype=np.int64).reshape(-1)


def in_turn(departure: Int64, ready: Int64, told: Int64, own: Int64) -> Int64:
    """Instants of orders none of which overtakes: each its own, or that of one before it where that is later.

    Of orders that left in the same second those go first that were ready first; where nothing tells which that was,
    what the ledger tells of them decides.
    """
    order = np.lexsort((-own, told, ready, departure))
    instants = np.empty_like(own)
    instants[order] = np.maximum.accumulate(own[order])
    return instants


def true_arrivals(replay: Replay) -> dict[int, int]:
    """When each order that left arrives, also those after the close; lost ones when they would have."""
    arrivals: dict[int, int] = {}
    for lane in range(len(replay.world.lanes)):
        way = ways(replay, lane)
        arrivals.update(zip(way.rows.tolist(), way.arrives.tolist(), strict=True))
    return arrivals


def _left(replay: Replay) -> Iterator[Breach]:
    orders = replay.ledger.orders
    shut = [standstill(each) for each in replay.tape.shut]
    roads = replay.tape.roads or (Road(),) * len(shut)
    for row in range(first_placed(replay), len(orders.lane)):
        lane = int(orders.lane[row])
        if orders.filled[row] >= 0:
            yield from instant_of(replay, row, "left", _goes(roads[lane], shut[lane], int(orders.filled[row])))
        elif orders.left[row] >= 0:
            yield Breach(f"order {row}", int(orders.left[row]), "left", "not yet filled")


def _goes(road: Road, shut: Standstill, ready: int) -> int:
    """When goods leave that are ready: when the lane is not shut, with the first sailing then if there are any."""
    now = shut.walk(ready, 0)
    if road.sailings is None:
        return now
    table = road.sailings
    number = (now - table.first) // table.every
    while True:
        sails = table.first + number * table.every
        goes = table.die(number + 2**20) >= table.blanked if sails >= 0 else False
        if sails >= now and goes and not shut.shut(sails):
            return sails
        number += 1


def _unsent(replay: Replay) -> Iterator[Breach]:
    orders = replay.ledger.orders
    promised = np.array([confirms_at_once(replay, lane) for lane in range(len(replay.world.lanes))], dtype=np.bool_)
    for row in np.flatnonzero(orders.left < 0).tolist():
        dated = orders.confirmed[row] >= 0 and not promised[orders.lane[row]]
        if dated or max(orders.arrived[row], orders.posted[row]) >= 0:
            yield Breach(f"order {row}", int(orders.placed[row]), "confirmed, arrived or posted", "not yet left")


def _travel(replay: Replay) -> Iterator[Breach]:
    yield from _unsent(replay)
    for number in range(len(replay.world.lanes)):
        yield from _one_lane(replay, number)


def _one_lane(replay: Replay, number: int) -> Iterator[Breach]:
    """The orders that left on one lane: what is confirmed to each, when it arrives and when it is lost."""
    way = ways(replay, number)
    columns = (way.rows, way.date, way.arrives, way.lost, _told(replay, way.rows))
    for row, date, arrives, lost, told in zip(*(column.tolist() for column in columns), strict=True):
        if told != date and not confirms_at_once(replay, number):
            left = int(replay.ledger.orders.left[row])
            yield Breach(f"order {row}", left, f"confirmed {told} s", f"{date} s")
        yield from instant_of(replay, row, "arrived", FOREVER if lost < FOREVER else arrives)
        if (receiving := _receiving(replay, number)) is not None:
            yield from instant_of(replay, row, "posted", FOREVER if lost < FOREVER else arrives + receiving)


def _receiving(replay: Replay, number: int) -> int | None:
    """Time from the dock to being available; `None` where stations, outages or clerks decide."""
    name, levers = replay.world.lanes[number].to, replay.levers
    house = replay.world.warehouses[name]
    depends = house.work is not None or name in replay.tape.idle or levers.cross_dock or levers.keep.posting
    return None if depends else house.receiving


def _lost(replay: Replay) -> Iterator[Breach]:
    rows = replay.ledger.lost
    told = {
        int(row): int(time)
        for row, time, loss in zip(rows.order, rows.time, rows.loss, strict=True)
        if loss == Loss.GOODS_LOST
    }
    due: dict[int, int] = {}
    for number in range(len(replay.world.lanes)):
        if replay.tape.roads and replay.tape.roads[number].wrecks:
            way = ways(replay, number)
            due |= {r: t for r, t in zip(way.rows.tolist(), way.lost.tolist(), strict=True) if t < replay.ledger.close}
    for row in sorted({*told, *due}):
        if told.get(row) != due.get(row):
            yield Breach(f"order {row}", told.get(row, due.get(row)), f"lost at {told.get(row)}", due.get(row))


def _stages(replay: Replay) -> Iterator[Breach]:
    rows = replay.ledger.stages
    told = sorted(zip(rows.order.tolist(), rows.stage.tolist(), rows.time.tolist(), rows.fee.tolist(), strict=True))
    due: list[tuple[int, int, int, int]] = []
    for number, lane in enumerate(replay.world.lanes):
        if any((lane.departures, lane.port, lane.customs, lane.inland)):
            due += _due_stages(replay, number)
    for found, expected in zip(told, sorted(due), strict=False):
        if found != expected:
            yield Breach(f"order {found[0]}", found[2], f"stage {found[1:]}", expected)
    if len(told) != len(due):
        yield Breach("stages of orders", 0, f"{len(told)} rows", len(due))


def _due_stages(replay: Replay, number: int) -> Iterator[tuple[int, int, int, int]]:
    way = ways(replay, number)
    for row, lost, stages in zip(way.rows.tolist(), way.lost.tolist(), way.stages, strict=True):
        for stage, time, fee in stages:
            if time < min(lost, replay.ledger.close):
                yield row, stage, time, fee


def _came(replay: Replay) -> Iterator[Breach]:
    shorts, orders = replay.ledger.shorts, replay.ledger.orders
    rows = zip(shorts.order.tolist(), shorts.came.tolist(), shorts.rejected.tolist(), strict=True)
    told = {order: (came, rejected) for order, came, rejected in rows}
    for row in np.flatnonzero(orders.arrived >= 0).tolist():
        yields, units = replay.tape.lanes[int(orders.lane[row])].yields, int(orders.units[row])
        came, rejected = (units, 0) if yields is None else yields(int(orders.number[row]), units)
        found = told.pop(row, (units, 0))
        if found != (came, rejected):
            yield Breach(f"order {row}", int(orders.arrived[row]), f"came, rejected {found}", (came, rejected))
    if told:
        yield Breach("units that came", 0, sorted(told)[:5], "orders that arrived")


def _promised(replay: Replay) -> Iterator[Breach]:
    """Dates confirmed on placing: as planned, none before that of the order before it on a lane without crossover."""
    orders = replay.ledger.orders
    for number, lane in enumerate(replay.world.lanes):
        if not confirms_at_once(replay, number):
            continue
        rows, last = np.flatnonzero(orders.lane == number), 0
        for row in rows[rows >= first_placed(replay)].tolist():
            date = max(_catalogue_date(replay, lane, row), int(orders.placed[row]))
            last = date if lane.crossover else max(date, last)
            if orders.confirmed[row] != last:
                yield Breach(f"order {row}", int(orders.placed[row]), f"confirmed {orders.confirmed[row]} s", last)


def _catalogue_date(replay: Replay, lane: Lane, row: int) -> int:
    supplier, orders = replay.world.suppliers[lane.source], replay.ledger.orders
    laws = (lane.lead_time, lane.port, lane.inland, supplier.make)
    mean = sum(law.mean_value for law in laws if law is not None)
    if lane.departures is not None:
        share = lane.departures.blanked
        mean += lane.departures.every * (0.5 + share / (1 - share))
    unit = 0.0
    if supplier.capacity is not None:
        law = supplier.capacity.unit_time
        unit = law.mean_value if law is not None else 1 / (supplier.capacity.rate or 1.0)
    return int(orders.placed[row]) + round(mean) + round(unit * int(orders.units[row])) - supplier.optimism


TRAVEL = (
    Law("departure", "An order leaves once it is filled, when its lane is not shut and something sails.", _left),
    Law(
        "travel",
        "Orders are confirmed and arrive as lead time, slip, stages and weather say, none overtaking another on a lane "
        "without crossover.",
        _travel,
    ),
    Law("stages", "Orders on lanes with stages reach each when the tape says, and pay what customs asks.", _stages),
    Law("goods lost", "Goods on a lane are lost when the weather destroys them, and only then.", _lost),
    Law("yield", "As many units come, and are rejected, as the tape says.", _came),
    Law("first date", "Suppliers that confirm on order name the planned date.", _promised),
)
