"""M55: a shop that watches is warned before the shelf is empty, and what it rushes then comes in time."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.ledger.audit import audit
from sim.ledger.ledger import Ledger
from sim.model.simulate import simulate
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.draw import draw_tape
from sim.words import DAY, Fate, Purpose

WORLD = World.model_validate(
    {
        "calendar": {"measure": "200 d"},
        "products": {"cup": {}},
        "suppliers": {"far": {}, "near": {"unit_costs": {"cup": 60}}},
        "warehouses": {"hub": {"stock": {"cup": 200}}},
        "lanes": [
            {"from": "far", "to": "hub", "lead_time": "14 d", "slip": {"late": "60 %", "mean": "12 d"}},
            {"from": "near", "to": "hub", "lead_time": "2 d"},
        ],
        "customers": {"cups": {"buys": "cup", "from": "hub", "visits": "10/d"}},
    }
)


def run(seed: int, **levers: Any) -> Ledger:
    policy = Levers.model_validate(
        {"replenish": {"rule": "r_Q", "r": 145, "Q": 200}, "source": {"rule": "single", "from": "far"}} | levers
    )
    tape = draw_tape(WORLD, seed=seed, replication=0)
    ledger = simulate(WORLD, policy, tape)
    audit(WORLD, policy, tape, ledger)
    return ledger


WATCHES = {"plan": {"monitor": {"alarm": "20 %"}}}


def test_an_alarm_comes_before_most_stock_outs():
    lead = [ledger.alarms.time for ledger in (run(seed, **WATCHES) for seed in range(3))]
    assert all(len(times) for times in lead)


def test_what_an_alarm_rushes_saves_sales():
    rushes = {**WATCHES, "expedite": {"by": "near", "on_alarm": "5 d"}}
    for seed in range(3):
        calm, warned = run(seed, **WATCHES), run(seed, **rushes)
        assert (warned.visits.fate != Fate.SERVED).sum() < (calm.visits.fate != Fate.SERVED).sum()


def test_every_rush_order_follows_an_alarm_of_its_day():
    ledger = run(1, **WATCHES, expedite={"by": "near", "on_alarm": "5 d"})
    rushed = ledger.purposes.order[ledger.purposes.purpose == Purpose.RUSH]
    assert len(rushed)
    days = ledger.orders.placed[rushed] // DAY
    assert np.isin(days, -(-ledger.alarms.time // DAY)).all()
    assert (ledger.orders.units[rushed] == 50).all()
