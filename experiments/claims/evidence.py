"""From a finished study to the differences that a prediction speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
from scipy import stats

from experiments.analysis.intervals import Floats, Interval, holm, mean_interval, row_means
from experiments.analysis.results import Axis, Setting, StudyResults, axes_of
from experiments.claims.statement import Contrast, Prediction
from experiments.claims.verdict import Place
from experiments.factors import as_text
from sim.errors import ResultError

SURE = 0.05
"""Accepted chance that any sure sign of a prediction is wrong."""


@dataclass(frozen=True)
class Evidence:
    """The differences of one prediction."""

    axes: tuple[Axis, ...]
    """What varies, beyond what the prediction itself compares."""
    places: tuple[Place, ...]


def evidence_of(results: StudyResults, prediction: Prediction) -> Evidence:
    """The differences that decide about a prediction.

    Raises:
        ResultError: it speaks of a policy, measure, factor or level that the study does not have.
    """
    table = _differences(results, prediction)
    chosen = _confined(results, prediction)
    settings = [results.settings[place] for place in chosen]
    rows = table[chosen]
    if prediction.contrast:
        settings, rows = _contrasted(results, settings, rows, prediction.contrast)
    axes = tuple(axis for axis in axes_of(tuple(settings)) if len(axis.levels) > 1)
    return Evidence(axes, tuple(_places(settings, rows, axes)))


def _differences(results: StudyResults, prediction: Prediction) -> Floats:
    """(points, replications): the policy less the best of those it is held against."""
    ours = results.array(prediction.policy, prediction.measure)
    if not prediction.against:
        return ours
    theirs = np.stack([results.array(other, prediction.measure) for other in prediction.against])
    sign = -1.0 if prediction.sign == "-" else 1.0
    means = np.stack([row_means(table) for table in theirs]) * sign
    best = np.argmax(np.where(np.isnan(means), -np.inf, means), axis=0)
    table = ours - theirs[best, np.arange(len(best))]
    if prediction.per:
        scale = row_means(results.array((*prediction.against, prediction.policy)[0], prediction.per))
        table = table / np.where(scale == 0, np.nan, scale)[:, None]
    return np.asarray(table, dtype=np.float64)


def _confined(results: StudyResults, prediction: Prediction) -> list[int]:
    wanted = {
        results.axis(name).name: {_level(results, name, value) for value in values}
        for name, values in prediction.only.items()
    }
    return [
        place
        for place, setting in enumerate(results.settings)
        if all(as_text(setting.values[name]) in levels for name, levels in wanted.items())
    ]


def _level(results: StudyResults, factor: str, value: object) -> str:
    """A level of a factor as text.

    Raises:
        ResultError: the study has no such level.
    """
    axis, text = results.axis(factor), as_text(value)
    if text not in axis.levels:
        raise ResultError(f"'{text}' is no level of {axis.name}, which has {', '.join(axis.levels)}")
    return text


def _contrasted(
    results: StudyResults, settings: Sequence[Setting], rows: Floats, contrast: Contrast
) -> tuple[list[Setting], Floats]:
    """Settings without the factor, and by how much the difference is larger at the one level than at the other."""
    name = results.axis(contrast.factor).name
    sides: list[dict[str, int]] = []
    for value in (contrast.of, contrast.less):
        level = _level(results, name, value)
        found = [place for place, setting in enumerate(settings) if as_text(setting.values[name]) == level]
        sides.append({_rest(settings[place], name): place for place in found})
    pairs = [(sides[0][rest], sides[1][rest]) for rest in sides[0] if rest in sides[1]]
    kept = [Setting(number, _without(settings[here], name)) for number, (here, _) in enumerate(pairs)]
    ours, theirs = zip(*pairs, strict=True)
    return kept, rows[list(ours)] - rows[list(theirs)]


def _without(setting: Setting, name: str) -> dict[str, object]:
    return {key: value for key, value in setting.values.items() if key != name}


def _rest(setting: Setting, name: str) -> str:
    return repr(_without(setting, name))


def _places(settings: Sequence[Setting], rows: Floats, axes: Sequence[Axis]) -> list[Place]:
    """All settings; a sign is sure if it is so at all settings together (Holm)."""
    intervals = [mean_interval(row) for row in rows]
    adjusted = holm([_chance(row) for row in rows])
    return [
        Place(tuple(axis.place(setting) for axis in axes), _rounded(interval), sure=not isnan(p) and p <= SURE)
        for setting, interval, p in zip(settings, intervals, adjusted, strict=True)
    ]


def _chance(row: Floats) -> float:
    """The p-value of a mean against 0 (Student); 1 where all values are 0."""
    known = row[~np.isnan(row)]
    if len(known) < 2:
        return float("nan")
    spread = float(known.std(ddof=1)) / np.sqrt(len(known))
    if spread == 0:
        return 1.0 if known[0] == 0 else 0.0
    return float(2 * stats.t.sf(abs(float(known.mean())) / spread, len(known) - 1))


def _rounded(found: Interval) -> Interval:
    """To six digits, so that files stay the same on every computer."""
    return Interval(*(float(f"{value:.6g}") for value in (found.value, found.low, found.high)))
