"""Laws of the way of supply orders: what is confirmed to them, the stages they reach, and when they come."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.supply import Standstill, confirms_at_once, first_placed, instant_of, standstill
from sim.ledger.auditing.ways import dates_told, ways
from sim.scenario.world import Lane
from sim.tape.roads import Road
from sim.words import FOREVER, Loss


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
    columns = (way.rows, way.date, way.arrives, way.lost, dates_told(replay, way.rows))
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
