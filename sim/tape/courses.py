"""The course of demand of a product: all its demand events together, as expected or as they truly come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from sim.scenario.demand import Noise
from sim.tape.course import Course, Floats, Span
from sim.tape.shapes import (
    BlackFridayCourse,
    JacketCourse,
    PanicCourse,
    ProfileCourse,
    PromoCourse,
    RampCourse,
    SeasonCourse,
    ShiftCourse,
    SpikeCourse,
    ViralCourse,
    WeeklyCourse,
)

COURSES: Final[Mapping[str, type[Course]]] = MappingProxyType(
    {
        "viral": ViralCourse,
        "promo": PromoCourse,
        "panic": PanicCourse,
        "spike": SpikeCourse,
        "black_friday": BlackFridayCourse,
        "ramp": RampCourse,
        "shift": ShiftCourse,
        "jacket": JacketCourse,
        "season": SeasonCourse,
        "weekly": WeeklyCourse,
        "profile": ProfileCourse,
    }
)
"""A new demand event is one class and one row here."""


@dataclass(frozen=True)
class Demand:
    """All demand events of one product."""

    span: Span
    courses: tuple[Course, ...]

    def factor(self, t: Floats) -> Floats:
        """Product of the events' multipliers at each instant."""
        product = np.ones(np.shape(t))
        for course in self.courses:
            product *= course.truly(t)
        return product

    def knots(self) -> Floats:
        """The events' knots within the span, and both its ends; sorted, each once."""
        ends = np.array([self.span.start, self.span.end], dtype=np.float64)
        every = np.unique(np.concatenate([ends, *(course.knots() for course in self.courses)]))
        return every[(every >= self.span.start) & (every <= self.span.end)]

    def besides(self, course: Course | None) -> Demand:
        """The same and one more course, if there is one."""
        return self if course is None else replace(self, courses=(*self.courses, course))


def demand_of(product: str, events: Sequence[Any], span: Span) -> Demand:
    """The demand of one product as its events let expect it: no surprise, no noise."""
    mine = (event for event in events if product in event.whose and not isinstance(event, Noise))
    return Demand(span, tuple(COURSES[event.kind](event, span) for event in mine))
