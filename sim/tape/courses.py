"""The course of demand: by what each demand event multiplies the visits at every moment.

Times here are seconds from day 0.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.demand import Profile, Promo, Ramp, Season, Viral, Weekly
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

    @property
    def days(self) -> NDArray[np.int64]:
        """Numbers of all days that the span touches; day 0 begins at 0."""
        return np.arange(self.start // DAY, -(-self.end // DAY), dtype=np.int64)


@dataclass(frozen=True)
class Course(ABC):
    """One demand event over one span of time."""

    event: Any
    span: Span

    @abstractmethod
    def factor(self, t: Floats) -> Floats:
        """Multiplier at each instant; at a jump, the value after it."""

    @abstractmethod
    def knots(self) -> Floats:
        """All instants at which the course jumps or bends, and more of them where it changes fast."""


class ViralCourse(Course):
    """A jump that fades."""

    event: Viral

    def factor(self, t: Floats) -> Floats:
        """Exponential decay of what the jump added."""
        age = t - self.event.at
        faded = np.exp(-np.maximum(age, 0.0) / self.event.decay)
        return np.where(age >= 0, 1.0 + (self.event.multiplier - 1.0) * faded, 1.0)

    def knots(self) -> Floats:
        """Thirty-two in each time constant, until the jump has faded below rounding."""
        return np.linspace(self.event.at, self.event.at + 40 * self.event.decay, 1281)


class PromoCourse(Course):
    """A box, then a dip."""

    event: Promo

    def factor(self, t: Floats) -> Floats:
        """One of three levels."""
        levels = np.array([1.0, self.event.multiplier, self.event.dip, 1.0])
        return levels[np.searchsorted(self.knots(), t, side="right")]

    def knots(self) -> Floats:
        """The three jumps."""
        return np.cumsum([self.event.at, self.event.lasts, self.event.dip_lasts], dtype=np.float64)


class RampCourse(Course):
    """A straight line to a new level."""

    event: Ramp

    def factor(self, t: Floats) -> Floats:
        """The old level, the line, the new level."""
        done = np.clip((t - self.event.at) / max(self.event.lasts, 1), 0.0, 1.0)
        done = np.where(t < self.event.at + self.event.lasts, done, 1.0)
        return 1.0 + (self.event.multiplier - 1.0) * done

    def knots(self) -> Floats:
        """Start and end of the line."""
        return np.array([self.event.at, self.event.at + self.event.lasts], dtype=np.float64)


class SeasonCourse(Course):
    """A cosine wave."""

    event: Season

    def factor(self, t: Floats) -> Floats:
        """The wave around 1."""
        phase = 2.0 * np.pi * (t - self.event.peak) / self.event.period
        return 1.0 + self.event.amplitude * np.cos(phase)

    def knots(self) -> Floats:
        """Sixty-four in each wave (fewer when there are more than two thousand waves)."""
        waves = (self.span.end - self.span.start) / self.event.period
        return np.linspace(self.span.start, self.span.end, int(min(64 * waves, 131_072)) + 2)


class WeeklyCourse(Course):
    """A level for each day of the week."""

    event: Weekly

    def factor(self, t: Floats) -> Floats:
        """The factor of the day."""
        weekday = (self.span.weekday + np.floor(t / DAY).astype(np.int64)) % 7
        return np.array(self.event.factors)[weekday]

    def knots(self) -> Floats:
        """Every midnight."""
        return (self.span.days * DAY).astype(np.float64)


class ProfileCourse(Course):
    """Steps or lines through points."""

    event: Profile

    def factor(self, t: Floats) -> Floats:
        """The level of the last point, or the line between two."""
        levels = np.array([point.multiplier for point in self.event.points])
        if self.event.between == "lines":
            return np.asarray(np.interp(t, self.knots(), levels), np.float64)
        return levels[np.maximum(np.searchsorted(self.knots(), t, side="right") - 1, 0)]

    def knots(self) -> Floats:
        """The points."""
        return np.array([point.at for point in self.event.points], dtype=np.float64)


_COURSES: Final[Mapping[str, type[Course]]] = MappingProxyType(
    {
        "viral": ViralCourse,
        "promo": PromoCourse,
        "ramp": RampCourse,
        "season": SeasonCourse,
        "weekly": WeeklyCourse,
        "profile": ProfileCourse,
    }
)


@dataclass(frozen=True)
class Demand:
    """All demand events of one product."""

    span: Span
    courses: tuple[Course, ...]

    def factor(self, t: Floats) -> Floats:
        """Product of the events' multipliers at each instant."""
        product = np.ones(np.shape(t))
        for course in self.courses:
            product *= course.factor(t)
        return product

    def knots(self) -> Floats:
        """The events' knots within the span, and both its ends; sorted, each once."""
        ends = np.array([self.span.start, self.span.end], dtype=np.float64)
        every = np.unique(np.concatenate([ends, *(course.knots() for course in self.courses)]))
        return every[(every >= self.span.start) & (every <= self.span.end)]


def demand_of(product: str, events: Sequence[Any], span: Span) -> Demand:
    """The demand events that multiply the visits for one product."""
    return Demand(span, tuple(_COURSES[e.kind](e, span) for e in events if e.product == product))
