"""Draw the tape: everything chance will do in one replication, before anything happens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from hashlib import blake2b
from typing import TypeVar

from sim.scenario.supply import Capacity
from sim.scenario.world import World
from sim.tape.closures import Closures
from sim.tape.dice import dice_of, die_of
from sim.tape.keyed import KeyedDraws, PacedDraws, draws_of
from sim.tape.lanes import lane_chance, named, roads_of
from sim.tape.stocks import shrink_of, stock_dice
from sim.tape.streams import Stream, Streams
from sim.tape.tape import Tape, Visits
from sim.tape.visits import draw_visits
from sim.tape.weather import draw_weather

Found = TypeVar("Found")


def draw_tape(world: World, *, seed: int, replication: int) -> Tape:
    """All chance of one replication; no policy can change it.

    Raises:
        TapeError: the seed or the replication is out of range, or there is too much to hold: visits of one
            customer stream, strikes of one random disruption, or units that vanish.
    """
    streams = Streams(seed=seed, replication=replication)
    weather = draw_weather(world, streams)
    return Tape(
        seed=seed,
        replication=replication,
        visits=draw_visits(world, streams),
        lanes=tuple(lane_chance(world, lane, name, streams) for lane, name in named(world)),
        unit_times={
            name: _unit_times(supplier.capacity, streams.claim(f"supplier/{name}/unit_time"))
            for name, supplier in world.suppliers.items()
            if supplier.capacity is not None
        },
        down={name: weather.down(name) for name in world.suppliers},
        refusing={name: weather.refusing(name) for name in world.suppliers},
        blocked=tuple(weather.blocked(lane) for lane in world.lanes),
        shut=tuple(weather.shut(lane) for lane in world.lanes),
        dice=tuple(dice_of(f"visits/{name}", streams) for name in world.customers),
        member_dice=dice_of("panel", streams),
        warned=tuple(die_of(streams.claim(f"{name}/warned")) for _, name in named(world)),
        pace=_known((name, weather.pace(name)) for name in world.suppliers),
        roads=roads_of(world, weather, streams),
        gone=_known((name, weather.gone(name)) for name in world.suppliers),
        idle=_known((name, _ever(weather.idle(name))) for name in world.warehouses),
        dark=_known((name, _ever(weather.dark(name))) for name in world.warehouses),
        destroyed=weather.destroyed(world),
        shrink=shrink_of(world, streams),
        stock_dice=stock_dice(world, streams),
    )


def _known(found: Iterable[tuple[str, Found | None]]) -> dict[str, Found]:
    """What there is, by name."""
    return {name: each for name, each in found if each is not None}


def _ever(closures: Closures) -> Closures | None:
    return closures if closures.intervals else None


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
