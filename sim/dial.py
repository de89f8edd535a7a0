"""Dials: the settings of a scenario that matter first, each with a range around its present value.

A dial that is turned stands for values to set in the scenario, in the grammar of `--set`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from sim.model.outlook import outlook
from sim.rules.replenishment import levels
from sim.scenario.classes import deltas_of, patience_of
from sim.scenario.demand import Panic, Promo, Spike, Viral
from sim.scenario.law import Law
from sim.scenario.paths import item_names
from sim.scenario.policies import Levers
from sim.scenario.scenario import Scenario
from sim.scenario.visits import TraceVisits
from sim.stoppage import Stoppage, of_lane, of_supplier
from sim.words import DAY, YEAR

Name = Literal["spike", "outage", "closure", "patience", "broken", "level", "reorder", "replications"]
Settings = Mapping[str, str]
"""Values to set, as text by path."""


@dataclass(frozen=True)
class Dial:
    """One setting with its range."""

    name: Name
    title: str
    unit: str
    """What follows the number; empty for plain counts."""
    about: str
    """What it does, in two sentences."""
    low: float
    high: float
    step: float
    value: float
    """Where it stands in the scenario as written."""
    write: Callable[[float], Settings] | None = None
    """What to set for a position; `None` when the dial cannot be turned."""
    reason: str = ""
    """Why it cannot be turned."""

    @property
    def whole(self) -> bool:
        """Whether its positions are whole numbers."""
        return float(self.step).is_integer() and float(self.value).is_integer()

    def settings(self, position: float) -> Settings:
        """What to set in the scenario; nothing where the dial stands as written or cannot be turned."""
        turned = self.write is not None and abs(position - self.value) > self.step / 1000
        return self.write(position) if self.write is not None and turned else {}

    def shown(self, position: float) -> str:
        """A position with its unit, for people."""
        number = f"{position:,.0f}" if self.whole else f"{position:,.10g}"
        return f"{number} {self.unit}".rstrip()


def dials(scenario: Scenario) -> tuple[Dial, ...]:
    """The dials of a scenario, always all of them; those it has no use for say why."""
    return tuple(build(scenario) for build in _BUILDERS)


def _fixed(name: Name, title: str, reason: str) -> Dial:
    return Dial(name, title, "", "", low=0, high=1, step=1, value=0, reason=reason)


def _step(value: float, low: float, *steps: float) -> float:
    """The first of some steps that leads from the low end to the value; else the last."""
    fitting = (step for step in steps if abs((value - low) / step - round((value - low) / step)) < 1e-9)
    return next(fitting, steps[-1])


def _spike(scenario: Scenario) -> Dial:
    events = scenario.world.demand
    place = next((n for n, event in enumerate(events) if isinstance(event, Viral | Promo | Panic | Spike)), None)
    if place is None:
        return _fixed("spike", "Spike height", "Demand has no spike in this scenario.")
    event, path = events[place], f"world.demand.{_item('demand', events, place)}.multiplier"
    value = float(getattr(event, "multiplier", 1.0))
    return Dial(
        "spike",
        "Spike height",
        "times the usual",
        f"Demand for {' and '.join(event.whose)} at the top of the spike, as a multiple of the usual; 1 is no spike.",
        low=min(1.0, value),
        high=max(20.0, 2 * value),
        step=_step(value, min(1.0, value), 0.5, 0.1, 0.01),
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
        return _fixed(name, title, found.reason)
    high, step = max(60.0, 2 * found.days), _step(found.days, 0.0, 1.0, 0.5, 0.1)
    return Dial(name, title, "days", found.about, 0.0, high, step, found.days, write=found.write)


def _patience(scenario: Scenario) -> Dial:
    title = "Median patience"
    laws = dict(_patient(scenario))
    if not laws:
        return _fixed("patience", title, "Customers of this scenario bring their own patience, one by one.")
    medians = {name: float(law.ppf(np.array(0.5))) / DAY for name, law in laws.items()}
    main = next(iter(laws))
    value = round(medians[main], 1)
    scaled = all(_scaled(law, 1.0) is not None for law in laws.values())
    if not (scaled and 0 < value < 10 * YEAR / DAY):
        return _fixed("patience", title, f"The patience of {main} has no median to turn: {laws[main].describe()}.")
    others = ", ".join(f"{name} ({medians[name]:.2g} days)" for name in laws if name != main)
    return Dial(
        "patience",
        title,
        "days",
        f"Half of {main} wait longer than this before they give up."
        + (f" The other customers change in proportion: {others}." if others else ""),
        low=min(0.5, value),
        high=max(30.0, 2 * value),
        step=_step(value, min(0.5, value), 0.5, 0.1),
        value=value,
        write=lambda position: {
            f"world.customers.{name}.patience": str(_scaled(law, position / value)) for name, law in laws.items()
        },
    )


def _patient(scenario: Scenario) -> Iterator[tuple[str, Law]]:
    """The streams whose patience is a law that matters."""
    for name, customers in scenario.world.customers.items():
        stated = customers.patience is not None
        if not isinstance(customers.visits, TraceVisits) and (stated or customers.acceptance is None):
            product = scenario.world.products[customers.buys]
            yield name, patience_of(customers, product.customer_class, scenario.world.calibration)


def _scaled(law: Law, factor: float) -> str | None:
    """A law of time with every length in it multiplied, in call form; `None` for laws built of other laws."""
    fields = {name: getattr(law, name) for name in type(law).model_fields if name != "dist"}
    if any(isinstance(value, Law | tuple) for value in fields.values()):
        return None
    lengths = {name: round(value * factor) for name, value in fields.items() if isinstance(value, int)}
    return law.model_copy(update=lengths).describe()


def _broken(scenario: Scenario) -> Dial:
    title, memory = "Penalty of a broken promise", scenario.world.memory
    if memory is None or scenario.world.panel is None:
        return _fixed("broken", title, "Customers of this scenario remember nothing.")
    value = round(-deltas_of(memory, scenario.world.calibration).broken, 6)
    if value < 0:
        return _fixed("broken", title, "In this scenario a broken promise is no penalty.")
    return Dial(
        "broken",
        title,
        "",
        "What a broken promise takes from the log of a member's visit rate: 0.1 is about a tenth of all later visits.",
        low=0.0,
        high=max(1.0, min(3.0, 2 * value)),
        step=_step(value, 0.0, 0.05, 0.01, 0.001),
        value=value,
        write=lambda position: {"world.memory.deltas.broken": f"{-position:.10g}"},
    )


def _level(scenario: Scenario) -> Dial:
    users = {name: levers.promise.level for name, levers in _levers(scenario) if levers.promise.basis == "quantile"}
    if not users:
        return _fixed("level", "Promise level", "No policy of this scenario promises by a quantile.")
    paths = dict.fromkeys(_owner(scenario, name, "promise", "level") for name in users)
    value = 100 * next(iter(users.values()))
    return Dial(
        "level",
        "Promise level",
        "%",
        f"How sure the end of the promised window is: higher promises later and is kept more often. "
        f"Used by {', '.join(users)}.",
        low=min(50.0, value),
        high=max(99.0, value),
        step=_step(value, min(50.0, value), 1.0, 0.5, 0.1),
        value=value,
        write=lambda position: dict.fromkeys(paths, f"{position:.10g} %"),
    )


def _levers(scenario: Scenario) -> Iterator[tuple[str, Levers]]:
    return ((name, scenario.policy(name)) for name in scenario.policies)


def _owner(scenario: Scenario, policy: str, part: str, key: str) -> str:
    """Where a policy's lever is stated: under the policy if it says so itself, else under the common levers."""
    own = getattr(scenario.policies[policy], part)
    said = part in scenario.policies[policy].model_fields_set and key in own.model_fields_set
    return f"policies.{policy}.{part}.{key}" if said else f"levers.{part}.{key}"


_REORDER: Final = ("r", "s")
"""Names of the reorder point in the rules that have one."""


def _reorder(scenario: Scenario) -> Dial:
    title = "Reorder point"
    users = {name: key for name, levers in _levers(scenario) for key in _REORDER if hasattr(levers.replenish, key)}
    if not users:
        return _fixed("reorder", title, "No policy of this scenario orders at a reorder point.")
    if any(levers.replenish_at for _, levers in _levers(scenario)):
        return _fixed("reorder", title, "This scenario sets its stocks one by one.")
    points = _points(scenario, scenario.policy(next(iter(users))))
    if len(points) > 1:
        return _fixed("reorder", title, "Every stock of this scenario has its own.")
    value, paths = float(points.pop()), [_reorder_path(scenario, name, key) for name, key in users.items()]
    step = 10.0 if value >= 100 else 1.0
    high = min([max(value % step + 100.0, 2 * value - value % step), *_ceilings(scenario, list(users))])
    return Dial(
        "reorder",
        title,
        "units",
        "When what is on hand and on order, less what customers wait for, falls to this, the shop orders again.",
        low=min(value, value % step),
        high=high,
        step=step,
        value=value,
        write=lambda position: {**_rule(scenario, paths), **dict.fromkeys(paths, f"{position:.0f}")},
    )


def _points(scenario: Scenario, chosen: Levers) -> set[int]:
    world = scenario.world
    return {levels(chosen.replenish, outlook(world, *stock)).reorder for stock in world.stocks}


def _ceilings(scenario: Scenario, policies: list[str]) -> list[int]:
    """Stated order-up-to levels, which no reorder point may pass."""
    stated = (getattr(scenario.policy(name).replenish, "S", "auto") for name in policies)
    return [level for level in stated if isinstance(level, int)]


def _reorder_path(scenario: Scenario, policy: str, key: str) -> str:
    own = "replenish" in scenario.policies[policy].model_fields_set
    return f"policies.{policy}.replenish.{key}" if own else f"levers.replenish.{key}"


def _rule(scenario: Scenario, paths: list[str]) -> Settings:
    """The name of the common rule, where a path needs it and the scenario leaves it to the default."""
    unstated = "replenish" not in scenario.levers.model_fields_set
    common = any(path.startswith("levers.") for path in paths)
    return {"levers.replenish.rule": scenario.levers.replenish.rule} if unstated and common else {}


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
        step=_step(value, low, 10, 5, 1),
        value=value,
        write=lambda position: {"plan.replications": f"{position:.0f}"},
    )


_BUILDERS: Final = (_spike, _outage, _closure, _patience, _broken, _level, _reorder, _replications)
