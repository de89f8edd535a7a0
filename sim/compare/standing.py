"""Which policy is worth most, and from which others it cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

from sim.compare.difference import difference
from sim.compare.precision import estimate
from sim.compare.reasons import GOAL, Measured


@dataclass(frozen=True)
class Standing:
    """The policy with the highest mean total value, beside the others."""

    best: str
    beaten: tuple[str, ...]
    """Policies clearly below it; all of these claims hold together with the confidence of the comparison."""
    close: tuple[str, ...]
    """Policies that it cannot be told from."""
    equal: tuple[str, ...]
    """Policies with the same total value in every replication."""
    one_tape: bool
    """Whether there is a single replication, which says nothing about chance."""

    def __str__(self) -> str:
        if self.one_tape:
            return f"{self.best} has the highest total value in this one replication, which says nothing about chance."
        if not self.close:
            return f"{self.best} wins: its total value is clearly above that of {_all(self.beaten)}.{self._same}"
        clearly = f", though clearly above {_all(self.beaten)}" if self.beaten else ""
        return (
            f"No clear winner: {self.best} has the highest mean total value, but cannot be told from "
            f"{_all(self.close)}{clearly}.{self._same}"
        )

    @property
    def _same(self) -> str:
        return f" {_all(self.equal)} gave the same to the last cent." if self.equal else ""


def standing(results: Measured, policies: tuple[str, ...], *, confidence: float) -> Standing | None:
    """Who is ahead in total value; `None` where it was not measured or is the same for all.

    Args:
        results: of these policies.
        policies: at least two.
        confidence: of all claims together (Bonferroni).
    """
    if GOAL not in results.measures:
        return None
    arrays = {policy: results.array(policy, GOAL) for policy in policies}
    means = {policy: estimate(array).mean for policy, array in arrays.items()}
    if all(isnan(mean) for mean in means.values()):
        return None
    best = max(policies, key=lambda policy: -float("inf") if isnan(means[policy]) else means[policy])
    others = [policy for policy in policies if policy != best]
    found = {
        policy: difference(arrays[best], arrays[policy], comparisons=len(others), confidence=confidence)
        for policy in others
    }
    equal = tuple(policy for policy in others if found[policy].identical)
    beaten = tuple(policy for policy in others if found[policy].decided)
    close = tuple(policy for policy in others if policy not in equal + beaten)
    if not (beaten or close):
        return None
    return Standing(best, beaten, close, equal, one_tape=all(isnan(each.low) for each in found.values()))


def _all(names: tuple[str, ...]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
