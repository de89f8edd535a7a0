"""Where a prediction holds, in the plane of the two factors that tell most: how many settings of each cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from experiments.claims.evidence import Evidence
from experiments.claims.statement import Prediction
from experiments.claims.verdict import Place, standing


def matrix(prediction: Prediction, evidence: Evidence) -> list[list[str]]:
    """Rows of cells, a header first; empty where fewer than two factors vary."""
    held = [_holds(prediction, place) for place in evidence.places]
    order = sorted(range(len(evidence.axes)), key=lambda axis: -_spread(evidence.places, held, axis))
    if len(order) < 2:
        return []
    across, down = order[:2]
    x, y = evidence.axes[across], evidence.axes[down]
    header = [f"{y.short} \\ {x.short}", *(x.label(level) for level in range(len(x.levels)))]
    rows = [
        [y.label(level), *(_cell(evidence.places, held, {across: each, down: level}) for each in range(len(x.levels)))]
        for level in range(len(y.levels))
    ]
    return [header, *rows]


def _holds(prediction: Prediction, place: Place) -> bool:
    return standing(place, prediction.sign, prediction.band or 0) in ("surely", "leans")


def _chosen(places: Sequence[Place], held: Sequence[bool], at: dict[int, int]) -> Iterator[bool]:
    for place, each in zip(places, held, strict=True):
        if place.difference.defined and all(place.levels[axis] == level for axis, level in at.items()):
            yield each


def _spread(places: Sequence[Place], held: Sequence[bool], axis: int) -> float:
    """How much the share of settings at which it holds differs between the levels of an axis."""
    shares = []
    for level in {place.levels[axis] for place in places}:
        chosen = list(_chosen(places, held, {axis: level}))
        shares.append(sum(chosen) / len(chosen) if chosen else 0.0)
    return max(shares) - min(shares)


def _cell(places: Sequence[Place], held: Sequence[bool], at: dict[int, int]) -> str:
    chosen = list(_chosen(places, held, at))
    return f"{sum(chosen)} of {len(chosen)}"
