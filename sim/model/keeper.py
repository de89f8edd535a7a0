"""Who keeps the records of one stock: the errors that happen there, by its dice, and what is done about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.model.people import People
from sim.model.waiting import Order, Waiting
from sim.rules.keeping import counted, errors_of, miscounted, mistyped
from sim.scenario.keeping import Counting
from sim.scenario.laws import DurationLaw
from sim.scenario.laws_skewed import Exponential
from sim.scenario.policies import Levers
from sim.scenario.terms import Reserving
from sim.tape.dice import TURNS, Dice
from sim.words import DAY

RECEIPTS = 2**32
"""More than the orders of any lane: a lane and a number in one key."""
FINDS = 2**20
"""More than the units that can be misplaced at once: a count and a unit in one key."""


@dataclass(frozen=True)
class Clerk:
    """Who gives arrived goods to those who wait, some time after they came, and overlooks some."""

    takes: DurationLaw
    omits: float


def clerk_of(reserving: Reserving) -> Clerk | None:
    """The clerk, unless a system does it."""
    if reserving.rule == "automatic":
        return None
    return Clerk(reserving.takes or Exponential[int](mean=DAY), reserving.omits)


class Keeper:
    """Throws the dice of one stock, by the receipt, the customer or the number of the count."""

    def __init__(self, *, levers: Levers, dice: Dice, people: People) -> None:
        self.count: Counting = levers.keep.count
        """How the stock is counted."""
        self.clerk = clerk_of(levers.reserving)
        self.corrects = levers.keep.failed_picks == "corrected"
        """Whether a pick that fails sets the record right."""
        self._errors = errors_of(levers.keep)
        self._posting = levers.keep.posting
        self._offers_delay = levers.keep.offers_delay
        self._dice = dice
        self._people = people

    def posting(self, order: Order) -> int:
        """From the shelf to the record, seconds."""
        return 0 if self._posting is None else _length(self._posting, self._receipt("posting", order))

    def miscount(self, order: Order, units: int) -> int:
        """By how much a receipt is posted wrongly."""
        if self._receipt("miscount", order) >= self._errors.miscount:
            return 0
        return miscounted(units, self._errors.miscount_size, self._receipt("miscount_size", order))

    def posts_twice(self, order: Order) -> bool:
        """Whether a receipt is posted a second time."""
        return self._receipt("double_posting", order) < self._errors.double_posting

    def misplaces(self, order: Order) -> bool:
        """Whether one unit of a receipt goes to a wrong place."""
        return self._receipt("misplaced", order) < self._errors.misplaced

    def enters(self, order: Order, record: int) -> int:
        """The record as it is typed in with a receipt."""
        if self._receipt("entry_slip", order) >= self._errors.entry_slip:
            return record
        return mistyped(record, self._receipt("entry_how", order))

    def picks_wrong_item(self, visit: int, others: int) -> int | None:
        """Which of so many other products is picked instead of one unit; `None` if none is."""
        if not others or self._visit("mispick_item", visit) >= self._errors.mispick_item:
            return None
        return int(self._visit("mispick_which", visit) * others)

    def picks_wrong_units(self, visit: int) -> int:
        """Units too many (or, below 0, too few) that are picked."""
        chance, share = self._visit("mispick_units", visit), self._errors.mispick_units
        return 0 if chance >= share else 1 if chance < share / 2 else -1

    def loses(self, waiting: Waiting, before: int) -> bool:
        """Whether the units allocated to a customer get lost, after they got lost so many times before."""
        if not self._errors.reservation_lost:
            return False
        wish, turn = self._people.wish(waiting.visit), self._people.turn(waiting.visit)
        key = wish * TURNS + min(before, TURNS - 1)
        return self._dice["reservation_lost"](key, turn) < self._errors.reservation_lost

    def leaves_unposted(self, visit: int) -> bool:
        """Whether goods that a customer sends back reach the shelf and not the record."""
        return self._visit("unposted_return", visit) < self._errors.unposted_return

    def offers_delay(self, visit: int) -> bool:
        """Whether the order for goods that are not there may wait for them."""
        return self._visit("offered_delay", visit) < self._offers_delay

    def counts(self, number: int, units: int) -> int:
        """What a count finds."""
        return counted(units, self.count.error, self._dice["count"](number))

    def finds(self, number: int, misplaced: int) -> int:
        """How many of the misplaced units a count finds."""
        die = self._dice["found"]
        return sum(die(number * FINDS + unit) < self.count.finds for unit in range(misplaced))

    def clerk_takes(self, order: Order) -> int:
        """From a receipt to the clerk's allocation of it, seconds."""
        return 0 if self.clerk is None else _length(self.clerk.takes, self._receipt("clerk", order))

    def overlooks(self, waiting: Waiting, receipt: int) -> bool:
        """Whether the clerk overlooks a customer, after the receipt of that number at the stock."""
        wish = self._people.wish(waiting.visit)
        return self.clerk is not None and self._dice["omits"](wish, receipt % TURNS) < self.clerk.omits

    def _receipt(self, purpose: str, order: Order) -> float:
        return self._dice[purpose](order.lane.index * RECEIPTS + order.number)

    def _visit(self, purpose: str, visit: int) -> float:
        return self._dice[purpose](self._people.wish(visit), self._people.turn(visit))


def _length(law: DurationLaw, chance: float) -> int:
    return round(float(law.ppf(np.array([chance]))[0]))
