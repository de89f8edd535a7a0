"""Burden: what a policy asks of its customers."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.measures.entry import Measure
from sim.measures.scope import Scope
from sim.words import DAY


def _disappointed(scope: Scope) -> float:
    pledges, everyone = scope.pledges, scope.tally.everyone
    wishes = everyone.wish(pledges.orders.visit[pledges.breaks > 0])
    members = everyone.tape.member
    if members is None:
        return len(np.unique(wishes))
    known = members[wishes] >= 0
    return len(np.unique(members[wishes[known]])) + len(np.unique(wishes[~known]))


BURDEN: Final = (
    Measure(
        name="wait_days",
        title="Days that customers waited",
        unit="days",
        direction="down",
        definition="Time from order to delivery, to leaving or to the close, added up over all backorders.",
        formula="sum(ended), joined",
        source="own definition",
        of=lambda scope: float(scope.joined.ended.sum(dtype=np.int64)) / DAY,
    ),
    Measure(
        name="broken_promises",
        title="Promises broken",
        unit="promises",
        direction="down",
        definition="Promises that the order outlived: the first one, even if another took its place, and every later "
        "one that was agreed to.",
        formula="count(first promises broken) + count(notices answered STAYS whose time + hi the order outlived)",
        source="own definition",
        of=lambda scope: float(scope.pledges.breaks.sum()),
    ),
    Measure(
        name="disappointed_customers",
        title="Customers with a broken promise",
        unit="customers",
        direction="down",
        definition="Different customers to whom at least one promise was broken; strangers count once for each wish.",
        formula="count(distinct members, and wishes of strangers, with a broken promise)",
        source="own definition",
        of=_disappointed,
    ),
)
