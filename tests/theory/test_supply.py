"""Where goods come from, against formulas: terms of suppliers, yields, dates, rush orders, tariffs, several sources.

Means allow 4 standard errors; the seeds are fixed.
"""

from __future__ import annotations

from functools import cache, cached_property
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim import audit, draw_tape, simulate
from sim.ledger.ledger import Ledger
from sim.ledger.views import Views
from sim.measures.measure import measure
from sim.model.outlook import outlook
from sim.rules.replenishment import levels
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.tape import Tape
from sim.words import DAY, Fate, Loss, Purpose

Numbers = NDArray[np.float64]
FAR = {"from": "far", "to": "shop", "lead_time": "10 d"}
NEAR = {"from": "near", "to": "shop", "lead_time": "2 d"}


def world(
    *, days: float = 100, run_out: float = 0, visits: Any = "10/d", stock: int | None = None, **changes: Any
) -> World:
    """One product, one shop, two suppliers."""
    customers = {"buys": "mug", "from": "shop", "visits": visits, "patience": "forever"}
    return World.model_validate(
        {
            "calendar": {"measure": f"{days} d", "run_out": f"{run_out} d"},
            "products": {"mug": {"price": 10, "unit_cost": 4}},
            "suppliers": {"far": {}, "near": {}},
            "warehouses": {"shop": {} if stock is None else {"stock": {"mug": stock}}},
            "lanes": [FAR, NEAR],
            "customers": {"all": customers | changes.pop("people", {})},
            **changes,
        }
    )


class Run:
    """One replication that obeys every law."""

    def __init__(self, of: World, *, seed: int = 1, replication: int = 0, **levers: Any) -> None:
        stated = {"when_short": "backorder", "replenish": {"rule": "base_stock", "S": 0}, **levers}
        self.world = of
        self.levers = Levers.model_validate(stated)
        self.tape: Tape = draw_tape(of, seed=seed, replication=replication)
        self.ledger: Ledger = simulate(of, self.levers, self.tape)
        audit(of, self.levers, self.tape, self.ledger)

    def __getitem__(self, name: str) -> float:
        return self.measures[name, ""]

    @cached_property
    def measures(self) -> dict[tuple[str, str], float]:
        return measure(self.world, self.ledger, self.tape.visits)

    def meant(self, purpose: Purpose) -> NDArray[np.int64]:
        """Rows of the orders with a purpose."""
        rows = self.ledger.purposes
        return rows.order[rows.purpose == purpose]

    @property
    def units(self) -> NDArray[np.int32]:
        return self.ledger.orders.units


def assert_mean(values: Numbers, exact: float) -> None:
    """Of independent values."""
    assert values.mean() == pytest.approx(exact, abs=4 * values.std(ddof=1) / len(values) ** 0.5)


def assert_variance(values: Numbers, exact: float) -> None:
    """The variance of a sample varies as its fourth moment says."""
    off = (values - values.mean()) ** 2
    assert off.mean() == pytest.approx(exact, abs=4 * off.std(ddof=1) / len(values) ** 0.5)


# M37, M46: how long an order takes, and what that asks for


STAGED = {
    **FAR,
    "lead_time": "gamma(mean=16 d, cv=0.15)",
    "departures": {"every": "7 d", "blanked": 0.2},
    "port": "gamma(mean=4 d, cv=0.8)",
    "inland": "gamma(mean=4 d, cv=0.4)",
    "crossover": True,
}
STAGES = (30 * 0.25, 16 * 0.15, 4 * 0.8, 4 * 0.4)
SAILING = (7 * (0.5 + 0.2 / 0.8), 7**2 * (1 / 12 + 0.2 / 0.8**2))


def test_an_order_takes_the_sum_of_its_stages_and_varies_by_the_sum_of_their_variances() -> None:
    suppliers = {"far": {"make": "gamma(mean=30 d, cv=0.25)"}}
    shop = world(days=12_000, run_out=300, visits="0.3/d", suppliers=suppliers, lanes=[STAGED])
    orders = Run(shop).ledger.orders
    takes = (orders.arrived - orders.placed) / DAY
    assert len(takes) > 3000
    assert_mean(takes, 30 + 16 + 4 + 4 + SAILING[0])
    assert_variance(takes, sum(sd**2 for sd in STAGES) + SAILING[1])


def planned_level(**lane: Any) -> float:
    """The reorder point of a shop that plans by itself for ten customers a day at 95 %."""
    of = world(lanes=[FAR | lane])
    rule = Levers.model_validate({"replenish": {"rule": "r_Q", "Q": 50, "service": 0.95}}).replenish
    return levels(rule, outlook(of, "shop", "mug")).reorder


@pytest.mark.parametrize("cv", [0, 0.25])
@pytest.mark.parametrize("days", [7, 14, 28, 72])
def test_a_longer_lead_time_needs_more_stock_by_the_formula(days: int, cv: float) -> None:
    law = f"gamma(mean={days} d, cv={cv})" if cv else f"{days} d"
    safety = NormalDist().inv_cdf(0.95) * (10 * days + (10 * days * cv) ** 2) ** 0.5
    assert planned_level(lead_time=law) == np.ceil(10 * days + safety)


def test_safety_stock_doubles_with_four_times_the_lead_time_if_that_is_sure_and_grows_with_it_if_not() -> None:
    sure = [planned_level(lead_time=f"{days} d") - 10 * days for days in (25, 100)]
    unsure = [planned_level(lead_time=f"gamma(mean={days} d, cv=1)") - 10 * days for days in (25, 100)]
    assert sure[1] / sure[0] == pytest.approx(2, abs=0.05)
    assert unsure[1] / unsure[0] == pytest.approx(4, abs=0.05)


def test_a_supplier_is_found_up_for_its_share_of_the_time() -> None:
    down = {"kind": "supplier_down", "supplier": "far", "every": "exponential(6 d)", "lasts": "exponential(2 d)"}
    shop = world(days=12_000, visits="0.1/d", disruptions=[down])
    orders = [Run(shop, replication=replication).ledger.orders for replication in range(2)]
    at_once = np.concatenate([each.filled == each.placed for each in orders])
    assert stats.binomtest(int(at_once.sum()), len(at_once), 6 / (6 + 2)).pvalue > 1e-4


def test_who_confirms_on_order_names_the_mean_date_less_its_optimism_and_corrects_it_on_leaving() -> None:
    supplier = {"make": "gamma(mean=30 d, cv=0.25)", "confirms": "on_order", "optimism": "3 d"}
    run = Run(world(visits="0.5/d", run_out=300, suppliers={"far": supplier}, lanes=[STAGED]))
    orders, dates = run.ledger.orders, run.ledger.dates
    mean = 30 + 16 + 4 + 4 + SAILING[0]
    assert np.all(orders.confirmed - orders.placed == round((mean - 3) * DAY))
    assert dates.order.tolist() == np.lexsort((orders.seq, orders.filled, orders.left)).tolist()
    np.testing.assert_array_equal(dates.time, orders.left[dates.order])


# M45: tariffs through the model


def customs_value(run: Run) -> tuple[float, float]:
    """What the units cost at the source that came before the tariff, and from then on."""
    orders = run.ledger.orders
    came, taxed = orders.posted >= 0, orders.arrived >= 40 * DAY
    return tuple(4.0 * int(run.units[came & some].sum()) for some in (~taxed, taxed))


def test_duty_is_its_rate_times_the_customs_value_of_all_receipts_since() -> None:
    tariff = {"kind": "tariff", "lane": ["far", "shop"], "at": "40 d", "adds": 0.25, "announced": "0 d"}
    lane = FAR | {"lead_time": "gamma(mean=5 d, cv=0.5)", "duty": 0.1}
    shop = world(lanes=[lane], disruptions=[tariff], stock=0, run_out=50)
    run = Run(shop)
    assert run.ledger.closing[0] == 0
    before, after = customs_value(run)
    assert run["cost_of_goods"] == pytest.approx(1.1 * before + 1.35 * after)


def test_units_bought_ahead_of_a_tariff_save_its_duty() -> None:
    """Thirty days of demand come on day 30; what is usually ordered from day 20 to 30 would have come in time too."""
    tariff = {"kind": "tariff", "lane": ["far", "shop"], "at": "40 d", "adds": 0.25, "announced": "20 d"}
    shop = world(days=100, visits={"every": "0.1 d"}, lanes=[FAR], disruptions=[tariff], stock=150)
    plans = {"replenish": {"rule": "base_stock", "S": 150}}
    usual, ahead = Run(shop, **plans), Run(shop, **plans, advance={"cover": "30 d"})
    (row,) = ahead.meant(Purpose.AHEAD)
    assert (ahead.units[row], ahead.ledger.orders.placed[row]) == (300, 20 * DAY)
    assert usual["cost_of_goods"] - ahead["cost_of_goods"] == pytest.approx(0.25 * 4 * (300 - 100))


@pytest.mark.parametrize(("announced", "orders"), [("9 d", 0), ("10 d", 0), ("864001 s", 1)])
def test_nothing_is_ordered_ahead_that_would_come_too_late(announced: str, orders: int) -> None:
    tariff = {"kind": "tariff", "lane": ["far", "shop"], "at": "40 d", "adds": 0.25, "announced": announced}
    run = Run(world(disruptions=[tariff]), advance={"cover": "30 d"})
    assert len(run.ledger.purposes.order) == orders


# M47, V21: several sources


LEAD = "gamma(mean=4 d, cv=0.4)"
VALLEY = {
    "suppliers": {"far": {"region": "valley"}, "near": {"region": "valley"}},
    "lanes": [FAR | {"lead_time": "4 d"}, NEAR | {"lead_time": "4 d"}],
}
S30 = {"replenish": {"rule": "s_S", "s": 50, "S": 70}}
HALVES = {"rule": "split", "shares": {"far": 0.5, "near": 0.5}}


@pytest.mark.parametrize("shares", [{"far": 1}, {"far": 1, "near": 0}, {"near": 0, "far": 1}])
@pytest.mark.parametrize("orders", ["held", "refused"])
def test_a_split_that_gives_all_to_one_is_a_single_source(shares: dict[str, float], orders: str) -> None:
    down = {"kind": "supplier_down", "supplier": "far", "every": "exponential(20 d)", "lasts": "5 d", "orders": orders}
    shop = world(lanes=[FAR | {"lead_time": LEAD}, NEAR], disruptions=[down])
    single, split = (Run(shop, **S30, source=source) for source in ("single", {"rule": "split", "shares": shares}))
    assert single.ledger.digest == split.ledger.digest


def struck(rho: float, replication: int, source: Any) -> NDArray[np.int8]:
    every = {"every": "exponential(60 d)", "lasts": "uniform(10 d, 30 d)"}
    blow = {"kind": "supplier_down", "region": "valley", "rho": rho, **every}
    shop = world(days=400, **VALLEY, disruptions=[blow])
    return Run(shop, replication=replication, **S30, source=source).ledger.visits.fate


@pytest.mark.parametrize("replication", range(3))
def test_within_a_region_that_shares_everything_a_split_has_the_shortages_of_a_single_source(replication: int) -> None:
    single, split = (struck(1, replication, source) for source in ("single", HALVES))
    assert (single == Fate.SERVED).mean() < 0.95
    np.testing.assert_array_equal(single, split)


def test_where_nothing_is_shared_a_split_has_other_shortages() -> None:
    assert not np.array_equal(struck(0, 0, "single"), struck(0, 0, HALVES))


# M48, V15: minimum orders and lots


WAYS: tuple[Any, ...] = (
    "single",
    HALVES,
    {"rule": "backup", "backup": "near"},
    {"rule": "base_surge", "base": "far", "units": 55, "every": "7 d", "surge": "near"},
    {"rule": "dual_index", "regular": "far", "express": "near", "S_express": 40, "S_regular": 150},
)
TERMS = {"far": (100, 20), "near": (30, 7)}


def in_lots(units: int, *, moq: int, lot: int) -> int:
    """The least multiple of the lot that is enough and no less than the minimum."""
    return next(n for n in range(0, 10_000, lot) if n >= max(units, moq))


@pytest.mark.parametrize("source", WAYS, ids=lambda way: way if isinstance(way, str) else way["rule"])
@pytest.mark.parametrize("rule", [{"rule": "s_S", "s": 80, "S": 120}, {"rule": "R_S", "R": "3 d", "S": 120}])
def test_every_order_is_a_multiple_of_the_lot_and_no_less_than_the_minimum(source: Any, rule: dict[str, Any]) -> None:
    suppliers = {name: {"moq": moq, "lot": lot} for name, (moq, lot) in TERMS.items()}
    down = {"kind": "supplier_down", "supplier": "far", "at": "40 d", "lasts": "30 d", "orders": "refused"}
    run = Run(world(days=200, suppliers=suppliers, disruptions=[down]), replenish=rule, source=source)
    orders = run.ledger.orders
    assert len(orders.units) > 10
    for lane, (moq, lot) in enumerate(TERMS.values()):
        units = orders.units[orders.lane == lane]
        assert np.all((units >= moq) & (units % lot == 0))


@pytest.mark.parametrize(("moq", "lot"), [(1, 1), (1, 12), (50, 1), (50, 12), (12, 50)])
def test_no_order_is_larger_than_its_terms_ask_for(moq: int, lot: int) -> None:
    suppliers = {"far": {"moq": moq, "lot": lot}, "near": {}}
    run = Run(world(suppliers=suppliers, stock=130), replenish={"rule": "R_S", "R": "1 d", "S": 130})
    orders = run.ledger.orders
    position = Views(run.world, run.ledger, run.tape.visits).position(0).steps().at(orders.placed) - orders.units
    assert len(position) > 10
    assert orders.units.tolist() == [in_lots(130 - at, moq=moq, lot=lot) for at in position.tolist()]


# M49: yields


@cache
def short_measured() -> Run:
    suppliers = {"far": {"yields": 0.9, "defects": 0.05}, "near": {}}
    return Run(world(days=2000, run_out=20, suppliers=suppliers), replenish={"rule": "R_S", "R": "1 d", "S": 150})


def test_no_more_comes_than_was_ordered() -> None:
    shorts, orders = short_measured().ledger.shorts, short_measured().ledger.orders
    assert np.all((shorts.came >= 0) & (shorts.came <= orders.units[shorts.order]))
    assert np.all((shorts.rejected >= 0) & (shorts.rejected <= shorts.came))


def arrivals(run: Run) -> tuple[Numbers, Numbers, Numbers]:
    """Units ordered, come and rejected, of all orders that arrived."""
    orders, shorts = run.ledger.orders, run.ledger.shorts
    came, rejected = orders.units.astype(float), np.zeros(len(orders.units))
    came[shorts.order], rejected[shorts.order] = shorts.came, shorts.rejected
    here = orders.arrived >= 0
    return orders.units[here].astype(float), came[here], rejected[here]


def test_as_many_come_and_are_good_as_the_supplier_yields_on_average() -> None:
    ordered, came, rejected = arrivals(short_measured())
    assert len(ordered) > 1900
    assert_mean(came - 0.9 * ordered, 0)
    assert_mean(rejected - 0.05 * came, 0)
    assert_variance((came - 0.9 * ordered) / ordered**0.5, 0.9 * 0.1)


def test_what_is_good_is_posted_and_nothing_else() -> None:
    run = short_measured()
    _, came, rejected = arrivals(run)
    assert run.ledger.moves.units.sum() == (came - rejected).sum()


# M50: a confirmed date and a window


REGIMES = {"2019": (0.22, 4.0, 0.08), "2023": (0.381, 5.02, 0.17), "2021": (0.642, 6.86, 0.36)}


@pytest.mark.parametrize("regime", REGIMES)
def test_a_window_of_ten_to_fourteen_days_is_broken_as_often_as_goods_slip_by_more_than_four(regime: str) -> None:
    """A customer every hundred days, so that each gets the goods that were ordered for him."""
    late, mean, broken = REGIMES[regime]
    lane = FAR | {"slip": {"late": late, "mean": f"{mean} d"}}
    shop = world(days=12_000, run_out=100, visits={"every": "100 d"}, lanes=[lane], stock=0)
    runs = [Run(shop, replication=r, promise={"basis": "vendor", "width": "4 d"}).ledger.visits for r in range(12)]
    windows = {(lo, hi) for visits in runs for lo, hi in zip(visits.lo.tolist(), visits.hi.tolist(), strict=True)}
    assert windows == {(10 * DAY, 14 * DAY)}
    kept = np.concatenate([visits.ended <= visits.hi for visits in runs])
    exact = late * np.exp(-4 / mean)
    assert exact == pytest.approx(broken, abs=0.005)
    assert stats.binomtest(int((~kept).sum()), len(kept), exact).pvalue > 1e-4


# M51, M76: rush orders


LATE = {"far": {"optimism": "20 d"}, "near": {"unit_costs": {"mug": 7}}}
SLOW = {**FAR, "lead_time": "30 d", "freight": 0.5, "duty": 0.1}
AIR = {**NEAR, "lead_time": "uniform(3 d, 5 d)", "freight": 2}


@cache
def rushed(penalty: float = 1000, **levers: Any) -> Run:
    """A shop whose supplier names dates twenty days too early, and then says so."""
    lanes = [{**SLOW, "slip": {"late": 1, "mean": "10 d"}, "news": {"warned": 1, "ahead": "9 d"}}, AIR]
    shop = world(days=120, run_out=60, lanes=lanes, suppliers=LATE, visits="2/d", stock=20)
    expedite = {"by": "near", "penalty": penalty} | levers
    return Run(shop, replenish={"rule": "s_S", "s": 30, "S": 60}, promise={"basis": "vendor"}, expedite=expedite)


def test_no_rush_order_comes_before_its_lead_time() -> None:
    run, orders = rushed(), rushed().ledger.orders
    rows = run.meant(Purpose.RUSH)
    takes = (orders.posted - orders.placed)[rows[orders.posted[rows] >= 0]]
    assert len(takes) > 3
    assert takes.min() >= 3 * DAY


def test_an_emergency_order_does_not_help_at_once() -> None:
    """The shelf is as empty with rush orders as without until the first could be there."""
    usual, fast = rushed(0), rushed()
    first = int(fast.ledger.orders.placed[fast.meant(Purpose.RUSH)].min())
    before = fast.tape.visits.time < first + 3 * DAY
    for name in ("fate", "lo", "hi"):
        one, other = (getattr(run.ledger.visits, name)[before] for run in (usual, fast))
        np.testing.assert_array_equal(one, other)
    assert usual.ledger.visits.ended.sum() > fast.ledger.visits.ended.sum()


def test_the_premium_of_rush_orders_is_recorded() -> None:
    run = rushed()
    rows = run.meant(Purpose.RUSH)
    came = rows[run.ledger.orders.posted[rows] >= 0]
    assert run["expediting_cost"] == pytest.approx(int(run.units[came].sum()) * (7 + 2 - (4 * 1.1 + 0.5)))
    assert rushed(0)["expediting_cost"] == 0


def test_nobody_rushes_at_a_premium_above_the_worth_of_a_promise() -> None:
    premium = 7 + 2 - (4 * 1.1 + 0.5)
    assert len(rushed(premium).meant(Purpose.RUSH)) == 0
    assert len(rushed(premium + 0.01).meant(Purpose.RUSH)) > 0
    assert len(rushed(20, premium=20).meant(Purpose.RUSH)) == 0


# M77: those who talk to their suppliers


def talking(*, warned: float = 0.3, share: float = 0, track: Any = None, **more: Any) -> Run:
    news = {"warned": warned, "ahead_of_slip": share}
    lane = {**FAR, "slip": {"late": 0.6, "mean": "7 d"}, "news": news, "crossover": True}
    shop = world(days=60, run_out=90, visits="3/d", lanes=[lane], suppliers={"far": more})
    how = {"promise": {"basis": "vendor"}, "updates": "honest", "track": track}
    return Run(shop, replenish={"rule": "base_stock", "S": 27}, **how)


@pytest.mark.parametrize("how", [{"warned": 0.8, "share": 0.7}, {"track": {}}])
def test_talking_to_suppliers_moves_promises_and_no_lead_time(how: dict[str, Any]) -> None:
    silent, open_ = talking(), talking(**how)
    np.testing.assert_array_equal(silent.ledger.orders.arrived, open_.ledger.orders.arrived)
    for name in ("fate", "ended"):
        np.testing.assert_array_equal(*(getattr(run.ledger.visits, name) for run in (silent, open_)))
    moved = {name for (name, _), value in silent.measures.items() if value != open_[name] and np.isfinite(value)}
    assert "promise_kept" in moved
    assert (
        moved & {"fill_rate", "mean_wait", "mean_on_hand", "profit", "supply_lead_time", "supply_lead_time_cv"} == set()
    )


def test_truthful_dates_break_fewer_promises_and_come_no_sooner() -> None:
    early, honest = (talking(warned=0, share=0, optimism=optimism) for optimism in ("3 d", "0 d"))
    np.testing.assert_array_equal(early.ledger.orders.arrived, honest.ledger.orders.arrived)
    np.testing.assert_array_equal(early.ledger.visits.ended, honest.ledger.visits.ended)
    assert early["promise_kept"] < honest["promise_kept"] - 0.05


# bankruptcy and lost goods: what is not there is asked for again


def test_what_a_bankrupt_supplier_had_not_sent_is_ordered_from_the_backup() -> None:
    gone = {"kind": "bankruptcy", "supplier": "far", "at": "30 d"}
    shop = world(disruptions=[gone], suppliers={"far": {"make": "8 d"}, "near": {}})
    run = Run(shop, replenish={"rule": "base_stock", "S": 200}, source={"rule": "backup", "backup": "near"})
    lost, orders = run.ledger.lost, run.ledger.orders
    assert set(lost.loss.tolist()) == {Loss.SUPPLIER_GONE}
    assert set(lost.time.tolist()) == {30 * DAY}
    at_once = (orders.placed == 30 * DAY) & (orders.lane == 1)
    assert orders.units[at_once].sum() == orders.units[lost.order].sum()
    assert not np.any((orders.placed >= 30 * DAY) & (orders.lane == 0))


# limits: what nobody uses changes nothing


OWN = FAR | {"lead_time": LEAD, "slip": {"late": 0.5, "mean": "2 d"}}
DOWN = {"kind": "supplier_down", "supplier": "far", "every": "exponential(20 d)", "lasts": "exponential(4 d)"}
USED: dict[str, Any] = {"lanes": [OWN, NEAR], "disruptions": [DOWN]}
UNUSED: dict[str, dict[str, Any]] = {
    "a supplier": {"suppliers": {"a": {"capacity": {"unit_time": "exponential(1 h)"}}, "far": {}, "near": {}}},
    "a lane": {
        "suppliers": {"far": {}, "near": {}, "z": {"yields": 0.5}},
        "lanes": [OWN, NEAR, {"from": "z", "to": "shop", "lead_time": LEAD}],
    },
    "a region": {
        "suppliers": {"far": {"region": "east"}, "near": {"region": "west"}},
        "lanes": [OWN | {"region": "sea"}, NEAR],
    },
    "the weather of another region": {
        "suppliers": {"far": {}, "near": {"region": "west"}},
        "disruptions": [
            DOWN,
            {"kind": "supplier_down", "region": "west", "every": "exponential(9 d)", "lasts": "2 d", "rho": 0.5},
        ],
    },
    "a warehouse": {"warehouses": {"attic": {}, "shop": {}}},
}


@pytest.mark.parametrize("what", UNUSED)
def test_what_nobody_uses_changes_nothing(what: str) -> None:
    used, changed = (Run(world(**each), **S30).ledger for each in (USED, USED | UNUSED[what]))
    assert len(used.orders.units) > 10
    assert used.digest == changed.digest


def test_a_lane_in_front_of_others_changes_no_chance_of_theirs() -> None:
    extra = {"from": "z", "to": "attic", "lead_time": LEAD}
    suppliers, houses = {"far": {}, "near": {}, "z": {}}, {"shop": {}, "attic": {}}
    before = Run(world(**USED), **S30)
    after = Run(world(**USED | {"lanes": [extra, *USED["lanes"]], "suppliers": suppliers, "warehouses": houses}), **S30)
    for name in ("placed", "left", "confirmed", "arrived", "units", "number"):
        one, other = (getattr(run.ledger.orders, name) for run in (before, after))
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "levers",
    [
        {"expedite": {"by": "near", "penalty": 0}},
        {"expedite": {"by": "nobody"}},
        {"transship": {"keep": 1000}},
        {"advance": {"cover": "30 d"}},
        {"source": {"rule": "single", "from": "far"}},
        {"source": {"rule": "backup", "backup": "sister", "late": "1000 d"}},
    ],
)
def test_levers_that_never_move_change_nothing(levers: dict[str, Any]) -> None:
    sister = {"from": "sister", "to": "shop", "lead_time": "1 d"}, {"from": "near", "to": "sister", "lead_time": "1 d"}
    shop = world(lanes=[*USED["lanes"], *sister], warehouses={"shop": {}, "sister": {"stock": {"mug": 60}}})
    assert Run(shop, **S30).ledger.digest == Run(shop, **S30, **levers).ledger.digest
