"""The second look at a scenario: what no single field can know. It reads raw values, so that it always runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from sim.scenario import (
    cross_budget,
    cross_house,
    cross_keeping,
    cross_offers,
    cross_people,
    cross_places,
    cross_planning,
    cross_policies,
    cross_products,
    cross_supply,
    cross_times,
)
from sim.scenario.faults import Finding
from sim.scenario.sketch import Sketch

Check = Callable[[Sketch], Iterator[Finding]]

CHECKS: Final[tuple[Check, ...]] = (
    cross_places.customers,
    cross_places.nodes,
    cross_places.shelves,
    cross_places.lanes,
    cross_places.twins,
    cross_places.unfilled,
    cross_places.circles,
    cross_places.inbound,
    cross_places.targets,
    cross_places.struck,
    cross_times.calendar,
    cross_times.disruptions,
    cross_times.demand,
    cross_times.inbound,
    cross_times.visits,
    cross_times.news,
    cross_times.prices,
    cross_policies.levels,
    cross_policies.places,
    cross_policies.traces,
    cross_policies.multiplied,
    cross_policies.windows,
    cross_people.members,
    cross_people.memory,
    cross_people.reputation,
    cross_people.impulse,
    cross_people.traits,
    cross_people.support,
    cross_house.channels,
    cross_house.work,
    cross_house.houses,
    cross_house.drop_ship,
    cross_products.substitutes,
    cross_products.instead,
    cross_products.price_changes,
    cross_products.locks,
    cross_offers.pointless,
    cross_offers.caps,
    cross_offers.idle,
    cross_offers.reserve,
    cross_offers.addresses,
    cross_offers.terms,
    cross_offers.vague,
    cross_supply.places,
    cross_supply.sources,
    cross_supply.circles,
    cross_supply.rushes,
    cross_supply.sisters,
    cross_supply.parcels,
    cross_supply.tariffs,
    cross_supply.detours,
    cross_supply.costs,
    cross_planning.forecasts,
    cross_planning.looks,
    cross_planning.blind,
    cross_keeping.clerks,
    cross_keeping.copies,
    cross_keeping.counts,
    cross_budget.places,
    cross_budget.policies,
    cross_budget.steps,
)
"""A new rule about whole scenarios is one function and one row here."""

_MOST: Final = 100


def cross_check(data: Any) -> tuple[Finding, ...]:
    """All contradictions in the raw values of a scenario, at most a hundred of each sort."""
    sketch = Sketch(data)
    return tuple(finding for check in CHECKS for finding in _first(check(sketch)))


def _first(findings: Iterator[Finding]) -> list[Finding]:
    first = list(islice(findings, _MOST))
    if len(first) == _MOST:
        first[-1] = replace(first[-1], hint="and there may be more like it")
    return first
