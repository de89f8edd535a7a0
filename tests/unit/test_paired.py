"""Paired comparison: numbers against textbook formulas, words against what a reader needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isnan, nan, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.compare.difference import difference
from sim.compare.paired import compare
from sim.compare.precision import estimate, t_quantile
from sim.errors import ResultError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """Fabricated results."""

    values: Mapping[tuple[str, str], list[float]]
    currency: str = "EUR"

    @property
    def policies(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(policy for policy, _ in self.values))

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(measure for _, measure in self.values))

    @property
    def replications(self) -> int:
        return len(next(iter(self.values.values())))

    def array(self, policy: str, measure: str) -> Floats:
        if (policy, measure) not in self.values:
            raise ResultError(f"nothing known of {policy}, {measure}")
        return np.array(self.values[policy, measure], dtype=float)


def two(measure: str, baseline: list[float], policy: list[float]) -> Sample:
    return Sample({("out_of_stock", measure): baseline, ("backorder", measure): policy})


def sentence(measure: str, baseline: list[float], policy: list[float]) -> str:
    return compare(two(measure, baseline, policy), on=[measure]).sentences("backorder")[0]


def word(measure: str, baseline: list[float], policy: list[float]) -> str:
    return str(compare(two(measure, baseline, policy), on=[measure]).rows()[0]["word"])


# numbers


def test_interval_is_the_t_interval_of_the_differences() -> None:
    found = difference(np.array([5.0, 8.0, 6.0]), np.array([1.0, 2.0, 4.0]))
    half = t_quantile(0.95, n=3) * 2 / sqrt(3)  # differences 4, 6, 2: mean 4, sd 2
    assert (found.mean, found.low, found.high) == pytest.approx((4, 4 - half, 4 + half))


def test_p_value_agrees_with_the_interval() -> None:
    ours, theirs = np.array([5.0, 8.0, 6.0]), np.array([1.0, 2.0, 4.0])
    p = difference(ours, theirs).p_value
    edge = difference(ours, theirs, confidence=1 - p)
    assert edge.low == pytest.approx(0, abs=1e-9)


def test_gain_is_the_ratio_of_variances() -> None:
    rng = np.random.default_rng(1)
    shared, ours, theirs = rng.normal(size=(3, 50_000))
    found = difference(3 * shared + ours, 3 * shared + theirs)
    assert found.correlation == pytest.approx(0.9, abs=0.005)
    assert found.gain == pytest.approx(10, rel=0.02)  # 1 / (1 - correlation) at equal variances


def test_independent_policies_gain_nothing() -> None:
    ours, theirs = np.random.default_rng(2).normal(size=(2, 50_000))
    assert difference(ours, theirs).gain == pytest.approx(1, abs=0.03)


def test_a_constant_difference_needs_no_second_look() -> None:
    found = difference(np.array([3.0, 5.0, 9.0]), np.array([1.0, 3.0, 7.0]))
    assert (found.low, found.mean, found.high) == (2, 2, 2)
    assert (found.gain, found.p_value, found.more) == (inf, 0.0, None)
    assert found.decided


def test_paired_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(3)
    shared = rng.normal(size=(3000, 8))
    ours, theirs = shared + rng.normal(1, 1, (3000, 8)), shared + rng.exponential(1, (3000, 8))
    held = sum(found.low <= 0 <= found.high for found in map(difference, ours, theirs))
    assert abs(held / 3000 - 0.95) < 0.02  # the differences are not normal, the claim is robust


def test_bonferroni_intervals_hold_together() -> None:
    rng = np.random.default_rng(4)
    base, others = rng.normal(size=(2000, 6)), rng.normal(size=(2000, 4, 6))
    together = sum(
        all(found.low <= 0 <= found.high for found in (difference(o, b, comparisons=4) for o in row))
        for row, b in zip(others, base, strict=True)
    )
    assert together / 2000 > 0.95 - 3.3 * sqrt(0.95 * 0.05 / 2000)


def test_adjusted_interval_is_wider_and_the_plain_one_is_kept() -> None:
    ours, theirs = np.array([5.0, 8.0, 6.0]), np.array([1.0, 2.0, 4.0])
    alone, among_four = difference(ours, theirs), difference(ours, theirs, comparisons=4)
    assert (among_four.plain_low, among_four.plain_high) == (alone.low, alone.high)
    assert among_four.half_width == pytest.approx(t_quantile(1 - 0.05 / 4, n=3) * 2 / sqrt(3))
    assert among_four.p_value == pytest.approx(4 * alone.p_value)


def test_undefined_values_drop_their_pair_and_are_never_zero() -> None:
    found = difference(np.array([5.0, nan, 8.0, 6.0]), np.array([1.0, 9.0, 2.0, nan]))
    assert (found.pairs, found.mean) == (2, 5)


def test_one_pair_has_no_interval() -> None:
    found = difference(np.array([5.0, nan]), np.array([1.0, 2.0]))
    assert (found.pairs, found.mean) == (1, 4)
    assert isnan(found.low)
    assert not found.decided


@pytest.mark.parametrize("comparisons", [1, 4])
def test_one_pair_says_nothing_of_chance(comparisons: int) -> None:
    assert isnan(difference(np.array([5.0, nan]), np.array([1.0, 2.0]), comparisons=comparisons).p_value)


def test_rounding_of_sums_is_not_a_difference() -> None:
    assert difference(np.array([0.1 + 0.2, 5.0]), np.array([0.3, 5.0])).identical


def test_more_replications_would_settle_it() -> None:
    ours, theirs = np.random.default_rng(7).normal(0.2, 1, 20), np.zeros(20)
    found = difference(ours, theirs)
    assert found.more is not None
    spread, n = estimate(ours).sd, found.pairs + found.more
    assert t_quantile(0.95, n=n) * spread / sqrt(n) < abs(found.mean)
    assert t_quantile(0.95, n=n - 1) * spread / sqrt(n - 1) >= abs(found.mean)


# words


def test_money_is_earned() -> None:
    text = sentence("profit", [1000.0, 1100, 1200], [2200.0, 2350, 2450])
    assert text == "backorder earns 1,233 EUR more profit than out_of_stock (95 % interval 1,162 to 1,305)."


def test_less_money_is_told_without_minus_signs() -> None:
    text = sentence("profit", [2200.0, 2350, 2450], [1000.0, 1100, 1200])
    assert text == "backorder earns 1,233 EUR less profit than out_of_stock (95 % interval 1,162 to 1,305)."


def test_shares_differ_by_percentage_points_and_say_what_is_better() -> None:
    text = sentence("lost_share", [0.20, 0.22, 0.21], [0.10, 0.13, 0.11])
    assert text == (
        "Customers lost: 9.7 percentage points lower with backorder than with out_of_stock, which is better "
        "(95 % interval 8.2 to 11.1)."
    )


def test_undecided_says_how_many_more() -> None:
    text = sentence("fill_rate", [0.90, 0.80, 0.70, 0.85], [0.91, 0.79, 0.74, 0.86])
    assert text.startswith("Fill rate: no clear difference between backorder and out_of_stock (95 % interval of ")
    assert text.endswith("about 9 more replications would settle it.")


def test_hopeless_says_so() -> None:
    text = sentence("fill_rate", [0.9, 0.8, 0.7, 0.6], [0.8, 0.9, 0.6, 0.7])
    assert text.endswith("more than 100,000 more replications would be needed to settle it.")


def test_an_end_that_is_not_zero_does_not_look_like_zero() -> None:
    text = sentence("fill_rate", [0.5, 0.5, 0.5, 0.5], [0.584, 0.584, 0.784, 0.784])
    assert text.endswith("(95 % interval 0.03 to 36.77).")


def test_identical_says_so() -> None:
    text = sentence("fill_rate", [0.9, 0.8], [0.9, 0.8])
    assert text == "Fill rate: backorder and out_of_stock are identical in every replication."


def test_undefined_says_where() -> None:
    text = sentence("promise_kept", [nan, nan], [0.9, 0.8])
    assert text == "Promises kept: nothing to compare: 85 % under backorder, undefined under out_of_stock."


def test_never_defined_together_says_so() -> None:
    text = sentence("promise_kept", [nan, 0.5], [0.9, nan])
    assert text == "Promises kept: nothing to compare: 90 % under backorder, 50 % under out_of_stock."


def test_partly_undefined_states_its_n() -> None:
    text = sentence("promise_kept", [0.5, 0.6, 0.5, nan], [0.8, 0.9, 0.9, 0.8])
    assert text.endswith("This rests on the 3 of 4 replications that define it for both.")


def test_a_single_replication_concludes_nothing() -> None:
    assert "a single replication says nothing about chance" in sentence("profit", [1.0], [2.0])


@pytest.mark.parametrize(
    ("measure", "raised"),
    [("profit", "better"), ("lost_share", "worse"), ("mean_on_hand", "higher")],
)
def test_word_follows_the_measures_direction(measure: str, raised: str) -> None:
    lowered = {"better": "worse", "worse": "better", "higher": "lower"}[raised]
    assert word(measure, [1.0, 2, 3], [5.0, 6.1, 7]) == raised
    assert word(measure, [5.0, 6.1, 7], [1.0, 2, 3]) == lowered


def test_neutral_measures_are_not_judged() -> None:
    assert "which is" not in sentence("mean_on_hand", [1.0, 2, 3], [5.0, 6.1, 7])


@pytest.mark.parametrize(
    ("baseline", "policy", "expected"),
    [([1.0, 2], [1.0, 2], "identical"), ([1.0, 2], [2.0, 1], "no clear difference"), ([1.0], [2.0], "undefined")],
)
def test_other_words(baseline: list[float], policy: list[float], expected: str) -> None:
    assert word("profit", baseline, policy) == expected


# verdict

THREE = Sample(
    {
        (policy, measure): [shift + scale * value for value in (1.0, 4.0, 2.0, 8.0)]
        for policy, shift in (("none", 0.0), ("wait", 5.0), ("mixed", 7.0))
        for measure, scale in (("profit", 100.0), ("fill_rate", 0.1))
    }
)


def test_every_policy_meets_the_baseline() -> None:
    verdict = compare(THREE, baseline="wait", on=["profit", "fill_rate"])
    met = [(row["policy"], row["measure"]) for row in verdict.rows()]
    assert met == [("none", "profit"), ("none", "fill_rate"), ("mixed", "profit"), ("mixed", "fill_rate")]
    assert verdict.policies == ("none", "mixed")


def test_several_policies_are_adjusted_and_the_text_says_so() -> None:
    verdict = compare(THREE, on=["profit"])
    assert verdict.comparisons == 2
    assert "adjusted (Bonferroni) for 2 policies" in str(verdict)
    assert "Bonferroni" not in str(compare(two("profit", [1.0, 2], [2.0, 4]), on=["profit"]))


def test_headlines_are_those_the_results_hold() -> None:
    assert {row["measure"] for row in compare(THREE).rows()} == {"fill_rate"}


def test_printed_verdict_is_a_table_with_sentences_within_100_columns() -> None:
    text = str(compare(THREE, on=["profit", "fill_rate"]))
    assert "wait against none" in text
    assert "wait earns 5 EUR more profit than none" in text
    table = [line for line in text.splitlines() if "  " in line]
    assert len(table) == 6
    assert max(map(len, table)) <= 100


def test_an_undefined_baseline_prints_as_undefined() -> None:
    values = {("kept", "promise_kept"): [0.9, 0.8], ("none", "promise_kept"): [nan, nan]}
    assert "n/a" in str(compare(Sample(values), baseline="none"))


def test_finding_gives_one_of_them() -> None:
    verdict = compare(THREE, on=["profit", "fill_rate"])
    assert verdict.finding("mixed", "fill_rate").difference.mean == 7
    with pytest.raises(KeyError):
        verdict.finding("mixed", "visits")


def test_frame_holds_the_rows() -> None:
    frame = compare(THREE, on=["profit"]).to_frame()
    assert list(frame["policy"]) == ["wait", "mixed"]


def test_one_policy_alone_cannot_be_compared() -> None:
    with pytest.raises(ResultError, match="two policies"):
        compare(Sample({("only", "profit"): [1.0, 2.0]}), on=["profit"])


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ResultError, match="nothing known of nobody"):
        compare(THREE, baseline="nobody", on=["profit"])


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0])
def test_confidence_is_a_share(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        compare(THREE, confidence=confidence)
