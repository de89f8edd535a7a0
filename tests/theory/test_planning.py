"""Planners: what they see and forecast, the levels that follow, and what their delays and habits do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim import Results, load_scenario
from sim.ledger.ledger import Ledger
from sim.model.outlook import outlook
from sim.rules.replenishment import levels, reorder_point
from sim.words import DAY, Fate
from tests.theory.conftest import KNOWN, Played
from tests.theory.exactly import CASES, Exactly, Sample
from tests.theory.small_shops import play, shop

Runs = Callable[[str, int], list[Played]]
Known = Callable[[str], Results]

SHOP = """
version: 1
title: A shop that plans
world:
  calendar: {warm_up: 0 d, measure: MEASURE}
  products: {unit: {}}
  suppliers: {maker: SUPPLIER}
  warehouses: {shop: {stock: {unit: STOCK}}}
  lanes: [{from: maker, to: shop, lead_time: LEAD, slip: SLIP}]
  customers:
    buyers: {buys: unit, from: shop, visits: VISITS, patience: forever, acceptance: ACCEPT}
  demand: DEMAND
levers: {when_short: STATUS, replenish: RULE, plan: PLAN}
policies: {shop: {}}
plan: {seed: 1, replications: 2}
"""
USUAL: dict[str, Any] = {
    "MEASURE": "100 d",
    "SUPPLIER": "{}",
    "STOCK": 200,
    "LEAD": "14 d",
    "SLIP": "0 d",
    "VISITS": "{every: 0.1 d}",
    "ACCEPT": "100 %",
    "DEMAND": "[]",
    "STATUS": "backorder",
    "RULE": "{rule: r_Q, r: 140, Q: 140}",
    "PLAN": "{}",
}


def ledger(**words: Any) -> Ledger:
    return ledgers(times=1, **words)[0]


def ledgers(*, times: int, **words: Any) -> list[Ledger]:
    return [run.ledger for run in play(shop(SHOP, **{**USUAL, **words}), times=times)]


def short(run: Ledger) -> int:
    """Visits that the shelf did not serve at once."""
    return int((run.visits.fate != Fate.SERVED).sum())


def means(run: Ledger) -> list[float]:
    """Forecasts of daily demand, in order."""
    return (run.forecasts.mean / 1e6).tolist()


# forecasts


def test_who_knows_the_rate_of_a_steady_demand_is_never_wrong() -> None:
    run = ledger(PLAN="{forecast: {method: oracle, every: 10 d}}")
    daily = np.bincount(np.arange(1000) // 10, minlength=100)
    assert means(run) == [10.0] * 9
    assert set(daily.tolist()) == {10}


@pytest.mark.parametrize("method", ["naive", "moving_average", "ses", "holt_winters", "croston"])
def test_nobody_is_wrong_about_a_steady_demand(method: str) -> None:
    run = ledger(PLAN=f"{{forecast: {{method: {method}, every: 20 d}}}}")
    assert means(run) == pytest.approx([10.0] * 4, abs=1e-6)


def test_the_oracle_knows_a_spike_to_come_and_nobody_else_does() -> None:
    spike = {"VISITS": "10/d", "DEMAND": "[{kind: promo, product: unit, at: 30 d, lasts: 14 d, multiplier: 3}]"}
    knows, guesses = (
        ledger(PLAN=f"{{forecast: {{method: {method}, every: 30 d}}}}", **spike)
        for method in ("oracle", "moving_average")
    )
    assert means(knows)[0] == 30.0
    assert means(guesses)[0] == pytest.approx(10, abs=2)


@pytest.mark.parametrize("method", ["naive", "moving_average", "ses", "holt_winters", "croston", "sba"])
def test_no_forecast_but_the_oracle_depends_on_what_is_still_to_come(method: str) -> None:
    def told(multiplier: int, how: str) -> list[float]:
        event = f"[{{kind: promo, product: unit, at: 45 d, lasts: 14 d, multiplier: {multiplier}}}]"
        return means(ledger(VISITS="10/d", DEMAND=event, PLAN=f"{{forecast: {{method: {how}, every: 20 d}}}}"))

    assert told(3, method)[:2] == told(5, method)[:2]
    assert told(3, "oracle")[1] < told(5, "oracle")[1]


def test_a_planned_event_is_in_the_forecast_if_planners_are_told() -> None:
    """The fortnight ahead sells three times as much; afterwards what was seen is divided by it."""
    event = "[{kind: promo, product: unit, at: 30 d, lasts: 14 d, multiplier: 3, planned: true}]"
    told, untold = (
        means(ledger(VISITS="10/d", DEMAND=event, PLAN=f"{{forecast: {{every: 30 d, events: {knows}}}}}"))
        for knows in ("true", "false")
    )
    assert told[0] == pytest.approx(3 * untold[0], abs=1e-5)
    assert told[1] == pytest.approx(10, abs=2)
    assert untold[1] > 15


def test_bias_is_a_share_of_every_forecast() -> None:
    assert means(ledger(PLAN="{forecast: {every: 20 d, bias: -0.2}}")) == [8.0] * 4


def test_noise_has_its_coefficient_of_variation(exactly: Exactly) -> None:
    plan = "{forecast: {every: 1 d, noise: 0.2}}"
    drawn = np.array(means(ledger(MEASURE="500 d", PLAN=plan, RULE="{rule: base_stock, S: 300}")))
    exactly.variance(drawn, 4.0)


# what planners see


OUTAGE = {"STOCK": 100, "RULE": "{rule: none}", "MEASURE": "21 d"}


def last_seen(sees: str, status: str) -> float:
    """Forecast after twenty days of ten buyers each, the last ten of which met an empty shelf; half of them waits."""
    plan = f"{{forecast: {{window: 20, every: 20 d, sees: {sees}}}}}"
    world = {**OUTAGE, "RULE": "{rule: s_S, s: -900, S: 1}", "ACCEPT": "50 %"}
    return means(ledger(STATUS=status, PLAN=plan, **world))[0]


def test_sales_after_an_outage_are_too_few_orders_less_so_and_views_right() -> None:
    sales, orders = last_seen("orders", "out_of_stock"), last_seen("orders", "backorder")
    assert sales == 5.0
    assert 5.5 < orders < 9.5
    assert last_seen("views", "out_of_stock") == last_seen("views", "backorder") == 10.0


def test_who_counts_sales_alone_does_not_see_backorders() -> None:
    assert last_seen("sales", "backorder") == 5.0


CHAIN = """
version: 1
title: A depot and a shop
world:
  calendar: {measure: 61 d}
  products: {unit: {}}
  suppliers: {maker: {}}
  warehouses: {depot: {stock: {unit: 9000}}, shop: {stock: {unit: 100}}}
  lanes: [{from: maker, to: depot, lead_time: 9 d}, {from: depot, to: shop, lead_time: 1 d}]
  customers: {buyers: {buys: unit, from: shop, visits: {every: 0.1 d}}}
levers: {replenish: {rule: r_Q, r: 20, Q: 100}, plan: {forecast: {window: 60, every: 60 d}}}
policies: {shop: {}}
plan: {seed: 1, replications: 2}
"""


def test_a_depot_sees_the_orders_of_its_shop() -> None:
    """The shop orders a hundred on day 8, 18, ..., 58: six of them in sixty days."""
    depot, own = means(play(shop(CHAIN))[0].ledger)
    assert (depot, own) == (10.0, 10.0)


# levels


def test_fourteen_days_of_ten_a_day_need_a_reorder_point_of_140_and_one_less_is_one_short_each_cycle() -> None:
    """Goods come a moment after the 140th buyer, who would otherwise find them."""
    at_140, at_139 = (ledger(LEAD="14.05 d", RULE=f"{{rule: r_Q, r: {r}, Q: 140}}") for r in (140, 139))
    cycles = int((at_139.orders.posted >= 0).sum())
    assert (short(at_140), short(at_139)) == (0, cycles)


def test_what_is_needed_covers_lead_time_and_review_period() -> None:
    weekly = "{rule: R_S, R: 7 d, S: LEVEL}"
    enough, one_less = (
        short(ledger(LEAD="4 d", STOCK=stock, RULE=weekly.replace("LEVEL", str(stock)))) for stock in (110, 109)
    )
    assert enough == 0
    assert one_less == 13  # one in each whole week between the first receipt and the last
    automatic = shop(SHOP, **{**USUAL, "LEAD": "4 d", "RULE": "{rule: R_S, R: 7 d}"})
    assert levels(automatic.policy("shop").replenish, outlook(automatic.world, "shop", "unit")).up_to == 110


def test_levels_that_ignore_the_lead_time_run_short() -> None:
    rule = {"RULE": "{rule: r_Q, Q: 140}", "MEASURE": "60 d"}
    assert short(ledger(**rule)) == 0
    assert short(ledger(PLAN="{ignores_lead_time: true}", **rule)) > 100


def test_a_fill_rate_that_is_asked_for_is_met() -> None:
    """Normal-like demand and lots that are large against its spread."""
    rule = "{rule: r_Q, Q: 200, fill_rate: 97 %}"
    runs = ledgers(times=6, VISITS="40/d", LEAD="5 d", RULE=rule, STOCK=400, MEASURE="300 d")
    assert np.mean([short(run) / len(run.visits) for run in runs]) == pytest.approx(0.03, abs=0.006)


def test_the_newspapers_of_the_textbook() -> None:
    stand = load_scenario(KNOWN / "newspapers.yaml")
    rule, expected = stand.policy("backorder").replenish, outlook(stand.world, "stand", "paper")
    found = reorder_point(expected, service=0.7 / 0.88, review=1.0)
    assert found == pytest.approx(CASES["E4"]["S"], rel=1e-9)
    assert levels(rule, expected).up_to == 57


GROWTH = "[{kind: ramp, product: unit, at: 60 d, lasts: 60 d, multiplier: 1.6}]"


def test_who_never_looks_again_runs_short_in_growth() -> None:
    world = {"VISITS": "20/d", "DEMAND": GROWTH, "RULE": "{rule: r_Q, Q: 280}", "MEASURE": "240 d", "STOCK": 400}
    looks, frozen = (
        ledgers(times=4, PLAN=f"{{forecast: {{every: {every}}}}}", **world) for every in ("30 d", "never")
    )
    assert all(short(one) < short(other) for one, other in zip(looks, frozen, strict=True))
    assert all(len(run.forecasts) == 0 for run in frozen)


PORTFOLIO = """
version: 1
title: One product sells steadily, the other by fits and starts
world:
  calendar: {measure: 200 d}
  products: {steady: {}, wild: {}, twin: {}}
  suppliers: {maker: {}}
  warehouses: {shop: {}}
  lanes: [{from: maker, to: shop, lead_time: 5 d}]
  customers:
    one: {buys: steady, from: shop, visits: 20/d, size: {10: 1.0}}
    two: {buys: wild, from: shop, visits: 20/d, size: {1: 0.95, 60: 0.05}}
    three: {buys: twin, from: shop, visits: 20/d, size: {10: 1.0}}
policies:
  own: {replenish: {rule: R_S, R: 1 d, service: 95 %}}
  uniform: {replenish: {rule: R_S, R: 1 d, cover: COVER}}
plan: {seed: 1, replications: 2}
"""


def bound(policy: str, *products: str, cover: str = "1.55 d") -> int:
    """Units bound in these products."""
    told = shop(PORTFOLIO, COVER=cover)
    rule = told.policy(policy).replenish
    return sum(levels(rule, outlook(told.world, "shop", name)).up_to for name in products)


def test_products_alike_need_the_same_stock() -> None:
    assert bound("own", "steady") == bound("own", "twin") > 6 * 200


def test_a_safety_stock_of_its_own_for_each_product_beats_one_cover_for_all_at_the_same_capital() -> None:
    assert bound("uniform", "steady", "wild") >= bound("own", "steady", "wild")
    found = {}
    for policy in ("own", "uniform"):
        runs = play(shop(PORTFOLIO, COVER="1.55 d"), policy, times=2)
        found[policy] = [int((run.ledger.visits.fate[run.tape.visits.stream < 2] != Fate.SERVED).sum()) for run in runs]
    assert all(own < uniform for own, uniform in zip(*found.values(), strict=True))


# planners


def test_orders_entered_late_come_later_by_the_delay() -> None:
    prompt, late = (
        ledger(RULE="{rule: R_S, R: 7 d, S: 300}", PLAN=plan).orders for plan in ("{}", "{entry: 1.5 d}")
    )
    assert len(prompt.posted) == 15
    came = late.posted >= 0
    assert (late.placed - prompt.placed[: len(late.placed)] == 1.5 * DAY).all()
    assert (late.posted[came] - prompt.posted[: came.sum()] == 1.5 * DAY).all()


def test_who_forgets_every_order_places_none() -> None:
    assert len(ledger(PLAN="{forgets: 100 %}").orders.placed) == 0


def test_so_many_weekly_orders_are_forgotten(exactly: Exactly) -> None:
    weekly = {"RULE": "{rule: R_S, R: 1 d, S: 300}", "MEASURE": "2500 d"}
    orders = ledger(PLAN="{forgets: 20 %}", **weekly).orders
    exactly.share(2500 - len(orders.placed), 2500, 0.2)


def test_who_buys_for_those_who_wait_lets_them_wait_less() -> None:
    world = {"VISITS": "10/d", "STOCK": 0, "RULE": "{rule: r_Q, r: 140, Q: 100}", "MEASURE": "200 d"}
    counts, ignores = (
        ledgers(times=5, PLAN=f"{{counts_backlog: {counts}}}", **world) for counts in ("true", "false")
    )
    waits = [[int(run.visits.ended.sum()) for run in runs] for runs in (counts, ignores)]
    assert all(one < other for one, other in zip(*waits, strict=True))


def test_goods_that_go_to_those_who_wait_call_for_more_where_only_the_shelf_counts() -> None:
    """Five wait whenever five arrive: all is granted at once, and the empty shelf orders in the same second."""
    few = {"VISITS": "{every: 1 d, first: 12 h}", "STOCK": 0, "LEAD": "5 d", "MEASURE": "29 d"}
    run = ledger(PLAN="{counts_backlog: false}", **few, RULE="{rule: r_Q, r: 0, Q: 5}")
    assert (run.orders.placed / DAY).tolist() == [0, 5, 10, 15, 20, 25]


# lead times


SLOW = {"LEAD": "5 d", "SLIP": "3 d", "RULE": "{rule: base_stock}", "STOCK": 60, "MEASURE": "60 d"}


def test_lead_times_seen_replace_the_catalogue_bit_by_bit() -> None:
    """Goods are confirmed for five days and take eight: after n of them the shop reckons with 8 - 3 x 0.8^n."""
    run = ledger(PLAN="{monitor: {}}", **{**SLOW, "RULE": "{rule: R_S, R: 3 d, S: 300}"})
    seen = run.forecasts.lead_mean[:5] / DAY
    assert seen == pytest.approx(8 - 3 * 0.8 ** np.arange(1, 6), abs=1e-4)


def test_levels_and_promises_follow_the_lead_times_seen() -> None:
    run = ledger(PLAN="{monitor: {}}", **SLOW)
    assert run.forecasts.up_to[-1] == 80
    asked = run.visits.hi[run.visits.hi >= 0]
    assert asked[-1] - asked[0] == pytest.approx(3 * DAY, abs=0.01 * DAY)


def test_an_alarm_comes_before_the_shelf_is_empty() -> None:
    """Goods come three weeks late once; each first stock-out has its alarm at least a day before."""
    run = ledger(
        VISITS="10/d", LEAD="10 d", SLIP="{script: [0 d, 0 d, 21 d]}", RULE="{rule: r_Q, r: 120, Q: 100}",
        STOCK=200, PLAN="{monitor: {}}", STATUS="out_of_stock",
    )  # fmt: skip
    tape = play(shop(SHOP, **{**USUAL, "VISITS": "10/d"}))[0].tape
    first_short = int(tape.visits.time[np.flatnonzero(run.visits.fate != Fate.SERVED)[0]])
    warned = run.alarms.time[run.alarms.time < first_short]
    assert first_short - warned[-1] >= DAY
    assert (run.alarms.chance > 200_000).all()


# bullwhip


def variance_ratio(run: Ledger, size: Any) -> float:
    """Of a shop that orders every day: orders against the demand of the day before."""
    ordered, wanted = run.orders.units[20:].astype(float), size[19 : 19 + len(run.orders.units) - 20].astype(float)
    return float(ordered.var() / wanted.var())


@pytest.mark.parametrize(("lead", "window", "case"), [("1 d", 5, "L=2,p=5"), ("0 d", 4, "L=1,p=4")])
def test_orders_that_follow_a_moving_average_vary_more_than_demand(
    lead: str, window: int, case: str, exactly: Exactly
) -> None:
    text = (KNOWN / "orders_by_moving_average.yaml").read_text(encoding="utf-8")
    text = text.replace("lead_time: 1 d", f"lead_time: {lead}").replace("window: 5", f"window: {window}")
    runs = play(load_scenario(text), "backorder", times=8)
    ratios = np.array([variance_ratio(run.ledger, run.tape.visits.units) for run in runs])
    exactly.mean(Sample(ratios, np.ones(8)), CASES["I5"][case], precision=0.03)
