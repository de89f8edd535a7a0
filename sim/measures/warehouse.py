"""Warehouse: how fast goods get in and out, how busy people are, and how often they err."""

from __future__ import annotations

from typing import Final

from sim.measures.entry import Measure, mean, quantile, ratio
from sim.measures.scope import Scope
from sim.words import HOUR


def _named_kept(scope: Scope) -> float:
    kept, late = scope.works.house.named
    return ratio(len(kept), len(kept) + len(late))


WAREHOUSE: Final = (
    Measure(
        name="dock_to_stock",
        title="From the dock to the shelf",
        unit="hours",
        direction="down",
        definition="Time from arrival at the dock to availability, per receipt of the window that was available by "
        "the close.",
        formula="mean(posted - arrived)",
        source="dock to stock time: WERC",
        of=lambda scope: mean(scope.works.house.docked) / HOUR,
    ),
    Measure(
        name="ship_delay",
        title="From allocation to leaving",
        unit="hours",
        direction="down",
        definition="Time from allocation to leaving the warehouse, per parcel of a customer of the window that has "
        "left a warehouse with stations.",
        formula="mean(shipped - ready)",
        source="order cycle time: WERC",
        of=lambda scope: mean(scope.works.house.delays) / HOUR,
    ),
    Measure(
        name="ship_delay_p95",
        title="From allocation to leaving, 95 % of parcels",
        unit="hours",
        direction="down",
        definition="Time from allocation to leaving that 95 % of these parcels do not exceed.",
        formula="95 % quantile of shipped - ready",
        source="own definition",
        of=lambda scope: quantile(scope.works.house.delays, 0.95) / HOUR,
    ),
    Measure(
        name="named_kept",
        title="Purchases delivered when the page said",
        unit="share",
        direction="up",
        definition="Purchases off the shelf delivered within the time that the page named, as a share of those and of "
        "the ones for which it passed without them; of customers of the window, where a warehouse names a time.",
        formula="count(SERVED, ended <= delivers) / count(SERVED, or bought whole and not sent with ended > delivers)",
        source="on-time delivery; common usage",
        of=_named_kept,
    ),
    Measure(
        name="pick_utilisation",
        title="Pickers busy",
        unit="share",
        direction="neither",
        definition="Work of picking the parcels of the scope, as a share of the hours of the warehouses' own pickers "
        "in the window, outages included; above 1 where more people helped.",
        formula="count(picked) x time of a pick / (workers x opening time)",
        source="utilisation: Kleinrock 1975",
        of=lambda scope: ratio(*scope.works.house.picking),
    ),
    Measure(
        name="crossed_share",
        title="Units cross-docked",
        unit="share",
        direction="neither",
        definition="Units that went from the dock straight to those who waited, as a share of those that became "
        "available in the window.",
        formula="sum(units crossed) / sum(units posted or crossed)",
        source="own definition",
        of=lambda scope: ratio(*scope.works.house.crossed),
    ),
    Measure(
        name="mispick_rate",
        title="Wrong picks",
        unit="share",
        direction="down",
        definition="Orders of customers of the window that were picked wrongly, as a share of those that got anything "
        "from a warehouse.",
        formula="count(orders with MISPICK_ITEM or MISPICK_UNITS) / count(orders with a parcel)",
        source="order picking accuracy: WERC",
        of=lambda scope: ratio(len(scope.works.house.mispicked), scope.works.house.parcels[1]),
    ),
    Measure(
        name="parcels_per_order",
        title="Parcels per order",
        unit="times",
        direction="down",
        definition="Parcels sent to customers of the window, per order that got anything from a warehouse.",
        formula="count(parcels) / count(orders with a parcel)",
        source="own definition",
        of=lambda scope: ratio(*scope.works.house.parcels),
    ),
    Measure(
        name="transshipped_units",
        title="Units moved between warehouses",
        unit="units",
        direction="neither",
        definition="Units ordered in the window from another warehouse over a lane that is not the first of their "
        "stock.",
        formula="sum(units of orders between warehouses, not by the first lane)",
        source="lateral transshipment: Paterson et al. 2011",
        of=lambda scope: scope.works.supply.sideways,
    ),
)
