"""Two laws of who accepts a quoted wait, each fitted to offers by maximum likelihood."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtr

from sim.fit.estimate import Estimate, profiled
from sim.fit.offers import Offer

Floats = NDArray[np.float64]

_STEPS: Final = 200
_STILL: Final = 1e-10
_HALF_LOG_TAU: Final = 0.5 * math.log(2.0 * math.pi)


@dataclass(frozen=True, slots=True)
class Answers:
    """Offers as columns."""

    hi: Floats
    """Quoted wait, in days."""
    yes: Floats
    no: Floats

    @classmethod
    def of(cls, offers: Sequence[Offer]) -> Answers:
        """From offers."""
        rows = np.array([(offer.hi, offer.accepted, offer.shown - offer.accepted) for offer in offers], float)
        return cls(*rows.T)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Patience is lognormal: acceptance falls slowly, then fast, then slowly."""

    median: Estimate
    """In days."""
    sigma: Estimate
    loglik: float

    def accepts(self, hi: Floats) -> Floats:
        """Share that accepts a wait of so many days."""
        return np.asarray(ndtr((math.log(self.median.value) - np.log(hi)) / self.sigma.value))


@dataclass(frozen=True, slots=True)
class Exponential:
    """Every day of wait loses the same share of customers."""

    rate: Estimate
    """Per day."""
    loglik: float

    def accepts(self, hi: Floats) -> Floats:
        """Share that accepts a wait of so many days."""
        return np.asarray(np.exp(-self.rate.value * hi))


def fit_lognormal(answers: Answers) -> Lognormal | None:
    """The lognormal with intervals by profile likelihood; `None` if acceptance does not fall with the wait.

    The fit must exist: `patience` refuses offers without it.
    """
    x = np.log(answers.hi)
    if np.max(x[answers.no > 0]) <= np.min(x[answers.yes > 0]):
        return None
    ones, centre = np.ones_like(x), float(np.average(x, weights=answers.yes + answers.no))
    (level, slope), best = _climb(answers, 0.0 * x, np.column_stack([ones, centre - x]))
    if slope <= 1e-9:
        return None
    middle = centre + level / slope

    def at_median(mu: float) -> float:
        (steep,), top = _climb(answers, 0.0 * x, (mu - x)[:, None])
        return (top if steep > 0 else float(_loglik(answers, 0.0 * x))) - best

    def at_sigma(log_sigma: float) -> float:
        return _climb(answers, (middle - x) * math.exp(-log_sigma), ones[:, None])[1] - best

    return Lognormal(profiled(middle, at_median), profiled(-math.log(slope), at_sigma), best)


def fit_exponential(answers: Answers) -> Exponential:
    """The constant loss per day with its interval by profile likelihood. Some must have accepted, some refused."""
    hi, yes, no = answers.hi, answers.yes, answers.no

    def loglik(log_rate: float) -> float:
        lost = math.exp(log_rate) * hi
        with np.errstate(divide="ignore"):
            return float(np.sum(np.where(no > 0, no * np.log(-np.expm1(-lost)), 0.0) - yes * lost))

    def slope(log_rate: float) -> float:
        lost = math.exp(log_rate) * hi
        return float(np.sum(no * lost / np.expm1(np.minimum(lost, 700.0)) - yes * lost))

    middle = -math.log(float(np.sum(hi * (yes + no)) / np.sum(yes + no)))
    best = float(brentq(slope, middle - 50.0, middle + 50.0, xtol=1e-12))
    top = loglik(best)
    return Exponential(profiled(best, lambda at: loglik(at) - top), top)


def _loglik(answers: Answers, eta: Floats) -> np.float64:
    return np.sum(answers.yes * log_ndtr(eta) + answers.no * log_ndtr(-eta))


def _climb(answers: Answers, offset: Floats, design: Floats) -> tuple[Floats, float]:
    """The top of a probit log-likelihood, which is concave, by Newton's steps: coefficients and height."""
    at = np.zeros(design.shape[1])
    height = _loglik(answers, offset)
    for _ in range(_STEPS):
        gradient, curvature = _slopes(answers, offset + design @ at)
        step = np.linalg.solve(design.T @ (curvature[:, None] * design), design.T @ gradient)
        while (new := _loglik(answers, offset + design @ (at + step))) < height and np.max(np.abs(step)) > _STILL:
            step /= 2
        gain, at, height = new - height, at + step, max(new, height)
        if gain <= _STILL * (1 + abs(height)) and np.max(np.abs(step)) < 1e-6:
            break
    return at, float(height)


def _slopes(answers: Answers, eta: Floats) -> tuple[Floats, Floats]:
    """First derivative of the log-likelihood of each offer, and the second with its sign turned."""
    log_density = -0.5 * eta**2 - _HALF_LOG_TAU
    up, down = np.exp(log_density - log_ndtr(eta)), np.exp(log_density - log_ndtr(-eta))
    gradient = answers.yes * up - answers.no * down
    curvature = answers.yes * up * (eta + up) + answers.no * down * (down - eta)
    return gradient, np.maximum(curvature, 1e-12 * (answers.yes + answers.no))
