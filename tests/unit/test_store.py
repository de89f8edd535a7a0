"""Stores of studies: what their rows, parts and manifests hold, and what is kept of them."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import time

import numpy as np
import pandas as pd
import pytest

import experiments.store
import experiments.store_files
import experiments.task
from experiments.columns import Layout
from experiments.parts import ROWS, Share, shares_of
from experiments.plan import Study, read_study
from experiments.run import StudyOutcome, run_study
from experiments.store import Store, read_manifest, read_series, read_store
from experiments.store_files import StoreError
from experiments.summary import PointResults, headline, summary, verdicts
from experiments.task import Outcome
from sim import MEASURES, VERSION, Played, ReplicationError, Scenario, Tape, draw_tape, load_scenario, path, play, run
from sim.errors import ResultError
from tests.small_study import FACTORS, STUDY, contents, write_study

MEDIAN, REORDER = "customers.shoppers.patience.median", "levers.replenish.s"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> StudyOutcome:
    """A finished study that no test changes."""
    return run_study(write_study(tmp_path_factory.mktemp("study")))


@pytest.fixture(scope="module")
def rows(outcome: StudyOutcome) -> pd.DataFrame:
    return read_store(outcome.store)


@pytest.fixture
def small(tmp_path: Path) -> Study:
    """A study of two points that a test may change."""
    return read_study(write_study(tmp_path, STUDY.replace("[4, 6, 8]", "[4]")))


# rows


def test_every_point_policy_and_replication_is_one_row_in_order(rows: pd.DataFrame) -> None:
    expected = [(p, policy, r) for p in range(6) for policy in ("out_of_stock", "backorder") for r in range(4)]
    assert list(zip(rows["point"], rows["policy"], rows["replication"], strict=True)) == expected


def test_rows_hold_what_a_run_of_the_same_setting_gives(rows: pd.DataFrame, outcome: StudyOutcome) -> None:
    scenario = load_scenario(outcome.store.parents[1] / "shop.yaml", overrides={MEDIAN: "9 d", REORDER: "6"})
    results = run(scenario)
    mine = rows[(rows[MEDIAN] == "9 d") & (rows[REORDER] == 6) & (rows["policy"] == "backorder")]
    assert list(mine["ledger"]) == list(results.digests["backorder"])
    for measure in MEASURES:
        np.testing.assert_array_equal(mine[measure].to_numpy(), results.array("backorder", measure))


def test_columns_are_keys_then_all_measures(rows: pd.DataFrame) -> None:
    keys = ["point", MEDIAN, REORDER, "policy", "replication", "status", "error", "ledger", "key"]
    assert list(rows.columns) == [*keys, *MEASURES]


def test_only_the_measures_asked_for_are_kept(tmp_path: Path) -> None:
    path = write_study(tmp_path, STUDY + "measures: [fill_rate, revenue]\n")
    assert set(read_store(run_study(path).store).columns) & set(MEASURES) == {"fill_rate", "revenue"}


@pytest.mark.parametrize(
    ("values", "kind", "kept"),
    [
        ("[4, 6]", "int64", [4, 6]),
        ("[5, auto]", "text", ["5", "auto"]),
        ("[null, 6]", "text", ["null", "6"]),
    ],
)
def test_a_factor_is_a_column_of_numbers_if_all_its_values_are(
    tmp_path: Path, values: str, kind: str, kept: list[object]
) -> None:
    text = f"{STUDY.replace(FACTORS, '')}policies: [backorder]\nfactors: {{policies.backorder.cap: {values}}}\n"
    if "auto" in values:
        text = text.replace("policies.backorder.cap", REORDER)
    column = read_store(run_study(write_study(tmp_path, text)).store).iloc[:, 1]
    assert list(dict.fromkeys(column)) == kept
    assert (column.dtype == "int64") == (kind == "int64")


@pytest.mark.parametrize(
    ("factor", "kind"),
    [("customers.shoppers.patience.sigma: [1, 0.5]", "float64"), ("lanes.0.crossover: [true, false]", "bool")],
)
def test_shares_and_switches_have_columns_of_their_kind(tmp_path: Path, factor: str, kind: str) -> None:
    path = write_study(tmp_path, STUDY.replace(FACTORS, f"factors: {{{factor}}}\n"))
    assert read_store(run_study(path).store)[factor.partition(":")[0]].dtype == kind


# parts


def shared(folder: Path, text: str) -> tuple[Study, list[Share]]:
    study = read_study(write_study(folder, STUDY + text))
    return study, [share for shares in shares_of(study) for share in shares]


@pytest.mark.parametrize("replications", [2, 4, 41, 42, 249, 250, 501, 2000])
def test_parts_are_few_and_hold_every_row_once(tmp_path: Path, replications: int) -> None:
    _, shares = shared(tmp_path, f"replications: {replications}\n")
    held = [(p, r) for share in shares for p in share.points for r in share.replications]
    assert sorted(held) == [(p, r) for p in range(6) for r in range(replications)]
    assert all(2 * len(share.points) * len(share.replications) >= ROWS for share in shares) or len(shares) == 1


def test_many_tiny_points_share_a_part(tmp_path: Path) -> None:
    text = STUDY.replace("[3 d, 9 d]", str([f"{hours} h" for hours in range(1, 102)])) + "replications: 2\n"
    shares = [share for shares in shares_of(read_study(write_study(tmp_path, text))) for share in shares]
    assert [len(share.points) for share in shares] == [151, 152]


def test_parts_of_unknown_length_double(tmp_path: Path) -> None:
    text = "precision: {measures: {revenue: {relative: 5 %}}, limit: 1000}\n"
    _, shares = shared(tmp_path, text)
    assert [(each.replications.start, each.replications.stop) for each in shares if 0 in each.points] == [
        (0, 42), (42, 84), (84, 168), (168, 336), (336, 672), (672, 1000),
    ]  # fmt: skip


def test_names_of_parts_in_order_are_parts_in_order(tmp_path: Path) -> None:
    _, shares = shared(tmp_path, "replications: 2000\n")
    names = [share.name for share in shares]
    assert names == sorted(names)
    assert len(set(names)) == len(names)


def layout_of(study: Study) -> Layout:
    return Layout(study.digest[:16], study.points, study.policies, study.measures)


def made_up(study: Study, *, error: str = "", replications: int = 4) -> list[Outcome]:
    """Outcomes of all points that nobody ran."""
    values = np.arange(2.0 * len(study.measures)).reshape(2, -1)
    return [
        Outcome(point, number, values, ("one", "two"), (error, ""))
        for point in range(len(study.points))
        for number in range(replications)
    ]


def filled(study: Study) -> tuple[Store, Share]:
    """A store with its only part made up."""
    store, share = Store(study), shares_of(study)[0][0]
    store.write(share, layout_of(study).table(made_up(study)))
    return store, share


def test_a_whole_part_is_kept(small: Study) -> None:
    store, share = filled(small)
    kept = store.kept(share)
    assert kept is not None
    assert kept.num_rows == 16


def test_outcomes_are_read_back_as_they_were(small: Study) -> None:
    layout, made = layout_of(small), made_up(small, error="no")
    again = layout.outcomes(layout.table(made))
    assert [(each.point, each.replication, each.errors, each.ledgers) for each in again] == [
        (each.point, each.replication, each.errors, each.ledgers) for each in made
    ]
    assert all(np.array_equal(one.values, other.values) for one, other in zip(made, again, strict=True))


def test_the_order_in_which_outcomes_came_does_not_show(small: Study) -> None:
    layout, made = layout_of(small), made_up(small)
    assert layout.table(made).equals(layout.table(made[::-1]))


def test_an_absent_part_is_not_kept(small: Study) -> None:
    store, share = filled(small)
    (store.folder / share.name).unlink()
    assert store.kept(share) is None


@pytest.mark.parametrize("part", [0.0, 0.3, 0.99])
def test_a_part_cut_short_is_not_kept(small: Study, part: float) -> None:
    store, share = filled(small)
    file = store.folder / share.name
    file.write_bytes(file.read_bytes()[: int(part * file.stat().st_size)])
    assert store.kept(share) is None


def test_a_part_in_the_place_of_another_is_not_kept(tmp_path: Path) -> None:
    study, shares = shared(tmp_path, "replications: 500\n")
    store = Store(study)
    rows = layout_of(study).table(made_up(study, replications=250)[:250])
    store.write(shares[0], rows)
    (store.folder / shares[1].name).write_bytes((store.folder / shares[0].name).read_bytes())
    assert store.kept(shares[0]) is not None
    assert store.kept(shares[1]) is None


def test_a_part_that_the_manifest_does_not_know_is_not_kept(tmp_path: Path) -> None:
    run_study(write_study(tmp_path))
    study = read_study(tmp_path / "study.yaml")
    share = shares_of(study)[0][0]
    assert Store(study).kept(share) is not None
    filled(study)
    assert Store(study).kept(share) is None


def test_a_part_with_rows_missing_is_not_kept(small: Study) -> None:
    store, share = filled(small)
    store.write(share, layout_of(small).table(made_up(small)[:1]))
    assert store.kept(share) is None


def test_a_part_made_with_other_packages_is_not_kept(small: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    _, share = filled(small)
    monkeypatch.setattr(experiments.store, "packages", lambda: {"numpy": "9.9"})
    assert Store(small).kept(share) is None


def test_rows_put_aside_are_found_until_their_part_is_complete(small: Study) -> None:
    store, share = Store(small), shares_of(small)[0][0]
    rows = layout_of(small).table(made_up(small)[:3])
    store.set_aside(share, rows)
    aside = store.unfinished(share)
    assert aside is not None
    assert layout_of(small).outcomes(aside)[2].replication == 2
    assert store.kept(share) is None
    filled(small)
    assert store.unfinished(share) is None


def test_an_old_half_written_file_is_removed_and_a_young_one_left_alone(small: Study) -> None:
    store, _ = filled(small)
    old, young = store.folder / "part.parquet.1.tmp", store.folder / "part.parquet.2.tmp"
    for half in (old, young):
        half.write_bytes(b"half")
    os.utime(old, (time() - 7200, time() - 7200))
    Store(small)
    assert (old.exists(), young.exists()) == (False, True)


def test_writing_leaves_no_half_written_file(small: Study) -> None:
    store, share = filled(small)
    assert [path.name for path in store.folder.iterdir()] == [share.name]


# stores that cannot be written


def refusing(number: int) -> Callable[[int], None]:
    def fsync(_file: int) -> None:
        raise OSError(number, os.strerror(number))

    return fsync


def test_a_full_disk_is_one_line_and_leaves_nothing_half_written(
    small: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, share = filled(small)
    before = contents(store.folder)
    monkeypatch.setattr(experiments.store_files.os, "fsync", refusing(errno.ENOSPC))
    with pytest.raises(StoreError, match="cannot be written: no space left on device; what was completed is kept"):
        store.write(share, layout_of(small).table(made_up(small, error="other")))
    assert contents(store.folder) == before


def test_a_store_where_a_file_is_in_the_way_is_one_line(small: Study) -> None:
    small.store.parent.mkdir()
    small.store.write_text("no folder", encoding="utf-8")
    with pytest.raises(StoreError, match=r"cannot be written: file exists"):
        Store(small)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_store_is_one_line_before_the_first_run(tmp_path: Path) -> None:
    path = write_study(tmp_path)
    (tmp_path / "store").mkdir(mode=0o500)
    with pytest.raises(StoreError, match="cannot be written: permission denied"):
        run_study(path)


def test_a_finished_store_need_not_be_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_study(tmp_path)
    run_study(path)
    monkeypatch.setattr(experiments.store_files.os, "fsync", refusing(errno.EROFS))
    assert run_study(path).runs == 48


# manifest and log


def test_the_manifest_tells_how_to_run_the_same_again(outcome: StudyOutcome) -> None:
    manifest = read_manifest(outcome.store)
    assert manifest["engine"] == VERSION
    assert manifest["study"]["seed"] == 11
    assert manifest["complete"] is True
    assert manifest["counts"] == {"points": 6, "runs": 48, "failures": 0}
    assert manifest["points"][5]["settings"] == {MEDIAN: "9 d", REORDER: 8}
    again = Scenario.model_validate(manifest["scenario"])
    assert again.digest == manifest["scenario_digest"]


def test_the_manifest_knows_no_time_machine_or_worker(outcome: StudyOutcome) -> None:
    text = (outcome.store / "manifest.json").read_text(encoding="utf-8")
    assert str(outcome.store.parents[1]) not in text
    assert "workers" not in text
    assert not re.search(r"20\d\d-\d\d-\d\dT\d\d", text)


def test_the_log_knows_them(outcome: StudyOutcome) -> None:
    (line,) = (outcome.store / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert set(json.loads(line)) == {"began", "seconds", "executor", "runs"}


def test_points_say_how_their_replications_ended(tmp_path: Path) -> None:
    text = STUDY + "precision: {measures: {fill_rate: {half_width: 8 %}}, minimum: 5, look_ahead: 2, limit: 9}\n"
    store = run_study(write_study(tmp_path, text)).store
    ends = {(point["replications"], point["stopped_by"]) for point in read_manifest(store)["points"]}
    assert ends <= {(7, "precision"), (8, "precision"), (9, "precision"), (9, "limit")}
    assert len(read_store(store)) == 2 * sum(point["replications"] for point in read_manifest(store)["points"])


def test_a_study_under_git_knows_its_commit_and_whether_files_differ(tmp_path: Path) -> None:
    file = write_study(tmp_path)
    who = ("-c", "user.name=n", "-c", "user.email=e@example.org")
    for command in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "A study")):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    clean = read_manifest(run_study(file).store)["git"]
    assert re.fullmatch("[0-9a-f]{40}", clean["commit"])
    assert clean["dirty"] is False
    file.write_text(STUDY.replace("It helps.", "It does not."), encoding="utf-8")
    assert read_manifest(run_study(file).store)["git"] == {**clean, "dirty": True}


# what is kept over time


def test_series_hold_what_the_ledger_says(tmp_path: Path) -> None:
    store = run_study(write_study(tmp_path, STUDY + "series: {every: 2 d, of: [on_hand]}\n")).store
    series = read_series(store)
    scenario = load_scenario(tmp_path / "shop.yaml", overrides={MEDIAN: "9 d", REORDER: "6"})
    tape = draw_tape(scenario.world, seed=11, replication=2)
    ledger = play(scenario, "backorder", tape).ledger
    mine = series[series["key"] == f"{store.name}/4/backorder/2"]
    assert list(mine["t"]) == [0, 2, 4, 6, 8, 10, 12, 14]
    assert set(mine["stock"] + mine["name"]) == {"main/gadgeton_hand"}
    expected = path(scenario.world, ledger, tape.visits, 0, "on_hand", grid=2 * 86_400)
    np.testing.assert_array_equal(mine["value"].to_numpy(), expected)


def test_a_lost_series_is_made_again(tmp_path: Path) -> None:
    file = write_study(tmp_path, STUDY + "series: {}\n")
    store = run_study(file).store
    whole = read_series(store)
    next((store / "series").iterdir()).unlink()
    with pytest.raises(ResultError, match="was lost or changed"):
        read_series(store)
    run_study(file)
    pd.testing.assert_frame_equal(read_series(store), whole)


def test_a_study_without_series_says_so(outcome: StudyOutcome) -> None:
    with pytest.raises(ResultError, match="its study has no `series`"):
        read_series(outcome.store)


# reading


def test_an_unfinished_store_cannot_be_read(small: Study) -> None:
    store, _ = filled(small)
    store.begin()
    assert read_manifest(store.folder, unfinished=True)["complete"] is False
    with pytest.raises(ResultError, match="not the store of a finished study"):
        read_store(store.folder)


def test_another_manifest_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ResultError, match="not the manifest of a study"):
        read_store(tmp_path)


@pytest.mark.parametrize("harm", ["lost", "changed"])
def test_a_harmed_store_cannot_be_read_until_it_is_mended(tmp_path: Path, harm: str) -> None:
    file = write_study(tmp_path)
    store = run_study(file).store
    (part,) = store.glob("*.parquet")
    part.unlink() if harm == "lost" else part.write_bytes(part.read_bytes()[:-9] + bytes(9))
    with pytest.raises(ResultError, match=part.name):
        read_store(store)
    run_study(file)
    assert len(read_store(store)) == 48


# failures


def failing(scenario: Scenario, policy: str, tape: Tape) -> Played:
    """Like `play`, but backorders fail in replication 1."""
    if tape.replication == 1 and policy == "backorder":
        raise ReplicationError(policy, tape.replication, tape.seed, "AuditError: a unit is missing")
    return play(scenario, policy, tape)


@pytest.fixture
def failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudyOutcome:
    monkeypatch.setattr(experiments.task, "play", failing)
    return run_study(write_study(tmp_path))


def test_a_failed_run_is_a_row_with_its_reason(failed: StudyOutcome) -> None:
    rows = read_store(failed.store)
    wrong = rows[rows["status"] == "error"]
    assert failed.failures == len(wrong) == 6
    assert set(zip(wrong["policy"], wrong["replication"], strict=True)) == {("backorder", 1)}
    assert set(wrong["error"]) == {"AuditError: a unit is missing"}
    assert wrong["revenue"].isna().all()


def test_the_other_policies_of_a_failed_replication_are_kept(failed: StudyOutcome, rows: pd.DataFrame) -> None:
    kept = read_store(failed.store).query("policy == 'out_of_stock'").reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, rows.query("policy == 'out_of_stock'").reset_index(drop=True))


def test_failures_are_counted_and_named_in_the_manifest_and_when_resumed(failed: StudyOutcome) -> None:
    manifest = read_manifest(failed.store)
    assert manifest["counts"]["failures"] == 6
    named = {"key": f"{failed.store.name}/0/backorder/1", "error": "AuditError: a unit is missing"}
    assert manifest["failures"][0] == named
    assert run_study(failed.store.parents[1] / "study.yaml").failures == 6


def test_a_tape_that_cannot_be_drawn_fails_all_policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(*_: object, seed: int, replication: int) -> Tape:
        raise RuntimeError(f"no chance with {seed} and {replication}")

    monkeypatch.setattr(experiments.task, "draw_tape", draw)
    outcome = run_study(write_study(tmp_path))
    assert outcome.failures == outcome.runs == 48
    assert read_store(outcome.store)["error"][3] == "RuntimeError: no chance with 11 and 3"


def test_precision_goes_on_where_runs_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiments.task, "play", failing)
    text = STUDY + "precision: {measures: {fill_rate: {half_width: 50 %}}, minimum: 4, look_ahead: 1, limit: 9}\n"
    outcome = run_study(write_study(tmp_path, text))
    assert outcome.failures == 6
    assert {point["stopped_by"] for point in read_manifest(outcome.store)["points"]} == {"precision"}


# what a study says


def test_each_point_is_compared_as_its_scenario_would_be(outcome: StudyOutcome) -> None:
    found = verdicts(outcome.store, on=["fill_rate"])[4].finding("backorder", "fill_rate").difference
    scenario = load_scenario(outcome.store.parents[1] / "shop.yaml", overrides={MEDIAN: "9 d", REORDER: "6"})
    results = run(scenario)
    apart = results.array("backorder", "fill_rate") - results.array("out_of_stock", "fill_rate")
    assert found.mean == pytest.approx(apart.mean())


def test_the_summary_has_a_row_for_each_point(outcome: StudyOutcome) -> None:
    lines = [line for line in outcome.summary if line.startswith("|")]
    assert lines[0].split("|")[1:4] == [" median ", " s ", " backorder" + " " * (len(lines[0].split("|")[3]) - 10)]
    assert len(lines) == 2 + 6
    assert len({len(line) for line in lines}) == 1


def test_the_summary_of_one_policy_says_so(tmp_path: Path) -> None:
    path = write_study(tmp_path, STUDY + "policies: [backorder]\n")
    assert summary(run_study(path).store) == ("One policy was run: there is nothing to compare.",)


def test_the_summary_tells_factors_apart(tmp_path: Path) -> None:
    factors = "factors: {policies.backorder.promise.width: [1 d, 2 d], policies.out_of_stock.promise.width: [3 d]}\n"
    lines = run_study(write_study(tmp_path, STUDY.replace(FACTORS, factors))).summary
    assert lines[2].startswith("| backorder.promise.width | out_of_stock.promise.width |")


def test_the_headline_is_what_the_study_kept() -> None:
    assert headline(["fill_rate", "total_value"]) == "total_value"
    assert headline(["fill_rate", "revenue", "profit"]) == "profit"
    assert headline(["fill_rate", "revenue"]) == "revenue"
    assert headline(["promise_kept", "fill_rate"]) == "promise_kept"


@pytest.mark.parametrize(("policy", "measure"), [("nobody", "revenue"), ("backorder", "fame")])
def test_points_know_no_other_names(rows: pd.DataFrame, policy: str, measure: str) -> None:
    point = PointResults(("backorder",), ("revenue",), 4, "EUR", rows)
    with pytest.raises(ResultError, match="in this study"):
        point.array(policy, measure)
