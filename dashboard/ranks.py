"""Who is best at each measure, and who cannot be told from the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from sim import GROUPS, MEASURES, Measure, Results, compare, estimate

Rank = Literal["best", "close", "beaten", "same", "none"]

RANKS: Final[Mapping[Rank, str]] = MappingProxyType(
    {
        "best": "best mean",
        "close": "cannot be told from the best",
        "beaten": "clearly worse than the best",
        "same": "same under all, or neither way is better",
        "none": "not defined",
    }
)
"""Every rank in words."""


@dataclass(frozen=True)
class Dot:
    """One policy at one measure."""

    policy: str
    measure: str
    mean: float
    half_width: float
    """Half the 95 % interval of the mean."""
    low: float
    """5 % of the replications are below."""
    high: float
    """5 % are above."""
    rank: Rank


def subjects(results: Results) -> tuple[str, ...]:
    """The groups of the registry that hold a measure with something to show."""
    return tuple(group for group in GROUPS if telling(results, group=group))


def telling(results: Results, *, group: str = "", search: str = "") -> tuple[str, ...]:
    """The measures with something to show: defined, and not 0 throughout.

    Args:
        results: to look through.
        group: only those of this subject; of all when left out.
        search: only those that have all of these words in their name, title or definition.
    """
    entries = GROUPS[group] if group else MEASURES.values()
    there = set(results.measures)
    words = search.lower().split()
    return tuple(
        entry.name for entry in entries if entry.name in there and _has(entry, words) and _moves(results, entry.name)
    )


def _has(entry: Measure, words: Sequence[str]) -> bool:
    text = f"{entry.name} {entry.title} {entry.definition}".lower()
    return all(word in text for word in words)


def _moves(results: Results, name: str) -> bool:
    return any(np.nan_to_num(results.array(policy, name)).any() for policy in results.policies)


def dots(results: Results, names: Sequence[str]) -> dict[str, tuple[Dot, ...]]:
    """Every policy at some measures, with its rank."""
    ranks = _ranks(results, names)
    return {name: tuple(_dot(results, policy, name, ranks) for policy in results.policies) for name in names}


def _dot(results: Results, policy: str, name: str, ranks: Mapping[tuple[str, str], Rank]) -> Dot:
    values = results.array(policy, name)
    found, known = estimate(values), values[~np.isnan(values)]
    low, high = np.quantile(known, (0.05, 0.95)).tolist() if len(known) else (nan, nan)
    rank = ranks.get((policy, name), "same") if len(known) else "none"
    return Dot(policy, name, found.mean, found.half_width, low, high, rank)


def _ranks(results: Results, names: Sequence[str]) -> dict[tuple[str, str], Rank]:
    """By policy and measure; measures that no direction is better of have none."""
    by_best: dict[str, list[str]] = {}
    for name in names:
        best = _best(results, name)
        if best and len(results.policies) > 1:
            by_best.setdefault(best, []).append(name)
    found: dict[tuple[str, str], Rank] = {}
    for best, theirs in by_best.items():
        found |= _beside(results, best, theirs)
    return found


def _best(results: Results, name: str) -> str:
    """The policy with the best mean; empty where no way is better, nothing is defined or all are the same."""
    sign = {"up": 1.0, "down": -1.0, "neither": 0.0}[MEASURES[name].direction]
    means = {policy: sign * estimate(results.array(policy, name)).mean for policy in results.policies}
    known = {policy: mean for policy, mean in means.items() if not isnan(mean)}
    return max(known, key=lambda policy: known[policy]) if sign and len(set(known.values())) > 1 else ""


def _beside(results: Results, best: str, names: Sequence[str]) -> dict[tuple[str, str], Rank]:
    """Ranks at the measures that one policy is best at; its lead over the others holds for all of them together."""
    verdict = compare(results, baseline=best, on=names)
    found: dict[tuple[str, str], Rank] = {(best, name): "best" for name in names}
    for each in verdict.findings:
        found[each.policy, each.measure] = "beaten" if each.difference.decided else "close"
    return found
