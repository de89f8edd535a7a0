"""The money of one run, by stock: the lines of its profit and loss account and the balances of its books."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.ledger.ledger import Int64
from sim.ledger.views import Views
from sim.measures.aged import aged
from sim.measures.entries import Entries
from sim.measures.equity import Equity
from sim.measures.journal import Account, Posting, cents, postings
from sim.measures.prices import Floats
from sim.measures.profit_lines import LINES
from sim.measures.sales import Sales
from sim.words import Exit

OWED = (Account.PAYABLES, Account.CUSTOMER_DEPOSITS)
"""Accounts whose balance is a debt."""
WORKING_CAPITAL = (
    Account.STOCK, Account.ON_THE_WAY, Account.SUPPLIER_DEPOSITS, Account.PAYABLES, Account.RECEIVABLES,
    Account.CUSTOMER_DEPOSITS,
)  # fmt: skip


class Accounts:
    """Everything is reckoned when first asked for. Totals by stock have a last entry for the shop as a whole."""

    def __init__(self, views: Views) -> None:
        self.sales = Sales(views)
        self.equity = Equity(self.sales)
        self.count = len(views.stocks) + 1
        """Stocks, and one for the shop as a whole."""
        self.reckoned: dict[tuple[object, str], float] = {}
        """Sums of lines that somebody asked for already, by sum and scope."""
        self._lines: dict[str, Entries] = {}
        self._totals: dict[str, Floats] = {}
        self._closing: dict[Account, Int64] = {}

    def line(self, name: str) -> Entries:
        """All amounts of one line, those outside the window among them."""
        if name not in self._lines:
            self._lines[name] = LINES[name](self.sales)
        return self._lines[name]

    def total(self, name: str) -> Floats:
        """One line of the window, by stock."""
        if name not in self._totals:
            self._totals[name] = self.line(name).by_stock(self.count)
        return self._totals[name]

    @cached_property
    def parcels(self) -> tuple[Floats, Floats]:
        """Parcels sent to customers of the window, and orders that got any, by stock."""
        sent = self.sales.parcels
        every, first = (
            np.bincount(sent.stock, number * sent.counts, self.count).astype(np.float64)
            for number in (sent.parcels, sent.orders)
        )
        return every, first

    @cached_property
    def stock_value(self) -> Floats:
        """Stock on hand at cost times time over the window, by stock: money-seconds."""
        value = self.sales.value_seconds[:, self.sales.spans.in_window]
        return np.append(value.sum(axis=1), 0.0)

    @cached_property
    def aged_value(self) -> Floats:
        """The same of the stock that has lain for long."""
        return np.append(aged(self.sales.layers, self.sales.spans.start, self.sales.spans.end), 0.0)

    @cached_property
    def duty(self) -> Floats:
        """Duty on the supply orders that came to the dock in the window, by stock."""
        orders, layers = self.sales.ledger.orders, self.sales.layers
        money = layers.of_orders[0] * layers.supply.duty * self.sales.spans.within(orders.arrived)
        return np.bincount(orders.stock, money, self.count).astype(np.float64)

    @cached_property
    def exposure(self) -> Floats:
        """What customers paid at order, times the time until it was earned or given back: money-seconds."""
        sales = self.sales
        orders, releases = sales.orders, sales.releases
        lasted = sales.settled - orders.time[releases.order]
        money = cents(sales.ahead) / 100 * lasted * orders.counts[releases.order]
        return np.bincount(orders.stock[releases.order], money, self.count).astype(np.float64)

    @cached_property
    def competitor_margin(self) -> Floats:
        """Price less unit cost of what customers went to buy elsewhere, by stock."""
        sales = self.sales
        everyone, facts = sales.everyone, sales.ledger.visits
        rows = np.flatnonzero(facts.exit == Exit.COMPETITOR)
        rows = rows[sales.counts(rows)]
        granted, went = sales.granted, np.zeros(len(facts), dtype=bool)
        went[rows] = True
        got = np.bincount(np.searchsorted(rows, granted.visit), granted.units * went[granted.visit], len(rows))
        lost = np.maximum(everyone.units[rows] - facts.now[rows] - got[: len(rows)], 0)
        stock = sales.stock(rows)
        margin = sales.prices.paid(everyone.stream[rows], everyone.time[rows]) - sales.layers.first[stock]
        return np.bincount(stock, lost * margin, self.count).astype(np.float64)

    @cached_property
    def postings(self) -> tuple[Posting, ...]:
        """The books, up to the close."""
        lines = {name: self.line(name) for name in LINES}
        return tuple(_before(posting, self.sales.spans.close) for posting in postings(self.sales, lines))

    @cached_property
    def opening(self) -> Int64:
        """Opening stock at cost in cents, by stock: the only balance at the start."""
        opening = self.sales.ledger.opening * self.sales.layers.first
        return np.append(cents(opening), 0)

    def flows(self, account: Account) -> Int64:
        """What is added to one account in each span, by stock, in cents."""
        spans = self.sales.spans
        flows = np.zeros(self.count * len(spans))
        for posting in self.postings:
            for place, stocks, sign in ((posting.debit, posting.stock, 1), (posting.credit, posting.source, -1)):
                if place is account:
                    flows += sign * np.bincount(stocks * len(spans) + spans.at(posting.time), posting.cents, len(flows))
        return flows.astype(np.int64).reshape(self.count, len(spans))

    def closing(self, account: Account) -> Int64:
        """Balance of an account at the close, by stock, in cents."""
        if account not in self._closing:
            before = self.opening if account is Account.STOCK else np.zeros(self.count, dtype=np.int64)
            self._closing[account] = before + self.flows(account).sum(axis=1)
        return self._closing[account]

    def integral(self, account: Account) -> Floats:
        """Balance of an account times time over the window, by stock: money-seconds."""
        spans = self.sales.spans
        total = np.zeros(self.count)
        if account is Account.STOCK:
            total += self.opening * float(spans.end - spans.start)
        for posting in self.postings:
            lasts = np.maximum(spans.end - np.maximum(posting.time, spans.start), 0)
            for place, stocks, sign in ((posting.debit, posting.stock, 1), (posting.credit, posting.source, -1)):
                if place is account:
                    total += sign * np.bincount(stocks, posting.cents * lasts, self.count)
        return total / 100

    @cached_property
    def balance(self) -> dict[Account, Floats]:
        """Money-seconds of the window of all accounts but cash and profit; debts are positive too."""
        return {a: self.integral(a) * (-1 if a in OWED else 1) for a in WORKING_CAPITAL if a is not Account.STOCK}

    @cached_property
    def tied_up(self) -> Floats:
        """Money-seconds of the window that capital is asked for."""
        if self.sales.world.costs.capital_on == "stock":
            return self.stock_value
        return self.stock_value + sum(self.integral(a) for a in WORKING_CAPITAL if a is not Account.STOCK)

    @cached_property
    def cash_flows(self) -> Int64:
        """Cash that came and went in each span from day 0 to the close, by stock, in cents."""
        spans = self.sales.spans
        return self.flows(Account.CASH)[:, spans.starts >= spans.start]


def _before(posting: Posting, close: int) -> Posting:
    some = np.flatnonzero((posting.time < close) & (posting.cents != 0))
    columns = (column[some] for column in (posting.time, posting.cents, posting.stock, posting.source))
    return Posting(posting.credit, posting.debit, *columns)
