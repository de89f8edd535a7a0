"""How the lines of the account add up, from gross sales to total value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sim.measures.prices import Floats
from sim.measures.profit_lines import INCOME
from sim.measures.scope import Scope

Amount = Callable[[Scope], float]


def of_scope(scope: Scope, by_stock: Floats) -> float:
    """The part of a total by stock that belongs to a scope; what belongs to the shop as a whole only to the shop."""
    if scope.name:
        return float(by_stock[scope.shelves[0].stock]) + 0.0
    return float(by_stock[:-1].sum() + by_stock[-1])


def line(name: str) -> Amount:
    """One line of the account."""
    return lambda scope: of_scope(scope, scope.tally.accounts.total(name))


@dataclass(frozen=True, eq=False)
class Sum:
    """An amount, and the lines that come to it or are taken from it; reckoned once for each scope."""

    start: Amount
    name: str
    """Of the amount it starts from."""
    lines: tuple[str, ...]

    def __call__(self, scope: Scope) -> float:
        """Its value."""
        reckoned, key = scope.tally.accounts.reckoned, (self, scope.name)
        if key not in reckoned:
            total = self.start(scope)
            for name in self.lines:
                total += line(name)(scope) if name in INCOME else -line(name)(scope)
            reckoned[key] = total
        return reckoned[key]

    @property
    def formula(self) -> str:
        """The sum in the names of its measures."""
        return " ".join([self.name, *(f"{'+' if name in INCOME else '-'} {name}" for name in self.lines)])


REVENUE: Final = Sum(line("gross_sales"), "gross_sales", ("voucher_cost", "sent_back_refunds"))
GROSS_MARGIN: Final = Sum(REVENUE, "revenue", ("cost_of_goods", "sent_back_salvage"))
CONTRIBUTION: Final = Sum(
    GROSS_MARGIN,
    "gross_margin",
    ("fulfilment_cost", "split_parcel_cost", "payment_fees", "inbound_cost", "customs_fees", "acquisition_cost"),
)
PROFIT: Final = Sum(
    CONTRIBUTION,
    "contribution",
    (
        "holding_cost", "ordering_cost", "tracking_cost", "expediting_cost", "backorder_cost", "backlog_cost",
        "support_cost", "mail_cost", "cancellation_cost", "mispick_cost", "counting_cost", "shrink_cost",
        "lost_goods_cost", "lost_deposits", "leftover_cost", "fixed_cost", "automation_cost",
    ),
)  # fmt: skip


def capital_charge(scope: Scope) -> float:
    """Return asked on the money tied up."""
    return scope.costs.capital * of_scope(scope, scope.tally.accounts.tied_up) if scope.costs.capital else 0.0


def economic_profit(scope: Scope) -> float:
    """Profit less the capital charge."""
    return PROFIT(scope) - capital_charge(scope)


def customer_equity(scope: Scope) -> float:
    """Change of the members' worth."""
    return of_scope(scope, scope.tally.accounts.equity.customers)


def reputation_equity(scope: Scope) -> float:
    """Change of the worth of new visitors."""
    return of_scope(scope, scope.tally.accounts.equity.reputation)


def total_value(scope: Scope) -> float:
    """Everything."""
    return economic_profit(scope) + customer_equity(scope) + reputation_equity(scope)
