"""What growing costs: `python -m experiments.studies.speed.growth` from the root of the repository.

One replication under one policy in a fresh process for each size. Nothing here passes or fails: the goals stand beside
what was measured.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from typing import Any, Final

from experiments.studies.speed.cases import RULES, shop, stated
from experiments.studies.speed.footprint import ROOT, footprint_of
from experiments.studies.speed.measure import README, Line, put_table, table
from sim import Scenario, load_scenario

BEGIN, END = "<!-- growth -->", "<!-- end of growth -->"
VISITS: Final = 300_000
PRODUCTS: Final = (1, 4, 12, 48)
NODES: Final = (1, 4, 16)
LOTS: Final = (20_000, 1_000, 100, 10)
"""Units of a supply order."""
CASE: Final = "never short"
"""The shelves serve everybody, so that the number of those who wait does not change with the size."""


def products() -> Iterator[Line]:
    """The same visits spread over more products."""
    for number in PRODUCTS:
        yield _line(f"{number} products in 1 warehouse", shop(VISITS, CASE, products=number))


def nodes() -> Iterator[Line]:
    """The same visits spread over more warehouses."""
    for number in NODES:
        yield _line(f"4 products in each of {number} warehouses", shop(VISITS, CASE, products=4, warehouses=number))


def orders() -> Iterator[Line]:
    """The same demand ordered in smaller lots."""
    for lot in LOTS:
        yield _line(f"supply orders of {lot:,} units", in_lots(lot))


def in_lots(units: int) -> Scenario:
    """The shop that is never short, ordering so many units at a time."""
    plain: dict[str, Any] = stated(VISITS, CASE)
    return Scenario.model_validate({**plain, "levers": {"replenish": {**RULES[CASE], "Q": units}}})


def network() -> Iterator[Line]:
    """A shop as large as they come here."""
    scenario = load_scenario(ROOT / "scenarios" / "regional_network.yaml")
    yield _line("`scenarios/regional_network.yaml`", scenario, goal="< 15 s, < 500 MiB")


def _line(what: str, scenario: Scenario, *, goal: str = "") -> Line:
    spent = footprint_of(scenario)
    stages = {name: spent[name] for name in ("tape", "engine", "measures")}
    parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in stages.items())
    size = f"{spent['visits']:,.0f} visits, {spent['orders']:,.0f} supply orders"
    memory = f"{spent['peak']:.0f} MiB at most, {spent['peak'] - spent['before']:.0f} above the start"
    return Line(f"{what} ({size})", f"{sum(stages.values()):.2f} s ({parts}); {memory}", goal)


def load() -> str:
    """How busy the machine is, where it says so."""
    if not hasattr(os, "getloadavg"):
        return "a machine that does not say how busy it is"
    return f"{os.cpu_count()} cores with {os.getloadavg()[0]:.1f} processes waiting for them"


def _all() -> Iterator[Line]:
    for part in (products, nodes, orders, network):
        yield from part()


def main() -> None:
    """Measure, and write the table into the README if asked."""
    parser = argparse.ArgumentParser(description="Measure what products, warehouses and supply orders cost.")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    asked = parser.parse_args()
    before = load()
    found = table(_all(), sys.stderr.write)
    text = f"{found}\n\nProcessor time; {before} when it began, {load()} when it ended."
    sys.stdout.write(text + "\n")
    if asked.write:
        put_table(README, text, between=(BEGIN, END))


if __name__ == "__main__":
    main()
