"""Promises: who was offered a backorder, who accepted, and how well the promised window held."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.measures.entry import Measure, mean, quantile, ratio
from sim.measures.scope import Scope
from sim.words import DAY, WEEK, Fate


def _shown(scope: Scope) -> int:
    return scope.accepted + scope.met(Fate.BALKED)


def _short(scope: Scope) -> int:
    return scope.visits - scope.met(Fate.SERVED)


def _past_promise(scope: Scope) -> NDArray[np.int32]:
    return scope.fulfilled.ended - scope.fulfilled.hi


def _lateness(scope: Scope) -> NDArray[np.int32]:
    return np.maximum(_past_promise(scope), 0)


def _promise_kept(scope: Scope) -> float:
    joined = scope.joined
    left = (joined.fate == Fate.RENEGED) & (joined.ended >= joined.hi)
    undelivered = (joined.fate == Fate.CHANGED_MIND) | (joined.fate == Fate.PENDING)
    broken = left | (undelivered & (joined.ended > joined.hi))
    kept = int(np.count_nonzero(_past_promise(scope) <= 0))
    return ratio(kept, len(scope.fulfilled) + int(np.count_nonzero(broken)))


def _eta_inside(scope: Scope) -> float:
    done = scope.fulfilled
    return mean((done.lo <= done.ended) & (done.ended <= done.hi))


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
        name="promise_kept",
        title="Promises kept",
        unit="share",
        direction="up",
        definition="Backorders delivered by the end of the promised window, as a share of those delivered and those "
        "that ended, or still waited at the close, with the promise broken.",
        formula="count(FULFILLED, ended <= hi) / (count(FULFILLED) + count(RENEGED, ended >= hi) "
        "+ count(CHANGED_MIND or PENDING, ended > hi))",
        source="on-time delivery to the first promise; own treatment of those who left",
        of=_promise_kept,
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
        of=lambda scope: mean(_past_promise(scope)) / DAY,
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
        of=lambda scope: mean(_past_promise(scope) > WEEK),
    ),
)
