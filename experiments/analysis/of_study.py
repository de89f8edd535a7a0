"""From a study's results to the analysis that its design allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from experiments.analysis.frontier import Candidate, frontier
from experiments.analysis.intervals import Floats
from experiments.analysis.morris import Effect, morris
from experiments.analysis.regions import RegionMap, region_map
from experiments.analysis.regression import Coefficients, rank_regression
from experiments.analysis.results import Axis, StudyResults
from experiments.analysis.sobol import Design, Index, sobol
from experiments.analysis.tornado import Bar, tornado
from experiments.analysis.winners import is_grid
from sim import MEASURES
from sim.errors import ResultError

Kind = Literal["grid", "oat", "morris", "sobol", "scattered"]
_KINDS: Final[Mapping[str, Kind]] = MappingProxyType({"centre": "oat", "trajectory": "morris", "AB": "sobol"})
"""By a role that occurs in one design only."""

LEVERS: Final = ("levers", "policies")
"""Where paths of decisions begin; all others are of the world."""


def kind_of(results: StudyResults) -> Kind:
    """What its points are laid out for."""
    roles = {setting.role.split(":")[0] for setting in results.settings}
    for role, kind in _KINDS.items():
        if role in roles:
            return kind
    return "grid" if is_grid(results) else "scattered"


def common(table: Floats) -> Floats:
    """(points, replications): the replications in which all points have a value.

    Raises:
        ResultError: there are none.
    """
    whole = ~np.isnan(table).any(axis=0)
    if not whole.any():
        raise ResultError("there is no replication in which this is defined at every point")
    return table[:, whole]


def _gain(results: StudyResults, policy: str, measure: str | None) -> Floats:
    return common(results.gain(policy, measure or results.headline))


def _coordinates(results: StudyResults) -> Floats:
    """(points, factors): places in the unit cube; for designs that do not live there, values or their numbers."""
    if all(setting.coordinates for setting in results.settings):
        return np.array([setting.coordinates for setting in results.settings])
    return np.array([[_size(axis, axis.place(s)) for axis in results.axes] for s in results.settings])


def _size(axis: Axis, place: int) -> float:
    return axis.sizes[place] if axis.numeric else float(place)


def tornado_of(results: StudyResults, policy: str, *, measure: str | None = None) -> tuple[Bar, ...]:
    """How far each factor moves the gain of a policy over the baseline.

    In a one-at-a-time design the others stay at the centre; in a grid their values are averaged over.

    Raises:
        ResultError: the design is another, or the gain is undefined.
    """
    kind, gain = kind_of(results), _gain(results, policy, measure)
    if kind == "oat":
        return tornado({axis.name: _beside_centre(results, axis, gain) for axis in results.axes})
    if kind == "grid":
        return tornado({axis.name: _averaged(results, axis, gain) for axis in results.axes})
    raise ResultError(f"a tornado needs a grid or a design of one factor at a time; this one is {kind}")


def _beside_centre(results: StudyResults, axis: Axis, gain: Floats) -> dict[str, Floats]:
    mine = (
        (axis.levels[axis.place(setting)], gain[place])
        for place, setting in enumerate(results.settings)
        if setting.role == "centre" or setting.role.partition(":")[2] == axis.name
    )
    return dict(mine)


def _averaged(results: StudyResults, axis: Axis, gain: Floats) -> dict[str, Floats]:
    places = np.array([axis.place(setting) for setting in results.settings])
    return {level: gain[places == place].mean(axis=0) for place, level in enumerate(axis.levels)}


def morris_of(results: StudyResults, policy: str, *, measure: str | None = None) -> tuple[Effect, ...]:
    """Elementary effects of the factors on the gain of a policy over the baseline.

    Raises:
        ResultError: the design has no trajectories, or the gain is undefined.
    """
    if kind_of(results) != "morris":
        raise ResultError("elementary effects need the design `morris`")
    return morris([axis.name for axis in results.axes], _coordinates(results), _gain(results, policy, measure))


def sobol_of(results: StudyResults, policy: str, *, measure: str | None = None) -> tuple[Index, ...]:
    """Sobol indices of the gain of a policy over the baseline.

    Raises:
        ResultError: the design has no matrices, or the gain is undefined.
    """
    if kind_of(results) != "sobol":
        raise ResultError("Sobol indices need the design `sobol`")
    gain, names = _gain(results, policy, measure), [axis.name for axis in results.axes]
    places = {setting.role: place for place, setting in enumerate(results.settings)}
    rows = range(sum(role.startswith("A:") for role in places))
    a, b = (gain[[places[f"{matrix}:{row}"] for row in rows]] for matrix in "AB")
    ab = np.stack([gain[[places[f"AB:{row}:{name}"] for row in rows]] for name in names])
    return sobol(names, Design(a, b, ab))


def regression_of(results: StudyResults, policy: str, *, measure: str | None = None) -> Coefficients:
    """Rank regression of the gain of a policy over the baseline on the factors.

    Raises:
        ResultError: too few points, a factor without an order, or an undefined gain.
    """
    unordered = [axis.short for axis in results.axes if not axis.numeric and len(axis.levels) > 2]
    if unordered:
        raise ResultError(f"a regression needs values with an order; {', '.join(unordered)} has none")
    return rank_regression([axis.name for axis in results.axes], _coordinates(results), _gain(results, policy, measure))


@dataclass(frozen=True, eq=False)
class Region:
    """A region map of a policy against another, and its axes."""

    policy: str
    over: str
    x: Axis
    y: Axis
    map: RegionMap


def region_of(
    results: StudyResults, policy: str, x: str, y: str, *, over: str | None = None, measure: str | None = None
) -> Region:
    """Where in the plane of two factors a policy beats another, the baseline when left out; other factors averaged.

    Raises:
        ResultError: the points are no complete grid, or a factor has values without size.
    """
    across, up = results.axis(x), results.axis(y)
    if kind_of(results) != "grid" or not (across.numeric and up.numeric) or across == up:
        raise ResultError("a region map needs a grid of two different factors whose values have sizes")
    table = results.gain(policy, measure or results.headline, over=over)
    places = {axis: np.array([axis.place(setting) for setting in results.settings]) for axis in (across, up)}
    cells = np.array(
        [
            [table[(places[across] == i) & (places[up] == j)].mean(axis=0) for j in range(len(up.levels))]
            for i in range(len(across.levels))
        ]
    )
    found = region_map(np.array(across.sizes), np.array(up.sizes), cells)
    return Region(policy, over or results.baseline, across, up, found)


def planes(results: StudyResults) -> list[tuple[str, str]]:
    """Pairs of factors for which there is a region map, the most varied first: x has at least as many values as y."""
    numeric = [axis for axis in results.axes if axis.numeric and len(axis.levels) > 1]
    if kind_of(results) != "grid" or len(numeric) < 2:
        return []
    ranked = sorted(numeric, key=lambda axis: -len(axis.levels))
    return [(a.name, b.name) for a, b in product(ranked, ranked) if ranked.index(a) < ranked.index(b)]


def strongest(results: StudyResults, gain: Floats) -> tuple[Axis, Axis] | None:
    """The two factors whose values go most with a gain by rank; `None` when fewer have sizes."""
    from scipy.stats import rankdata  # noqa: PLC0415 - only this needs scipy's statistics

    numeric = [axis for axis in results.axes if axis.numeric and len(axis.levels) > 1]
    if len(numeric) < 2:
        return None
    ranks = rankdata(np.nanmean(gain, axis=1))
    sizes = {axis: np.array([axis.sizes[axis.place(setting)] for setting in results.settings]) for axis in numeric}
    ties = {axis: abs(float(np.cov(rankdata(sizes[axis]), ranks)[0, 1])) for axis in numeric}
    first, second = sorted(numeric, key=lambda axis: -ties[axis])[:2]
    return first, second


def frontier_of(results: StudyResults, service: str, *, value: str | None = None) -> tuple[Candidate, ...]:
    """Which policies, with which values of the levers that the study varies, no other beats in service and in value.

    What the study varies of the world is averaged over, so that candidates face the same worlds.

    Raises:
        ResultError: a measure was not kept, or is undefined for one of the candidates.
    """
    levers = [axis for axis in results.axes if axis.name.split(".")[0] in LEVERS]
    groups: dict[str, list[int]] = {}
    for place, setting in enumerate(results.settings):
        chosen = ", ".join(f"{axis.short} = {axis.levels[axis.place(setting)]}" for axis in levers)
        groups.setdefault(chosen, []).append(place)
    pairs = [(policy, chosen) for policy in results.policies for chosen in groups]
    tables = [_candidates(results, measure, pairs, groups) for measure in (service, value or results.headline)]
    names = [f"{policy}, {chosen}" if chosen else policy for policy, chosen in pairs]
    return frontier(names, *tables)


def _candidates(
    results: StudyResults, measure: str, pairs: Sequence[tuple[str, str]], groups: dict[str, list[int]]
) -> Floats:
    """(candidates, replications), more being better."""
    sign = -1.0 if MEASURES[measure].direction == "down" else 1.0
    tables = {policy: sign * results.array(policy, measure) for policy in results.policies}
    return common(np.stack([tables[policy][groups[chosen]].mean(axis=0) for policy, chosen in pairs]))
