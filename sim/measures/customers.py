"""Customers: what became of the visits, and where those went who left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.measures.entry import Measure, ratio
from sim.measures.scope import Scope
from sim.words import Exit, Fate


def _fate(fate: Fate) -> Callable[[Scope], float]:
    return lambda scope: ratio(scope.became(fate), scope.visits)


def _exit(*exits: Exit) -> Callable[[Scope], float]:
    return lambda scope: ratio(scope.went(*exits), scope.visits)


CUSTOMERS: Final = (
    Measure(
        name="fulfilled_share",
        title="Visits served after a wait",
        unit="share",
        direction="up",
        definition="Visits that waited and received everything, as a share of all visits.",
        formula="count(FULFILLED) / visits",
        source="own definition",
        of=_fate(Fate.FULFILLED),
    ),
    Measure(
        name="out_of_stock_share",
        title="Visits lost to out of stock",
        unit="share",
        direction="down",
        definition="Visits that were told out of stock, as a share of all visits.",
        formula="count(OUT_OF_STOCK) / visits",
        source="own definition",
        of=_fate(Fate.OUT_OF_STOCK),
    ),
    Measure(
        name="balked_share",
        title="Visits that refused the backorder",
        unit="share",
        direction="down",
        definition="Visits that were offered a backorder and refused it, as a share of all visits.",
        formula="count(BALKED) / visits",
        source="balking: Haight 1957",
        of=_fate(Fate.BALKED),
    ),
    Measure(
        name="reneged_share",
        title="Visits that lost patience",
        unit="share",
        direction="down",
        definition="Visits that joined the backlog and left when patience ended, as a share of all visits.",
        formula="count(RENEGED) / visits",
        source="reneging: Haight 1959",
        of=_fate(Fate.RENEGED),
    ),
    Measure(
        name="changed_mind_share",
        title="Visits that changed their mind",
        unit="share",
        direction="down",
        definition="Visits that joined the backlog and cancelled for no reason of the shop's, as a share of "
        "all visits.",
        formula="count(CHANGED_MIND) / visits",
        source="own definition",
        of=_fate(Fate.CHANGED_MIND),
    ),
    Measure(
        name="pending_share",
        title="Visits still waiting at the close",
        unit="share",
        direction="down",
        definition="Visits still waiting when the run closed, as a share of all visits.",
        formula="count(PENDING) / visits",
        source="own definition",
        of=_fate(Fate.PENDING),
    ),
    Measure(
        name="lost_share",
        title="Customers lost",
        unit="share",
        direction="down",
        definition="Visits that left with less than they wanted and bought elsewhere or dropped the wish, as a share "
        "of all visits.",
        formula="count(COMPETITOR, ABANDON) / visits",
        source="own definition",
        of=_exit(Exit.COMPETITOR, Exit.ABANDON),
    ),
    Measure(
        name="competitor_share",
        title="Customers lost to competitors",
        unit="share",
        direction="down",
        definition="Visits that left with less than they wanted and bought elsewhere, as a share of all visits.",
        formula="count(COMPETITOR) / visits",
        source="own definition",
        of=_exit(Exit.COMPETITOR),
    ),
    Measure(
        name="deferred_share",
        title="Customers who mean to come back",
        unit="share",
        direction="down",
        definition="Visits that left with less than they wanted and mean to come back later, as a share of all visits.",
        formula="count(DEFER) / visits",
        source="own definition",
        of=_exit(Exit.DEFER),
    ),
)
