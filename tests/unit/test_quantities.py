"""Quantities read what people write and refuse the rest in plain sentences."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sim.scenario import quantities as q
from sim.scenario.quantity_text import UNITS, duration_text, number_text, rate_text
from sim.words import DAY, FOREVER, HOUR, MONTH, WEEK, YEAR


def read(kind, value):
    return TypeAdapter(kind).validate_python(value)


def fault(kind, value):
    with pytest.raises(ValidationError) as caught:
        read(kind, value)
    (error,) = caught.value.errors(include_input=False)
    return error["msg"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5 d", 5 * DAY),
        ("36 h", 36 * HOUR),
        ("2wk", 2 * WEEK),
        ("30 min", 1800),
        ("10 s", 10),
        ("6 mo", 6 * MONTH),
        ("1 yr", YEAR),
        (" 1.5  d ", 36 * HOUR),
        ("1e1 d", 10 * DAY),
        (".5 d", 12 * HOUR),
        (7.7, 665_280),
        ("3", 3 * DAY),
        (0, 0),
        ("0.4 s", 0),
        ("0.6 s", 1),
    ],
)
def test_a_duration_is_whole_seconds_and_a_bare_number_is_days(text, seconds):
    assert read(q.Duration, text) == seconds
    assert isinstance(read(q.Duration, text), int)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("5 dd", "'5 dd' has an unknown unit 'dd'; did you mean 'd'?"),
        ("5 days", "'5 days' has an unknown unit 'days'; did you mean 'd'?"),
        ("5 m", "'5 m' has an unknown unit 'm'; did you mean 'min'?"),
        ("5 parsecs", "'5 parsecs' has an unknown unit 'parsecs'; known are s, min, h, d, wk, mo, yr"),
        ("-1 d", "'-1 d' is negative; a duration cannot be"),
        (-2, "-2 is negative; a duration cannot be"),
        ("35 yr", "'35 yr' is longer than 34 years"),
        ("1e300 d", "'1e300 d' is longer than 34 years"),
        ("soon", "'soon' is not a duration such as '5 d' or '36 h'"),
        ("", "'' is not a duration such as '5 d' or '36 h'"),
        (True, "true is not a duration such as '5 d' or '36 h'"),
        (None, "nothing is not a duration such as '5 d' or '36 h'"),
        ([5], "a list is not a duration such as '5 d' or '36 h'"),
        ({"d": 5}, "a mapping is not a duration such as '5 d' or '36 h'"),
        (math.nan, "nan is not a number that can be used here"),
        (math.inf, "inf is not a number that can be used here"),
        (10**30, "this whole number is too large to be used here"),
        ("forever", "'forever' is not a duration such as '5 d' or '36 h'"),
    ],
)
def test_a_bad_duration_is_refused_with_a_sentence(value, sentence):
    assert fault(q.Duration, value) == sentence


def test_a_long_bad_text_is_shown_in_part():
    assert len(fault(q.Duration, "x" * 10_000)) < 130


def test_a_signed_duration_may_be_negative_but_not_too_long():
    assert read(q.SignedDuration, "-2 d") == -2 * DAY
    assert "longer than 34 years" in fault(q.SignedDuration, "-35 yr")


@pytest.mark.parametrize("word", ["any", "forever", " forever "])
def test_forever_has_two_words(word):
    assert read(q.DurationOrForever, word) == FOREVER


@pytest.mark.parametrize(
    ("text", "per_day"),
    [("20/d", 20), ("12 per d", 12), ("0.1/h", 2.4), (20, 20), ("20", 20), ("14 / wk", 2), ("365 per yr", 1)],
)
def test_a_rate_is_per_second_and_a_bare_number_is_per_day(text, per_day):
    assert read(q.Rate, text) == pytest.approx(per_day / DAY, rel=1e-15)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("20 d", "'20 d' is not a rate such as '20/d'; did you mean '20/d'?"),
        ("20 apples", "'20 apples' is not a rate such as '20/d'"),
        ("20 per day", "'20 per day' has an unknown unit 'day'; did you mean 'd'?"),
        ("20/", "'20/' has no unit after 'per'; write '20/d'"),
        ("-1/d", "'-1/d' is negative; a rate cannot be"),
        ("1e300/d", "'1e300/d' is too large for a rate"),
        (False, "false is not a rate such as '20/d' or '0.5 per h'"),
    ],
)
def test_a_bad_rate_is_refused_with_a_sentence(value, sentence):
    assert fault(q.Rate, value) == sentence


@pytest.mark.parametrize("value", ["95 %", "95%", 0.95, "0.95"])
def test_a_share_may_be_a_percentage(value):
    assert read(q.Share, value) == 0.95


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (95, "95 is above 1; did you mean '95 %'?"),
        ("95", "'95' is above 1; did you mean '95 %'?"),
        (950, "950 is above 100 %; a share cannot be"),
        ("101 %", "'101 %' is above 100 %; a share cannot be"),
        (-0.1, "-0.1 is negative; a share cannot be"),
        ("95 d", "'95 d' is not a share such as '95 %' or 0.95"),
        (True, "true is not a share such as '95 %' or 0.95"),
    ],
)
def test_a_bad_share_is_refused_with_a_sentence(value, sentence):
    assert fault(q.Share, value) == sentence


@pytest.mark.parametrize(("text", "weight"), [("1/6", 1 / 6), (" 3 / 3 ", 1.0), ("20 %", 0.2), (0.5, 0.5)])
def test_a_weight_may_be_a_fraction(text, weight):
    assert read(q.Weight, text) == weight


@pytest.mark.parametrize("text", ["7/6", "1/0", "0/0"])
def test_a_fraction_beyond_one_is_refused(text):
    assert fault(q.Weight, text) == f"'{text}' is not between 0 and 1; a share must be"


@pytest.mark.parametrize(("text", "ratio"), [("8 %", 0.08), ("150 %", 1.5), (1.5, 1.5), ("0.3", 0.3), (0, 0)])
def test_a_ratio_may_be_more_than_all(text, ratio):
    assert read(q.Ratio, text) == pytest.approx(ratio)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (-1, "-1 is negative; this cannot be"),
        ("3 d", "'3 d' is not a number or a percentage"),
        (True, "true is not a number or a percentage"),
    ],
)
def test_a_bad_ratio_is_refused_with_a_sentence(value, sentence):
    assert fault(q.Ratio, value) == sentence


def test_money_is_a_finite_number_without_a_currency():
    assert read(q.Money, 12) == 12.0
    assert fault(q.Money, "12 EUR").startswith("'12 EUR' is not a plain number; the currency is named once")
    assert fault(q.Money, True) == "true is not an amount of money"
    assert "nan" in fault(q.Money, math.nan)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (5.0, "5.0 is not a whole number; write 5"),
        (5.5, "5.5 is not a whole number"),
        ("5", "'5' is not a whole number; write it without quotes"),
        ("5 d", "'5 d' is not a whole number"),
        (True, "true is not a whole number"),
        (-1, "-1 is negative; a count cannot be"),
        (2**31, "2147483648 is larger than 2147483647"),
    ],
)
def test_a_count_is_a_whole_number(value, sentence):
    assert fault(q.Count, value) == sentence


def test_a_positive_count_starts_at_one():
    assert read(q.PositiveCount, 1) == 1
    assert fault(q.PositiveCount, 0) == "0 is too small; this must be 1 or more"


@given(st.integers(-(FOREVER // 2), FOREVER // 2))
def test_a_written_duration_reads_back(seconds):
    assert read(q.SignedDuration, duration_text(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 d"),
        (1800, "30 min"),
        (12 * HOUR, "12 h"),
        (36 * HOUR, "1.5 d"),
        (665_280, "7.7 d"),
        (100_001, "100001 s"),
        (-3 * DAY, "-3 d"),
        (100 * DAY, "100 d"),
        (FOREVER, "forever"),
    ],
)
def test_a_duration_is_written_in_its_largest_exact_unit(seconds, text):
    assert duration_text(seconds) == text


@given(st.floats(0, 1e6), st.sampled_from(sorted(UNITS)))
def test_a_written_rate_reads_back(number, unit):
    rate = read(q.Rate, f"{number!r}/{unit}")
    assert read(q.Rate, rate_text(rate)) == rate


@given(st.floats(-1e15, 1e15))
def test_a_written_number_reads_back(number):
    assert float(number_text(number)) == number


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (q.Duration, "36 h"),
        (q.SignedDuration, "-2 d"),
        (q.DurationOrForever, "any"),
        (q.Rate, "7/wk"),
        (q.Share, "95 %"),
        (q.Weight, "1/6"),
        (q.Money, 2.5),
        (q.Count, 3),
    ],
)
def test_what_is_saved_reads_back(kind, value):
    adapter = TypeAdapter(kind)
    once = adapter.validate_python(value)
    assert adapter.validate_python(adapter.dump_python(once, mode="json")) == once


@pytest.mark.parametrize("kind", [q.Duration, q.SignedDuration, q.DurationOrForever, q.Rate, q.Share, q.Weight])
def test_the_schema_of_a_quantity_accepts_its_own_examples(kind):
    schema = TypeAdapter(kind).json_schema()
    assert schema["description"]
    texts = [example for example in schema["examples"] if isinstance(example, str)]
    (text_form,) = [form for form in schema["anyOf"] if form["type"] == "string"]
    assert all(re.search(text_form["pattern"], text) for text in texts)
    assert all(read(kind, example) is not None for example in schema["examples"])
