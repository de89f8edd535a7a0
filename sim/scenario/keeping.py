"""How a shop keeps its records: which errors people make, how stock is counted, and what comes of a false record."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.laws import DurationLaw
from sim.scenario.part import Part
from sim.scenario.quantities import Count, Duration, Share
from sim.words import DAY


class Errors(Part):
    """Chances of every error; the record parts from what is on the shelf."""

    miscount: Share = 0.0
    """Receipts posted with a wrong number of units."""
    miscount_size: Annotated[Share, Field(gt=0)] = 0.05
    """By up to so much of the receipt, more or less, at least one unit."""
    double_posting: Share = 0.0
    """Receipts posted twice."""
    misplaced: Share = 0.0
    """Units of which one receipt loses one to a wrong place, until a count finds it."""
    mispick_item: Share = 0.0
    """Orders picked with one unit of a wrong product: the customer sends it back and gets the right one."""
    mispick_units: Share = 0.0
    """Orders picked with one unit too many or too few of the right product; corrected at the shop's cost."""
    entry_slip: Share = 0.0
    """Receipts on whose entry the record is mistyped: ten times, a tenth of it, or two figures exchanged."""
    unposted_return: Share = 0.0
    """Orders sent back whose units are put on the shelf and not into the record."""
    reservation_lost: Share = 0.0
    """Allocations to those who wait that get lost: they must wait for the next."""


class Counting(Part):
    """How stock is counted; a count makes the record right again, but for its own error."""

    rule: Literal["none", "full", "abc", "zero_balance"] = "none"
    """`full` all together every so often; `abc` the fast movers more often than the slow; `zero_balance` a stock when a
    pick fails or its record is nearly 0."""
    every: Annotated[Duration, Field(gt=0)] = 90 * DAY
    """Time between two counts (`full`); the first after one such time from the start of the run."""
    a: Annotated[Duration, Field(gt=0)] = 30 * DAY
    """The same for the stocks that make up the first 80 % of sales (`abc`)."""
    b: Annotated[Duration, Field(gt=0)] = 90 * DAY
    """For the next 15 %."""
    c: Annotated[Duration, Field(gt=0)] = 180 * DAY
    """For the rest."""
    at: Count = 2
    """Record at or below which a stock is counted (`zero_balance`)."""
    error: Annotated[Share, Field(le=0.5)] = 0.0
    """Standard deviation of a count, as a share of what is there."""
    finds: Share = 0.5
    """Share of the misplaced units that a count finds."""


class Keeping(Part):
    """How records are kept."""

    errors: Errors | Literal["none", "manual", "scanned"] = "none"
    """Chances of every error: none, the usual ones of paper and keyboard, those of scanners, or stated one by one."""
    count: Counting = Counting()
    """How stock is counted."""
    offers_delay: Share = 0.7
    """Share of the orders for goods that turn out not to be there that is offered a delay; others are cancelled."""
    failed_picks: Literal["corrected", "ignored"] = "corrected"
    """Whether a pick that fails sets the record right, or nobody writes it down, as where customers look at the shelf
    themselves: then a stock may freeze, since its record never falls to where it is ordered."""
    posting: DurationLaw | None = None
    """From the shelf to the record: how late receipts are posted."""
