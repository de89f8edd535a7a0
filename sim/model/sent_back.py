"""Goods that customers send back after delivery."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.ledger.writer import LedgerWriter
from sim.model.people import People
from sim.scenario.world import World
from sim.words import DAY, Fate

LATER: Final = 14 * DAY
"""From delivery to the goods being back."""
_LONG: Final = 20 * DAY


def send_back(world: World, people: People, writer: LedgerWriter, close: int) -> None:
    """Write down which delivered orders come back before the close; sold orders of the tape and of returns alike."""
    shares = [_shares(world, customers.buys) for customers in world.customers.values()]
    if not any(map(any, shares)):
        return
    fates, ended = writer.outcomes()
    for visit in np.flatnonzero((fates == Fate.SERVED) | (fates == Fate.FULFILLED)).tolist():
        normal, after_long = shares[people.stream(visit)]
        share = after_long if ended[visit] > _LONG else normal
        time = people.time(visit) + int(ended[visit]) + LATER
        units = people.units(visit)
        if time < close and units and share and people.throw(visit, "back") < share:
            writer.more.sent_back(visit, time=time, units=units)


def _shares(world: World, name: str) -> tuple[float, float]:
    product = world.products[name]
    long_wait = product.sent_back_after_long_wait
    return product.sent_back, product.sent_back if long_wait is None else long_wait
