"""All visits of one replication: when, who, how many units, how patient, and where to if not here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.classes import deltas_of, patience_of, urgent_of
from sim.scenario.customers import Customers
from sim.scenario.laws import DurationLaw
from sim.scenario.memory import BEST_STARS, HEADROOM
from sim.scenario.visits import PoissonVisits
from sim.scenario.world import World
from sim.tape.arrivals import Arrivals, arrivals_of
from sim.tape.course import Floats, Span, span_of
from sim.tape.courses import Demand
from sim.tape.impulse import on_impulse, regulars
from sim.tape.members import NOBODY, Members, members_of
from sim.tape.spikes import noisy, true_demand
from sim.tape.streams import Stream, Streams
from sim.tape.tape import Visits
from sim.words import FOREVER

Columns = dict[str, NDArray[Any]]

_CHUNK: Final = 2**17
"""Values drawn at a time, so that millions of them need no large arrays in between."""


def draw_visits(world: World, streams: Streams) -> Visits:
    """The visits of all customer streams, merged by time; those of the same second by stream, then row.

    Extra visits come after the others of their stream and second.
    """
    return _merged([crowd.columns() for crowd in _crowds(world, span_of(world.calendar), streams)])


def _merged(parts: list[Columns]) -> Visits:
    single = len(parts) == 1
    order = slice(None) if single else np.argsort(np.concatenate([p["time"] for p in parts]), kind="stable")
    columns: Columns = {}
    for name in list(parts[0]):
        columns[name] = np.concatenate([part.pop(name) for part in parts])[order]
        columns[name].flags.writeable = False
    return Visits(**columns)


def _crowds(world: World, span: Span, streams: Streams) -> Iterator[_Crowd]:
    """Each customer stream, and after it the extra visits that it might have."""
    members = None if world.panel is None else members_of(world.panel, streams)
    rising = [may_rise(world, customers) for customers in world.customers.values()]
    extra = False if any(rising) else None
    demands = true_demand(world, span, streams)
    for number, (name, customers) in enumerate(world.customers.items()):
        kind = on_impulse if name in world.impulsive else regulars
        demand = noisy(kind(demands[customers.buys]), customers.visits, streams.claim(f"visits/{name}/noise"))
        crowd = _Crowd(world, number, name, customers, demand, streams, members, extra=extra)
        yield crowd
        if rising[number]:
            yield replace(crowd, name=f"{name}/extra", customers=_beyond(customers), extra=True)


def may_rise(world: World, customers: Customers) -> bool:
    """Whether memory or reputation could bring more visits of a stream than its stated rate."""
    if not isinstance(customers.visits, PoissonVisits):
        return False
    known = world.panel is not None and customers.members > 0
    return (known and _regard_may_rise(world)) or (customers.members < 1 and _repute_may_rise(world))


def _regard_may_rise(world: World) -> bool:
    if world.memory is None or world.memory.gain == 0:
        return False
    rows = deltas_of(world.memory, world.calibration)
    return max(rows.changes) > 0


def _repute_may_rise(world: World) -> bool:
    about = world.reputation
    return about is not None and about.elasticity > 0 and about.prior_stars < BEST_STARS


def _beyond(customers: Customers) -> Customers:
    """The same customers at the rate of their extra visits."""
    assert isinstance(customers.visits, PoissonVisits)
    visits = customers.visits.model_copy(update={"rate": customers.visits.rate * HEADROOM})
    return customers.model_copy(update={"visits": visits})


@dataclass(frozen=True)
class _Crowd:
    """One customer stream (or its extra visits), with a named stream of chance for each thing it decides."""

    world: World
    number: int
    name: str
    customers: Customers
    demand: Demand
    streams: Streams
    members: Members | None
    extra: bool | None
    """`None` where no stream of the world has extra visits."""

    def _claim(self, attribute: str) -> Stream:
        return self.streams.claim(f"visits/{self.name}/{attribute}")

    def columns(self) -> Columns:
        """Every attribute of every visit, needed or not."""
        arrivals = arrivals_of(self.customers.visits, self.demand, self._claim)
        count = len(arrivals.time)
        columns: Columns = {
            "time": arrivals.time,
            "stream": np.full(count, self.number, np.int16),
            "units": self._units(arrivals),
            "whim": self._whim(count),
            "accept": self._uniform("accept", count),
            "exit": self._uniform("exit", count),
        }
        if self.members is not None:
            columns["member"] = self._member(count, self.members)
        if self.extra is not None:
            columns["extra"] = np.full(count, self.extra)
        columns["patience"] = self._patience(arrivals, columns.get("member"))
        return columns

    def _uniform(self, attribute: str, count: int) -> NDArray[np.float32]:
        return self._claim(attribute).generator().random(count, np.float32)

    def _units(self, arrivals: Arrivals) -> NDArray[np.int32]:
        if arrivals.units is not None:
            return arrivals.units.astype(np.int32)
        if self.customers.size is None:
            return np.ones(len(arrivals.time), np.int32)
        return _filled(len(arrivals.time), self._claim("units"), self.customers.size.ppf)

    def _member(self, count: int, members: Members) -> NDArray[np.int32]:
        """Who comes: the same members whatever their share, only more or fewer of them."""
        if self.customers.members == 0:
            return np.full(count, NOBODY, np.int32)
        known = self._uniform("known", count) < self.customers.members
        picked = _filled(count, self._claim("member"), members.picked)
        picked[~known] = NOBODY
        return picked

    def _patience(self, arrivals: Arrivals, member: NDArray[np.int32] | None) -> NDArray[np.int32]:
        if arrivals.patience is not None:
            return arrivals.patience.astype(np.int32)
        customers, count = self.customers, len(arrivals.time)
        if customers.patience is None and customers.acceptance is not None:
            return np.full(count, FOREVER, np.int32)
        customer_class = self.world.products[customers.buys].customer_class
        law = patience_of(customers, customer_class, self.world.calibration)
        patience = _filled(count, self._claim("patience"), law.ppf)
        if member is not None and self.members is not None:
            _stretch(patience, member, self.members)
        self._hurry(patience, *urgent_of(customers, customer_class, self.world.calibration))
        return patience

    def _hurry(self, patience: NDArray[np.int32], share: float, deadline: DurationLaw) -> None:
        """The urgent wait no longer than to their deadline."""
        if share > 0:
            urgent = self._uniform("urgent", len(patience)) < share
            due = _filled(len(patience), self._claim("deadline"), deadline.ppf)
            np.minimum(patience, due, out=patience, where=urgent)

    def _whim(self, count: int) -> NDArray[np.int32]:
        rate = self.customers.change_of_mind
        if rate == 0:
            return np.full(count, FOREVER, np.int32)
        return _filled(count, self._claim("whim"), lambda u: -np.log1p(-u) / rate)


def _stretch(patience: NDArray[np.int32], member: NDArray[np.int32], members: Members) -> None:
    """Multiply the patience of members by their own factors; nobody's endless patience ends."""
    if members.factors is None:
        return
    for start in range(0, len(patience), _CHUNK):
        part, who = patience[start : start + _CHUNK], member[start : start + _CHUNK]
        factor = np.where((who == NOBODY) | (part == FOREVER), 1.0, members.factors[who])
        part[:] = np.minimum(part * factor, FOREVER)


def _filled(count: int, stream: Stream, quantiles: Callable[[Floats], NDArray[Any]]) -> NDArray[np.int32]:
    """So many values in whole numbers from 0 to `FOREVER`, fractions dropped."""
    generator = stream.generator()
    values = np.empty(count, np.int32)
    for start in range(0, count, _CHUNK):
        part = values[start : start + _CHUNK]
        part[:] = np.clip(quantiles(generator.random(len(part))), 0, FOREVER)
    return values
