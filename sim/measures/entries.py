"""Amounts of money of one line, each of one stock at one instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64
from sim.measures.prices import Floats
from sim.measures.trade import Bools, Columns


@dataclass(frozen=True, eq=False)
class Entries(Columns):
    """One row per amount."""

    stock: Int64
    """Position in `world.stocks`; their number for what belongs to the shop as a whole."""
    time: Int64
    counts: Bools
    """Whether it belongs to the window."""
    money: Floats

    def by_stock(self, count: int) -> Floats:
        """Totals of the window."""
        return np.bincount(self.stock, self.money * self.counts, count).astype(np.float64)


def entries(stock: Int64, time: Int64, counts: Bools, money: NDArray[Any]) -> Entries:
    """A line's amounts; those of nothing are left out."""
    some = np.flatnonzero(money)
    whole = np.asarray(money, dtype=np.float64)
    return Entries(stock[some], time[some], counts[some], whole[some])


def nothing() -> Entries:
    """No amounts."""
    none = np.empty(0, dtype=np.int64)
    return Entries(none, none, none.astype(bool), none.astype(np.float64))
