"""Cash: when money comes and goes, and whose money the shop works with."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.measures.entry import Measure, ratio
from sim.measures.journal import Account
from sim.measures.prices import Floats
from sim.measures.scope import Scope
from sim.measures.sums import GROSS_MARGIN, line, of_scope
from sim.words import DAY


def _flows(scope: Scope) -> Floats:
    flows = scope.tally.accounts.cash_flows
    rows = [shelf.stock for shelf in scope.shelves]
    money: Floats = flows[rows if scope.name else slice(None)].sum(axis=0) / 100
    return money


def _lowest(scope: Scope) -> float:
    return min(0.0, float(np.cumsum(_flows(scope)).min()))


def _mean(scope: Scope, account: Account) -> float:
    """Mean balance in the window; of debts positive too."""
    return of_scope(scope, scope.tally.accounts.balance[account]) / scope.seconds


def _days(scope: Scope, balance: float, of: str) -> float:
    return ratio(balance * scope.days, line(of)(scope))


def _days_of_stock(scope: Scope) -> float:
    return _days(scope, of_scope(scope, scope.tally.accounts.stock_value) / scope.seconds, "cost_of_goods")


def _days_receivable(scope: Scope) -> float:
    return _days(scope, _mean(scope, Account.RECEIVABLES), "gross_sales")


def _days_payable(scope: Scope) -> float:
    return _days(scope, _mean(scope, Account.PAYABLES), "cost_of_goods")


def _days_of_deposits(scope: Scope) -> float:
    return _days(scope, _mean(scope, Account.CUSTOMER_DEPOSITS), "gross_sales")


def _cycle(scope: Scope) -> float:
    return _days_of_stock(scope) + _days_receivable(scope) - _days_payable(scope) - _days_of_deposits(scope)


def _outstanding(scope: Scope) -> float:
    return of_scope(scope, -scope.tally.accounts.closing(Account.CUSTOMER_DEPOSITS) / 100)


def _return(scope: Scope) -> float:
    invested = of_scope(scope, scope.tally.accounts.stock_value) / scope.seconds
    return ratio(GROSS_MARGIN(scope), invested)


CASH: Final = (
    Measure(
        name="lowest_cash",
        title="Lowest cash",
        unit="money",
        direction="up",
        definition="Cash at the end of the day from day 0 to the close on which there is least, counted from nothing "
        "at day 0; its size is the money that the shop must bring.",
        formula="min(0, min(sum(cash flows since day 0)))",
        source="peak cash need; common usage",
        of=_lowest,
    ),
    Measure(
        name="closing_cash",
        title="Cash at the close",
        unit="money",
        direction="up",
        definition="All cash that came in less all that went out from day 0 to the close.",
        formula="sum(cash flows since day 0)",
        source="direct method: IAS 7",
        of=lambda scope: float(_flows(scope).sum()),
    ),
    Measure(
        name="gmroi",
        title="Gross margin per money in stock",
        unit="times",
        direction="up",
        definition="Gross margin as a multiple of the mean stock at cost.",
        formula="gross_margin / mean stock at cost",
        source="GMROI: Sweeney 1973",
        of=_return,
    ),
    Measure(
        name="days_receivable",
        title="Days receivable",
        unit="days",
        direction="down",
        definition="Mean of what customers owe for goods allocated to them, in days of gross sales.",
        formula="mean(receivables) x days of the window / gross_sales",
        source="common usage",
        of=_days_receivable,
    ),
    Measure(
        name="days_payable",
        title="Days payable",
        unit="days",
        direction="neither",
        definition="Mean of what suppliers are owed for what has left them, in days of the cost of goods.",
        formula="mean(payables) x days of the window / cost_of_goods",
        source="common usage",
        of=_days_payable,
    ),
    Measure(
        name="days_deposits",
        title="Days of customer deposits",
        unit="days",
        direction="neither",
        definition="Mean of what customers paid for goods not yet allocated to them, in days of gross sales.",
        formula="mean(customer deposits) x days of the window / gross_sales",
        source="own definition",
        of=_days_of_deposits,
    ),
    Measure(
        name="cash_cycle",
        title="Cash conversion cycle",
        unit="days",
        direction="down",
        definition="Days of stock and of receivables less days of payables and of customer deposits: how long a unit "
        "of money is away.",
        formula="days of stock at cost + days_receivable - days_payable - days_deposits",
        source="Richards & Laughlin 1980; customer deposits added",
        of=_cycle,
    ),
    Measure(
        name="deposits_outstanding",
        title="Customer deposits at the close",
        unit="money",
        direction="neither",
        definition="What customers had paid by the close for goods not allocated to them, and refunds still due.",
        formula="balance of customer deposits at the close",
        source="contract liability: IFRS 15",
        of=_outstanding,
    ),
    Measure(
        name="customer_exposure",
        title="Customers' money tied up",
        unit="money days",
        direction="down",
        definition="What customers of the window paid at order, times the days until the goods left the warehouse, the "
        "refund came, or the run closed.",
        formula="sum(paid at order x days)",
        source="own definition",
        of=lambda scope: of_scope(scope, scope.tally.accounts.exposure) / DAY,
    ),
)
