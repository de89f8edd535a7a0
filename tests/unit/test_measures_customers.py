"""Where customers went, on ten days counted by hand."""

from __future__ import annotations

from math import isnan

import pytest

from sim.measures.customers import CUSTOMERS
from sim.measures.measure import measure
from tests.ledgers import ledger_of, one_shop, tape_visits, ten_days_measured

BY_HAND = {
    "fulfilled_share": 2 / 8,
    "out_of_stock_share": 1 / 8,
    "balked_share": 1 / 8,
    "reneged_share": 1 / 8,
    "changed_mind_share": 1 / 8,
    "pending_share": 1 / 8,
    "lost_share": 3 / 8,
    "competitor_share": 2 / 8,
    "deferred_share": 1 / 8,
}


@pytest.mark.parametrize(("name", "value"), BY_HAND.items())
def test_ten_days_by_hand(name, value):
    assert ten_days_measured()[name, ""] == pytest.approx(value)


@pytest.mark.parametrize("entry", CUSTOMERS, ids=lambda entry: entry.name)
def test_shares_of_no_visits_are_undefined(entry):
    world = one_shop(calendar={"measure": "10 d"})
    assert isnan(measure(world, ledger_of(world, [], opening=[1], closing=[1]), tape_visits([]))[entry.name, ""])
