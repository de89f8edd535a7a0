"""Records that go wrong, and what comes of it: each error by itself, and the exact values of freezing and oversell."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim import audit, draw_tape, simulate
from sim.ledger.auditing.replay import Replay
from sim.ledger.auditing.sight import physical
from sim.ledger.auditing.track import What
from sim.ledger.ledger import Ledger
from sim.scenario.automation import automated
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.words import DAY, Fate, Move, Notice, Slip, Wait

ORDERS = {"rule": "s_S", "s": 30, "S": 60}


def world(days: int = 100, **changes: Any) -> World:
    base = {
        "calendar": {"measure": f"{days} d", "run_out": "20 d"},
        "products": {"cup": {"price": 10, "unit_cost": 6}, "mug": {"price": 10, "unit_cost": 6}},
        "suppliers": {"factory": {}},
        "warehouses": {"hub": {"stock": {"cup": 60, "mug": 60}, "picking": "6 h", "last_mile": "1 d"}},
        "lanes": [{"from": "factory", "to": "hub", "lead_time": "2 d"}],
        "customers": {
            "cups": {"buys": "cup", "from": "hub", "visits": "5/d", "patience": "40 d"},
            "mugs": {"buys": "mug", "from": "hub", "visits": "5/d", "patience": "40 d"},
        },
    }
    return World.model_validate(base | changes)


class Run:
    """One audited replication."""

    def __init__(self, of: World, *, seed: int = 1, audits: bool = True, **levers: Any) -> None:
        self.world = of
        self.levers = Levers.model_validate({"replenish": ORDERS} | levers)
        self.tape = draw_tape(of, seed=seed, replication=0)
        self.ledger: Ledger = simulate(of, self.levers, self.tape)
        if audits:
            audit(of, self.levers, self.tape, self.ledger)
        self.replay = Replay(of, self.levers, self.tape, self.ledger)

    def records(self, kind: Slip) -> np.ndarray:
        """Rows of one kind."""
        return np.flatnonzero(self.ledger.records.kind == kind)

    def gap(self, stock: int) -> int:
        """Units on the shelf at the end, less those in the record."""
        track = self.replay.tracks[stock]
        return int(physical(self.replay, track)[-1] - track.on_hand[-1])


def keeping(**errors: float) -> dict[str, Any]:
    return {"keep": {"errors": errors}}


def facts(ledger: Ledger, *but: str) -> dict[str, Any]:
    """Every column of a ledger but those that only number facts, and but some tables."""
    tables = {each.name: getattr(ledger, each.name) for each in fields(ledger) if each.name not in but}
    rows = {name: table for name, table in tables.items() if is_dataclass(table)}
    return {
        f"{name}.{column.name}": np.asarray(getattr(table, column.name)).tolist()
        for name, table in rows.items()
        for column in fields(table)
        if column.name != "seq"
    }


# neutrality


@pytest.mark.parametrize("policy", [{}, {"when_short": "backorder"}, {"when_short": "backorder", "ship": "partial"}])
def test_perfect_records_are_one_book(policy):
    one, two = Run(world(), **policy), Run(world(), **policy, **keeping(miscount=0))
    assert one.ledger.digest == two.ledger.digest


def test_counting_right_records_changes_nothing_but_the_counts():
    plain, counted = (Run(world(), keep={"count": {"rule": rule}}) for rule in ("none", "full"))
    assert len(counted.ledger.counts)
    assert facts(plain.ledger, "counts") == facts(counted.ledger, "counts")


def test_a_channel_that_shows_the_record_is_no_channel():
    through = {name: who | {"channel": "app"} for name, who in customers().items()}
    channels = {"channels": {"app": {"sync": "0 d", "buffer": 0}}, "customers": through}
    assert Run(world()).ledger.digest == Run(world(**channels)).ledger.digest


def customers() -> dict[str, Any]:
    return {
        name: {"buys": name[:-1], "from": "hub", "visits": "5/d", "patience": "40 d"} for name in ("cups", "mugs")
    }


# M10: overselling


def oversell(units: int, mean: float) -> float:
    """E[max(0, min(X, N) + min(Y, N) - N)] of two Poisson demands."""
    k = np.arange(200)
    p = stats.poisson.pmf(k, mean)
    taken = np.minimum(k, units)
    return float(np.maximum(taken[:, None] + taken[None, :] - units, 0).ravel() @ np.outer(p, p).ravel())


def two_marketplaces(demands: np.ndarray, units: int) -> World:
    """Each day both sell what is wanted in its first half, and at noon the shelf is filled up."""
    chance = np.random.default_rng(7)
    traces: list[list[dict[str, Any]]] = [[], []]
    for day, wanted in enumerate(demands):
        for trace, number in zip(traces, wanted, strict=True):
            trace += [{"at": f"{day * DAY + int(at)} s", "units": 1} for at in chance.integers(1, DAY // 2, number)]
    selling = {
        name: {"buys": "cup", "from": "hub", "channel": name, "visits": {"trace": trace}}
        for name, trace in zip(("one", "two"), traces, strict=True)
    }
    return world(
        len(demands),
        products={"cup": {}},
        warehouses={"hub": {"stock": {"cup": units}}},
        lanes=[{"from": "factory", "to": "hub", "lead_time": "0 d"}],
        channels={name: {"sync": "1 d"} for name in ("one", "two")},
        customers=selling,
    )


@pytest.mark.parametrize(("mean", "exact"), [(2.0, 0.3653), (0.5, 0.00066)])
def test_two_channels_oversell_as_the_formula_says(mean, exact):
    assert oversell(5, mean) == pytest.approx(exact, rel=0.01)
    days = 3000
    demands = np.random.default_rng(3).poisson(mean, (days, 2))
    shop = Run(
        two_marketplaces(demands, 5),
        replenish={"rule": "R_S", "R": "12 h", "S": 5},
        keep={"offers_delay": 0},
    )
    times = shop.ledger.records.time[shop.records(Slip.OVERSOLD)] // DAY
    taken = np.minimum(demands, 5).sum(axis=1)
    assert np.array_equal(np.bincount(times, minlength=days)[:days], np.maximum(taken - 5, 0))
    assert abs(len(times) / days - exact) < 4 * math.sqrt(max(oversell(5, mean), 1 / days) / days)


def test_a_buffer_keeps_a_channel_from_overselling():
    demands = np.random.default_rng(3).poisson(2, (200, 2))
    of = two_marketplaces(demands, 5)
    channels = {name: channel.model_copy(update={"buffer": 3}) for name, channel in of.channels.items()}
    shop = Run(of.model_copy(update={"channels": channels}), replenish={"rule": "R_S", "R": "12 h", "S": 5})
    assert not len(shop.records(Slip.OVERSOLD))


# M11: what is not there


def test_without_errors_nobody_is_forced_to_wait():
    shop = Run(world(), when_short="backorder", **keeping())
    assert not len(shop.ledger.records)
    assert not (shop.ledger.notices.kind == Notice.FORCED).any()


@pytest.mark.parametrize("share", [0.0, 0.7, 1.0])
def test_a_share_of_those_who_find_nothing_there_is_offered_a_delay(share):
    lossy = world(400, warehouses={"hub": {"stock": {"cup": 60, "mug": 60}, "shrink": 0.2}})
    shop = Run(lossy, keep={"errors": {}, "offers_delay": share})
    forced = (shop.ledger.notices.kind == Notice.FORCED).sum()
    failed = len(shop.records(Slip.PICK_FAILED))
    assert failed > 30
    assert abs(forced - share * failed) <= 4 * math.sqrt(failed * share * (1 - share))
    cancelled = (shop.ledger.visits.fate == Fate.SELLER_CANCELLED).sum()
    assert cancelled == failed - forced


# M61 to M68: one error each


def test_a_mistyped_record_stays_wrong_until_it_is_counted():
    shop = Run(world(), keep={"errors": {"entry_slip": 1}, "count": {"rule": "full", "every": "50 d"}})
    assert len(shop.records(Slip.ENTRY)) > 3
    assert all(gaps_after_counts(shop) == 0)


def gaps_after_counts(shop: Run) -> np.ndarray:
    """Of each count, what parts shelf and record right after it."""
    counts, gaps = shop.ledger.counts, []
    for stock, track in enumerate(shop.replay.tracks):
        mine = np.flatnonzero(counts.stock == stock)
        places = track.before(shop.replay.came(counts.seen[mine], counts.seq[mine]), counts.seq[mine])
        for place in places.tolist():
            row = int(track.row[place]) if place < len(track) and track.what[place] == What.SLIPPED else -1
            set_right = row >= 0 and shop.ledger.records.kind[row] == Slip.COUNTED
            gaps.append((physical(shop.replay, track) - track.on_hand)[place + set_right])
    return np.array(gaps)


def test_a_perfect_count_sets_every_record_right():
    careless = {"miscount": 0.5, "misplaced": 0.5, "mispick_item": 0.05, "double_posting": 0.2}
    shop = Run(world(), keep={"errors": careless, "count": {"rule": "full", "every": "10 d"}})
    assert len(shop.ledger.counts) == 2 * 11
    assert all(gaps_after_counts(shop) == 0)


def test_a_lost_allocation_waits_for_the_next():
    slow = world(60, warehouses={"hub": {"stock": {"cup": 0, "mug": 0}}})
    shop = Run(slow, when_short="backorder", **keeping(reservation_lost=0.3))
    lost, granted = len(shop.records(Slip.RESERVATION_LOST)), (shop.ledger.waits.event == Wait.GRANTED).sum()
    assert abs(lost / (lost + granted) - 0.3) < 4 * math.sqrt(0.21 / (lost + granted))


def test_an_order_is_entered_after_its_delay_or_never():
    prompt, late = (Run(world(), replenish={"rule": "R_S", "R": "200 d", "S": 80}, plan=plan) for plan in ({}, LATE))
    assert (late.ledger.orders.posted - prompt.ledger.orders.posted == 3 * DAY).all()
    assert not len(Run(world(), plan={"forgets": 1}).ledger.orders.lane)


LATE = {"entry": "3 d"}


def test_the_gap_is_the_sum_of_the_miscounts():
    shop = Run(world(), **keeping(miscount=1, miscount_size=0.3))
    records = shop.ledger.records
    for stock in (0, 1):
        wrong = records.record[(records.stock == stock) & (records.kind == Slip.MISCOUNT)]
        truth = records.record[(records.stock == stock) & (records.kind == Slip.PICK_FAILED)]
        assert len(wrong) > 3
        assert shop.gap(stock) == -wrong.sum() - truth.sum()


def test_every_wrong_item_shifts_two_stocks_by_one():
    shop = Run(world(), **keeping(mispick_item=1))
    rows, records = shop.records(Slip.MISPICK_ITEM), shop.ledger.records
    assert len(rows) > 100
    assert records.physical[rows].tolist() == [1, -1] * (len(rows) // 2)
    assert (records.stock[rows[::2]] != records.stock[rows[1::2]]).all()
    assert (records.about[rows[::2]] == records.about[rows[1::2]]).all()
    failed = records.record[shop.records(Slip.PICK_FAILED)].sum()
    assert shop.gap(0) + shop.gap(1) == -failed


def test_units_vanish_at_their_share_of_demand():
    shop = Run(world(2000, warehouses={"hub": {"stock": {"cup": 60, "mug": 60}, "shrink": 0.02}}))
    gone, expected = len(shop.records(Slip.SHRINK)), 0.02 * 10 * 2020
    assert abs(gone - expected) < 4 * math.sqrt(expected)


def test_sales_are_refused_while_goods_wait_to_be_posted():
    prompt, late = Run(world()), Run(world(), keep={"posting": "5 d"})
    orders = late.ledger.orders
    posted = orders.posted >= 0
    assert (orders.posted[posted] - orders.arrived[posted] == 5 * DAY).all()
    on_dock = np.zeros(len(late.replay.time), dtype=bool)
    for row in np.flatnonzero(posted).tolist():
        waits = (late.replay.time >= orders.arrived[row]) & (late.replay.time < orders.posted[row])
        on_dock |= waits & (late.replay.visit_stock == orders.stock[row])
    refused = late.ledger.visits.fate == Fate.OUT_OF_STOCK
    assert (refused & on_dock).sum() > 50
    assert refused.sum() > (prompt.ledger.visits.fate == Fate.OUT_OF_STOCK).sum() + 50


def test_goods_sent_back_unposted_lie_hidden_on_the_shelf():
    returning = {name: {"price": 10, "unit_cost": 6, "sent_back": 0.2} for name in ("cup", "mug")}
    shop = Run(world(products=returning), **keeping(unposted_return=1))
    rows = shop.records(Slip.UNPOSTED_RETURN)
    assert len(rows) == len(shop.ledger.back) > 50
    assert shop.gap(0) + shop.gap(1) == shop.ledger.back.units.sum()


# M06: who reserves


def test_a_clerk_comes_a_while_after_each_receipt():
    empty = world(60, warehouses={"hub": {"stock": {"cup": 0, "mug": 0}}})
    clerk = {"rule": "manual", "takes": "6 h", "omits": 0.5}
    shop = Run(empty, when_short="backorder", reserving=clerk, replenish={"rule": "s_S", "s": 2, "S": 12})
    moves, waits = shop.ledger.moves, shop.ledger.waits
    posted = set((moves.time[moves.event == Move.POSTED] + DAY // 4).tolist())
    granted = waits.time[waits.event == Wait.GRANTED]
    assert len(granted) > 50
    assert set(granted.tolist()) <= posted


def test_a_system_that_reserves_lets_nobody_pass_and_a_clerk_does():
    empty = world(60, warehouses={"hub": {"stock": {"cup": 0, "mug": 0}}})
    passed = []
    for rule in ("automatic", "manual"):
        shop = Run(empty, when_short="backorder", reserving=rule)
        served = (shop.ledger.visits.fate == Fate.SERVED) & (shop.replay.units <= shop.replay.hand_at_visit)
        passed.append((served & (shop.replay.backlog_at_visit > 0)).sum())
    assert passed[0] == 0 < passed[1]


# M72: automation


SWITCHES = {
    "manual": {
        "reserving": "manual",
        "sync": "1 d",
        "plan": {"entry": "exponential(1 d)", "forgets": "2 %"},
        "keep": {"errors": "manual", "posting": "exponential(0.5 d)"},
    },
    "automatic": {
        "reserving": "automatic",
        "sync": "0 d",
        "plan": {"entry": None, "forgets": 0},
        "keep": {"errors": "scanned", "posting": None},
    },
}


@pytest.mark.parametrize("how", SWITCHES)
def test_automation_is_the_sum_of_its_switches(how):
    base = {"replenish": ORDERS, "when_short": "backorder"}
    bundle = automated(Levers.model_validate(base | {"automation": how}))
    apart = Levers.model_validate(base | SWITCHES[how])
    assert bundle.model_copy(update={"automation": None}) == apart
    tape = draw_tape(world(40), seed=1, replication=0)
    one, other = (simulate(world(40), levers, tape) for levers in (bundle, apart))
    assert facts(one, "terms") == facts(other, "terms")


def test_what_a_shop_states_itself_no_automation_changes():
    stated = {"keep": {"errors": "none"}, "plan": {"forgets": 0.5}, "sync": "3 h", "automation": "manual"}
    levers = automated(Levers.model_validate(stated))
    assert (levers.keep.errors, levers.plan.forgets, levers.sync) == ("none", 0.5, 3 * 3600)
    assert levers.keep.posting is not None


# V14 and J1: freezing


def frozen_shop(days: int, shrink: float) -> World:
    return world(
        days,
        products={"cup": {}},
        warehouses={"hub": {"stock": {"cup": 200}, "shrink": shrink}},
        lanes=[{"from": "factory", "to": "hub", "lead_time": "5 d"}],
        customers={"cups": {"buys": "cup", "from": "hub", "visits": "10/d"}},
    )


def self_service(r: int, **keep: Any) -> dict[str, Any]:
    ignores = {"failed_picks": "ignored", "offers_delay": 0, **keep}
    return {"replenish": {"rule": "r_Q", "r": r, "Q": 200}, "keep": ignores}


@pytest.mark.parametrize(("days", "loss", "r", "simulated"), [(900, 0.2, 100, 542), (1100, 0.1, 60, 676)])
def test_replenishment_freezes_near_the_reorder_point_over_the_loss(days, loss, r, simulated):
    of, ends = frozen_shop(days, loss / 10), []
    for seed in range(10):
        shop = Run(of, seed=seed, audits=False, **self_service(r))
        served = shop.replay.time[shop.ledger.visits.fate == Fate.SERVED]
        ends.append(served[-1] / DAY)
    error = np.std(ends, ddof=1) / math.sqrt(len(ends))
    assert np.mean(ends) > r / loss
    assert abs(np.mean(ends) - simulated) < 4 * error + 0.02 * simulated


def test_counts_thaw_what_would_freeze():
    lost = {}
    for name, count in (("none", {}), ("quarterly", {"rule": "full", "every": "90 d"})):
        shop = Run(frozen_shop(3000, 0.01), audits=False, **self_service(60, count=count))
        lost[name] = (shop.ledger.visits.fate != Fate.SERVED).mean()
    assert 0.66 < lost["none"] < 0.83
    assert lost["quarterly"] <= 0.017


def test_a_stock_freezes_by_a_day_as_often_as_the_chain_says():
    p, frozen, times = 1 - float(stats.poisson.cdf(3, 0.1 * 20)), [], 150
    assert p == pytest.approx(0.142877, abs=1e-6)
    of = world(
        20,
        products={"cup": {}},
        calendar={"measure": "20 d"},
        warehouses={"hub": {"stock": {"cup": 4}, "shrink": 0.02}},
        lanes=[{"from": "factory", "to": "hub", "lead_time": "0 d"}],
        customers={"cups": {"buys": "cup", "from": "hub", "visits": "5/d"}},
    )
    for seed in range(times):
        levers = self_service(0) | {"replenish": {"rule": "base_stock", "S": 4}}
        shop = Run(of, seed=seed, audits=False, **levers)
        frozen.append(len(shop.records(Slip.SHRINK)) >= 4)
    assert abs(np.mean(frozen) - p) < 4 * math.sqrt(p * (1 - p) / times)


# V16: conservation


def test_units_are_conserved_with_losses_and_finds():
    careless = {"misplaced": 0.5, "mispick_units": 0.02}
    returning = {name: {"price": 10, "unit_cost": 6, "sent_back": 0.2} for name in ("cup", "mug")}
    shop = Run(
        world(200, products=returning, warehouses={"hub": {"stock": {"cup": 60, "mug": 60}, "shrink": 0.05}}),
        keep={"errors": careless | {"unposted_return": 0.5}, "count": {"rule": "full", "every": "30 d"}},
    )
    ledger, records = shop.ledger, shop.ledger.records
    for stock in (0, 1):
        of = {kind: records.physical[(records.stock == stock) & (records.kind == kind)].sum() for kind in Slip}
        received = ledger.moves.units[(ledger.moves.event == Move.POSTED) & (ledger.moves.stock == stock)].sum()
        sold = ledger.visits.now[shop.replay.visit_stock == stock].sum()
        there = ledger.closing[stock] + shop.gap(stock)
        assert of[Slip.SHRINK] < 0 < of[Slip.FOUND]
        waited = ledger.waits.units[
            (ledger.waits.event == Wait.GRANTED) & (shop.replay.visit_stock[ledger.waits.visit] == stock)
        ].sum()
        assert ledger.opening[stock] + received + sum(of.values()) - sold - waited == there
