"""Who came in one replication: some customers of every fate with their stories, all from one run of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.course.service import wishes
from sim.ledger.views import Views
from sim.playback import Life, Replay, replay
from sim.scenario.scenario import Scenario
from sim.story import Event, tell
from sim.words import Fate

MOST: Final = 8
"""Customers of each fate whose stories are told."""


@dataclass(frozen=True)
class Tale:
    """One customer: everything about all visits for the same wish."""

    customer: int
    """The visit asked for."""
    lives: tuple[Life, ...]
    """Every visit for the wish, the first one first."""
    events: tuple[Event, ...]
    """What happened, in order of time."""

    @property
    def fate(self) -> Fate:
        """What became of the wish."""
        return self.lives[-1].fate


@dataclass(frozen=True)
class Cast:
    """The customers of the measured window in one replication of one policy."""

    counts: Mapping[Fate, int]
    """How many wishes ended in each fate that occurs."""
    tales: Mapping[Fate, tuple[Tale, ...]]
    """Some of each, spread over the window."""
    members: int
    """Wishes of identified members."""


def cast(scenario: Scenario, *, policy: str, replication: int = 0, seed: int | None = None, most: int = MOST) -> Cast:
    """Play one replication again and tell of some customers of every fate.

    Args:
        scenario: which world.
        policy: its name.
        replication: its number.
        seed: of the tapes; the scenario's own when left out.
        most: customers of each fate.

    Raises:
        ResultError: there is no such policy.
    """
    found = replay(scenario, policy=policy, replication=replication, seed=seed)
    calendar = scenario.world.calendar
    rows = wishes(Views(scenario.world_of(policy), found.ledger, found.tape.visits))
    times = found.tape.visits.time[rows]
    rows = rows[(times >= calendar.warm_up) & (times < calendar.warm_up + calendar.measure)]
    fates = found.ledger.visits.fate[found.everyone.last[rows]]
    here = {fate: rows[fates == fate] for fate in Fate if (fates == fate).any()}
    member = found.tape.visits.member
    return Cast(
        counts={fate: len(customers) for fate, customers in here.items()},
        tales={
            fate: tuple(_tale(found, int(customers[place])) for place in _spread(len(customers), most))
            for fate, customers in here.items()
        },
        members=0 if member is None else int((member[rows] >= 0).sum()),
    )


def _spread(count: int, most: int) -> list[int]:
    """Places evenly spread over a list."""
    places: list[int] = np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64)).tolist()
    return places


def tale(scenario: Scenario, *, policy: str, customer: int, replication: int = 0, seed: int | None = None) -> Tale:
    """Play one replication again and tell of one customer.

    Raises:
        ResultError: there is no such policy, or no such customer in the replication.
    """
    return _tale(replay(scenario, policy=policy, replication=replication, seed=seed), customer)


def _tale(found: Replay, customer: int) -> Tale:
    lives = tuple(found.life(visit) for visit in found.visits_of(customer))
    return Tale(customer, lives, tell(found, customer))
