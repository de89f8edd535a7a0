"""Who comes when something goes viral: those who always come, more often, and buyers on impulse."""

from __future__ import annotations

import numpy as np

from sim.scenario.demand import Viral
from sim.tape.course import Course, Floats
from sim.tape.courses import Demand


def regulars(demand: Demand) -> Demand:
    """Demand for a product without that of buyers on impulse."""
    return _Regulars(demand.span, demand.courses) if any(map(_share, demand.courses)) else demand


def on_impulse(demand: Demand) -> Demand:
    """Demand of buyers on impulse, as a multiple of the base of those whom they come beside."""
    return _OnImpulse(demand.span, demand.courses)


def _share(course: Course) -> float:
    return course.event.impulse if isinstance(course.event, Viral) else 0.0


class _Regulars(Demand):
    def factor(self, t: Floats) -> Floats:
        product = np.ones(np.shape(t))
        for course in self.courses:
            share = _share(course)
            product *= 1 + (1 - share) * (course.truly(t) - 1) if share else course.truly(t)
        return product


class _OnImpulse(Demand):
    def factor(self, t: Floats) -> Floats:
        rest = super().factor(t) - _Regulars(self.span, self.courses).factor(t)
        return np.asarray(np.maximum(rest, 0.0), np.float64)
