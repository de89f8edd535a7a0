"""Waiting times of which some are only known to be longer: the estimator of Kaplan and Meier (1958)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ROUNDING: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Survival:
    """How long things last, when watching some of them stopped before their end."""

    lengths: NDArray[np.integer[Any]]
    """How long each was watched."""
    ended: NDArray[np.bool_]
    """Whether it ended then; otherwise it would have lasted longer."""

    @cached_property
    def curve(self) -> tuple[Floats, Floats]:
        """Lengths at which something ended, and the share that lasts longer than each.

        What stops being watched at a length is taken to last longer than it.
        """
        ends, at_once = np.unique(self.lengths[self.ended], return_counts=True)
        watched = len(self.lengths) - np.searchsorted(np.sort(self.lengths), ends)
        return ends.astype(np.float64), np.cumprod(1 - at_once / watched)

    def quantile(self, share: float) -> float:
        """The shortest length within which `share` have ended; undefined while fewer have."""
        ends, last = self.curve
        reached = np.flatnonzero(last <= 1 - share + _ROUNDING)
        return float(ends[reached[0]]) if len(reached) else nan

    @property
    def mean(self) -> float:
        """Mean length, of which only what lies within the longest watched counts; undefined for nothing."""
        if not len(self.lengths):
            return nan
        ends, last = self.curve
        edges = np.concatenate(([0.0], ends, [float(self.lengths.max())]))
        return float(np.diff(edges) @ np.concatenate(([1.0], last)))
