"""Resilience: how long the shop holds out when something strikes, and how long it takes to recover."""

from __future__ import annotations

from typing import Final

from sim.measures.entry import UNDEFINED, Measure
from sim.measures.scope import Scope
from sim.words import DAY


def _area(scope: Scope) -> float:
    shock = scope.works.shock
    return UNDEFINED if shock.at is None else shock.area


def _days(scope: Scope, name: str) -> float:
    shock = scope.works.shock
    seconds = None if shock.at is None else getattr(shock, name)
    return UNDEFINED if seconds is None else float(seconds) / DAY


def _recovered(scope: Scope) -> float:
    shock = scope.works.shock
    return UNDEFINED if shock.at is None else float(shock.recovery is not None)


RESILIENCE: Final = (
    Measure(
        name="resilience_area",
        title="Service lost after a shock",
        unit="days",
        direction="down",
        definition="Share of the units wanted each day that was not met at once, added up from the day of the first "
        "disruption (or else demand event) with a stated start in the window to the end of the window; undefined "
        "without one, and blind to those that strike at random.",
        formula="sum over days(1 - sum(now) / sum(units))",
        source="resilience triangle: Bruneau et al. 2003",
        of=_area,
    ),
    Measure(
        name="time_to_survive",
        title="Time to survive",
        unit="days",
        direction="up",
        definition="Time from the start of that shock to the first visit that met a shortage; undefined if none did.",
        formula="first visit short after the shock - start of the shock",
        source="time to survive: Simchi-Levi et al. 2015",
        of=lambda scope: _days(scope, "survived"),
    ),
    Measure(
        name="time_to_recover",
        title="Time to recover",
        unit="days",
        direction="down",
        definition="Time from the start of that shock to the first of 14 days in a row, from the worst such fortnight "
        "on, with a time in stock of at least 95 % of its mean in the window before the shock (or of all the time); 0 "
        "if it never fell below that, undefined if it had not come back by the end of the window.",
        formula="first day of 14 with ready rate >= 0.95 x mean before, after the worst 14 - start of the shock",
        source="time to recover: Simchi-Levi et al. 2015",
        of=lambda scope: _days(scope, "recovery"),
    ),
    Measure(
        name="recovered",
        title="Recovered",
        unit="share",
        direction="up",
        definition="Whether the time to recover is defined: 1 if so and else 0, so that the mean is recovered "
        "replications as a share of those with a shock.",
        formula="1 if recovered by the end of the window, else 0",
        source="own definition",
        of=_recovered,
    ),
)
