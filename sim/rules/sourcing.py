"""Where to order from: pure functions of what a shop can know of its sources."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from sim.rules.replenishment import Levels, order_quantity
from sim.scenario.sourcing import Backup, BaseSurge, DualIndex, Expedite, Single, Sourcing, Split, Transship


class Source(NamedTuple):
    """What a shop knows of a source."""

    name: str
    is_down: bool
    """Whether it, or the lane from it, is known to stand still."""
    late: int
    """How long past its date the longest overdue order from it is, seconds; 0 for none."""


class Position(NamedTuple):
    """Where a stock stands."""

    whole: int
    """Inventory position: on hand + on order - backlog."""
    near: int
    """The same, of what is on order only what is due within the lead time of the fast source (if one is looked at)."""


_ANY: Final = 2**62
"""More than any position."""

Wanted = tuple[tuple[str, int], ...]
"""Units to order by source, before lots; sources of no units are left out."""


def wanted(rule: Sourcing, levels: Levels, position: Position, sources: Sequence[Source]) -> Wanted:
    """What to order where, at a review.

    Args:
        rule: the way of sourcing.
        levels: the replenishment rule in numbers.
        position: where the stock stands.
        sources: all that lead to it; the first is the usual one.
    """
    if isinstance(rule, DualIndex):
        return _dual(rule, position)
    quantity = order_quantity(levels, position.near if isinstance(rule, BaseSurge) else position.whole)
    match rule:
        case Split():
            parts = split(rule, quantity)
        case Backup():
            parts = ((_chosen(rule, sources), quantity),)
        case BaseSurge():
            parts = ((rule.surge, quantity),)
        case Single():
            parts = ((sources[0].name, quantity),)
    return tuple((name, units) for name, units in parts if units)


def split(rule: Split, quantity: int) -> Wanted:
    """A quantity by shares, rounded down; the last source takes what rounding leaves."""
    names = list(rule.shares)
    parts = [int(quantity * rule.shares[name] + 1e-9) for name in names[:-1]]
    return (*zip(names[:-1], parts, strict=True), (names[-1], quantity - sum(parts)))


def reorder_below(rule: Sourcing, levels: Levels) -> int:
    """Inventory position at or below which a review may order; the near one is lower than the whole."""
    return _ANY if isinstance(rule, BaseSurge | DualIndex) else levels.reorder


def fast_source(rule: Sourcing) -> str | None:
    """The source by whose lead time the near position goes; `None` where nobody looks at that."""
    match rule:
        case DualIndex():
            return rule.express
        case BaseSurge():
            return rule.surge
    return None


def _chosen(rule: Backup, sources: Sequence[Source]) -> str:
    usual = next((each for each in sources if each.name != rule.backup), sources[0])
    is_late = rule.late is not None and usual.late > rule.late
    return rule.backup if usual.is_down or is_late else usual.name


def _dual(rule: DualIndex, position: Position) -> Wanted:
    """Lift the near position from the fast source, then what the whole one still lacks from the slow one."""
    express = max(rule.S_express - position.near, 0)
    regular = max(rule.S_regular - position.whole - express, 0)
    return tuple((name, units) for name, units in ((rule.express, express), (rule.regular, regular)) if units)


def rush(rule: Expedite, *, promises: int, units: int, premium: float) -> int:
    """Units of a rush order that would save so many promises of so many units; 0 if it is not worth its premium."""
    if rule.most is not None and units > rule.most:
        promises, units = promises * rule.most // units, rule.most
    return units if promises and promises * rule.penalty > units * premium else 0


def to_fetch(rule: Transship, *, missing: int, spare: int) -> int:
    """Units to fetch from a sister warehouse that has so many to spare, where so many are missing."""
    return max(min(math.ceil(missing * rule.lots), spare), 0)
