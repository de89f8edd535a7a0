"""Money: what a policy earns and costs. Revenue counts at delivery; purchases cost when the units are delivered.

Money that belongs to a customer follows the customers of the window to the close; money that belongs to stock and
to supply orders is that of the window.
"""

from __future__ import annotations

from typing import Final

from sim.measures.entry import Measure
from sim.measures.margin import MARGIN
from sim.measures.scope import Scope
from sim.measures.sums import (
    PROFIT,
    capital_charge,
    customer_equity,
    economic_profit,
    line,
    of_scope,
    reputation_equity,
    total_value,
)
from sim.measures.work_costs import WORK_COSTS


def _lost_margin(scope: Scope) -> float:
    return scope.units((scope.prices - scope.unit_costs) * scope.lost_by_customers)


_COSTS: Final = (
    Measure(
        name="holding_cost",
        title="Holding cost",
        unit="money",
        direction="down",
        definition="Storage, insurance and risk of the units truly on hand over the time of the window, with what "
        "warehouses charge for storage.",
        formula="(holding + storage) x integral(on hand) + holding_of_value x integral(on hand at cost)",
        source="Harris 1913; Silver, Pyke & Peterson 1998",
        of=line("holding_cost"),
    ),
    Measure(
        name="ordering_cost",
        title="Ordering cost",
        unit="money",
        direction="down",
        definition="Cost per supply order and per unit ordered, of the orders placed in the window.",
        formula="ordering x count(orders placed) + ordering_unit x sum(units ordered)",
        source="Harris 1913; Silver, Pyke & Peterson 1998",
        of=line("ordering_cost"),
    ),
    Measure(
        name="tracking_cost",
        title="Following supply orders",
        unit="money",
        direction="down",
        definition="Work on the open supply orders placed in the window, where the policy follows them closely.",
        formula="tracking x sum(time from placing to posting, cancellation or loss)",
        source="own definition",
        of=line("tracking_cost"),
    ),
    Measure(
        name="backorder_cost",
        title="Backorder handling",
        unit="money",
        direction="down",
        definition="Handling of the backorders that customers of the window accepted.",
        formula="backorder x count(joined)",
        source="Hadley & Whitin 1963, per backorder",
        of=line("backorder_cost"),
    ),
    Measure(
        name="backlog_cost",
        title="Backlog cost",
        unit="money",
        direction="down",
        definition="Cost of the time that units of customers of the window spent in the backlog.",
        formula="backlog x sum(units x time in backlog)",
        source="Hadley & Whitin 1963, per unit and time",
        of=line("backlog_cost"),
    ),
    Measure(
        name="support_cost",
        title="Customer support",
        unit="money",
        direction="down",
        definition="Contacts that orders of customers of the window cause: those asked, where the scenario has support "
        "staff, or else some with every order that sold or backordered something and more with the time an order "
        "waits.",
        formula="contact x count(contacts), or contact x (contacts_per_order x orders + contacts_waiting x "
        "sum(time in backlog of orders))",
        source="own definition",
        of=line("support_cost"),
    ),
    Measure(
        name="mail_cost",
        title="Mails",
        unit="money",
        direction="down",
        definition="Mails to customers of the window: one at a backorder, one in every so much of its wait where the "
        "policy says so, one with every notice.",
        formula="mail x (count(joined) + sum(floor(time in backlog / every)) + count(notices sent))",
        source="own definition",
        of=line("mail_cost"),
    ),
    Measure(
        name="cancellation_cost",
        title="Cancellations",
        unit="money",
        direction="down",
        definition="Refund and handling of the orders of customers of the window that were cancelled, by whomever.",
        formula="cancellation x count(RENEGED, CHANGED_MIND, SELLER_CANCELLED, NO_CONSENT)",
        source="own definition",
        of=line("cancellation_cost"),
    ),
    Measure(
        name="leftover_cost",
        title="Write-off of stock left",
        unit="money",
        direction="down",
        definition="What the units on hand at the close have lost of their cost.",
        formula="sum((1 - salvage) x cost of the layers on hand at the close)",
        source="overage cost of the newsvendor: Snyder & Shen 2019",
        of=line("leftover_cost"),
    ),
    Measure(
        name="fixed_cost",
        title="Fixed costs",
        unit="money",
        direction="down",
        definition="Staff, systems and rent over the time of the window, with what warehouses charge for it; those of "
        "the shop, and of no single stock.",
        formula="(fixed + sum(fixed fees of warehouses)) x window",
        source="common usage",
        of=line("fixed_cost"),
    ),
    Measure(
        name="automation_cost",
        title="Automation",
        unit="money",
        direction="down",
        definition="Systems over the time of the window, where the policy is automated; those of the shop, and of no "
        "single stock.",
        formula="automation x window",
        source="own definition",
        of=line("automation_cost"),
    ),
)
_VALUE: Final = (
    Measure(
        name="profit",
        title="Profit",
        unit="money",
        direction="up",
        definition="Operating profit: contribution less holding, ordering, following and rushing orders, backorder "
        "handling, backlog, support, mails, cancellations, wrong picks, counting, shrink, goods and deposits lost, "
        "write-off, fixed costs and automation.",
        formula=PROFIT.formula,
        source="common usage",
        of=PROFIT,
    ),
    Measure(
        name="capital_charge",
        title="Capital charge",
        unit="money",
        direction="down",
        definition="Return asked on the money tied up over the time of the window: in stock on hand at cost, or (by "
        "`capital_on`) also in goods on their way, supplier deposits and receivables, less payables and customer "
        "deposits.",
        formula="capital x integral(money tied up)",
        source="residual income; common usage",
        of=capital_charge,
    ),
    Measure(
        name="economic_profit",
        title="Economic profit",
        unit="money",
        direction="up",
        definition="Profit less the capital charge.",
        formula="profit - capital_charge",
        source="residual income; common usage",
        of=economic_profit,
    ),
    Measure(
        name="customer_equity",
        title="Change of customer equity",
        unit="money",
        direction="up",
        definition="Worth of the members' later visits with their regard at the close, less that of the same members "
        "without any; 0 without memory.",
        formula="margin x capture x sum(rate x integral((exp(regard fading) - 1) exp(-discount t)) over horizon)",
        source="customer equity: Blattberg & Deighton 1996",
        of=customer_equity,
    ),
    Measure(
        name="reputation_equity",
        title="Change of reputation equity",
        unit="money",
        direction="up",
        definition="Worth of the later visits of newcomers with the reviews there are at the close, less that with the "
        "first ones; 0 without reputation.",
        formula="margin x capture x rate x integral(elasticity x (stars - prior_stars) exp(-discount t)) over horizon",
        source="own definition",
        of=reputation_equity,
    ),
    Measure(
        name="total_value",
        title="Total value",
        unit="money",
        direction="up",
        definition="Economic profit with the changes of customer and reputation equity.",
        formula="economic_profit + customer_equity + reputation_equity",
        source="residual income; common usage",
        of=total_value,
    ),
)
MEMOS: Final = (
    Measure(
        name="lost_margin",
        title="Margin of lost units (memo)",
        unit="money",
        direction="down",
        definition="Price less unit cost of the units that customers of the window gave up; a memo that is part of no "
        "sum.",
        formula="sum((price - unit cost) x lost units)",
        source="opportunity cost; common usage",
        of=_lost_margin,
    ),
    Measure(
        name="competitor_margin",
        title="Margin lost to competitors (memo)",
        unit="money",
        direction="down",
        definition="The same of the units that customers of the window went to buy elsewhere; a memo that is part of "
        "no sum.",
        formula="sum((price - unit cost) x lost units), COMPETITOR",
        source="opportunity cost; common usage",
        of=lambda scope: of_scope(scope, scope.tally.accounts.competitor_margin),
    ),
    Measure(
        name="lifetime_lost",
        title="Lifetime value lost (memo)",
        unit="money",
        direction="down",
        definition="Change of customer equity of those members alone who are worth less at the close, as a positive "
        "amount; a memo that is part of no sum.",
        formula="-sum(min(change of customer equity, 0))",
        source="opportunity cost; common usage",
        of=lambda scope: of_scope(scope, scope.tally.accounts.equity.lost),
    ),
)
"""Numbers that are part of no sum."""

MONEY: Final = MARGIN + _COSTS + WORK_COSTS + _VALUE + MEMOS
