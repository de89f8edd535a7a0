"""Policies compared on the same tapes: what differs, by how much, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.compare.difference import difference
from sim.compare.reasons import GOAL, reasons
from sim.compare.standing import standing
from sim.compare.verdict import Finding, Verdict
from sim.errors import ResultError

HEADLINES: Final = (
    "total_value",
    "revenue",
    "fill_rate",
    "capture_rate",
    "lost_share",
    "promise_kept",
    "delivery_time",
)
"""What is compared unless asked otherwise."""

STORIES: Final = (
    "time_to_survive",
    "time_to_recover",
    "resilience_area",
    "freeze_days",
    "phantom_days",
    "oversell_rate",
    "ship_delay",
    "named_kept",
)
"""What is compared besides where it has something to tell: where it is defined and not 0 throughout."""


class Paired(Protocol):
    """Results of several policies on the same tapes."""

    @property
    def policies(self) -> tuple[str, ...]:
        """Their names; the first is the natural baseline."""

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures taken."""

    @property
    def replications(self) -> int:
        """How many tapes."""

    @property
    def currency(self) -> str:
        """Label for money."""

    def array(self, policy: str, measure: str) -> NDArray[np.float64]:
        """One value per replication, NaN where undefined; ResultError for names it does not know."""


def compare(
    results: Paired, *, baseline: str | None = None, on: Sequence[str] | None = None, confidence: float = 0.95
) -> Verdict:
    """Compare every policy with a baseline, replication by replication.

    Args:
        results: of at least two policies.
        baseline: the policy the others are compared with; the first when left out.
        on: names of measures; the headlines when left out.
        confidence: of the intervals. With several policies they are widened (Bonferroni), so that for each
            measure all of them hold together with this confidence.

    Raises:
        ResultError: fewer than two policies, no measures, or a name that the results do not know.
        ValueError: a confidence that is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence of {confidence} is not between 0 and 1")
    base = results.policies[0] if baseline is None else baseline
    others = [policy for policy in results.policies if policy != base]
    names = tuple(dict.fromkeys(_headlines(results) if on is None else on))
    theirs = {name: results.array(base, name) for name in names}
    if not others or not names:
        raise ResultError("a comparison needs two policies and at least one measure")
    why = (
        reason
        for policy in others
        for reason in reasons(results, policy, base, comparisons=len(others), confidence=confidence)
    )
    findings = (
        Finding(
            policy,
            name,
            difference(results.array(policy, name), theirs[name], comparisons=len(others), confidence=confidence),
        )
        for policy in others
        for name in names
    )
    return Verdict(
        baseline=base,
        findings=tuple(findings),
        replications=results.replications,
        currency=results.currency,
        confidence=confidence,
        comparisons=len(others),
        reasons=tuple(why) if GOAL in names else (),
        standing=standing(results, confidence=confidence) if GOAL in names else None,
    )


def _headlines(results: Paired) -> tuple[str, ...]:
    usual = tuple(name for name in HEADLINES if name in results.measures)
    return usual + tuple(name for name in STORIES if name in results.measures and _tells(results, name))


def _tells(results: Paired, name: str) -> bool:
    """Whether a measure is anything but undefined and 0 under some policy."""
    return any(np.nan_to_num(results.array(policy, name)).any() for policy in results.policies)
