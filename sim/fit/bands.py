"""Does a fitted law describe the offers? Expected against observed acceptances, in bands of neighbouring waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, xlogy

from sim.fit.curves import Answers, Exponential, Lognormal
from sim.fit.estimate import short

_ENOUGH: Final = 5.0
"""Acceptances and refusals a band must expect, for its deviance to follow the chi-square law."""
_MOST_BANDS: Final = 12


@dataclass(frozen=True, slots=True)
class Band:
    """Offers of neighbouring waits."""

    low: float
    """Shortest wait, in days."""
    high: float
    """Longest wait, in days."""
    shown: int
    accepted: int
    lognormal: float
    """Acceptances the fitted lognormal expects."""
    exponential: float
    """Acceptances the fitted constant loss per day expects."""

    @property
    def waits(self) -> str:
        """The waits in words."""
        return f"{short(self.low)} d" if self.low == self.high else f"{short(self.low)} to {short(self.high)} d"


@dataclass(frozen=True, slots=True)
class Goodness:
    """How far the observed acceptances are from those of the law that the offers prefer."""

    deviance: float
    freedom: int
    """Bands less fitted parameters; 0 leaves nothing to judge by."""
    chance: float
    """Chance of so great a deviance if the law were true; NaN where there is nothing to judge by."""


def in_bands(answers: Answers, lognormal: Lognormal, exponential: Exponential) -> tuple[Band, ...]:
    """Waits in order, neighbours joined until a band expects enough acceptances and enough refusals."""
    shown = answers.yes + answers.no
    stated, seen = lognormal.accepts(answers.hi) * shown, exponential.accepts(answers.hi) * shown
    ends = _ends(stated, shown)
    return tuple(
        Band(
            low=float(answers.hi[start]),
            high=float(answers.hi[end - 1]),
            shown=int(shown[start:end].sum()),
            accepted=int(answers.yes[start:end].sum()),
            lognormal=float(stated[start:end].sum()),
            exponential=float(seen[start:end].sum()),
        )
        for start, end in zip([0, *ends], ends, strict=False)
    )


def goodness(bands: Sequence[Band], *, expected: Sequence[float], parameters: int) -> Goodness:
    """The deviance over the bands."""
    shown, yes = (np.array([getattr(band, name) for band in bands], float) for name in ("shown", "accepted"))
    hoped = np.array(expected)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = xlogy(yes, yes / hoped) + xlogy(shown - yes, (shown - yes) / (shown - hoped))
    deviance = float(2 * np.sum(parts))
    freedom = max(len(bands) - parameters, 0)
    return Goodness(deviance, freedom, float(chdtrc(freedom, deviance)) if freedom else float("nan"))


def _ends(expected: NDArray[np.float64], shown: NDArray[np.float64]) -> list[int]:
    """Where the bands end; what is left over at the end joins the last one."""
    share = float(shown.sum()) / _MOST_BANDS
    ends, yes, seen = [], 0.0, 0.0
    for place, (hope, number) in enumerate(zip(expected.tolist(), shown.tolist(), strict=True), 1):
        yes, seen = yes + hope, seen + number
        if min(yes, seen - yes) >= _ENOUGH and (seen >= share or len(shown) <= _MOST_BANDS):
            ends.append(place)
            yes = seen = 0.0
    return [*ends[:-1], len(shown)]
