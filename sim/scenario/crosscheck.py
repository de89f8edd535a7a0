"""The second look at a scenario: what no single field can know. It reads raw values, so that it always runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from sim.scenario import cross_budget, cross_places, cross_policies, cross_times
from sim.scenario.faults import Finding
from sim.scenario.sketch import Sketch

Check = Callable[[Sketch], Iterator[Finding]]

CHECKS: Final[tuple[Check, ...]] = (
    cross_places.customers,
    cross_places.nodes,
    cross_places.shelves,
    cross_places.lanes,
    cross_places.twins,
    cross_places.rivals,
    cross_places.unfilled,
    cross_places.circles,
    cross_places.inbound,
    cross_places.targets,
    cross_times.calendar,
    cross_times.disruptions,
    cross_times.demand,
    cross_times.inbound,
    cross_times.visits,
    cross_policies.levels,
    cross_policies.places,
    cross_policies.traces,
    cross_policies.multiplied,
    cross_policies.pointless,
    cross_policies.windows,
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
