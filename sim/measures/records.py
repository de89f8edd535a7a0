"""Records: how far they can be trusted, and what comes of those that cannot."""

from __future__ import annotations

from typing import Final

from sim.measures.entry import Measure, ratio
from sim.measures.scope import Scope
from sim.words import DAY


def _days(scope: Scope, seconds: int) -> float:
    return ratio(seconds, len(scope.selling) * DAY)


def _truly_empty(scope: Scope) -> float:
    possible = scope.seconds // DAY * len(scope.selling)
    return ratio(sum(shelf.truly_empty_days for shelf in scope.selling), possible) * (scope.seconds // DAY)


def _gap(scope: Scope) -> float:
    return ratio(scope.works.books.gap, scope.over_stocks(lambda shelf: shelf.on_hand))


def _oversell(scope: Scope) -> float:
    oversold = scope.works.books.oversold
    return ratio(oversold, scope.units(scope.tally.sold) + oversold)


RECORDS: Final = (
    Measure(
        name="record_accuracy",
        title="Records that are right",
        unit="share",
        direction="up",
        definition="Time in which the record of a stock is what is truly there, as a share of the window; over several "
        "stocks their mean.",
        formula="time(record = physical) / window",
        source="inventory record accuracy, tolerance 0: DeHoratius & Raman 2008",
        of=lambda scope: ratio(scope.works.books.right, scope.seconds * len(scope.shelves)),
    ),
    Measure(
        name="record_gap",
        title="Error of the records",
        unit="times",
        direction="down",
        definition="Mean difference between the record and what is truly there, whatever its sign, as a multiple of "
        "the mean stock.",
        formula="integral(|record - physical|) / integral(physical)",
        source="DeHoratius & Raman 2008",
        of=_gap,
    ),
    Measure(
        name="phantom_days",
        title="Phantom stock",
        unit="days",
        direction="down",
        definition="Time of the window with a record of at least one unit and nothing there; over several stocks, the "
        "mean of those customers buy from.",
        formula="time(record >= 1, physical = 0)",
        source="Gruen & Corsten 2007",
        of=lambda scope: _days(scope, scope.works.books.phantom),
    ),
    Measure(
        name="hidden_days",
        title="Hidden stock",
        unit="days",
        direction="down",
        definition="Time of the window with at least one unit there and a record of nothing; over several stocks, the "
        "mean of those customers buy from.",
        formula="time(record = 0, physical >= 1)",
        source="own definition",
        of=lambda scope: _days(scope, scope.works.books.hidden),
    ),
    Measure(
        name="freeze_days",
        title="Frozen replenishment",
        unit="days",
        direction="down",
        definition="Time of the window with nothing there, nothing on order, and a record of at least one unit, which "
        "keeps the shop from ordering; over several stocks, the mean of those customers buy from.",
        formula="time(record >= 1, physical = 0, on order = 0)",
        source="Kang & Gershwin 2005",
        of=lambda scope: _days(scope, scope.works.books.frozen),
    ),
    Measure(
        name="freezes",
        title="Freezes of replenishment",
        unit="occasions",
        direction="down",
        definition="Times that a stock customers buy from came to be frozen in the window.",
        formula="count(starts of record >= 1, physical = 0, on order = 0)",
        source="Kang & Gershwin 2005",
        of=lambda scope: scope.works.books.freezes,
    ),
    Measure(
        name="stockout_days_physical",
        title="Days that ended with a bare shelf",
        unit="days",
        direction="down",
        definition="Whole days of the window with nothing truly there at their end, whatever the record says; over "
        "several stocks, the mean of those customers buy from.",
        formula="count(days with physical = 0 at their end)",
        source="own definition",
        of=_truly_empty,
    ),
    Measure(
        name="forced_backorders",
        title="Forced backorders",
        unit="customers",
        direction="down",
        definition="Customers of the window who were told after a normal order that they must wait, since the goods "
        "were not there.",
        formula="count(FORCED)",
        source="own definition",
        of=lambda scope: scope.works.books.forced,
    ),
    Measure(
        name="oversold_units",
        title="Units oversold",
        unit="units",
        direction="down",
        definition="Units that customers of the window ordered as if they were there, and had to wait for or were "
        "refused.",
        formula="sum(units not sold at once), FORCED or cancelled at once for a failed pick or a sale from an old copy",
        source="own definition",
        of=lambda scope: scope.works.books.oversold,
    ),
    Measure(
        name="oversell_rate",
        title="Oversold",
        unit="share",
        direction="down",
        definition="Units oversold to customers of the window, as a share of these and the units sold at once.",
        formula="oversold_units / (oversold_units + sum(now))",
        source="own definition",
        of=_oversell,
    ),
    Measure(
        name="shrink_units",
        title="Units lost in the warehouse",
        unit="units",
        direction="down",
        definition="Units that vanished, were misplaced, sent out wrongly or destroyed in the window, less those that "
        "turned up again.",
        formula="-sum(changes of physical), all kinds but UNPOSTED_RETURN",
        source="shrinkage: common usage",
        of=lambda scope: scope.works.books.shrunk,
    ),
    Measure(
        name="counts",
        title="Counts",
        unit="occasions",
        direction="neither",
        definition="Times that a stock was counted in the window.",
        formula="count(counts)",
        source="own definition",
        of=lambda scope: scope.works.books.counts,
    ),
)
