"""Who wins at each point of a study, how sure that is, and what decides it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import isnan, nan, prod
from typing import Final, Literal

import numpy as np

from experiments.analysis.intervals import Floats, Interval, Places, bootstrap, holm, row_means
from experiments.analysis.results import Axis, PointView, StudyResults
from sim import MEASURES, compare

ALPHA: Final = 0.05
"""Accepted chance that any of all verdicts of a study is wrong."""

MOST_CUTS: Final = 200
"""Places along a factor at which a split is tried."""

Outcome = Literal["better", "worse", "open"]


@dataclass(frozen=True)
class Winner:
    """The best policy at one point."""

    point: int
    policy: str
    """With the best mean; empty where no policy has one."""
    sure: bool
    """Whether it beats each other policy even when the verdicts at all points are to hold together (Holm)."""
    comparable: bool = True
    """Whether all policies have values to compare."""


def winners(results: StudyResults, *, measure: str | None = None) -> tuple[Winner, ...]:
    """The best policy at each point of a study."""
    name = measure or results.headline
    found = [_best(view, name) for view in results.views(name)]
    adjusted = holm([p for _, p in found])
    return tuple(
        Winner(place, policy, sure=not isnan(p) and p <= ALPHA, comparable=not isnan(p))
        for place, ((policy, _), p) in enumerate(zip(found, adjusted, strict=True))
    )


def _best(view: PointView, measure: str) -> tuple[str, float]:
    """The policy with the best mean, and the largest p-value of it against any other."""
    sign = -1.0 if MEASURES[measure].direction == "down" else 1.0
    means = {policy: _mean(view, policy, measure) * sign for policy in view.policies}
    known = [policy for policy, mean in means.items() if not isnan(mean)]
    if not known or len(view.policies) < 2:
        return (known[0] if known else ""), nan
    best = max(known, key=lambda policy: means[policy])
    found = compare(view, baseline=best, on=[measure]).findings
    # `compare` widens for the rivals of one policy; that the data chose this one takes all pairs.
    if any(finding.difference.pairs < 2 for finding in found):
        return best, nan
    return best, min(1.0, max(finding.difference.p_value for finding in found) * len(view.policies) / 2)


def _mean(view: PointView, policy: str, measure: str) -> float:
    values = view.array(policy, measure)
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else nan


def outcomes(results: StudyResults, policy: str, *, measure: str | None = None) -> tuple[Outcome, ...]:
    """At each point: whether a policy is better than the baseline, all policies and points held together (Holm)."""
    name = measure or results.headline
    others = [other for other in results.policies if other != results.baseline]
    views = results.views(name)
    found = [
        compare(replace(view, policies=(results.baseline, other)), on=[name]).finding(other, name).difference
        for other in others
        for view in views
    ]
    adjusted = holm([each.p_value for each in found])
    first = others.index(policy) * len(results.settings)
    above: Outcome = "worse" if MEASURES[name].direction == "down" else "better"
    below: Outcome = "better" if above == "worse" else "worse"
    return tuple(
        "open" if isnan(adjusted[place]) or adjusted[place] > ALPHA else above if found[place].mean > 0 else below
        for place in range(first, first + len(results.settings))
    )


def regrets(results: StudyResults, *, measure: str | None = None) -> dict[str, Floats]:
    """By policy and point: how much better the best policy's mean is there; NaN where one has no mean."""
    name = measure or results.headline
    gains = {policy: results.gain(policy, name) for policy in results.policies}
    means = {policy: row_means(gain) for policy, gain in gains.items()}
    best = np.max(np.stack(list(means.values())), axis=0)
    return {policy: best - mean for policy, mean in means.items()}


def bad_tenths(results: StudyResults, policy: str, *, measure: str | None = None) -> Floats:
    """By point: the value that one replication in ten falls short of; NaN where none has a value.

    The 10th percentile, or the 90th of measures that are better when low.
    """
    name = measure or results.headline
    values = results.array(policy, name)
    known = ~np.isnan(values).all(axis=1)
    found = np.full(len(values), nan)
    found[known] = np.nanpercentile(values[known], bad_end(name), axis=1)
    return found


def bad_end(measure: str) -> int:
    """The percentile beyond which the worst tenth of the values lies."""
    return 90 if MEASURES[measure].direction == "down" else 10


def share_ahead(results: StudyResults, policy: str, *, measure: str | None = None) -> Interval:
    """Share of the settings at which the mean of a policy is better than the baseline's.

    Its interval comes from drawing replications anew and, where the settings are a sample of a space, settings too.
    """
    gain = results.gain(policy, measure or results.headline)
    gain = gain[~np.isnan(gain).all(axis=1)]
    if not len(gain):
        return Interval(nan, nan, nan)
    is_sample = not is_grid(results) and all(setting.role != "centre" for setting in results.settings)

    def statistic(rows: Places, columns: Places) -> Floats:
        drawn = gain[rows if is_sample else slice(None)][:, columns]
        sums = np.where(np.isnan(drawn), 0.0, drawn).sum(axis=1)
        return np.array([np.mean(sums > 0)])

    return bootstrap(statistic, *gain.shape)[0]


def is_grid(results: StudyResults) -> bool:
    """Whether its settings are all combinations of the levels."""
    return prod(len(axis.levels) for axis in results.axes) == len(results.settings)


@dataclass(frozen=True)
class Split:
    """The one factor that best tells where something holds from where it does not."""

    axis: Axis
    text: str
    """As `supplier_down.lasts 42 d or less`."""
    right: int
    """Points at which it tells rightly."""
    of: int

    @property
    def share(self) -> float:
        """Share of the points at which it tells rightly."""
        return self.right / self.of


def split(results: StudyResults, holds: Sequence[bool | None]) -> Split | None:
    """The factor and levels that best describe where something holds; `None` where it holds everywhere or nowhere.

    Args:
        results: of a study.
        holds: by point; `None` for points to leave out.
    """
    if len({each for each in holds if each is not None}) < 2:
        return None
    found = [each for axis in results.axes for each in _splits(results, axis, holds)]
    return max(found, key=lambda each: each.right) if found else None


def _splits(results: StudyResults, axis: Axis, holds: Sequence[bool | None]) -> list[Split]:
    known = [(axis.place(s), held) for s, held in zip(results.settings, holds, strict=True) if held is not None]
    if not axis.numeric:
        return [_of_levels(axis, known)]
    places, held = np.array([place for place, _ in known]), np.array([held for _, held in known])
    spread = np.linspace(0, len(axis.levels) - 2, MOST_CUTS) if len(axis.levels) > 1 else np.empty(0)
    cuts = [(last, is_low) for is_low in (True, False) for last in sorted({int(each) for each in spread})]
    right = [int((((places <= last) == is_low) == held).sum()) for last, is_low in cuts]
    return [_of_side(axis, last, is_low, count, len(known)) for (last, is_low), count in zip(cuts, right, strict=True)]


def _of_side(axis: Axis, last: int, is_low: bool, right: int, many: int) -> Split:
    level = last if is_low else last + 1
    beyond = "" if level in (0, len(axis.levels) - 1) else " or less" if is_low else " or more"
    return Split(axis, f"{axis.short} {axis.label(level)}{beyond}", right, many)


def _of_levels(axis: Axis, pairs: Sequence[tuple[int, bool]]) -> Split:
    """Of a factor without sizes: the levels at which it holds more often than not."""
    by_level = {
        place: [held for _, held in group]
        for place, group in groupby(sorted(pairs, key=lambda pair: pair[0]), key=lambda pair: pair[0])
    }
    chosen = [place for place, held in by_level.items() if sum(held) * 2 > len(held)]
    right = sum(sum(held) if place in chosen else len(held) - sum(held) for place, held in by_level.items())
    names = " or ".join(axis.levels[place] for place in chosen)
    return Split(axis, f"{axis.short} {names}", right, len(pairs))
