"""What a planner saw: units wanted of every stock in every period, and the time that supply orders took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.ledger.tables import ReturnRows, SizeRows, SwapRows
from sim.ledger.writer import NOT_YET, LedgerWriter
from sim.scenario.world import World
from sim.tape.tape import Visits
from sim.words import Fate

Int64 = NDArray[np.int64]
Floats = NDArray[np.float64]


class Demand:
    """Counts units by stock and period, by reading what was written since the last look.

    Orders of other warehouses count as placed, whatever else is seen.
    """

    def __init__(
        self,
        *,
        world: World,
        visits: Visits,
        sees: Literal["sales", "orders", "views"],
        period: int,
        writer: LedgerWriter,
    ) -> None:
        self._visits = visits
        self._sees = sees
        self._period = period
        self._writer = writer
        places = {place: index for index, place in enumerate(world.stocks)}
        self._stock = np.array([places[c.source, c.buys] for c in world.customers.values()], dtype=np.int64)
        """The stock of each stream."""
        self._source = np.array(
            [[places.get((lane.source, product), -1) for _, product in places] for lane in world.lanes], dtype=np.int64
        )
        """The stock that fills an order, by its lane and the stock that ordered; -1 for a supplier."""
        self._units = np.zeros((len(places), world.calendar.close // period + 1))
        self._visits_read = self._returns_read = self._sizes_read = self._swaps_read = 0
        self._orders_read = len(world.inbound)

    def look(self) -> None:
        """Read on."""
        self._read_visits()
        self._read_orders()
        if self._sees != "views":
            swaps = self._writer.more.since(SwapRows, self._swaps_read)
            self._swaps_read += len(swaps)
            self._add(swaps[:, 4], swaps[:, 2], swaps[:, 5])

    def counts(self, stock: int, *, now: int) -> Floats:
        """Units of a stock in every period that is over."""
        return self._units[stock, : now // self._period]

    def _add(self, stock: Int64, time: Int64, units: Int64) -> None:
        np.add.at(self._units, (stock, time // self._period), units)

    def _read_visits(self) -> None:
        """Visits of the tape and returns; a wish that was seen once is no new one when it comes back."""
        count, visits = len(self._visits), self._visits
        rows = np.arange(self._visits_read, self._writer.seen, dtype=np.int64)
        returns = self._writer.more.since(ReturnRows, self._returns_read)
        back = count + self._returns_read + np.arange(len(returns), dtype=np.int64)
        wish, time = np.concatenate((rows, returns[:, 3])), np.concatenate((visits.time[rows], returns[:, 2]))
        wanted = np.concatenate((visits.units[rows].astype(np.int64), returns[:, 6]))
        seen = self._seen(np.concatenate((rows, back)), wanted, count)
        self._add(self._stock[visits.stream[wish]], time, seen)
        self._visits_read, self._returns_read = self._writer.seen, self._returns_read + len(returns)

    def _seen(self, rows: Int64, wanted: Int64, count: int) -> Int64:
        """Units that each of these visits is counted with."""
        fate, hi, now = (column[rows] for column in self._writer.met())
        away = (fate == Fate.ABSENT) | (fate == Fate.NO_INTENT)
        if self._sees == "views":
            return np.where(away | (rows >= count), 0, wanted)
        sold = now.astype(np.int64)
        if self._sees == "sales":
            return sold
        sizes = self._writer.more.since(SizeRows, self._sizes_read)
        self._sizes_read += len(sizes)
        waits = wanted - sold
        waits[np.searchsorted(rows, sizes[:, 0])] = sizes[:, 1]
        accepted = (hi >= 0) & ((fate == Fate.SERVED) | (fate >= Fate.FULFILLED)) & ~away
        return np.where(accepted, sold + waits, sold)

    def _read_orders(self) -> None:
        orders = self._writer.orders_since(self._orders_read)
        self._orders_read += len(orders)
        source = self._source[orders[:, 0], orders[:, 1]]
        ours = source >= 0
        self._add(source[ours], orders[ours, 3], orders[ours, 2])


class Receiving:
    """Notices what came, and how long it took from placing."""

    def __init__(self, *, world: World, own: Sequence[int | None], writer: LedgerWriter) -> None:
        self._own = own
        """By stock: the lane whose times count."""
        self._writer = writer
        self._read = len(world.inbound)
        self._open: list[tuple[int, int, int]] = []
        """Row, stock and placing of each order that has not come."""

    def look(self) -> list[tuple[int, int]]:
        """Stock and lead time of every order posted since the last look, in the order in which they were."""
        for row, (lane, stock, _, placed) in enumerate(self._writer.orders_since(self._read).tolist(), self._read):
            self._read = row + 1
            if lane == self._own[stock]:
                self._open.append((row, stock, placed))
        dated = [(self._writer.posted_at(order[0]), order) for order in self._open]
        self._open = [order for posted, order in dated if posted == NOT_YET]
        came = sorted((posted, row, stock, placed) for posted, (row, stock, placed) in dated if posted != NOT_YET)
        return [(stock, posted - placed) for posted, _, stock, placed in came]
