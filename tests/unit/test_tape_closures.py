"""Closures: work stands still in them, and a closing at the last instant still counts."""

import pytest

from sim.tape.closures import Closures


def half_days(*intervals: tuple[float, float]) -> Closures:
    """Closures given in days, in units of half a day."""
    return Closures(tuple((round(2 * start), round(2 * end)) for start, end in intervals))


@pytest.mark.parametrize(
    ("down", "blocked", "arrives"),
    [
        ([], [], 6),
        ([(0.5, 2)], [], 7),
        ([], [(3, 4)], 7),
        ([(1, 2)], [], 7),
        ([], [(6, 8)], 8),
        ([(0.5, 2)], [(1.5, 3)], 8),
    ],
)
def test_order_placed_at_1_with_lead_time_5(down, blocked, arrives):
    leaves = half_days(*down).next_open(2)
    assert half_days(*blocked).after(leaves, 10) == 2 * arrives


def test_a_closed_start_waits_for_the_opening():
    assert Closures(((5, 10),)).after(7, 3) == 13


def test_work_that_fills_the_gap_exactly_ends_after_the_next_closure():
    assert Closures(((5, 10), (13, 20))).after(7, 3) == 20


def test_no_work_ends_at_the_first_open_instant():
    closures = Closures(((5, 10),))
    assert [closures.after(t, 0) for t in (4, 5, 9, 10)] == [4, 10, 10, 10]


def test_a_closure_holds_its_start_and_not_its_end():
    closures = Closures(((5, 10),))
    assert [closures.is_open(t) for t in (4, 5, 9, 10)] == [True, False, False, True]
    assert [closures.next_open(t) for t in (4, 5, 9, 10)] == [4, 10, 10, 10]


def test_without_closures_time_just_passes():
    assert Closures().is_open(3)
    assert Closures().next_open(3) == 3
    assert Closures().after(3, 4) == 7


def test_intervals_are_sorted_merged_and_empty_ones_dropped():
    messy = Closures(((20, 30), (5, 8), (8, 9), (7, 8), (40, 40), (50, 45), (25, 27)))
    assert messy.intervals == ((5, 9), (20, 30))
    assert messy == Closures(((5, 9), (20, 30)))


def test_a_union_is_closed_whenever_one_is():
    union = Closures(((0, 5),)).union(Closures(((3, 8),)), Closures(((10, 12),)))
    assert union.intervals == ((0, 8), (10, 12))


def test_a_union_with_nothing_is_itself():
    assert Closures(((0, 5),)).union() == Closures(((0, 5),))


def test_open_seconds_are_those_in_no_closure():
    for closures in (Closures(), Closures(((2, 5), (7, 8))), Closures(((-4, 1),))):
        for start in range(-6, 10):
            for end in range(start, 12):
                assert closures.open_seconds(start, end) == sum(map(closures.is_open, range(start, end)))


def test_closures_can_be_keys():
    assert len({Closures(((0, 5),)), Closures(((0, 3), (3, 5)))}) == 1
