"""Whether customers take another product of the shop, and how they choose when they weigh all at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def chance_to_take(share: float, *, price: float, own_price: float, sensitivity: float) -> float:
    """Chance that a substitute is taken: share x exp(-sensitivity x max(0, price / own_price - 1)).

    `share` takes one of the same price; a cheaper one is no more welcome. Of a product that was to cost nothing,
    nobody takes a substitute that costs something.
    """
    if price <= own_price or not sensitivity:
        return share
    return share * math.exp(-sensitivity * (price / own_price - 1.0)) if own_price > 0 else 0.0


def logit(chances: Sequence[float]) -> list[float]:
    """Chances of a multinomial logit over several offers and leaving, which makes up the rest.

    Each offer has the odds p / (1 - p) against leaving, so that alone it keeps its own chance p. Offers that nobody
    would refuse leave nothing to the others, and share equally.
    """
    sure = sum(chance >= 1.0 for chance in chances)
    if sure:
        return [(chance >= 1.0) / sure for chance in chances]
    odds = [chance / (1.0 - chance) for chance in chances]
    total = 1.0 + sum(odds)
    return [each / total for each in odds]


def chosen(chances: Iterable[float], uniform: float) -> int | None:
    """Which offer a uniform on [0, 1) picks, by its place; `None` for leaving."""
    reached = 0.0
    for place, chance in enumerate(chances):
        reached += chance
        if uniform < reached:
            return place
    return None
