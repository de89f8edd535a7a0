"""Whether the levels of a rule are what a forecast calls for: enough, and no unit more than rounding needs."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

from sim.ledger.auditing.replay import Replay
from sim.scenario.policies import RS, AutoTarget, BaseStock, Periodic, RsS, rQ, sS
from sim.words import DAY

_SLACK = 1e-6


def suits(replay: Replay, stock: int, row: int, told: tuple[int, int, int]) -> bool:
    """Whether reorder point, order-up-to level and lot follow from the numbers in the same row of a forecast."""
    rule = replay.levers.replenishment(*replay.stocks[stock])
    reorder, up_to, lot = told
    economic = max(_economic(replay, stock, row), 1.0)

    def needed(point: int, of: float) -> bool:
        assert isinstance(rule, AutoTarget)
        return _exact(_falls_short(replay, rule, row, of), point)

    def rounded(found: int, exact: float) -> bool:
        return exact - _SLACK <= found < exact + 1 + _SLACK

    match rule:
        case BaseStock() | RS():
            batch = _mean(replay, row) * rule.R / DAY if isinstance(rule, RS) else 1.0
            return reorder == up_to - 1 and lot == 0 and (needed(up_to, batch) if rule.S == "auto" else up_to == rule.S)
        case sS() | RsS():
            batch = max(economic, _mean(replay, row) * rule.R / DAY) if isinstance(rule, RsS) else economic
            low = needed(reorder, batch) if rule.s == "auto" else reorder == rule.s
            return low and lot == 0 and (rounded(up_to, reorder + economic) if rule.S == "auto" else up_to == rule.S)
        case rQ():
            low = needed(reorder, lot) if rule.r == "auto" else reorder == rule.r
            return low and up_to == reorder + lot and (rounded(lot, economic) if rule.Q == "auto" else lot == rule.Q)
    return True


def _mean(replay: Replay, row: int) -> float:
    return int(replay.ledger.forecasts.mean[row]) / 1e6


def _economic(replay: Replay, stock: int, row: int) -> float:
    """Harris' lot; the demand of a lead time where one of its costs is nothing."""
    costs, product = replay.world.costs, replay.world.products[replay.stocks[stock][1]]
    holding = DAY * (costs.holding + costs.holding_of_value * product.unit_cost)
    if costs.ordering <= 0 or holding <= 0:
        return _mean(replay, row) * int(replay.ledger.forecasts.lead_mean[row]) / DAY
    return math.sqrt(2 * costs.ordering * _mean(replay, row) / holding)


def _exact(falls_short: Callable[[float], float], point: int) -> bool:
    return falls_short(point + _SLACK) <= 1e-9 and falls_short(point - 1 - _SLACK) >= -1e-9


def _falls_short(replay: Replay, rule: AutoTarget, row: int, lot: float) -> Callable[[float], float]:
    """By how much a point misses the target of its rule, in any measure; 0 where it just meets it."""
    rows, review = replay.ledger.forecasts, rule.R / DAY if isinstance(rule, Periodic) else 0.0
    blind = replay.levers.plan.ignores_lead_time
    lead, wavers = (0.0, 0.0) if blind else (int(rows.lead_mean[row]) / DAY, int(rows.lead_spread[row]) / DAY)
    mean, spread = _mean(replay, row), int(rows.spread[row]) / 1e6
    middle = mean * (lead + review)
    sigma = math.sqrt((lead + review) * spread**2 + (mean * wavers) ** 2)
    if rule.cover is not None:
        target = middle + mean * rule.cover / DAY
        return lambda point: target - point
    if sigma == 0:
        target = middle - ((1 - rule.fill_rate) * lot if rule.fill_rate is not None else 0.0)
        return lambda point: target - point
    law = NormalDist(middle, sigma)
    if rule.fill_rate is None:
        return lambda point: rule.service - law.cdf(point)
    short = (1 - rule.fill_rate) * lot
    return lambda point: sigma**2 * law.pdf(point) - (point - middle) * (1 - law.cdf(point)) - short
