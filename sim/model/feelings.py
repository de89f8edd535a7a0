"""What customers make of how they were served: their own regard for the shop, and reviews for all to read."""

from __future__ import annotations

from sim.model.people import People
from sim.model.regard import Regard
from sim.model.repute import BAD, GOOD, NEUTRAL, Repute
from sim.model.waiting import Waiting
from sim.words import DAY, Cause, Fate

_MOST_LATE_DAYS = 30
_SHORT, _MEDIUM = 10 * DAY, 20 * DAY


class Feelings:
    """Turns outcomes into experiences, each at the moment the customer has it."""

    def __init__(self, *, people: People, regard: Regard | None, repute: Repute | None) -> None:
        self._people = people
        self._regard = regard
        self._repute = repute

    def served(self, visit: int, delivered: int) -> None:
        """Sold from the shelf, to be delivered at an instant."""
        member = self._people.member(visit)
        if member >= 0 and self._regard is not None:
            self._regard.served(member, visit, delivered)
        self.praises(visit, delivered)

    def served_late(self, visit: int, delivered: int, late: int) -> None:
        """Sold from the shelf, to be delivered at an instant that is later than the page named."""
        self._feels(visit, Cause.BROKEN, delivered)
        if days := min(late // DAY, _MOST_LATE_DAYS):
            self._feels(visit, Cause.LATE_DAYS, delivered, times=days)
        self._tells(visit, delivered, BAD)

    def praises(self, visit: int, delivered: int) -> None:
        """Somebody who was served from the shelf may write about it."""
        self._tells(visit, delivered, GOOD)

    def waited(self, waiting: Waiting, *, delivered: int, kept: int) -> None:
        """Everything is allocated and will be delivered; `kept` is the moment that a promise is held against."""
        wait = delivered - waiting.joined
        cause = Cause.SHORT_WAIT if wait <= _SHORT else Cause.MEDIUM_WAIT if wait <= _MEDIUM else Cause.LONG_WAIT
        self._feels(waiting.visit, cause, delivered, hidden=waiting.is_hidden)
        late = kept - waiting.first_promise
        if late > 0:
            self._broken(waiting, delivered)
            if days := min(late // DAY, _MOST_LATE_DAYS):
                self._feels(waiting.visit, Cause.LATE_DAYS, delivered, times=days, hidden=waiting.is_hidden)
        self._tells(waiting.visit, delivered, BAD if late > 0 else NEUTRAL)

    def gave_up(self, waiting: Waiting, fate: Fate, now: int, *, can_break: bool) -> None:
        """A backorder was cancelled, by the customer or the shop; without a date no promise can break."""
        by_shop = fate in (Fate.SELLER_CANCELLED, Fate.NO_CONSENT)
        cause = Cause.SELLER_CANCELLED if by_shop else Cause.CANCELLED
        self._feels(waiting.visit, cause, now, hidden=waiting.is_hidden)
        if can_break and now >= waiting.first_promise:
            self._broken(waiting, now)
        self._tells(waiting.visit, now, BAD)

    def refused(self, visit: int, now: int, *, hidden: bool) -> None:
        """An order that was taken for goods that were not there is cancelled at once by the shop."""
        self._feels(visit, Cause.SELLER_CANCELLED, now, hidden=hidden)
        self._tells(visit, now, BAD)

    def turned_away(self, visit: int, now: int, *, hidden: bool) -> None:
        """Left without waiting."""
        self._feels(visit, Cause.STOCK_OUT, now, hidden=hidden)
        self._tells(visit, now, BAD)

    def swapped(self, visit: int, now: int, *, hidden: bool) -> None:
        """Took another product instead."""
        self._feels(visit, Cause.SUBSTITUTED, now, hidden=hidden)

    def _broken(self, waiting: Waiting, time: int) -> None:
        factor = self._regard.told_in_time if self._regard is not None and waiting.told_in_time else 1.0
        self._feels(waiting.visit, Cause.BROKEN, time, times=factor, hidden=waiting.is_hidden)

    def _feels(
        self, visit: int, cause: Cause, time: int, *, times: float = 1.0, hidden: bool = False
    ) -> None:
        member = self._people.member(visit)
        if self._regard is not None and member >= 0:
            change = self._regard.change_for(cause, times=times, hidden=hidden)
            self._regard.experience(member, cause, visit=visit, time=time, change=change)

    def _tells(self, visit: int, time: int, stars: int) -> None:
        if self._repute is not None:
            self._repute.experience(visit, time=time, stars=stars, chance=self._people.luck(visit, "review"))
