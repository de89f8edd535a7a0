"""Where customers went, on ten days counted by hand."""

from __future__ import annotations

from math import isnan

import pytest

from sim.measures.customers import CUSTOMERS
from sim.measures.measure import measure
from sim.words import Exit, Fate
from tests.ledgers import V, ledger_of, one_shop, tape_visits, ten_days_measured

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
    "seller_cancelled_share": 0,
    "no_consent_share": 0,
    "priced_out_share": 0,
    "notified_share": 0,
}


@pytest.mark.parametrize(("name", "value"), BY_HAND.items())
def test_ten_days_by_hand(name, value):
    assert ten_days_measured()[name, ""] == pytest.approx(value)


def shares_of(fate: Fate, leaving: Exit) -> set[str]:
    """Measures that are not 0 of one visit that became this and left so."""
    world, ledger = one_shop(calendar={"measure": "10 d"}), [V(1, 1, fate, exit=leaving, now=0)]
    values = measure(world, ledger_of(world, ledger, opening=[1], closing=[1]), tape_visits(ledger))
    return {entry.name for entry in CUSTOMERS if values[entry.name, ""] == 1}


def test_each_way_out_is_counted_under_its_own_name():
    assert shares_of(Fate.SELLER_CANCELLED, Exit.COMPETITOR) >= {"seller_cancelled_share", "competitor_share"}
    assert shares_of(Fate.NO_CONSENT, Exit.DEFER) == {"no_consent_share", "deferred_share"}
    assert shares_of(Fate.OUT_OF_STOCK, Exit.NOTIFY) == {"out_of_stock_share", "notified_share"}


@pytest.mark.parametrize("entry", CUSTOMERS, ids=lambda entry: entry.name)
def test_shares_of_no_visits_are_undefined(entry):
    world = one_shop(calendar={"measure": "10 d"})
    assert isnan(measure(world, ledger_of(world, [], opening=[1], closing=[1]), tape_visits([]))[entry.name, ""])
