"""Service-cost frontier: the candidates that no other beats in both of two measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.analysis.intervals import CONFIDENCE, Floats, Interval, draws, mean_interval


@dataclass(frozen=True)
class Candidate:
    """One choice, seen in two measures of which more is better."""

    name: str
    service: Interval
    value: Interval
    efficient: bool
    """Whether no other candidate is at least as good in both and better in one."""
    chance: float
    """Share of resampled means in which that holds."""
    beaten_by: str
    """The best of those that beat it; empty when efficient."""


def frontier(
    names: Sequence[str], service: Floats, value: Floats, *, confidence: float = CONFIDENCE
) -> tuple[Candidate, ...]:
    """All candidates, by rising service.

    Args:
        names: of the candidates.
        service: (candidates, replications), more is better; replications are common to all.
        value: likewise.
        confidence: of the intervals.
    """
    means = np.stack([np.nanmean(service, axis=1), np.nanmean(value, axis=1)], axis=1)
    beats = dominance(means)
    chances = np.mean([~dominance(_means(service, value, c)).any(axis=0) for c in draws(service.shape[1])], axis=0)
    found = [
        Candidate(
            name=name,
            service=mean_interval(service[place], confidence=confidence),
            value=mean_interval(value[place], confidence=confidence),
            efficient=not beats[:, place].any(),
            chance=float(chances[place]),
            beaten_by=_best_of(names, means, beats[:, place]),
        )
        for place, name in enumerate(names)
    ]
    return tuple(sorted(found, key=lambda each: (each.service.value, each.value.value)))


def dominance(means: Floats) -> NDArray[np.bool_]:
    """Who beats whom: entry (i, j) says that i is at least as good as j in both measures, and better in one."""
    mine, theirs = means[:, None, :], means[None, :, :]
    return np.asarray((mine >= theirs).all(axis=2) & (mine > theirs).any(axis=2))


def _means(service: Floats, value: Floats, columns: NDArray[np.intp]) -> Floats:
    return np.stack([np.nanmean(each[:, columns], axis=1) for each in (service, value)], axis=1)


def _best_of(names: Sequence[str], means: Floats, beaten: NDArray[np.bool_]) -> str:
    if not beaten.any():
        return ""
    return names[int(np.argmax(np.where(beaten, means[:, 1], -np.inf)))]
