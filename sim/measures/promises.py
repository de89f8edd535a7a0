"""Promises: who was offered a backorder, who accepted, and how well the promised window held."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.measures.entry import Measure, mean, quantile, ratio
from sim.measures.scope import Scope
from sim.words import AWAY, DAY, JOINED, WEEK, Fate


def _shown(scope: Scope) -> int:
    return scope.accepted + scope.met(Fate.BALKED)


def _short(scope: Scope) -> int:
    return scope.encounters - scope.met(Fate.SERVED, *AWAY)


def _lateness(scope: Scope) -> NDArray[np.int64]:
    return np.maximum(scope.pledges.past_promise, 0)


def _eta_inside(scope: Scope) -> float:
    pledges = scope.pledges
    inside = (pledges.orders.lo <= pledges.settled) & (pledges.settled <= pledges.orders.hi)
    return mean(inside[pledges.delivered])


PROMISES: Final = (
    Measure(
        name="backorder_offered",
        title="Shortages answered with a backorder",
        unit="share",
        direction="neither",
        definition="Visits shown a backorder and its promise, as a share of those that met a shortage.",
        formula="count(BALKED, joined) / (visits - count(SERVED))",
        source="own definition",
        of=lambda scope: ratio(_shown(scope), _short(scope)),
    ),
    Measure(
        name="backorder_acceptance",
        title="Backorders accepted",
        unit="share",
        direction="up",
        definition="Visits that accepted a backorder, as a share of those shown one.",
        formula="count(joined) / count(BALKED, joined)",
        source="own definition",
        of=lambda scope: ratio(scope.accepted, _shown(scope)),
    ),
    Measure(
        name="backorder_completion",
        title="Backorders fulfilled",
        unit="share",
        direction="up",
        definition="Backorders delivered in full, as a share of those accepted and settled by the close.",
        formula="count(FULFILLED) / (count(joined) - count(PENDING))",
        source="own definition",
        of=lambda scope: ratio(scope.met(Fate.FULFILLED), scope.accepted - scope.met(Fate.PENDING)),
    ),
    Measure(
        name="cancel_rate",
        title="Backorders cancelled",
        unit="share",
        direction="down",
        definition="Backorders the customer cancelled, as a share of those accepted.",
        formula="count(RENEGED, CHANGED_MIND) / count(joined)",
        source="own definition",
        of=lambda scope: ratio(scope.met(Fate.RENEGED, Fate.CHANGED_MIND), scope.accepted),
    ),
    Measure(
        name="seller_cancel_rate",
        title="Backorders cancelled by the shop",
        unit="share",
        direction="down",
        definition="Orders the shop cancelled for want of goods, at once or after a wait, as a share of those that had "
        "to wait.",
        formula="count(SELLER_CANCELLED) / count(joined or SELLER_CANCELLED)",
        source="own definition",
        of=lambda scope: ratio(scope.met(Fate.SELLER_CANCELLED), scope.met(*JOINED)),
    ),
    Measure(
        name="consent_cancel_rate",
        title="Backorders ended for want of consent",
        unit="share",
        direction="down",
        definition="Backorders refunded since nobody consented to a delay or the customer ended the contract, as a "
        "share of those accepted.",
        formula="count(NO_CONSENT) / count(joined)",
        source="16 CFR 435.2; Directive 2011/83/EU, article 18",
        of=lambda scope: ratio(scope.met(Fate.NO_CONSENT), scope.accepted),
    ),
    Measure(
        name="promise_kept",
        title="Promises kept",
        unit="share",
        direction="up",
        definition="Backorders delivered by the end of the window promised at the order, as a share of those delivered "
        "and those that ended, or still waited at the close, with the promise broken.",
        formula="count(FULFILLED, ended <= hi) / (count(FULFILLED) + count(RENEGED, SELLER_CANCELLED or NO_CONSENT, "
        "ended >= hi) + count(CHANGED_MIND or PENDING, ended > hi))",
        source="on-time delivery to the first promise; own treatment of those who left",
        of=lambda scope: ratio(*scope.pledges.kept(scope.pledges.orders.hi)),
    ),
    Measure(
        name="last_promise_kept",
        title="Last promises kept",
        unit="share",
        direction="up",
        definition="Backorders delivered by the end of the window they were told last and agreed to, as a share of "
        "those delivered and those that ended, or still waited at the close, with that promise broken.",
        formula="as promise_kept, with time + hi of the last notice answered STAYS for hi",
        source="on-time delivery to the last promise; own treatment of those who left",
        of=lambda scope: ratio(*scope.pledges.kept(scope.pledges.last)),
    ),
    Measure(
        name="eta_inside",
        title="Deliveries inside the promised window",
        unit="share",
        direction="up",
        definition="Backorders delivered within the promised window, neither early nor late, as a share of those "
        "delivered.",
        formula="count(lo <= ended <= hi) / count(FULFILLED)",
        source="own definition",
        of=_eta_inside,
    ),
    Measure(
        name="eta_bias",
        title="Mean delivery after the promise",
        unit="days",
        direction="neither",
        definition="Time from the end of the promised window to delivery, negative when early, per delivered "
        "backorder; best at or a little below 0.",
        formula="mean(ended - hi), FULFILLED",
        source="own definition",
        of=lambda scope: mean(scope.pledges.past_promise) / DAY,
    ),
    Measure(
        name="mean_lateness",
        title="Mean lateness",
        unit="days",
        direction="down",
        definition="Time from the end of the promised window to delivery, 0 when on time, per delivered backorder.",
        formula="mean(max(ended - hi, 0)), FULFILLED",
        source="tardiness in scheduling: Pinedo 2016",
        of=lambda scope: mean(_lateness(scope)) / DAY,
    ),
    Measure(
        name="lateness_p95",
        title="Lateness of 95 % of backorders",
        unit="days",
        direction="down",
        definition="Lateness that 95 % of the delivered backorders do not exceed.",
        formula="95 % quantile of max(ended - hi, 0), FULFILLED",
        source="own definition",
        of=lambda scope: quantile(_lateness(scope), 0.95) / DAY,
    ),
    Measure(
        name="late_over_week",
        title="Backorders over a week late",
        unit="share",
        direction="down",
        definition="Backorders delivered more than 7 days after the promised window, as a share of those delivered.",
        formula="count(ended - hi > 7 d) / count(FULFILLED)",
        source="own definition",
        of=lambda scope: mean(scope.pledges.past_promise > WEEK),
    ),
)
