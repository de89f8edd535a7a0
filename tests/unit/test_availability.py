"""What the page says when the shelf is short, by each rule."""

from __future__ import annotations

from typing import Any

import pytest

from sim.rules.availability import for_sale, knows_the_future, looks_at_inbound, looks_at_value, offer, offering
from sim.rules.estimates import Estimates
from sim.scenario.policies import Levers
from sim.words import DAY
from tests.shelves import LateByChance, levers, shelf

GOOD = Estimates(price=100, unit_cost=60, free=10)
BAD = Estimates(price=100, unit_cost=60, free=10, backorder=50)


def offers(of: Levers, **seen: Any) -> bool:
    return offer(of, shelf(**seen)) is not None


def vendor(when_short: str, **stated: Any) -> Levers:
    return levers(when_short=when_short, promise={"basis": "vendor"}, **stated)


def test_out_of_stock_never_offers() -> None:
    assert not offers(levers())


def test_a_cap_counts_those_who_wait_and_the_one_who_asks() -> None:
    capped = vendor("backorder", cap=5)
    assert offers(capped, backlog=3, shortage=2)
    assert not offers(capped, backlog=4, shortage=2)


def test_a_rule_without_limits_offers_what_it_does_with_limits_that_bind_nobody() -> None:
    free, capped = vendor("backorder"), vendor("backorder", cap=10**6)
    seen = shelf(backlog=3, shortage=2)
    assert offering(free)(seen) == offering(capped)(seen) == offer(free, seen)
    assert offering(vendor("backorder", cap=4))(seen) is None


def test_a_cap_in_days_is_of_mean_demand() -> None:
    capped = vendor("backorder", cap_days="3 d")
    assert offers(capped, daily_demand=2.0, backlog=5)
    assert not offers(capped, daily_demand=2.0, backlog=6)


def test_preorders_fill_a_share_of_what_is_on_its_way() -> None:
    preorder = vendor("preorder", preorder={"cap": 0.8})
    assert offers(preorder, inbound_units=300, backlog=239)
    assert not offers(preorder, inbound_units=300, backlog=240)


def test_preorders_need_a_receipt_that_serves_the_customer() -> None:
    assert not offers(vendor("preorder"), due=None, inbound_units=300)


@pytest.mark.parametrize(("customer_class", "expected"), [("niche", True), ("commodity", False)])
def test_by_class_offers_for_some_classes_of_products(customer_class: str, expected: bool) -> None:
    assert offers(vendor("by_class", classes=["niche"]), customer_class=customer_class) is expected


def test_only_confirmed_inbound_applies_to_every_rule() -> None:
    assert offers(vendor("by_class", classes=["niche"]), due=None, customer_class="niche")
    assert not offers(vendor("by_class", classes=["niche"], only="confirmed_inbound"), due=None, customer_class="niche")


@pytest.mark.parametrize("when_short", ["backorder", "hybrid", "preorder"])
def test_no_rule_promises_beyond_the_end_of_the_season(when_short: str) -> None:
    def until(day: int) -> Levers:
        return levers(when_short=when_short, promise={"basis": "vendor", "until": f"{day} d"})

    assert offers(until(116), inbound_units=10)
    assert not offers(until(115), inbound_units=10)


def test_a_closed_hybrid_opens_again_only_well_below_its_limits() -> None:
    hybrid = vendor("hybrid", limits={"horizon": "18 d"})
    assert offers(hybrid, open=True)
    assert not offers(hybrid, open=False)
    assert offers(hybrid, open=False, due=8)


def test_a_hybrid_closes_when_the_arrival_is_too_uncertain() -> None:
    hybrid = vendor("hybrid", limits={"spread": "9 d"})
    assert offers(hybrid, slip=LateByChance(1.0, 3 * DAY))  # 3 d x ln(0.5 / 0.05) = 6.9 d
    assert not offers(hybrid, slip=LateByChance(1.0, 4 * DAY))  # 9.2 d


@pytest.mark.parametrize(("estimates", "expected"), [(GOOD, True), (BAD, False)])
def test_the_greedy_rule_follows_the_estimates_and_the_oracle_the_truth(estimates: Estimates, expected: bool) -> None:
    assert offers(vendor("ev_greedy"), estimates=estimates) is expected
    assert offers(vendor("oracle"), truth=estimates) is expected


@pytest.mark.parametrize(("when_short", "wrong"), [("ev_greedy", "truth"), ("oracle", "estimates")])
def test_a_rule_of_value_without_its_estimates_is_refused(when_short: str, wrong: str) -> None:
    with pytest.raises(ValueError, match="no estimates"):
        offer(vendor(when_short), shelf(**{wrong: GOOD}))


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"when_short": "out_of_stock"}, False),
        ({"when_short": "backorder"}, False),
        ({"when_short": "by_class"}, False),
        ({"when_short": "backorder", "only": "confirmed_inbound"}, True),
        ({"when_short": "by_class", "promise": {"basis": "mean"}}, True),
        ({"when_short": "hybrid"}, True),
        ({"when_short": "preorder"}, True),
        ({"when_short": "ev_greedy"}, True),
        ({"when_short": "oracle"}, True),
    ],
)
def test_rules_say_whether_they_look_at_receipts(stated: dict[str, Any], expected: bool) -> None:
    assert looks_at_inbound(levers(**stated)) is expected


def test_one_rule_looks_at_the_value_and_one_knows_the_future() -> None:
    assert looks_at_value(levers(when_short="ev_greedy"))
    assert knows_the_future(levers(when_short="oracle"))
    assert not knows_the_future(levers(when_short="ev_greedy", promise={"basis": "oracle"}))


@pytest.mark.parametrize(("priority", "expected"), [(0, 5), (1, 5), (2, 2)])
def test_the_last_units_are_kept_for_important_customers(priority: int, expected: int) -> None:
    assert for_sale(levers(reserve={"units": 3, "priority": 1}).reserve, 5, priority) == expected


def test_a_reserve_never_leaves_less_than_nothing() -> None:
    assert for_sale(levers(reserve={"units": 9}).reserve, 5, 1) == 0
