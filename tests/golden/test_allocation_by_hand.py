"""Four units meet five waiting orders: table G3 of README.md."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sim.rules.allocation import grants, in_turn


@dataclass(frozen=True)
class Order:
    name: str
    wanted: int
    promise: int
    margin: float
    divisible: bool = False


def line(*, divisible: bool = False) -> list[Order]:
    rows = [("a", 2, 9, 5), ("b", 1, 7, 9), ("c", 3, 8, 9), ("d", 1, 10, 1), ("e", 1, 7, 2)]
    return [Order(*row, divisible=divisible) for row in rows]


def granted(rule: str, *, overtaking: bool = True, divisible: bool = False) -> list[tuple[str, int]]:
    claims = in_turn(rule, line(divisible=divisible), now=0)
    return [(claim.name, units) for claim, units in grants(claims, 4, overtaking=overtaking)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("fifo", [("a", 2), ("b", 1), ("d", 1)]),
        ("edd", [("b", 1), ("e", 1), ("a", 2)]),
        ("value", [("b", 1), ("c", 3)]),
        ("smallest", [("b", 1), ("d", 1), ("e", 1)]),
    ],
)
def test_whole_shipments_pass_over_an_order_that_does_not_fit(rule: str, expected: list[tuple[str, int]]) -> None:
    assert granted(rule) == expected


def test_without_overtaking_the_line_stops_at_an_order_that_does_not_fit() -> None:
    assert granted("fifo", overtaking=False) == [("a", 2), ("b", 1)]


def test_partial_shipments_leave_nothing_on_hand() -> None:
    assert granted("fifo", divisible=True) == [("a", 2), ("b", 1), ("c", 1)]
