"""What each design promises: where its points lie, what they are for, and that the seed alone decides."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from experiments.axes import Axis, Listing, Range
from experiments.design import DESIGNS, Point, Sizes
from experiments.factors import Factor
from experiments.plan import Study, read_study
from sim import ScenarioFaults
from tests.small_study import FACTORS, STUDY, write_study

RANGE = Range("", False, 0.0, 10.0, 0, False)
PATIENCE = "customers.shoppers.patience"


def factors(*axes: Axis) -> list[Factor]:
    return [Factor(name, (name,), axis) for name, axis in zip("abcdefgh", axes, strict=False)]


def points(design: str, *axes: Axis, size: int = 8, levels: int = 4, seed: int = 1) -> tuple[Point, ...]:
    return DESIGNS[design].points(factors(*axes), Sizes(points=size, trajectories=size, levels=levels, seed=seed))


def cube(found: tuple[Point, ...]) -> np.ndarray:
    return np.array([point.coordinates for point in found])


@pytest.mark.parametrize("design", DESIGNS)
def test_its_size_is_known_before_it_is_made(design: str) -> None:
    axes = (Listing((1, 2, 3)), Listing(("x", "y")))
    sizes = Sizes(points=5, trajectories=7, levels=4, seed=1)
    assert DESIGNS[design].size(factors(*axes), sizes) == len(DESIGNS[design].points(factors(*axes), sizes))


@pytest.mark.parametrize("design", ["lhs", "sobol", "morris"])
def test_the_seed_alone_decides(design: str) -> None:
    axes = (RANGE, Listing(("x", "y")))
    assert points(design, *axes) == points(design, *axes)
    assert points(design, *axes) != points(design, *axes, seed=2)


@pytest.mark.parametrize("design", DESIGNS)
def test_points_are_numbered_in_order(design: str) -> None:
    assert [point.number for point in points(design, Listing((1, 2)))] == list(
        range(len(points(design, Listing((1, 2)))))
    )


# lhs


def test_a_latin_hypercube_has_one_point_in_every_share_of_every_axis() -> None:
    shares = np.floor(cube(points("lhs", RANGE, RANGE, RANGE, size=20)) * 20)
    assert all(sorted(column) == list(range(20)) for column in shares.T)


def test_categories_are_equally_likely_in_a_latin_hypercube() -> None:
    found = points("lhs", RANGE, Listing(("x", "y", "z")), size=30)
    assert Counter(dict(point.settings)["b"] for point in found) == {"x": 10, "y": 10, "z": 10}


# sobol


def test_rows_of_saltellis_matrices_are_a_power_of_two() -> None:
    roles = Counter(point.role.split(":")[0] for point in points("sobol", RANGE, RANGE, size=5))
    assert roles == {"A": 8, "B": 8, "AB": 16}


def test_ab_is_a_with_the_factors_column_of_b() -> None:
    by_role = {point.role: point.coordinates for point in points("sobol", RANGE, RANGE, RANGE)}
    for row in range(8):
        a, b = by_role[f"A:{row}"], by_role[f"B:{row}"]
        assert by_role[f"AB:{row}:b"] == (a[0], b[1], a[2])


def test_sobol_points_fill_each_axis_evenly() -> None:
    found = [point for point in points("sobol", RANGE, RANGE, size=16) if point.role.startswith("A:")]
    assert all(sorted(column) == list(range(16)) for column in np.floor(cube(tuple(found)) * 16).T)


# oat


def test_one_factor_at_a_time_leaves_the_others_at_the_centre() -> None:
    centre, *others = points("oat", RANGE, Listing((1, 2, 3, 4, 5)), Listing(("x", "y")))
    assert (centre.role, centre.settings) == ("centre", (("a", 5), ("b", 3), ("c", "x")))
    assert [point.role for point in others] == [
        "low:a", "high:a", "low:b", "other:b", "other:b", "high:b", "high:c",
    ]  # fmt: skip
    for point in others:
        changed = [new[0] for new, old in zip(point.settings, centre.settings, strict=True) if new != old]
        assert changed == [point.role.split(":")[1]]


# morris


def walks(found: tuple[Point, ...]) -> list[list[Point]]:
    by_walk: dict[str, list[Point]] = {}
    for point in found:
        by_walk.setdefault(point.role.split(":")[1], []).append(point)
    return list(by_walk.values())


def test_each_step_of_a_trajectory_moves_one_factor_and_every_factor_moves_once() -> None:
    for walk in walks(points("morris", RANGE, RANGE, RANGE)):
        moved = []
        for before, after in itertools.pairwise(walk):
            steps = np.subtract(after.coordinates, before.coordinates)
            (place,) = np.flatnonzero(steps)
            assert abs(steps[place]) == pytest.approx(2 / 3)
            assert after.role.split(":")[2] == "abc"[place]
            moved.append(place)
        assert sorted(moved) == [0, 1, 2]


def test_all_levels_of_a_trajectory_are_equally_likely() -> None:
    seen = Counter(np.round(cube(points("morris", RANGE, RANGE, size=1000)).ravel() * 3))
    assert set(seen) == {0, 1, 2, 3}
    # Of 6000 coordinates, each level has a quarter; within a walk they depend on each other: bounds of 5 sd.
    assert all(abs(count - 1500) < 5 * (6000 * 3 / 16 * 2) ** 0.5 for count in seen.values())


def test_every_step_changes_a_list_of_two_and_of_three() -> None:
    for walk in walks(points("morris", Listing((1, 2)), Listing((1, 2, 3)))):
        assert all(before.settings != after.settings for before, after in itertools.pairwise(walk))


# csv


def from_file(folder: Path, table: str, *lines: str) -> Study:
    stated = "factors:\n" + "".join(f"  {line}\n" for line in lines) if lines else ""
    path = write_study(folder, STUDY.replace(FACTORS, stated) + "design: csv:points.csv\n")
    (folder / "points.csv").write_text(table, encoding="utf-8")
    return read_study(path)


def faults(folder: Path, table: str, *lines: str) -> list[str]:
    with pytest.raises(ScenarioFaults) as caught:
        from_file(folder, table, *lines)
    return [f"{fault.line} {fault.path}: {fault.message}; {fault.hint}" for fault in caught.value.faults]


def test_a_file_gives_a_setting_in_each_row(tmp_path: Path) -> None:
    read = from_file(tmp_path, f"{PATIENCE},levers.replenish.s,levers.ship\n3 d,4,partial\n9 d,6,complete\n")
    assert [point.settings for point in read.points] == [
        ((PATIENCE, "3 d"), ("levers.replenish.s", 4), ("levers.ship", "partial")),
        ((PATIENCE, "9 d"), ("levers.replenish.s", 6), ("levers.ship", "complete")),
    ]


def test_equal_numbers_may_be_written_differently(tmp_path: Path) -> None:
    read = from_file(tmp_path, "costs.contact,levers.replenish.s\n1,4\n1.0,6\n")
    assert [point.settings[0][1] for point in read.points] == [1, 1.0]


def test_a_column_may_be_a_factor_with_a_name(tmp_path: Path) -> None:
    lines = (
        "fees: {paths: [costs.contact, costs.backorder]}",
        f"mood: {{sets: {{calm: {{{PATIENCE}: 20 d}}, hasty: {{{PATIENCE}: 2 d}}}}}}",
    )
    read = from_file(tmp_path, "mood,fees\nhasty,1.5\ncalm,2\n", *lines)
    assert read.points[0].overrides == {PATIENCE: '"2 d"', "costs.contact": "1.5", "costs.backorder": "1.5"}


def test_the_content_of_the_file_names_the_store(tmp_path: Path) -> None:
    one = from_file(tmp_path, "levers.replenish.s\n4\n6\n").store
    assert from_file(tmp_path, "levers.replenish.s\n4\n7\n").store != one


@pytest.mark.parametrize(
    ("table", "lines", "said"),
    [
        ("levers.replenish.z\n4\n", (), "column 'levers.replenish.z': there is no 'z' in levers.replenish"),
        ("levers.replenish.s\n", (), "there are no settings in it"),
        ("levers.replenish.s,\n4,5\n", (), "its first line must name every column, and differently"),
        ("levers.replenish.s\n4\n4,5\n", (), "line 3 has 2 cells, not 1 as the first"),
        ("levers.replenish.s\nmany\n", (), "'many' is not a whole number"),
        ("levers.replenish.s\n4\n4\n", (), "makes the same scenario as"),
        ("levers.replenish.s\n4\n", ("levers.replenish.s: [4]",), "the values of this factor are in the design's file"),
        ("levers.replenish.s\n4\n", ("x: {paths: [costs.contact]}",), "no column of the design's file is called 'x'"),
        (
            "x\nhgih\n",
            ("x: {sets: {high: {costs.contact: 1}}}",),
            "'hgih', which `sets` does not; did you mean 'high'?",
        ),
    ],
)
def test_a_faulty_file_is_told(tmp_path: Path, table: str, lines: tuple[str, ...], said: str) -> None:
    found = faults(tmp_path, table, *lines)
    assert any(said in fault for fault in found), found


def test_a_missing_file_is_told_with_what_was_meant(tmp_path: Path) -> None:
    path = write_study(tmp_path, STUDY.replace(FACTORS, "") + "design: csv:pionts.csv\n")
    (tmp_path / "points.csv").write_text("levers.replenish.s\n4\n", encoding="utf-8")
    with pytest.raises(ScenarioFaults, match=r"'pionts.csv': this file cannot be read .*did you mean 'points.csv'"):
        read_study(path)


# all together


def test_a_study_says_what_it_did_otherwise_than_asked(tmp_path: Path) -> None:
    text = STUDY.replace(FACTORS, f"factors:\n  {PATIENCE}: {{from: 3 d, to: 9 d}}\n") + "design: sobol\npoints: 5\n"
    read = read_study(write_study(tmp_path, text))
    assert read.notes == ("5 points are raised to 8: Sobol points come in powers of two",)
    assert len(read.points) == 8 * 3


def test_points_of_chance_may_make_the_same_scenario(tmp_path: Path) -> None:
    text = STUDY.replace(FACTORS, "factors:\n  levers.replenish.s: [4, 6]\n") + "design: lhs\npoints: 10\n"
    read = read_study(write_study(tmp_path, text))
    assert len(read.digests) == 10
    assert len(set(read.digests)) == 2
