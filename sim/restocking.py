"""Dials of replenishment: when the shop orders, and how much at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.knob import Dial, Settings, fixed
from sim.model.outlook import outlook
from sim.rules.replenishment import levels
from sim.scenario.policies import Levers
from sim.scenario.scenario import Scenario


def every_levers(scenario: Scenario) -> Iterator[tuple[str, Levers]]:
    """The levers of every policy, by its name."""
    return ((name, scenario.policy(name)) for name in scenario.policies)


def stated_at(scenario: Scenario, policy: str, part: str, key: str) -> str:
    """Where a policy's lever is stated: under the policy if it says so itself, else under the common levers."""
    own = getattr(scenario.policies[policy], part)
    said = part in scenario.policies[policy].model_fields_set and key in own.model_fields_set
    return f"policies.{policy}.{part}.{key}" if said else f"levers.{part}.{key}"


_REORDER: Final = ("r", "s")
"""Names of the reorder point in the rules that have one."""


def reorder_point(scenario: Scenario) -> Dial:
    """When the shop orders again."""
    title = "Reorder point"
    users = {name: key for name, levers in every_levers(scenario) for key in _REORDER if hasattr(levers.replenish, key)}
    if not users:
        return fixed("reorder", title, "No policy of this scenario orders at a reorder point.")
    if any(levers.replenish_at for _, levers in every_levers(scenario)):
        return fixed("reorder", title, "This scenario sets its stocks one by one.")
    points = _points(scenario, scenario.policy(next(iter(users))))
    if len(points) > 1:
        return fixed("reorder", title, "Every stock of this scenario has its own.")
    value, paths = float(points.pop()), [_rule_path(scenario, name, key) for name, key in users.items()]
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


def _rule_path(scenario: Scenario, policy: str, key: str) -> str:
    own = "replenish" in scenario.policies[policy].model_fields_set
    return f"policies.{policy}.replenish.{key}" if own else f"levers.replenish.{key}"


def _rule(scenario: Scenario, paths: list[str]) -> Settings:
    """The name of the common rule, where a path needs it and the scenario leaves it to the default."""
    unstated = "replenish" not in scenario.levers.model_fields_set
    common = any(path.startswith("levers.") for path in paths)
    return {"levers.replenish.rule": scenario.levers.replenish.rule} if unstated and common else {}


def order_quantity(scenario: Scenario) -> Dial:
    """How much the shop orders at a time."""
    title = "Order quantity"
    users = [name for name, levers in every_levers(scenario) if hasattr(levers.replenish, "Q")]
    if not users:
        return fixed("quantity", title, "No policy of this scenario orders a fixed quantity.")
    if any(levers.replenish_at for _, levers in every_levers(scenario)):
        return fixed("quantity", title, "This scenario sets its stocks one by one.")
    lots = _lots(scenario, scenario.policy(users[0]))
    if len(lots) > 1:
        return fixed("quantity", title, "Every stock of this scenario has its own.")
    value, paths = float(lots.pop()), [_rule_path(scenario, name, "Q") for name in users]
    step = 10.0 if value >= 100 and value % 10 == 0 else 1.0
    return Dial(
        "quantity",
        title,
        "units",
        "How much the shop orders at a time. Large orders cost less to place and lie longer on the shelf.",
        low=step,
        high=max(100.0, 3 * value),
        step=step,
        value=value,
        write=lambda position: {**_rule(scenario, paths), **dict.fromkeys(paths, f"{position:.0f}")},
    )


def _lots(scenario: Scenario, chosen: Levers) -> set[int]:
    world = scenario.world
    return {levels(chosen.replenish, outlook(world, *stock)).lot for stock in world.stocks}
