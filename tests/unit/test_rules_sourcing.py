"""Where to order from, by hand."""

from __future__ import annotations

import pytest

from sim.rules.replenishment import Levels
from sim.rules.sourcing import Position, Source, fast_source, reorder_below, rush, split, to_fetch, wanted
from sim.scenario.sourcing import Backup, BaseSurge, DualIndex, Expedite, Single, Sourcing, Split, Transship

UP_TO_20 = Levels(reorder=8, up_to=20, lot=0)
LOTS_OF_6 = Levels(reorder=8, up_to=14, lot=6)
FAR, NEAR = (Source(name, is_down=False, late=0) for name in ("far", "near"))
BACKUP = Backup(rule="backup", backup="near", late="100 s")
SURGE = BaseSurge(rule="base_surge", base="far", units=5, surge="near")
DUAL = DualIndex(rule="dual_index", regular="far", express="near", S_express=10, S_regular=30)


def shares(**stated: float) -> Split:
    return Split(rule="split", shares=stated)


def bought(rule: Sourcing, whole: int, near: int | None = None, *, far: Source = FAR, near_by: Source = NEAR) -> object:
    """What an order-up-to rule asks of two sources at a position."""
    return dict(wanted(rule, UP_TO_20, Position(whole, whole if near is None else near), (far, near_by)))


# one source


@pytest.mark.parametrize(("position", "units"), [(8, 12), (3, 17), (-5, 25)])
def test_a_single_source_gets_all(position, units):
    assert bought(Single(), position) == {"far": units}


def test_above_the_reorder_point_nobody_gets_anything():
    assert bought(Single(), 9) == bought(shares(far=0.5, near=0.5), 9) == bought(BACKUP, 9) == {}


def test_lots_are_ordered_as_they_are():
    assert wanted(Single(), LOTS_OF_6, Position(1, 1), (FAR, NEAR)) == (("far", 12),)


def test_a_single_source_is_kept_when_it_is_down():
    assert bought(Single(), 8, far=FAR._replace(is_down=True, late=10**6)) == {"far": 12}


# shares


@pytest.mark.parametrize(
    ("stated", "quantity", "parts"),
    [
        ({"far": 0.5, "near": 0.5}, 10, {"far": 5, "near": 5}),
        ({"far": 0.5, "near": 0.5}, 11, {"far": 5, "near": 6}),
        ({"far": 0.75, "near": 0.25}, 3, {"far": 2, "near": 1}),
        ({"far": 0.6, "near": 0.4}, 5, {"far": 3, "near": 2}),
        ({"far": 0.29, "near": 0.71}, 100, {"far": 29, "near": 71}),
        ({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}, 10, {"a": 3, "b": 3, "c": 4}),
        ({"far": 1}, 7, {"far": 7}),
    ],
)
def test_shares_are_rounded_down_and_the_last_takes_the_rest(stated, quantity, parts):
    assert dict(split(shares(**stated), quantity)) == parts


@pytest.mark.parametrize("quantity", range(40))
def test_no_unit_is_lost_by_sharing_out(quantity):
    parts = split(shares(a=0.37, b=0.08, c=0.55), quantity)
    assert sum(units for _, units in parts) == quantity
    assert min(units for _, units in parts) >= 0


def test_who_gets_no_unit_gets_no_order():
    levels = Levels(reorder=19, up_to=20, lot=0)
    assert wanted(shares(far=0.7, near=0.3), levels, Position(19, 19), (FAR, NEAR)) == (("near", 1),)


def test_a_share_of_one_is_a_single_source():
    assert bought(shares(far=1, near=0), 4) == bought(shares(near=0, far=1), 4) == bought(Single(), 4)


def test_what_one_refuses_is_not_asked_of_another():
    assert bought(shares(far=0.5, near=0.5), 8, far=FAR._replace(is_down=True)) == {"far": 6, "near": 6}


# a backup


def test_a_backup_gets_nothing_while_the_usual_source_works():
    assert bought(BACKUP, 8) == {"far": 12}


def test_a_backup_gets_all_while_the_usual_source_is_down():
    assert bought(BACKUP, 8, far=FAR._replace(is_down=True)) == {"near": 12}


@pytest.mark.parametrize(("late", "source"), [(0, "far"), (100, "far"), (101, "near")])
def test_an_order_later_than_the_shop_bears_counts_as_down(late, source):
    assert bought(BACKUP, 8, far=FAR._replace(late=late)) == {source: 12}


def test_who_watches_no_dates_never_calls_a_source_late():
    assert bought(Backup(rule="backup", backup="near"), 8, far=FAR._replace(late=10**9)) == {"far": 12}


def test_a_backup_that_is_down_itself_is_asked_all_the_same():
    both = FAR._replace(is_down=True), NEAR._replace(is_down=True)
    assert bought(BACKUP, 8, far=both[0], near_by=both[1]) == {"near": 12}


def test_whether_the_backup_is_down_or_late_is_nothing_to_the_usual_source():
    assert bought(BACKUP, 8, near_by=NEAR._replace(is_down=True, late=10**6)) == {"far": 12}


# base and surge


@pytest.mark.parametrize(("whole", "near", "units"), [(40, 8, 12), (40, -2, 22), (5, 5, 15)])
def test_a_surge_lifts_the_near_position(whole, near, units):
    assert bought(SURGE, whole, near) == {"near": units}


def test_a_surge_does_not_wait_for_a_whole_position_that_is_low():
    assert bought(SURGE, 9, 9) == {}


# dual index


@pytest.mark.parametrize(
    ("whole", "near", "orders"),
    [
        (30, 10, {}),
        (30, 4, {"near": 6}),
        (22, 10, {"far": 8}),
        (22, 4, {"near": 6, "far": 2}),
        (22, 2, {"near": 8}),
        (26, 0, {"near": 10}),
        (-3, -3, {"near": 13, "far": 20}),
    ],
)
def test_a_dual_index_lifts_both_positions_to_their_levels(whole, near, orders):
    assert bought(DUAL, whole, near) == orders


def test_a_dual_index_needs_no_reorder_point():
    no_rule = Levels(reorder=-(2**62), up_to=0, lot=0)
    assert wanted(DUAL, no_rule, Position(29, 10), (FAR, NEAR)) == (("far", 1),)


# when to look, and at what


def test_only_rules_that_look_near_must_look_at_every_change():
    simple = (Single(), shares(far=1), BACKUP)
    assert {reorder_below(rule, UP_TO_20) for rule in simple} == {8}
    assert min(reorder_below(rule, UP_TO_20) for rule in (SURGE, DUAL)) > 10**12


def test_near_is_as_far_as_the_fast_source():
    assert [fast_source(rule) for rule in (SURGE, DUAL)] == ["near", "near"]
    assert [fast_source(rule) for rule in (Single(), shares(far=1), BACKUP)] == [None, None, None]


# rush orders


@pytest.mark.parametrize(
    ("promises", "units", "premium", "rushed"),
    [
        (3, 3, 19.99, 3),
        (3, 3, 20, 0),
        (1, 5, 3.99, 5),
        (1, 5, 4, 0),
        (2, 2, 0, 2),
        (0, 0, 0, 0),
    ],
)
def test_a_rush_order_must_be_worth_its_premium(promises, units, premium, rushed):
    assert rush(Expedite(by="air", penalty=20), promises=promises, units=units, premium=premium) == rushed


def test_a_promise_worth_nothing_is_not_saved():
    assert rush(Expedite(by="air", penalty=0), promises=9, units=9, premium=0) == 0


@pytest.mark.parametrize(("most", "rushed"), [(None, 8), (8, 8), (5, 0), (4, 4), (1, 0)])
def test_a_capped_rush_order_saves_only_whole_promises(most, rushed):
    """Four promises of two units each, 20 apiece, at a premium of 9 a unit: five units save two of them, for 45."""
    assert rush(Expedite(by="air", penalty=20, most=most), promises=4, units=8, premium=9) == rushed


def test_whole_promises_count():
    rule = Expedite(by="air", penalty=20, most=5)
    assert [rush(rule, promises=4, units=8, premium=price) for price in (7.99, 8)] == [5, 0]


# from a sister


@pytest.mark.parametrize(
    ("lots", "missing", "spare", "fetched"),
    [
        (1, 4, 9, 4),
        (1, 9, 4, 4),
        (0.5, 4, 9, 2),
        (0.5, 5, 9, 3),
        (0.1, 1, 9, 1),
        (1, 0, 9, 0),
        (1, -3, 9, 0),
        (1, 4, 0, 0),
        (1, 4, -2, 0),
    ],
)
def test_what_is_missing_is_fetched_as_far_as_the_sister_can_spare_it(lots, missing, spare, fetched):
    assert to_fetch(Transship(lots=lots), missing=missing, spare=spare) == fetched
