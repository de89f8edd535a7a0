"""Why one policy is worth more than another: the lines of the account that make up the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.compare.difference import Difference, difference
from sim.measures.profit_lines import LINES

GOAL: Final = "total_value"
"""The measure that is explained."""

_GOODS: Final = ("gross_sales", "voucher_cost", "sent_back_refunds", "cost_of_goods", "sent_back_salvage")
"""Lines that say little one by one: who sells more buys more."""

EFFECTS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "gross_margin": 1,
        **{name: -1 for name in LINES if name not in _GOODS},
        "capital_charge": -1,
        "customer_equity": 1,
        "reputation_equity": 1,
    }
)
"""By line of the account, sales and what was sold as one: whether it adds to total value or takes from it. Their sum is
total value."""

_MOST: Final = 3
"""Lines that are named."""


class Measured(Protocol):
    """Results of several policies on the same tapes."""

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures taken."""

    def array(self, policy: str, measure: str) -> NDArray[np.float64]:
        """One value per replication."""


@dataclass(frozen=True)
class Reason:
    """What one line of the account does to the difference in total value between a policy and the baseline."""

    policy: str
    measure: str
    """The line; empty for all lines that are not named, together."""
    effect: Difference
    """Of total value through this line: a cost that falls has a positive one."""


def reasons(
    results: Measured, policy: str, baseline: str, *, comparisons: int, confidence: float
) -> tuple[Reason, ...]:
    """The largest lines of the difference in total value, largest first, then all others together.

    Lines that are the same under both policies are no reasons; results without all lines of the account have none.
    """
    if not {GOAL, *EFFECTS} <= set(results.measures):
        return ()

    def of(names: tuple[str, ...]) -> Difference:
        ours, theirs = (sum(EFFECTS[name] * results.array(each, name) for name in names) for each in (policy, baseline))
        return difference(np.asarray(ours), np.asarray(theirs), comparisons=comparisons, confidence=confidence)

    effects = {name: of((name,)) for name in EFFECTS}
    told = sorted((name for name in effects if effects[name].mean), key=lambda name: -abs(effects[name].mean))
    named = [Reason(policy, name, effects[name]) for name in told[:_MOST]]
    rest = tuple(told[_MOST:])
    return (*named, Reason(policy, "", of(rest))) if rest else tuple(named)
