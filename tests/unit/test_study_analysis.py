"""Who wins where, what changes it, and the analysis a design allows, on studies whose answer is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from experiments.analysis.of_study import (
    common,
    frontier_of,
    kind_of,
    morris_of,
    planes,
    region_of,
    regression_of,
    sobol_of,
    strongest,
    tornado_of,
)
from experiments.analysis.results import Setting, StudyResults, short_names
from experiments.analysis.turning import turns
from experiments.analysis.winners import bad_end, bad_tenths, outcomes, regrets, share_ahead, split, winners
from experiments.report.answer import duel, head, matters, turning
from experiments.report.tables import ranking
from sim.errors import ResultError
from tests.finished_study import finished, grid, noise, own_noise

Factors = Mapping[str, Any]
LASTS, PATIENCE = "disruptions.down.lasts", "customers.all.patience"


def days(value: str) -> float:
    return float(value.split(maxsplit=1)[0])


def base(_: Factors, number: int) -> float:
    return 100 + noise(number)


def falling(values: Factors, number: int) -> float:
    """Better than the baseline up to 40 days, worse from then on."""
    return base(values, number) + 41 - days(values[LASTS]) + own_noise(number, key=days(values[LASTS]))


def lucky(values: Factors, number: int) -> float:
    """The baseline and chance."""
    return base(values, number) + own_noise(number) - float(np.mean([own_noise(n) for n in range(12)])) + 0.01


OUTAGES = grid(disruptions__down__lasts=["56 d", "14 d", "28 d"], customers__all__patience=["3 d", "9 d"])


@pytest.fixture(scope="module")
def outage() -> StudyResults:
    return finished(OUTAGES, {"out_of_stock": base, "always": falling})


# axes


def test_levels_rise_by_size_whatever_the_order_of_the_study(outage: StudyResults) -> None:
    assert outage.axis(LASTS).levels == ("14 d", "28 d", "56 d")
    assert outage.axis("down.lasts").sizes == (14.0, 28.0, 56.0)


def test_levels_of_one_kind_are_brought_to_one_unit() -> None:
    (axis,) = finished(grid(x__y=["2 wk", "3 d"]), {"a": base}).axes
    assert (axis.levels, axis.unit) == (("3 d", "2 wk"), "wk")


def test_values_without_size_keep_their_order() -> None:
    (axis,) = finished(grid(levers__allocate=["value", "fifo"]), {"a": base}).axes
    assert (axis.levels, axis.numeric) == (("value", "fifo"), False)


def test_long_numbers_are_shown_to_three_digits() -> None:
    (axis,) = finished(grid(x__y=["39.35451 d", "4 d"]), {"a": base}).axes
    assert [axis.label(place) for place in range(2)] == ["4 d", "39.4 d"]


def test_short_names_tell_factors_apart() -> None:
    assert short_names(["a.b.c", "d.b.c", "x.y.z"]) == ["a.b.c", "d.b.c", "x.y.z"]
    assert short_names(["a.b.c", "d.e.f"]) == ["b.c", "e.f"]


def test_an_unknown_factor_is_told(outage: StudyResults) -> None:
    with pytest.raises(ResultError, match="no factor 'last'"):
        outage.axis("last")


# winners


def test_the_winner_changes_where_the_sign_does(outage: StudyResults) -> None:
    by_length = {setting.values[LASTS]: winner for setting, winner in zip(OUTAGES, winners(outage), strict=True)}
    assert {length: winner.policy for length, winner in by_length.items()} == {
        "14 d": "always",
        "28 d": "always",
        "56 d": "out_of_stock",
    }
    assert all(winner.sure for winner in by_length.values())


def test_a_lead_by_chance_is_not_sure() -> None:
    found = winners(finished(OUTAGES, {"out_of_stock": base, "lucky": lucky}))
    assert not any(winner.sure for winner in found)


def test_two_winners_that_cannot_be_told_apart_are_not_sure() -> None:
    twins = {"out_of_stock": base, "one": falling, "two": lambda v, n: falling(v, n) + own_noise(n) * 1e-3}
    found = winners(finished(grid(disruptions__down__lasts=["14 d"]), twins))
    assert [winner.sure for winner in found] == [False]


def test_many_settings_of_pure_chance_rarely_have_a_sure_winner() -> None:
    """Holm holds all verdicts together: of 20 studies of 40 settings without a difference, at most 3 err."""

    def study(seed: int) -> StudyResults:
        many = grid(x__y=list(range(40)))
        chance = np.random.default_rng(seed).normal(0, 1, (40, 12))
        return finished(many, {"a": base, "b": lambda v, n: base(v, n) + chance[v["x.y"], n]})

    assert sum(any(winner.sure for winner in winners(study(seed))) for seed in range(20)) <= 3


def test_outcomes_say_where_a_policy_beats_the_baseline(outage: StudyResults) -> None:
    expected = {"14 d": "better", "28 d": "better", "56 d": "worse"}
    assert list(outcomes(outage, "always")) == [expected[setting.values[LASTS]] for setting in OUTAGES]


def test_a_measure_to_keep_low_is_won_by_the_lower() -> None:
    costs = finished(OUTAGES, {"a": base, "b": falling})
    costs.runs["holding_cost"] = costs.runs["total_value"]
    low = StudyResults(**{**vars(costs), "measures": ("holding_cost",)})
    by_length = {s.values[LASTS]: w for s, w in zip(OUTAGES, winners(low), strict=True)}
    assert (by_length["14 d"].policy, by_length["56 d"].policy) == ("a", "b")
    assert dict(zip((s.values[LASTS] for s in OUTAGES), outcomes(low, "b"), strict=True))["56 d"] == "better"


def test_the_share_of_settings_ahead(outage: StudyResults) -> None:
    found = share_ahead(outage, "always")
    assert found.value == pytest.approx(2 / 3)
    assert found.low <= 2 / 3 <= found.high


def test_the_share_of_a_sampled_space_is_as_uncertain_as_its_sample() -> None:
    sampled = [Setting(n, {LASTS: f"{n + 20.5} d", "x": n * 7 % 40}, (n / 40, 0.5)) for n in range(40)]
    found = share_ahead(finished(sampled, {"a": base, "b": falling}), "b")
    expected = 1.96 * (found.value * (1 - found.value) / 40) ** 0.5
    assert (found.high - found.low) / 2 == pytest.approx(expected, rel=0.25)


def test_regret_is_what_the_best_policy_would_have_earned_more(outage: StudyResults) -> None:
    found = regrets(outage)
    by_length = {s.values[LASTS]: (found["out_of_stock"][n], found["always"][n]) for n, s in enumerate(OUTAGES)}
    assert by_length["14 d"] == (pytest.approx(27, abs=1), 0)
    assert by_length["56 d"] == (0, pytest.approx(15, abs=1))


def test_the_bad_tenth_is_the_10th_percentile_or_the_90th_where_low_is_good() -> None:
    results = finished(grid(x=[1, 2]), {"a": lambda values, number: 10.0 * values["x"] + number}, replications=11)
    assert bad_tenths(results, "a").tolist() == [11, 21]
    assert (bad_end("total_value"), bad_end("lost_share")) == (10, 90)


def test_the_ranking_has_mean_bad_tenth_and_regret_of_each_policy_the_best_first() -> None:
    policies = {"a": lambda values, number: 100.0 * number, "b": lambda values, number: 700.0 - values["x"]}
    ranked = ranking(finished(grid(x=[0, 20]), policies, replications=11), "total_value")
    assert [[cell.text for cell in row] for row in ranked.rows] == [
        ["b", "690", "690", "0", "0", "nowhere"],
        ["a", "500", "100", "190", "200", "x = 0"],
    ]


def test_many_policies_do_not_make_an_outcome_surer() -> None:
    def wavering(values: Mapping[str, Any], number: int) -> float:
        return (-1.0) ** number + 0.1

    policies = {"a": lambda values, number: 0.0, **{f"p{k}": wavering for k in range(30)}}
    assert set(outcomes(finished(grid(x=[1]), policies), "p29")) == {"open"}


# split


def test_a_split_names_the_factor_and_the_level(outage: StudyResults) -> None:
    found = split(outage, [outcome == "better" for outcome in outcomes(outage, "always")])
    assert found is not None
    assert (found.text, found.share) == ("down.lasts 28 d or less", 1.0)


def test_a_split_of_values_without_size_lists_them() -> None:
    study = finished(grid(levers__allocate=["fifo", "edd", "value"]), {"a": base})
    found = split(study, [True, False, True])
    assert found is not None
    assert found.text == "levers.allocate fifo or value"


def test_there_is_no_split_where_all_is_the_same(outage: StudyResults) -> None:
    assert split(outage, [True] * len(OUTAGES)) is None
    assert split(outage, [None] * len(OUTAGES)) is None


# turning points


def test_the_factor_that_changes_the_winner_is_named(outage: StudyResults) -> None:
    first, second = turns(outage, winners(outage))
    assert (first.axis.name, first.lines, first.surely) == (LASTS, 2, 2)
    assert (second.axis.name, second.lines, second.turned) == (PATIENCE, 3, 0)
    assert matters(first)
    assert not matters(second)
    assert "2 of 2 groups" in turning(first)


def test_in_a_sample_the_thirds_of_a_factor_are_set_side_by_side() -> None:
    sampled = [Setting(n, {LASTS: f"{5 * n} d", "x": n * 7 % 20}, (n / 20, 0.5)) for n in range(1, 19)]
    study = finished(sampled, {"a": base, "b": falling})
    turn = next(turn for turn in turns(study, winners(study)) if turn.axis.name == LASTS)
    assert (turn.lines, turn.low, turn.high) == (0, (("b", 6),), (("a", 6),))
    assert matters(turn)


# sentences


def test_the_answer_says_that_it_depends(outage: StudyResults) -> None:
    assert head(outage, winners(outage), "total_value") == (
        "It depends. out_of_stock surely wins at 2 of 6 settings, all with down.lasts 56 d; "
        "always surely wins at 4 of 6 settings, all with down.lasts 28 d or less."
    )


def test_the_answer_names_a_winner_everywhere() -> None:
    study = finished(OUTAGES, {"a": base, "b": lambda v, n: base(v, n) + 50 + own_noise(n)})
    assert (
        head(study, winners(study), "total_value") == "b wins: it has the best total value at all 6 settings, surely."
    )


def test_the_answer_admits_that_nothing_is_sure() -> None:
    study = finished(OUTAGES, {"out_of_stock": base, "lucky": lucky})
    assert head(study, winners(study), "total_value").startswith("No policy surely wins anywhere")


def test_what_is_undefined_for_a_policy_is_not_compared() -> None:
    study = finished(OUTAGES, {"a": base, "b": lambda _, __: float("nan")})
    assert head(study, winners(study), "total_value").startswith("There is nothing to compare: at no setting")


def test_one_policy_has_nobody_to_beat() -> None:
    study = finished(OUTAGES, {"alone": base})
    assert "nothing to compare" in head(study, winners(study), "total_value")


def test_a_duel_counts_and_says_where(outage: StudyResults) -> None:
    said = duel(outage, "always", outcomes(outage, "always"), "total_value").sentence
    assert "better at 4, worse at 2" in said
    assert said.endswith("all with down.lasts 28 d or less.")


# analyses by design


def test_a_grid_gets_a_tornado_with_the_strong_factor_first(outage: StudyResults) -> None:
    bars = tornado_of(outage, "always")
    assert [bar.factor for bar in bars] == [LASTS, PATIENCE]
    assert (bars[0].lowest, bars[0].highest) == ("56 d", "14 d")
    assert bars[0].swing.value == pytest.approx(42, abs=1)


def test_one_at_a_time_is_read_beside_the_centre() -> None:
    values = {"a.x": 2, "a.y": 5}
    settings = [
        Setting(0, values, role="centre"),
        Setting(1, {**values, "a.x": 1}, role="low:a.x"),
        Setting(2, {**values, "a.x": 3}, role="high:a.x"),
        Setting(3, {**values, "a.y": 9}, role="high:a.y"),
    ]
    study = finished(settings, {"a": base, "b": lambda v, n: base(v, n) + 10 * v["a.x"] - v["a.y"]})
    bars = tornado_of(study, "b")
    assert kind_of(study) == "oat"
    assert [(bar.factor, bar.swing.value) for bar in bars] == [("a.x", pytest.approx(20)), ("a.y", pytest.approx(4))]


def test_a_region_map_finds_the_known_boundary(outage: StudyResults) -> None:
    region = region_of(outage, "always", LASTS, PATIENCE)
    assert [found.value for (found,) in region.map.crossings] == pytest.approx([41, 41], abs=1)
    assert planes(outage) == [(LASTS, PATIENCE)]


def test_a_region_map_of_a_policy_against_another_than_the_baseline(outage: StudyResults) -> None:
    mirrored = region_of(outage, "out_of_stock", LASTS, PATIENCE, over="always")
    assert mirrored.map.mean == pytest.approx(-region_of(outage, "always", LASTS, PATIENCE).map.mean)


@pytest.mark.parametrize("factors", [(LASTS, LASTS), (LASTS, "levers.allocate")])
def test_a_region_map_needs_two_factors_with_sizes(factors: tuple[str, str]) -> None:
    study = finished(
        grid(disruptions__down__lasts=["14 d", "28 d"], levers__allocate=["fifo", "edd"]), {"a": base, "b": falling}
    )
    with pytest.raises(ResultError, match="two different factors"):
        region_of(study, "b", *factors)


def test_morris_effects_come_from_the_trajectories_of_a_study() -> None:
    walk = [((0.0, 0.0), "trajectory:0"), ((2 / 3, 0.0), "trajectory:0:a.x"), ((2 / 3, 2 / 3), "trajectory:0:a.y")]
    settings = [
        Setting(3 * t + n, {"a.x": at[0], "a.y": at[1]}, at, role.replace(":0", f":{t}", 1))
        for t in range(3)
        for n, (at, role) in enumerate(walk)
    ]
    study = finished(settings, {"a": base, "b": lambda v, n: base(v, n) + 6 * v["a.x"] - 3 * v["a.y"]})
    assert [effect.mu.value for effect in morris_of(study, "b")] == pytest.approx([6, -3])


def test_sobol_indices_come_from_the_matrices_of_a_study() -> None:
    generator = np.random.default_rng(3)
    a, b = generator.random((2, 64, 2))
    mixed = [np.where(np.arange(2) == column, b, a) for column in range(2)]
    rows = [("A", a, ""), ("B", b, ""), ("AB", mixed[0], ":f.x"), ("AB", mixed[1], ":f.y")]
    settings = [
        Setting(0, {"f.x": at[0], "f.y": at[1]}, tuple(at), f"{name}:{n}{end}")
        for name, points, end in rows
        for n, at in enumerate(points)
    ]
    study = finished(settings, {"a": base, "b": lambda v, n: base(v, n) + 4 * v["f.x"] + v["f.y"]}, replications=2)
    x, y = sobol_of(study, "b")
    assert x.total.value > 0.8
    assert y.total.value < 0.2
    assert x.total.low < 16 / 17 < x.total.high


def test_a_sample_gets_a_regression() -> None:
    generator = np.random.default_rng(2)
    settings = [Setting(n, {"f.x": at[0], "f.y": at[1]}, tuple(at)) for n, at in enumerate(generator.random((40, 2)))]
    study = finished(settings, {"a": base, "b": lambda v, n: base(v, n) + 4 * v["f.x"] - v["f.y"]}, replications=3)
    found = regression_of(study, "b").by_factor
    assert found["f.x"].low > 0 > found["f.y"].high
    axes = strongest(study, study.gain("b", "total_value"))
    assert axes is not None
    assert [axis.name for axis in axes] == ["f.x", "f.y"]


def test_a_regression_refuses_values_without_an_order() -> None:
    study = finished(grid(levers__allocate=["a", "b", "c"], x__y=[1, 2, 3]), {"a": base, "b": base})
    with pytest.raises(ResultError, match=r"levers\.allocate has none"):
        regression_of(study, "b")


@pytest.mark.parametrize("analysis", [morris_of, sobol_of])
def test_an_analysis_refuses_another_design(analysis: Any, outage: StudyResults) -> None:
    with pytest.raises(ResultError, match="need the design"):
        analysis(outage, "always")


def test_the_frontier_has_a_candidate_for_each_policy_and_lever_value() -> None:
    settings = grid(levers__replenish__s=[4, 8], disruptions__down__lasts=["14 d", "28 d"])
    study = finished(settings, {"a": base, "b": lambda v, n: base(v, n) + v["levers.replenish.s"]})
    found = frontier_of(study, "capture_rate")
    assert {each.name for each in found} == {f"{p}, replenish.s = {s}" for p in "ab" for s in (4, 8)}
    assert [each.name for each in found if each.efficient] == ["b, replenish.s = 8"]


def test_only_replications_that_all_points_have_are_compared() -> None:
    table = np.array([[1.0, np.nan, 3.0], [4.0, 5.0, 6.0]])
    assert common(table).tolist() == [[1.0, 3.0], [4.0, 6.0]]
    with pytest.raises(ResultError, match="no replication"):
        common(np.array([[np.nan, 1.0], [1.0, np.nan]]))
