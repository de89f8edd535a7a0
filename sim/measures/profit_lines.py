"""The lines of the profit and loss account, each from the facts of one run. Costs are positive amounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from sim.measures.cost_lines import acquisition, contacts, holding, inbound, mails, ordering, tracking
from sim.measures.entries import Entries, entries, nothing
from sim.measures.sales import Sales
from sim.measures.sent_back import refunds, salvaged
from sim.measures.trade import stacked
from sim.measures.work_lines import (
    automation,
    counting,
    customs_fees,
    expediting,
    lost_deposits,
    lost_goods,
    mispicks,
    shrink,
)

Line = Callable[[Sales], Entries]


def gross_sales(sales: Sales) -> Entries:
    """Price of the units delivered."""
    parcels = sales.parcels
    return entries(parcels.stock, parcels.time, parcels.counts, parcels.price)


def vouchers(sales: Sales) -> Entries:
    """What was given back for delays, at delivery."""
    orders = sales.orders
    if not sales.ledger.terms.voucher:
        return nothing()
    return entries(orders.stock, orders.time + sales.waited, orders.counts, sales.vouchers)


def cost_of_goods(sales: Sales) -> Entries:
    """Cost of the units delivered."""
    parcels = sales.parcels
    return entries(parcels.stock, parcels.time, parcels.counts, parcels.cost)


def fulfilment(sales: Sales) -> Entries:
    """The first parcel of every order, and what the warehouse charges for it."""
    parcels, each = sales.parcels, sales.world.costs.fulfilment
    fees = np.array([fee.order for fee in sales.fees])
    money = parcels.orders * (each + fees[parcels.stock] if fees.any() else each)
    return entries(parcels.stock, parcels.time, parcels.counts, money)


def split_parcels(sales: Sales) -> Entries:
    """Every other parcel."""
    parcels = sales.parcels
    more = parcels.parcels - parcels.orders
    return entries(parcels.stock, parcels.time, parcels.counts, more * sales.world.costs.split_parcel)


def payment_fees(sales: Sales) -> Entries:
    """Fees on every payment by a customer."""
    costs = sales.world.costs
    if not (costs.payment or costs.payment_fixed):
        return nothing()
    at_once = stacked(sales.at_once, sales.swapped)
    paid = at_once.price * costs.payment + at_once.parcels * costs.payment_fixed
    whole = entries(at_once.stock, at_once.time, at_once.counts, paid)
    return stacked(whole, _fees_at_order(sales), _fees_at_shipping(sales))


def _fees_at_order(sales: Sales) -> Entries:
    orders, costs, ahead = sales.orders, sales.world.costs, sales.ledger.terms.ahead
    if not ahead:
        return nothing()
    alone = orders.now == 0  # or else it is one payment with what was bought at once
    fee = ahead * orders.price * orders.short * costs.payment + alone * costs.payment_fixed
    return entries(orders.stock, orders.time, orders.counts, fee)


def _fees_at_shipping(sales: Sales) -> Entries:
    parcels, costs = sales.granted, sales.world.costs
    rest = np.maximum(parcels.price - sales.ahead[sales.releases.granted], 0.0)
    fee = rest * costs.payment + (rest > 0) * costs.payment_fixed
    return entries(parcels.stock, sales.leaves[sales.releases.granted], parcels.counts, fee)


def backorders(sales: Sales) -> Entries:
    """Handling of accepted backorders."""
    orders = sales.orders
    return entries(orders.stock, orders.time, orders.counts, orders.accepted * sales.world.costs.backorder)


def backlog(sales: Sales) -> Entries:
    """The time that units waited, when their wait ends."""
    orders, releases, rate = sales.orders, sales.releases, sales.world.costs.backlog
    if not rate:
        return nothing()
    money = rate * (releases.units * (releases.time - orders.time[releases.order]))
    return entries(orders.stock[releases.order], releases.time, orders.counts[releases.order], money)


def cancellations(sales: Sales) -> Entries:
    """Handling of cancelled orders."""
    gone = sales.given_up
    cost = np.full(len(gone), sales.world.costs.cancellation)
    return entries(gone.stock, gone.time + gone.ended, gone.counts, cost)


def write_off(sales: Sales) -> Entries:
    """What the units on hand at the close have lost of their cost."""
    stocks, products = sales.views.stocks, sales.world.products
    lost = [1 - products[product].salvage for _, product in stocks]
    money = np.array([sales.layers.at_close(stock) for stock in range(len(stocks))]) * lost
    close = np.full(len(stocks), sales.spans.close - 1)
    return entries(np.arange(len(stocks)), close, np.ones(len(stocks), dtype=bool), money)


def fixed(sales: Sales) -> Entries:
    """Staff, systems and rent, those of the warehouses among them."""
    spans = sales.spans
    rate = sales.world.costs.fixed + sum(place.fees.fixed for place in sales.world.warehouses.values())
    shop = np.full(len(spans), len(sales.views.stocks))
    return entries(shop, spans.starts, spans.in_window, rate * np.diff(spans.edges))


LINES: Final[Mapping[str, Line]] = MappingProxyType(
    {
        "gross_sales": gross_sales,
        "voucher_cost": vouchers,
        "sent_back_refunds": refunds,
        "cost_of_goods": cost_of_goods,
        "sent_back_salvage": salvaged,
        "fulfilment_cost": fulfilment,
        "split_parcel_cost": split_parcels,
        "payment_fees": payment_fees,
        "inbound_cost": inbound,
        "customs_fees": customs_fees,
        "acquisition_cost": acquisition,
        "holding_cost": holding,
        "ordering_cost": ordering,
        "tracking_cost": tracking,
        "expediting_cost": expediting,
        "backorder_cost": backorders,
        "backlog_cost": backlog,
        "support_cost": contacts,
        "mail_cost": mails,
        "cancellation_cost": cancellations,
        "mispick_cost": mispicks,
        "counting_cost": counting,
        "shrink_cost": shrink,
        "lost_goods_cost": lost_goods,
        "lost_deposits": lost_deposits,
        "leftover_cost": write_off,
        "fixed_cost": fixed,
        "automation_cost": automation,
    }
)
"""Every line, by the name of its measure, in the order of the account."""

INCOME: Final = frozenset({"gross_sales", "sent_back_salvage"})
"""The lines that add to profit; all others take from it."""
