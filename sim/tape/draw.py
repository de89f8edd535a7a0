"""Draw the tape: everything chance will do in one replication, before anything happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from sim.scenario.supply import Capacity, LateSlip, ScriptedSlip
from sim.scenario.world import Lane, World
from sim.tape.dice import dice_of, die_of
from sim.tape.keyed import ConstantDraws, KeyedDraws, PacedDraws, ScriptedDraws, draws_of
from sim.tape.streams import Stream, Streams
from sim.tape.tape import LaneChance, Tape, Visits
from sim.tape.visits import draw_visits
from sim.tape.weather import draw_weather

Floats = NDArray[np.float64]

def draw_tape(world: World, *, seed: int, replication: int) -> Tape:
    """All chance of one replication; no policy can change it.

    Raises:
        TapeError: the seed or the replication is out of range, or there is too much to hold: visits of one
            customer stream, or strikes of one random disruption.
    """
    streams = Streams(seed=seed, replication=replication)
    weather = draw_weather(world, streams)
    return Tape(
        seed=seed,
        replication=replication,
        visits=draw_visits(world, streams),
        lanes=tuple(_lane_chance(lane, name, streams) for lane, name in _named(world.lanes)),
        unit_times={
            name: _unit_times(supplier.capacity, streams.claim(f"supplier/{name}/unit_time"))
            for name, supplier in world.suppliers.items()
            if supplier.capacity is not None
        },
        down={name: weather.down(name, "held") for name in world.suppliers},
        refusing={name: weather.down(name, "refused") for name in world.suppliers},
        blocked=tuple(weather.blocked(lane) for lane in world.lanes),
        shut=tuple(weather.shut(lane) for lane in world.lanes),
        dice=tuple(dice_of(f"visits/{name}", streams) for name in world.customers),
        member_dice=dice_of("panel", streams),
        warned=tuple(die_of(streams.claim(f"{name}/warned")) for _, name in _named(world.lanes)),
    )


def digest(tape: Tape) -> str:
    """Fingerprint of all visits of a tape: the same for the same visits, in any process."""
    fingerprint = blake2b(digest_size=16)
    for column in fields(Visits):
        values = getattr(tape.visits, column.name)
        if values is None:
            continue
        fingerprint.update(values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes())
    return fingerprint.hexdigest()


def _unit_times(capacity: Capacity, stream: Stream) -> KeyedDraws:
    if capacity.unit_time is not None:
        return draws_of(capacity.unit_time, stream)
    return PacedDraws(capacity.rate or 0.0)


@dataclass(frozen=True)
class _Late:
    """Quantiles of a slip: none for those on time, exponential for the others."""

    slip: LateSlip

    def ppf(self, u: Floats) -> Floats:
        on_time = u <= 1.0 - self.slip.late
        later = np.where(on_time, 1.0, (1.0 - u) / max(self.slip.late, np.finfo(float).tiny))
        return np.where(on_time, 0.0, -self.slip.mean * np.log(later))


def _named(lanes: tuple[Lane, ...]) -> Iterator[tuple[Lane, str]]:
    """Each lane with a name of its own; lanes of the same id are told apart by their order."""
    seen: Counter[str] = Counter()
    for lane in lanes:
        yield lane, f"lane/{lane.id}#{seen[lane.id]}" if seen[lane.id] else f"lane/{lane.id}"
        seen[lane.id] += 1


def _lane_chance(lane: Lane, name: str, streams: Streams) -> LaneChance:
    lead_time = draws_of(lane.lead_time, streams.claim(f"{name}/lead_time"))
    return LaneChance(lead_time, _slip(lane, streams.claim(f"{name}/slip")))


def _slip(lane: Lane, stream: Stream) -> KeyedDraws:
    match lane.slip:
        case None:
            return ConstantDraws(0)
        case ScriptedSlip():
            return ScriptedDraws(lane.slip.script)
        case LateSlip():
            return draws_of(_Late(lane.slip), stream)
        case _:
            return draws_of(lane.slip, stream)
