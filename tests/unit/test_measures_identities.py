"""What must hold between measures in every run, against a shop counted second by second."""

from __future__ import annotations

from itertools import pairwise
from math import isnan

import pytest

from sim.measures.measure import MEASURES, measure
from sim.words import DAY, Fate, Wait
from tests.toy_shop import DEPOT, MEASURE, SHOP, STOCK_OF_STREAM, WARM_UP, Toy, for_any_plan

END = WARM_UP + MEASURE
PRICES = (12, 10)
SCOPES = {"": (DEPOT, SHOP), "depot/mug": (DEPOT,), "shop/mug": (SHOP,)}
SHARES = ("out_of_stock", "balked", "fulfilled", "reneged", "changed_mind", "pending")
COSTS = (
    "cost_of_goods", "holding_cost", "ordering_cost", "backorder_cost", "backlog_cost", "support_cost",
    "cancellation_cost", "leftover_cost",
)  # fmt: skip


def measured(plan):
    toy = Toy(plan).run()
    return toy, measure(*toy.tables())


def second(at):
    return round(at * DAY)


def in_window(at):
    return WARM_UP <= second(at) < END


def customers(toy, scope):
    mine = [(n, v) for n, v in enumerate(toy.visits) if STOCK_OF_STREAM[v.stream] in SCOPES[scope]]
    return [(n, v) for n, v in mine if in_window(v.at) and v.units]


def claims(toy, scope):
    return [o for o in toy.orders if o.lane == 1 and scope == "depot/mug" and in_window(o.placed)]


@for_any_plan
def test_every_visit_has_one_fate(plan):
    _, values = measured(plan)
    for scope in SCOPES:
        total = values["order_fill_rate", scope] + sum(values[f"{share}_share", scope] for share in SHARES)
        assert isnan(total) if not values["visits", scope] else total == pytest.approx(1)


@for_any_plan
def test_every_visit_ends_delivered_gone_or_pending(plan):
    _, values = measured(plan)
    for scope in SCOPES:
        names = ("capture_rate", "lost_share", "deferred_share", "pending_share")
        total = sum(values[name, scope] for name in names)
        assert isnan(total) if not values["visits", scope] else total == pytest.approx(1)


@for_any_plan
def test_units_wanted_are_delivered_lost_or_pending(plan):
    toy, values = measured(plan)
    for scope in SCOPES:
        mine = customers(toy, scope)
        left = {n: w.units for w in toy.waits for n, _ in mine if w.visit == n and w.event is not Wait.GRANTED}
        lost = sum(left.values()) + sum(v.units - v.sold for _, v in mine if v.fate in (Fate.OUT_OF_STOCK, Fate.BALKED))
        wanted = sum(v.units for _, v in mine) + sum(o.units for o in claims(toy, scope))
        assert (values["units_wanted", scope], values["lost_units", scope]) == (wanted, lost)


@for_any_plan
def test_fill_rate_is_the_share_of_units_met_at_once(plan):
    toy, values = measured(plan)
    for scope in SCOPES:
        wanted = sum(v.units for _, v in customers(toy, scope)) + sum(o.units for o in claims(toy, scope))
        at_once = sum(v.sold for _, v in customers(toy, scope))
        at_once += sum(o.units for o in claims(toy, scope) if o.filled == o.placed)
        share = at_once / wanted if wanted else float("nan")
        assert values["fill_rate", scope] == pytest.approx(share, nan_ok=True)


@for_any_plan
def test_waiting_is_that_of_every_unit_of_the_window(plan):
    toy, values = measured(plan)
    for scope, stocks in SCOPES.items():
        asked = [(at, mine, a, b) for at, mine, _, a, b in toy.waited if at in stocks and WARM_UP <= a < END]
        waits = [b - a for _, mine, a, b in asked if mine or scope]
        mean = sum(waits) / len(waits) / DAY if waits else float("nan")
        assert values["wait_if_waiting", scope] == pytest.approx(mean, nan_ok=True)


@for_any_plan
def test_backlog_times_time_is_the_waiting_within_the_window(plan):
    toy, values = measured(plan)
    for scope, stocks in SCOPES.items():
        spells = [(a, b) for at, mine, _, a, b in toy.waited if at in stocks and (mine or scope)]
        waited = sum(max(min(b, END) - max(a, WARM_UP), 0) for a, b in spells)
        assert values["mean_backlog", scope] * MEASURE == pytest.approx(waited)


@for_any_plan
def test_time_averages_are_those_of_every_second(plan):
    toy, values = measured(plan)
    for scope, stocks in SCOPES.items():
        for what in ("on_hand", "on_order", "position"):
            total = sum(sum(toy.truth[what][stock][WARM_UP:END]) for stock in stocks)
            assert values[f"mean_{what}", scope] * MEASURE == pytest.approx(total)


@for_any_plan
def test_ready_rate_is_the_mean_share_of_seconds_in_stock(plan):
    toy, values = measured(plan)
    for scope, stocks in SCOPES.items():
        ready = [sum(v > 0 for v in toy.truth["on_hand"][stock][WARM_UP:END]) for stock in stocks]
        assert values["ready_rate", scope] == pytest.approx(sum(ready) / len(ready) / MEASURE)


@for_any_plan
def test_peak_backlog_of_a_stock_is_its_highest_second(plan):
    toy, values = measured(plan)
    for stock, scope in ((DEPOT, "depot/mug"), (SHOP, "shop/mug")):
        assert values["peak_backlog", scope] == max(toy.truth["backlog"][stock][WARM_UP:END])


@for_any_plan
def test_cycle_service_is_counted_between_postings(plan):
    toy, values = measured(plan)
    short = [second(v.at) for v in toy.visits if v.fate is not Fate.SERVED and STOCK_OF_STREAM[v.stream] == DEPOT]
    short += [second(o.placed) for o in toy.orders if o.lane == 1 and o.filled != o.placed]
    posted = sorted({second(o.posted) for o in toy.orders if o.lane == 0 and o.posted and in_window(o.posted)})
    cycles = [not any(a <= at < b for at in short) for a, b in pairwise(posted)]
    share = sum(cycles) / len(cycles) if cycles else float("nan")
    assert values["cycle_service", "depot/mug"] == pytest.approx(share, nan_ok=True)


@for_any_plan
def test_revenue_less_costs_is_profit(plan):
    _, values = measured(plan)
    for scope in SCOPES:
        costs = sum(values[name, scope] for name in COSTS)
        assert values["profit", scope] == pytest.approx(values["revenue", scope] - costs)


@for_any_plan
def test_revenue_is_price_times_units_that_reached_customers(plan):
    toy, values = measured(plan)
    for scope in SCOPES:
        mine = dict(customers(toy, scope))
        sold = sum(PRICES[v.stream] * v.sold for v in mine.values())
        granted = [w for w in toy.waits if w.event is Wait.GRANTED and w.visit in mine]
        later = sum(PRICES[mine[w.visit].stream] * w.units for w in granted)
        assert values["revenue", scope] == pytest.approx(sold + later)


@for_any_plan
def test_the_money_of_the_stocks_adds_up_to_that_of_the_shop(plan):
    _, values = measured(plan)
    for name in (
        name for name, entry in MEASURES.items() if entry.unit == "money" and name not in ("regret", "lowest_cash")
    ):
        parts = sum(values[name, scope] for scope in SCOPES if scope)
        assert values[name, ""] == pytest.approx(parts)


@for_any_plan
def test_shares_lie_between_nothing_and_all(plan):
    _, values = measured(plan)
    shares = [name for name, entry in MEASURES.items() if entry.unit == "share" and name != "gamma_service"]
    assert not any(values[name, scope] < 0 or values[name, scope] > 1 for name in shares for scope in SCOPES)


@for_any_plan
def test_days_of_stock_and_turns_are_two_views_of_one_ratio(plan):
    _, values = measured(plan)
    for scope in SCOPES:
        if values["turns", scope] > 0:
            assert values["turns", scope] * values["days_of_stock", scope] == pytest.approx(365)
