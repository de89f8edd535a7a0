"""Ranking and selection: which of a few candidates has the highest mean, at a stated chance of being right.

`kn` is the fully sequential procedure of Kim and Nelson (2001): candidates are dropped as soon as the lead of another
is beyond chance. It allows, and profits from, common random numbers. `ocba` (Chen and others, 2000) spends a budget
where it helps most to tell the best from its rivals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import floor, nan
from typing import Final, Literal

import numpy as np

from experiments.analysis.intervals import Floats
from experiments.analysis.ocba import allocation, chance_of_best
from sim.errors import ResultError

Sample = Callable[[int, range], Floats]
"""From a candidate and numbers of replications to one value each, more being better.

Equal numbers are equal replications for all candidates, and give equal values when asked for again.
"""

STEP: Final = 10
"""Replications that OCBA hands out at a time."""


@dataclass(frozen=True)
class Selection:
    """The candidate that was chosen."""

    best: int
    means: tuple[float, ...]
    """By candidate, over the replications it was given."""
    counts: tuple[int, ...]
    """Replications by candidate."""
    survivors: tuple[int, ...]
    """Those that were not ruled out, the best among them."""
    chance: float
    """KN: the chance of being right that was asked for, NaN if the limit came first; OCBA: its estimate."""
    limited: bool
    """Whether the limit of replications ended it before it was as sure as asked."""


def select_best(
    sample: Sample,
    candidates: int,
    *,
    method: Literal["kn", "ocba"] = "kn",
    indifference: float,
    alpha: float = 0.05,
    first: int = 10,
    most: int = 1000,
) -> Selection:
    """Find the candidate with the highest mean.

    Args:
        sample: where values come from.
        candidates: how many there are.
        method: `kn` or `ocba`.
        indifference: a lead smaller than this does not matter. KN is right with a chance of at least 1 - alpha when
            the best leads by this much, for normal values; OCBA counts a rival within it as equally good.
        alpha: accepted chance of a wrong choice.
        first: replications that every candidate gets.
        most: KN: replications of one candidate; OCBA: `most` times the candidates in all.

    Raises:
        ResultError: nothing to choose from, limits that leave no room, or values that are undefined.
    """
    if candidates < 1 or indifference <= 0 or not 2 <= first <= most or not 0 < alpha < 1:
        raise ResultError(
            "a selection needs a candidate, an indifference above 0, an alpha between 0 and 1, and at least "
            "2 first replications within the limit"
        )
    sample = _defined(sample)
    if candidates == 1:
        return Selection(0, (float(np.mean(sample(0, range(first)))),), (first,), (0,), 1.0, limited=False)
    chosen = _kn if method == "kn" else _ocba
    return chosen(sample, candidates, indifference=indifference, alpha=alpha, first=first, most=most)


def _defined(sample: Sample) -> Sample:
    """The same, refusing values that are not numbers."""

    def checked(candidate: int, replications: range) -> Floats:
        values = sample(candidate, replications)
        if len(values) != len(replications) or not np.isfinite(values).all():
            raise ResultError(f"candidate {candidate} has no value in some of replications {replications}")
        return values

    return checked


def _kn(sample: Sample, candidates: int, *, indifference: float, alpha: float, first: int, most: int) -> Selection:
    values = [list(sample(each, range(first))) for each in range(candidates)]
    reach = _reach(np.array(values), alpha)
    alive, r = list(range(candidates)), first
    while True:
        sums = np.array([sum(values[each]) for each in alive])
        slack = np.maximum(0.0, reach[np.ix_(alive, alive)] / (2 * indifference) - indifference * r / 2)
        stays = [bool(row.all()) for row in sums[:, None] >= sums[None, :] - slack]
        alive = [each for each, kept in zip(alive, stays, strict=True) if kept]
        if len(alive) == 1 or r >= most or r > _last(reach, alive, indifference):
            break
        for each in alive:
            values[each] += list(sample(each, range(r, r + 1)))
        r += 1
    limited = len(alive) > 1 and r <= _last(reach, alive, indifference)
    return _outcome(values, alive, nan if limited else 1 - alpha, limited=limited)


def _reach(first: Floats, alpha: float) -> Floats:
    """h squared times the variance of the difference of each pair, from the first replications.

    The error is shared among the rivals (Bonferroni), which holds for common random numbers too.
    """
    candidates, n = first.shape
    eta = ((2 * alpha / (candidates - 1)) ** (-2 / (n - 1)) - 1) / 2
    apart = first[:, None, :] - first[None, :, :]
    return np.asarray(2 * eta * (n - 1) * apart.var(axis=2, ddof=1))


def _last(reach: Floats, alive: list[int], indifference: float) -> int:
    """The replication after which the means of those left decide."""
    return floor(float(reach[np.ix_(alive, alive)].max()) / indifference**2)


def _ocba(sample: Sample, candidates: int, *, indifference: float, alpha: float, first: int, most: int) -> Selection:
    values = [list(sample(each, range(first))) for each in range(candidates)]
    left = candidates * (most - first)
    while (chance := chance_of_best(values, indifference)) < 1 - alpha and left > 0:
        wanted = allocation(values, sum(map(len, values)) + min(STEP, left))
        for each, count in enumerate(wanted):
            have = len(values[each])
            values[each] += list(sample(each, range(have, have + count)))
        left -= sum(wanted)
    means = [float(np.mean(each)) for each in values]
    alive = [place for place, mean in enumerate(means) if mean >= max(means) - indifference]
    return _outcome(values, alive, chance, limited=chance < 1 - alpha)


def _outcome(values: list[list[float]], alive: list[int], chance: float, *, limited: bool) -> Selection:
    means = tuple(float(np.mean(each)) for each in values)
    best = max(alive, key=lambda each: means[each])
    return Selection(best, means, tuple(map(len, values)), tuple(alive), chance, limited=limited)
