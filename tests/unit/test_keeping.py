"""What goes wrong with records, rule by rule; and that the audit reckons the same by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ledger.auditing import errors
from sim.rules.keeping import MOST, USUAL, abc, counted, errors_of, is_nearly_gone, miscounted, mistyped, rhythm
from sim.scenario.keeping import Counting, Errors, Keeping
from sim.words import DAY

chances = st.floats(0, 1, exclude_max=True)


def test_no_errors_is_no_chance_of_any():
    assert not any(errors_of(Keeping()).model_dump(exclude={"miscount_size"}).values())


@pytest.mark.parametrize("error", [name for name in Errors.model_fields if name != "miscount_size"])
def test_people_err_more_than_scanners(error):
    manual, scanned = (getattr(USUAL[how], error) for how in ("manual", "scanned"))
    assert manual > scanned >= 0


def test_errors_may_be_stated_one_by_one():
    assert errors_of(Keeping.model_validate({"errors": {"miscount": "7 %"}})) == Errors(miscount=0.07)


@given(st.integers(1, 10_000), st.floats(0.001, 1), chances)
def test_a_miscount_is_wrong_and_never_by_more_than_its_size(units, size, chance):
    wrong = miscounted(units, size, chance)
    assert 1 <= abs(wrong) <= max(1, round(size * units))


def test_all_miscounts_are_equally_likely():
    assert [miscounted(40, 0.05, (k + 0.5) / 4) for k in range(4)] == [-2, -1, 1, 2]


@pytest.mark.parametrize(("chance", "typed"), [(0.0, 5070), (0.34, 50), (0.67, 57), (0.99, 570)])
def test_a_record_is_mistyped_in_three_ways(chance, typed):
    assert mistyped(507, chance) == typed


def test_a_field_is_nine_figures_long():
    assert mistyped(123_456_789, 0.1) == 123_456_789
    assert mistyped(MOST // 10 - 1, 0.1) == MOST - 10


def test_a_perfect_count_finds_what_is_there():
    assert counted(17, 0.0, 0.9) == 17


@given(st.integers(0, 1000), chances)
def test_a_count_never_finds_less_than_nothing(units, chance):
    assert counted(units, 0.5, chance) >= 0


def test_a_count_errs_to_both_sides():
    assert counted(100, 0.1, 0.158655) == 90
    assert counted(100, 0.1, 0.841345) == 110


def test_fast_movers_make_up_the_first_eighty_percent():
    assert abc([5, 80, 12, 3]) == ("b", "a", "b", "c")
    assert abc([50, 50]) == ("a", "a")
    assert abc([0, 0]) == ("c", "c")


def test_each_rule_of_counting_has_its_rhythm():
    plan = {"every": "10 d", "a": "1 d", "b": "2 d", "c": "3 d"}
    rules = ("none", "full", "abc", "zero_balance")
    rhythms = {rule: Counting.model_validate({"rule": rule, **plan}) for rule in rules}
    found = {rule: [rhythm(count, kind) for kind in "abc"] for rule, count in rhythms.items()}
    assert found["full"] == [10 * DAY] * 3
    assert found["abc"] == [DAY, 2 * DAY, 3 * DAY]
    assert found["none"] == found["zero_balance"] == [None] * 3


def test_a_record_is_counted_when_it_falls_to_nearly_nothing():
    count = Counting(rule="zero_balance", at=2)
    assert [is_nearly_gone(count, *fall) for fall in [(3, 2), (5, 0), (2, 1), (4, 3)]] == [True, True, False, False]


@given(st.integers(1, 10_000), st.floats(0.001, 1), chances)
def test_the_audit_miscounts_alike(units, size, chance):
    assert errors.miscounted(units, size, chance) == miscounted(units, size, chance)


@given(st.integers(0, MOST - 1), chances)
def test_the_audit_mistypes_alike(record, chance):
    assert errors.typed(record, chance) == mistyped(record, chance)
