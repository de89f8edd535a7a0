"""Times in which something out of the ordinary goes on: spikes of demand, disruptions, and the end of all visits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log
from typing import Final, Literal

from sim.scenario.demand import Panic, Promo, Spike, Viral
from sim.scenario.disruptions import WORDS, AnyDisruption
from sim.scenario.world import World
from sim.words import DAY

FADED: Final = 0.1
"""A viral spike counts as over when this share of its extra demand is left."""

@dataclass(frozen=True)
class Span:
    """A time in which something out of the ordinary goes on, in days from day 0."""

    kind: Literal["spike", "outage", "run_out"]
    label: str
    start: float
    end: float


def spans(world: World) -> tuple[Span, ...]:
    """Spikes of demand, scheduled disruptions (of mean length) and the run-out, as far as they lie after day 0."""
    return (*_spikes(world), *_outages(world), *_run_out(world))


def by_chance(world: World) -> tuple[str, ...]:
    """Disruptions that come when chance will have it, so that no one time can be given."""
    return tuple(_label(broken) for broken in world.disruptions if broken.at is None)


def _spikes(world: World) -> Iterator[Span]:
    for event in world.demand:
        if isinstance(event, Viral | Promo | Panic | Spike):
            length = event.decay * log(1 / FADED) if isinstance(event, Viral) else event.lasts
            yield Span("spike", f"demand {event.multiplier:g}-fold", event.at / DAY, (event.at + length) / DAY)


def _outages(world: World) -> Iterator[Span]:
    for broken in world.disruptions:
        if broken.at is not None:
            yield Span("outage", _label(broken), broken.at / DAY, (broken.at + _length(broken)) / DAY)


def _length(broken: AnyDisruption) -> float:
    """Its mean length; what is over at once, or for good, is marked for a day."""
    return broken.mean_length or DAY


def _run_out(world: World) -> Iterator[Span]:
    window, run_out = world.calendar.measure, world.calendar.run_out
    if run_out:
        yield Span("run_out", "no new visits", window / DAY, (window + run_out) / DAY)


def _label(broken: AnyDisruption) -> str:
    """What happens to what."""
    return f"{broken.struck} {WORDS[broken.kind]}"
