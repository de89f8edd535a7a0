"""Where units are plenty, a backorder earns more than out of stock just where its worth by formula is greater."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
import pytest

from sim import draw_tape, load_scenario, simulate
from sim.ledger.ledger import Ledger
from sim.rules.estimates import Estimates
from sim.rules.promise import quote
from sim.rules.value import stakes_of, worth_accepting, worth_refusing
from sim.words import DAY, JOINED, Fate
from tests.shelves import Exponential, LateForSure, levers, shelf

SHOP = """
version: 1
title: One receipt with enough for all
world:
  calendar: {measure: 10 d, run_out: 90 d}
  products: {lamp: {substitutes: {twin: SHARE}}, twin: {}}
  suppliers: {maker: {}}
  warehouses: {main: {stock: {lamp: 0, twin: 100000}, receiving: 1 d, last_mile: 1 d}}
  lanes: [{from: maker, to: main, lead_time: 30 d, slip: {script: [SLIP d]}}]
  customers:
    people:
      buys: lamp
      from: main
      visits: 1000/d
      patience: exponential(20 d)
      leaving: {competitor: 0.6, defer: 0.3, abandon: 0.1}
      returns: {delay: "uniform(40 d, 50 d)", most: 1}
      notify: {sign_up: 0.2, buys: 0.3, delay: "exponential(1 d)"}
  inbound: [{from: maker, to: main, product: lamp, units: 100000, due: 15 d}]
levers: {replenish: {rule: none}, promise: {basis: vendor}}
policies: {none: {when_short: out_of_stock}, all: {when_short: backorder}}
"""
MARGIN, CANCELLATION = 40.0, 2.0
SHARES, SLIPS = (0.0, 0.2, 0.4, 0.6, 0.8), (0, 9)
TWINS, HANDLINGS = (10.0, 25.0, 40.0, 55.0, 70.0), (1.0, 15.0)


class Outcome(NamedTuple):
    """What happened to the visitors of one run."""

    delivered: int
    swapped: int
    joined: int
    cancelled: int

    def money(self, twin: float, handling: float) -> float:
        """Earned, by the margin of the substitute and the handling of a backorder."""
        costs = handling * self.joined + CANCELLATION * self.cancelled
        return MARGIN * self.delivered + twin * self.swapped - costs


def outcome(ledger: Ledger) -> Outcome:
    fate = ledger.visits.fate
    return Outcome(
        delivered=int(np.isin(fate, [Fate.SERVED, Fate.FULFILLED]).sum()),
        swapped=len(ledger.swaps.visit),
        joined=int(np.isin(fate, JOINED).sum()),
        cancelled=int((fate == Fate.RENEGED).sum()),
    )


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[float, int, str], Outcome]:
    """By share of substitution, days of slip, and policy."""
    found = {}
    for share, slip in product(SHARES, SLIPS):
        scenario = load_scenario(SHOP.replace("SHARE", str(share)).replace("SLIP", str(slip)))
        tape = draw_tape(scenario.world, seed=5, replication=0)
        for policy in ("none", "all"):
            found[share, slip, policy] = outcome(simulate(scenario.world, scenario.policy(policy), tape))
    return found


def gain(share: float, slip: int, twin: float, handling: float) -> float:
    """V_acc - V_non of a visitor who comes in the middle of the ten days."""
    of = levers(promise={"basis": "vendor"}, value={"unit": 0})
    seen = shelf(due=10, slip=LateForSure(slip * DAY))
    believed = Estimates(
        price=100,
        unit_cost=100 - MARGIN,
        backorder=handling,
        cancellation=CANCELLATION,
        patience=Exponential(20 * DAY),
        substitute=share,
        substitute_margin=twin,
        sign_up=0.2,
        buys=0.3,
        defers=0.3,
        comes_back=1.0,
    )
    stakes = stakes_of(of, seen, believed, quote(of.promise, seen))
    return worth_accepting(stakes) - worth_refusing(stakes)


POINTS = list(product(SHARES, SLIPS, TWINS, HANDLINGS))


def test_the_grid_has_a_hundred_points_of_both_signs() -> None:
    gains = [gain(*point) for point in POINTS]
    assert len(gains) == 100
    assert min(gains) < -10 < 10 < max(gains)


@pytest.mark.parametrize(("share", "slip", "twin", "handling"), POINTS)
def test_the_sign_of_the_difference_is_that_of_the_formula(
    outcomes: dict[tuple[float, int, str], Outcome], share: float, slip: int, twin: float, handling: float
) -> None:
    reckoned = gain(share, slip, twin, handling)
    took, refused = outcomes[share, slip, "all"], outcomes[share, slip, "none"]
    earned = (took.money(twin, handling) - refused.money(twin, handling)) / took.joined
    assert earned == pytest.approx(reckoned, abs=1.5)
    assert abs(reckoned) < 1.5 or (earned > 0) == (reckoned > 0)
