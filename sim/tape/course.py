"""One demand event over time: by what it multiplies the visits at every moment.

Times here are seconds from day 0.
"""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.world import Calendar
from sim.words import DAY

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Span:
    """The part of time in which visits happen."""

    start: int
    """Start of the run."""
    end: int
    """End of the measured window."""
    weekday: int
    """Weekday of day 0, Monday = 0."""
    date: datetime.date | None = None
    """Date of day 0, where the calendar has dates."""

    @property
    def days(self) -> NDArray[np.int64]:
        """Numbers of all days that the span touches; day 0 begins at 0."""
        return np.arange(self.start // DAY, -(-self.end // DAY), dtype=np.int64)


def span_of(calendar: Calendar) -> Span:
    """The time of visits of a world."""
    weekday = 0 if calendar.start is None else calendar.start.weekday()
    return Span(-calendar.warm_up, calendar.measure, weekday, calendar.start)


@dataclass(frozen=True)
class Course(ABC):
    """One demand event over one span of time."""

    event: Any
    span: Span
    surprise: float = 1.0
    """By what chance multiplies all that the event adds or takes away."""

    def truly(self, t: Floats) -> Floats:
        """Multiplier at each instant, surprise included; never below 0."""
        if self.surprise == 1.0:
            return self.factor(t)
        rest = self.event.rests_on
        return np.asarray(np.maximum(rest + self.surprise * (self.factor(t) - rest), 0.0), np.float64)

    @abstractmethod
    def factor(self, t: Floats) -> Floats:
        """Multiplier at each instant as expected; at a jump, the value after it."""

    @abstractmethod
    def knots(self) -> Floats:
        """All instants at which the course jumps or bends, and more of them where it changes fast."""
