"""Prices over a run."""

from __future__ import annotations

import numpy as np

from sim.ledger.auditing.replay import Floats, Replay
from sim.ledger.auditing.track import Int64


def price_at(replay: Replay, product: str, times: Int64) -> Floats:
    """The price of a unit at some instants."""
    changes = sorted(
        (change for change in replay.world.price_changes if change.product == product and change.price is not None),
        key=lambda change: change.at,
    )
    starts = np.array([change.at + replay.world.calendar.warm_up for change in changes], dtype=np.int64)
    prices = np.array([replay.world.products[product].price, *(change.price for change in changes)], dtype=np.float64)
    now: Floats = prices[np.searchsorted(starts, times, side="right")]
    return now


def factors(replay: Replay) -> Floats:
    """The price that each visitor met, as a multiple of the product's first one."""
    met = np.ones(len(replay.time))
    for number, customers in enumerate(replay.streams):
        first = replay.product(customers).price
        if first and replay.world.price_changes:
            mine = replay.everyone.stream == number
            met[mine] = price_at(replay, customers.buys, replay.time[mine]) / first
    return met
