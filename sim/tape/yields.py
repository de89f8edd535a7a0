"""How many units of a supply order come, and how many of those are good."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.scenario.special import binomial_cdf
from sim.tape.dice import Die


@dataclass(frozen=True)
class Yields:
    """Units that come and units that receiving rejects, unit by unit by chance; by the order's number on its lane."""

    come: float
    """Share of the units ordered that comes."""
    rejected: float
    """Share of those that is rejected."""
    die: Die

    def __call__(self, number: int, units: int) -> tuple[int, int]:
        """Units that come of so many ordered, and how many of these are rejected."""
        came = successes(self.die(number), units, self.come)
        return came, successes(self.die(number, 1), came, self.rejected)


def successes(u: float, trials: int, share: float) -> int:
    """The least number that a Binomial(trials, share) does not exceed with a chance above `u`."""
    if share <= 0 or share >= 1 or not trials:
        return trials if share >= 1 else 0
    low, high = 0, trials
    while low < high:
        middle = (low + high) // 2
        if binomial_cdf(np.asarray(middle, np.float64), trials, share) > u:
            high = middle
        else:
            low = middle + 1
    return low
