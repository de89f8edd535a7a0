"""Laws of docks: when receipts are unloaded, cross-docked and put away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor

import numpy as np

from sim.ledger.auditing.hours import Piece, houses, idle_at, out_of_turn, seconds_for
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.places import at_work, in_house
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Int64, Track, What
from sim.scenario.house import Station, Work
from sim.scenario.policies import NewFirst
from sim.scenario.world import Warehouse
from sim.words import Move


def _came(replay: Replay) -> Int64:
    """Of each supply order, the units that came."""
    units, shorts = replay.ledger.orders.units.astype(np.int64), replay.ledger.shorts
    units[shorts.order] = shorts.came
    return units


def _rows(replay: Replay) -> Iterator[Breach]:
    """Every receipt at a warehouse at work has one row, in order of arrival."""
    docks, orders = replay.ledger.docks, replay.ledger.orders
    here = np.flatnonzero((orders.arrived >= 0) & at_work(replay)[orders.stock])
    if sorted(docks.order.tolist()) != here.tolist():
        yield Breach("docks", None, f"orders {sorted(docks.order.tolist())}", f"orders {here.tolist()}")
    for row in np.flatnonzero(docks.arrived != orders.arrived[docks.order]).tolist():
        yield Breach(f"docks[{row}]", int(docks.arrived[row]), "arrived", f"{orders.arrived[docks.order[row]]} s")
    at_once = replay.levers.keep.posting is None
    for row in np.flatnonzero((docks.put_away != orders.posted[docks.order]) & at_once).tolist():
        yield Breach(f"docks[{row}]", int(docks.put_away[row]), "put away", f"{orders.posted[docks.order[row]]} s")
    for row in (np.flatnonzero(np.diff(docks.arrived) < 0) + 1).tolist():
        yield Breach(f"docks[{row}]", int(docks.arrived[row]), "arrived earlier", "in order of time")


def _crossing(replay: Replay, name: str, house: Warehouse, rows: Int64) -> tuple[Int64, Int64]:
    """Of receipts at one warehouse, when those who wait get theirs; and when the rest may be unloaded."""
    docks, still = replay.ledger.docks, idle_at(replay, name)
    arrived = docks.arrived[rows].tolist()
    sorted_ = [still.walk(at, house.sorting if replay.levers.cross_dock else 0) for at in arrived]
    received = [still.walk(at, house.receiving) for at in arrived]
    if not replay.levers.cross_dock:
        return np.array(sorted_, dtype=np.int64), np.array(received, dtype=np.int64)
    return np.array(sorted_, dtype=np.int64), np.maximum(np.array(sorted_), received).astype(np.int64)


def _stations(replay: Replay) -> Iterator[Breach]:
    docks, crossed = replay.ledger.docks, replay.crossed
    units, good = _came(replay), replay.good
    for name, house in houses(replay).items():
        rows = np.flatnonzero(in_house(replay, name)[replay.ledger.orders.stock[docks.order]])
        crossing, ready = _crossing(replay, name, house, rows)
        order = docks.order[rows]
        whole = (crossed[order] > 0) & (crossed[order] == good[order])
        ready = np.where(whole, crossing, ready)
        unload = np.where(whole, 0, units[order] - crossed[order])
        shelve = np.where(whole, 0, good[order] - crossed[order])
        work = house.work or Work()
        yield from _station(replay, _Step(name, "unloaded", work.receive, rows, ready, unload))
        yield from _station(replay, _Step(name, "put_away", work.put_away, rows, docks.unloaded[rows], shelve))


@dataclass(frozen=True, eq=False)
class _Step:
    """Receipts that come to a station of a warehouse."""

    warehouse: str
    name: str
    """The column of the ledger that tells when it is done."""
    station: Station | None
    rows: Int64
    ready: Int64
    """When each of these comes; -1 if not by the close."""
    units: Int64


def _station(replay: Replay, step: _Step) -> Iterator[Breach]:
    work, close = replay.world.warehouses[step.warehouse].work or Work(), replay.ledger.close
    station, rows, ready, units = step.station, step.rows, step.ready, step.units
    done = getattr(replay.ledger.docks, step.name)[rows]
    there = (ready >= 0) & (ready < close)
    passes = ~there | (units == 0) if station is not None else np.ones(len(rows), dtype=np.bool_)
    for row in np.flatnonzero(passes & (done != np.where(there, ready, -1))).tolist():
        yield Breach(f"docks[{rows[row]}]", int(ready[row]), f"{step.name} {done[row]} s", f"{ready[row]} s")
    if station is None:
        return
    pieces = [
        Piece((0, int(rows[row])), int(ready[row]), seconds_for(station, int(units[row])), int(done[row]))
        for row in np.flatnonzero(~passes).tolist()
    ]
    wrong = out_of_turn(replay, work, station, idle_at(replay, step.warehouse), pieces)
    if wrong is not None:
        piece, subject = pieces[wrong[0]], f"docks[{pieces[wrong[0]].key[1]}] at {step.warehouse}"
        yield Breach(subject, piece.came, f"{step.name} {piece.done} s", f"{wrong[1]} s")


def _cross_dock(replay: Replay) -> Iterator[Breach]:
    """At the dock so many units go to those who wait as wait, and only where the levers say so."""
    moves, good = replay.ledger.moves, replay.good
    rows = np.flatnonzero(moves.event == Move.CROSSED)
    if not replay.levers.cross_dock:
        for row in rows.tolist():
            yield Breach(f"moves[{row}]", int(moves.time[row]), "cross-docked", "not: the levers say nothing of it")
        return
    due = _due(replay)
    for stock, track in enumerate(replay.tracks):
        for event in track.of(What.CROSSED).tolist():
            row = int(track.row[event])
            order, units = int(moves.order[row]), int(moves.units[row])
            expected = min(int(good[order]) - _held(replay, int(good[order])), int(track.backlog[event]))
            found, when = (units, int(moves.time[row])), due.pop(order, -1)
            if found != (expected, when):
                yield Breach(f"order {order} at {replay.name(stock)}", when, found, (expected, when))
    for order, when in due.items():
        if when < replay.ledger.close and good[order] - _held(replay, int(good[order])) > 0:
            track = replay.tracks[replay.ledger.orders.stock[order]]
            if _waits_all_second(track, when):
                yield Breach(f"order {order}", when, "nothing cross-docked", "units for those who wait")


def _due(replay: Replay) -> dict[int, int]:
    """When each receipt is cross-docked, by order."""
    docks, due = replay.ledger.docks, dict[int, int]()
    for name, house in houses(replay).items():
        rows = np.flatnonzero(in_house(replay, name)[replay.ledger.orders.stock[docks.order]])
        crossing, _ = _crossing(replay, name, house, rows)
        due.update(zip(docks.order[rows].tolist(), crossing.tolist(), strict=True))
    return due


def _held(replay: Replay, units: int) -> int:
    allocate = replay.levers.allocate
    return floor(units * allocate.share) if isinstance(allocate, NewFirst) else 0


def _waits_all_second(track: Track, time: int) -> bool:
    """Whether somebody waited before, in and after a second."""
    first, last = np.searchsorted(track.time, (time, time + 1))
    return bool((track.backlog[first : last + 1] > 0).all())


DOCKS = (
    Law("docks", "Every receipt of a warehouse at work has one row: at the dock, unloaded, put away (posted).", _rows),
    Law(
        "receiving",
        "Receipts are unloaded and put away one after the other per worker, in order of arrival, within the hours.",
        _stations,
    ),
    Law(
        "cross-docking",
        "Of a receipt at the dock, as many units as are waited for go straight on, sorted, where the levers say so.",
        _cross_dock,
    ),
)
