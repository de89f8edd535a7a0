"""Points of the unit cube: Latin hypercubes, Sobol points and Morris's trajectories, each from a seed alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float64]
_DESIGN = 0x64657369676E
"""Sets the chance of a design apart from that of the runs, which have the same seed."""


def next_power_of_two(number: int) -> int:
    """The least power of two that is not below a number."""
    return 1 << (number - 1).bit_length()


def _generator(seed: int) -> np.random.Generator:
    return np.random.default_rng([_DESIGN, seed])


def spread(rows: int, columns: int, *, seed: int, kind: Literal["latin", "sobol"]) -> Rows:
    """Points that fill the cube evenly, row by row; for `sobol`, rows are a power of two."""
    from scipy.stats import qmc  # noqa: PLC0415 - a grid needs no scipy

    if kind == "latin":
        return np.asarray(qmc.LatinHypercube(columns, seed=_generator(seed)).random(rows))
    return np.asarray(qmc.Sobol(columns, seed=_generator(seed)).random_base2(rows.bit_length() - 1))


Trajectory = Iterator[tuple[Rows, int | None]]
"""Where a trajectory is after each step, and which column the step changed."""


def trajectories(number: int, columns: int, *, levels: int, seed: int) -> Iterator[Trajectory]:
    """Walks on a grid of an even number of levels; each step moves one column by just over half of the way.

    From any of the levels there is exactly one such step, so that all levels are equally likely.
    """
    generator = _generator(seed)
    for _ in range(number):
        start = generator.integers(levels, size=columns)
        yield _walk(start, generator.permutation(columns), levels)


def _walk(start: NDArray[np.int64], order: NDArray[np.int64], levels: int) -> Trajectory:
    half, here = levels // 2, start.copy()
    yield here / (levels - 1), None
    for column in order:
        here[column] += half if here[column] < half else -half
        yield here / (levels - 1), int(column)
