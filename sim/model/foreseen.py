"""By what demand events multiply the demand for a product, as far as a planner may know of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenario.world import World
from sim.tape.course import span_of
from sim.tape.courses import demand_of
from sim.words import HOUR

Floats = NDArray[np.float64]


class Courses:
    """The events of one product: those that were planned, or for a benchmark all of them."""

    def __init__(self, world: World, product: str, *, planned: bool) -> None:
        calendar = world.calendar
        events = [event for event in world.demand if event.planned or not planned]
        self._demand = demand_of(product, events, span_of(calendar))
        self._day0 = calendar.warm_up

    def mean(self, start: int, end: int) -> float:
        """Mean multiplier between two instants of the run, from the middle of each hour or so."""
        parts = max(-(-(end - start) // HOUR), 24)
        return float(self._factors(start, (end - start) / parts, parts).mean())

    def without(self, counts: Floats, period: int) -> Floats:
        """What was counted in each period from the start of the run on, as if there had been no events.

        Where an event took all demand away, what was counted stays.
        """
        parts = max(-(-period // HOUR), 24)
        factors = self._factors(0, period / parts, len(counts) * parts).reshape(-1, parts).mean(axis=1)
        return np.asarray(counts / np.where(factors > 0, factors, 1.0), dtype=np.float64)

    def _factors(self, start: int, step: float, parts: int) -> Floats:
        """In the middle of each of so many steps from an instant on."""
        instants = start + (np.arange(parts, dtype=np.float64) + 0.5) * step
        return self._demand.factor(np.asarray(instants - self._day0, dtype=np.float64))
