"""What chance does to demand: how strong events are, and which days are good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.demand import Noise
from sim.scenario.special import gamma_ppf, normal_ppf
from sim.scenario.visits import PoissonVisits
from sim.scenario.world import World
from sim.tape.course import Course, Floats, Span
from sim.tape.courses import COURSES, Demand
from sim.tape.streams import Stream, Streams
from sim.words import DAY


@dataclass(frozen=True, eq=False)
class NoiseCourse(Course):
    """A factor for each day or week."""

    factors: NDArray[np.float64] = field(kw_only=True)
    """From the first day or week that the span touches on."""
    length: int = field(kw_only=True)
    """Of each, seconds."""

    def factor(self, t: Floats) -> Floats:
        """That of the day or week; that of the last one at the very end."""
        number = np.floor(t / self.length).astype(np.int64) - self.span.start // self.length
        return self.factors[np.clip(number, 0, len(self.factors) - 1)]

    def knots(self) -> Floats:
        """Where one ends and the next begins."""
        first = self.span.start // self.length
        return (np.arange(first, first + len(self.factors)) * self.length).astype(np.float64)


def noise_of(noise: Any, span: Span, stream: Stream) -> NoiseCourse:
    """Draw the good and the bad days of one demand event, or of one customer stream."""
    length = DAY if noise.by == "day" else 7 * DAY
    count = -(-span.end // length) - span.start // length
    shape = noise.cv**-2
    factors = gamma_ppf(shape, stream.generator().random(count)) / shape
    return NoiseCourse(noise, span, factors=factors, length=length)


def true_demand(world: World, span: Span, streams: Streams) -> dict[str, Demand]:
    """The demand of every product as it comes, by product: events with what chance makes of them."""
    courses: dict[str, list[Course]] = {product: [] for product in world.products}
    seen: Counter[str] = Counter()
    for event in world.demand:
        name = f"demand/{event.kind}/{'+'.join(event.whose)}"
        for product, course in _courses(event, span, f"{name}/{seen[name]}", streams).items():
            courses[product].append(course)
        seen[name] += 1
    return {product: Demand(span, tuple(mine)) for product, mine in courses.items()}


def _courses(event: Any, span: Span, name: str, streams: Streams) -> Mapping[str, Course]:
    """One event by product."""
    if isinstance(event, Noise):
        return dict.fromkeys(event.whose, noise_of(event, span, streams.claim(f"{name}/noise")))
    kind = COURSES[event.kind]
    if event.surprise == 0:
        return dict.fromkeys(event.whose, kind(event, span))
    factors = _surprises(event, streams.claim(f"{name}/surprise"))
    return {product: kind(event, span, surprise) for product, surprise in zip(event.whose, factors, strict=True)}


def _surprises(event: Any, stream: Stream) -> list[float]:
    """Lognormal factors of mean 1, joined by a Gaussian copula."""
    z = normal_ppf(stream.generator().random(1 + len(event.whose)))
    joint = np.sqrt(event.correlation) * z[0] + np.sqrt(1 - event.correlation) * z[1:]
    variance = np.log1p(event.surprise**2)
    factors: list[float] = np.exp(np.sqrt(variance) * joint - variance / 2).tolist()
    return factors


def noisy(demand: Demand, visits: Any, stream: Stream) -> Demand:
    """Demand as one customer stream sees it, with its own good and bad days."""
    if not isinstance(visits, PoissonVisits) or visits.noise is None:
        return demand
    return demand.besides(noise_of(visits.noise, demand.span, stream))
