"""In which order claims are served: a number for each by every rule that goes by one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from sim.ledger.auditing.demand import visits_per_day
from sim.ledger.auditing.minds import stands
from sim.ledger.auditing.recall import UNIT, members, recalled
from sim.ledger.auditing.replay import Floats, Replay
from sim.scenario.classes import patience_of
from sim.scenario.customers import Customers
from sim.words import DAY, FOREVER

Key = Callable[[Replay], Floats]


def _nothing(replay: Replay) -> Floats:
    return np.zeros(len(replay.time))


def _promise(replay: Replay) -> Floats:
    """The first one; news change it."""
    return (replay.time + replay.ledger.visits.hi.astype(np.int64)).astype(np.float64)


def _worth(replay: Replay) -> Floats:
    """Less what a unit earns, and what the future of a member is worth."""
    lifetime = replay.by_stream(lambda c: _lifetime(replay, c))
    known = members(replay) >= 0
    worth = replay.margin + np.where(known, lifetime * np.exp(recalled(replay).regard / UNIT), 0.0)
    return np.asarray(-worth)


def _lifetime(replay: Replay, customers: Customers) -> float:
    world = replay.world
    panel, memory, product = world.panel, world.memory, replay.product(customers)
    if panel is None or memory is None:
        return 0.0
    rate = sum(visits_per_day(c) * c.members for c in replay.streams) / DAY / panel.members
    margin = (product.price if customers.price is None else customers.price) - product.unit_cost
    discount, horizon = memory.discount, memory.horizon
    time = -math.expm1(-discount * horizon) / discount if discount > 0 else float(horizon)
    return rate * memory.capture * margin * time


def _until(replay: Replay) -> Floats:
    """When each will have lost patience, as the shop estimates it: the median of those who accept such a promise."""
    hi, streams = replay.ledger.visits.hi.astype(np.int64), replay.everyone.stream
    if replay.levers.when_short == "oracle":
        return (replay.time + np.maximum(stands(replay), hi)).astype(np.float64)
    estimates = hi.copy()
    for number, customers in enumerate(replay.streams):
        mine = np.flatnonzero(replay.joined & (streams == number))
        law = patience_of(customers, replay.product(customers).customer_class, replay.world.calibration)
        willing = 1.0 - law.cdf(hi[mine].astype(np.float64))
        median = np.minimum(law.ppf(1.0 - np.maximum(willing, 0.0) / 2), FOREVER)
        estimates[mine] = np.where(willing > 0, np.trunc(median), hi[mine])
    return (replay.time + estimates).astype(np.float64)


def _lot(replay: Replay) -> Floats:
    lots, joined = np.zeros(len(replay.time)), np.flatnonzero(replay.joined)
    lots[joined] = replay.thrown("lottery", joined)
    return lots


KEYS: Final[Mapping[str, Key]] = MappingProxyType(
    {
        "edd": _promise,
        "late_first": _promise,
        "value": _worth,
        "least_patience": _until,
        "class": lambda replay: replay.by_stream(lambda c: c.priority),
        "lottery": _lot,
    }
)
"""By rule, for each visit; other rules go by the order of joining or by units."""


def key_of_visits(replay: Replay) -> Floats:
    """By the rule of the run, the number of each visit: the lowest goes first."""
    return KEYS.get(replay.levers.allocate.rule, _nothing)(replay)
