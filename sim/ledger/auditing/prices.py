"""Prices over a run."""

from __future__ import annotations

import numpy as np

from sim.ledger.auditing.replay import Floats, Replay
from sim.ledger.auditing.track import Int64
from sim.scenario.disruptions import Tariff
from sim.words import FOREVER


def price_at(replay: Replay, product: str, times: Int64) -> Floats:
    """The price of a unit at some instants."""
    changes = sorted(
        (change for change in replay.world.price_changes if change.product == product and change.price is not None),
        key=lambda change: change.at,
    )
    starts = np.array([change.at + replay.world.calendar.warm_up for change in changes], dtype=np.int64)
    prices = np.array([replay.world.products[product].price, *(change.price for change in changes)], dtype=np.float64)
    now: Floats = prices[np.searchsorted(starts, times, side="right")] + _passed_on(replay, product, times)
    return now


def _passed_on(replay: Replay, product: str, times: Int64) -> Floats:
    """What tariffs in force at some instants put on a price."""
    world, put_on = replay.world, np.zeros(len(times))
    lanes = [(lane.source, lane.to) for lane in world.lanes if lane.products is None or product in lane.products]
    for event in _tariffs(replay):
        start = world.calendar.warm_up + event.at
        end = FOREVER if event.lasts is None else start + event.lasts
        if event.lane in lanes:
            put_on[(times >= start) & (times < end)] += event.adds
    return put_on * replay.levers.pass_through * world.products[product].unit_cost


def _tariffs(replay: Replay) -> list[Tariff]:
    return [event for event in replay.world.disruptions if isinstance(event, Tariff)]


def prices_change(replay: Replay) -> bool:
    """Whether any price ever changes."""
    return bool(replay.world.price_changes) or bool(_tariffs(replay) and replay.levers.pass_through)


def factors(replay: Replay) -> Floats:
    """The price that each visitor met, as a multiple of the product's first one."""
    met = np.ones(len(replay.time))
    for number, customers in enumerate(replay.streams):
        first = replay.product(customers).price
        if first and prices_change(replay):
            mine = replay.everyone.stream == number
            met[mine] = price_at(replay, customers.buys, replay.time[mine]) / first
    return met
