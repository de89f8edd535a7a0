"""Calibration: whether the promised windows lie where the deliveries do."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.measures.entry import UNDEFINED, Measure, mean
from sim.measures.scope import Scope
from sim.words import DAY

_TENTHS: Final = 10


def _spread(scope: Scope) -> float:
    late = scope.pledges.past_promise
    return float(late.std(ddof=1)) / DAY if len(late) > 1 else UNDEFINED


def _early(scope: Scope) -> float:
    pledges = scope.pledges
    return mean((pledges.settled < pledges.orders.lo)[pledges.delivered])


def _tenth_of_delivery(scope: Scope) -> NDArray[np.int64]:
    """By delivered backorder with a window of some length: in which tenth of it, from 0, the delivery fell."""
    pledges = scope.pledges
    lo, width = pledges.orders.lo.astype(np.int64), (pledges.orders.hi - pledges.orders.lo).astype(np.int64)
    there = pledges.delivered & (width > 0)
    tenth = (pledges.settled[there] - lo[there]) * _TENTHS // width[there]
    clipped: NDArray[np.int64] = np.clip(tenth, 0, _TENTHS - 1)
    return clipped


def _in_tenth(number: int) -> Callable[[Scope], float]:
    return lambda scope: mean(_tenth_of_delivery(scope) == number - 1)


_BEYOND: Final = MappingProxyType({1: ", or before it", _TENTHS: ", at its end or after it"})

CALIBRATION: Final = (
    Measure(
        name="eta_sd",
        title="Spread of deliveries about the promise",
        unit="days",
        direction="down",
        definition="Standard deviation of the time from the end of the promised window to delivery, over the delivered "
        "backorders.",
        formula="sd(ended - hi), FULFILLED",
        source="common usage",
        of=_spread,
    ),
    Measure(
        name="eta_early",
        title="Deliveries before the promised window",
        unit="share",
        direction="neither",
        definition="Backorders delivered before the start of the promised window, as a share of those delivered.",
        formula="count(ended < lo) / count(FULFILLED)",
        source="own definition",
        of=_early,
    ),
    Measure(
        name="eta_late",
        title="Deliveries after the promised window",
        unit="share",
        direction="down",
        definition="Backorders delivered after the end of the promised window, as a share of those delivered.",
        formula="count(ended > hi) / count(FULFILLED)",
        source="own definition",
        of=lambda scope: mean(scope.pledges.past_promise > 0),
    ),
    *(
        Measure(
            name=f"pit_{number}",
            title=f"Deliveries in tenth {number} of the window",
            unit="share",
            direction="neither",
            definition=f"Backorders delivered in tenth {number} of the promised window{_BEYOND.get(number, '')}, as a "
            "share of those delivered whose window has a length; with a perfect window every tenth has 10 %.",
            formula=f"count(floor(10 (ended - lo) / (hi - lo)) = {number - 1}) / count(FULFILLED, lo < hi)",
            source="PIT histogram of a uniform forecast: Dawid 1984; Gneiting, Balabdaoui & Raftery 2007",
            of=_in_tenth(number),
        )
        for number in range(1, _TENTHS + 1)
    ),
)
