"""The story of one customer in dated sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sim.playback import Life, Replay
from sim.telling.aftermath import aftermath
from sim.telling.arrival import arrival
from sim.telling.phrases import Told, instant
from sim.telling.wait import waiting
from sim.words import AWAY, Fate

FATES: Final = MappingProxyType(
    {
        Fate.SERVED: "served from the shelf",
        Fate.OUT_OF_STOCK: "told out of stock",
        Fate.BALKED: "refused the backorder",
        Fate.FULFILLED: "waited and got everything",
        Fate.RENEGED: "lost patience waiting",
        Fate.CHANGED_MIND: "waited and changed their mind",
        Fate.PENDING: "still waiting at the close",
        Fate.ABSENT: "did not come",
        Fate.NO_INTENT: "found the price too high",
        Fate.SELLER_CANCELLED: "cancelled by the shop",
        Fate.NO_CONSENT: "refunded for want of consent",
    }
)
"""Every fate in words."""

@dataclass(frozen=True)
class Event:
    """Something that happened to a customer."""

    time: int
    """Instant from the start of the run."""
    when: str
    """The same for people."""
    text: str


def tell(replay: Replay, customer: int) -> tuple[Event, ...]:
    """What happened to one customer, in order of time, over all visits for the same wish.

    Raises:
        ResultError: the replication has no such customer.
    """
    calendar = replay.scenario.world.calendar
    told = [told for visit in replay.visits_of(customer) for told in _visited(replay, replay.life(visit))]
    return tuple(Event(time, instant(time, calendar), text) for time, text in sorted(told, key=lambda each: each[0]))


def _visited(replay: Replay, life: Life) -> Iterator[Told]:
    yield from arrival(replay, life)
    if life.fate not in AWAY:
        yield from waiting(replay, life)
        yield from aftermath(life)
