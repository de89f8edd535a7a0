"""The books of one run in double entry: every fact that moves money, in whole cents, from its instant on.

What is due at or after the close has not happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64
from sim.measures.entries import Entries
from sim.measures.prices import Floats
from sim.measures.profit_lines import INCOME, LINES
from sim.measures.sales import Sales
from sim.words import Move, Slip


class Account(IntEnum):
    """Where money is; balances are positive for what the shop has and negative for what it owes."""

    CASH = 0
    STOCK = 1
    """Units on hand, at cost."""
    ON_THE_WAY = 2
    """Units that left their source for the shop, at cost."""
    SUPPLIER_DEPOSITS = 3
    PAYABLES = 4
    """Owed to suppliers for what has left them."""
    RECEIVABLES = 5
    """Owed by customers for what they were allocated."""
    CUSTOMER_DEPOSITS = 6
    """Paid by customers for what they were not allocated, and refunds that are due."""
    PROFIT = 7


@dataclass(frozen=True, eq=False)
class Posting:
    """Amounts that leave one account for another."""

    credit: Account
    """Which they leave."""
    debit: Account
    """Which they reach."""
    time: Int64
    cents: Int64
    stock: Int64
    """Position in `world.stocks`, or their number for the shop as a whole."""
    source: Int64
    """The stock whose account they leave: nearly always the same."""


def cents(money: Floats) -> Int64:
    """Money in whole cents."""
    whole: Int64 = np.rint(100 * money).astype(np.int64)
    return whole


def postings(sales: Sales, lines: dict[str, Entries]) -> Iterator[Posting]:
    """All postings of a run; the opening stock is in none."""
    yield from _of_lines(sales, lines)
    yield from _of_sales(sales)
    yield from _of_goods(sales)
    yield from _of_deposits(sales)
    yield from _of_supply(sales)
    yield from _of_transfers(sales)


_OUT_OF: Final = MappingProxyType(
    {
        "sent_back_refunds": Account.CUSTOMER_DEPOSITS,
        "expediting_cost": Account.ON_THE_WAY,
        "shrink_cost": Account.STOCK,
        "lost_goods_cost": Account.ON_THE_WAY,
        "lost_deposits": Account.SUPPLIER_DEPOSITS,
        "leftover_cost": Account.STOCK,
    }
)
"""Where the money of a line comes from, if not out of cash; cost of goods comes from two places."""


def _of_lines(sales: Sales, lines: dict[str, Entries]) -> Iterator[Posting]:
    for name in LINES:
        line, money = lines[name], cents(lines[name].money)
        time = np.minimum(line.time, sales.spans.close - 1)
        if name in ("gross_sales", "cost_of_goods"):
            continue
        if name in INCOME:
            yield Posting(Account.PROFIT, Account.CASH, time, money, line.stock, line.stock)
        else:
            yield Posting(_OUT_OF.get(name, Account.CASH), Account.PROFIT, time, money, line.stock, line.stock)
    back = lines["sent_back_refunds"]
    refunded = back.time + sales.world.costs.refund_delay
    yield Posting(Account.CUSTOMER_DEPOSITS, Account.CASH, refunded, -cents(back.money), back.stock, back.stock)


def _of_sales(sales: Sales) -> Iterator[Posting]:
    for parcels in (sales.at_once, sales.swapped):
        money = cents(parcels.price)
        yield Posting(Account.PROFIT, Account.CASH, parcels.time, money, parcels.stock, parcels.stock)
    parcels, ahead = sales.granted, cents(sales.ahead[sales.releases.granted])
    rest, stock = cents(parcels.price) - ahead, parcels.stock
    shipped = sales.leaves[sales.releases.granted]
    yield Posting(Account.PROFIT, Account.CUSTOMER_DEPOSITS, parcels.time, ahead, stock, stock)
    yield Posting(Account.PROFIT, Account.RECEIVABLES, parcels.time, rest, stock, stock)
    yield Posting(Account.RECEIVABLES, Account.CASH, shipped, rest, stock, stock)


def _of_goods(sales: Sales) -> Iterator[Posting]:
    """What was delivered cost: out of stock, or paid to a supplier who sends it himself."""
    for parcels in (sales.at_once, sales.swapped, sales.granted):
        money, stock = cents(parcels.cost), parcels.stock
        yield Posting(Account.STOCK, Account.PROFIT, parcels.time, money, stock, stock)
    if len(sales.ledger.direct):
        theirs = sales.granted.where(sales.releases.direct[sales.releases.granted])
        yield Posting(Account.CASH, Account.STOCK, theirs.time, cents(theirs.cost), theirs.stock, theirs.stock)
    records, worth = sales.ledger.records, sales.layers.salvage
    back = np.flatnonzero((records.kind == Slip.UNPOSTED_RETURN) & (records.physical > 0))
    stock = records.stock[back]
    yield Posting(
        Account.CASH, Account.STOCK, records.time[back], cents(worth[stock] * records.physical[back]), stock, stock
    )


def _of_deposits(sales: Sales) -> Iterator[Posting]:
    orders, releases, money = sales.orders, sales.releases, cents(sales.ahead)
    stock = orders.stock[releases.order]
    yield Posting(Account.CUSTOMER_DEPOSITS, Account.CASH, orders.time[releases.order], money, stock, stock)
    gone = np.flatnonzero(~releases.granted & ~releases.pending)
    time, stock = releases.time[gone] + sales.world.costs.refund_delay, stock[gone]
    yield Posting(Account.CASH, Account.CUSTOMER_DEPOSITS, time, money[gone], stock, stock)


def _of_supply(sales: Sales) -> Iterator[Posting]:
    """What is bought from suppliers, and duty and freight on everything."""
    orders, (bought, extra) = sales.ledger.orders, sales.layers.of_orders
    stock, cost, more = orders.stock.astype(np.int64), cents(bought), cents(extra)
    arrived = np.where(orders.arrived < 0, sales.spans.close, orders.arrived)
    yield Posting(Account.CASH, Account.ON_THE_WAY, arrived, more, stock, stock)
    yield _received(sales, cost + more - cents(sales.layers.supply.premium))
    terms = _Terms.of(sales)
    rows = np.flatnonzero(terms.supplied)
    deposit, left = cents(sales.layers.supply.deposits)[rows], orders.left[rows]
    rest, stock = cost[rows] - deposit, stock[rows]
    gone = np.where(left < 0, sales.spans.close, left)
    due = np.where(left < 0, sales.spans.close, left + terms.after[rows])
    yield Posting(Account.CASH, Account.SUPPLIER_DEPOSITS, orders.placed[rows], deposit, stock, stock)
    yield Posting(Account.SUPPLIER_DEPOSITS, Account.ON_THE_WAY, gone, deposit, stock, stock)
    yield Posting(Account.PAYABLES, Account.ON_THE_WAY, gone, rest, stock, stock)
    yield Posting(Account.CASH, Account.PAYABLES, due, rest, stock, stock)
    given = sales.ledger.cancels
    place = np.searchsorted(rows, given.order[terms.supplied[given.order]])
    time = given.time[terms.supplied[given.order]]
    yield Posting(Account.SUPPLIER_DEPOSITS, Account.CASH, time, deposit[place], stock[place], stock[place])


def _received(sales: Sales, worth: Int64) -> Posting:
    """Units become available; each part of an order takes its share of what the order is worth."""
    moves, good = sales.ledger.moves, np.maximum(sales.layers.supply.good, 1)
    rows = np.flatnonzero(moves.event != Move.ISSUED)
    order, units = moves.order[rows], moves.units[rows].astype(np.int64)
    upto = units
    if (moves.event[rows] == Move.CROSSED).any():
        by_order = np.argsort(order, kind="stable")
        running = np.cumsum(units[by_order])
        first = np.flatnonzero(np.diff(order[by_order], prepend=-1))
        before = np.repeat((running - units[by_order])[first], np.diff(np.append(first, len(rows))))
        upto = np.empty_like(units)
        upto[by_order] = running - before
    money = worth[order] * upto // good[order] - worth[order] * (upto - units) // good[order]
    stock = moves.stock[rows].astype(np.int64)
    return Posting(Account.ON_THE_WAY, Account.STOCK, moves.time[rows], money, stock, stock)


@dataclass(frozen=True, eq=False)
class _Terms:
    """When supply orders are paid, by order."""

    supplied: NDArray[np.bool_]
    """Whether a supplier fills it, and not a warehouse of the shop."""
    deposit: NDArray[np.float64]
    after: Int64

    @classmethod
    def of(cls, sales: Sales) -> _Terms:
        suppliers, lanes, lane = sales.world.suppliers, sales.world.lanes, sales.ledger.orders.lane
        terms = [suppliers.get(each.source) for each in lanes]
        supplied = np.array([each is not None for each in terms])
        deposit = np.array([0.0 if each is None else each.deposit for each in terms])
        after = np.array([0 if each is None else each.terms for each in terms], dtype=np.int64)
        return cls(supplied[lane], deposit[lane], after[lane])


def _of_transfers(sales: Sales) -> Iterator[Posting]:
    """From one warehouse of the shop to another."""
    orders, cost = sales.ledger.orders, cents(sales.layers.of_orders[0])
    rows = np.flatnonzero(~_Terms.of(sales).supplied & (orders.filled >= 0))
    stock, source = orders.stock[rows].astype(np.int64), sales.views.source[rows]
    yield Posting(Account.STOCK, Account.ON_THE_WAY, orders.filled[rows], cost[rows], stock, source)
