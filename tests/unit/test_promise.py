"""Which window the page shows, by each basis."""

from __future__ import annotations

from typing import Any

import pytest

from sim.rules.promise import BASES, Receipt, Window, best_case, is_too_late, quote, requote
from sim.scenario.policies import Promise
from sim.words import DAY
from tests.shelves import LateByChance, levers, shelf

SLIPPERY = LateByChance(0.5, 8 * DAY)


def promise(**stated: Any) -> Promise:
    return levers(promise=stated).promise


def days(
    basis: str, *, due: int | None = 10, stated: dict[str, Any] | None = None, **changes: Any
) -> tuple[float, float]:
    lo, hi = quote(promise(basis=basis, **(stated or {})), shelf(due=due, slip=SLIPPERY, **changes))
    return round(lo / DAY, 2), round(hi / DAY, 2)


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("nominal", (32, 36)),  # 30 d of lead time and 2 d of handling, whatever is on its way
        ("vendor", (12, 16)),
        ("quantile", (12, 24.88)),  # 8 d x ln(0.5 / 0.1) on top of the confirmed date
        ("mean", (16, 20)),  # half of the receipts are 8 d late
        ("oracle", (12, 12)),
        ("vague", (26, 26)),  # the median receipt is on time; 14 d are read into "coming soon"
    ],
)
def test_each_basis_has_its_window(basis: str, expected: tuple[float, float]) -> None:
    assert days(basis) == expected


@pytest.mark.parametrize("basis", sorted(set(BASES) - {"nominal", "vague"}))
def test_without_a_receipt_a_dated_promise_is_the_nominal_one(basis: str) -> None:
    assert days(basis, due=None) == days("nominal")


def test_without_a_receipt_coming_soon_means_the_catalogue_and_the_penalty() -> None:
    assert days("vague", due=None) == (32 + 14, 32 + 14)


@pytest.mark.parametrize("basis", sorted(BASES))
def test_a_window_of_shipping_ends_before_the_last_mile(basis: str) -> None:
    shipping = days(basis, stated={"counts": "shipping"})
    assert shipping == tuple(round(end - 1, 2) for end in days(basis))


def test_a_receipt_overdue_is_late_for_sure() -> None:
    assert days("mean", due=-3) == (0 + 8 + 2, 10 + 4)


def test_nothing_slips_that_is_at_the_dock() -> None:
    docked = Receipt(100 * DAY, docked=True)
    assert days("mean", receipt=docked) == (2, 6)
    assert days("quantile", receipt=docked) == (2, 2)


def test_customers_read_the_factor_into_the_median_wait() -> None:
    assert days("vague", stated={"vague_factor": 1.5, "vague_penalty": "1 d"}) == (19, 19)


def test_what_customers_read_into_the_page_is_neither_widened_nor_rounded() -> None:
    dressed = {"least_width": "5 d", "round_to": "7 d"}
    assert days("vague", stated=dressed) == days("vague")
    assert days("oracle", stated=dressed) == (7, 21)


@pytest.mark.parametrize(("until", "too_late"), [("86 d", False), ("85 d", True), (None, False)])
def test_no_promise_ends_after_the_last_day(until: str | None, too_late: bool) -> None:
    seen = shelf(day0=30 * DAY)  # 16 d from day 100 of the run is day 86 of the calendar
    window = quote(promise(basis="vendor"), seen)
    assert window == Window(12 * DAY, 16 * DAY)
    assert is_too_late(promise(basis="vendor", until=until), seen, window) is too_late


@pytest.mark.parametrize(
    ("basis", "expected"),
    [("nominal", (12, 16)), ("vague", (12, 16)), ("vendor", (12, 16)), ("mean", (16, 20)), ("oracle", (12, 12))],
)
def test_those_who_wait_are_quoted_by_the_confirmed_date(basis: str, expected: tuple[int, int]) -> None:
    lo, hi = requote(promise(basis=basis), shelf(slip=SLIPPERY))
    assert (lo / DAY, hi / DAY) == expected


def test_the_best_case_is_the_confirmed_date() -> None:
    assert best_case(promise(basis="quantile"), shelf(slip=SLIPPERY)) == Window(12 * DAY, 12 * DAY)


def test_the_hour_of_the_day_puts_no_promise_at_risk() -> None:
    dated = promise(basis="vendor", round_to="1 d", least_width="9 d")
    at = shelf()
    promised = at.now + quote(dated, at).hi
    later = [at._replace(now=at.now + hours * 3_600) for hours in range(240)]
    assert all(now.now + requote(dated, now).hi <= promised for now in later)
