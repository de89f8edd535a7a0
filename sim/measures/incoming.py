"""What came to every stock and what it cost: layers of units, in the order of the facts.

Units travel between stocks, back and forth even, with the cost of the layers that they were taken from, so all stocks
are followed together: only through what came and what went elsewhere, and not through every sale.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from math import fsum
from typing import Final

import numpy as np

from sim.ledger.views import Views
from sim.measures.prices import Floats
from sim.measures.supply_costs import SupplyCosts
from sim.measures.trade import NOBODY
from sim.words import Move, Slip

Pieces = tuple[list[float], list[float]]
"""Units and cost of some layers. Most are one or two, so these are lists: arrays would take longer."""

_NOTHING: Final[Pieces] = ([], [])


@dataclass(frozen=True, eq=False)
class Came:
    """What came to a stock at one moment."""

    time: int
    cost: float
    record: int = NOBODY
    """The row of `RecordRows` if units turned up again; `NOBODY` for those of a supply order."""


@dataclass(frozen=True, eq=False)
class Pile:
    """All units that ever came to a stock, those there at the start first."""

    units: list[float] = field(default_factory=lambda: [0.0])
    """Units up to the end of each layer."""
    cost: list[float] = field(default_factory=lambda: [0.0])
    """Their cost, added up."""
    came: list[Came] = field(default_factory=list)

    def add(self, units: list[float], cost: list[float]) -> None:
        """More layers."""
        for column, more in ((self.units, units), (self.cost, cost)):
            before = column[-1]
            column.extend(before + upto for upto in accumulate(more))

    def between(self, first: float, last: float) -> Pieces:
        """The layers that the units from one count to another consist of."""
        begin, end = bisect_right(self.units, first), bisect_left(self.units, last)
        units = [first, *self.units[begin:end], last]
        cost = [self.until(first), *self.cost[begin:end], self.until(last)]
        return _differences(units), _differences(cost)

    def until(self, units: float) -> float:
        """Cost of the first so many units: a straight line from the start of a layer to its end."""
        layer = bisect_right(self.units, units) - 1
        before, cost = self.units[layer], self.cost[layer]
        if units == before or layer == len(self.units) - 1:
            return cost
        return (self.cost[layer + 1] - cost) / (self.units[layer + 1] - before) * (units - before) + cost

    @property
    def newest(self) -> float:
        """Cost of a unit of the last layer that has any."""
        last = bisect_left(self.units, self.units[-1])
        if not last:
            return 0.0
        return (self.cost[last] - self.cost[last - 1]) / (self.units[last] - self.units[last - 1])


class Incoming:
    """The piles of all stocks, and the layers of the supply orders that warehouses filled.

    Args:
        views: the run.
        supply: what supply orders cost.
        first: cost of a unit of each stock at the start.
        salvage: what is left of it for a unit that is sent back.
        left: how many units had left its stock with each movement that took any away.
    """

    def __init__(
        self, views: Views, supply: SupplyCosts, *, first: Floats, salvage: Floats, left: Callable[[int], int]
    ) -> None:
        self._moves = views.ledger.moves
        self._records = views.ledger.records
        self._good: list[int] = supply.good.tolist()
        self._unit_cost: list[float] = supply.unit_cost.tolist()
        self._rate: list[float] = (1 + supply.duty).tolist()
        """By supply order: what duty makes of its cost."""
        self._each: list[float] = (supply.freight - supply.premium / np.maximum(supply.good, 1)).tolist()
        """By supply order: freight of a unit, without the premium of a rush order."""
        self._first = first
        self._salvage = salvage
        self._left = left
        self._taken: dict[int, int] = {}
        """Units of each supply order that are available already."""
        self.sent: dict[int, Pieces] = {}
        """By supply order that a warehouse filled: its layers, without duty and freight."""
        self.piles = tuple(Pile() for _ in first)
        """By stock."""
        for pile, units, cost in zip(self.piles, views.ledger.opening.tolist(), first.tolist(), strict=True):
            pile.add([float(units)], [units * cost])
        self._replay()

    def bought(self, order: int) -> Pieces:
        """Layers of one supply order without duty and freight."""
        if order in self.sent:
            return self.sent[order]
        units = self._good[order]
        return [float(units)], [units * self._unit_cost[order]]

    def landed(self, order: int) -> Pieces:
        """The same with duty and freight, but without the premium of a rush order."""
        units, cost = self.bought(order)
        rate, each = self._rate[order], self._each[order]
        return units, [money * rate + each * number for number, money in zip(units, cost, strict=True)]

    def _replay(self) -> None:
        found, seqs = np.flatnonzero(self._records.physical > 0).tolist(), self._records.seq.tolist()
        facts = [(seq, True, row) for row, seq in enumerate(self._moves.seq.tolist())]
        facts.extend((seqs[row], False, row) for row in found)
        issued = (self._moves.event == Move.ISSUED).tolist()
        for _, is_move, row in sorted(facts, key=lambda fact: fact[0]):
            if not is_move:
                self._find(row)
            elif issued[row]:
                last, pile = self._left(row), self.piles[self._moves.stock[row]]
                self.sent[int(self._moves.order[row])] = pile.between(last - float(self._moves.units[row]), float(last))
            else:
                self._arrive(row)

    def _arrive(self, row: int) -> None:
        order, units = int(self._moves.order[row]), int(self._moves.units[row])
        pieces, before = self.landed(order), self._taken.get(order, 0)
        self._taken[order] = before + units
        if units != self._good[order]:
            whole = Pile()
            whole.add(*pieces)
            pieces = whole.between(before, before + units) if units else _NOTHING
        pile = self.piles[self._moves.stock[row]]
        pile.add(*pieces)
        pile.came.append(Came(int(self._moves.time[row]), fsum(pieces[1])))

    def _find(self, row: int) -> None:
        """Units that turn up again cost as much as the newest ones; those sent back are worth their salvage."""
        stock, units = int(self._records.stock[row]), float(self._records.physical[row])
        pile = self.piles[stock]
        is_return = self._records.kind[row] == Slip.UNPOSTED_RETURN
        cost = units * (float(self._salvage[stock]) if is_return else pile.newest or float(self._first[stock]))
        pile.add([units], [cost])
        pile.came.append(Came(int(self._records.time[row]), cost, row))


def _differences(values: list[float]) -> list[float]:
    return [after - before for before, after in pairwise(values)]
