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


def _lost(scope: Scope) -> float:
    return ratio(scope.went(Exit.COMPETITOR, Exit.ABANDON) + scope.became(Fate.NO_INTENT), scope.visits)


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
        name="seller_cancelled_share",
        title="Visits cancelled by the shop",
        unit="share",
        direction="down",
        definition="Visits that ordered what was not there and were cancelled by the shop, at once or after a wait, as "
        "a share of all visits.",
        formula="count(SELLER_CANCELLED) / visits",
        source="own definition",
        of=_fate(Fate.SELLER_CANCELLED),
    ),
    Measure(
        name="no_consent_share",
        title="Visits refunded for want of consent",
        unit="share",
        direction="down",
        definition="Visits that joined the backlog and were refunded since nobody consented to a delay or the customer "
        "ended the contract, as a share of all visits.",
        formula="count(NO_CONSENT) / visits",
        source="own definition",
        of=_fate(Fate.NO_CONSENT),
    ),
    Measure(
        name="priced_out_share",
        title="Visits that came back to a price too high",
        unit="share",
        direction="down",
        definition="Visits that left, came back for the same wish and then found the price too high, as a share of all "
        "visits.",
        formula="count(wishes with a last visit NO_INTENT) / visits",
        source="own definition",
        of=_fate(Fate.NO_INTENT),
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
        definition="Visits that left with less than they wanted and bought elsewhere or dropped the wish, or came back "
        "to a price they found too high, as a share of all visits.",
        formula="(count(COMPETITOR, ABANDON) + count(wishes with a last visit NO_INTENT)) / visits",
        source="own definition",
        of=_lost,
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
    Measure(
        name="notified_share",
        title="Customers who left an address",
        unit="share",
        direction="neither",
        definition="Visits that ended with an address left, to be told when the product is back, and did not come "
        "back, as a share of all visits.",
        formula="count(NOTIFY) / visits",
        source="own definition",
        of=_exit(Exit.NOTIFY),
    ),
)
