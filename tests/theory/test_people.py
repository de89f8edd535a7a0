"""Customers against what theory says of them: how often members come, who accepts in a hurry, whom a panel changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import chisquare, nbinom

from sim.ledger.ledger import Ledger
from sim.model.simulate import simulate
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.draw import draw_tape
from sim.words import DAY, Fate

SHOPPERS = {"buys": "mug", "from": "main", "visits": "200/d"}
SHOP: dict[str, Any] = {
    "calendar": {"measure": "100 d"},
    "products": {"mug": {}},
    "suppliers": {"pottery": {}},
    "warehouses": {"main": {"stock": {"mug": 0}}},
    "lanes": [{"from": "pottery", "to": "main", "lead_time": "12 d"}],
    "inbound": [{"from": "pottery", "to": "main", "product": "mug", "units": 100_000, "due": "30 d"}],
}
EMPTY = {"replenish": {"rule": "none"}, "when_short": "backorder"}


def world(parts: dict[str, Any] | None = None, **traits: Any) -> World:
    return World.model_validate(SHOP | {"customers": {"shoppers": SHOPPERS | traits}} | (parts or {}))


def ledger_of(of: World, **levers: Any) -> Ledger:
    tape = draw_tape(of, seed=11, replication=0)
    return simulate(of, Levers.model_validate(EMPTY | levers), tape)


@pytest.mark.parametrize(("shape", "members"), [(0.5, 4000), (2.0, 4000)])
def test_visits_of_members_are_negative_binomial(shape, members):
    of = world({"panel": {"members": members, "shape": shape}}, members=1)
    visits = draw_tape(of, seed=3, replication=0).visits
    counts = np.bincount(visits.member, minlength=members)
    law = nbinom(shape, shape / (shape + len(visits) / members))
    edges = np.unique(law.ppf(np.linspace(0, 1, 11)[1:-1]))
    below = np.concatenate([law.cdf(edges), [1.0]])
    found = np.array([np.sum(counts <= edge) for edge in edges] + [members])
    assert chisquare(np.diff(found, prepend=0), np.diff(below, prepend=0) * members).pvalue > 0.001


@pytest.mark.parametrize("width", ["0 d", "2 d"])
def test_the_urgent_accept_as_often_as_their_deadline_lies_beyond_the_promise(width):
    promise = {"basis": "vendor", "width": width}
    rows = ledger_of(world(urgent=1, patience="any"), promise=promise).visits
    short = np.isin(rows.fate, (Fate.BALKED, Fate.FULFILLED, Fate.RENEGED))
    chance = np.exp(-rows.hi[short] / (3 * DAY))
    accepted = np.sum(rows.fate[short] != Fate.BALKED)
    assert np.sum(short) > 5_000
    assert abs(accepted - chance.sum()) < 4 * np.sqrt(np.sum(chance * (1 - chance)))


@pytest.mark.parametrize("profile", ["basic", "full"])
def test_a_panel_without_memory_is_a_crowd(profile):
    crowd = ledger_of(world(profile=profile), updates="honest")
    panel = ledger_of(world({"panel": {"members": 50}}, profile=profile, members=0.7), updates="honest")
    assert panel.digest == crowd.digest
