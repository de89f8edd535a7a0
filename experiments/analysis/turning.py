"""Assumptions that change the winner: factors that, turned alone, hand the first place to another policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from experiments.analysis.results import Axis, Setting, StudyResults
from experiments.analysis.winners import Winner

THIRDS: Final = 3


@dataclass(frozen=True)
class Turn:
    """What one factor does to the winner."""

    axis: Axis
    lines: int
    """Groups of points that differ in this factor alone; in a space-filling design none."""
    turned: int
    """Groups in which the best mean goes to different policies."""
    surely: int
    """Groups in which two policies win surely, each somewhere."""
    low: tuple[tuple[str, int], ...]
    """Sure wins by policy where the factor is at its lowest level or, without lines, in its lowest third."""
    high: tuple[tuple[str, int], ...]
    """Likewise at its highest."""


def turns(results: StudyResults, found: Sequence[Winner]) -> tuple[Turn, ...]:
    """What each factor does to the winner, those that change it most often first."""
    each = [_turn(results, axis, found) for axis in results.axes if len(axis.levels) > 1]
    return tuple(sorted(each, key=lambda turn: (-turn.surely, -turn.turned)))


def _turn(results: StudyResults, axis: Axis, found: Sequence[Winner]) -> Turn:
    lines = _lines(results.settings, axis)
    won = [{found[point].policy for point in line} for line in lines]
    sure = [{found[point].policy for point in line if found[point].sure} for line in lines]
    places = [axis.place(setting) for setting in results.settings]
    cut = (len(axis.levels) + THIRDS - 1) // THIRDS if not lines else 1
    return Turn(
        axis=axis,
        lines=len(lines),
        turned=sum(len(policies) > 1 for policies in won),
        surely=sum(len(policies) > 1 for policies in sure),
        low=_wins(results, [w for w, place in zip(found, places, strict=True) if place < cut]),
        high=_wins(results, [w for w, place in zip(found, places, strict=True) if place >= len(axis.levels) - cut]),
    )


def _lines(settings: Sequence[Setting], axis: Axis) -> list[list[int]]:
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, setting in enumerate(settings):
        groups[tuple(str(value) for name, value in setting.values.items() if name != axis.name)].append(place)
    return [line for line in groups.values() if len(line) > 1]


def _wins(results: StudyResults, found: Sequence[Winner]) -> tuple[tuple[str, int], ...]:
    counts = [(policy, sum(w.sure and w.policy == policy for w in found)) for policy in results.policies]
    return tuple((policy, count) for policy, count in counts if count)
