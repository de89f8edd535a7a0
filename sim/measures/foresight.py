"""Forecasts and alarms of one scope against what came."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.ledger.ledger import Int64
from sim.measures.prices import Floats
from sim.measures.shelf import Shelf
from sim.measures.tally import Tally
from sim.words import DAY

_MILLION = 1_000_000
_WEEK = 7


@dataclass(frozen=True, eq=False)
class Errors:
    """Units forecast, truly wanted, and wanted in the same days some weeks before, by stock and day."""

    forecast: Floats
    wanted: Floats
    before: Floats
    """nan where the window had not begun."""


@dataclass(frozen=True, eq=False)
class Foresight:
    """The forecast in force at the start of each day of the window, over the lead time from then on."""

    tally: Tally
    shelves: tuple[Shelf, ...]

    @cached_property
    def errors(self) -> Errors:
        """All days of all stocks with a forecast whose lead time ends within the window."""
        parts = [self._of(shelf.stock) for shelf in self.shelves if shelf.stock in self._forecast]
        columns = np.concatenate(parts, axis=1) if parts else np.empty((3, 0))
        return Errors(*columns)

    @cached_property
    def _forecast(self) -> Int64:
        return np.unique(self.tally.views.ledger.forecasts.stock)

    def demand(self, stock: int) -> Floats:
        """What was truly asked of a stock, by day."""
        daily = self.tally.daily
        asked: Floats = daily.wanted[stock] + daily.claimed[stock]
        return asked

    def _of(self, stock: int) -> Floats:
        forecasts, days = self.tally.views.ledger.forecasts, np.arange(self.tally.daily.count)
        mine = np.flatnonzero(forecasts.stock == stock)
        row = np.searchsorted(forecasts.time[mine], self.tally.start + days * DAY, side="right") - 1
        days, row = days[row >= 0], mine[row[row >= 0]]
        horizon = np.maximum(-(-forecasts.lead_mean[row] // DAY), 1)
        inside = days + horizon <= self.tally.daily.count
        days, row, horizon = days[inside], row[inside], horizon[inside]
        upto = np.concatenate(([0.0], np.cumsum(self.demand(stock))))
        first = days - -(-horizon // _WEEK) * _WEEK
        seen = np.maximum(first, 0)
        before = np.where(first >= 0, upto[seen + horizon] - upto[seen], np.nan)
        return np.array([forecasts.mean[row] / _MILLION * horizon, upto[days + horizon] - upto[days], before])

    @cached_property
    def censored(self) -> tuple[float, float]:
        """Units that the shop saw demand for, and units wanted, on days with a bare shelf at some time."""
        seen = wanted = 0.0
        for shelf in self.shelves:
            if shelf.stock in self._forecast:
                bare = shelf.open_days < 1
                seen += float(self._seen[shelf.stock][bare].sum())
                wanted += float(self.tally.daily.wanted[shelf.stock][bare].sum())
        return seen, wanted

    @cached_property
    def _seen(self) -> Floats:
        """Units sold at once or backordered, by stock and day; a wish counts when it first comes."""
        daily, everyone, views = self.tally.daily, self.tally.everyone, self.tally.views
        rows = views.joined[views.joined < everyone.count]
        day = (everyone.time[rows] - self.tally.start) // DAY
        some = rows[(day >= 0) & (day < daily.count)]
        table, stock = daily.served.copy(), views.stock_of_stream[everyone.stream[some]]
        short = everyone.units[some] - views.ledger.visits.now[some]
        np.add.at(table, (stock, (everyone.time[some] - self.tally.start) // DAY), short)
        return table

    @cached_property
    def alarms(self) -> tuple[Int64, int]:
        """Seconds from each alarm of the window that was right to the bare shelf, and how many alarms there were."""
        right, count = [np.empty(0, dtype=np.int64)], 0
        alarms = self.tally.views.ledger.alarms
        for shelf in self.shelves if len(alarms) else ():
            mine = (alarms.stock == shelf.stock) & (alarms.time >= self.tally.start) & (alarms.time < self.tally.end)
            count += int(np.count_nonzero(mine))
            right.append(self._leads(shelf, alarms.time[mine]))
        return np.concatenate(right), count

    def _leads(self, shelf: Shelf, times: Int64) -> Int64:
        """Seconds to the bare shelf, by alarm that came before one: the next receipt came no sooner."""
        never = np.iinfo(np.int64).max
        posted = np.append(self.tally.views.posted(shelf.stock)[0], never)
        bare = np.append(shelf.record.times[shelf.record.values == 0], never)
        empty = np.where(shelf.record.at(times) == 0, times, bare[np.searchsorted(bare, times)])
        before = (empty < never) & (empty <= posted[np.searchsorted(posted, times, side="right")])
        leads: Int64 = (empty - times)[before]
        return leads
