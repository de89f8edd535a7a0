"""Short shelves as a shop sees them, for tests of its rules."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from sim.rules.promise import Receipt, Shelf
from sim.scenario.policies import Levers
from sim.words import DAY


class LateByChance(NamedTuple):
    """Late with a chance, then by an exponential time without memory."""

    chance: float
    length: int
    """Mean lateness of those that are late, seconds."""

    def quantile(self, level: float, overdue: int) -> int:
        late = 1.0 if overdue >= 0 else self.chance
        return round(self.length * math.log(late / (1 - level))) if level > 1 - late else 0

    def mean(self, overdue: int) -> int:
        return round(self.length * (1.0 if overdue >= 0 else self.chance))


SURE = LateByChance(0.0, 0)


def shelf(*, due: int | None = 10, **changes: Any) -> Shelf:
    """One unit short on day 100; a receipt due so many days later, a day of handling and one to the door."""
    plain = Shelf(
        now=100 * DAY,
        shortage=1,
        backlog=0,
        receipt=None if due is None else Receipt((100 + due) * DAY),
        catalogue=30 * DAY,
        handling=DAY,
        slip=SURE,
        open=True,
        last_mile=DAY,
    )
    return plain._replace(**changes)


def levers(**stated: Any) -> Levers:
    """Levers as a scenario would state them."""
    return TypeAdapter(Levers).validate_python(stated)


class LateForSure(NamedTuple):
    """Always late by the same time."""

    length: int

    def quantile(self, level: float, overdue: int) -> int:
        return self.length

    def mean(self, overdue: int) -> int:
        return self.length


class Exponential(NamedTuple):
    """Patience without memory."""

    length: float
    """Mean, seconds."""

    def survival(self, wait: float) -> float:
        return math.exp(-wait / self.length)
