"""Buyers on impulse: how many a spike brings, what they do, and what backorders are worth with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import measure
from sim.model.outlook import outlook
from sim.scenario.calm import daily_demand
from sim.scenario.demand import Viral
from sim.tape.course import Span
from sim.tape.courses import Demand, demand_of
from sim.tape.impulse import on_impulse, regulars
from sim.tape.intensity import intensity_of
from sim.words import DAY, Exit, Fate
from tests.theory.conftest import Played
from tests.theory.exactly import Exactly
from tests.theory.small_shops import play, shop

SHOP = """
version: 1
title: A shop that goes viral
world:
  calendar: {measure: 60 d, run_out: 60 d}
  products: {gadget: {price: 100, unit_cost: 55, substitutes: [lite]}, lite: {price: 100}}
  suppliers: {maker: {}}
  warehouses: {main: {stock: {gadget: STOCK, lite: 100000}}}
  lanes: [{from: maker, to: main, lead_time: LEAD}]
  customers: {shoppers: {buys: gadget, from: main, visits: 40/d, profile: full, MORE}}
  demand: [{kind: viral, product: gadget, at: 10 d, multiplier: 9, decay: 10 d, impulse: SHARE}]
levers: {replenish_at: {main/lite: {rule: none}}, replenish: RULE, when_short: WHEN}
policies: {shop: {}}
plan: {seed: 1, replications: 2}
"""
NONE = {"STOCK": 0, "LEAD": "20 d", "RULE": "{rule: none}", "WHEN": "out_of_stock", "MORE": "price: 100"}


def runs(times: int = 1, **words: Any) -> list[Played]:
    return play(shop(SHOP, **{**NONE, **words}), times=times)


def viral(impulse: float, at: int = 10) -> Viral:
    about = {"kind": "viral", "product": "gadget", "at": f"{at} d", "multiplier": 9, "decay": "10 d"}
    return Viral.model_validate({**about, "impulse": impulse})


def total(demand: Demand) -> float:
    return intensity_of(20 / DAY, demand).total


@pytest.mark.parametrize("impulse", [0.0, 0.3, 1.0])
def test_a_share_of_the_visits_added_is_made_on_impulse_and_none_is_added_to_them(impulse: float) -> None:
    span = Span(0, 60 * DAY, 0)
    demand = demand_of("gadget", [viral(impulse)], span)
    added = total(demand) - 20 * 60
    assert total(on_impulse(demand)) == pytest.approx(impulse * added, abs=1e-6)
    assert total(regulars(demand)) == pytest.approx(20 * 60 + (1 - impulse) * added)


def test_of_two_spikes_that_meet_each_has_its_share() -> None:
    """At its peak the first makes 9 of 1, 0.5 x 8 of them on impulse; the second makes 9 of each."""
    span = Span(0, 60 * DAY, 0)
    demand = demand_of("gadget", [viral(0.5), viral(0.0)], span)
    peak = np.array([10.0 * DAY])
    assert on_impulse(demand).factor(peak).tolist() == [36]
    assert regulars(demand).factor(peak).tolist() == [45]


def test_with_everybody_on_impulse_all_are_lost_who_take_no_substitute(exactly: Exactly) -> None:
    (run,) = runs(SHARE="100 %")
    mine = np.flatnonzero(run.tape.visits.stream == 1)
    swapped = np.isin(mine, run.ledger.swaps.visit)
    assert len(mine) > 1000
    assert (run.ledger.visits.fate[mine] == Fate.OUT_OF_STOCK).all()
    assert not np.isin(run.ledger.visits.exit[mine], (Exit.DEFER, Exit.NONE)).any()
    assert (run.ledger.visits.exit[mine] == Exit.SUBSTITUTE).sum() == swapped.sum()
    exactly.share(int(swapped.sum()), len(mine), 0.20)


def test_who_buys_on_impulse_does_not_come_back_to_try_again() -> None:
    (run,) = runs(SHARE="50 %", MORE="notify: {sign_up: 0, delay: 1 d}")
    assert set(run.tape.visits.stream[run.ledger.returns.intent].tolist()) == {0}


def test_they_wait_as_the_class_says_whatever_the_others_state(exactly: Exactly) -> None:
    (run,) = runs(SHARE="100 %", MORE="patience: forever, urgent: 0 %")
    patience = run.tape.visits.patience[run.tape.visits.stream == 1]
    exactly.share(int((patience < 3 * DAY).sum()), len(patience), 0.5)


@pytest.mark.parametrize("calibration", ["default", "revealed"])
def test_planners_reckon_with_the_same_calm_demand(calibration: str) -> None:
    worlds = [
        shop(SHOP.replace("world:\n", f"world:\n  calibration: {calibration}\n"), **NONE, SHARE=share).world
        for share in ("0 %", "30 %")
    ]
    assert [list(world.customers) for world in worlds] == [["shoppers"], ["shoppers", "shoppers_impulse"]]
    assert daily_demand(worlds[0], "main", "gadget") == daily_demand(worlds[1], "main", "gadget")
    assert outlook(worlds[0], "main", "gadget", lane=0) == outlook(worlds[1], "main", "gadget", lane=0)


def value(**words: Any) -> float:
    """Total value over three replications."""
    usual = {"STOCK": 200, "RULE": "{rule: r_Q, r: 100, Q: 400}", "MORE": "substitution: 0 %"}
    taken = [measure(run.scenario.world, run.ledger, run.tape.visits) for run in runs(3, **{**usual, **words})]
    return sum(each["total_value", ""] for each in taken)


def test_backorders_are_worth_less_the_more_buy_on_impulse_but_never_harm() -> None:
    gains = [value(SHARE=share, WHEN="backorder") - value(SHARE=share) for share in ("0 %", "50 %", "100 %")]
    assert gains[0] > gains[1] > gains[2] > 0
