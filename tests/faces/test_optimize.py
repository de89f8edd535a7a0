"""`stockout optimize` and its Python function: what they search, what they choose, and what they say."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from experiments.analysis.intervals import Interval
from experiments.optimize import optimize
from experiments.optimum import Limits, Optimum
from experiments.search import base_of, read_constraint, read_space
from sim import ScenarioFaults, load_scenario, run
from sim.errors import ResultError
from tests.faces.conftest import Stockout
from tests.small_study import SHOP

pytest.importorskip("optuna")

S = "levers.replenish.s"
SMALL = Limits(trials=12, replications=4, finalists=3, most=20)
QUICK = ("--trials", "6", "-n", "4", "--most", "20", "--finalists", "2", "--quiet")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("optimize") / "shop.yaml"
    path.write_text(SHOP.replace("measure: 10 d", "measure: 60 d"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(file: Path) -> Optimum:
    return optimize(file, {S: "0..12"}, subject_to=["fill_rate >= 60 %"], limits=SMALL)


# the space


def values(file: Path, path: str, text: str) -> list[object]:
    (factor,) = read_space({path: text}, base_of(file))
    return [factor.level(at, to_ends=True).value for at in (0.0, 0.5, 1.0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("4..12", [4, 8, 12]), ("0..4", [0, 2, 4]), (" 2 .. 10 ", [2, 6, 10])],
)
def test_ranges_of_whole_numbers(file: Path, text: str, expected: list[object]) -> None:
    assert values(file, S, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 d..10 d", ["2 d", "6 d", "10 d"]),
        ("2..10 d", ["2 d", "6 d", "10 d"]),
        ("1 d..9 d log", ["1 d", "3 d", "9 d"]),
    ],
)
def test_ranges_with_units(file: Path, text: str, expected: list[object]) -> None:
    assert values(file, "levers.promise.least_width", text) == expected


def test_lists_of_values(file: Path) -> None:
    (factor,) = read_space({"levers.allocate": "[fifo, edd]"}, base_of(file))
    assert [level.value for level in factor.levels()] == ["fifo", "edd"]


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("levers.replenish.t", "1..2", "there is no 't'"),
        (S, "12..4", "not above"),
        (S, "3", "is no range"),
        (S, "[3", "is no range"),
        ("levers.allocate", "[fifo, lifo]", "'lifo' is not one of"),
        (S, "1 d..4 %", "not two numbers of one kind"),
    ],
)
def test_a_space_that_cannot_be_searched_is_refused(file: Path, path: str, text: str, message: str) -> None:
    with pytest.raises(ResultError, match=message):
        read_space({path: text}, base_of(file))


# constraints


@pytest.mark.parametrize(
    ("text", "measure", "at_least", "bound"),
    [
        ("promise_kept >= 95 %", "promise_kept", True, 0.95),
        ("promise_kept>=0.95", "promise_kept", True, 0.95),
        ("delivery_time <= 9 d", "delivery_time", False, 9.0),
    ],
)
def test_constraints_as_written(text: str, measure: str, at_least: bool, bound: float) -> None:
    found = read_constraint(text)
    assert (found.measure, found.at_least, found.bound) == (measure, at_least, pytest.approx(bound))


def test_a_constraint_on_nothing_holds() -> None:
    assert read_constraint("promise_kept >= 95 %").excess(float("nan")) <= 0


@pytest.mark.parametrize(
    "text", ["promise_kept > 95 %", "promise_kept >= much", "promise_kept >= 3 /d", "promises >= 1"]
)
def test_a_constraint_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ResultError, match=r"constraint|promise_kept"):
        read_constraint(text)


# the search


def test_the_choice_is_feasible_on_tapes_that_the_search_never_saw(found: Optimum, file: Path) -> None:
    assert found.best is not None
    settings = found.best.candidate.overrides
    fresh = run(load_scenario(file, overrides=settings), policies=[found.best.candidate.policy], replications=30)
    values = fresh.array(found.best.candidate.policy, "total_value")[10:]
    assert found.best.goal.value == pytest.approx(values.mean())
    assert np.nanmean(fresh.array(found.best.candidate.policy, "fill_rate")[10:]) >= 0.6


def test_every_candidate_meets_the_same_tapes(found: Optimum, file: Path) -> None:
    for trial in found.trials[:4]:
        results = run(load_scenario(file, overrides=trial.candidate.overrides), policies=[trial.candidate.policy])
        assert trial.goal.value == pytest.approx(results.array(trial.candidate.policy, "total_value").mean())


def test_finalists_are_set_beside_the_choice_on_tapes_that_both_met(found: Optimum) -> None:
    assert found.leads[0] == Interval(0, 0, 0)
    assert len(found.leads) == len(found.finalists) == SMALL.finalists
    assert all(lead.high > -found.indifference for lead in found.leads)


def test_no_candidate_is_run_twice(found: Optimum) -> None:
    keys = [trial.candidate.key for trial in found.trials]
    assert len(set(keys)) == len(keys)


def test_the_scenario_as_written_competes(found: Optimum) -> None:
    assert [str(trial.candidate) for trial in found.trials[:2]] == ["out_of_stock, as written", "backorder, as written"]


def test_what_breaks_a_constraint_never_wins(file: Path) -> None:
    task = {"goal": "turns", "limits": SMALL, "policies": ["backorder"]}
    free = optimize(file, {S: "0..12"}, **task)  # type: ignore[arg-type]
    bound = optimize(file, {S: "0..12"}, subject_to=["fill_rate >= 90 %"], **task)  # type: ignore[arg-type]
    assert free.best is not None
    assert bound.best is not None
    assert bound.best.bounds[0].value >= 0.9
    assert bound.best.goal.value < free.best.goal.value - free.indifference


def test_a_goal_to_keep_low_is_made_low(file: Path) -> None:
    low = optimize(file, {S: "0..12"}, goal="lost_share", limits=SMALL, policies=["out_of_stock"])
    assert low.best is not None
    assert low.best.goal.value <= min(trial.goal.value for trial in low.trials) + 0.02


def test_an_impossible_constraint_leaves_nothing(file: Path) -> None:
    nothing = optimize(file, {S: "0..3"}, subject_to=["fill_rate >= 100.1 %"], limits=SMALL)
    assert (nothing.best, nothing.selection, nothing.lines, nothing.finalists) == (None, None, (), ())


def test_settings_that_make_no_scenario_are_told_and_passed_over(file: Path) -> None:
    found = optimize(file, {S: "15..40"}, limits=SMALL, policies=["backorder"])  # S is 20
    assert any(trial.error for trial in found.trials)
    assert found.best is not None
    assert not found.best.error


@pytest.mark.parametrize("workers", [1, 2])
def test_equal_seeds_give_equal_outcomes_on_any_number_of_workers(found: Optimum, file: Path, workers: int) -> None:
    again = optimize(file, {S: "0..12"}, subject_to=["fill_rate >= 60 %"], limits=SMALL, workers=workers)
    assert repr(again) == repr(found)


def test_another_seed_is_another_search(found: Optimum, file: Path) -> None:
    other = optimize(file, {S: "0..12"}, subject_to=["fill_rate >= 60 %"], limits=SMALL, seed=12)
    assert [trial.goal for trial in other.trials] != [trial.goal for trial in found.trials]


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ({"goal": "total_worth"}, "total_value|no measure"),
        ({"goal": "visits"}, "neither"),
        ({"policies": ["backorders"]}, "backorder"),
        ({"limits": Limits(replications=1)}, "at least"),
    ],
)
def test_tasks_that_make_no_sense_are_refused(file: Path, task: Mapping[str, object], message: str) -> None:
    with pytest.raises(ResultError, match=message):
        optimize(file, {S: "4..6"}, **task)  # type: ignore[arg-type]


def test_a_broken_scenario_is_refused(broken: Path) -> None:
    with pytest.raises(ScenarioFaults):
        optimize(broken, {S: "4..6"})


# the command


def test_the_command_tells_the_choice_and_lines_that_load(stockout: Stockout, file: Path) -> None:
    result = stockout("optimize", file, "--set", f"{S} in 2..8", "--set", "levers.replenish.S=16", *QUICK)
    assert result.exit_code == 0, result.stderr
    assert "levers.replenish.s = " in result.stdout[result.stdout.index("Best: ") :]
    pasted = result.stdout[result.stdout.index("# to paste") :]
    assert pasted.splitlines()[1:3] == ["levers:", "  replenish:"]
    assert pasted.splitlines()[3].startswith("    s: ")


def test_the_command_changes_the_scenario_before(stockout: Stockout, file: Path) -> None:
    fixed = ("--set", "levers.replenish.S=30", "--set", f"{S} in 25..29")
    result = stockout("optimize", file, *fixed, "-p", "backorder", "--json", *QUICK)
    document = json.loads(result.stdout)
    assert not any(trial["error"] for trial in document["trials"])
    assert document["best"]["candidate"]["policy"] == "backorder"
    assert set(document["selection"]) >= {"best", "counts", "chance", "limited"}


def test_nothing_feasible_is_exit_code_1(stockout: Stockout, file: Path) -> None:
    result = stockout("optimize", file, "--set", f"{S} in 2..3", "--subject-to", "fill_rate >= 101 %", *QUICK)
    assert result.exit_code == 1
    assert "nothing that was tried keeps fill_rate >= 101 %" in result.stderr


def test_what_stands_in_a_list_is_given_as_an_option(stockout: Stockout, file: Path) -> None:
    path = "lanes.factory-main.lead_time"
    result = stockout("optimize", file, "--set", f"{path} in [3 d, 5 d]", "-p", "backorder", "--json", *QUICK)
    lines = json.loads(result.stdout)["yaml"]
    assert lines == [] or lines[0].startswith(f"# --set {path}=")


@pytest.mark.parametrize("stated", ["levers.replenish.s=4", " in 4..5"])
def test_nothing_to_search_is_wrong_usage(stockout: Stockout, file: Path, stated: str) -> None:
    assert stockout("optimize", file, "--set", stated, *QUICK).exit_code == 2


def test_without_optuna_one_line_says_what_to_install(
    stockout: Stockout, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    result = stockout("optimize", file, "--set", f"{S} in 2..8", *QUICK)
    assert result.exit_code == 2
    assert result.stderr == "error: `optimize` needs Optuna: pip install 'stockout[optimize]'\n"


def test_the_command_of_the_guide_works(stockout: Stockout, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parents[2]
    guide = (root / "experiments" / "README.md").read_text(encoding="utf-8")
    (line,) = (line for line in guide.splitlines() if line.startswith("$ stockout optimize"))
    monkeypatch.chdir(root)
    result = stockout(*shlex.split(line)[2:], "--quiet")
    assert result.exit_code == 0, result.stderr
    assert re.search(r"# (to paste into|nothing to change in) calm_reference\.yaml", result.stdout)
