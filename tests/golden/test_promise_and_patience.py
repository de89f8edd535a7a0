"""Promise, patience, ties and a slip: table G1 of README.md, fact by fact."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import audit, draw_tape, load_scenario, simulate
from sim.ledger.ledger import Ledger
from sim.words import DAY, Fate, Wait

SCENARIO = load_scenario(Path(__file__).parent / "g1.yaml")


def ledger_of(policy: str) -> Ledger:
    tape = draw_tape(SCENARIO.world, seed=1, replication=0)
    ledger = simulate(SCENARIO.world, SCENARIO.policy(policy), tape)
    audit(SCENARIO.world, SCENARIO.policy(policy), tape, ledger)
    return ledger


@pytest.fixture(scope="module")
def confirmed() -> Ledger:
    return ledger_of("confirmed")


@pytest.mark.parametrize(
    ("customer", "fate", "promised", "ended"),
    [
        (0, Fate.SERVED, None, 0),
        (1, Fate.SERVED, None, 0),
        (2, Fate.FULFILLED, 3, 3),
        (3, Fate.BALKED, 2, 0),
        (4, Fate.FULFILLED, 1.5, 1.5),
        (5, Fate.FULFILLED, 1, 1),
        (6, Fate.BALKED, 4, 0),
        (7, Fate.RENEGED, 3.9, 3.95),
        (8, Fate.RENEGED, 3.5, 3.5),
    ],
)
def test_every_customer_meets_the_fate_of_the_table(
    confirmed: Ledger, customer: int, fate: Fate, promised: float | None, ended: float
) -> None:
    rows = confirmed.visits
    assert Fate(rows.fate[customer]) is fate
    assert rows.hi[customer] == (-1 if promised is None else round(promised * DAY))
    assert rows.ended[customer] == round(ended * DAY)


def test_the_orders_are_placed_confirmed_and_received_as_in_the_table(confirmed: Ledger) -> None:
    orders = confirmed.orders
    rows = zip(orders.placed, orders.confirmed, orders.arrived, orders.posted, orders.units, strict=True)
    days = [(*(float(instant) / DAY for instant in row[:4]), int(row[4])) for row in rows]
    assert days == [(1, 6, 6, 6, 3), (4.5, 9.5, 10.5, 10.5, 3), (6, 11, 11, 11, 3)]


def test_the_receipt_serves_the_line_in_order_and_the_broken_promises_leave_in_theirs(confirmed: Ledger) -> None:
    waits = confirmed.waits
    rows = [
        (float(time) / DAY, int(visit), Wait(event))
        for time, visit, event in zip(waits.time, waits.visit, waits.event, strict=True)
    ]
    assert rows == [
        (6, 2, Wait.GRANTED),
        (6, 4, Wait.GRANTED),
        (6, 5, Wait.GRANTED),
        (9.5, 8, Wait.RENEGED),
        (9.55, 7, Wait.RENEGED),
    ]


def test_out_of_stock_serves_three_and_loses_six() -> None:
    ledger = ledger_of("out_of_stock")
    served = [0, 1, 8]
    assert [i for i, fate in enumerate(ledger.visits.fate) if fate == Fate.SERVED] == served
    assert (ledger.visits.fate == Fate.OUT_OF_STOCK).sum() == 6
    assert (ledger.orders.arrived.tolist(), ledger.closing.tolist()) == ([6 * DAY], [2])
