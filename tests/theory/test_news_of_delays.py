"""Who knows the truth tells of no delay; who believes the confirmed date tells of those receipts that slip."""

from __future__ import annotations

import pytest

from sim import draw_tape, load_scenario, simulate
from sim.ledger.ledger import Ledger
from sim.words import DAY, Notice

SHOP = """
version: 1
title: One receipt
world:
  calendar: {measure: 20 d, run_out: 60 d}
  products: {lamp: {class: niche}}
  suppliers: {maker: {}}
  warehouses: {main: {stock: {lamp: 0}, receiving: 7 h, picking: 5 h, last_mile: 1 d}}
  lanes: [{from: maker, to: main, lead_time: 30 d, slip: {script: [SLIP]}, news: {ahead: 2 d, warned: 100 %}}]
  customers: {people: {buys: lamp, from: main, visits: 9/d, patience: 200 d, patience_told: 10}}
  inbound: [{from: maker, to: main, product: lamp, units: 500, due: 25 d}]
levers:
  when_short: backorder
  replenish: {rule: none}
  updates: honest
policies:
  shop: {promise: {basis: BASIS, width: 3 d, round_to: 1 d}}
"""


def ledger(basis: str, slip: str) -> Ledger:
    scenario = load_scenario(SHOP.replace("BASIS", basis).replace("SLIP", slip))
    return simulate(scenario.world, scenario.policy("shop"), draw_tape(scenario.world, seed=3, replication=0))


@pytest.mark.parametrize("basis", ["oracle", "vendor", "nominal"])
def test_nobody_is_told_of_a_delay_while_goods_come_on_time(basis: str) -> None:
    of = ledger(basis, "0 d")
    assert len(of.waits.visit) > 100
    assert len(of.notices.visit) == 0


def test_who_knows_the_truth_tells_of_no_delay_however_late_the_goods() -> None:
    assert len(ledger("oracle", "20 d").notices.visit) == 0


def test_who_goes_by_the_confirmed_date_tells_everybody_once_it_is_known_to_slip() -> None:
    of = ledger("vendor", "20 d")
    told = of.notices.kind == Notice.DELAY
    assert sorted(of.notices.visit[told]) == sorted(set(of.waits.visit))
    assert set(of.notices.time[told]) == {23 * DAY}
