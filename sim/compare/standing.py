"""Which policy is worth most, and from which others it cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan
from typing import Protocol

from sim.compare.difference import Difference, difference
from sim.compare.precision import estimate
from sim.compare.reasons import GOAL, Measured
from sim.compare.wording import apart, number, places_of
from sim.measures.measure import MEASURES


class Paired(Measured, Protocol):
    """The same, with what its policies and its money are called."""

    @property
    def policies(self) -> tuple[str, ...]:
        """At least two."""

    @property
    def currency(self) -> str:
        """Label for money."""


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
    second: str
    """The next best; the first of those that are not equal."""
    lead: Difference
    """What the best is worth more than the next best."""
    currency: str
    """Label for money."""
    confidence: float
    """Of all claims together."""

    def __str__(self) -> str:
        if self.one_tape:
            return f"{self.best} has the highest total value in this one replication, which says nothing about chance."
        return f"{self._unclear if self.close else self._clear}{self._same}"

    @property
    def _clear(self) -> str:
        others = [policy for policy in self.beaten if policy != self.second]
        too = f" It is clearly above {listed(others)} too." if others else ""
        following = ", the next best" if others else ""
        return (
            f"{self.best} wins: it earns {self._size} more total value than {self.second}{following} "
            f"({self._level} interval {apart(self.lead, MEASURES[GOAL])}).{too}"
        )

    @property
    def _unclear(self) -> str:
        clearly = f" It is clearly above {listed(self.beaten)}." if self.beaten else ""
        return (
            f"No clear winner: {self.best} has the highest mean total value, but cannot be told from "
            f"{listed(self.close)}; it is {self._size} above {self.second} ({self._level} interval "
            f"{apart(self.lead, MEASURES[GOAL])}).{clearly}"
        )

    @property
    def _size(self) -> str:
        return f"{number(self.lead.mean, places=places_of(self.lead, MEASURES[GOAL]))} {self.currency}"

    @property
    def _level(self) -> str:
        return f"{100 * self.confidence:g} %"

    @property
    def _same(self) -> str:
        return f" {listed(self.equal)} gave the same to the last cent." if self.equal else ""


def standing(results: Paired, *, confidence: float) -> Standing | None:
    """Who is ahead in total value; `None` where it was not measured or is the same for all.

    Args:
        results: of at least two policies.
        confidence: of all claims together (Bonferroni).
    """
    if GOAL not in results.measures:
        return None
    arrays = {policy: results.array(policy, GOAL) for policy in results.policies}
    means = {policy: estimate(array).mean for policy, array in arrays.items() if not isnan(estimate(array).mean)}
    if not means:
        return None
    best, *others = sorted(results.policies, key=lambda policy: -means.get(policy, -inf))
    found = {
        policy: difference(arrays[best], arrays[policy], comparisons=len(others), confidence=confidence)
        for policy in others
    }
    return _placed(best, found, results.currency, confidence)


def _placed(best: str, found: Mapping[str, Difference], currency: str, confidence: float) -> Standing | None:
    equal = tuple(policy for policy, lead in found.items() if lead.identical)
    beaten = tuple(policy for policy, lead in found.items() if lead.decided)
    close = tuple(policy for policy in found if policy not in equal + beaten)
    if not (beaten or close):
        return None
    second = next(policy for policy in found if policy not in equal)
    one_tape = all(isnan(lead.low) for lead in found.values())
    return Standing(best, beaten, close, equal, one_tape, second, found[second], currency, confidence)


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
