"""Who takes another product, and how customers choose among everything at once."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.substitution import chance_to_take, chosen, logit

SHARES = st.floats(0, 0.99)


@pytest.mark.parametrize(
    ("price", "expected"), [(100, 0.45), (80, 0.45), (110, 0.45 * math.exp(-0.4)), (200, 0.45 * math.exp(-4))]
)
def test_a_dearer_substitute_is_taken_less_often(price: float, expected: float) -> None:
    assert chance_to_take(0.45, price=price, own_price=100, sensitivity=4) == pytest.approx(expected, abs=1e-12)


def test_price_does_not_matter_to_the_insensitive() -> None:
    assert chance_to_take(0.45, price=1e9, own_price=1, sensitivity=0) == 0.45


@pytest.mark.parametrize(("price", "expected"), [(0, 0.45), (1, 0.0)])
def test_instead_of_a_gift_only_a_gift_is_taken(price: float, expected: float) -> None:
    assert chance_to_take(0.45, price=price, own_price=0, sensitivity=4) == expected


@given(SHARES)
def test_alone_an_offer_keeps_its_own_chance(share: float) -> None:
    assert logit([share]) == pytest.approx([share])


@given(st.lists(SHARES, min_size=1, max_size=4))
def test_offers_have_their_own_odds_against_leaving(shares: list[float]) -> None:
    chances = logit(shares)
    leaving = 1 - sum(chances)
    assert all(chance / leaving == pytest.approx(p / (1 - p)) for chance, p in zip(chances, shares, strict=True))


def test_two_offers_with_even_odds_leave_a_third_each() -> None:
    assert logit([0.5, 0.5]) == pytest.approx([1 / 3, 1 / 3])


def test_what_nobody_refuses_takes_all() -> None:
    assert logit([0.9, 1.0]) == [0.0, 1.0]
    assert logit([1.0, 1.0]) == [0.5, 0.5]


@pytest.mark.parametrize(("uniform", "expected"), [(0.0, 1), (0.29, 1), (0.3, 2), (0.79, 2), (0.8, None), (0.99, None)])
def test_one_uniform_picks_one_offer(uniform: float, expected: int | None) -> None:
    assert chosen([0.0, 0.3, 0.5], uniform) == expected
