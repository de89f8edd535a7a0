"""All visits of one replication: when, who, how many units, how patient, and where to if not here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.classes import patience_of
from sim.scenario.customers import Customers
from sim.scenario.world import World
from sim.tape.arrivals import Arrivals, arrivals_of
from sim.tape.courses import Floats, Span, demand_of
from sim.tape.streams import Stream, Streams
from sim.tape.tape import Visits
from sim.words import FOREVER

Columns = dict[str, NDArray[Any]]

_CHUNK: Final = 2**17
"""Values drawn at a time, so that millions of them need no large arrays in between."""


def draw_visits(world: World, streams: Streams) -> Visits:
    """The visits of all customer streams, merged by time; those of the same second by stream, then row."""
    calendar = world.calendar
    weekday = 0 if calendar.start is None else calendar.start.weekday()
    span = Span(-calendar.warm_up, calendar.measure, weekday)
    parts = []
    for number, (name, customers) in enumerate(world.customers.items()):
        columns = _Crowd(world, name, customers, streams).columns(span)
        columns["stream"] = np.full(len(columns["time"]), number, np.int16)
        parts.append(columns)
    return _merged(parts)


def _merged(parts: list[Columns]) -> Visits:
    single = len(parts) == 1
    order = slice(None) if single else np.argsort(np.concatenate([p["time"] for p in parts]), kind="stable")
    columns: Columns = {}
    for name in list(parts[0]):
        columns[name] = np.concatenate([part.pop(name) for part in parts])[order]
        columns[name].flags.writeable = False
    return Visits(**columns)


@dataclass(frozen=True)
class _Crowd:
    """One customer stream, with a named stream of chance for each thing it decides."""

    world: World
    name: str
    customers: Customers
    streams: Streams

    def _claim(self, attribute: str) -> Stream:
        return self.streams.claim(f"visits/{self.name}/{attribute}")

    def columns(self, span: Span) -> Columns:
        """Every attribute of every visit, needed or not."""
        customers = self.customers
        demand = demand_of(customers.buys, self.world.demand, span)
        arrivals = arrivals_of(customers.visits, demand, self._claim)
        count = len(arrivals.time)
        return {
            "time": arrivals.time,
            "units": self._units(arrivals),
            "patience": self._patience(arrivals),
            "whim": self._whim(count),
            "accept": self._claim("accept").generator().random(count, np.float32),
            "exit": self._claim("exit").generator().random(count, np.float32),
        }

    def _units(self, arrivals: Arrivals) -> NDArray[np.int32]:
        if arrivals.units is not None:
            return arrivals.units.astype(np.int32)
        if self.customers.size is None:
            return np.ones(len(arrivals.time), np.int32)
        return _filled(len(arrivals.time), self._claim("units"), self.customers.size.ppf)

    def _patience(self, arrivals: Arrivals) -> NDArray[np.int32]:
        if arrivals.patience is not None:
            return arrivals.patience.astype(np.int32)
        customers = self.customers
        if customers.patience is None and customers.acceptance is not None:
            return np.full(len(arrivals.time), FOREVER, np.int32)
        law = patience_of(
            customers, self.world.products[customers.buys].customer_class, self.world.calibration
        )
        return _filled(len(arrivals.time), self._claim("patience"), law.ppf)

    def _whim(self, count: int) -> NDArray[np.int32]:
        rate = self.customers.change_of_mind
        if rate == 0:
            return np.full(count, FOREVER, np.int32)
        return _filled(count, self._claim("whim"), lambda u: -np.log1p(-u) / rate)


def _filled(count: int, stream: Stream, quantiles: Callable[[Floats], Floats]) -> NDArray[np.int32]:
    """So many values in whole numbers from 0 to `FOREVER`, fractions dropped."""
    generator = stream.generator()
    values = np.empty(count, np.int32)
    for start in range(0, count, _CHUNK):
        part = values[start : start + _CHUNK]
        part[:] = np.clip(quantiles(generator.random(len(part))), 0, FOREVER)
    return values
