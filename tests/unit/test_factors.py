"""Factors of studies: lists, ranges, laws and bundles, their units, and everything that can be wrong with them."""

from __future__ import annotations

import math
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from experiments.axes import Listing, Range
from experiments.factors import Factor
from experiments.layout import MOST_POINTS
from experiments.plan import Study, read_study
from experiments.quantities import in_one_unit, read_quantity, written
from experiments.stated_factors import read_factor
from sim import Finding, ScenarioFaults
from tests.small_study import FACTORS, STUDY, write_study

PATIENCE = "customers.shoppers.patience"


def study(folder: Path, *lines: str, design: str = "design: lhs\npoints: 8\n") -> Study:
    text = STUDY.replace(FACTORS, "factors:\n" + "".join(f"  {line}\n" for line in lines))
    return read_study(write_study(folder, text + design))


def faults(folder: Path, *lines: str, design: str = "") -> list[str]:
    with pytest.raises(ScenarioFaults) as caught:
        study(folder, *lines, design=design)
    return [f"{fault.line} {fault.path}: {fault.message}; {fault.hint}" for fault in caught.value.faults]


def factor(stated: Any) -> Factor:
    read = read_factor("x", stated)
    assert isinstance(read, Factor), read
    return read


# quantities


@pytest.mark.parametrize(
    ("value", "number", "unit"),
    [(3, 3, ""), (0.5, 0.5, ""), ("3 d", 3, "d"), ("36h", 36, "h"), ("90 %", 90, "%"), ("2 per wk", 2, "/wk")],
)
def test_a_quantity_is_a_number_and_its_unit(value: object, number: float, unit: str) -> None:
    read = read_quantity(value)
    assert read is not None
    assert (read.number, read.unit) == (number, unit)


@pytest.mark.parametrize("value", [True, None, "fifo", "3", "3 x", "3 d and more", ["3 d"]])
def test_anything_else_is_none(value: object) -> None:
    assert read_quantity(value) is None


def test_quantities_of_one_kind_are_brought_to_the_first_unit() -> None:
    assert in_one_unit(["3 d", "1 wk", "12 h"]) == ("d", (3, 7, 0.5))
    assert in_one_unit(["2/d", "21/wk"]) == ("/d", (2, 3))


@pytest.mark.parametrize("values", [["3 d", "3 %"], [3, "3 d"], ["fifo", 3], ["3 d", "3/d"], []])
def test_quantities_of_two_kinds_have_no_common_unit(values: list[Any]) -> None:
    assert in_one_unit(values) is None


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [(3.0, "d", "3 d"), (0.5, "%", "0.5 %"), (7.0, "/wk", "7/wk"), (2.5, "", 2.5), (2.0, "", 2)],
)
def test_a_quantity_is_written_as_scenarios_read_it(number: float, unit: str, text: object) -> None:
    assert written(number, unit) == text


# axes


def test_listed_values_share_the_way_equally() -> None:
    axis = Listing(("a", "b", "c"))
    assert [axis.at(u)[0] for u in (0, 0.3, 0.34, 0.66, 0.67, 1)] == ["a", "a", "b", "b", "c", "c"]


def test_a_range_keeps_its_unit() -> None:
    levels = factor({"from": "3 d", "to": "3 wk", "steps": 3}).levels()
    assert [level.value for level in levels] == ["3 d", "12 d", "21 d"]
    assert [level.size for level in levels] == [3, 12, 21]


def test_a_log_range_steps_by_equal_ratios() -> None:
    assert [level.value for level in factor({"from": 1, "to": 100, "steps": 3, "scale": "log"}).levels()] == [
        1,
        10,
        100,
    ]


def test_a_range_reaches_both_ends() -> None:
    assert [factor({"from": "5 %", "to": "20 %"}).level(u).value for u in (0, 1)] == ["5 %", "20 %"]


def test_a_law_is_read_by_its_quantiles() -> None:
    law = factor("lognormal(median=9 d, sigma=0.5)")
    assert law.level(0.5).value == "9 d"
    assert law.level(0.975).size == pytest.approx(9 * math.exp(0.5 * 1.959964), rel=1e-5)


def test_a_law_may_be_a_mapping_and_mix_units_of_one_kind() -> None:
    uniform = factor({"dist": "uniform", "low": "2 d", "high": "3 wk"})
    assert (uniform.level(0).value, uniform.level(0.5).value) == ("2 d", "11.5 d")


def test_the_ends_of_a_law_are_its_5_and_95_percent_quantiles() -> None:
    law = factor("uniform(low=0, high=100)")
    assert [law.level(u, to_ends=True).size for u in (0, 0.5, 1)] == [5, 50, 95]


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        ([1, 2], int), ([1, 2.5], float), ([True, False], bool), (["a", 1], str), ([2**70, 1], str),
        ({"from": 1, "to": 2}, float), ({"from": "1 d", "to": "2 d"}, str), ("uniform(low=1, high=2)", float),
    ],
)  # fmt: skip
def test_a_factor_knows_the_type_of_its_column(stated: object, kind: type) -> None:
    assert factor(stated).type is kind


# in a study


def test_numbers_are_whole_where_the_scenario_takes_no_others(tmp_path: Path) -> None:
    points = study(
        tmp_path, "levers.replenish.S: {from: 20, to: 40}", 'levers.replenish.s: "uniform(low=3, high=9)"'
    ).points
    assert {type(value) for point in points for _, value in point.settings} == {int}


def test_numbers_stay_as_they_are_where_the_scenario_takes_them(tmp_path: Path) -> None:
    points = study(tmp_path, "costs.backorder: {from: 1, to: 2}").points
    assert any(isinstance(value, float) for point in points for _, value in point.settings)


@pytest.mark.parametrize(
    "line",
    [
        "costs.contact: [5]",
        "levers.promise.level: [80 %]",
        "products.gadget.class: [impulse]",
        "levers.ship: [partial]",
        "policies.backorder.cap: [3]",
        "world.calendar.warm_up: [3 d]",
    ],
)
def test_a_path_that_the_scenario_leaves_out_is_no_fault(tmp_path: Path, line: str) -> None:
    read = study(tmp_path, line, design="")
    assert read.digests[0] != read.scenario.digest


def test_the_parameter_of_a_rule_that_is_left_out_belongs_to_the_usual_rule(tmp_path: Path) -> None:
    path = write_study(tmp_path, STUDY.replace(FACTORS, "factors:\n  levers.replenish.r: [4, 6]\n"))
    shop = tmp_path / "shop.yaml"
    lines = [line for line in shop.read_text(encoding="utf-8").splitlines() if not line.startswith("levers")]
    shop.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert len(read_study(path).points) == 2


def test_several_places_change_together(tmp_path: Path) -> None:
    (first, second) = study(
        tmp_path, "fees:", "  paths: [costs.contact, costs.backorder]", "  values: [1, 2]", design=""
    ).points
    assert first.overrides == {"costs.contact": "1", "costs.backorder": "1"}
    assert second.settings == (("fees", 2),)


@pytest.mark.parametrize(
    "values", ["from: 1\n    to: 3", 'law: "uniform(low=1, high=3)"', "dist: uniform\n    low: 1\n    high: 3"]
)
def test_places_that_change_together_may_take_any_values(tmp_path: Path, values: str) -> None:
    points = study(tmp_path, "fees:", "  paths: [costs.contact, costs.backorder]", f"  {values}").points
    assert all(len(set(point.overrides.values())) == 1 for point in points)


def test_a_name_may_stand_for_several_settings(tmp_path: Path) -> None:
    lines = (
        "calibration:",
        "  sets:",
        f"    stated: {{{PATIENCE}: 20 d, costs.contact: 1}}",
        f"    revealed: {{{PATIENCE}: 7 d}}",
    )
    stated, revealed = study(tmp_path, *lines, design="").points
    assert stated.overrides == {PATIENCE: '"20 d"', "costs.contact": "1"}
    assert (revealed.overrides, revealed.settings) == ({PATIENCE: '"7 d"'}, (("calibration", "revealed"),))


def test_a_point_tells_manifests_all_about_itself(tmp_path: Path) -> None:
    point = study(tmp_path, f"{PATIENCE}: [3 d, 1 wk]", "levers.ship: [complete, partial]", design="").points[3]
    assert point.about() == {
        "point": 3,
        "settings": {PATIENCE: "1 wk", "levers.ship": "partial"},
        "sizes": [7.0, 1.0],
        "coordinates": [0.75, 0.75],
        "role": "",
    }


def test_a_factor_tells_manifests_all_about_itself(tmp_path: Path) -> None:
    (told,) = study(tmp_path, f"{PATIENCE}: {{from: 3 d, to: 30 d, scale: log}}").meaning()["factors"]
    assert (told["name"], told["unit"], told["from"], told["to"], told["scale"]) == (PATIENCE, "d", 3, 30, "log")


# what can be wrong


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("costs.contact: 3", "3 is not a list of values, a range"),
        ("costs.contact: []", "this factor has no values"),
        ("costs.contact: {}", "this factor has no values"),
        ("costs.contact: {from: 3}", "a range needs `to`"),
        ("costs.contact: {to: 3}", "a range needs `from`"),
        ("costs.contact: {from: 3, to: 3}", "3 is not above 3"),
        ("costs.contact: {from: 3, to: 9 d}", "3 and '9 d' are not two numbers of one kind"),
        ("costs.contact: {from: 3, to: 9, steps: 1}", "1 is not a whole number of 2 or more"),
        ("costs.contact: {from: 3, to: 9, setps: 4}", "unknown key 'setps'; did you mean 'steps'?"),
        ("costs.contact: {from: 3, to: 9, scale: lok}", "'lok' is not one of linear and log; did you mean 'log'?"),
        ("costs.contact: {from: 0, to: 9, scale: log}", "a range of scale log must begin above 0"),
        ("costs.contact: {valeus: [1]}", "this factor has no values"),
        ("costs.contact: {values: [1], steps: 3}", "unknown key 'steps'"),
        ("costs.contact: fifo", "'fifo' is not a list of values"),
        ('costs.contact: "unifrom(low=1, high=3)"', "there is no law 'unifrom'; did you mean 'uniform'?"),
        ('costs.contact: "uniform(low=4, high=3)"', "low (4) is above high (3)"),
        ("costs.contact: {dist: uniform, low: 1}", "high"),
        ('costs.contact: "uniform(low=4 d, high=30 %)"', "'30 %' is not in the unit 'd' of the others"),
        ("fees: {paths: costs.contact, values: [1]}", "these are not paths"),
        ("fees: {paths: [costs.contcat], values: [1]}", "no 'contcat' in world.costs; did you mean 'contact'?"),
        ("fees: {sets: [1]}", "these are not names, each with what it sets"),
        ("fees: {sets: {low: 3}}", "3 is not a mapping of paths to values"),
        ("fees: {sets: {low: {costs.contcat: 3}}}", "did you mean 'contact'?"),
        ("fees: {sets: {low: {costs.contact: 3}}, values: [1]}", "unknown key 'values'"),
        ("fees: [1, 2]", "there is no 'fees'"),
        ("plan.seed: {from: 1, to: 9}", "write `replications` or `seed`"),
    ],
)  # fmt: skip
def test_a_faulty_factor_is_told_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    (fault,) = faults(tmp_path, line, design="design: lhs\npoints: 4\n")
    assert fault.startswith("6 ")
    assert said in fault


@pytest.mark.parametrize("line", ["costs.contact: {from: 3, to: 9}", 'costs.contact: "uniform(low=1, high=3)"'])
def test_a_grid_says_what_to_write_instead_of_values_in_between(tmp_path: Path, line: str) -> None:
    (fault,) = faults(tmp_path, line)
    assert "a grid needs the values of this factor one by one; list them, or add `steps`" in fault


@pytest.mark.parametrize(
    ("design", "said"),
    [
        ("design: lhs\n", "'points' is missing (how many settings lhs draws)"),
        ("points: 4\n", "the design 'grid' has no use for this; leave it out"),
        ("design: morris\npoints: 4\n", "the design 'morris' has no use for this"),
        ("design: morris\nlevels: 5\n", "5"),
        ("design: latin\n", "there is no design 'latin'; known are grid, lhs, sobol, oat, morris, csv:FILE"),
        ("design: lhs\npoints: 0\n", "0 is too small"),
    ],
)
def test_what_does_not_fit_the_design_is_told(tmp_path: Path, design: str, said: str) -> None:
    (fault,) = faults(tmp_path, "levers.replenish.s: [4, 6]", design=design)
    assert said in fault


def test_a_value_that_chance_drew_and_the_scenario_refuses_is_told_at_its_factor(tmp_path: Path) -> None:
    found = faults(tmp_path, 'costs.contact: "uniform(low=-30, high=3)"', design="design: lhs\npoints: 100\n")
    assert 1 <= len(found) <= 5
    assert all(fault.startswith("6 factors.costs.contact: ") for fault in found)


def test_two_factors_may_not_set_one_place(tmp_path: Path) -> None:
    lines = ("costs.contact: {from: 1, to: 3}", "fees: {paths: [world.costs.contact], values: [1]}")
    (fault,) = faults(tmp_path, *lines, design="design: lhs\npoints: 4\n")
    assert "the factor 'costs.contact' sets this as well; leave it to one of them" in fault


def test_a_large_grid_is_read_in_a_fraction_of_the_time_of_its_files(tmp_path: Path) -> None:
    lines = ("levers.replenish.S: {from: 100, to: 124, steps: 25}", "costs.contact: {from: 1, to: 40, steps: 40}")
    start = process_time()
    assert len(study(tmp_path, *lines, design="").points) == 1000
    assert process_time() - start < 4  # 1000 files take twice as long, and this a quarter of it


def test_a_value_within_a_bundle_is_told_at_the_bundle(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "fees:", "  sets:", "    low: {costs.contact: 1}", "    high: {costs.contact: 3 d}")
    assert fault.startswith("9 factors.fees.sets.high: ")
    assert "3 d" in fault


def test_a_study_without_factors_is_told(tmp_path: Path) -> None:
    path = write_study(tmp_path, STUDY.replace(FACTORS, ""))
    with pytest.raises(ScenarioFaults, match="'factors' is missing"):
        read_study(path)


def test_designs_beyond_reason_are_refused_before_they_are_made(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "costs.contact: [1, 2]", design="design: sobol\npoints: 90000\n")
    assert f"this makes 393,216 settings; at most {MOST_POINTS:,} are run" in fault


def test_a_range_on_its_own_is_an_axis_without_a_list() -> None:
    axis = factor({"from": 1, "to": 2}).axis
    assert isinstance(axis, Range)
    assert axis.listed == 0


def test_a_faulty_factor_is_a_finding() -> None:
    assert isinstance(read_factor("x", 3), Finding)
