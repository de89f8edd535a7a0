"""Receipts on their way to one stock, and which of them covers how many units."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Final

from sim.model.waiting import Order

_ENDLESS: Final = 2**62


class Receipts:
    """Confirmed receipts not yet posted, by date.

    Hardly any two questions in a row are about different receipts. So the place of the last answer is kept, and the
    next search starts from there: a question costs no more where thousands of orders are on their way.
    """

    def __init__(self, *, date: Callable[[Order], int]) -> None:
        self._date = date
        self._orders: list[Order] = []
        self._place = 0
        self._before = 0
        """Units on the receipts before that place."""

    def add(self, order: Order) -> None:
        """A receipt that comes after those of the same date."""
        place = bisect_right(self._orders, self._date(order), key=self._date)
        self._orders.insert(place, order)
        if place < self._place:
            self._place += 1
            self._before += order.units

    def remove(self, order: Order) -> None:
        """A receipt is posted."""
        place = self._orders.index(order)
        del self._orders[place]
        if place < self._place:
            self._place -= 1
            self._before -= order.units

    def discard(self, order: Order) -> None:
        """A receipt will never come, if it was expected."""
        if order in self._orders:
            self.remove(order)

    def next_after(self, time: int) -> int | None:
        """The next confirmed date after a moment; `None` when there is none."""
        dates = [order.confirmed for order in self._orders if order.confirmed > time]
        return min(dates, default=None)

    def units_to(self, order: Order) -> int:
        """Units of a receipt and of all before it."""
        return sum(each.units for each in self._orders[: self._orders.index(order) + 1])

    @property
    def units(self) -> int:
        """Units of all receipts."""
        return sum(order.units for order in self._orders)

    def covering(self, needed: int) -> Order | None:
        """The receipt whose units, with those before it, cover `needed`; `None` when all together do not.

        With `needed` = backlog + shortage - on hand this is available-to-promise with first-come pegging: every
        waiting unit is pegged anew at every quote.
        """
        while self._place and self._before >= needed:
            self._place -= 1
            self._before -= self._orders[self._place].units
        while self._place < len(self._orders):
            order = self._orders[self._place]
            if self._before + order.units >= needed:
                return order
            self._place += 1
            self._before += order.units
        return None

    def reach(self, needed: int) -> tuple[Order | None, int]:
        """The same, and the most units that the receipt still covers."""
        order = self.covering(needed)
        return order, _ENDLESS if order is None else self._before + order.units
