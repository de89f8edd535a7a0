"""The law of alarms: a shop that watches lead times is warned when a stock becomes likely to run out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist

import numpy as np

from sim.ledger.auditing.forecasts import Seat, seats
from sim.ledger.auditing.inbound import promised
from sim.ledger.auditing.law import Breach, Law
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.track import Int64, What
from sim.words import DAY, FOREVER, Move

_MILLION = 1_000_000
_FIRM = (What.PLACED, What.CLAIMED)
"""What may happen to a stock after the look of the same second."""
_VISITORS = (What.VISIT, What.SWAPPED)
"""What visitors do to a stock: they come after the look."""


def _alarms(replay: Replay) -> Iterator[Breach]:
    rows, monitor = replay.ledger.alarms, replay.levers.plan.monitor
    told = dict(zip(zip(rows.stock.tolist(), rows.time.tolist(), strict=True), rows.chance.tolist(), strict=True))
    for seat in seats(replay) if monitor else ():
        was_high: bool | None = False
        for day, chance in _chances(seat):
            found = told.pop((seat.plan.stock, day), None)
            is_high = None if chance is None or monitor is None else chance > monitor.alarm
            if is_high is None or was_high is None:
                was_high = True if found is not None else is_high
                continue
            due = round(_MILLION * (chance or 0.0)) if is_high and not was_high else None
            if (found is None) != (due is None) or abs((found or 0) - (due or 0)) > 1:
                yield Breach(seat.plan.name, day, f"alarm at {found} millionths", f"at {due}")
            was_high = is_high
    for stock, day in sorted(told):
        yield Breach(replay.name(stock), day, "an alarm", "none: nobody watches here, or not then")


def _chances(seat: Seat) -> Iterator[tuple[int, float | None]]:
    """By day, the chance that the stock runs out before its next receipt; `None` where it hangs on a second."""
    dates = _Dates(seat)
    for day in range(DAY, seat.replay.ledger.close, DAY):
        yield day, None if dates.moves_at(day) else _chance(seat, day, dates.next_after(day))


def _chance(seat: Seat, day: int, comes: int | None) -> float | None:
    track, rows = seat.plan.track, seat.replay.ledger.forecasts
    first = int(np.searchsorted(track.time, day, side="left"))
    last = int(np.searchsorted(track.time, day, side="right"))
    if np.isin(track.what[first:last], _FIRM).any():
        return None
    visits = np.flatnonzero(np.isin(track.what[first:last], _VISITORS))
    level = first + int(visits[0]) if len(visits) else last
    free = int(track.on_hand[level] - track.backlog[level])
    looks = [row for row in seat.plan.looks.tolist() if rows.time[row] <= day]
    mean, spread = (int(rows.mean[looks[-1]]) / 1e6, int(rows.spread[looks[-1]]) / 1e6) if looks else _calm(seat)
    receiving = seat.replay.world.warehouses[seat.place[0]].receiving
    days = round(seat.lead(day)[0]) / DAY if comes is None else (comes - day + receiving) / DAY
    sigma = math.sqrt(days) * spread
    return 1 - NormalDist(days * mean, sigma).cdf(free) if sigma > 0 else float(days * mean > free)


def _calm(seat: Seat) -> tuple[float, float]:
    mean, variance = seat.calm
    return round(_MILLION * mean) / _MILLION, round(_MILLION * math.sqrt(variance)) / _MILLION


class _Dates:
    """What the shop knows of the receipts of one stock, over time."""

    def __init__(self, seat: Seat) -> None:
        orders, self._ledger = seat.replay.ledger.orders, seat.replay.ledger
        self._rows = np.flatnonzero(orders.stock == seat.plan.stock)
        left = np.where(orders.left < 0, FOREVER, orders.left)
        self._known = np.where(promised(seat.replay), orders.placed, left)[self._rows]
        ends = np.where(orders.posted < 0, FOREVER, orders.posted)
        for table in (self._ledger.cancels, self._ledger.lost):
            np.minimum.at(ends, table.order, table.time)
        moves = self._ledger.moves
        whole = (moves.event == Move.CROSSED) & (seat.replay.crossed[moves.order] == orders.units[moves.order])
        np.minimum.at(ends, moves.order[whole], moves.time[whole])
        self._ends = ends[self._rows]
        news = np.isin(self._ledger.dates.order, self._rows)
        self._told = self._ledger.dates.time[news], self._ledger.dates.order[news], self._ledger.dates.confirmed[news]

    def moves_at(self, day: int) -> bool:
        """Whether anything is confirmed in this very second, before the look or after it."""
        return bool((self._known == day).any() or (self._told[0] == day).any() or (self._ends == day).any())

    def next_after(self, day: int) -> int | None:
        """The next confirmed date after an instant."""
        dates: Int64 = self._ledger.orders.confirmed.copy()
        for time, order, confirmed in zip(*(column.tolist() for column in self._told), strict=True):
            if time <= day:
                dates[order] = confirmed
        mine = dates[self._rows[(self._known <= day) & (self._ends > day)]]
        return min((date for date in mine.tolist() if date > day), default=None)


ALARMS = (
    Law(
        "alarm",
        "A shop that watches is warned on the day on which the chance of a stock-out before the next confirmed receipt "
        "gets too high, and on no other.",
        _alarms,
    ),
)
