"""Service: how much of the demand the shelf and the backlog met."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.measures.entry import Measure, ratio
from sim.measures.scope import Scope
from sim.words import Fate


def _served_within_patience(scope: Scope) -> float:
    in_time = int(np.count_nonzero(scope.fulfilled.ended <= scope.fulfilled.patience))
    return ratio(scope.met(Fate.SERVED) + in_time, scope.visits)


def _ready_rate(scope: Scope) -> float:
    return ratio(sum(shelf.ready for shelf in scope.selling), scope.seconds * len(scope.selling))


def _cycle_service(scope: Scope) -> float:
    cycles = [shelf.cycles for shelf in scope.selling]
    return ratio(sum(good for _, good in cycles), sum(every for every, _ in cycles))


def _gamma(scope: Scope) -> float:
    return 1.0 - ratio(scope.backlog, scope.wanted / scope.days * scope.seconds)


def _perfect(scope: Scope) -> float:
    """Orders as promised, less those whose customer asked all the same, or got the wrong things, or got them late."""
    pledges, asked = scope.pledges, scope.tally.views.ledger.contacts.visit[scope.contacts]
    kept, _ = pledges.kept(pledges.orders.hi)
    spoilt = np.unique(np.concatenate((asked, scope.works.house.mispicked, scope.works.house.named[1])))
    if not len(spoilt):
        return scope.met(Fate.SERVED) + kept
    good = pledges.orders.visit[pledges.delivered & ~pledges.broken(pledges.orders.hi)]
    served = scope.tally.views.ledger.visits.fate[spoilt] == Fate.SERVED
    return scope.met(Fate.SERVED) + kept - int(np.count_nonzero(served | np.isin(spoilt, good)))


SERVICE: Final = (
    Measure(
        name="visits",
        title="Visits",
        unit="visits",
        direction="neither",
        definition="Customers who came in the window and wanted at least one unit.",
        formula="count(units > 0)",
        source="own definition",
        of=lambda scope: scope.visits,
    ),
    Measure(
        name="units_wanted",
        title="Units wanted",
        unit="units",
        direction="neither",
        definition="Units that customers of the window wanted; for a single stock also those that "
        "other stocks ordered there.",
        formula="sum(units)",
        source="own definition",
        of=lambda scope: scope.wanted,
    ),
    Measure(
        name="delivered_units",
        title="Units delivered",
        unit="units",
        direction="up",
        definition="Units wanted in the window and sold at once or allocated by the close.",
        formula="sum(now) + sum(granted)",
        source="own definition",
        of=lambda scope: scope.delivered,
    ),
    Measure(
        name="lost_units",
        title="Units lost",
        unit="units",
        direction="down",
        definition="Units wanted in the window and given up: lost on arrival, or by leaving the backlog.",
        formula="units_wanted - delivered_units - pending_units",
        source="own definition",
        of=lambda scope: scope.wanted - scope.delivered - scope.pending,
    ),
    Measure(
        name="pending_units",
        title="Units still waited for at the close",
        unit="units",
        direction="down",
        definition="Units wanted in the window that were neither delivered nor given up by the close.",
        formula="sum(joined) - sum(granted) - sum(given up)",
        source="own definition",
        of=lambda scope: scope.pending,
    ),
    Measure(
        name="fill_rate",
        title="Fill rate",
        unit="share",
        direction="up",
        definition="Units met from the shelf at once, as a share of all units wanted, lost ones included.",
        formula="sum(now) / sum(units)",
        source="beta, type 2 service: Silver, Pyke & Peterson 1998; Snyder & Shen 2019",
        of=lambda scope: ratio(scope.at_first, scope.wanted),
    ),
    Measure(
        name="order_fill_rate",
        title="Customers served at once",
        unit="share",
        direction="up",
        definition="Visits met wholly from the shelf at once, as a share of all visits.",
        formula="count(SERVED) / visits",
        source="Zipkin 2000",
        of=lambda scope: ratio(scope.met_at_first(Fate.SERVED), scope.visits),
    ),
    Measure(
        name="stockout_rate",
        title="Visits that met a shortage",
        unit="share",
        direction="down",
        definition="Visits that wanted more than was available, as a share of all visits.",
        formula="1 - order_fill_rate",
        source="own definition",
        of=lambda scope: ratio(scope.visits - scope.met_at_first(Fate.SERVED), scope.visits),
    ),
    Measure(
        name="ready_rate",
        title="Time in stock",
        unit="share",
        direction="up",
        definition="Time with something truly on hand, as a share of the window; over several stocks, the mean of "
        "those customers buy from.",
        formula="time(on hand > 0) / window",
        source="S3 service: Silver, Pyke & Peterson 1998",
        of=_ready_rate,
    ),
    Measure(
        name="cycle_service",
        title="Cycle service level",
        unit="share",
        direction="up",
        definition="Replenishment cycles in which no visit and no order of another stock met a shortage, as a share of "
        "all cycles; a cycle runs from one posting of goods to the next and lies wholly in the window.",
        formula="count(cycles without a shortage) / count(cycles)",
        source="alpha, type 1 service: Silver, Pyke & Peterson 1998; Snyder & Shen 2019",
        of=_cycle_service,
    ),
    Measure(
        name="gamma_service",
        title="Gamma service level",
        unit="share",
        direction="up",
        definition="One less the time-average backlog as a share of the mean daily demand; below 0 when more than a "
        "day's demand waits.",
        formula="1 - mean_backlog / (units_wanted / days of the window)",
        source="gamma, type 3 service: Schneider 1981",
        of=_gamma,
    ),
    Measure(
        name="capture_rate",
        title="Customers who got everything",
        unit="share",
        direction="up",
        definition="Visits that ended with everything delivered, at once or after a wait, as a share of all visits.",
        formula="count(SERVED, FULFILLED) / visits",
        source="own definition",
        of=lambda scope: ratio(scope.became(Fate.SERVED, Fate.FULFILLED), scope.visits),
    ),
    Measure(
        name="service_within_patience",
        title="Customers served within their patience",
        unit="share",
        direction="up",
        definition="Visits served at once, or delivered in full no later than their patience, as a share of all "
        "visits.",
        formula="(count(SERVED) + count(FULFILLED, ended <= patience)) / visits",
        source="own definition",
        of=_served_within_patience,
    ),
    Measure(
        name="perfect_order",
        title="Perfect orders",
        unit="share",
        direction="up",
        definition="Orders delivered whole, rightly picked, when the page or the first promise said and without a "
        "question to support, as a share of all orders that sold or backordered something.",
        formula="count(SERVED, or FULFILLED and ended <= hi; no contact, no wrong pick, ended <= delivers) / orders",
        source="perfect order: SCOR",
        of=lambda scope: ratio(_perfect(scope), scope.orders),
    ),
)
