"""Why a policy is worth more: the lines of the account, and who is ahead of whom."""

from __future__ import annotations

from math import nan

import pytest

from sim import load_scenario, run
from sim.compare.paired import compare
from sim.compare.reasons import EFFECTS
from sim.measures.measure import MEASURES
from tests.unit.test_paired import Sample

NOISE = [0.0, 1.0, -1.0, 2.0, -2.0]


def account(**policies: dict[str, float]) -> Sample:
    """Policies with the same noise in total value and these means of single lines, each a little different."""
    values = {}
    for policy, lines in policies.items():
        columns = {name: [lines.get(name, 0.0) + 0.01 * each for each in NOISE] for name in EFFECTS}
        for name in EFFECTS:
            values[policy, name] = columns[name] if name in lines else [0.0] * len(NOISE)
        total = [sum(EFFECTS[name] * values[policy, name][place] for name in EFFECTS) for place in range(len(NOISE))]
        values[policy, "total_value"] = [each + noise for each, noise in zip(total, NOISE, strict=True)]
    return Sample(values)


def test_every_line_is_a_measure():
    assert set(EFFECTS) <= set(MEASURES)


def test_the_lines_make_up_total_value():
    shop = load_scenario(SHOP)
    results = run(shop, replications=2, audit=False)
    for policy in results.policies:
        lines = sum(sign * results.array(policy, name) for name, sign in EFFECTS.items())
        assert lines == pytest.approx(results.array(policy, "total_value"))


SHOP = """
version: 1
title: A small shop
world:
  calendar: {warm_up: 5 d, measure: 20 d, run_out: 15 d}
  products: {gadget: {price: 40, unit_cost: 15, salvage: 50 %}}
  suppliers: {factory: {}}
  warehouses: {main: {}}
  lanes: [{from: factory, to: main, lead_time: "gamma(mean=5 d, cv=0.4)"}]
  customers: {shoppers: {buys: gadget, from: main, visits: 4/d}}
  costs: {holding: 0.1/d, capital: 0.1/yr, ordering: 20, backorder: 1.5, contact: 6, cancellation: 2, fixed: 3/d}
levers: {replenish: {rule: r_Q, r: 12, Q: 20}}
policies: {out_of_stock: {}, backorder: {when_short: backorder}}
plan: {seed: 11, replications: 2}
"""

THREE = {"gross_margin": 900.0, "support_cost": 400.0, "holding_cost": 50.0, "mail_cost": 7.0, "fixed_cost": 30.0}
BASE = {"gross_margin": 0.0, "support_cost": 0.0, "holding_cost": 90.0, "mail_cost": 0.0, "fixed_cost": 30.0}


def test_the_three_largest_lines_are_told_with_their_effect_and_the_rest_together():
    verdict = compare(account(out_of_stock=BASE, backorder=THREE))
    told = [(row["measure"], row["effect"]) for row in verdict.reason_rows()]
    assert [name for name, _ in told] == ["gross_margin", "support_cost", "holding_cost", None]
    assert [effect for _, effect in told] == pytest.approx([900, -400, 40, -7])


def test_reasons_add_up_to_the_difference():
    verdict = compare(account(out_of_stock=BASE, backorder=THREE))
    total = verdict.finding("backorder", "total_value").difference.mean
    assert sum(row["effect"] for row in verdict.reason_rows()) == pytest.approx(total)


def test_advice_says_by_how_much_and_why():
    advice = compare(account(out_of_stock=BASE, backorder=THREE)).advice("backorder")
    assert advice.startswith("backorder earns 533 EUR more total value than out_of_stock")
    assert "Mostly because of gross margin (+900" in advice
    assert advice.endswith("All other lines together: -7 EUR.")


def test_without_a_clear_difference_lines_weigh_but_explain_nothing():
    sample = account(out_of_stock={"gross_margin": 5.0}, backorder={"gross_margin": 5.0})
    values = dict(sample.values)
    values["backorder", "gross_margin"] = [9.0, 1.0, 8.0, 2.0, 6.0]
    values["backorder", "total_value"] = values["backorder", "gross_margin"]
    advice = compare(Sample(values)).advice("backorder")
    assert "no clear difference" in advice
    assert "What weighs most: gross margin" in advice
    assert "so not sure" in advice


def test_a_comparison_without_total_value_gives_no_reasons():
    verdict = compare(account(out_of_stock=BASE, backorder=THREE), on=["gross_margin"])
    assert (verdict.reason_rows(), verdict.advice("backorder"), verdict.standing) == ([], "", None)


def test_the_winner_is_named_whatever_the_baseline():
    sample = account(out_of_stock=BASE, backorder=THREE, hybrid={"gross_margin": 300.0})
    for baseline in sample.policies:
        assert str(compare(sample, baseline=baseline).standing).startswith("backorder wins")


def test_who_is_close_is_told():
    close = {**THREE, "gross_margin": 900.5}
    sample = account(out_of_stock=BASE, backorder=THREE, hybrid=close)
    values = dict(sample.values)
    values["hybrid", "total_value"] = [each + (3 if place % 2 else -3) for place, each in
                                       enumerate(values["hybrid", "total_value"])]  # fmt: skip
    standing = compare(Sample(values)).standing
    assert standing is not None
    assert (standing.beaten, len(standing.close)) == (("out_of_stock",), 1)
    assert str(standing).startswith("No clear winner")


def test_one_tape_decides_nothing():
    sample = Sample({("a", "total_value"): [1.0], ("b", "total_value"): [2.0]})
    assert "nothing about chance" in str(compare(sample).standing)


def test_equal_policies_have_no_winner():
    assert compare(Sample({("a", "total_value"): [1.0, 2.0], ("b", "total_value"): [1.0, 2.0]})).standing is None


def test_what_is_printed_begins_with_the_winner():
    lines = str(compare(account(out_of_stock=BASE, backorder=THREE))).splitlines()
    assert lines[0].startswith("backorder wins: it earns 533 EUR more total value than out_of_stock (95 % interval 5")


def test_the_winner_is_told_with_its_lead_over_the_next_best():
    sample = account(out_of_stock=BASE, backorder=THREE, hybrid={"gross_margin": 300.0})
    standing = compare(sample).standing
    assert standing is not None
    assert (standing.second, standing.beaten) == ("hybrid", ("hybrid", "out_of_stock"))
    assert "it earns 113.00 EUR more total value than hybrid, the next best (95 % interval" in str(standing)
    assert str(standing).endswith("It is clearly above out_of_stock too.")


def test_policies_are_ranked_by_what_they_are_worth_with_the_baseline_among_them():
    sample = account(out_of_stock=BASE, backorder=THREE, careless={"gross_margin": -300.0})
    assert compare(sample).ranking == ("backorder", "out_of_stock", "careless")


def test_in_brief_a_policy_comes_with_its_reasons_alone():
    brief = compare(account(out_of_stock=BASE, backorder=THREE)).brief("backorder")
    assert brief.startswith("backorder: mostly because of gross margin (+900")
    alike = {("a", "total_value"): [1.0, 2.0], ("b", "total_value"): [1.0, 2.0]}
    assert compare(Sample(alike)).brief("b") == "b: the same as a in every replication."


def test_what_is_unclear_the_same_or_undefined_is_told_once_for_all_measures():
    columns = {
        "total_value": ([1.0, 2.0, 3.0], [2.0, 3.1, 4.0]),
        "fill_rate": ([0.9, 0.8, 0.7], [0.8, 0.9, 0.7]),
        "capture_rate": ([0.9, 0.8, 0.7], [0.8, 0.9, 0.75]),
        "visits": ([7.0, 8.0, 9.0], [7.0, 8.0, 9.0]),
        "promise_kept": ([nan, nan, nan], [0.5, 0.5, 0.5]),
        "delivery_time": ([1.0, 2.0, nan], [3.0, 4.1, 5.0]),
    }
    values = {(policy, name): pair[place] for name, pair in columns.items() for place, policy in enumerate("ab")}
    unclear, same, lone, parts = compare(Sample(values), on=list(columns)).details("b")
    assert unclear.startswith("No clear difference, with the further replications that would settle it: Fill rate (")
    assert "Customers who got everything (about" in unclear
    assert same == "The same in every replication: Visits."
    assert lone == "Defined for one of the two only: Promises kept (50 % under b)."
    assert parts == "Defined for both in so many replications only: Mean delivery time (2)."
