"""Inventory: what lies on the shelf, what is on order, and how fast it turns."""

from __future__ import annotations

from typing import Final

from sim.measures.entry import Measure, ratio
from sim.measures.scope import Scope
from sim.words import DAY, YEAR


def _position(scope: Scope) -> float:
    seconds = scope.over_stocks(lambda shelf: shelf.recorded + shelf.on_order - shelf.backlog)
    return ratio(seconds, scope.seconds)


def _stockout_days(scope: Scope) -> float:
    possible = scope.seconds // DAY * len(scope.selling)
    return ratio(sum(shelf.empty_days for shelf in scope.selling), possible) * (scope.seconds // DAY)


def _orders(scope: Scope) -> float:
    return scope.over_stocks(lambda shelf: shelf.orders[0])


def _units_ordered(scope: Scope) -> float:
    return scope.over_stocks(lambda shelf: shelf.orders[1])


def _turns(scope: Scope) -> float:
    return ratio(scope.cost_of_outflow * YEAR, scope.stock_value)


def _days_of_stock(scope: Scope) -> float:
    return ratio(scope.stock_value, scope.cost_of_outflow * DAY)


def _aged(scope: Scope) -> float:
    return scope.over_stocks(lambda shelf: scope.tally.accounts.aged_value[shelf.stock])


INVENTORY: Final = (
    Measure(
        name="mean_on_hand",
        title="Mean stock on hand",
        unit="units",
        direction="neither",
        definition="Units truly there, whatever the record says, averaged over the time of the window.",
        formula="integral(on hand) / window",
        source="Hadley & Whitin 1963; Zipkin 2000",
        of=lambda scope: ratio(scope.over_stocks(lambda shelf: shelf.on_hand), scope.seconds),
    ),
    Measure(
        name="end_on_hand",
        title="Stock left at the close",
        unit="units",
        direction="down",
        definition="Units on hand by the record at the close of the run.",
        formula="record at the close",
        source="own definition",
        of=lambda scope: scope.over_stocks(lambda shelf: shelf.left_at_close),
    ),
    Measure(
        name="mean_on_order",
        title="Mean stock on order",
        unit="units",
        direction="neither",
        definition="Units ordered and not yet available, averaged over the time of the window; over several stocks "
        "also those one orders from another.",
        formula="integral(on order) / window",
        source="Hadley & Whitin 1963; Zipkin 2000",
        of=lambda scope: ratio(scope.over_stocks(lambda shelf: shelf.on_order), scope.seconds),
    ),
    Measure(
        name="mean_position",
        title="Mean inventory position",
        unit="units",
        direction="neither",
        definition="On hand by the record + on order - backlog, averaged over the time of the window; over several "
        "stocks, the sum of their positions.",
        formula="integral(on hand + on order - backlog) / window",
        source="Hadley & Whitin 1963; Zipkin 2000",
        of=_position,
    ),
    Measure(
        name="stockout_days",
        title="Days that ended sold out",
        unit="days",
        direction="down",
        definition="Whole days of the window with nothing on hand by the record at their end; over several stocks, the "
        "mean of those customers buy from.",
        formula="count(days with record = 0 at their end)",
        source="own definition",
        of=_stockout_days,
    ),
    Measure(
        name="order_rate",
        title="Supply orders per day",
        unit="orders per day",
        direction="neither",
        definition="Supply orders placed in the window, per day of it; goods on the way at the start are not counted.",
        formula="count(orders placed) / days of the window",
        source="Hadley & Whitin 1963",
        of=lambda scope: ratio(_orders(scope), scope.days),
    ),
    Measure(
        name="mean_order_size",
        title="Mean supply order",
        unit="units",
        direction="neither",
        definition="Units per supply order placed in the window.",
        formula="sum(units ordered) / count(orders placed)",
        source="own definition",
        of=lambda scope: ratio(_units_ordered(scope), _orders(scope)),
    ),
    Measure(
        name="units_received",
        title="Units received",
        unit="units",
        direction="neither",
        definition="Units of supply orders that became available in the window.",
        formula="sum(units posted)",
        source="own definition",
        of=lambda scope: scope.over_stocks(lambda shelf: shelf.received),
    ),
    Measure(
        name="turns",
        title="Stock turns",
        unit="turns per year",
        direction="up",
        definition="Yearly cost of the goods delivered, as a multiple of the mean stock at cost; for a single stock "
        "deliveries to other stocks count.",
        formula="cost of goods x (year / window) / mean stock at cost",
        source="Silver, Pyke & Peterson 1998",
        of=_turns,
    ),
    Measure(
        name="days_of_stock",
        title="Days of stock",
        unit="days",
        direction="neither",
        definition="Mean stock at cost, in days of the cost of the goods delivered.",
        formula="365 / turns",
        source="Silver, Pyke & Peterson 1998",
        of=_days_of_stock,
    ),
    Measure(
        name="excess_stock",
        title="Stock older than 180 days",
        unit="money",
        direction="down",
        definition="Stock on hand at cost that came to its warehouse more than 180 days ago, first in, first out, "
        "averaged over the time of the window; what is there at the start of the run came then.",
        formula="integral(cost of the layers on hand older than 180 d) / window",
        source="ageing of inventory; common usage",
        of=lambda scope: ratio(_aged(scope), scope.seconds),
    ),
    Measure(
        name="excess_share",
        title="Share of stock older than 180 days",
        unit="share",
        direction="down",
        definition="Mean stock at cost that came to its warehouse more than 180 days ago, as a share of the mean stock "
        "at cost.",
        formula="excess_stock / mean stock at cost",
        source="ageing of inventory; common usage",
        of=lambda scope: ratio(_aged(scope), scope.stock_value),
    ),
)
