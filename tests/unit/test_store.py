"""Stores of studies: what their rows, parts and manifests hold, and what is kept of them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from time import time

import numpy as np
import pandas as pd
import pytest

import experiments.run
import experiments.store
from experiments.columns import Row
from experiments.plan import Study, read_study
from experiments.run import StudyOutcome, run_study
from experiments.store import Block, Store, blocks_of, read_manifest, read_store
from experiments.summary import PointResults, headline, summary, verdicts
from sim import MEASURES, VERSION, Cell, ReplicationError, Scenario, load_scenario, run, run_cell
from sim.errors import ResultError, ScenarioError
from tests.small_study import FACTORS, STUDY, write_study

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
    keys = ["point", MEDIAN, REORDER, "policy", "replication", "status", "error", "ledger"]
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


def test_long_replications_are_split_and_nothing_is_lost(small: Study, tmp_path: Path) -> None:
    study = read_study(write_study(tmp_path, STUDY + "replications: 120\n"))
    parts = [block for block in blocks_of(study) if block.point == 1]
    assert [(part.first, part.end) for part in parts] == [(0, 50), (50, 100), (100, 120)]


def test_names_of_parts_in_order_are_parts_in_order(tmp_path: Path) -> None:
    study = read_study(write_study(tmp_path, STUDY + "replications: 2000\n"))
    names = [block.name for block in blocks_of(study)]
    assert names == sorted(names)
    assert len(set(names)) == len(names)


def filled(study: Study) -> tuple[Store, Block]:
    """A store with its first part made up."""
    store, block = Store(study), blocks_of(study)[0]
    made = [Row(p, r, "", "digest", (1.0,) * len(study.measures)) for p in study.policies for r in range(4)]
    store.write(block, made)
    return store, block


def test_a_whole_part_is_kept(small: Study) -> None:
    store, block = filled(small)
    assert store.failures(block) == 0


def test_failed_rows_of_a_kept_part_are_counted(small: Study) -> None:
    store, block = Store(small), blocks_of(small)[0]
    nothing = (float("nan"),) * len(small.measures)
    store.write(block, [Row(p, r, "no" * (r == 2), "", nothing) for p in small.policies for r in range(4)])
    assert store.failures(block) == 2


def test_an_absent_part_is_not_kept(small: Study) -> None:
    store, block = filled(small)
    (store.folder / block.name).unlink()
    assert store.failures(block) is None


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_part_cut_short_is_not_kept(small: Study, share: float) -> None:
    store, block = filled(small)
    path = store.folder / block.name
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    assert store.failures(block) is None


def test_a_part_in_the_place_of_another_is_not_kept(small: Study) -> None:
    store, block = filled(small)
    other = blocks_of(small)[1]
    (store.folder / other.name).write_bytes((store.folder / block.name).read_bytes())
    assert store.failures(other) is None


def test_a_part_that_the_manifest_does_not_know_is_not_kept(tmp_path: Path) -> None:
    study = read_study(write_study(tmp_path))
    run_study(tmp_path / "study.yaml")
    assert Store(study).failures(blocks_of(study)[0]) == 0
    filled(study)
    assert Store(study).failures(blocks_of(study)[0]) is None


def test_a_part_with_rows_missing_is_not_kept(small: Study) -> None:
    store, block = filled(small)
    store.write(block, [Row("backorder", 0, "", "digest", (1.0,) * len(small.measures))])
    assert store.failures(block) is None


def test_a_part_made_with_other_packages_is_not_kept(small: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    _, block = filled(small)
    monkeypatch.setattr(experiments.store, "packages", lambda: {"numpy": "9.9"})
    assert Store(small).failures(block) is None


def test_an_old_half_written_file_is_removed_and_a_young_one_left_alone(small: Study) -> None:
    store, _ = filled(small)
    old, young = store.folder / "point.parquet.1.tmp", store.folder / "point.parquet.2.tmp"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (time() - 7200, time() - 7200))
    Store(small)
    assert (old.exists(), young.exists()) == (False, True)


def test_writing_leaves_no_half_written_file(small: Study) -> None:
    store, block = filled(small)
    assert [path.name for path in store.folder.iterdir()] == [block.name]


# manifest and log


def test_the_manifest_tells_how_to_run_the_same_again(outcome: StudyOutcome) -> None:
    manifest = read_manifest(outcome.store)
    assert manifest["engine"] == VERSION
    assert manifest["study"]["seed"] == 11
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
    assert set(json.loads(line)) == {"began", "seconds", "workers", "runs_done"}


# reading


def test_an_unfinished_store_cannot_be_read(small: Study) -> None:
    store, _ = filled(small)
    with pytest.raises(ResultError, match="not the store of a finished study"):
        read_store(store.folder)


def test_another_manifest_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ResultError, match="not the manifest of a study"):
        read_store(tmp_path)


@pytest.mark.parametrize("harm", ["lost", "changed"])
def test_a_harmed_store_cannot_be_read_until_it_is_mended(tmp_path: Path, harm: str) -> None:
    path = write_study(tmp_path)
    store = run_study(path).store
    part = sorted(store.glob("*.parquet"))[2]
    part.unlink() if harm == "lost" else part.write_bytes(sorted(store.glob("*.parquet"))[3].read_bytes())
    with pytest.raises(ResultError, match=part.name):
        read_store(store)
    run_study(path)
    assert len(read_store(store)) == 48


# failures


def failing(scenario: Scenario, policies: Sequence[str], seed: int, replication: int, audit: bool | None) -> Cell:
    """Like `run_cell`, but backorders fail in replication 1."""
    if replication == 1 and "backorder" in policies:
        raise ReplicationError("backorder", replication, seed, "AuditError: a unit is missing")
    return run_cell(scenario, policies, seed, replication, audit)


@pytest.fixture
def failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudyOutcome:
    monkeypatch.setattr(experiments.run, "run_cell", failing)
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


def test_failures_are_counted_in_the_manifest_and_when_resumed(failed: StudyOutcome) -> None:
    assert read_manifest(failed.store)["counts"]["failures"] == 6
    assert run_study(failed.store.parents[1] / "study.yaml").failures == 6


def test_a_scenario_that_changes_while_its_study_runs_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = read_study(write_study(tmp_path))
    monkeypatch.setattr(experiments.run, "read_study", lambda _: study)
    shop = tmp_path / "shop.yaml"
    shop.write_text(shop.read_text(encoding="utf-8").replace("2/d", "3/d"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="was changed while the study ran"):
        run_study(tmp_path / "study.yaml")


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
    assert headline(["fill_rate", "revenue"]) == "fill_rate"


@pytest.mark.parametrize(("policy", "measure"), [("nobody", "revenue"), ("backorder", "fame")])
def test_points_know_no_other_names(rows: pd.DataFrame, policy: str, measure: str) -> None:
    point = PointResults(("backorder",), ("revenue",), 4, "EUR", rows)
    with pytest.raises(ResultError, match="in this study"):
        point.array(policy, measure)
