"""Who is served first, by each rule that reorders or divides the line."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sim.rules.allocation import SORT_KEYS, held_for_new, share_out


@dataclass(frozen=True)
class Order:
    name: str
    wanted: int = 1
    joined: int = 0
    promise: int = 100
    first_promise: int = 100
    margin: float = 1.0
    estimated_patience: int = 100
    priority: int = 0
    lot: float = 0.0
    divisible: bool = False


def served(
    rule: str, line: list[Order], available: int = 1, *, overtaking: bool = True, now: int = 50
) -> dict[str, int]:
    shared = share_out(rule, line, available, overtaking=overtaking, now=now)
    return {order.name: units for order, units in shared}


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ("fifo", Order("b")),
        ("edd", Order("a", promise=99)),
        ("value", Order("a", margin=2.0)),
        ("smallest", Order("a")),
        ("least_patience", Order("a", joined=10, estimated_patience=89)),
        ("class", Order("a", priority=-1)),
        ("late_first", Order("a", first_promise=49, promise=300)),
        ("lottery", Order("a", lot=-0.1)),
    ],
)
def test_each_rule_serves_its_own_first(rule: str, first: Order) -> None:
    other = Order("other", wanted=2 if rule == "smallest" else 1)
    line = [first, other] if rule == "fifo" else [other, first]
    assert served(rule, line, available=first.wanted) == {first.name: 1}


@pytest.mark.parametrize("rule", [*SORT_KEYS, "fifo", "pro_rata"])
def test_ties_keep_the_order_of_joining(rule: str) -> None:
    assert served(rule, [Order("a"), Order("b"), Order("c")], available=2) == {"a": 1, "b": 1}


def test_among_broken_promises_the_earliest_comes_first() -> None:
    line = [Order("a", promise=40, first_promise=40), Order("b", promise=30, first_promise=30), Order("c", promise=60)]
    assert list(served("late_first", line, available=3)) == ["b", "a", "c"]


def test_a_promise_breaks_after_its_instant() -> None:
    line = [Order("a", promise=60, first_promise=60), Order("b", promise=70, first_promise=50)]
    assert list(served("late_first", line, now=50)) == ["a"]
    assert list(served("late_first", line, now=51)) == ["b"]


def crowd(*counts: int, divisible: bool = False, wanted: int = 1) -> list[Order]:
    """So many orders of priority 0, then of priority 1, and so on, in order of joining."""
    return [
        Order(f"{priority}{number}", wanted=wanted, priority=priority, divisible=divisible)
        for priority, count in enumerate(counts)
        for number in range(count)
    ]


def test_every_priority_gets_an_equal_part() -> None:
    assert list(served("pro_rata", crowd(5, 5), available=4)) == ["00", "01", "10", "11"]


def test_units_that_do_not_divide_go_to_the_most_important() -> None:
    assert list(served("pro_rata", crowd(5, 5, 5), available=5)) == ["00", "01", "10", "11", "20"]


def test_what_one_priority_does_not_need_goes_to_the_others() -> None:
    assert list(served("pro_rata", crowd(5, 1), available=6)) == ["00", "01", "02", "03", "04", "10"]


def test_parts_too_small_for_anybody_are_put_together() -> None:
    assert served("pro_rata", crowd(1, 1, wanted=2), available=2) == {"00": 2}


def test_a_divisible_order_gets_both_its_parts_at_once() -> None:
    assert served("pro_rata", crowd(1, 1, wanted=9, divisible=True), available=7) == {"00": 4, "10": 3}
    assert served("pro_rata", [Order("a", 9, divisible=True), Order("b", 1, priority=1)], available=7) == {
        "a": 6,
        "b": 1,
    }


def test_without_overtaking_an_equal_part_stops_at_an_order_that_does_not_fit() -> None:
    line = [Order("a", wanted=3), Order("b"), Order("c", priority=1), Order("d", priority=1)]
    assert served("pro_rata", line, available=4) == {"b": 1, "c": 1, "d": 1}
    assert served("pro_rata", line, available=4, overtaking=False) == {"c": 1, "d": 1}


@pytest.mark.parametrize(("units", "held"), [(10, 3), (9, 2), (0, 0)])
def test_a_share_held_for_new_visitors_is_rounded_down(units: int, held: int) -> None:
    assert held_for_new(units, 0.3) == held
