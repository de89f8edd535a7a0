"""Supply that breaks, against formulas: sailings, customs, congestion, gates, slow suppliers, regions.

Every check of a mean allows 4 standard errors; the seed is fixed.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim import draw_tape
from sim.ledger.ledger import OrderRows
from sim.scenario.laws import parse_duration_law
from sim.tape.tape import Tape
from sim.words import DAY, Fate
from tests.theory.small_shops import play, shop

Numbers = NDArray[np.float64]

ONE_BY_ONE = """
version: 1
title: An order for every unit sold
world:
  calendar: {measure: DAYS d, run_out: 100 d}
  products: {mug: {}}
  suppliers: {potter: SUPPLIER}
  warehouses: {shop: {stock: {mug: 9}}}
  lanes: [{from: potter, to: shop, lead_time: 4 d, crossover: true, WAY}]
  customers: {all: {buys: mug, from: shop, visits: VISITS, patience: forever}}
  disruptions: [BLOWS]
levers: {replenish: {rule: base_stock, S: 9}, when_short: backorder}
policies: {shop: {}}
"""


def orders(*, days: int, way: str = "", supplier: str = "{}", visits: str = "20/d", blows: str = "") -> OrderRows:
    """All orders of one run; each is for the unit that was just bought."""
    words = {"DAYS": days, "SUPPLIER": supplier, "WAY": way, "VISITS": visits, "BLOWS": blows}
    (run,) = play(shop(ONE_BY_ONE, **words))
    return run.ledger.orders


def taken(found: OrderRows, since: str, until: str) -> Numbers:
    """Days from one instant of each order to another."""
    return np.asarray(getattr(found, until) - getattr(found, since)) / DAY


def assert_mean(values: Numbers, exact: float, *, batches: int = 60) -> None:
    """Batches of neighbours have nearly nothing in common."""
    means = np.array([batch.mean() for batch in np.array_split(values, batches)])
    assert means.mean() == pytest.approx(exact, abs=4 * means.std(ddof=1) / batches**0.5)


@pytest.mark.parametrize(("every", "blanked"), [(1, 0), (1, 0.2), (7, 0.05)])
def test_goods_wait_half_a_timetable_and_what_is_blanked(every: int, blanked: float) -> None:
    sails = f"departures: {{every: {every} d, blanked: {blanked}}}"
    waits = taken(orders(days=600 * every, way=sails, visits=f"{10 / every}/d"), "filled", "left")
    assert_mean(waits, every / 2 + every * blanked / (1 - blanked))


def test_customs_add_the_mean_of_what_they_do_to_the_share_they_examine() -> None:
    look, open_all = "{share: 0.7, lasts: 'uniform(2 d, 3 d)'}", "{share: 0.3, lasts: 'uniform(5 d, 9 d)'}"
    customs = f"customs: {{exam: 0.04, kinds: [{look}, {open_all}]}}"
    added = taken(orders(days=400, way=customs), "left", "arrived") - 4
    assert_mean(added, 0.04 * (0.7 * 2.5 + 0.3 * 7))
    assert stats.binomtest(int(np.sum(added > 0)), len(added), 0.04).pvalue > 1e-4


def test_under_congestion_orders_slip_by_its_law_and_before_and_after_by_the_usual_one() -> None:
    slip = "slip: {late: 38.1 %, mean: 5.02 d}"
    jam = "{kind: congestion, lane: [potter, shop], at: 150 d, lasts: 150 d, slip: {late: 64.2 %, mean: 6.86 d}}"
    found = orders(days=400, way=slip, blows=jam)
    late, inside = taken(found, "confirmed", "arrived"), (found.left >= 150 * DAY) & (found.left < 300 * DAY)
    for some, share, mean in ((inside, 0.642, 6.86), (~inside, 0.381, 5.02)):
        for window in (0, 2, 7, 14):
            beyond = int(np.sum(late[some] > window))
            assert stats.binomtest(beyond, int(some.sum()), share * np.exp(-window / mean)).pvalue > 1e-4


def test_an_order_is_made_for_as_long_as_its_law_says() -> None:
    law = "gamma(mean=30 d, cv=0.25)"
    made = taken(orders(days=120, supplier=f"{{make: '{law}'}}"), "placed", "filled")
    assert stats.kstest(made * DAY, parse_duration_law(law).cdf).pvalue > 1e-4


def unmade(found: OrderRows, day: float) -> int:
    """Orders that their supplier has and has not made."""
    return int(np.sum((found.placed < day * DAY) & ((found.filled >= day * DAY) | (found.filled < 0))))


@pytest.mark.parametrize("phi", [0.25, 0.5, 0.7])
def test_the_backlog_of_a_slow_supplier_grows_by_orders_less_its_share_of_capacity(phi: float) -> None:
    slow = f"{{kind: supplier_down, supplier: potter, at: 20 d, lasts: 30 d, output: {phi}}}"
    found = orders(days=160, supplier="{capacity: 10/d}", visits="{every: 3 h}", blows=slow)
    assert unmade(found, 20) <= 1
    for day in (30, 40, 50):
        assert unmade(found, day) == pytest.approx((8 - 10 * phi) * (day - 20), abs=1.5)
    cleared = 50 + (8 - 10 * phi) * 30 / (10 - 8)
    assert unmade(found, cleared - 1) == pytest.approx(2, abs=1.5)
    assert unmade(found, cleared + 1) <= 1


def test_a_surge_clears_the_backlog_faster() -> None:
    down = "{kind: supplier_down, supplier: potter, at: 20 d, lasts: 10 d, recovery: {surge: 1.3}}"
    found = orders(days=160, supplier="{capacity: 10/d}", visits="{every: 3 h}", blows=down)
    assert unmade(found, 30) == pytest.approx(80, abs=1.5)
    assert unmade(found, 40) == pytest.approx(80 - 10 * (13 - 8), abs=1.5)
    assert unmade(found, 45) == pytest.approx(80 - 15 * (13 - 8), abs=1.5)


def test_a_gate_clears_at_its_pace_until_the_queue_is_gone() -> None:
    closed = "{kind: lane_closed, lane: [potter, shop], at: 50 d, lasts: 10 d, clears: 1.25}"
    found = orders(days=90, visits="{every: 1 h}", way="departures: {every: 1 h, blanked: 0}", blows=closed)
    arrived = np.sort(found.arrived[found.left < 50 * DAY]) / DAY
    at_sea = np.sum((arrived >= 50) & (arrived < 75))
    assert not np.any((arrived >= 50) & (arrived < 60))
    assert at_sea == pytest.approx(4 * 24, abs=1)
    assert np.sum((arrived >= 60) & (arrived < 62)) == pytest.approx(2 * 24 * 1.25, abs=1)
    assert arrived.max() == pytest.approx(60 + 4 / 1.25, abs=0.1)


def test_nothing_is_received_while_a_rule_holds_it() -> None:
    rule = "{kind: rule_change, lane: [potter, shop], at: 50 d, lasts: 14 d, paperwork: 2 d}"
    found = orders(days=90, blows=rule)
    assert not np.any((found.arrived >= 50 * DAY) & (found.arrived < 64 * DAY))
    later = taken(found, "left", "arrived")[found.left >= 60 * DAY]
    assert set(later.tolist()) == {6}


# common cause

REGION = """
version: 1
title: Two potters of one valley
world:
  calendar: {measure: DAYS d}
  products: {mug: {}}
  suppliers: {one: {region: valley}, two: {region: valley}}
  warehouses: {shop: {}}
  lanes:
    - {from: one, to: shop, lead_time: 4 d}
    - {from: two, to: shop, lead_time: 4 d}
  customers: {all: {buys: mug, from: shop, visits: 5/d}}
  disruptions:
    - {kind: supplier_down, region: valley, every: exponential(60 d), lasts: 'uniform(10 d, 30 d)', rho: RHO}
levers: {replenish: {rule: base_stock, S: 30}}
policies: {single: {}, backup: {source: {rule: backup, backup: two}}}
"""


def uptime(tape: Tape, name: str, days: int) -> float:
    closed = sum(min(end, days * DAY) - start for start, end in tape.down[name].intervals)
    return 1 - closed / (days * DAY)


@pytest.mark.parametrize("rho", [0, 0.5, 1])
def test_availability_is_time_up_over_time_up_and_down_however_much_is_shared(rho: float) -> None:
    world = shop(REGION, DAYS=12000, RHO=rho).world
    tapes = [draw_tape(world, seed=7, replication=replication) for replication in range(30)]
    up = np.array([[uptime(tape, name, 12_000) for tape in tapes] for name in ("one", "two")])
    for member in up:
        assert_mean(member, 60 / (60 + 20), batches=30)
    alike = [tape.down["one"] == tape.down["two"] for tape in tapes]
    assert alike == [rho == 1] * 30


def served(rho: float, policy: str) -> list[list[int]]:
    return [run.ledger.visits.fate.tolist() for run in play(shop(REGION, DAYS=500, RHO=rho), policy, times=4, seed=7)]


def test_within_a_region_that_shares_everything_a_second_source_is_no_help() -> None:
    assert served(1, "backup") == served(1, "single")


def test_where_nothing_is_shared_it_is() -> None:
    lost = {p: sum(run.count(Fate.OUT_OF_STOCK) for run in served(0, p)) for p in ("single", "backup")}
    assert lost["backup"] < 0.6 * lost["single"]
