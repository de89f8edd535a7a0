"""Goods that customers send back: what they are refunded, and what the goods are still worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64
from sim.measures.entries import Entries, entries, nothing
from sim.measures.prices import Floats
from sim.measures.sales import Sales


@dataclass(frozen=True, eq=False)
class _Bought:
    """What the visits that send something back had bought, by visit."""

    units: Floats
    price: Floats
    worth: Floats
    """What the shop still gets for all of it: salvage of its cost."""
    stock: Int64
    """Where most of it came from."""


def refunds(sales: Sales) -> Entries:
    """Price of the units sent back, less their share of the vouchers."""
    if not len(sales.ledger.back):
        return nothing()
    bought = _bought(sales)
    return _of_units(sales, bought, (bought.price - _vouchers(sales)) / bought.units)


def salvaged(sales: Sales) -> Entries:
    """Salvage of the units sent back."""
    if not len(sales.ledger.back):
        return nothing()
    bought = _bought(sales)
    return _of_units(sales, bought, bought.worth / bought.units)


def _of_units(sales: Sales, bought: _Bought, each: Floats) -> Entries:
    back = sales.ledger.back
    place = np.searchsorted(_senders(sales), back.visit)
    time = np.minimum(back.time, sales.spans.close - 1)
    return entries(bought.stock[place], time, sales.counts(back.visit), each[place] * back.units)


def _senders(sales: Sales) -> Int64:
    return np.unique(sales.ledger.back.visit)


def _bought(sales: Sales) -> _Bought:
    senders, later = _senders(sales), sales.parcels
    later = later.where(np.isin(later.visit, senders))
    first = senders[senders < sales.everyone.count]  # of these, what was sold at once is in no parcel of their own
    now = sales.ledger.visits.now[first]
    price = now * sales.prices.paid(sales.everyone.stream[first], sales.everyone.time[first])
    place = np.searchsorted(senders, np.concatenate((first, later.visit)))
    stock = np.concatenate((sales.stock(first), later.stock))
    units = np.concatenate((now, later.units))
    cost = np.concatenate((sales.cost_of_visits(first), later.cost))
    return _Bought(
        _sum(place, units, senders),
        _sum(place, np.concatenate((price, later.price)), senders),
        _sum(place, cost * _salvage(sales)[stock], senders),
        _main(place, units, stock),
    )


def _main(place: Int64, units: NDArray[Any], stock: Int64) -> Int64:
    """By sender: the stock that most units came from."""
    order = np.lexsort((units, place))
    last = np.append(np.diff(place[order]) > 0, True)
    main: Int64 = stock[order][last]
    return main


def _sum(place: Int64, amount: NDArray[Any], senders: Int64) -> Floats:
    return np.bincount(place, amount, len(senders)).astype(np.float64)


def _salvage(sales: Sales) -> Floats:
    return np.array([sales.world.products[product].salvage for _, product in sales.views.stocks])


def _vouchers(sales: Sales) -> Floats:
    """Vouchers of each sender."""
    senders, orders = _senders(sales), sales.orders
    mine = np.isin(orders.visit, senders)
    return _sum(np.searchsorted(senders, orders.visit[mine]), sales.vouchers[mine], senders)
