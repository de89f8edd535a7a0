"""What members and readers of reviews think of the shop, by day; nothing where nobody remembers or writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.course.levels import Line
from sim.course.rolling import Floats
from sim.ledger.ledger import Int64
from sim.ledger.views import Views
from sim.measures.stars import stars_over_time
from sim.words import Cause

_MILLION: Final = 1_000_000


def people(views: Views, instants: Int64) -> Iterator[Line]:
    """Loyalty of the members and stars of the reviews, where there are any."""
    world, reviews = views.world, views.ledger.reviews
    if world.panel is not None and world.memory is not None:
        yield "loyalty", "", loyalty(views, instants, members=world.panel.members, half_life=world.memory.half_life)
    if world.reputation is not None:
        yield "stars", "", stars_over_time(reviews, world.reputation, instants)


def loyalty(views: Views, instants: Int64, *, members: int, half_life: int) -> Floats:
    """Mean visit rate of the members at some instants in order, as a multiple of the first one."""
    rows = views.ledger.regard
    order = np.argsort(rows.time, kind="stable")
    regard, since, here = np.zeros(members), np.zeros(members), np.ones(members)
    ends = np.searchsorted(rows.time[order], instants, side="right")
    means, begin = np.empty(len(instants)), 0
    for place, (instant, end) in enumerate(zip(instants.tolist(), ends.tolist(), strict=True)):
        new = order[begin:end]
        regard[rows.member[new]], since[rows.member[new]] = rows.after[new], rows.time[new]
        here[rows.member[new[rows.cause[new] == Cause.DROPPED_OUT]]] = 0.0
        means[place] = here @ np.exp(regard * np.exp2((since - instant) / half_life) / _MILLION)
        begin = end
    return means / members
