"""The registry of measures, and the one function that takes them all from a run."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sim.ledger.everyone import VisitColumns
from sim.ledger.ledger import Ledger
from sim.ledger.views import Views
from sim.measures.benchmark import BENCHMARK
from sim.measures.burden import BURDEN
from sim.measures.calibration import CALIBRATION
from sim.measures.cash import CASH
from sim.measures.customers import CUSTOMERS
from sim.measures.entry import Measure
from sim.measures.forecast import FORECAST
from sim.measures.inventory import INVENTORY
from sim.measures.memory import MEMORY
from sim.measures.money import MONEY
from sim.measures.news import NEWS
from sim.measures.promises import PROMISES
from sim.measures.records import RECORDS
from sim.measures.resilience import RESILIENCE
from sim.measures.returns import RETURNS
from sim.measures.scope import scopes
from sim.measures.service import SERVICE
from sim.measures.shelf import Shelf
from sim.measures.supplier import SUPPLIER
from sim.measures.support import SUPPORT
from sim.measures.tally import Tally
from sim.measures.waiting import WAITING
from sim.measures.warehouse import WAREHOUSE
from sim.scenario.world import World

GROUPS: Final[Mapping[str, tuple[Measure, ...]]] = MappingProxyType(
    {
        "Service": SERVICE,
        "Waiting": WAITING,
        "Promises": PROMISES,
        "Calibration": CALIBRATION,
        "News": NEWS,
        "Customers": CUSTOMERS,
        "Returns": RETURNS,
        "Burden": BURDEN,
        "Support": SUPPORT,
        "Memory": MEMORY,
        "Inventory": INVENTORY,
        "Supply": SUPPLIER,
        "Warehouse": WAREHOUSE,
        "Records": RECORDS,
        "Forecast": FORECAST,
        "Resilience": RESILIENCE,
        "Money": MONEY,
        "Cash": CASH,
        "Benchmark": BENCHMARK,
    }
)
"""Every measure, by subject."""

MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {entry.name: entry for group in GROUPS.values() for entry in group}
)
"""Every measure, by name."""


def measure(world: World, ledger: Ledger, visits: VisitColumns) -> dict[tuple[str, str], float]:
    """Every measure of one run by (name, scope); undefined values are nan.

    The scope is empty for the whole shop and, when there is more than one stock, `warehouse/product` for each.
    """
    views = Views(world, ledger, visits)
    tally = Tally(views)
    shelves = [Shelf(views, stock, tally.start, tally.end) for stock in range(len(views.stocks))]
    return {
        (name, scope.name): float(entry.of(scope))
        for scope in scopes(tally, shelves)
        for name, entry in MEASURES.items()
    }
