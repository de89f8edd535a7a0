"""What customers write about the shop, and how many new visitors read it and come."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import Final

from sim.ledger.more import MoreFacts
from sim.scenario.memory import Reputation

GOOD: Final = 48
NEUTRAL: Final = 35
BAD: Final = 15
"""Tenths of stars of a review after a good, a middling and a bad experience."""


class Repute:
    """Reviews so far. One may be made known before it is written; it counts from its time on."""

    def __init__(self, *, reputation: Reputation, more: MoreFacts, close: int) -> None:
        self._about = reputation
        self._more = more
        self._close = close
        self._coming: list[tuple[int, int, int]] = []
        self._counted: deque[tuple[int, int]] = deque()
        """Reviews that count now: their time and stars."""
        self._sum = 0
        self._shocked_until = -1
        self._draw = 1.0
        self._same_until = -1
        """The draw does not change before."""

    @property
    def after_good(self) -> float:
        """Share that writes about a good experience."""
        return self._about.after_good

    def experience(self, visit: int, *, time: int, stars: int, chance: float) -> None:
        """A customer will have had an experience at `time`, and may write about it: `chance` is a uniform."""
        share = self._about.after_bad if stars == BAD else self._about.after_good
        if chance < share and time < self._close:
            heappush(self._coming, (time, visit, stars))
            self._same_until = min(self._same_until, time)

    def stars(self, now: int) -> float:
        """Mean of the reviews that count, those from before the run included."""
        self._take_in(now)
        prior = self._about.prior
        return (prior * self._about.prior_stars + self._sum / 10) / (prior + len(self._counted))

    def draw(self, now: int) -> float:
        """New visitors as a multiple of their first rate."""
        if now >= self._same_until:
            stars = self.stars(now)
            shock = self._about.shock if now < self._shocked_until else 1.0
            self._draw = max((1 + self._about.elasticity * (stars - self._about.prior_stars)) * shock, 0.0)
            self._same_until = self._next_change(now)
        return self._draw

    def _next_change(self, now: int) -> int:
        """When the draw may next be another: a review comes, the oldest is forgotten, or a shock is over."""
        coming = self._coming[0][0] if self._coming else self._close
        fading = self._counted[0][0] + self._about.memory if self._counted else self._close
        return min(coming, fading, self._shocked_until if now < self._shocked_until else self._close)

    def close(self) -> None:
        """Write down the reviews before the close that nobody read."""
        self._take_in(self._close - 1)

    def _take_in(self, now: int) -> None:
        while self._coming and self._coming[0][0] <= now:
            time, visit, stars = heappop(self._coming)
            self._more.reviewed(visit, time=time, stars=stars)
            self._counted.append((time, stars))
            self._sum += stars
            if stars == BAD:
                self._shocked_until = time + self._about.shock_lasts
        while self._counted and self._counted[0][0] <= now - self._about.memory:
            self._sum -= self._counted.popleft()[1]
