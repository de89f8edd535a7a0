"""Identities that hold in every run to the last unit and second: flows of units, of customers, of time, of money."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from sim import measure
from sim.ledger.views import Views
from sim.words import AWAY, JOINED, LEFT, Exit, Fate, Move, Wait
from tests.theory.conftest import STORIES, Played

Told = Callable[[str, str], Played]
Runs = Callable[[str, int], list[Played]]
Integers = NDArray[np.int64]

each_policy_of_each_story = pytest.mark.parametrize(("story", "policy"), STORIES)


def views(run: Played) -> Views:
    return Views(run.scenario.world, run.ledger, run.tape.visits)


def moved(run: Played, event: Move, stock: int) -> int:
    moves = run.ledger.moves
    return int(moves.units[(moves.event == event) & (moves.stock == stock)].sum())


def arrived(run: Played, stock: int) -> int:
    """Units of supply orders, put away or across the dock."""
    return moved(run, Move.POSTED, stock) + moved(run, Move.CROSSED, stock)


def written(run: Played, stock: int) -> int:
    """Units by which people changed the record."""
    return int(run.ledger.records.record[run.ledger.records.stock == stock].sum())


def wishes(run: Played) -> Integers:
    """The row of the tape behind every visit, those who came back among them."""
    return np.concatenate([np.arange(len(run.tape.visits)), run.ledger.returns.intent])


def wanted(run: Played) -> Integers:
    """Units wanted by each visit."""
    return np.concatenate([run.tape.visits.units, run.ledger.returns.units]).astype(np.int64)


def streams(run: Played) -> Integers:
    """The customer stream of each visit."""
    return run.tape.visits.stream[wishes(run)].astype(np.int64)


def granted(run: Played) -> Integers:
    """Units allocated to each visit after it joined the backlog."""
    waits = run.ledger.waits
    units = waits.units * (waits.event == Wait.GRANTED)
    return np.bincount(waits.visit, units, len(run.ledger.visits)).astype(np.int64)


# units


@each_policy_of_each_story
def test_units_that_came_have_gone_or_are_still_there(story: str, policy: str, told: Told) -> None:
    run = told(story, policy)
    sold = run.ledger.visits.now + granted(run)
    stock_of, swaps = views(run).stock_of_stream[streams(run)], run.ledger.swaps
    for stock in range(len(run.ledger.opening)):
        came = run.ledger.opening[stock] + arrived(run, stock) + written(run, stock)
        went = sold[stock_of == stock].sum() + moved(run, Move.ISSUED, stock) + swaps.units[swaps.stock == stock].sum()
        assert came == went + run.ledger.closing[stock]


@each_policy_of_each_story
def test_no_shelf_ever_holds_less_than_nothing(story: str, policy: str, told: Told) -> None:
    run = told(story, policy)
    for stock in range(len(run.ledger.opening)):
        assert min(views(run).on_hand(stock).steps().values, default=0) >= 0


@each_policy_of_each_story
def test_units_ordered_were_received_or_are_still_on_order(story: str, policy: str, told: Told) -> None:
    run = told(story, policy)
    orders, end = run.ledger.orders, np.array([run.ledger.close - 1])
    for stock in range(len(run.ledger.opening)):
        open_units = int(views(run).on_order(stock).steps().at(end)[0])
        gone = run.ledger.lost.order[orders.stock[run.ledger.lost.order] == stock]
        assert orders.units[orders.stock == stock].sum() == arrived(run, stock) + open_units + orders.units[gone].sum()


@pytest.mark.parametrize("name", ["base_stock_random_lead_time", "wait_for_a_unit", "supplier_outages"])
def test_base_stock_keeps_the_position_where_it_was(name: str, played: Runs) -> None:
    run = played(name, 1)[0]
    assert set(views(run).position(0).steps().values) == {8}


@pytest.mark.parametrize("name", ["wait_for_a_unit", "lots_of_six", "frozen_pipeline"])
def test_single_units_never_lie_on_the_shelf_while_somebody_waits(name: str, played: Runs) -> None:
    stock = views(played(name, 1)[0])
    times = np.union1d(stock.on_hand(0).steps().times, stock.backlog(0).steps().times)
    both = np.minimum(stock.on_hand(0).steps().at(times), stock.backlog(0).steps().at(times))
    assert len(times) > 1000
    assert both.max() == 0


# customers


@each_policy_of_each_story
def test_every_visit_is_served_lost_or_waits_and_gets_or_gives_up_what_it_waited_for(
    story: str, policy: str, told: Told
) -> None:
    run = told(story, policy)
    facts, units = run.ledger.visits, wanted(run)
    given_up = np.bincount(run.ledger.waits.visit, run.ledger.waits.units, minlength=len(units)) - granted(run)
    owed = units - facts.now - granted(run) - given_up
    assert np.isin(facts.fate, (Fate.SERVED, *JOINED, *LEFT, *AWAY)).all()
    assert (owed[np.isin(facts.fate, [Fate.SERVED, Fate.FULFILLED, Fate.RENEGED, Fate.CHANGED_MIND])] == 0).all()
    assert (owed[np.isin(facts.fate, [Fate.OUT_OF_STOCK, Fate.BALKED, Fate.PENDING])] > 0).all()
    assert (owed[np.isin(facts.fate, AWAY)] == units[np.isin(facts.fate, AWAY)]).all()


@each_policy_of_each_story
def test_every_wish_that_comes_back_had_left_to_do_so(story: str, policy: str, told: Told) -> None:
    run = told(story, policy)
    before = run.ledger.visits.exit[run.ledger.returns.before]
    assert np.isin(before, (Exit.DEFER, Exit.NOTIFY)).all()
    assert np.array_equal(wishes(run)[run.ledger.returns.before], run.ledger.returns.intent)


# time


def waited(run: Played, start: int, end: int) -> int:
    """Unit-seconds in the backlog within [start, end), customer by customer."""
    facts, waits, visits = run.ledger.visits, run.ledger.waits, run.tape.visits
    rows = np.flatnonzero(np.isin(facts.fate, JOINED))
    open_units = (visits.units - facts.now)[rows] - np.bincount(waits.visit, waits.units, len(visits))[rows]
    begin = np.concatenate([visits.time[waits.visit], visits.time[rows]])
    finish = np.concatenate([waits.time, np.full(len(rows), run.ledger.close)])
    inside = np.clip(np.minimum(finish, end) - np.maximum(begin, start), 0, None)
    return int(inside @ np.concatenate([waits.units, open_units]))


@pytest.mark.parametrize(
    "name", ["capped_backlog", "patience_threshold", "batch_demand", "never_delivered", "law_and_kelton", "one_machine"]
)
def test_the_backlog_is_the_sum_of_the_waits(name: str, played: Runs) -> None:
    run = played(name, 1)[0]
    calendar = run.scenario.world.calendar
    taken = measure(run.scenario.world, run.ledger, run.tape.visits)
    total = waited(run, calendar.warm_up, calendar.warm_up + calendar.measure)
    assert total > 0
    assert taken["mean_backlog", ""] * calendar.measure == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("name", ["capped_backlog", "four_in_ten_wait", "lots_of_six"])
def test_the_mean_backlog_is_the_rate_of_joining_times_the_mean_wait(name: str, played: Runs) -> None:
    """Little's law; the ends of the window matter less than 1 %."""
    run = played(name, 1)[0]
    taken = measure(run.scenario.world, run.ledger, run.tape.visits)
    days = run.scenario.world.calendar.measure / 86_400
    joining = (taken["units_wanted", ""] * (1 - taken["fill_rate", ""]) - taken["lost_units", ""]) / days
    assert taken["mean_backlog", ""] == pytest.approx(joining * taken["wait_if_waiting", ""], rel=0.01)


# money


COSTS = (
    *("cost_of_goods", "fulfilment_cost", "split_parcel_cost", "payment_fees", "inbound_cost", "acquisition_cost"),
    *("holding_cost", "ordering_cost", "backorder_cost", "backlog_cost", "support_cost", "mail_cost"),
    *("cancellation_cost", "leftover_cost", "fixed_cost", "customs_fees", "expediting_cost", "mispick_cost"),
    *("counting_cost", "shrink_cost", "lost_goods_cost", "lost_deposits", "automation_cost"),
)


@each_policy_of_each_story
def test_profit_is_revenue_less_every_cost(story: str, policy: str, told: Told) -> None:
    run = told(story, policy)
    taken = measure(run.scenario.world, run.ledger, run.tape.visits)
    spent = sum(taken[name, ""] for name in COSTS)
    equity = taken["customer_equity", ""] + taken["reputation_equity", ""]
    assert taken["profit", ""] == pytest.approx(taken["revenue", ""] + taken["sent_back_salvage", ""] - spent, abs=1e-6)
    total = taken["profit", ""] - taken["capital_charge", ""] + equity
    assert taken["total_value", ""] == pytest.approx(total, abs=1e-6)


def passed_on(run: Played, policy: str) -> NDArray[np.float64]:
    """What a tariff put on the price that each visit met."""
    world, share = run.scenario.world, run.scenario.policy(policy).pass_through
    times = np.concatenate([run.tape.visits.time, run.ledger.returns.time])
    costs = np.array([world.products[c.buys].unit_cost for c in world.customers.values()])[streams(run)]
    tariffs = [each for each in world.disruptions if each.kind == "tariff"]
    rates = [each.adds * (times >= each.at + world.calendar.warm_up) for each in tariffs]
    return share * costs * sum(rates, np.zeros(len(times)))


@each_policy_of_each_story
def test_revenue_is_the_price_of_what_customers_of_the_window_got(story: str, policy: str, told: Told) -> None:
    run = told(story, policy)
    world, swaps = run.scenario.world, run.ledger.swaps
    own = np.array([world.products[c.buys].price if c.price is None else c.price for c in world.customers.values()])
    instead = np.array([world.products[product].price for _, product in world.stocks])
    counts = run.tape.visits.time[wishes(run)] >= world.calendar.warm_up
    got = (own[streams(run)] + passed_on(run, policy)) * (run.ledger.visits.now + granted(run)) * counts
    swapped = instead[swaps.stock] * swaps.units * counts[swaps.visit]
    taken = measure(world, run.ledger, run.tape.visits)
    assert taken["revenue", ""] == pytest.approx(got.sum() + swapped.sum(), abs=1e-6)
