"""What a scenario may ask of the machine: a valid file, too, can ask for a year of computing."""

from __future__ import annotations

from typing import Final

from sim import Scenario, workload
from sim.errors import StockoutError

MOST_EVENTS: Final = 4_000_000
"""Visits and other events of one replication under all policies together, at most: about a minute."""

MOST_WORK: Final = 40_000_000
"""The same over all replications: some ten minutes of one processor."""

MOST_PLACES: Final = 400
"""Stocks times policies, at most: each has its lines in every chart over time."""

FEWEST: Final = 2
"""Replications without which nothing has an interval."""


class BudgetError(StockoutError):
    """A scenario asks for too much."""


def affordable(scenario: Scenario) -> int:
    """How many of the replications asked for may be run here.

    Raises:
        BudgetError: even a few would take too long.
    """
    places = len(scenario.world.stocks) * len(scenario.policies)
    if places > MOST_PLACES:
        raise BudgetError(
            f"{len(scenario.world.stocks)} stocks under {len(scenario.policies)} policies are too many for this page; "
            f"the most is {MOST_PLACES} of both multiplied: run it with `stockout run`."
        )
    panel = scenario.world.panel
    each = workload(scenario) * len(scenario.policies) + (panel.members if panel else 0)
    if each > MOST_EVENTS:
        raise BudgetError(
            f"One replication would have about {each:,.0f} visits and other events under all policies; "
            f"the most this page runs is {MOST_EVENTS:,}: shorten the calendar, lower the visits, "
            "or run it with `stockout run`."
        )
    return max(min(scenario.plan.replications, int(MOST_WORK / each)), FEWEST)


def within(scenario: Scenario) -> Scenario:
    """The scenario with as many of its replications as may be run here.

    Raises:
        BudgetError: as `affordable`.
    """
    count = affordable(scenario)
    if count == scenario.plan.replications:
        return scenario
    return scenario.model_copy(update={"plan": scenario.plan.model_copy(update={"replications": count})})
