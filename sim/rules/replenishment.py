"""When to order and how much: pure functions of the inventory position."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import NormalDist
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sim.scenario.policies import AutoTarget, Replenishment
from sim.words import DAY


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
    return NormalDist().inv_cdf(service) * _spread(outlook, review)


def _spread(outlook: DemandOutlook, review: float) -> float:
    """Standard deviation of the demand of lead time and review period."""
    return math.sqrt((outlook.lead_mean + review) * outlook.variance + (outlook.mean * outlook.lead_sd) ** 2)


def reorder_point(outlook: DemandOutlook, *, service: float, review: float = 0.0) -> float:
    """Expected demand over lead time and review period, plus safety stock; units, not rounded."""
    expected = outlook.mean * (outlook.lead_mean + review)
    return expected + safety_stock(outlook, service=service, review=review)


def economic_lot(outlook: DemandOutlook) -> float:
    """Harris' lot sqrt(2 K D / h); the demand of one lead time where ordering or holding is free."""
    if outlook.order_cost > 0 and outlook.holding_cost > 0:
        return math.sqrt(2 * outlook.order_cost * outlook.mean / outlook.holding_cost)
    return outlook.mean * outlook.lead_mean


def standard_loss(z: float) -> float:
    """Mean of what a standard normal demand exceeds z by: G(z) = phi(z) - z (1 - Phi(z))."""
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi) - z * math.erfc(z / math.sqrt(2)) / 2


def fill_rate_stock(outlook: DemandOutlook, *, fill_rate: float, lot: float, review: float = 0.0) -> float:
    """Safety stock with which so large a share of units is served from stock: sigma G(z) = (1 - fill_rate) lot.

    Args:
        outlook: demand and supply; sigma is the spread of the demand of lead time and review period.
        fill_rate: share of units.
        lot: units of an order.
        review: review period in days.
    """
    sigma, short = _spread(outlook, review), (1 - fill_rate) * lot
    if sigma <= 0:
        return -short
    low, high = -short / sigma - 1, 9.0
    while high - low > 1e-12 * (1 + abs(low)):
        middle = (low + high) / 2
        low, high = (middle, high) if standard_loss(middle) * sigma > short else (low, middle)
    return (low + high) / 2 * sigma


def _stated(value: int | str, auto: float) -> int:
    return math.ceil(auto - 1e-9) if isinstance(value, str) else value


def _point(rule: AutoTarget, outlook: DemandOutlook, *, lot: float, review: float = 0.0) -> float:
    """The reorder point (or order-up-to level) that meets the target of a rule."""
    if rule.cover is not None:
        safety = outlook.mean * rule.cover / DAY
    elif rule.fill_rate is not None:
        safety = fill_rate_stock(outlook, fill_rate=rule.fill_rate, lot=lot, review=review)
    else:
        safety = safety_stock(outlook, service=rule.service, review=review)
    return outlook.mean * (outlook.lead_mean + review) + safety


def _base_stock(rule: Any, outlook: DemandOutlook, _lot: float) -> Levels:
    level = _stated(rule.S, _point(rule, outlook, lot=1.0))
    return Levels(reorder=level - 1, up_to=level, lot=0)


def _s_S(rule: Any, outlook: DemandOutlook, lot: float) -> Levels:
    s = _stated(rule.s, _point(rule, outlook, lot=lot))
    return Levels(reorder=s, up_to=_stated(rule.S, s + lot), lot=0)


def _R_s_S(rule: Any, outlook: DemandOutlook, lot: float) -> Levels:
    review = rule.R / DAY
    s = _stated(rule.s, _point(rule, outlook, lot=max(lot, outlook.mean * review), review=review))
    return Levels(reorder=s, up_to=_stated(rule.S, s + lot), lot=0)


def _r_Q(rule: Any, outlook: DemandOutlook, lot: float) -> Levels:
    units = _stated(rule.Q, lot)
    r = _stated(rule.r, _point(rule, outlook, lot=units))
    return Levels(reorder=r, up_to=r + units, lot=units)


def _R_S(rule: Any, outlook: DemandOutlook, _lot: float) -> Levels:
    review = rule.R / DAY
    level = _stated(rule.S, _point(rule, outlook, lot=outlook.mean * review, review=review))
    return Levels(reorder=level - 1, up_to=level, lot=0)


def _none(_rule: Any, _outlook: DemandOutlook, _lot: float) -> Levels:
    return Levels(reorder=-(2**62), up_to=0, lot=0)


RULES: Final[Mapping[str, Callable[[Any, DemandOutlook, float], Levels]]] = MappingProxyType(
    {"base_stock": _base_stock, "s_S": _s_S, "r_Q": _r_Q, "R_S": _R_S, "R_s_S": _R_s_S, "none": _none}
)
"""One row per rule: how its parameters, stated or `auto`, become levels; the last argument is the economic lot."""


def levels(rule: Replenishment, outlook: DemandOutlook, *, ignores_lead_time: bool = False) -> Levels:
    """The rule in numbers; `auto` parameters are computed from the outlook and rounded up.

    Args:
        rule: a replenishment rule.
        outlook: demand and supply as the planner sees them.
        ignores_lead_time: whether reorder points are set as if goods came at once.
    """
    seen = outlook._replace(lead_mean=0.0, lead_sd=0.0) if ignores_lead_time else outlook
    return RULES[rule.rule](rule, seen, max(economic_lot(outlook), 1.0))


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
