"""The first scheduled blow of the window, and how one scope came through it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from sim.measures.prices import Floats
from sim.measures.shelf import Shelf
from sim.measures.tally import Tally
from sim.words import DAY

_CALM: Final = 14
"""Days in stock, one after the other, that are a recovery."""
_AS_BEFORE: Final = 0.95


@dataclass(frozen=True, eq=False)
class Shock:
    """What happened from the shock on; nothing is defined where there was none."""

    tally: Tally
    shelves: tuple[Shelf, ...]
    selling: tuple[Shelf, ...]

    @cached_property
    def at(self) -> int | None:
        """When it struck: the first disruption scheduled in the window, or else the first demand event."""
        world = self.tally.views.world
        kinds: tuple[tuple[Any, ...], ...] = (world.disruptions, world.demand)
        for events in kinds:
            starts = [getattr(each, "at", None) for each in events]
            inside: list[int] = [at for at in starts if at is not None and 0 <= at < world.calendar.measure]
            if inside:
                return self.tally.start + min(inside)
        return None

    @cached_property
    def day(self) -> int:
        """The day of the window on which it struck."""
        return ((self.at or self.tally.start) - self.tally.start) // DAY

    @cached_property
    def area(self) -> float:
        """Days' worth of wishes not met at once, from the day of the shock to the end of the window."""
        stocks, daily = [shelf.stock for shelf in self.shelves], self.tally.daily
        wanted, served = (table[stocks].sum(axis=0)[self.day :] for table in (daily.wanted, daily.served))
        some = wanted > 0
        return float((1 - served[some] / wanted[some]).sum())

    @cached_property
    def survived(self) -> int | None:
        """Seconds to the first visit that met a shortage; `None` if none did."""
        since = self.at or 0
        later = [shelf.short_visits[shelf.short_visits >= since] for shelf in self.selling]
        first = [int(times[0]) for times in later if len(times)]
        return min(first) - since if first else None

    @cached_property
    def _ready(self) -> Floats:
        """Share of each day with something there, over the stocks that sell."""
        days = [shelf.truly_open_days for shelf in self.selling]
        ready: Floats = np.mean(days, axis=0) if days else np.ones(self.tally.daily.count)
        return ready

    @cached_property
    def recovered_on(self) -> int | None:
        """The first of the days in stock that are a recovery; the day of the shock where it was never missed.

        Stock may hide a shock for weeks, so that good days right after it prove nothing: only those count that come
        after the worst fortnight.
        """
        usual = float(self._ready[: self.day].mean()) if self.day else 1.0
        after = self._ready[self.day :]
        good = after >= _AS_BEFORE * usual - 1e-9
        if good.all():
            return self.day
        worst = int(_fortnights(after).argmin())
        run = _fortnights(good[worst:].astype(np.float64)) > 1 - 1e-9
        return self.day + worst + int(run.argmax()) if len(after) - worst >= _CALM and run.any() else None

    @cached_property
    def recovery(self) -> int | None:
        """Seconds from the shock to the start of that day, 0 where nothing was missed; `None` if there is none."""
        if self.recovered_on is None:
            return None
        return max(self.tally.start + self.recovered_on * DAY - (self.at or 0), 0)


def _fortnights(days: Floats) -> Floats:
    """The mean of each 14 days in a row; of all where there are fewer."""
    length = min(_CALM, len(days))
    return np.convolve(days, np.full(length, 1 / length), mode="valid")
