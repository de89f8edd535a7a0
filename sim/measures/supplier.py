"""Supply: how well suppliers keep their dates, how much comes, and by which ways."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.measures.entry import UNDEFINED, Measure, mean, ratio
from sim.measures.prices import Floats
from sim.measures.scope import Scope
from sim.measures.sums import of_scope
from sim.words import DAY

_WEEK: Final = 7


def _on_time(scope: Scope) -> float:
    slips = scope.works.supply.slips
    return ratio(int(np.count_nonzero(slips <= 0)), len(slips) + scope.works.supply.overdue)


def _spread(scope: Scope) -> float:
    times = scope.works.supply.lead_times
    return ratio(float(times.std()), float(times.mean())) if len(times) else UNDEFINED


def _units(scope: Scope, rows: str) -> float:
    return float(scope.works.supply.orders.units[getattr(scope.works.supply, rows)].sum())


def _concentration(scope: Scope) -> float:
    units = scope.works.supply.by_source
    return ratio(float((units**2).sum()), float(units.sum()) ** 2)


def _weeks(days: Floats) -> Floats:
    """Totals of the whole weeks."""
    weeks = len(days) // _WEEK
    totals: Floats = days[: weeks * _WEEK].reshape(weeks, _WEEK).sum(axis=1)
    return totals


def _bullwhip(scope: Scope) -> float:
    daily, stocks = scope.tally.daily, [shelf.stock for shelf in scope.shelves]
    if daily.count < 2 * _WEEK:
        return UNDEFINED
    if scope.name:
        orders, demand = daily.ordered[stocks], daily.wanted[stocks] + daily.claimed[stocks]
    else:
        orders, demand = daily.bought, daily.wanted
    ordered, wanted = (_weeks(table.sum(axis=0)).var() for table in (orders, demand))
    return ratio(float(ordered), float(wanted))


SUPPLIER: Final = (
    Measure(
        name="supplier_on_time",
        title="Supply orders on time",
        unit="share",
        direction="up",
        definition="Orders to suppliers placed in the window that reached the dock by the date first confirmed, as a "
        "share of those that reached it and those whose first date had passed without them at the close.",
        formula="count(arrived <= confirmed) / (count(arrived) + count(not arrived, confirmed < close))",
        source="on-time delivery to the first confirmed date: SCOR RL.2.2",
        of=_on_time,
    ),
    Measure(
        name="supplier_slip",
        title="Mean slip of supply orders",
        unit="days",
        direction="down",
        definition="Time from the date first confirmed to the arrival at the dock, negative when early, per order to "
        "suppliers placed in the window that arrived.",
        formula="mean(arrived - confirmed)",
        source="own definition",
        of=lambda scope: mean(scope.works.supply.slips) / DAY,
    ),
    Measure(
        name="warning_lead",
        title="Warning before a supply date breaks",
        unit="days",
        direction="up",
        definition="Time from the news of a later date to the date that it replaces, negative when the news came after "
        "it, per such news about orders to suppliers placed in the window.",
        formula="mean(date replaced - time of the news), later dates",
        source="own definition",
        of=lambda scope: mean(scope.works.supply.warnings) / DAY,
    ),
    Measure(
        name="supplier_fill",
        title="Units that came good",
        unit="share",
        direction="up",
        definition="Units that came and were not rejected, as a share of those ordered, of the orders to suppliers "
        "placed in the window that arrived or were lost.",
        formula="sum(came - rejected) / sum(units ordered), orders that arrived or are lost",
        source="common usage",
        of=lambda scope: ratio(*scope.works.supply.fill),
    ),
    Measure(
        name="supply_lead_time",
        title="Mean lead time",
        unit="days",
        direction="down",
        definition="Time from placing to availability, per order to suppliers placed in the window that was available "
        "by the close.",
        formula="mean(posted - placed)",
        source="Silver, Pyke & Peterson 1998",
        of=lambda scope: mean(scope.works.supply.lead_times) / DAY,
    ),
    Measure(
        name="supply_lead_time_cv",
        title="Spread of lead times",
        unit="times",
        direction="down",
        definition="Standard deviation of these lead times, as a multiple of their mean.",
        formula="sd(posted - placed) / mean(posted - placed)",
        source="coefficient of variation; common usage",
        of=_spread,
    ),
    Measure(
        name="lost_supply_orders",
        title="Supply orders lost",
        unit="orders",
        direction="down",
        definition="Supply orders placed in the window that never came, since their supplier failed or they were lost "
        "on the way.",
        formula="count(orders lost)",
        source="own definition",
        of=lambda scope: len(scope.works.supply.lost),
    ),
    Measure(
        name="lost_supply_units",
        title="Units lost with supply orders",
        unit="units",
        direction="down",
        definition="Units of these orders.",
        formula="sum(units of orders lost)",
        source="own definition",
        of=lambda scope: _units(scope, "lost"),
    ),
    Measure(
        name="customs_exams",
        title="Customs examinations",
        unit="occasions",
        direction="down",
        definition="Examinations by customs of supply orders placed in the window.",
        formula="count(IN_CUSTOMS)",
        source="own definition",
        of=lambda scope: scope.works.supply.exams,
    ),
    Measure(
        name="duty_paid",
        title="Duty paid",
        unit="money",
        direction="down",
        definition="Duty on the supply orders that came to the dock in the window, tariffs among it; it is part of "
        "what the goods cost, and no line of its own in the account.",
        formula="sum(duty of the lane and tariffs then x cost of the good units)",
        source="IAS 2",
        of=lambda scope: of_scope(scope, scope.tally.accounts.duty),
    ),
    Measure(
        name="rush_orders",
        title="Rush orders",
        unit="orders",
        direction="neither",
        definition="Supply orders placed in the window since promises were about to break.",
        formula="count(orders RUSH)",
        source="own definition",
        of=lambda scope: len(scope.works.supply.rushed),
    ),
    Measure(
        name="rush_units",
        title="Units rushed",
        unit="units",
        direction="neither",
        definition="Units of the rush orders placed in the window.",
        formula="sum(units of orders RUSH)",
        source="own definition",
        of=lambda scope: _units(scope, "rushed"),
    ),
    Measure(
        name="usual_source_share",
        title="Units from the usual source",
        unit="share",
        direction="neither",
        definition="Units ordered in the window over the first lane of their stock, as a share of all units ordered.",
        formula="sum(units by the first lane) / sum(units ordered)",
        source="own definition",
        of=lambda scope: ratio(scope.works.supply.by_usual, _units(scope, "placed")),
    ),
    Measure(
        name="source_concentration",
        title="Concentration of sources",
        unit="times",
        direction="neither",
        definition="Sum of the squares of the sources' parts in the units ordered in the window: 1 if all came from "
        "one, 1/n if n gave the same.",
        formula="sum(units of a source^2) / sum(units ordered)^2",
        source="Herfindahl 1950",
        of=_concentration,
    ),
    Measure(
        name="bullwhip",
        title="Bullwhip",
        unit="times",
        direction="down",
        definition="Variance of the units ordered per week, as a multiple of that of the units wanted, over the whole "
        "weeks of the window; for the shop orders to suppliers against customers' wishes, for a single stock all its "
        "orders against all that was asked of it.",
        formula="var(units ordered per week) / var(units wanted per week)",
        source="Lee, Padmanabhan & Whang 1997; Chen et al. 2000",
        of=_bullwhip,
    ),
)
