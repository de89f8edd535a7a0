"""The top of a smooth function between bounds, and the covariance its curvature gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
Height = Callable[[Floats], tuple[float, Floats]]
"""The function and its slopes at a point."""

_STEP: Final = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Top:
    """Where a log-likelihood is highest."""

    at: Floats
    height: float
    covariance: Floats
    """Of the coordinates inside their bounds; 0 for those held at a bound, NaN where the top is flat."""
    held: NDArray[np.bool_]
    """Which coordinates ended at a bound."""


def climb(function: Height, *, starts: Sequence[Sequence[float]], bounds: Sequence[tuple[float, float]]) -> Top:
    """The highest top reached from any of the starts."""

    def down(at: Floats) -> tuple[float, Floats]:
        height, slope = function(at)
        return -height / scale, -slope / scale

    scale = max(abs(function(np.array(starts[0], float))[0]), 1.0)
    runs = [
        minimize(
            down,
            np.array(start, float),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-9},
        )
        for start in starts
    ]
    best = min(runs, key=lambda run: float(run.fun))
    low, high = np.array(bounds).T
    held = np.asarray((best.x - low < 1e-3) | (high - best.x < 1e-3))
    return Top(best.x, -float(best.fun) * scale, _covariance(function, best.x, held), held)


def _covariance(function: Height, at: Floats, held: NDArray[np.bool_]) -> Floats:
    free = np.flatnonzero(~held)
    steps = np.eye(len(at))[free] * _STEP
    bend = np.array([(function(at + step)[1] - function(at - step)[1])[free] for step in steps]) / (2 * _STEP)
    full = np.zeros((len(at), len(at)))
    full[np.ix_(free, free)] = _inverse(-0.5 * (bend + bend.T))
    return full


def _inverse(information: Floats) -> Floats:
    """NaN if the curvature is not that of a top."""
    if not len(information) or np.linalg.eigvalsh(information)[0] <= 1e-9:
        return np.full_like(information, np.nan)
    return np.asarray(np.linalg.inv(information), np.float64)
