"""What those who know the shop think of it: members of the panel, writers and readers of reviews."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64
from sim.ledger.views import Views
from sim.measures.stars import mean_stars, stars_at
from sim.words import DAY, Cause, Fate

_MILLION: Final = 1_000_000
_ACTIVE: Final = 180 * DAY
_MONTH: Final = 30 * DAY


@dataclass(frozen=True, eq=False)
class People:
    """The members and the new visitors of one run. Where the shop knows nobody, everything is `None`."""

    views: Views
    start: int
    end: int

    @cached_property
    def members(self) -> int | None:
        """Members of the panel at the start."""
        panel = self.views.world.panel
        return None if panel is None else panel.members

    @cached_property
    def loyalty(self) -> float | None:
        """Mean visit rate of the members at the close, as a multiple of the first one; who stopped for good has 0."""
        memory = self.views.world.memory
        if self.members is None or memory is None:
            return None
        regard, member, since = self._last_regard
        faded = regard * 2.0 ** ((since - self.views.ledger.close) / memory.half_life)
        rates = np.where(np.isin(member, self._gone), 0.0, np.exp(faded / _MILLION))
        return float(self.members - len(rates) + rates.sum()) / self.members

    @cached_property
    def gone(self) -> int:
        """Members who stopped for good."""
        return len(self._gone)

    @cached_property
    def active(self) -> int:
        """Members who visited in the last 180 days of the window."""
        members, everyone = self.views.visits.member, self.views.everyone
        if members is None:
            return 0
        recent = (everyone.time >= self.end - _ACTIVE) & (everyone.time < self.end)
        rows = np.flatnonzero(recent & (self.views.ledger.visits.fate != Fate.ABSENT))
        came = members[everyone.wish(rows)]
        return len(np.unique(came[came >= 0]))

    @cached_property
    def new_visitors(self) -> tuple[int, int]:
        """Visitors who are no members, in the first and in the last 30 days of the window, or its halves."""
        span = min(_MONTH, (self.end - self.start) // 2)
        return self._new(self.start, self.start + span), self._new(self.end - span, self.end)

    @cached_property
    def stars_at_close(self) -> float | None:
        """Mean of the reviews that count at the close."""
        about, reviews = self.views.world.reputation, self.views.ledger.reviews
        return None if about is None else stars_at(reviews, about, self.views.ledger.close)

    @cached_property
    def mean_stars(self) -> float | None:
        """The same, averaged over the time of the window."""
        about, reviews = self.views.world.reputation, self.views.ledger.reviews
        return None if about is None else mean_stars(reviews, about, self.start, self.end)

    @cached_property
    def _last_regard(self) -> tuple[Int64, Int64, Int64]:
        """Of every member who ever had an experience: the regard after the last one, who it is, and when."""
        rows = self.views.ledger.regard
        members, last = np.unique(rows.member[::-1], return_index=True)
        last = len(rows) - 1 - last
        return rows.after[last], members, rows.time[last]

    @cached_property
    def _gone(self) -> Int64:
        rows = self.views.ledger.regard
        return np.unique(rows.member[rows.cause == Cause.DROPPED_OUT])

    def _new(self, start: int, end: int) -> int:
        visits = self.views.visits
        rows = slice(*np.searchsorted(visits.time, (start, end)).tolist())
        there: NDArray[np.bool_] = (visits.units[rows] > 0) & (self.views.ledger.visits.fate[rows] != Fate.ABSENT)
        return int(np.count_nonzero(there if visits.member is None else there & (visits.member[rows] < 0)))
