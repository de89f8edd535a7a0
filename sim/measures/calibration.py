"""Calibration: whether the promised windows lie where the deliveries do."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from sim.measures.entry import UNDEFINED, Measure, mean, ratio
from sim.measures.scope import Scope
from sim.words import DAY


def _spread(scope: Scope) -> float:
    late = scope.pledges.past_promise
    return float(late.std(ddof=1)) / DAY if len(late) > 1 else UNDEFINED


def _early(scope: Scope) -> float:
    pledges = scope.pledges
    return mean((pledges.settled < pledges.orders.lo)[pledges.delivered])


def _in_tenth(number: int) -> Callable[[Scope], float]:
    def of(scope: Scope) -> float:
        deliveries, all_of_them = scope.pledges.tenths
        return ratio(deliveries[number - 1], all_of_them)

    return of


_BEYOND: Final = MappingProxyType({1: ", or before it", 10: ", at its end or after it"})

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
        for number in range(1, 11)
    ),
)
