"""Promises: kept or broken by the day they were made, and a sample of them beside what came of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.course.levels import Line
from sim.course.rolling import ratios, rolling
from sim.ledger.ledger import Int64
from sim.ledger.views import Views
from sim.measures.pledges import Pledges
from sim.measures.tally import Tally
from sim.words import DAY

LATE_DAYS: Final = tuple(range(-30, 62))
"""Days after the end of the promised window at which the bins of deliveries begin; what lies beyond is in the outermost
bins. A delivery in time lies before 0: the second of the promise itself counts to the day that ends with it."""


@dataclass(frozen=True, eq=False)
class Pledged:
    """Backorders of one run with a date."""

    order: NDArray[np.float64]
    """Of a sample, evenly spaced in time: day of the order."""
    lo: NDArray[np.float64]
    """Start of the promised window, days after the order."""
    hi: NDArray[np.float64]
    """End of it: the promise."""
    ended: NDArray[np.float64]
    """When it was delivered, or else ended, days after the order."""
    delivered: NDArray[np.bool_]
    past: Int64
    """Of all that were delivered: how many by whole days after the promise, in the bins of `LATE_DAYS`."""
    orders: int
    """Backorders with a date."""


def pledges(views: Views) -> Pledges:
    """The backorders of the window."""
    tally = Tally(views)
    return Pledges(tally, tally.joined)


def kept(found: Pledges, instants: Int64, *, back: int) -> Iterator[Line]:
    """Promises of the time before each instant: share kept, and mean lengths promised and waited."""
    times, hi = found.orders.time, found.orders.hi
    broken = found.broken(hi)
    judged = rolling(times, (found.delivered | broken).astype(np.int64), instants, back=back)
    good = rolling(times, (found.delivered & ~broken).astype(np.int64), instants, back=back)
    yield "kept", "", ratios(good, judged)
    count = rolling(times, found.delivered.astype(np.int64), instants, back=back)
    for name, lengths in (("promised", hi), ("waited", found.settled)):
        yield name, "", ratios(rolling(times, lengths * found.delivered, instants, back=back), count * DAY)


def pledged(found: Pledges, *, most: int) -> Pledged:
    """A sample of at most so many backorders, and the lateness of all."""
    orders, start = found.orders, found.tally.start
    rows = np.unique(np.linspace(0, len(orders) - 1, min(most, len(orders))).astype(np.int64))
    return Pledged(
        order=(orders.time[rows] - start) / DAY,
        lo=orders.lo[rows] / DAY,
        hi=orders.hi[rows] / DAY,
        ended=found.settled[rows] / DAY,
        delivered=found.delivered[rows],
        past=_by_day(found.past_promise),
        orders=len(orders),
    )


def _by_day(past: Int64) -> Int64:
    """Deliveries by bin; a delivery at the end of the window is in the last bin before it."""
    day = -(-past // DAY) - 1
    return np.bincount(np.clip(day, LATE_DAYS[0], LATE_DAYS[-1]) - LATE_DAYS[0], minlength=len(LATE_DAYS))
