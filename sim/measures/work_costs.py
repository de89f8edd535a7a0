"""Costs of supply that breaks, of errors, and of what is paid against them."""

from __future__ import annotations

from typing import Final

from sim.measures.entry import Measure
from sim.measures.sums import line

WORK_COSTS: Final = (
    Measure(
        name="expediting_cost",
        title="Premium of rush orders",
        unit="money",
        direction="down",
        definition="What the units of rush orders received in the window cost more, with freight and duty, than over "
        "the first lane of their stock; 0 where they cost less, and no part of the cost of goods.",
        formula="sum(max(landed cost by its lane - by the first lane, 0) x good units), orders RUSH",
        source="own definition",
        of=line("expediting_cost"),
    ),
    Measure(
        name="mispick_cost",
        title="Wrong picks",
        unit="money",
        direction="down",
        definition="Orders of customers of the window that were picked wrongly: taking them back and sending the right "
        "goods.",
        formula="mispick x count(orders with MISPICK_ITEM or MISPICK_UNITS)",
        source="own definition",
        of=line("mispick_cost"),
    ),
    Measure(
        name="counting_cost",
        title="Counting",
        unit="money",
        direction="down",
        definition="Counts of stocks in the window, and the units counted.",
        formula="counting x count(counts) + counting_unit x sum(units counted)",
        source="common usage",
        of=line("counting_cost"),
    ),
    Measure(
        name="shrink_cost",
        title="Shrink",
        unit="money",
        direction="down",
        definition="Cost of the units that vanished, were misplaced, sent out wrongly or destroyed in the window, less "
        "that of those that turned up again.",
        formula="sum(cost of the layers lost) - sum(cost of the units found)",
        source="IAS 2",
        of=line("shrink_cost"),
    ),
    Measure(
        name="lost_goods_cost",
        title="Goods lost on the way",
        unit="money",
        direction="down",
        definition="Cost of the supply orders that were lost in the window after they had left; they are paid for all "
        "the same.",
        formula="sum(cost of the units of orders GOODS_LOST)",
        source="risk passes on leaving: Incoterms FCA",
        of=line("lost_goods_cost"),
    ),
    Measure(
        name="lost_deposits",
        title="Deposits lost",
        unit="money",
        direction="down",
        definition="Deposits on the supply orders that a bankrupt supplier never sent, when it failed in the window.",
        formula="sum(deposit x cost of the units of orders SUPPLIER_GONE)",
        source="own definition",
        of=line("lost_deposits"),
    ),
)
