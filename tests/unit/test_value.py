"""What a backorder is worth, and none: by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.rules.estimates import Changes, Estimates, Unending, lifetime_value
from sim.rules.promise import Receipt, quote
from sim.rules.value import LEVELS, Stakes, is_worth_it, stakes_of, worth_accepting, worth_refusing
from sim.words import DAY, YEAR
from tests.shelves import Exponential, LateByChance, LateForSure, levers, shelf

ROWS = Changes(broken=-0.04, late_day=-0.002, cancelled=-0.10, stock_out=-0.03, substituted=-0.01)
NOBODY_WAITS = Exponential(1)
FULL = Stakes(
    margin=30,
    backorder=2,
    cancellation=5,
    support=1,
    lifetime=100,
    cancels=0.2,
    breaks=0.25,
    late_days=2,
    wait_change=-0.05,
    changes=ROWS,
    unit=10,
    substitute=0.4,
    substitute_margin=20,
    sign_up=0.15,
    buys=0.2,
    returns=0.17,
)


def test_the_worth_of_accepting_by_hand() -> None:
    # 0.8 x (30 - 2 - 10) - 0.2 x 5 - 1 + 100 x (0.8 x -0.05 + 0.2 x -0.10 + 0.25 x -0.04 + 2 x -0.002)
    assert worth_accepting(FULL) == pytest.approx(14.4 - 1 - 1 - 7.4)


def test_the_worth_of_refusing_by_hand() -> None:
    # 0.4 x 20 + 0.6 x (0.15 x 0.2 + 0.17) x 30 + 100 x (0.6 x -0.03 + 0.4 x -0.01)
    assert worth_refusing(FULL) == pytest.approx(8 + 3.6 - 2.2)


def test_a_sure_backorder_that_costs_nothing_is_worth_its_margin() -> None:
    assert worth_accepting(Stakes(margin=40)) == 40
    assert worth_refusing(Stakes(margin=40)) == 0


@pytest.mark.parametrize(("share", "expected"), [(0.70, True), (0.72, False)])
def test_substitutes_in_the_house_turn_the_sign(share: float, expected: bool) -> None:
    # 28 - 3 = 25 against share x 35: even at 0.714
    assert is_worth_it(Stakes(margin=28, backorder=3, substitute=share, substitute_margin=35)) is expected


@pytest.mark.parametrize(("unit", "expected"), [(24.9, True), (25.1, False)])
def test_where_units_sell_anyway_a_backorder_gains_nothing(unit: float, expected: bool) -> None:
    assert is_worth_it(Stakes(margin=28, backorder=3, unit=unit)) is expected


@pytest.mark.parametrize(("broken", "expected"), [(-0.19, True), (-0.21, False)])
def test_broken_promises_turn_the_sign_where_customers_are_worth_much(broken: float, expected: bool) -> None:
    # 20 against 0.5 x broken x 200: even at -0.20
    stakes = Stakes(margin=20, lifetime=200, breaks=0.5, changes=Changes(broken=broken))
    assert is_worth_it(stakes) is expected


def test_a_tie_is_not_worth_it() -> None:
    assert not is_worth_it(Stakes(margin=28, backorder=28))


def stakes(*, stated: dict[str, Any] | None = None, seen: dict[str, Any] | None = None, **believed: Any) -> Stakes:
    """A receipt due in 10 d, a window of 12 to 16 d; a price of 100 and a cost of 60."""
    of = levers(**{"promise": {"basis": "vendor"}, **(stated or {})})
    at = shelf(**(seen or {}))
    return stakes_of(of, at, Estimates(**{"price": 100, "unit_cost": 60, **believed}), quote(of.promise, at))


def test_the_margin_is_that_of_the_wish_after_fees_and_fulfilment() -> None:
    assert stakes(seen={"shortage": 2}, fee=0.03, fee_fixed=0.3, fulfilment=8).margin == pytest.approx(74 - 8.3)


@pytest.mark.parametrize(("capture", "cost"), [("at_order", 2 + 6.3), ("deposit", 2 + 2.1), ("at_ship", 2)])
def test_fees_of_what_was_paid_ahead_are_lost_on_a_cancellation(capture: str, cost: float) -> None:
    paid = stakes(
        stated={"payment": {"capture": capture}}, seen={"shortage": 2}, fee=0.03, fee_fixed=0.3, cancellation=2
    )
    assert paid.cancellation == pytest.approx(cost)


def test_the_handling_of_a_cancelled_backorder_was_for_nothing() -> None:
    assert stakes(backorder=1.5, cancellation=2).cancellation == 3.5


def test_who_cancels_may_come_back_and_buy() -> None:
    assert stakes(cancellation=2, defers=0.3, comes_back=0.5).cancellation == pytest.approx(2 - 0.15 * 40)


def test_a_wait_costs_handling_backlog_and_contacts() -> None:
    waited = stakes(backorder=1.5, backlog=0.5 / DAY, contact=6, contacts=0.02 / DAY)
    assert waited.backorder == pytest.approx(1.5 + 0.5 * 12)
    assert waited.support == pytest.approx(6 * 0.02 * 12)


def test_customers_ask_more_often_once_the_promise_is_broken() -> None:
    late = stakes(seen={"slip": LateForSure(6 * DAY)}, contact=6, contacts=0.02 / DAY, contacts_late=3)
    assert late.support == pytest.approx(6 * 0.02 * (16 + 3 * 2))


def test_sure_supply_breaks_and_cancels_nothing() -> None:
    sure = stakes(patience=Exponential(DAY))
    assert (sure.breaks, sure.cancels, sure.late_days) == (0, 0, 0)


def test_a_promise_breaks_as_often_as_the_slip_is_longer_than_the_window() -> None:
    slipping = stakes(seen={"slip": LateByChance(0.5, 8 * DAY)})
    assert slipping.breaks == pytest.approx(0.5 * math.exp(-4 / 8), abs=1 / LEVELS)


def test_a_window_of_shipping_breaks_no_more_often() -> None:
    seen = {"slip": LateByChance(0.5, 8 * DAY)}
    assert stakes(seen=seen) == stakes(seen=seen, stated={"promise": {"basis": "vendor", "counts": "shipping"}})


@pytest.mark.parametrize(("left", "share"), [(0.5, 1 - 1 / (1 + 4 / 5)), (0.0, 1.0)])
def test_a_broken_promise_drives_away_whose_patience_ends(left: float, share: float) -> None:
    # a slip over 5 d is not sent by day 16; patience then survives x more days with chance exp(-x / (left x 10 d))
    slipping = stakes(seen={"slip": LateByChance(1.0, 4 * DAY)}, patience=Exponential(10 * DAY), after_broken=left)
    assert slipping.cancels == pytest.approx(math.exp(-5 / 4) * share, abs=0.5 / LEVELS)


def test_patience_that_ended_before_the_promise_outlasts_no_delay() -> None:
    hopeless = stakes(seen={"slip": LateForSure(6 * DAY)}, patience=Exponential(1))
    assert hopeless.cancels == 1
    assert hopeless.wait_change == 0


def test_those_who_expect_the_start_of_the_window_are_gone_by_its_end() -> None:
    late, patience = LateForSure(5 * DAY + 1), Exponential(10 * DAY)
    assert stakes(seen={"slip": late}, patience=patience).cancels == pytest.approx(0, abs=1e-5)
    early = stakes(seen={"slip": late}, patience=patience, eta_aversion=0)
    assert early.cancels == pytest.approx(1 - math.exp(-4 / 10), abs=1e-5)


def test_some_change_their_minds_until_the_goods_are_sent() -> None:
    assert stakes(change_of_mind=0.002 / DAY).cancels == pytest.approx(1 - math.exp(-0.002 * 11))


def test_the_chance_of_cancelling_may_be_stated() -> None:
    assert stakes(stated={"value": {"cancels": 0.1}}).cancels == pytest.approx(0.1)


@pytest.mark.parametrize(("due", "expected"), [(8, -1), (9, -2), (18, -2), (19, -3)])
def test_longer_waits_have_other_rows(due: int, expected: float) -> None:
    changes = Changes(short_wait=-1, medium_wait=-2, long_wait=-3)
    assert stakes(seen={"due": due}, changes=changes).wait_change == expected


@pytest.mark.parametrize(("days", "late"), [(4, 0), (8, 4), (50, 30)])
def test_whole_days_late_count_up_to_thirty(days: int, late: int) -> None:
    assert stakes(seen={"slip": LateForSure(days * DAY + DAY // 2)}).late_days == late


@pytest.mark.parametrize(
    ("stated", "seen", "share"),
    [
        ({}, {}, 0.5),
        ({"value": {"unit": 0.3}}, {}, 0.3),
        ({}, {"due": None}, 0.0),
    ],
)
def test_a_unit_is_worth_what_others_would_pay(stated: dict[str, Any], seen: dict[str, Any], share: float) -> None:
    scarce = stakes(stated=stated, seen=seen, others=5, free=10, others_patience=NOBODY_WAITS)
    assert scarce.unit == pytest.approx(share * 40)


@pytest.mark.parametrize(("others", "free", "share"), [(20, 10, 1), (0, 10, 0), (5, 0, 1)])
def test_a_unit_is_worth_no_more_than_its_margin(others: float, free: float, share: float) -> None:
    assert stakes(others=others, free=free, others_patience=NOBODY_WAITS).unit == pytest.approx(share * 40)


def test_who_goes_short_instead_is_still_worth_something() -> None:
    # V_non is 0.25 x 24 = 6: 34 are lost with one who would have bought
    assert stakes(others=1, free=1, others_patience=NOBODY_WAITS, substitute=0.25, substitute_margin=24).unit == 34


def test_who_goes_short_instead_may_wait_for_the_next_goods() -> None:
    # V_acc is 40 - 10 without mu; people who come 3, 9, 15, 21 and 27 d before the next goods wait 2 d more
    accepting = sum(math.exp(-(2 + ahead) / 12) for ahead in (3, 9, 15, 21, 27)) / 5
    scarce = stakes(others=1, free=1, backorder=10, others_patience=Exponential(12 * DAY))
    assert scarce.unit == pytest.approx(40 - 30 * accepting)
    assert is_worth_it(scarce) == (30 * accepting > 10)


def test_others_are_thought_to_be_as_patient_as_this_customer() -> None:
    patience = Exponential(12 * DAY)
    assert stakes(others=1, free=1, patience=patience) == stakes(
        others=1, free=1, patience=patience, others_patience=patience
    )


def test_where_everybody_waits_a_unit_is_worth_nothing_to_others() -> None:
    assert stakes(others=1, free=1).unit == 0


def test_without_a_receipt_the_wait_is_the_catalogue_and_its_slip() -> None:
    unpegged = stakes(seen={"due": None, "slip": LateForSure(3 * DAY)}, backlog=1 / DAY)
    assert unpegged.backorder == pytest.approx(30 + 3 + 2)


def test_nothing_delays_goods_at_the_dock() -> None:
    docked = Receipt(98 * DAY, docked=True)
    at_dock = stakes(seen={"receipt": docked, "slip": LateForSure(9 * DAY)}, backlog=1 / DAY)
    assert at_dock.backorder == pytest.approx(2)


@pytest.mark.parametrize(("substitute", "share"), [("after", 0.4), ("first", 0.0), ("never", 0.0)])
def test_a_substitute_counts_if_it_is_shown_to_those_who_refuse(substitute: str, share: float) -> None:
    shown = stakes(stated={"substitute": substitute}, seen={"shortage": 3}, substitute=0.4, substitute_margin=12)
    assert (shown.substitute, shown.substitute_margin) == (share, 36)


@pytest.mark.parametrize(("notify_me", "sign_up", "returns"), [(True, 0.15, 0.85 * 0.15), (False, 0.0, 0.15)])
def test_those_on_the_list_do_not_defer_as_well(notify_me: bool, sign_up: float, returns: float) -> None:
    left = stakes(stated={"notify_me": notify_me}, sign_up=0.15, buys=0.065, defers=0.3, comes_back=0.5)
    assert (left.sign_up, left.returns) == (sign_up, pytest.approx(returns))


@pytest.mark.parametrize(("lifetime", "expected"), [("auto", 185), (50, 50)])
def test_the_worth_of_a_customer_may_be_stated(lifetime: float | str, expected: float) -> None:
    assert stakes(stated={"value": {"lifetime": lifetime}}, lifetime=185).lifetime == expected


def test_a_member_who_comes_once_in_ninety_days_is_worth_185() -> None:
    worth = lifetime_value(visit_rate=1 / (90 * DAY), margin=28, capture=0.9, horizon=2 * YEAR, discount=0.10 / YEAR)
    assert worth == pytest.approx(185, abs=0.5)


def test_a_future_that_is_not_discounted_is_its_margin() -> None:
    worth = lifetime_value(visit_rate=1 / DAY, margin=2, capture=0.5, horizon=10 * DAY, discount=0)
    assert worth == pytest.approx(10)


def test_nobody_without_end_gives_up() -> None:
    assert Unending().survival(1e12) == 1
    assert Unending().survival(math.inf) == 0
