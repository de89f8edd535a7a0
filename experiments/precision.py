"""When a setting has been repeated often enough: intervals narrow enough, and for several replications in a row.

The decision depends on the replications so far, in their order, and on nothing else, so that whoever runs them comes
to the same end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, isnan
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, model_validator

from sim import Part, estimate, needed, parse_share

Floats = NDArray[np.float64]
Values = Mapping[tuple[str, str], Floats]
"""By policy and measure: one value per replication in its order; NaN where undefined and for failed runs."""

StoppedBy = Literal["plan", "precision", "limit"]
"""What ended the replications of a setting: their fixed number, precision reached, or the limit before it was."""


def _amount(value: Any) -> Any:
    """`1 %` of a measure that is a share is 0.01 of it."""
    return parse_share(value) if isinstance(value, str) else value


class Target(Part):
    """How precisely one measure is to be known."""

    half_width: Annotated[float, BeforeValidator(_amount), Field(strict=True, gt=0)] | None = None
    """Half the interval, in the unit of the measure."""
    relative: Annotated[float, BeforeValidator(parse_share), Field(gt=0)] | None = None
    """Half the interval as a share of the mean; for differences, of the baseline's mean."""
    of: Literal["difference", "mean"] = "difference"
    """What is to be precise: each policy's paired difference to the baseline, or each policy's own mean."""

    @model_validator(mode="after")
    def _either(self) -> Target:
        if (self.half_width is None) == (self.relative is None):
            raise ValueError("give `half_width` or `relative`, and not both")
        return self


class Precision(Part):
    """Replications until measures are known precisely enough."""

    measures: Annotated[dict[str, Target], Field(min_length=1)]
    """What is to be precise, by measure; all of them must be."""
    minimum: Annotated[int, Field(strict=True, ge=2, le=100_000)] = 10
    """Fewest replications whose precision is trusted."""
    limit: Annotated[int, Field(strict=True, ge=2, le=100_000)] = 1000
    """Most replications, precise or not."""
    look_ahead: Annotated[int, Field(strict=True, ge=0, le=100)] = 5
    """Further replications through which the precision must hold."""
    confidence: Annotated[float, BeforeValidator(parse_share), Field(ge=0.5, lt=1)] = 0.95
    """Confidence that all intervals of a setting hold together (Bonferroni)."""

    @model_validator(mode="after")
    def _in_order(self) -> Precision:
        if self.least > self.limit:
            raise ValueError(f"`limit` is below `minimum` and `look_ahead` together ({self.least})")
        return self

    @property
    def least(self) -> int:
        """Replications before the first decision."""
        return self.minimum + self.look_ahead


@dataclass(frozen=True)
class Look:
    """What the replications of a setting so far allow."""

    more: int
    """Replications to run before the next look; 0 when they are enough."""
    stopped_by: StoppedBy | None
    """Why they are enough; `None` while they are not."""


@dataclass(frozen=True, eq=False)
class _Interval:
    """One value that is to be precise."""

    values: Floats
    reference: Floats
    """What a relative half width is relative to."""
    target: Target

    def is_narrow(self, n: int, confidence: float) -> bool:
        """Whether the first `n` replications are precise enough."""
        half = estimate(self.values[:n], confidence=confidence).half_width
        return not isnan(half) and half <= self._wanted(n)

    def missing(self, confidence: float, most: int) -> int:
        """Replications still needed, going by the spread so far; at most `most`."""
        n, so_far = len(self.values), estimate(self.values)
        enough = needed(so_far.sd, half_width=self._wanted(n), confidence=confidence)
        return most if enough is None else min(most, max(0, ceil(enough * n / so_far.n) - n))

    def _wanted(self, n: int) -> float:
        if self.target.half_width is not None:
            return self.target.half_width
        return abs(estimate(self.reference[:n]).mean) * (self.target.relative or 0.0)


def look(precision: Precision, policies: Sequence[str], values: Values) -> Look:
    """Whether a setting has been repeated often enough, and how often to repeat it before looking again.

    All intervals must be narrow enough after the last replication and after each of the `look_ahead` before it. A
    value that no replication defines (promises kept by a policy that makes none) is left out. The interval of each
    measure and policy has its share of the risk, so that all hold together.

    Args:
        precision: what is wanted.
        policies: the baseline first.
        values: all wanted measures of all policies, equally long.
    """
    n = len(values[policies[0], next(iter(precision.measures))])
    if n < precision.least:
        return Look(precision.least - n, None)
    intervals = [each for each in _intervals(precision, policies, values) if not np.isnan(each.values).all()]
    each = 1 - (1 - precision.confidence) / max(1, intervals_of(precision, policies))
    held = range(n - precision.look_ahead, n + 1)
    if intervals and all(interval.is_narrow(k, each) for interval in intervals for k in held):
        return Look(0, "precision")
    if n >= precision.limit:
        return Look(0, "limit")
    most = min(n, precision.limit - n)
    missing = max((interval.missing(each, most) for interval in intervals), default=most)
    return Look(min(most, max(missing, precision.look_ahead, 1)), None)


def intervals_of(precision: Precision, policies: Sequence[str]) -> int:
    """How many intervals must hold together."""
    return sum(len(_judged(target, policies)) for target in precision.measures.values())


def _judged(target: Target, policies: Sequence[str]) -> Sequence[str]:
    return policies[1:] if target.of == "difference" else policies


def _intervals(precision: Precision, policies: Sequence[str], values: Values) -> Iterator[_Interval]:
    for measure, target in precision.measures.items():
        baseline = values[policies[0], measure]
        for policy in _judged(target, policies):
            own = values[policy, measure]
            is_difference = target.of == "difference"
            yield _Interval(own - baseline if is_difference else own, baseline if is_difference else own, target)
