"""Customers who come at rates of their own (gamma) and, after each visit, leave with a chance of their own (beta).

The BG/NBD model of repeat buying: a customer with x visits after the first, the last of them t_x after the first, seen
for T, has the likelihood

    B(a, b + x) / B(a, b) * Gamma(r + x) / Gamma(r) * alpha^r * (alive + gone),
    alive = (alpha + T)^-(r + x),  gone = a / (b + x - 1) * (alpha + t_x)^-(r + x) if x > 0, else 0.

Here r is `shape` and alpha is `rate`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, digamma, gammaln

from sim.fit.history import Histories

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """Customers with the same three numbers, counted once."""

    x: Floats
    t_x: Floats
    age: Floats
    number: Floats
    """How many customers have them."""

    @classmethod
    def of(cls, histories: Histories) -> Summary:
        """From one entry per customer."""
        columns = np.column_stack([histories.frequency, histories.recency, histories.age])
        rows, number = np.unique(columns, axis=0, return_counts=True)
        x, t_x, age = rows.T.astype(float)
        return cls(x, t_x, age, number.astype(float))


@dataclass(frozen=True, slots=True)
class Law:
    """The four parameters; times are in days."""

    shape: float
    rate: float
    a: float
    b: float


def loglik(summary: Summary, law: Law) -> float:
    """The log-likelihood of all customers."""
    return float(summary.number @ _each(summary, law)[0])


def slopes(summary: Summary, law: Law) -> Floats:
    """Its derivatives by shape, rate, a and b."""
    _, alive, gone = _each(summary, law)
    x, shape, rate, a, b = summary.x, law.shape, law.rate, law.a, law.b
    far, near = rate + summary.age, rate + summary.t_x
    both = digamma(a + b) - digamma(a + b + x)
    by_each = (
        digamma(shape + x) - digamma(shape) + np.log(rate) - alive * np.log(far) - gone * np.log(near),
        shape / rate - (shape + x) * (alive / far + gone / near),
        both + gone / a,
        both + digamma(b + x) - digamma(b) - gone / _above_one(summary, law),
    )
    return np.array([float(summary.number @ part) for part in by_each])


def loglik_staying(summary: Summary, shape: float, rate: float) -> float:
    """The log-likelihood if nobody ever leaves."""
    return float(summary.number @ _visits(summary, shape, rate, summary.age))


def slopes_staying(summary: Summary, shape: float, rate: float) -> Floats:
    """Its derivatives by shape and rate."""
    x, far = summary.x, rate + summary.age
    by_shape = digamma(shape + x) - digamma(shape) + np.log(rate) - np.log(far)
    by_rate = shape / rate - (shape + x) / far
    return np.array([float(summary.number @ by_shape), float(summary.number @ by_rate)])


def _each(summary: Summary, law: Law) -> tuple[Floats, Floats, Floats]:
    """Log-likelihood of each customer, and the chances to be still there or gone after the last visit."""
    staying = _visits(summary, law.shape, law.rate, summary.age)
    leaving = _visits(summary, law.shape, law.rate, summary.t_x) + np.log(law.a / _above_one(summary, law))
    leaving = np.where(summary.x > 0, leaving, -np.inf)
    total = np.logaddexp(staying, leaving)
    stays = betaln(law.a, law.b + summary.x) - betaln(law.a, law.b)
    return total + stays, np.exp(staying - total), np.exp(leaving - total)


def _visits(summary: Summary, shape: float, rate: float, until: Floats) -> Floats:
    x = summary.x
    return np.asarray(gammaln(shape + x) - gammaln(shape) + shape * np.log(rate) - (shape + x) * np.log(rate + until))


def _above_one(summary: Summary, law: Law) -> Floats:
    """`b + x - 1`, and 1 for those without a repeat visit, who cannot have left."""
    return np.where(summary.x > 0, law.b + summary.x - 1.0, 1.0)
