"""Old stock once more, unit by unit: every unit keeps its day of arrival and its cost until it leaves, oldest first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np
import pytest

from sim import draw_tape, load_scenario, measure, simulate
from sim.words import DAY, Move, Wait
from tests.theory.conftest import KNOWN, Played

STORIES = {
    ("phantom_stock", "never_counted"): {"levers.replenish": "{rule: base_stock, S: 900}"},
    ("phantom_stock", "automatic_and_counted"): {"levers.replenish": "{rule: R_s_S, R: 30 d, s: 100, S: 1500}"},
    ("import_tariff", "pull_forward"): {"policies.pull_forward.advance.cover": "400 d"},
    ("dual_source", "cheap_and_stock"): {"policies.cheap_and_stock.replenish": "{rule: base_stock, S: 9000}"},
    ("pandemic", "backup_nearby"): {"levers.replenish": "{rule: base_stock, S: 20000}"},
}
"""Stories with far too much in stock, by file and policy."""


def play(story: str, policy: str) -> Played:
    file = KNOWN.parent / f"{story}.yaml"
    scenario = load_scenario(file, overrides=STORIES[story, policy])
    tape = draw_tape(scenario.world, seed=7, replication=0)
    return Played(scenario, tape, simulate(scenario.world, scenario.policy(policy), tape))


def landed(run: Played, order: int) -> float:
    """Cost of a unit of a supply order with duty, tariffs and freight."""
    world, orders = run.scenario.world, run.ledger.orders
    lane, arrived = world.lanes[orders.lane[order]], orders.arrived[order] - world.calendar.warm_up
    product = world.stocks[orders.stock[order]][1]
    cost = world.suppliers[lane.source].unit_costs.get(product, world.products[product].unit_cost)
    tariffs = [each for each in world.disruptions if each.kind == "tariff" and each.lane == (lane.source, lane.to)]
    due = sum(each.adds for each in tariffs if arrived >= each.at)
    return float(cost * (1 + lane.duty + due) + lane.freight)


def changes(run: Played, stock: int) -> Iterator[tuple[int, int, float]]:
    """Instant, units that come to a stock (more than 0) or go, and cost of one that comes."""
    ledger, world = run.ledger, run.scenario.world
    moves, waits, records, first = ledger.moves, ledger.waits, ledger.records, world.products[world.stocks[stock][1]]
    sells = [world.stocks[stock] == (c.source, c.buys) for c in world.customers.values()]
    mine = np.array(sells)[np.append(run.tape.visits.stream, run.tape.visits.stream[ledger.returns.intent])]
    yield 0, int(ledger.opening[stock]), first.unit_cost
    for row in np.flatnonzero((moves.event != Move.ISSUED) & (moves.stock == stock)).tolist():
        yield int(moves.time[row]), int(moves.units[row]), landed(run, int(moves.order[row]))
    visits, now = np.append(run.tape.visits.time, ledger.returns.time)[mine], ledger.visits.now[mine]
    yield from ((at, -units, 0.0) for at, units in zip(visits.tolist(), now.tolist(), strict=True))
    granted = np.flatnonzero((waits.event == Wait.GRANTED) & mine[waits.visit])
    yield from ((int(waits.time[row]), -int(waits.units[row]), 0.0) for row in granted)
    wrong = np.flatnonzero(records.stock == stock)
    yield from ((int(records.time[row]), int(records.physical[row]), first.unit_cost) for row in wrong)


def old_money_seconds(run: Played, stock: int) -> float:
    """Cost of every unit times the part of its stay, after its first 180 days, that lies in the window."""
    start, total, shelf = run.scenario.world.calendar.warm_up, 0.0, deque[tuple[int, float]]()
    end = start + run.scenario.world.calendar.measure
    for at, units, cost in sorted(changes(run, stock), key=lambda change: (change[0], change[1] < 0)):
        shelf.extend([(at, cost)] * max(units, 0))
        for came, worth in [shelf.popleft() for _ in range(-units)]:
            total += worth * max(min(at, end) - max(came + 180 * DAY, start), 0)
    return total + sum(worth * max(end - max(came + 180 * DAY, start), 0) for came, worth in shelf)


@pytest.mark.parametrize(("story", "policy"), STORIES)
def test_old_stock_is_that_of_units_followed_one_by_one(story: str, policy: str) -> None:
    run = play(story, policy)
    world, values = run.scenario.world, measure(run.scenario.world, run.ledger, run.tape.visits)
    expected = [old_money_seconds(run, stock) / world.calendar.measure for stock in range(len(world.stocks))]
    assert sum(expected) > 0
    assert values["excess_stock", ""] == pytest.approx(sum(expected), rel=1e-9)
