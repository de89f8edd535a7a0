"""The members of the panel: how often each of them comes, and how patient they are for life."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario.memory import Panel
from sim.scenario.special import gamma_ppf, normal_ppf
from sim.tape.streams import Streams

Floats = NDArray[np.float64]

NOBODY = -1
"""In place of a member: a visitor whom nobody knows."""


@dataclass(frozen=True, eq=False)
class Members:
    """What differs from one member to the next."""

    reached: Floats
    """Visits of each and all before, as a multiple of the mean member's."""
    factors: Floats | None
    """Factor on the patience of each; `None` when all are alike."""

    def picked(self, u: Floats) -> NDArray[np.int32]:
        """Who comes, by uniforms: members in proportion to their rates."""
        numbers = np.searchsorted(self.reached[:-1], u * self.reached[-1], side="right")
        return np.asarray(numbers, np.int32)


def members_of(panel: Panel, streams: Streams) -> Members:
    """Draw the panel."""
    u = streams.claim("panel/rates").generator().random(panel.members)
    rates = gamma_ppf(panel.shape, u) / panel.shape
    if not rates.any():  # so uneven that all rates are below the smallest number
        rates[np.argmax(u)] = 1.0
    return Members(np.cumsum(rates), _factors(panel, streams))


def _factors(panel: Panel, streams: Streams) -> Floats | None:
    stream = streams.claim("panel/patience")
    if panel.patience_spread == 0:
        return None
    return np.exp(panel.patience_spread * normal_ppf(stream.generator().random(panel.members)))
