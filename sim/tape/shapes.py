"""The shapes of demand events: jumps, boxes, lines, waves, seasons."""

from __future__ import annotations

from abc import abstractmethod
from math import log
from typing import Final

import numpy as np

from sim.errors import TapeError
from sim.scenario.demand import BlackFriday, Jacket, Panic, Profile, Promo, Ramp, Season, Shift, Spike, Viral, Weekly
from sim.tape.course import Course, Floats
from sim.words import DAY


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


class StepCourse(Course):
    """Levels that hold for a while."""

    @abstractmethod
    def steps(self) -> list[tuple[float, float]]:
        """Instants in order, each with the level from then on; before the first it is 1."""

    def factor(self, t: Floats) -> Floats:
        """The level of the last step."""
        levels = np.array([1.0, *(level for _, level in self.steps())])
        return levels[np.searchsorted(self.knots(), t, side="right")]

    def knots(self) -> Floats:
        """The jumps."""
        return np.array([instant for instant, _ in self.steps()], dtype=np.float64)


class PromoCourse(StepCourse):
    """A box, then a dip; perhaps a dip before."""

    event: Promo

    def steps(self) -> list[tuple[float, float]]:
        """The dip before, the box, the dip, and back."""
        event = self.event
        before = [(event.at - event.pre_dip_lasts, event.pre_dip)] if event.pre_dip != 1 else []
        return [*before, *_box(event.at, event.lasts, event.multiplier, event.dip, event.dip_lasts)]


class PanicCourse(StepCourse):
    """A rush, then a dip."""

    event: Panic

    def steps(self) -> list[tuple[float, float]]:
        """The rush, the dip, and back."""
        event = self.event
        return _box(event.at, event.lasts, event.multiplier, event.dip, event.dip_lasts)


class SpikeCourse(StepCourse):
    """A box."""

    event: Spike

    def steps(self) -> list[tuple[float, float]]:
        """Up and down."""
        return [(self.event.at, self.event.multiplier), (self.event.at + self.event.lasts, 1.0)]


def _box(at: int, lasts: int, level: float, dip: float, dip_lasts: int) -> list[tuple[float, float]]:
    return [(at, level), (at + lasts, dip), (at + lasts + dip_lasts, 1.0)]


_FRIDAY: Final = 2.3
"""What the Friday adds to the base, as stated by those who measured the other days."""

_BLACK_WEEKS: Final = ((-7, 1.5), (0, _FRIDAY), (1, 1.5), (3, 2.0), (4, 0.25), (17, 0.45), (27, -0.4), (30, 0.0))
"""What the days from one on, counted from the Friday, add to the base."""


class BlackFridayCourse(StepCourse):
    """The weeks around Black Friday."""

    event: BlackFriday

    def steps(self) -> list[tuple[float, float]]:
        """Levels by days from the Friday."""
        scale = (self.event.multiplier - 1) / _FRIDAY
        return [
            (self._friday() + day * DAY, 1 + (added * scale if added > 0 else added)) for day, added in _BLACK_WEEKS
        ]

    def _friday(self) -> int:
        if self.event.at is not None:
            return self.event.at
        if self.event.date is None or self.span.date is None:
            raise TapeError("Black Friday has a date and the calendar has no start; say when it is by `at`")
        return (self.event.date - self.span.date).days * DAY


class ShiftCourse(Course):
    """An S to a new level."""

    event: Shift

    def factor(self, t: Floats) -> Floats:
        """The logistic curve."""
        z = (t - self.event.at - self.event.lasts / 2) * (2 * log(99) / self.event.lasts)
        return 1.0 + (self.event.multiplier - 1.0) / (1.0 + np.exp(-np.clip(z, -700, 700)))

    def knots(self) -> Floats:
        """A hundred and twenty-eight over the change and as long again before and after it."""
        middle = self.event.at + self.event.lasts / 2
        return np.linspace(middle - 1.5 * self.event.lasts, middle + 1.5 * self.event.lasts, 129)


class JacketCourse(Course):
    """A triangle and nothing else."""

    event: Jacket

    def factor(self, t: Floats) -> Floats:
        """Up in a straight line, and down in another."""
        start, top, end = self._corners()
        up = np.where(t >= start, (t - start) / max(top - start, 1), 0.0)
        down = np.where(t < end, (end - t) / max(end - top, 1), 0.0)
        return self.event.multiplier * np.where(t < top, up, down)

    def knots(self) -> Floats:
        """The three corners."""
        return np.array(self._corners(), dtype=np.float64)

    def _corners(self) -> tuple[int, int, int]:
        return self.event.at, self.event.at + self.event.peak, self.event.at + self.event.lasts


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
