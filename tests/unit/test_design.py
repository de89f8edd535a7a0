"""Designs of studies, and study files with everything that can be wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from experiments.axes import Listing
from experiments.design import DESIGNS, Point, Sizes
from experiments.factors import Factor, as_text
from experiments.plan import Study, read_study
from sim import ScenarioFaults
from tests.small_study import FACTORS, SHOP, STUDY, write_study

SIZES = Sizes(points=4, trajectories=2, levels=4, seed=1)


def study(folder: Path, text: str = STUDY) -> Study:
    return read_study(write_study(folder, text))


def faults(folder: Path, text: str) -> list[str]:
    """Line, place, message and hint of each fault."""
    with pytest.raises(ScenarioFaults) as caught:
        study(folder, text)
    return [f"{fault.line} {fault.path}: {fault.message}; {fault.hint}" for fault in caught.value.faults]


def with_factors(*lines: str) -> str:
    return STUDY.replace(FACTORS, "factors:\n" + "".join(f"  {line}\n" for line in lines))


def factors(**values: list[Any]) -> list[Factor]:
    return [Factor(name, (name,), Listing(tuple(listed))) for name, listed in values.items()]


def grid(**values: list[Any]) -> tuple[Point, ...]:
    return DESIGNS["grid"].points(factors(**values), SIZES)


# designs


def test_a_grid_holds_every_combination_once_and_the_last_factor_changes_fastest() -> None:
    points = grid(a=[1, 2], b=["x", "y", "z"])
    assert [point.number for point in points] == list(range(6))
    assert [tuple(value for _, value in point.settings) for point in points] == [
        (1, "x"), (1, "y"), (1, "z"), (2, "x"), (2, "y"), (2, "z"),
    ]  # fmt: skip


def test_the_size_of_a_grid_is_known_before_it_is_made() -> None:
    assert DESIGNS["grid"].size(factors(a=[1, 2, 3], b=[1, 2]), SIZES) == len(grid(a=[1, 2, 3], b=[1, 2])) == 6


def test_values_are_set_as_yaml_that_means_the_same() -> None:
    (point,) = grid(a=["3 d"], b=[None], c=[{"rule": "none"}])
    assert {path: json.loads(text) for path, text in point.overrides.items()} == dict(point.settings)
    assert str(point) == 'a = 3 d, b = null, c = {"rule": "none"}'


@pytest.mark.parametrize(("value", "text"), [("3 d", "3 d"), (3, "3"), (0.5, "0.5"), (True, "true"), (["ä"], '["ä"]')])
def test_values_are_shown_without_quotes(value: object, text: str) -> None:
    assert as_text(value) == text


# study files


def test_what_a_study_leaves_out_comes_from_its_scenario(tmp_path: Path) -> None:
    read = study(tmp_path)
    assert (read.replications, read.seed, read.policies) == (4, 11, ("out_of_stock", "backorder"))
    assert len(read.points) == len(read.digests) == 6
    assert read.runs == 48


def test_what_a_study_says_goes_before_its_scenario(tmp_path: Path) -> None:
    read = study(tmp_path, STUDY + "replications: 7\nseed: 3\npolicies: [backorder]\nmeasures: [revenue, visits]\n")
    assert (read.replications, read.seed, read.policies) == (7, 3, ("backorder",))
    assert set(read.measures) == {"revenue", "visits"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[4, 6, 8]", "[4, 6, 9]"),
        ("[3 d, 9 d]", "[9 d, 3 d]"),
        ("version: 1", "version: 1\nseed: 12"),
        ("version: 1", "version: 1\nreplications: 5"),
        ("version: 1", "version: 1\nmeasures: [revenue]"),
        ("version: 1", "version: 1\npolicies: [backorder, out_of_stock]"),
    ],
)
def test_another_study_has_another_store(tmp_path: Path, before: str, after: str) -> None:
    assert study(tmp_path).store != study(tmp_path, STUDY.replace(before, after)).store


def test_a_changed_scenario_has_another_store(tmp_path: Path) -> None:
    before = study(tmp_path).store
    (tmp_path / "shop.yaml").write_text(SHOP.replace("visits: 2/d", "visits: 3/d"), encoding="utf-8")
    assert read_study(tmp_path / "study.yaml").store != before


def test_words_and_layout_do_not_move_the_store(tmp_path: Path) -> None:
    before = study(tmp_path).store
    assert study(tmp_path, "# a remark\n" + STUDY.replace("It helps.", "It hurts.")).store == before


def test_a_mistyped_path_is_told_with_its_line_and_what_was_meant(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, STUDY.replace("patience.median", "patiense.median"))
    assert fault.startswith("6 factors.")
    assert fault.endswith("there is no 'patiense' in world.customers.shoppers; did you mean 'patience'?")


def test_a_value_that_cannot_be_is_told_with_its_line(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, with_factors("levers.replenish.s:", "  - 4", "  - 4 d", "  - 6"))
    assert fault == "8 factors.levers.replenish.s.1: '4 d' is not a whole number, nor 'auto'; "


def test_every_wrong_value_is_told_once_however_often_it_is_used(tmp_path: Path) -> None:
    found = faults(tmp_path, with_factors("levers.replenish.s: [4, z]", "levers.replenish.S: [20, x, 30, y]"))
    assert [fault.split(":")[0] for fault in found] == [
        "6 factors.levers.replenish.s.1",
        "7 factors.levers.replenish.S.1",
        "7 factors.levers.replenish.S.3",
    ]


def test_values_that_fit_only_each_other_are_fine(tmp_path: Path) -> None:
    text = with_factors("levers.replenish: [{rule: s_S, s: 30, S: 40}]", "levers.replenish.S: [50, 60]")
    assert len(study(tmp_path, text).points) == 2


def test_values_that_do_not_fit_each_other_are_told_as_a_combination(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, with_factors("levers.replenish.s: [4, 15]", "levers.replenish.S: [20, 10]"))
    assert fault.startswith("5 factors: with 'levers.replenish.s = 15, levers.replenish.S = 10':")


def test_two_settings_that_are_the_same_are_told(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, with_factors("customers.shoppers.patience.median: [3 d, 72 h]"))
    assert "median = 72 h' makes the same scenario as" in fault


def test_one_place_under_two_names_is_told(tmp_path: Path) -> None:
    path = "customers.shoppers.patience.median"
    found = faults(tmp_path, with_factors(f"{path}: [3 d, 5 d]", f"world.{path}: [4 d]"))
    assert len(found) == 1


def test_repetition_is_no_factor(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, with_factors("plan.seed: [1, 2]"))
    assert fault.endswith("write `replications` or `seed`")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("policies: [backordr]", "there is no policy 'backordr'; did you mean 'backorder'?"),
        ("measures: [revenu]", "there is no measure 'revenu'; did you mean 'revenue'?"),
        ("replications: 1", "1 is too small; it must be at least 2"),
        ("replications: many", "'many' is not a whole number"),
        ("design: grit", "there is no design 'grit'; did you mean 'grid'?"),
        ("desing: grid", "unknown key 'desing'; did you mean 'design'?"),
        ("policies: []", "this needs at least 1 entries and has 0"),
    ],
)
def test_wrong_keys_are_told_with_their_line(tmp_path: Path, line: str, said: str) -> None:
    (fault,) = faults(tmp_path, f"{STUDY}{line}\n")
    assert fault.startswith("8 ")
    assert said in fault


@pytest.mark.parametrize("key", ["version", "question", "expectation", "scenario"])
def test_a_missing_key_is_told(tmp_path: Path, key: str) -> None:
    text = "".join(f"{line}\n" for line in STUDY.splitlines() if not line.startswith(f"{key}:"))
    assert [f"'{key}' is missing" in fault for fault in faults(tmp_path, text)] == [True]


def test_a_missing_scenario_is_told_where_it_is_named(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, STUDY.replace("shop.yaml", "shopp.yaml"))
    assert fault == "4 scenario: 'shopp.yaml': there is no such file; did you mean 'shop.yaml'?"


def test_a_faulty_scenario_tells_its_own_faults(tmp_path: Path) -> None:
    path = write_study(tmp_path)
    (tmp_path / "shop.yaml").write_text(SHOP.replace("5 d}]", "5 dd}]"), encoding="utf-8")
    with pytest.raises(ScenarioFaults) as caught:
        read_study(path)
    assert [(Path(fault.file).name, fault.line) for fault in caught.value.faults] == [("shop.yaml", 8)]


def test_a_grid_beyond_reason_is_refused_before_it_is_made(tmp_path: Path) -> None:
    many = ", ".join(str(number) for number in range(400))
    text = with_factors(f"levers.replenish.s: [{many}]", f"levers.replenish.S: [{many}]")
    (fault,) = faults(tmp_path, text)
    assert "this makes 160,000 settings; at most 100,000 are run" in fault


def test_a_policy_may_be_made_by_a_factor(tmp_path: Path) -> None:
    text = with_factors("policies.bold: [{when_short: backorder, cap: 5}]") + "policies: [out_of_stock, bold]\n"
    assert study(tmp_path, text).policies == ("out_of_stock", "bold")


def test_a_policy_that_only_some_settings_have_is_told(tmp_path: Path) -> None:
    text = with_factors("policies: [{out_of_stock: {}}, {bold: {when_short: backorder}}]") + "policies: [bold]\n"
    (fault,) = faults(tmp_path, text)
    assert "there is no policy 'bold'" in fault
