"""Four units meet five waiting orders in a running shop: table G3 of README.md, and what new visitors may take."""

from __future__ import annotations

from typing import Any

import pytest

from sim import audit, draw_tape, simulate
from sim.ledger.ledger import Ledger
from sim.scenario.scenario import Scenario
from sim.words import DAY, Fate, Wait

ORDERS = [("a", 2, 11), ("b", 1, 15), ("c", 3, 15), ("d", 1, 7), ("e", 1, 8)]
"""Name, units and price of each order; the unit cost is 6."""


def customers(later: list[int]) -> dict[str, Any]:
    """Five customers who never give up, on days 1 to 5, then later visitors for one unit who do not wait."""
    shop = {"buys": "p", "from": "main"}
    waiting = {
        name: shop | {"price": price, "visits": {"trace": [{"at": f"{day} d", "units": units}]}}
        for day, (name, units, price) in enumerate(ORDERS, start=1)
    }
    visits = [{"at": f"{day} d", "patience": "0 d"} for day in later]
    return waiting | ({"new": shop | {"visits": {"trace": visits}}} if visits else {})


def ledger_of(allocate: Any, *, ship: str = "complete", later: list[int] | None = None) -> Ledger:
    """The five join an empty shop; four units come on day 10."""
    world = {
        "calendar": {"measure": "20 d"},
        "products": {"p": {"unit_cost": 6}},
        "suppliers": {"factory": {}},
        "warehouses": {"main": {"stock": {"p": 0}}},
        "lanes": [{"from": "factory", "to": "main", "lead_time": "5 d"}],
        "inbound": [{"from": "factory", "to": "main", "product": "p", "units": 4, "due": "10 d"}],
        "customers": customers(later or []),
    }
    levers = {"when_short": "backorder", "allocate": allocate, "ship": ship, "replenish": {"rule": "none"}}
    scenario = Scenario.model_validate(
        {"version": 1, "title": "four units", "world": world, "levers": levers, "policies": {"only": {}}}
    )
    tape = draw_tape(scenario.world, seed=1, replication=0)
    ledger = simulate(scenario.world, scenario.policy("only"), tape)
    audit(scenario.world, scenario.policy("only"), tape, ledger)
    return ledger


def granted(ledger: Ledger, *, on: int = 10) -> str:
    """`a2 b1`: who got how many on a day."""
    rows = zip(ledger.waits.time, ledger.waits.event, ledger.waits.visit, ledger.waits.units, strict=True)
    return " ".join(
        f"{ORDERS[visit][0]}{units}" for time, event, visit, units in rows if (time, event) == (on * DAY, Wait.GRANTED)
    )


@pytest.mark.parametrize(
    ("allocate", "expected"),
    [
        ("fifo", "a2 b1 d1"),
        ("value", "b1 c3"),
        ("smallest", "b1 d1 e1"),
        ({"rule": "fifo", "overtaking": "never"}, "a2 b1"),
        ({"rule": "new_first", "share": "50 %", "hold": "3 d"}, "a2"),
    ],
)
def test_the_units_go_to_whom_the_rule_says(allocate: Any, expected: str) -> None:
    assert granted(ledger_of(allocate)) == expected


def test_a_part_goes_to_who_takes_parts() -> None:
    assert granted(ledger_of("fifo", ship="partial")) == "a2 b1 c1"


def test_a_unit_kept_for_the_front_of_the_line_is_not_sold_to_a_new_visitor() -> None:
    strict = ledger_of({"rule": "fifo", "overtaking": "never"}, later=[11])
    assert (strict.visits.fate[5], strict.closing[0]) == (Fate.BALKED, 1)


def test_a_unit_that_fits_nobody_in_the_line_is_sold_to_a_new_visitor() -> None:
    assert ledger_of("smallest", later=[11]).visits.fate[5] == Fate.SERVED


def test_units_held_for_new_visitors_are_sold_to_them_and_go_to_the_line_when_the_hold_is_over() -> None:
    ledger = ledger_of({"rule": "new_first", "share": "50 %", "hold": "3 d"}, later=[11, 14])
    assert granted(ledger, on=13) == "b1"
    assert [Fate(fate) for fate in ledger.visits.fate[5:]] == [Fate.SERVED, Fate.BALKED]
