"""Benchmark: how far a policy is from one that knows the future."""

from __future__ import annotations

from typing import Final

from sim.measures.entry import UNDEFINED, Measure
from sim.measures.scope import Scope


def _needs_the_others(_scope: Scope) -> float:
    """One run alone does not say what could have been had; whoever runs all policies on one tape fills this in."""
    return UNDEFINED


BENCHMARK: Final = (
    Measure(
        name="regret",
        title="Regret against the clairvoyant",
        unit="money",
        direction="down",
        definition="Total value that a policy knowing all arrivals (`when_short: oracle`) had on the same tape, less "
        "one's own; negative where foresight of arrivals did not pay, undefined where no such policy is in the run.",
        formula="max(total_value of the policies with when_short: oracle) - total_value",
        source="regret: Savage 1951",
        of=_needs_the_others,
    ),
)
