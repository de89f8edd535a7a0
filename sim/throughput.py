"""Dials of what flows through the shop: how many come, and how long goods travel."""

from __future__ import annotations

from typing import Final

from sim.knob import Dial, fixed, scaled, step_to
from sim.scenario.paths import item_names
from sim.scenario.scenario import Scenario
from sim.scenario.visits import PoissonVisits
from sim.scenario.world import Lane
from sim.words import DAY

_STEPS: Final = (10.0, 5.0, 1.0, 0.5, 0.1, 0.01, 0.001)


def visits(scenario: Scenario) -> Dial:
    """How many customers come on a usual day; all streams change in proportion."""
    rates = {
        name: customers.visits.rate * DAY
        for name, customers in scenario.world.stated.items()
        if isinstance(customers.visits, PoissonVisits)
    }
    value = float(f"{sum(rates.values()):.6g}")
    if value <= 0:
        return fixed("visits", "Visits", "The customers of this scenario come as they once did, or one by one.")
    step = step_to(value, 0.0, *(each for each in _STEPS if each <= value / 5))
    return Dial(
        "visits",
        "Visits",
        "a day",
        f"Customers who come on a usual day: {', '.join(rates)}."
        + (" All of them change in proportion." if len(rates) > 1 else ""),
        low=step,
        high=max(3 * value, 10 * step),
        step=step,
        value=value,
        write=lambda position: {
            f"world.customers.{name}.visits.rate": f"{rate * position / value:.10g}/d" for name, rate in rates.items()
        },
    )


def lead_time(scenario: Scenario) -> Dial:
    """How long goods of suppliers travel on average; all such lanes change in proportion."""
    title, lanes = "Lead time", scenario.world.lanes
    names = item_names("lanes", [{"from": lane.source, "to": lane.to} for lane in lanes])
    laws = {
        name: lane.lead_time for name, lane in zip(names, lanes, strict=True) if lane.source in scenario.world.suppliers
    }
    if not laws:
        return fixed("lead", title, "Nothing is bought from suppliers in this scenario.")
    first, law = next(iter(laws.items()))
    value = round(law.mean_value / DAY, 1)
    if value <= 0 or any(scaled(each, 1.0) is None for each in laws.values()):
        return fixed("lead", title, f"The lead time of this scenario has no mean to turn: {law.describe()}.")
    low = min(0.5, value)
    return Dial(
        "lead",
        title,
        "days",
        f"How long goods travel on average, {_ends(lanes, names.index(first))}; the scatter changes in proportion."
        + (" So do the other lanes of suppliers." if len(laws) > 1 else ""),
        low=low,
        high=max(60.0, 2 * value),
        step=step_to(value, low, 0.5, 0.1),
        value=value,
        write=lambda position: {
            f"world.lanes.{name}.lead_time": str(scaled(each, position / value)) for name, each in laws.items()
        },
    )


def _ends(lanes: tuple[Lane, ...], place: int) -> str:
    return f"from {lanes[place].source} to {lanes[place].to}"
