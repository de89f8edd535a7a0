"""The engine against the textbook model, a process per customer: the same fates, visit by visit."""

from __future__ import annotations

from typing import Any

import pytest

from experiments.studies.speed.reference import LeanShop, TextbookShop
from sim import Ledger, Scenario, draw_tape, simulate
from sim.errors import ScenarioError
from sim.words import Fate

Raw = dict[str, Any]

WORLD: Raw = {
    "calendar": {"warm_up": "5 d", "measure": "60 d", "run_out": "10 d"},
    "products": {"cup": {"price": 20, "unit_cost": 12}},
    "suppliers": {"factory": {"moq": 30, "lot": 10}},
    "warehouses": {"main": {"stock": {"cup": 400}, "receiving": "1 d", "picking": "12 h", "last_mile": "2 d"}},
    "lanes": [
        {
            "from": "factory",
            "to": "main",
            "lead_time": "gamma(mean=4 d, cv=0.5)",
            "slip": {"late": "40 %", "mean": "2 d"},
        }
    ],
    "customers": {
        "patient": {
            "buys": "cup",
            "from": "main",
            "visits": "40/d",
            "size": {1: 0.7, 2: 0.2, 9: 0.1},
            "patience": "lognormal(median=8 d, sigma=0.8)",
            "leaving": {"competitor": 0.6, "defer": 0.3, "abandon": 0.1},
        },
        "fickle": {
            "buys": "cup",
            "from": "main",
            "visits": "20/d",
            "patience": "exponential(mean=9 d)",
            "eta_aversion": 0.5,
            "after_broken": 0.2,
            "change_of_mind": "0.1/d",
            "leaving": {"competitor": 0.2, "defer": 0.0, "abandon": 0.8},
        },
        "eager": {
            "buys": "cup",
            "from": "main",
            "visits": {"every": "3 h"},
            "acceptance": 0.7,
            "leaving": {"competitor": 0.0, "defer": 1.0, "abandon": 0.0},
        },
    },
}
RULES: dict[str, Raw] = {
    "r_Q": {"rule": "r_Q", "r": 380, "Q": 250},
    "base_stock": {"rule": "base_stock", "S": 420},
}
OFFERS: dict[str, Raw] = {
    "out_of_stock": {"when_short": "out_of_stock"},
    "nominal": {"when_short": "backorder", "promise": {"basis": "nominal", "width": "2 d"}},
    "vendor": {"when_short": "backorder", "promise": {"basis": "vendor", "width": "1 d"}},
    "confirmed": {
        "when_short": "backorder",
        "only": "confirmed_inbound",
        "promise": {"basis": "vendor", "width": "1 d"},
    },
}


def shop(world: Raw, **levers: Any) -> Scenario:
    return Scenario.model_validate({"version": 1, "title": "textbook", "world": world, "policies": {"any": levers}})


def played(of: Scenario, seed: int) -> tuple[Ledger, TextbookShop]:
    levers, tape = of.policy("any"), draw_tape(of.world, seed=seed, replication=0)
    return simulate(of.world, levers, tape), TextbookShop(of.world, levers, tape).run()


@pytest.fixture(
    scope="module", params=[(rule, offer, seed) for rule in RULES for offer in OFFERS for seed in (1, 2, 3)], ids=str
)
def pair(request: pytest.FixtureRequest) -> tuple[Ledger, TextbookShop]:
    rule, offer, seed = request.param
    return played(shop(WORLD, replenish=RULES[rule], **OFFERS[offer]), seed)


def test_every_visit_meets_the_same_fate_at_the_same_time(pair: tuple[Ledger, TextbookShop]) -> None:
    ledger, textbook = pair
    rows = ledger.visits
    told = zip(rows.fate, rows.exit, rows.lo, rows.hi, rows.ended, strict=True)
    lived = [(life.fate, life.exit, life.lo, life.hi, life.ended) for life in textbook.lives]
    assert [tuple(map(int, row)) for row in told] == [tuple(map(int, row)) for row in lived]


def test_every_order_is_placed_confirmed_and_received_at_the_same_time(pair: tuple[Ledger, TextbookShop]) -> None:
    ledger, textbook = pair
    rows = ledger.orders
    told = list(zip(rows.units, rows.placed, rows.confirmed, rows.posted, strict=True))
    assert told == [(order.units, order.placed, order.confirmed, order.posted) for order in textbook.orders]


def test_the_stock_at_the_close_is_the_same(pair: tuple[Ledger, TextbookShop]) -> None:
    ledger, textbook = pair
    assert ledger.closing.tolist() == [textbook.on_hand]


def test_the_lean_textbook_tells_the_same() -> None:
    of = shop(WORLD, replenish=RULES["r_Q"], **OFFERS["vendor"])
    levers, tape = of.policy("any"), draw_tape(of.world, seed=1, replication=0)
    full, lean = (model(of.world, levers, tape).run() for model in (TextbookShop, LeanShop))
    assert (full.lives, full.orders) == (lean.lives, lean.orders)


def test_the_case_is_not_an_easy_one() -> None:
    ledger, _ = played(shop(WORLD, replenish=RULES["r_Q"], **OFFERS["vendor"]), 1)
    assert set(map(int, ledger.visits.fate)) >= {
        Fate.SERVED,
        Fate.BALKED,
        Fate.FULFILLED,
        Fate.RENEGED,
        Fate.CHANGED_MIND,
    }


@pytest.mark.parametrize(
    ("levers", "strange"),
    [
        ({"replenish": {"rule": "r_Q"}}, "automatic levels"),
        ({"replenish": RULES["r_Q"], "ship": "partial"}, "this shipping or allocation"),
        ({"replenish": {"rule": "R_S", "R": "1 d", "S": 9}, "cap": 3}, "this review, this availability"),
    ],
)
def test_the_textbook_refuses_what_it_does_not_know(levers: Raw, strange: str) -> None:
    with pytest.raises(ScenarioError, match=f"does not know {strange}"):
        played(shop(WORLD, **levers), 1)
