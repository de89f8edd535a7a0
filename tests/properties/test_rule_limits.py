"""What availability rules come to at the ends of their parameters, on any shelf."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim.rules.availability import for_sale, offer
from sim.rules.promise import BASES, Receipt, Shelf
from sim.words import DAY
from tests.shelves import LateByChance, levers, shelf

BASIS = st.sampled_from(sorted(BASES))
RECEIPTS = st.none() | st.builds(Receipt, st.integers(80 * DAY, 200 * DAY), st.booleans())
SLIPS = st.builds(LateByChance, st.floats(0.01, 1), st.integers(1, 30 * DAY))


@st.composite
def shelves(draw: st.DrawFn) -> Shelf:
    return shelf(
        shortage=draw(st.integers(1, 9)),
        backlog=draw(st.integers(0, 99)),
        receipt=draw(RECEIPTS),
        slip=draw(SLIPS),
        open=draw(st.booleans()),
        inbound_units=draw(st.integers(0, 500)),
        daily_demand=draw(st.floats(0, 50)),
    )


def window(when_short: str, basis: str, seen: Shelf, **stated: Any) -> object:
    return offer(levers(when_short=when_short, promise={"basis": basis}, **stated), seen)


@given(BASIS, shelves())
def test_a_cap_of_nothing_is_out_of_stock(basis: str, seen: Shelf) -> None:
    assert window("backorder", basis, seen, cap=0) is None
    assert window("backorder", basis, seen, cap_days=0) is None
    assert window("preorder", basis, seen, preorder={"cap": 0}) is None
    assert window("by_class", basis, seen, classes=[]) is None


@given(BASIS, shelves())
def test_a_hybrid_without_limits_is_a_backorder_with_a_receipt(basis: str, seen: Shelf) -> None:
    endless = {"horizon": "12000 d", "spread": "12000 d"}
    hybrid = window("hybrid", basis, seen, limits=endless)
    assert hybrid == window("backorder", basis, seen, only="confirmed_inbound")


@given(BASIS, shelves())
def test_a_cap_above_every_line_caps_nothing(basis: str, seen: Shelf) -> None:
    assert window("backorder", basis, seen, cap=10**6) == window("backorder", basis, seen)


@given(BASIS, shelves())
def test_a_shop_that_takes_preorders_never_promises_more_than_its_share(basis: str, seen: Shelf) -> None:
    if window("preorder", basis, seen, preorder={"cap": 0.8}) is not None:
        assert seen.backlog + seen.shortage <= 0.8 * seen.inbound_units + 1e-9


@given(st.integers(0, 99), st.integers(0, 9))
def test_a_reserve_of_nothing_is_none(free: int, priority: int) -> None:
    assert for_sale(levers(reserve={"units": 0}).reserve, free, priority) == for_sale(None, free, priority) == free
