"""Customers drawn from the law of visits, one by one as it says."""

from __future__ import annotations

import numpy as np

from sim.fit.bgnbd import Law
from sim.fit.history import Histories

GRAIN = 1000
"""Parts of a day in which the drawn histories count, so that no two visits fall together."""


def visitors(law: Law, *, number: int, days: int, seed: int) -> Histories:
    """Customers who came first in the first third of so many days."""
    rng = np.random.default_rng(seed)
    rate, chance = rng.gamma(law.shape, 1 / law.rate, number), rng.beta(law.a, law.b, number)
    age = days - rng.uniform(0, days / 3, number)
    x, last, here = np.zeros(number, int), np.zeros(number), np.ones(number, bool)
    now = np.zeros(number)
    while here.any():
        with np.errstate(divide="ignore", over="ignore"):
            now = now + rng.exponential(size=number) / rate
        here &= now < age
        x[here] += 1
        last[here] = now[here]
        here &= rng.random(number) >= chance
    return Histories.of(x, np.ceil(last * GRAIN), np.ceil(age * GRAIN))
