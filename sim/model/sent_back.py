"""Goods that customers send back after delivery."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from sim.ledger.writer import LedgerWriter
from sim.model.clock import Clock
from sim.model.people import People
from sim.model.records import TwoBooks
from sim.scenario.world import World
from sim.words import DAY, Fate, Slip, Turn

LATER: Final = 14 * DAY
"""From delivery to the goods being back."""
_LONG: Final = 20 * DAY


class SendingBack:
    """Which delivered orders come back."""

    def __init__(self, world: World, people: People) -> None:
        self._shares = [_shares(world, customers.buys) for customers in world.customers.values()]
        self._people = people

    @property
    def any(self) -> bool:
        """Whether any may."""
        return any(map(any, self._shares))

    def instant(self, visit: int, ended: int) -> int | None:
        """When an order comes back that was delivered so many seconds after its visit; `None` if it does not."""
        normal, after_long = self._shares[self._people.stream(visit)]
        share = after_long if ended > _LONG else normal
        if not share or not self._people.units(visit) or self._people.throw(visit, "back") >= share:
            return None
        return self._people.time(visit) + ended + LATER


class Unposted:
    """Goods that come back to the shelf and not into the record, now and then."""

    def __init__(self, world: World, people: People, stocks: Sequence[TwoBooks], clock: Clock) -> None:
        places = world.stocks
        self._sending_back = SendingBack(world, people)
        self._stocks = [stocks[places.index((c.source, c.buys))] for c in world.customers.values()]
        self._people = people
        self._clock = clock

    def delivered(self, visit: int, delivered: int) -> None:
        """An order is delivered at an instant."""
        back = self._sending_back.instant(visit, delivered - self._people.time(visit))
        stock, units = self._stocks[self._people.stream(visit)], self._people.units(visit)
        if back is not None and stock.leaves_unposted(visit):
            self._clock.at(
                back, Turn.POSTING, lambda _event: stock.change(Slip.UNPOSTED_RETURN, physical=units, about=visit)
            )


def send_back(world: World, people: People, writer: LedgerWriter, close: int) -> None:
    """Write down which delivered orders come back before the close; sold orders of the tape and of returns alike."""
    sending_back = SendingBack(world, people)
    if not sending_back.any:
        return
    fates, ended = writer.outcomes()
    for visit in np.flatnonzero((fates == Fate.SERVED) | (fates == Fate.FULFILLED)).tolist():
        time = sending_back.instant(visit, int(ended[visit]))
        if time is not None and time < close:
            writer.more.sent_back(visit, time=time, units=people.units(visit))


def _shares(world: World, name: str) -> tuple[float, float]:
    product = world.products[name]
    long_wait = product.sent_back_after_long_wait
    return product.sent_back, product.sent_back if long_wait is None else long_wait
