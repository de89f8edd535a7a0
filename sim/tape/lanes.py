"""Chance and weather of every lane: how long orders take, what holds them up, what is lost of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from sim.scenario.disruptions import LaneClosed
from sim.scenario.laws import DurationLaw
from sim.scenario.supply import Customs, LateSlip, ScriptedSlip, Slip
from sim.scenario.world import Lane, World
from sim.tape.dice import die_of
from sim.tape.exams import Exams
from sim.tape.keyed import KeyedDraws, ScriptedDraws, draws_of
from sim.tape.roads import Jam, Road, Sailings
from sim.tape.streams import Stream, Streams
from sim.tape.tape import NOTHING, LaneChance
from sim.tape.weather import Weather
from sim.tape.yields import Yields

Floats = NDArray[np.float64]


def named(world: World) -> Iterator[tuple[Lane, str]]:
    """Each lane with a name of its own; lanes of the same id are told apart by their order."""
    seen: Counter[str] = Counter()
    for lane in world.lanes:
        yield lane, f"lane/{lane.id}#{seen[lane.id]}" if seen[lane.id] else f"lane/{lane.id}"
        seen[lane.id] += 1


def lane_chance(world: World, lane: Lane, name: str, streams: Streams) -> LaneChance:
    """What chance does to the orders of one lane."""
    supplier = world.suppliers.get(lane.source)

    def drawn(law: DurationLaw | None, what: str) -> KeyedDraws:
        return NOTHING if law is None else draws_of(law, streams.claim(f"{name}/{what}"))

    return LaneChance(
        lead_time=drawn(lane.lead_time, "lead_time"),
        slip=NOTHING if lane.slip is None else _slip(lane.slip, streams.claim(f"{name}/slip")),
        make=drawn(supplier.make if supplier else None, "make"),
        port=drawn(lane.port, "port"),
        inland=drawn(lane.inland, "inland"),
        rebook=drawn(_rebook(world, lane), "rebook"),
        exams=None if lane.customs is None else _exams(lane.customs, name, streams),
        yields=_yields(world, lane, name, streams),
    )


def _yields(world: World, lane: Lane, name: str, streams: Streams) -> Yields | None:
    supplier = world.suppliers.get(lane.source)
    if supplier is None or (supplier.yields == 1 and supplier.defects == 0):
        return None
    return Yields(supplier.yields, supplier.defects, die_of(streams.claim(f"{name}/entry")))


def _exams(customs: Customs, name: str, streams: Streams) -> Exams:
    return Exams(
        share=customs.exam,
        edges=tuple(accumulate(kind.share for kind in customs.kinds)),
        lasts=tuple(
            draws_of(kind.lasts, streams.claim(f"{name}/customs/{number}"))
            for number, kind in enumerate(customs.kinds)
        ),
        fees=tuple(round(100 * kind.fee) for kind in customs.kinds),
        die=die_of(streams.claim(f"{name}/customs")),
    )


def _rebook(world: World, lane: Lane) -> DurationLaw | None:
    """How much longer the other way takes; all closures that rebook goods of a lane state the same law."""
    for blow in world.disruptions:
        if isinstance(blow, LaneClosed) and blow.rebook is not None and _strikes(blow, lane):
            return blow.rebook
    return None


def _strikes(blow: LaneClosed, lane: Lane) -> bool:
    return blow.lane == (lane.source, lane.to) or (blow.region is not None and blow.region == lane.region)


def roads_of(world: World, weather: Weather, streams: Streams) -> tuple[Road, ...]:
    """The weather of every lane, by position; empty when no lane has any."""
    roads = tuple(_road(world, lane, name, weather, streams) for lane, name in named(world))
    return () if all(road == Road() for road in roads) else roads


def _road(world: World, lane: Lane, name: str, weather: Weather, streams: Streams) -> Road:
    jams = (
        Jam(
            spells=spells,
            slip=None if blow.slip is None else _slip(blow.slip, streams.claim(f"{name}/congestion/{number}")),
            delay=blow.delay,
        )
        for number, (blow, spells) in enumerate(weather.jams(lane))
    )
    return Road(
        sailings=_sailings(world, lane, name, streams),
        gates=weather.gates(lane),
        jams=tuple(jams),
        wrecks=weather.wrecks(lane),
        detours=weather.detours(lane),
        holds=weather.holds(lane),
        paperwork=weather.paperwork(lane),
    )


def _sailings(world: World, lane: Lane, name: str, streams: Streams) -> Sailings | None:
    table = lane.departures
    if table is None:
        return None
    die = die_of(streams.claim(f"{name}/departures"))
    return Sailings(table.every, world.calendar.warm_up + table.first, table.blanked, die)


@dataclass(frozen=True)
class _Late:
    """Quantiles of a slip: none for those on time, exponential for the others."""

    slip: LateSlip

    def ppf(self, u: Floats) -> Floats:
        on_time = u <= 1.0 - self.slip.late
        later = np.where(on_time, 1.0, (1.0 - u) / max(self.slip.late, np.finfo(float).tiny))
        return np.where(on_time, 0.0, -self.slip.mean * np.log(later))


def _slip(slip: Slip, stream: Stream) -> KeyedDraws:
    match slip:
        case ScriptedSlip():
            return ScriptedDraws(slip.script)
        case LateSlip():
            return draws_of(_Late(slip), stream)
        case _:
            return draws_of(slip, stream)
