"""Returns: who comes again for the same wish, or takes something else of the shop instead."""

from __future__ import annotations

from typing import Final

from sim.measures.entry import Measure, ratio
from sim.measures.scope import Scope
from sim.words import Exit, Fate, Return


def _bought(scope: Scope, cause: Return) -> int:
    return scope.came_again(cause, Fate.SERVED, Fate.FULFILLED)


def _found_it_gone(scope: Scope) -> float:
    came, unmoved = scope.came_again(Return.NOTIFIED), scope.came_again(Return.NOTIFIED, Fate.SERVED, Fate.NO_INTENT)
    return ratio(came - unmoved, came)


def _retained(scope: Scope) -> int:
    return scope.became(Fate.SERVED, Fate.FULFILLED) + scope.went(Exit.SUBSTITUTE)


RETURNS: Final = (
    Measure(
        name="site_retention",
        title="Customers kept by the shop",
        unit="share",
        direction="up",
        definition="Visits that ended with everything delivered or with a substitute from the shop's own range, as a "
        "share of all visits.",
        formula="(count(SERVED, FULFILLED) + count(SUBSTITUTE)) / visits",
        source="own definition",
        of=lambda scope: ratio(_retained(scope), scope.visits),
    ),
    Measure(
        name="substituted_share",
        title="Customers who took a substitute",
        unit="share",
        direction="neither",
        definition="Visits that ended with a substitute from the shop's own range, as a share of all visits.",
        formula="count(SUBSTITUTE) / visits",
        source="own definition",
        of=lambda scope: ratio(scope.went(Exit.SUBSTITUTE), scope.visits),
    ),
    Measure(
        name="sign_ups",
        title="Sign-ups for notification",
        unit="visits",
        direction="neither",
        definition="Visits that ended with an address left, to be told when the product is back.",
        formula="count(NOTIFY)",
        source="own definition",
        of=lambda scope: scope.ever_went(Exit.NOTIFY),
    ),
    Measure(
        name="notify_yield",
        title="Sign-ups that bought",
        unit="share",
        direction="up",
        definition="Visitors who came back on the shop's mail and got everything, as a share of the sign-ups.",
        formula="count(returns NOTIFIED: SERVED, FULFILLED) / count(NOTIFY)",
        source="common usage",
        of=lambda scope: ratio(_bought(scope, Return.NOTIFIED), scope.ever_went(Exit.NOTIFY)),
    ),
    Measure(
        name="notify_missed",
        title="Came back on a mail and found it gone",
        unit="share",
        direction="down",
        definition="Visitors who came back on the shop's mail and met a shortage again, as a share of those who came "
        "back on one.",
        formula="1 - count(returns NOTIFIED: SERVED, NO_INTENT) / count(returns NOTIFIED)",
        source="own definition",
        of=_found_it_gone,
    ),
    Measure(
        name="deferred_returned",
        title="Deferred visits that came back",
        unit="share",
        direction="up",
        definition="Visits that came back after leaving with the intent to, as a share of those that left so.",
        formula="count(returns DEFERRED) / count(DEFER)",
        source="own definition",
        of=lambda scope: ratio(scope.came_again(Return.DEFERRED), scope.ever_went(Exit.DEFER)),
    ),
    Measure(
        name="deferred_bought",
        title="Deferred visits that came back and bought",
        unit="share",
        direction="up",
        definition="Visits that came back after leaving with the intent to and got everything, as a share of those "
        "that left so.",
        formula="count(returns DEFERRED: SERVED, FULFILLED) / count(DEFER)",
        source="own definition",
        of=lambda scope: ratio(_bought(scope, Return.DEFERRED), scope.ever_went(Exit.DEFER)),
    ),
    Measure(
        name="no_intent_share",
        title="Visitors put off by the price",
        unit="share",
        direction="down",
        definition="Visitors who found the price too high and wanted nothing, as a share of all who came.",
        formula="count(NO_INTENT) / (visits + count(NO_INTENT))",
        source="constant elasticity of demand; common usage",
        of=lambda scope: ratio(scope.stayed_away(Fate.NO_INTENT), scope.visits + scope.stayed_away(Fate.NO_INTENT)),
    ),
)
