"""Waiting: how long units and customers wait, and how many units wait at a time."""

from __future__ import annotations

from typing import Final

from sim.measures.entry import Measure, mean, quantile, ratio
from sim.measures.scope import Scope
from sim.words import DAY, MONTH, WEEK, Fate


def _delivery_time(scope: Scope) -> float:
    seconds = scope.units(scope.tally.served_seconds) + scope.fulfilled.ended.sum()
    return ratio(seconds, scope.met(Fate.SERVED, Fate.FULFILLED) * DAY)


WAITING: Final = (
    Measure(
        name="mean_wait",
        title="Mean wait of a unit for stock",
        unit="days",
        direction="down",
        definition="Time in the backlog per unit sold at once (0) or backordered, from the visit to allocation, to "
        "leaving, or to the close; picking and last mile are no part of it.",
        formula="sum(units x time in backlog) / (sum(now) + sum(joined))",
        source="Little 1961: mean backlog / rate of accepted demand",
        of=lambda scope: ratio(scope.wait, (scope.sold + scope.queued) * DAY),
    ),
    Measure(
        name="wait_if_waiting",
        title="Mean wait of a backordered unit",
        unit="days",
        direction="down",
        definition="Time in the backlog per unit that was not met at once and joined it.",
        formula="sum(units x time in backlog) / sum(joined)",
        source="Zipkin 2000",
        of=lambda scope: ratio(scope.wait, scope.queued * DAY),
    ),
    Measure(
        name="delivery_time",
        title="Mean delivery time",
        unit="days",
        direction="down",
        definition="Time from order to delivery of the last unit, per visit that received everything.",
        formula="mean(ended), SERVED and FULFILLED",
        source="own definition",
        of=_delivery_time,
    ),
    Measure(
        name="wait_p50",
        title="Median delivery time of backorders",
        unit="days",
        direction="down",
        definition="Time from order to delivery that half of the fulfilled backorders do not exceed.",
        formula="50 % quantile of ended, FULFILLED",
        source="own definition",
        of=lambda scope: quantile(scope.fulfilled.ended, 0.50) / DAY,
    ),
    Measure(
        name="wait_p95",
        title="Delivery time of 95 % of backorders",
        unit="days",
        direction="down",
        definition="Time from order to delivery that 95 % of the fulfilled backorders do not exceed.",
        formula="95 % quantile of ended, FULFILLED",
        source="own definition",
        of=lambda scope: quantile(scope.fulfilled.ended, 0.95) / DAY,
    ),
    Measure(
        name="wait_km_mean",
        title="Mean wait of all who ordered",
        unit="days",
        direction="down",
        definition="Time from order to delivery per backorder, where those who left or still wait are taken to have "
        "waited on like the others; only what lies within the longest wait seen counts.",
        formula="integral of the Kaplan-Meier curve of ended over joined, delivered at FULFILLED, to max(ended)",
        source="restricted mean: Kaplan & Meier 1958; Irwin 1949",
        of=lambda scope: scope.survival.mean / DAY,
    ),
    Measure(
        name="wait_km_p50",
        title="Median wait of all who ordered",
        unit="days",
        direction="down",
        definition="Time from order to delivery within which half of the backorders would be delivered if nobody left; "
        "undefined while fewer are.",
        formula="50 % quantile of the same curve",
        source="Kaplan & Meier 1958",
        of=lambda scope: scope.survival.quantile(0.50) / DAY,
    ),
    Measure(
        name="wait_km_p95",
        title="Wait of 95 % of all who ordered",
        unit="days",
        direction="down",
        definition="Time from order to delivery within which 95 % of the backorders would be delivered if nobody left; "
        "undefined while fewer are.",
        formula="95 % quantile of the same curve",
        source="Kaplan & Meier 1958",
        of=lambda scope: scope.survival.quantile(0.95) / DAY,
    ),
    Measure(
        name="open_age",
        title="Age of backorders open at the close",
        unit="days",
        direction="down",
        definition="Time since the order, per backorder still waiting at the close.",
        formula="mean(ended), PENDING",
        source="common usage",
        of=lambda scope: mean(scope.open_ages) / DAY,
    ),
    Measure(
        name="open_over_week",
        title="Open backorders over a week old",
        unit="share",
        direction="down",
        definition="Backorders that waited more than 7 days at the close, as a share of those still waiting then.",
        formula="count(PENDING, ended > 7 d) / count(PENDING)",
        source="common usage",
        of=lambda scope: mean(scope.open_ages > WEEK),
    ),
    Measure(
        name="open_over_month",
        title="Open backorders over a month old",
        unit="share",
        direction="down",
        definition="Backorders that waited more than 30 days at the close, as a share of those still waiting then.",
        formula="count(PENDING, ended > 30 d) / count(PENDING)",
        source="common usage",
        of=lambda scope: mean(scope.open_ages > MONTH),
    ),
    Measure(
        name="mean_backlog",
        title="Mean backlog",
        unit="units",
        direction="down",
        definition="Units waited for, averaged over the time of the window; for a single stock with the unfilled "
        "orders of other stocks.",
        formula="integral(backlog) / window",
        source="Hadley & Whitin 1963; Zipkin 2000",
        of=lambda scope: ratio(scope.backlog, scope.seconds),
    ),
    Measure(
        name="peak_backlog",
        title="Largest backlog",
        unit="units",
        direction="down",
        definition="The most units waited for at any time of the window.",
        formula="max(backlog)",
        source="own definition",
        of=lambda scope: scope.peak_backlog,
    ),
)
