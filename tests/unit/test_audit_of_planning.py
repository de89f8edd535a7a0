"""The audit passes runs of shops that plan, and catches one wrong number for each law of planning."""

from __future__ import annotations

from functools import cache

import pytest

from sim.ledger.audit import audit
from sim.model.simulate import simulate
from sim.scenario.load import load_scenario
from sim.tape.draw import draw_tape
from sim.words import DAY
from tests.audited import Run, broken_by

SHOP = """
version: 1
title: A shop that plans
world:
  calendar: {measure: 90 d}
  products: {unit: {}}
  suppliers: {maker: {}}
  warehouses: {depot: {}, shop: {receiving: 6 h}}
  lanes:
    - {from: maker, to: depot, lead_time: {dist: gamma, mean: 9 d, cv: 0.3}}
    - {from: depot, to: shop, lead_time: {dist: gamma, mean: 2 d, cv: 0.3}}
  customers: {buyers: {buys: unit, from: shop, visits: 12/d, size: {1: 0.8, 3: 0.2}, patience: 9 d}}
levers: {when_short: backorder, replenish: {rule: RULE}, plan: PLAN}
policies: {shop: {}}
plan: {seed: 1, replications: 2}
"""
LOOKS = "{forecast: {method: METHOD, every: 6 d, bias: 0.1, noise: 0.2}, monitor: {}}"
METHODS = ("naive", "moving_average", "ses", "holt_winters", "croston", "sba", "oracle")
RULES = (
    "r_Q", "s_S", "base_stock", "R_S, R: 4 d", "R_s_S, R: 2 d, fill_rate: 96 %", "r_Q, fill_rate: 60 %",
    "s_S, cover: 2 d", "r_Q, r: 30, Q: 60", "r_Q, Q: 80", "base_stock, S: 60", "s_S, s: 20, S: 90",
    "R_S, R: 4 d, S: 150",
)  # fmt: skip


@cache
def planned(*, rule: str = "r_Q, Q: 80", plan: str = LOOKS, method: str = "moving_average") -> Run:
    """A run that keeps the laws."""
    scenario = load_scenario(SHOP.replace("RULE", rule).replace("PLAN", plan).replace("METHOD", method))
    tape = draw_tape(scenario.world, seed=2, replication=0)
    levers = scenario.policy("shop")
    run = Run(scenario.world, levers, tape, simulate(scenario.world, levers, tape))
    audit(*run.args)
    return run


TWO_SOURCES = """
version: 1
title: A shop with two suppliers
world:
  calendar: {measure: 120 d}
  products: {unit: {}}
  suppliers: {far: {lot: LOT, confirms: on_order}, near: {}}
  warehouses: {shop: {}}
  lanes:
    - {from: far, to: shop, lead_time: {dist: gamma, mean: 12 d, cv: 0.3}}
    - {from: near, to: shop, lead_time: {dist: gamma, mean: 4 d, cv: 0.3}}
  customers: {buyers: {buys: unit, from: shop, visits: 12/d, size: {1: 0.8, 3: 0.2}, patience: 9 d}}
  disruptions: [{kind: supplier_down, supplier: near, at: 40 d, lasts: 9 d, orders: refused}]
levers: {when_short: backorder, replenish: {rule: r_Q, Q: 80}, source: SOURCE, plan: {monitor: {}}}
policies: {shop: {}}
plan: {seed: 1, replications: 2}
"""
SOURCES = (
    "{rule: single, from: near}",
    "{rule: split, shares: {far: 0.7, near: 0.3}}",
    "{rule: backup, from: near, backup: far}",
    "{rule: base_surge, base: far, units: 40, every: 7 d, surge: near}",
    "{rule: dual_index, regular: far, express: near, S_express: 90, S_regular: 260}",
)


@cache
def sourced(source: str, lot: int = 1) -> Run:
    scenario = load_scenario(TWO_SOURCES.replace("SOURCE", source).replace("LOT", str(lot)))
    tape = draw_tape(scenario.world, seed=3, replication=0)
    levers = scenario.policy("shop")
    run = Run(scenario.world, levers, tape, simulate(scenario.world, levers, tape))
    audit(*run.args)
    return run


def by_hand() -> Run:
    return planned(rule="r_Q, r: 40, Q: 80", plan="{entry: {dist: exponential, mean: 1 d}, forgets: 20 %}")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_keeps_the_laws(method: str) -> None:
    assert len(planned(method=method).ledger.forecasts) > 20


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_keeps_the_laws(rule: str) -> None:
    assert len(planned(rule=rule).ledger.orders.placed) > 5


@pytest.mark.parametrize("sees", ["sales", "orders", "views"])
@pytest.mark.parametrize("period", ["1 d", "5 h"])
def test_whatever_a_planner_sees_keeps_the_laws(sees: str, period: str) -> None:
    run = planned(plan=f"{{forecast: {{method: ses, every: 36 h, sees: {sees}, period: {period}}}}}")
    assert len(run.ledger.forecasts) > 80


@pytest.mark.parametrize(
    "plan",
    [
        "{monitor: {alpha: 0.5, alarm: 0.1}}",
        "{forecast: {every: never}, monitor: {}}",
        "{counts_backlog: false}",
        "{ignores_lead_time: true, forecast: {every: 9 d}}",
        "{entry: 2 d}",
        "{forgets: 40 %}",
    ],
)
def test_every_habit_keeps_the_laws(plan: str) -> None:
    assert len(planned(plan=plan).ledger.orders.placed) > 5


@pytest.mark.parametrize("lot", [1, 10])
@pytest.mark.parametrize("source", SOURCES)
def test_every_way_of_sourcing_keeps_the_laws(source: str, lot: int) -> None:
    assert len(sourced(source, lot).ledger.orders.placed) > 5


@pytest.mark.parametrize("source", SOURCES)
def test_more_ordered_than_the_rule_says_is_found(source: str) -> None:
    run = sourced(source)
    late = [row for row, at in enumerate(run.ledger.orders.placed.tolist()) if at > 60 * DAY]
    row = next(row for row in late if "base_surge" not in source or run.ledger.orders.lane[row] == 1)
    assert "quantity" in broken_by(run.told("orders.units", row, int(run.ledger.orders.units[row]) + 7))


def test_a_part_of_a_lot_is_found() -> None:
    run = sourced(SOURCES[2].replace("near", "x").replace("far", "near").replace("x", "far"), 10)
    row = int((run.ledger.orders.lane == 0).nonzero()[0][3])
    assert "quantity" in broken_by(run.told("orders.units", row, int(run.ledger.orders.units[row]) + 1))


WRONG = {
    "looks": ("forecasts.time", 3, 5 * DAY),
    "forecast": ("forecasts.mean", 4, 7_000_000),
    "lead time": ("forecasts.lead_mean", 9, 3 * DAY),
    "levels": ("forecasts.reorder", 6, 55),
    "alarm": ("alarms.chance", 0, 900_000),
}
"""One number of a run that plans which is another, by the law it breaks; `entry` has runs of its own."""


ALSO_WRONG = [
    ("looks", ("forecasts.stock", 0, 1)),
    ("alarm", ("alarms.time", 0, 5 * DAY + 1)),
]


@pytest.mark.parametrize(("law", "wrong"), [*WRONG.items(), *ALSO_WRONG])
def test_one_wrong_number_breaks_its_law(law: str, wrong: tuple[str, int, float]) -> None:
    assert law in broken_by(planned().told(*wrong))


@pytest.mark.parametrize("column", ["mean", "spread"])
@pytest.mark.parametrize("method", METHODS)
def test_a_forecast_off_by_a_unit_is_found(method: str, column: str) -> None:
    run = planned(method=method)
    wrong = 1_000_000 + int(getattr(run.ledger.forecasts, column)[12])
    assert "forecast" in broken_by(run.told(f"forecasts.{column}", 12, wrong))


@pytest.mark.parametrize(("column", "value"), [("placed", 50 * DAY), ("units", 160)])
def test_an_order_that_nobody_decided_on_breaks_the_law_of_entry(column: str, value: int) -> None:
    assert "entry" in broken_by(by_hand().told(f"orders.{column}", 4, value))
