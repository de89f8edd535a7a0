"""Stoppages of supply as one number: how long a supplier, a warehouse or a lane stands still.

Where a scenario has none, the number is 0, and to turn it adds one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sim.scenario.disruptions import Disruption, LaneClosed, SupplierDown, WarehouseDown
from sim.scenario.paths import item_names
from sim.scenario.scenario import Scenario
from sim.words import DAY

_USUAL_START: Final = 30
"""Day on which an added stoppage begins where demand has no spike."""


@dataclass(frozen=True)
class Stoppage:
    """How long something stands still."""

    days: float = 0.0
    """In the scenario as written."""
    about: str = ""
    """What stands still and when, in a sentence."""
    write: Callable[[float], Mapping[str, str]] | None = None
    """What to set for so many days; `None` where it cannot be set."""
    reason: str = ""
    """Why it cannot be set."""


def of_supplier(scenario: Scenario) -> Stoppage:
    """The first stoppage of a supplier or warehouse that is not left to chance; else one that may be added."""
    found = _first(scenario, SupplierDown, WarehouseDown)
    lane = _way_in(scenario)
    if found or lane is None:
        return found or Stoppage(reason="Nothing is bought from suppliers in this scenario.")
    supplier = lane[0]
    return _added(scenario, f"supplier {supplier}", "supplier_down", f"supplier: {_quoted(supplier)}")


def of_lane(scenario: Scenario) -> Stoppage:
    """The first closure of a lane that is not left to chance; else one that may be added."""
    found = _first(scenario, LaneClosed)
    lane = _way_in(scenario)
    if found or lane is None:
        return found or Stoppage(reason="Nothing is bought from suppliers in this scenario.")
    ends = f"lane: [{', '.join(map(_quoted, lane))}]"
    return _added(scenario, f"the lane {'-'.join(lane)}", "lane_closed", ends)


def _first(scenario: Scenario, *kinds: type[Disruption]) -> Stoppage | None:
    """The first disruption of these kinds that lasts a stated time; why not, where all last as chance has it."""
    blows = scenario.world.disruptions
    found = [(place, blow) for place, blow in enumerate(blows) if isinstance(blow, Disruption) and type(blow) in kinds]
    if not found:
        return None
    stated = next((each for each in found if each[1].lasts.dist == "constant"), None)
    if stated is None:
        return Stoppage(reason=f"Outages in this scenario last as chance has it: {found[0][1].lasts.describe()}.")
    place, blow = stated
    name = item_names("disruptions", [{"kind": getattr(each, "kind", "")} for each in blows])[place]
    path = f"world.disruptions.{name}.lasts"
    what = f"the lane {blow.struck}" if isinstance(blow, LaneClosed) else blow.struck
    when = "at random" if blow.at is None else f"from day {blow.at / DAY:g} on"
    return Stoppage(blow.lasts.mean_value / DAY, _about(what, when), lambda days: {path: f"{days:.10g} d"})


def _added(scenario: Scenario, what: str, kind: str, struck: str) -> Stoppage:
    """A stoppage that the scenario lacks."""
    start, path = _start(scenario), f"world.disruptions.{kind}"
    stem = f"kind: {kind}, {struck}, at: {start:g} d, lasts"
    about = f"{_about(what, f'from day {start:g} on')} This adds it to the scenario, which has none."
    return Stoppage(0.0, about, lambda days: {path: f"{{{stem}: {days:.10g} d}}"})


def _about(what: str, when: str) -> str:
    return f"How long {what} stands still, {when}; 0 is no outage."


def _start(scenario: Scenario) -> float:
    """The day of the first spike that has one; else a usual day, or half time where that is earlier."""
    spikes = (getattr(event, "at", None) for event in scenario.world.demand)
    day = next((at / DAY for at in spikes if isinstance(at, int) and at >= 0), None)
    return day if day is not None else min(_USUAL_START, scenario.world.calendar.measure / DAY // 2)


def _way_in(scenario: Scenario) -> tuple[str, str] | None:
    """The first lane from a supplier."""
    world = scenario.world
    return next(((lane.source, lane.to) for lane in world.lanes if lane.source in world.suppliers), None)


def _quoted(name: str) -> str:
    """A name as YAML cannot misread it."""
    return f'"{name}"'
