"""Lines of the account for stock, supply orders, support, mails and advertising."""

from __future__ import annotations

import numpy as np

from sim.ledger.ledger import Int64
from sim.measures.entries import Entries, entries, nothing
from sim.measures.sales import Sales
from sim.measures.trade import Bools, stacked
from sim.words import Fate, Move, Notice


def inbound(sales: Sales) -> Entries:
    """Handling of the units received, and what is more for those that are cross-docked."""
    moves, costs = sales.ledger.moves, sales.world.costs
    if not (costs.inbound_unit or costs.sorting_unit):
        return nothing()
    came = np.flatnonzero(moves.event != Move.ISSUED)
    time, each = moves.time[came], costs.inbound_unit + costs.sorting_unit * (moves.event[came] == Move.CROSSED)
    return entries(moves.stock[came].astype(np.int64), time, sales.spans.within(time), moves.units[came] * each)


def acquisition(sales: Sales) -> Entries:
    """Advertising for visits by somebody who is not a member and comes for the first time."""
    cost, visits = sales.world.costs.acquisition, sales.views.visits
    if not cost:
        return nothing()
    came = (sales.ledger.visits.fate[: sales.everyone.count] != Fate.ABSENT) & (visits.units > 0)
    if visits.member is not None:
        came = came & (visits.member < 0)
    return entries(*sales.cell_columns(), sales.by_cell(came) * cost)


def holding(sales: Sales) -> Entries:
    """Storage, insurance and risk of the units on hand."""
    costs, spans = sales.world.costs, sales.spans
    storage = costs.holding + np.array([fee.storage for fee in sales.fees])
    if not (storage.any() or costs.holding_of_value):
        return nothing()
    stocks = len(sales.views.stocks)
    money = storage[:, None] * sales.unit_seconds + costs.holding_of_value * sales.value_seconds
    where = np.repeat(np.arange(stocks), len(spans))
    return entries(where, np.tile(spans.starts, stocks), np.tile(spans.in_window, stocks), money.ravel())


def ordering(sales: Sales) -> Entries:
    """Supply orders placed; goods on the way at the start were not."""
    orders, costs = sales.ledger.orders, sales.world.costs
    placed = np.flatnonzero(sales.views.chosen)
    money = costs.ordering + costs.ordering_unit * orders.units[placed]
    time = orders.placed[placed]
    return entries(orders.stock[placed].astype(np.int64), time, sales.spans.within(time), money)


def tracking(sales: Sales) -> Entries:
    """Following the supply orders placed, until they are there, cancelled or lost; booked then."""
    rate, orders = sales.world.costs.tracking, sales.ledger.orders
    if not (rate and sales.ledger.terms.tracks):
        return nothing()
    placed, ended = np.flatnonzero(sales.views.chosen), np.where(orders.posted < 0, sales.spans.close, orders.posted)
    for never in (sales.ledger.cancels, sales.ledger.lost):
        ended[never.order] = never.time
    money = rate * (ended - orders.placed)[placed]
    counts = sales.spans.within(orders.placed[placed])
    return entries(orders.stock[placed].astype(np.int64), ended[placed], counts, money)


def contacts(sales: Sales) -> Entries:
    """Questions to support: those that were asked, or, where nobody answers them one by one, their mean number."""
    cost = sales.world.costs.contact
    if not cost:
        return nothing()
    if sales.world.support is None:
        return stacked(_contacts_of_orders(sales), _contacts_of_waiting(sales))
    rows = sales.ledger.contacts
    ones = np.full(len(rows), cost)
    return entries(sales.stock(rows.visit), rows.time, sales.counts(rows.visit), ones)


def _contacts_of_orders(sales: Sales) -> Entries:
    each = sales.world.costs.contact * sales.world.costs.contacts_per_order
    at_once, orders = stacked(sales.at_once, sales.swapped), sales.orders
    waits = orders.where(orders.accepted & (orders.now == 0))
    return stacked(
        entries(at_once.stock, at_once.time, at_once.counts, at_once.orders * each),
        entries(waits.stock, waits.time, waits.counts, np.full(len(waits), each)),
    )


def _contacts_of_waiting(sales: Sales) -> Entries:
    rate = sales.world.costs.contact * sales.world.costs.contacts_waiting
    orders = sales.orders
    money = orders.accepted * sales.waited * rate
    return entries(orders.stock, orders.time + sales.waited, orders.counts, money)


def mails(sales: Sales) -> Entries:
    """Mails to those who wait, at order, with news and without, and to those who asked to be told."""
    cost, orders, notices = sales.world.costs.mail, sales.orders, sales.ledger.notices
    if not cost:
        return nothing()
    told = np.flatnonzero(notices.kind != Notice.AT_RISK)
    visit = notices.visit[told]
    return stacked(
        entries(orders.stock, orders.time, orders.counts, orders.accepted * cost),
        entries(*_status_mails(sales), cost * _status_count(sales)),
        entries(sales.stock(visit), notices.time[told], sales.counts(visit), np.full(len(told), cost)),
    )


def _status_count(sales: Sales) -> Int64:
    every = sales.ledger.terms.mails_every
    count: Int64 = sales.orders.accepted * (sales.waited // every if every else 0)
    return count


def _status_mails(sales: Sales) -> tuple[Int64, Int64, Bools]:
    orders = sales.orders
    return orders.stock, orders.time + sales.waited, orders.counts
