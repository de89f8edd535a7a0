"""Money: what a policy earns and costs. Revenue counts at delivery; purchases cost when the units are delivered.

Money that belongs to a customer follows the customers of the window to the close; money that belongs to stock and
to supply orders is that of the window.
"""

from __future__ import annotations

from typing import Final

from sim.measures.entry import Measure
from sim.measures.scope import Scope
from sim.words import Fate


def _revenue(scope: Scope) -> float:
    return scope.units(scope.prices * scope.delivered_to_customers)


def _cost_of_goods(scope: Scope) -> float:
    return scope.units(scope.unit_costs * scope.delivered_to_customers)


def _gross_margin(scope: Scope) -> float:
    return _revenue(scope) - _cost_of_goods(scope)


def _holding(scope: Scope) -> float:
    units = scope.over_stocks(lambda shelf: shelf.on_hand)
    return scope.costs.holding * units + scope.costs.holding_of_value * scope.stock_value


def _ordering(scope: Scope) -> float:
    orders = scope.over_stocks(lambda shelf: shelf.orders[0])
    units = scope.over_stocks(lambda shelf: shelf.orders[1])
    return scope.costs.ordering * orders + scope.costs.ordering_unit * units


def _backorder(scope: Scope) -> float:
    return scope.costs.backorder * scope.accepted


def _backlog(scope: Scope) -> float:
    return scope.costs.backlog * scope.units(scope.tally.unit_seconds)


def _support(scope: Scope) -> float:
    orders = scope.met(Fate.SERVED) + scope.units(scope.tally.partly) + scope.accepted
    waiting = scope.units(scope.tally.order_seconds)
    contacts = scope.costs.contacts_per_order * orders + scope.costs.contacts_waiting * waiting
    return scope.costs.contact * contacts


def _cancellation(scope: Scope) -> float:
    return scope.costs.cancellation * scope.met(Fate.RENEGED, Fate.CHANGED_MIND)


def _leftover(scope: Scope) -> float:
    products, stocks = scope.world.products, scope.tally.views.stocks
    return scope.over_stocks(
        lambda shelf: shelf.left_at_close * shelf.unit_cost * (1 - products[stocks[shelf.stock][1]].salvage)
    )


COSTS: Final = (
    _cost_of_goods, _holding, _ordering, _backorder, _backlog, _support, _cancellation, _leftover,
)  # fmt: skip
"""Everything that is taken from revenue to give profit."""


def _profit(scope: Scope) -> float:
    return _revenue(scope) - sum(cost(scope) for cost in COSTS)


def _capital_charge(scope: Scope) -> float:
    return scope.costs.capital * scope.stock_value


def _total_value(scope: Scope) -> float:
    return _profit(scope) - _capital_charge(scope)


def _lost_margin(scope: Scope) -> float:
    return scope.units((scope.prices - scope.unit_costs) * scope.lost_by_customers)


MONEY: Final = (
    Measure(
        name="revenue",
        title="Revenue",
        unit="money",
        direction="up",
        definition="Price of the units delivered to customers of the window: sold at once, or allocated by the close.",
        formula="sum(price x delivered units)",
        source="revenue recognised at delivery: IFRS 15",
        of=_revenue,
    ),
    Measure(
        name="cost_of_goods",
        title="Cost of goods",
        unit="money",
        direction="neither",
        definition="Unit cost of the same units.",
        formula="sum(unit cost x delivered units)",
        source="IAS 2",
        of=_cost_of_goods,
    ),
    Measure(
        name="gross_margin",
        title="Gross margin",
        unit="money",
        direction="up",
        definition="Revenue less the cost of goods.",
        formula="revenue - cost_of_goods",
        source="common usage",
        of=_gross_margin,
    ),
    Measure(
        name="holding_cost",
        title="Holding cost",
        unit="money",
        direction="down",
        definition="Storage, insurance and risk of the units on hand over the time of the window.",
        formula="integral(on hand) x (holding + holding_of_value x unit cost)",
        source="Harris 1913; Silver, Pyke & Peterson 1998",
        of=_holding,
    ),
    Measure(
        name="ordering_cost",
        title="Ordering cost",
        unit="money",
        direction="down",
        definition="Cost per supply order and per unit ordered, of the orders placed in the window.",
        formula="ordering x count(orders placed) + ordering_unit x sum(units ordered)",
        source="Harris 1913; Silver, Pyke & Peterson 1998",
        of=_ordering,
    ),
    Measure(
        name="backorder_cost",
        title="Backorder handling",
        unit="money",
        direction="down",
        definition="Handling of the backorders that customers of the window accepted.",
        formula="backorder x count(joined)",
        source="Hadley & Whitin 1963, per backorder",
        of=_backorder,
    ),
    Measure(
        name="backlog_cost",
        title="Backlog cost",
        unit="money",
        direction="down",
        definition="Cost of the time that units of customers of the window spent in the backlog.",
        formula="backlog x sum(units x time in backlog)",
        source="Hadley & Whitin 1963, per unit and time",
        of=_backlog,
    ),
    Measure(
        name="support_cost",
        title="Customer support",
        unit="money",
        direction="down",
        definition="Contacts that orders of customers of the window cause: some with every order that sold or "
        "backordered something, more with the time an order waits.",
        formula="contact x (contacts_per_order x orders + contacts_waiting x sum(time in backlog of orders))",
        source="own definition",
        of=_support,
    ),
    Measure(
        name="cancellation_cost",
        title="Cancellations",
        unit="money",
        direction="down",
        definition="Refund and handling of accepted backorders that customers of the window cancelled.",
        formula="cancellation x count(RENEGED, CHANGED_MIND)",
        source="own definition",
        of=_cancellation,
    ),
    Measure(
        name="leftover_cost",
        title="Write-off of stock left",
        unit="money",
        direction="down",
        definition="What the units on hand at the close have lost of their cost.",
        formula="sum((1 - salvage) x unit cost x on hand at the close)",
        source="overage cost of the newsvendor: Snyder & Shen 2019",
        of=_leftover,
    ),
    Measure(
        name="profit",
        title="Profit",
        unit="money",
        direction="up",
        definition="Revenue less cost of goods, holding, ordering, backorder handling, backlog, support, cancellations "
        "and write-off.",
        formula="revenue - sum(costs)",
        source="common usage",
        of=_profit,
    ),
    Measure(
        name="capital_charge",
        title="Capital charge",
        unit="money",
        direction="down",
        definition="Return asked on the money tied up in stock on hand over the time of the window.",
        formula="capital x integral(on hand x unit cost)",
        source="residual income; common usage",
        of=_capital_charge,
    ),
    Measure(
        name="total_value",
        title="Total value",
        unit="money",
        direction="up",
        definition="Profit less the capital charge; customers are anonymous, so no change of their future worth is "
        "added.",
        formula="profit - capital_charge",
        source="residual income; common usage",
        of=_total_value,
    ),
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
)
