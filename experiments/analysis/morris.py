"""Morris screening: elementary effects of factors along trajectories through the unit cube."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.analysis.intervals import CONFIDENCE, RESAMPLES, SEED, Floats, Interval, Places, as_table, bootstrap
from sim.errors import ResultError


@dataclass(frozen=True)
class Effect:
    """What moving one factor across its whole range does, if the effects seen along the way were to go on."""

    factor: str
    mu: Interval
    """Mean effect; effects of opposite sign cancel."""
    mu_star: Interval
    """Mean size of the effects: how much the factor matters."""
    sigma: float
    """Standard deviation of the effects: curvature and interplay with other factors."""


def elementary_effects(coordinates: Floats, outputs: Floats) -> Floats:
    """Effect of each factor in each trajectory, per unit of the cube.

    Args:
        coordinates: (trajectories x (factors + 1), factors), trajectory after trajectory; neighbours differ in
            one factor, and each factor moves once.
        outputs: one value for each point, or a row of replications.

    Returns: (trajectories, factors) and, for outputs in rows, a last axis of replications.

    Raises:
        ResultError: the points are no such trajectories.
    """
    factors = coordinates.shape[1]
    if len(coordinates) % (factors + 1) or len(coordinates) != len(outputs) or not len(coordinates):
        raise ResultError(f"{len(coordinates)} points are no trajectories of {factors + 1} points each")
    walks = coordinates.reshape(-1, factors + 1, factors)
    seen = outputs.reshape(len(walks), factors + 1, *outputs.shape[1:])
    steps = np.diff(walks, axis=1)
    moved = np.abs(steps) > 1e-12
    if not (moved.sum(axis=1) == 1).all() or not (moved.sum(axis=2) == 1).all():
        raise ResultError("in a Morris trajectory each step moves one factor, and each factor moves once")
    order = moved.argmax(axis=1)
    sizes = steps.sum(axis=2).reshape(steps.shape[:2] + (1,) * (outputs.ndim - 1))
    effects = np.diff(seen, axis=1) / sizes
    walk = np.arange(len(walks))[:, None]
    return np.asarray(effects[walk, order], dtype=np.float64)


def morris(
    names: Sequence[str],
    coordinates: Floats,
    outputs: Floats,
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[Effect, ...]:
    """Mean, mean size and spread of the elementary effects of each factor, in the order of `names`.

    Intervals come from drawing trajectories (and replications, where outputs have them) anew.

    Raises:
        ResultError: the points are no trajectories.
    """
    effects = elementary_effects(coordinates, as_table(outputs))
    trajectories, factors, replications = effects.shape

    def statistics(rows: Places, columns: Places) -> Floats:
        mean = effects[rows][:, :, columns].mean(axis=2)
        return np.concatenate([mean.mean(axis=0), np.abs(mean).mean(axis=0)])

    found = bootstrap(statistics, trajectories, replications, confidence=confidence, resamples=resamples, seed=seed)
    spread = effects.mean(axis=2).std(axis=0, ddof=1) if trajectories > 1 else np.full(factors, np.nan)
    return tuple(
        Effect(name, found[place], found[factors + place], float(spread[place])) for place, name in enumerate(names)
    )
