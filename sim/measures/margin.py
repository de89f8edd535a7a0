"""The account from gross sales to contribution: what moves with every order."""

from __future__ import annotations

from typing import Final

from sim.measures.entry import Measure
from sim.measures.sums import CONTRIBUTION, GROSS_MARGIN, REVENUE, line

MARGIN: Final = (
    Measure(
        name="gross_sales",
        title="Gross sales",
        unit="money",
        direction="up",
        definition="Price of the units delivered to customers of the window: sold at once, allocated by the close, or "
        "sold as a substitute at its own price.",
        formula="sum(price x delivered units)",
        source="revenue recognised at delivery: IFRS 15",
        of=line("gross_sales"),
    ),
    Measure(
        name="voucher_cost",
        title="Vouchers",
        unit="money",
        direction="down",
        definition="Given back to customers of the window for notices of delays, if they stayed and received "
        "everything; at most the price.",
        formula="sum(count(DELAY, CONSENT) x voucher x price x allocated units), FULFILLED",
        source="variable consideration: IFRS 15",
        of=line("voucher_cost"),
    ),
    Measure(
        name="sent_back_refunds",
        title="Refunds of goods sent back",
        unit="money",
        direction="down",
        definition="What customers of the window paid for units that they sent back.",
        formula="sum((price - voucher) x units sent back)",
        source="variable consideration: IFRS 15",
        of=line("sent_back_refunds"),
    ),
    Measure(
        name="revenue",
        title="Revenue",
        unit="money",
        direction="up",
        definition="Gross sales less vouchers and refunds of goods sent back.",
        formula=REVENUE.formula,
        source="net revenue: IFRS 15",
        of=REVENUE,
    ),
    Measure(
        name="cost_of_goods",
        title="Cost of goods",
        unit="money",
        direction="neither",
        definition="What the units delivered cost with freight and duty, first in first out, and what suppliers ask "
        "who send them to customers themselves, with their parcels.",
        formula="sum(cost of the layers that delivered units are drawn from) + sum(cost of units and parcels sent "
        "directly)",
        source="IAS 2",
        of=line("cost_of_goods"),
    ),
    Measure(
        name="sent_back_salvage",
        title="Worth of goods sent back",
        unit="money",
        direction="up",
        definition="Salvage of the units that customers of the window sent back.",
        formula="sum(salvage x cost x units sent back)",
        source="IAS 2",
        of=line("sent_back_salvage"),
    ),
    Measure(
        name="gross_margin",
        title="Gross margin",
        unit="money",
        direction="up",
        definition="Revenue less the cost of goods, with the worth of those sent back.",
        formula=GROSS_MARGIN.formula,
        source="common usage",
        of=GROSS_MARGIN,
    ),
    Measure(
        name="fulfilment_cost",
        title="Fulfilment",
        unit="money",
        direction="down",
        definition="Picking, packing, shipping and last mile of every order of the window that got anything from a "
        "warehouse, and what the warehouse charges for it.",
        formula="(fulfilment + fee per order) x count(orders with a parcel)",
        source="common usage",
        of=line("fulfilment_cost"),
    ),
    Measure(
        name="split_parcel_cost",
        title="Split parcels",
        unit="money",
        direction="down",
        definition="Every parcel of these orders after the first.",
        formula="split_parcel x (count(parcels) - count(orders with a parcel))",
        source="common usage",
        of=line("split_parcel_cost"),
    ),
    Measure(
        name="payment_fees",
        title="Payment fees",
        unit="money",
        direction="down",
        definition="Fees on what customers of the window paid, at order and at shipping, which no refund gives back.",
        formula="payment x sum(paid) + payment_fixed x count(payments)",
        source="common usage",
        of=line("payment_fees"),
    ),
    Measure(
        name="inbound_cost",
        title="Inbound handling",
        unit="money",
        direction="down",
        definition="Handling of the units that became available in the window, and sorting of those cross-docked.",
        formula="inbound_unit x sum(units posted or crossed) + sorting_unit x sum(units crossed)",
        source="common usage",
        of=line("inbound_cost"),
    ),
    Measure(
        name="customs_fees",
        title="Customs fees",
        unit="money",
        direction="down",
        definition="What customs charged for examinations of supply orders in the window.",
        formula="sum(fees)",
        source="common usage",
        of=line("customs_fees"),
    ),
    Measure(
        name="acquisition_cost",
        title="Customer acquisition",
        unit="money",
        direction="down",
        definition="Advertising for the visits of the window by those who are no members and come for the first time.",
        formula="acquisition x count(visits that came, not by a member)",
        source="common usage",
        of=line("acquisition_cost"),
    ),
    Measure(
        name="contribution",
        title="Contribution",
        unit="money",
        direction="up",
        definition="Gross margin less fulfilment, split parcels, payment fees, inbound handling, customs "
        "fees and acquisition.",
        formula=CONTRIBUTION.formula,
        source="common usage",
        of=CONTRIBUTION,
    ),
)
