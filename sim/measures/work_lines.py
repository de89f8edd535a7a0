"""Lines of the account for what goes wrong with supply, records and picking, and for what is paid to prevent it."""

from __future__ import annotations

import numpy as np

from sim.ledger.ledger import Int64
from sim.measures.cost_layers import Drawn
from sim.measures.entries import Entries, entries, nothing
from sim.measures.prices import Floats
from sim.measures.sales import Sales
from sim.measures.trade import stacked
from sim.words import Loss, Slip


def customs_fees(sales: Sales) -> Entries:
    """What customs charged for examinations."""
    stages, orders = sales.ledger.stages, sales.ledger.orders
    if not stages.fee.any():
        return nothing()
    stock = orders.stock[stages.order].astype(np.int64)
    return entries(stock, stages.time, sales.spans.within(stages.time), stages.fee / 100)


def expediting(sales: Sales) -> Entries:
    """What rush orders cost more than by the usual way, when their units are available."""
    orders, rows = sales.ledger.orders, sales.layers.supply.rushed
    rows = rows[orders.posted[rows] >= 0]
    if not len(rows):
        return nothing()
    posted = orders.posted[rows]
    money = sales.layers.supply.premium[rows]
    return entries(orders.stock[rows].astype(np.int64), posted, sales.spans.within(posted), money)


def lost_deposits(sales: Sales) -> Entries:
    """Deposits on orders that a bankrupt supplier never sent."""
    return _of_lost(sales, Loss.SUPPLIER_GONE, sales.layers.supply.deposits)


def lost_goods(sales: Sales) -> Entries:
    """Cost of the goods that were lost on their way."""
    return _of_lost(sales, Loss.GOODS_LOST, sales.layers.of_orders[0] if len(sales.ledger.lost) else np.empty(0))


def _of_lost(sales: Sales, loss: Loss, worth: Floats) -> Entries:
    lost = sales.ledger.lost
    if not len(lost):
        return nothing()
    rows = np.flatnonzero(lost.loss == loss)
    order, time = lost.order[rows], lost.time[rows]
    return entries(sales.ledger.orders.stock[order].astype(np.int64), time, sales.spans.within(time), worth[order])


def mispicks(sales: Sales) -> Entries:
    """Orders that were picked wrongly."""
    visits, first = mispicked(sales)
    if not len(visits):
        return nothing()
    cost = np.full(len(visits), sales.world.costs.mispick)
    return entries(sales.stock(visits), sales.ledger.records.time[first], sales.counts(visits), cost)


def mispicked(sales: Sales) -> tuple[Int64, Int64]:
    """The orders that were picked wrongly, as visits, and for each the first row of `RecordRows` that says so."""
    records = sales.ledger.records
    if not len(records):
        return records.about, records.about
    rows = np.flatnonzero(np.isin(records.kind, (Slip.MISPICK_ITEM, Slip.MISPICK_UNITS)) & (records.about >= 0))
    visits, first = np.unique(records.about[rows], return_index=True)
    return visits, rows[first]


def counting(sales: Sales) -> Entries:
    """Counts of stocks, and the units counted."""
    counts, costs = sales.ledger.counts, sales.world.costs
    if not len(counts):
        return nothing()
    money = costs.counting + costs.counting_unit * counts.units
    return entries(counts.stock, counts.time, sales.spans.within(counts.time), money)


def shrink(sales: Sales) -> Entries:
    """Cost of the units that vanished, less those that turned up again."""
    records = sales.ledger.records
    if not records.physical.any():
        return nothing()
    within = sales.spans.within(records.time)
    gone = np.flatnonzero(records.physical < 0)
    cost = sales.layers.cost(Drawn.LOST, gone, records.stock[gone], -records.physical[gone])
    return stacked(
        entries(records.stock[gone], records.time[gone], within[gone], cost),
        entries(records.stock, records.time, within, -sales.layers.found),
    )


def automation(sales: Sales) -> Entries:
    """Systems that do what people would do."""
    spans, rate = sales.spans, sales.world.costs.automation
    if not (rate and sales.ledger.terms.automated):
        return nothing()
    shop = np.full(len(spans), len(sales.views.stocks))
    return entries(shop, spans.starts, spans.in_window, rate * np.diff(spans.edges))
