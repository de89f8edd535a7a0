"""News: what the shop saw coming and told those who wait."""

from __future__ import annotations

from typing import Final

from sim.measures.entry import Measure, mean
from sim.measures.scope import Scope


def _told_in_time(scope: Scope) -> float:
    pledges = scope.pledges
    broken = pledges.broken(pledges.orders.hi)
    return mean(pledges.told_in_time[broken])


NEWS: Final = (
    Measure(
        name="at_risk_share",
        title="Promises seen at risk",
        unit="share",
        direction="down",
        definition="Backorders of which the shop ever saw that the promise would probably break, as a share of those "
        "accepted with a date.",
        formula="count(joined with a notice AT_RISK) / count(joined)",
        source="own definition",
        of=lambda scope: mean(scope.pledges.at_risk),
    ),
    Measure(
        name="delay_notices",
        title="Delay notices per backorder",
        unit="notices",
        direction="down",
        definition="Notices of a delay, those that ask for consent among them, per backorder accepted with a date.",
        formula="count(DELAY, CONSENT) / count(joined)",
        source="own definition",
        of=lambda scope: mean(scope.pledges.told),
    ),
    Measure(
        name="told_in_time",
        title="Broken promises told ahead",
        unit="share",
        direction="up",
        definition="Backorders told of a delay before the first promise broke, as a share of those whose first promise "
        "broke.",
        formula="count(first promise broken, a DELAY or CONSENT before it) / count(first promise broken)",
        source="own definition",
        of=_told_in_time,
    ),
)
