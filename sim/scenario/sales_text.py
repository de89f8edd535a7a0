"""From sales to the text of a scenario that needs no other file: the days of the history stand in it."""

from __future__ import annotations

from textwrap import fill
from typing import Final

from sim.errors import ScenarioError
from sim.scenario.sales_report import ProductSales, Sales
from sim.scenario.sales_scenario import Assumptions, check, scenario_of

MOST_LISTED: Final = 4000
"""Kinds of order lines (a day, a size, how many) that a text may list: it is to stay readable and quick to read."""


def sales_text(sales: Sales, *, assumptions: Assumptions | None = None) -> str:
    """The scenario that `write_scenario` writes, as one text.

    Args:
        sales: what `read_sales` found.
        assumptions: what the file does not say.

    Raises:
        ScenarioError: the history is too long for that, or an assumption makes no sense.
    """
    assumed = assumptions or Assumptions()
    check(assumed)
    listed = sum(len(product.daily) for product in sales.products)
    if listed > MOST_LISTED:
        raise ScenarioError(
            f"these sales have {listed:,} kinds of order lines and a text may list {MOST_LISTED:,}: "
            "keep fewer products, or use `stockout import`"
        )
    first, last = sales.understood.first_day, sales.understood.last_day

    def listing(product: ProductSales) -> str:
        lines = ", ".join(
            f"{{day: {(line.day - first).days}, units: {line.units}, lines: {line.lines}}}" for line in product.daily
        )
        said = f"{{days: {(last - first).days + 1}, how: bootstrap, block: 7 d, history: [{lines}]}}"
        return fill(said, 112, subsequent_indent=" " * 10, break_long_words=False, break_on_hyphens=False)

    return scenario_of(sales, assumed, listing)
