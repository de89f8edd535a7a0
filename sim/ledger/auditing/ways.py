"""What becomes of the supply orders that left: by lead time, slip, stages and weather, none overtaking another."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.supply import Standstill, confirms_at_once, first_placed, standstill
from sim.ledger.auditing.track import Int64
from sim.scenario.world import Lane
from sim.tape.roads import Road
from sim.tape.tape import LaneChance
from sim.words import FOREVER, Move, Stage


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
    told = dates_told(replay, rows)
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


def dates_told(replay: Replay, rows: Int64) -> Int64:
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
