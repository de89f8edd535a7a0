"""When to order and how much: pure functions of the inventory position."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import NormalDist
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sim.scenario.policies import Replenishment


class Levels(NamedTuple):
    """A replenishment rule in numbers: at or below `reorder`, order."""

    reorder: int
    """Inventory position at or below which a review orders."""
    up_to: int
    """Level that an order restores (order-up-to rules)."""
    lot: int
    """Lot of (r, Q); 0 for order-up-to rules."""


class DemandOutlook(NamedTuple):
    """What a planner expects of the demand on one stock and of its supply."""

    mean: float
    """Units per day."""
    variance: float
    """Variance of the units of one day."""
    lead_mean: float
    """Days from placing an order to having it available."""
    lead_sd: float
    """Standard deviation of that, in days."""
    order_cost: float
    """Fixed cost of one order, money."""
    holding_cost: float
    """Cost of keeping one unit for a day, money."""


def safety_stock(outlook: DemandOutlook, *, service: float, review: float = 0.0) -> float:
    """Units above expected demand over the protection interval: z sqrt((L + R) var + mean^2 var(L)).

    `service` is the cycle service level, `review` the review period R in days (Silver, Pyke & Peterson 1998).
    """
    z = NormalDist().inv_cdf(service)
    spread = (outlook.lead_mean + review) * outlook.variance + (outlook.mean * outlook.lead_sd) ** 2
    return z * math.sqrt(spread)


def reorder_point(outlook: DemandOutlook, *, service: float, review: float = 0.0) -> float:
    """Expected demand over lead time and review period, plus safety stock; units, not rounded."""
    expected = outlook.mean * (outlook.lead_mean + review)
    return expected + safety_stock(outlook, service=service, review=review)


def economic_lot(outlook: DemandOutlook) -> float:
    """Harris' lot sqrt(2 K D / h); the demand of one lead time where ordering or holding is free."""
    if outlook.order_cost > 0 and outlook.holding_cost > 0:
        return math.sqrt(2 * outlook.order_cost * outlook.mean / outlook.holding_cost)
    return outlook.mean * outlook.lead_mean


def _stated(value: int | str, auto: float) -> int:
    return math.ceil(auto - 1e-9) if isinstance(value, str) else value


def _base_stock(rule: Any, outlook: DemandOutlook) -> Levels:
    level = _stated(rule.S, reorder_point(outlook, service=rule.service))
    return Levels(reorder=level - 1, up_to=level, lot=0)


def _s_up_to(rule: Any, outlook: DemandOutlook, review: float) -> Levels:
    s = _stated(rule.s, reorder_point(outlook, service=rule.service, review=review))
    up_to = _stated(rule.S, s + max(economic_lot(outlook), 1.0))
    return Levels(reorder=s, up_to=up_to, lot=0)


def _s_S(rule: Any, outlook: DemandOutlook) -> Levels:
    return _s_up_to(rule, outlook, 0.0)


def _R_s_S(rule: Any, outlook: DemandOutlook) -> Levels:
    return _s_up_to(rule, outlook, rule.R / 86_400)


def _r_Q(rule: Any, outlook: DemandOutlook) -> Levels:
    r = _stated(rule.r, reorder_point(outlook, service=rule.service))
    lot = _stated(rule.Q, max(economic_lot(outlook), 1.0))
    return Levels(reorder=r, up_to=r + lot, lot=lot)


def _R_S(rule: Any, outlook: DemandOutlook) -> Levels:
    level = _stated(rule.S, reorder_point(outlook, service=rule.service, review=rule.R / 86_400))
    return Levels(reorder=level - 1, up_to=level, lot=0)


def _none(_rule: Any, _outlook: DemandOutlook) -> Levels:
    return Levels(reorder=-(2**62), up_to=0, lot=0)


RULES: Final[Mapping[str, Callable[[Any, DemandOutlook], Levels]]] = MappingProxyType(
    {"base_stock": _base_stock, "s_S": _s_S, "r_Q": _r_Q, "R_S": _R_S, "R_s_S": _R_s_S, "none": _none}
)
"""One row per rule: how its parameters, stated or `auto`, become levels."""


def levels(rule: Replenishment, outlook: DemandOutlook) -> Levels:
    """The rule in numbers; `auto` parameters are computed from the outlook and rounded up."""
    return RULES[rule.rule](rule, outlook)


def order_quantity(levels: Levels, position: int) -> int:
    """Units to order at this inventory position: up to the level, or the fewest lots that lift it above r."""
    if position > levels.reorder:
        return 0
    if levels.lot:
        return levels.lot * ((levels.reorder - position) // levels.lot + 1)
    return levels.up_to - position


def to_lots(quantity: int, *, moq: int, lot: int) -> int:
    """A wanted quantity as the supplier sells it: at least `moq`, and a multiple of `lot`."""
    return -(-max(quantity, moq) // lot) * lot if quantity > 0 else 0
