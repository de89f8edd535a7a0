"""What was wanted, met and ordered on each whole day of the window, by stock."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.ledger.ledger import Int64
from sim.measures.prices import Floats
from sim.measures.sales import Sales
from sim.words import DAY


class Daily:
    """Tables with a row per stock and a column per whole day from day 0; all in units."""

    def __init__(self, sales: Sales) -> None:
        self._sales = sales
        self._views = sales.views
        self.count = (sales.spans.end - sales.spans.start) // DAY
        """Whole days of the window."""

    @cached_property
    def wanted(self) -> Floats:
        """What customers came for; a wish counts when it first comes."""
        units, away = self._views.visits.units, self._views.everyone.away
        if len(away):
            units = units.copy()
            units[away[away < len(units)]] = 0
        return self._by_stock(self._sales.by_cell(units))

    @cached_property
    def served(self) -> Floats:
        """What of it they got at once."""
        return self._by_stock(self._sales.first_units)

    @cached_property
    def claimed(self) -> Floats:
        """What other stocks ordered here."""
        orders, source = self._views.ledger.orders, self._views.source
        rows = np.flatnonzero(self._views.chosen & (source >= 0))
        return self._table(source[rows], orders.placed[rows], orders.units[rows].astype(np.int64))

    @cached_property
    def ordered(self) -> Floats:
        """What each stock ordered, wherever it came from."""
        return self._placed(np.flatnonzero(self._views.chosen))

    @cached_property
    def bought(self) -> Floats:
        """What each stock ordered from suppliers."""
        return self._placed(np.flatnonzero(self._views.chosen & (self._views.source < 0)))

    def _placed(self, rows: Int64) -> Floats:
        orders = self._views.ledger.orders
        stock, units = orders.stock[rows].astype(np.int64), orders.units[rows].astype(np.int64)
        return self._table(stock, orders.placed[rows], units)

    def _table(self, stock: Int64, time: Int64, units: Int64) -> Floats:
        stocks, day = len(self._views.stocks), (time - self._sales.spans.start) // DAY
        some = np.flatnonzero((day >= 0) & (day < self.count))
        cells = stock[some] * self.count + day[some]
        return np.bincount(cells, units[some], stocks * self.count).reshape(stocks, self.count).astype(np.float64)

    def _by_stock(self, cells: Floats) -> Floats:
        spans = self._sales.spans
        first = int(np.searchsorted(spans.starts, spans.start))
        by_stream = cells.reshape(-1, len(spans))[:, first : first + self.count]
        table = np.zeros((len(self._views.stocks), self.count))
        np.add.at(table, self._views.stock_of_stream, by_stream)
        return table
