"""Quantities over time: what a ledger says about every second of the run."""

from __future__ import annotations

from itertools import accumulate, pairwise, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.ledger.steps import Jumps, Steps, rows_by
from sim.ledger.views import Views, path
from sim.words import DAY, JOINED, Fate, Seconds
from tests.ledgers import O, V, ledger_of, one_shop, tape_visits, ten_days
from tests.toy_shop import CLOSE, DEPOT, MEASURE, SHOP, WARM_UP, Plan, Toy, for_any_plan

END = WARM_UP + MEASURE
QUANTITIES = ("on_hand", "on_order", "backlog", "position")


def jumps(*columns, before=0):
    return Jumps(before, tuple((np.array(t, dtype=np.int64), np.array(c, dtype=np.int64)) for t, c in columns))


def views_of(plan: Plan) -> tuple[Toy, Views]:
    toy = Toy(plan).run()
    return toy, Views(*toy.tables())


def test_changes_of_one_second_are_one_jump():
    steps = jumps(([2, 5], [3, -1]), ([2, 2, 7], [-1, -1, 4])).steps()
    assert (steps.times.tolist(), steps.values.tolist()) == ([2, 5, 7], [1, 0, 4])


def test_a_quantity_without_changes_keeps_its_value():
    steps = jumps(before=3).steps()
    assert steps.at(np.array([0, 9])).tolist() == [3, 3]
    assert (steps.integral(2, 6), steps.time_above_zero(2, 6), steps.highest(2, 6)) == (12, 4, 3)


def test_a_value_holds_from_its_instant_on():
    assert jumps(([4], [2]), before=1).steps().at(np.array([3, 4, 5])).tolist() == [1, 3, 3]


def test_time_above_zero_ends_where_the_value_reaches_zero():
    assert jumps(([2, 6], [1, -1])).steps().time_above_zero(0, 10) == 4


def test_the_highest_value_ignores_what_never_lasts_within_the_stretch():
    steps = jumps(([2, 6], [5, -5])).steps()
    assert (steps.highest(0, 10), steps.highest(6, 10), steps.highest(0, 2)) == (5, 0, 0)


changes = st.lists(st.tuples(st.integers(0, 30), st.integers(-4, 4)), max_size=20).map(sorted)


@given(st.lists(changes, max_size=3), st.integers(-2, 2), st.integers(0, 20), st.integers(1, 15))
def test_closed_integral_equals_that_of_merged_steps_and_that_of_every_second(columns, before, start, length):
    quantity = jumps(*[([t for t, _ in c], [d for _, d in c]) for c in columns], before=before)
    steps, end = quantity.steps(), start + length
    seconds = [before + sum(d for c in columns for t, d in c if t <= now) for now in range(start, end)]
    assert quantity.integral(start, end) == steps.integral(start, end) == sum(seconds)
    assert steps.highest(start, end) == max(seconds)
    assert steps.time_above_zero(start, end) == sum(value > 0 for value in seconds)
    assert quantity.at(np.arange(start, end)).tolist() == steps.at(np.arange(start, end)).tolist() == seconds


@given(st.lists(changes, max_size=3))
def test_steps_are_strictly_increasing_in_time(columns):
    steps: Steps = jumps(*[([t for t, _ in c], [d for _, d in c]) for c in columns]).steps()
    assert all(one < next_one for one, next_one in pairwise(steps.times.tolist()))


@given(st.lists(st.integers(-1, 3), max_size=30))
def test_rows_of_a_key_keep_their_order_and_negative_keys_are_in_none(keys):
    found = [np.arange(len(keys))[rows].tolist() for rows in rows_by(np.array(keys, dtype=np.int32), 4)]
    assert found == [[n for n, key in enumerate(keys) if key == wanted] for wanted in range(4)]


@for_any_plan
def test_every_quantity_of_every_stock_is_right_in_every_second(plan):
    toy, views = views_of(plan)
    for what, stock in product(QUANTITIES, (DEPOT, SHOP)):
        steps = getattr(views, what)(stock).steps()
        assert steps.at(np.arange(CLOSE)).tolist() == toy.truth[what][stock]


@for_any_plan
def test_stock_at_the_close_is_what_the_ledger_says(plan):
    _, views = views_of(plan)
    levels = [views.on_hand(stock).steps().at(np.array([CLOSE]))[0] for stock in (DEPOT, SHOP)]
    assert levels == views.ledger.closing.tolist()


@for_any_plan
def test_backlog_over_a_stretch_equals_the_waiting_time_within_it(plan):
    toy, views = views_of(plan)
    for stock in (DEPOT, SHOP):
        waited = [max(min(b, END) - max(a, WARM_UP), 0) for at, _, _, a, b in toy.waited if at == stock]
        assert views.backlog(stock).integral(WARM_UP, END) == sum(waited)


@for_any_plan
def test_customers_of_all_stocks_wait_together(plan):
    _, views = views_of(plan)
    both = views.waiting(DEPOT) + views.waiting(SHOP)
    assert views.waiting(None).steps().values.tolist() == both.steps().values.tolist()


def test_streams_belong_to_the_stock_they_buy_from():
    _, views = views_of(Plan((0, 0), (), (), ()))
    assert views.stock_of_stream.tolist() == [SHOP, DEPOT]


def test_initial_inbound_is_on_order_from_the_start_and_was_never_placed():
    inbound = [{"from": "factory", "to": "main", "product": "mug", "units": 4, "due": "2 d"}]
    world = one_shop(calendar={"measure": "5 d"}, inbound=inbound)
    orders = [O(0, 2, 4), O(0, 3, 5)]
    views = Views(world, ledger_of(world, [], orders=orders, opening=[0], closing=[9]), tape_visits([]))
    assert views.on_order(0).steps().at(np.array([0, 2 * DAY, 3 * DAY])).tolist() == [9, 5, 0]
    assert views.chosen.tolist() == [False, True]


def test_initial_inbound_from_another_warehouse_is_no_claim_on_it():
    toy = Toy(Plan((0, 0), (), (), [(0, 4)])).run()
    world, ledger, visits = toy.tables()
    inbound = [{"from": "depot", "to": "shop", "product": "mug", "units": 4, "due": "1 s"}]
    world = type(world).model_validate({**world.model_dump(by_alias=True), "inbound": inbound})
    assert Views(world, ledger, visits).backlog(DEPOT).steps().times.tolist() == []


def test_a_served_visit_only_takes_from_the_shelf():
    world = one_shop(calendar={"measure": "5 d"})
    visits = [V(1, 2, Fate.SERVED)]
    views = Views(world, ledger_of(world, visits, opening=[3], closing=[1]), tape_visits(visits))
    assert views.on_hand(0).steps().values.tolist() == [1]
    assert views.backlog(0).steps().values.tolist() == []


def test_a_path_shows_the_level_after_the_changes_of_each_grid_point():
    values = path(*ten_days(), 0, "on_hand", grid=Seconds(DAY))
    assert values.tolist() == [3, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]


def test_a_path_of_the_backlog_counts_the_units_that_wait():
    values = path(*ten_days(), 0, "backlog", grid=Seconds(DAY))
    assert values.tolist() == [0, 0, 0, 2, 2, 0, 2, 3, 4, 3, 1, 2, 1]


def test_those_who_waited_are_found_among_all_fates():
    world = one_shop(calendar={"measure": "20 d"})
    visits = [V(place, 1, fate, window=(1, 2)) for place, fate in enumerate(Fate)]
    views = Views(world, ledger_of(world, visits, opening=[0], closing=[0]), tape_visits(visits))
    assert {Fate(row) for row in views.joined} == set(JOINED)


@for_any_plan
def test_stock_comes_from_the_opening_and_the_postings_alone(plan):
    toy, views = views_of(plan)
    times, units = views.posted(SHOP)
    ends = [m for m in toy.moves if m.stock == SHOP]
    assert list(accumulate(units.tolist())) == list(accumulate(m.units for m in ends))
    assert times.tolist() == [round(m.at * DAY) for m in ends]
