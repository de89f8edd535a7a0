"""However lanes break, orders keep their turn on them, and go through one stage after the other."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings

from sim.ledger.ledger import Ledger
from sim.model.simulate import simulate
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.draw import draw_tape
from tests.properties.broken_supply import supply_levers, supply_worlds
from tests.properties.worlds import SEEDS, Raw


def overtaking(world: World, ledger: Ledger) -> list[int]:
    """Lanes on which an order arrives before one that left earlier."""
    found = []
    for number, lane in enumerate(world.lanes):
        mine = np.flatnonzero((ledger.orders.lane == number) & (ledger.orders.arrived >= 0))
        turn = mine[np.argsort(ledger.orders.left[mine], kind="stable")]
        at_once = np.diff(ledger.orders.left[turn]) == 0
        if not lane.crossover and np.any((np.diff(ledger.orders.arrived[turn]) < 0) & ~at_once):
            found.append(number)
    return found


def out_of_turn(ledger: Ledger) -> list[int]:
    """Orders that reach a stage before the one before it, or before they leave."""
    stages, orders = ledger.stages, ledger.orders
    found = []
    for order in np.unique(stages.order).tolist():
        mine = stages.order == order
        times = stages.time[mine][np.argsort(stages.stage[mine])].tolist()
        end = [int(orders.arrived[order])] if orders.arrived[order] >= 0 else []
        whole = [int(orders.left[order]), *times, *end]
        if whole != sorted(whole):
            found.append(order)
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(supply_worlds(), supply_levers(), SEEDS)
def test_orders_keep_their_turn(world: Raw, policy: Raw, seed: int) -> None:
    of, levers = World.model_validate(world), Levers.model_validate(policy)
    ledger = simulate(of, levers, draw_tape(of, seed=seed, replication=0))
    assert (overtaking(of, ledger), out_of_turn(ledger)) == ([], [])
