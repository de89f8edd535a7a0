"""Dials: the settings of a scenario that matter first, each with a range around its present value.

A dial that is turned stands for values to set in the scenario, in the grammar of `--set`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.knob import Dial, Name, fixed, scaled, step_to
from sim.restocking import every_levers, order_quantity, reorder_point, stated_at
from sim.scenario.classes import deltas_of, patience_of
from sim.scenario.demand import Panic, Promo, Spike, Viral
from sim.scenario.law import Law
from sim.scenario.paths import item_names
from sim.scenario.scenario import Scenario
from sim.scenario.visits import TraceVisits
from sim.stoppage import Stoppage, of_lane, of_supplier
from sim.throughput import lead_time, visits
from sim.words import DAY, YEAR


def dials(scenario: Scenario) -> tuple[Dial, ...]:
    """The dials of a scenario, always all of them; those it has no use for say why."""
    return tuple(build(scenario) for build in _BUILDERS)


def _spike(scenario: Scenario) -> Dial:
    events = scenario.world.demand
    place = next((n for n, event in enumerate(events) if isinstance(event, Viral | Promo | Panic | Spike)), None)
    if place is None:
        return fixed("spike", "Spike height", "Demand has no spike in this scenario.")
    event, path = events[place], f"world.demand.{_item('demand', events, place)}.multiplier"
    value = float(getattr(event, "multiplier", 1.0))
    return Dial(
        "spike",
        "Spike height",
        "times the usual",
        f"Demand for {' and '.join(event.whose)} at the top of the spike, as a multiple of the usual; 1 is no spike.",
        low=min(1.0, value),
        high=max(20.0, 2 * value),
        step=step_to(value, min(1.0, value), 0.5, 0.1, 0.01),
        value=value,
        write=lambda position: {path: f"{position:.10g}"},
    )


def _item(owner: str, items: tuple[Viral | object, ...], place: int) -> str:
    return item_names(owner, [{"kind": getattr(item, "kind", "")} for item in items])[place]


def _outage(scenario: Scenario) -> Dial:
    return _standstill("outage", "Outage length", of_supplier(scenario))


def _closure(scenario: Scenario) -> Dial:
    return _standstill("closure", "Port or lane closed", of_lane(scenario))


def _standstill(name: Name, title: str, found: Stoppage) -> Dial:
    if found.write is None:
        return fixed(name, title, found.reason)
    high, step = max(60.0, 2 * found.days), step_to(found.days, 0.0, 1.0, 0.5, 0.1)
    return Dial(name, title, "days", found.about, 0.0, high, step, found.days, write=found.write)


def _patience(scenario: Scenario) -> Dial:
    title = "Median patience"
    laws = dict(_patient(scenario))
    if not laws:
        return fixed("patience", title, "Customers of this scenario bring their own patience, one by one.")
    medians = {name: float(law.ppf(np.array(0.5))) / DAY for name, law in laws.items()}
    main = next(iter(laws))
    value = round(medians[main], 1)
    scalable = all(scaled(law, 1.0) is not None for law in laws.values())
    if not (scalable and 0 < value < 10 * YEAR / DAY):
        return fixed("patience", title, f"The patience of {main} has no median to turn: {laws[main].describe()}.")
    others = ", ".join(f"{name} ({medians[name]:.2g} days)" for name in laws if name != main)
    return Dial(
        "patience",
        title,
        "days",
        f"Half of {main} wait longer than this before they give up."
        + (f" The other customers change in proportion: {others}." if others else ""),
        low=min(0.5, value),
        high=max(30.0, 2 * value),
        step=step_to(value, min(0.5, value), 0.5, 0.1),
        value=value,
        write=lambda position: {
            f"world.customers.{name}.patience": str(scaled(law, position / value)) for name, law in laws.items()
        },
    )


def _patient(scenario: Scenario) -> Iterator[tuple[str, Law]]:
    """The streams whose patience is a law that matters."""
    for name, customers in scenario.world.stated.items():
        stated = customers.patience is not None
        if not isinstance(customers.visits, TraceVisits) and (stated or customers.acceptance is None):
            product = scenario.world.products[customers.buys]
            yield name, patience_of(customers, product.customer_class, scenario.world.calibration)


def _broken(scenario: Scenario) -> Dial:
    title, memory = "Penalty of a broken promise", scenario.world.memory
    if memory is None or scenario.world.panel is None:
        return fixed("broken", title, "Customers of this scenario remember nothing.")
    value = round(-deltas_of(memory, scenario.world.calibration).broken, 6)
    if value < 0:
        return fixed("broken", title, "In this scenario a broken promise is no penalty.")
    return Dial(
        "broken",
        title,
        "",
        "What a broken promise takes from the log of a member's visit rate: 0.1 is about a tenth of all later visits.",
        low=0.0,
        high=max(1.0, min(3.0, 2 * value)),
        step=step_to(value, 0.0, 0.05, 0.01, 0.001),
        value=value,
        write=lambda position: {"world.memory.deltas.broken": f"{-position:.10g}"},
    )


def _level(scenario: Scenario) -> Dial:
    users = {
        name: levers.promise.level for name, levers in every_levers(scenario) if levers.promise.basis == "quantile"
    }
    if not users:
        return fixed("level", "Promise level", "No policy of this scenario promises by a quantile.")
    paths = dict.fromkeys(stated_at(scenario, name, "promise", "level") for name in users)
    value = 100 * next(iter(users.values()))
    return Dial(
        "level",
        "Promise level",
        "%",
        f"How sure the end of the promised window is: higher promises later and is kept more often. "
        f"Used by {', '.join(users)}.",
        low=min(50.0, value),
        high=max(99.0, value),
        step=step_to(value, min(50.0, value), 1.0, 0.5, 0.1),
        value=value,
        write=lambda position: dict.fromkeys(paths, f"{position:.10g} %"),
    )


def _replications(scenario: Scenario) -> Dial:
    value = scenario.plan.replications
    low = min(10, value)
    return Dial(
        "replications",
        "Replications",
        "",
        "Independent repetitions of the whole story. More take longer and narrow the intervals.",
        low=low,
        high=max(200, value),
        step=step_to(value, low, 10, 5, 1),
        value=value,
        write=lambda position: {"plan.replications": f"{position:.0f}"},
    )


_BUILDERS: Final = (
    visits,
    _spike,
    _outage,
    _closure,
    lead_time,
    _patience,
    _broken,
    _level,
    reorder_point,
    order_quantity,
    _replications,
)
