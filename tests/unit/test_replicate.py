"""Running policies on replications, and what the results hold."""

from __future__ import annotations

import json
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from math import isnan
from pathlib import Path
from pickle import dumps, loads
from typing import Any

import numpy as np
import pytest

import sim
from sim import Scenario, compare, load_scenario, run, run_cell
from sim.compare.precision import estimate
from sim.errors import ResultError
from sim.replicate import ReplicationError
from sim.results import Results

SHOP = """
version: 1
title: A small shop
world:
  calendar: {warm_up: 5 d, measure: 20 d, run_out: 15 d}
  products: {gadget: {price: 40, unit_cost: 15}}
  suppliers: {factory: {}}
  warehouses: {main: {}, depot: {}}
  lanes:
    - {from: factory, to: main, lead_time: "gamma(mean=5 d, cv=0.4)"}
    - {from: factory, to: depot, lead_time: 3 d}
  customers:
    shoppers: {buys: gadget, from: main, visits: 4/d}
    locals: {buys: gadget, from: depot, visits: 1/d}
levers: {replenish: {rule: r_Q, r: 12, Q: 20}}
policies:
  out_of_stock: {}
  backorder: {when_short: backorder}
  capped: {when_short: backorder, cap: 2}
plan: {seed: 11, replications: 5}
"""


@pytest.fixture(scope="module")
def shop() -> sim.Scenario:
    return load_scenario(SHOP)


@pytest.fixture(scope="module")
def results(shop: sim.Scenario) -> Results:
    return run(shop)


class Backwards(Executor):
    """Runs everything, last first, when the first result is asked for."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Any, tuple[Any, ...]]] = []

    def submit(self, work: Any, /, *args: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = _Lazy(self)
        self.waiting.append((future, work, args))
        return future

    def drain(self) -> None:
        while self.waiting:
            future, work, args = self.waiting.pop()
            future.set_result(work(*args))


class _Lazy(Future[Any]):
    def __init__(self, owner: Backwards) -> None:
        super().__init__()
        self.owner = owner

    def result(self, timeout: float | None = None) -> Any:
        self.owner.drain()
        return super().result(timeout)


def same(one: Results, other: Results) -> bool:
    values = one.values.keys() == other.values.keys() and all(
        np.array_equal(one.values[key], other.values[key], equal_nan=True) for key in one.values
    )
    return values and one.digests == other.digests


# the runner


def test_plan_of_the_scenario_is_followed(results: Results) -> None:
    assert (results.seed, results.replications) == (11, 5)
    assert results.policies == ("out_of_stock", "backorder", "capped")


def test_all_policies_meet_the_same_visits(results: Results) -> None:
    visits = results.array("out_of_stock", "visits")
    assert (visits == results.array("backorder", "visits")).all()
    assert len(set(visits)) > 1


def test_a_policy_alone_gives_the_same_numbers(shop: sim.Scenario, results: Results) -> None:
    alone = run(shop, policies=["capped"])
    assert alone.digests["capped"] == results.digests["capped"]


def test_more_replications_only_add(shop: sim.Scenario, results: Results) -> None:
    assert run(shop, replications=7).digests["backorder"][:5] == results.digests["backorder"]


def test_another_seed_is_another_world(shop: sim.Scenario, results: Results) -> None:
    assert run(shop, seed=12).digests["backorder"] != results.digests["backorder"]


def test_order_of_completion_does_not_matter(shop: sim.Scenario, results: Results) -> None:
    assert same(run(shop, executor=Backwards()), results)


def test_any_executor_will_do(shop: sim.Scenario, results: Results) -> None:
    with ThreadPoolExecutor(2) as executor:
        assert same(run(shop, executor=executor, workers=2), results)


def test_processes_give_the_same_numbers(shop: sim.Scenario, results: Results) -> None:
    assert same(run(shop, workers=2), results)


def test_progress_counts_replications(shop: sim.Scenario) -> None:
    told: list[tuple[int, int]] = []
    run(shop, policies=["backorder"], replications=3, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_progress_of_an_executor_ends_at_the_total(shop: sim.Scenario) -> None:
    told: list[tuple[int, int]] = []
    run(shop, executor=Backwards(), on_progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (5, 5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"policies": ["backoder"]}, "did you mean 'backorder'"),
        ({"policies": []}, "at least one policy"),
        ({"replications": 0}, "0 replications"),
        ({"workers": 0}, "0 workers"),
    ],
)
def test_impossible_runs_are_refused(shop: sim.Scenario, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ResultError, match=message):
        run(shop, **arguments)


def _broken(*_: object) -> None:
    raise RuntimeError("the shelf fell over")


def test_a_failure_names_what_to_run_again(shop: sim.Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.replicate.simulate", _broken)
    with pytest.raises(ReplicationError) as caught:
        run_cell(shop, ["backorder"], 11, 3, None)
    assert str(caught.value) == "policy 'backorder', replication 3, seed 11: RuntimeError: the shelf fell over"


def test_a_failure_travels_between_processes() -> None:
    error = ReplicationError("", 3, 11, "TapeError: torn")
    assert str(loads(dumps(error))) == "the tape, replication 3, seed 11: TapeError: torn"


def test_audit_is_on_for_small_runs_and_can_be_switched_off(
    shop: sim.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.replicate.audit_ledger", _broken)
    run_cell(shop, ["backorder"], 11, 0, False)
    for audit in (None, True):
        with pytest.raises(ReplicationError, match="the shelf fell over"):
            run_cell(shop, ["backorder"], 11, 0, audit)


def test_audit_is_off_for_large_runs_unless_asked(shop: sim.Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.replicate.audit_ledger", _broken)
    monkeypatch.setattr("sim.replicate.AUDIT_BELOW", 10)
    assert run_cell(shop, ["backorder"], 11, 0, None).visits > 10


# the results


def test_summary_is_the_mean_over_replications(results: Results) -> None:
    row = next(r for r in results.summary() if (r.policy, r.measure, r.scope) == ("backorder", "fill_rate", ""))
    mean = estimate(results.array("backorder", "fill_rate"))
    assert (row.mean, row.half_width, row.n) == (mean.mean, mean.half_width, 5)


def test_undefined_measures_stay_undefined(results: Results) -> None:
    row = next(r for r in results.summary() if (r.policy, r.measure, r.scope) == ("out_of_stock", "promise_kept", ""))
    assert row.n == 0
    assert isnan(row.mean)


def test_every_stock_is_a_scope(results: Results) -> None:
    assert results.scopes == ("", "main/gadget", "depot/gadget")
    shares = [results.array("backorder", "visits", scope=scope) for scope in results.scopes]
    assert (shares[0] == shares[1] + shares[2]).all()


def test_table_has_a_column_per_policy(results: Results) -> None:
    table = results.table("profit")
    assert list(table.columns) == list(results.policies)
    assert list(table["capped"]) == list(results.array("capped", "profit"))


def test_frame_is_tidy(results: Results) -> None:
    frame = results.to_frame()
    assert list(frame.columns) == ["policy", "replication", "measure", "scope", "value"]
    assert len(frame) == len(results.values) * 5
    one = frame.query("policy == 'capped' and measure == 'profit' and scope == '' and replication == 2")
    assert one["value"].item() == results.array("capped", "profit")[2]


@pytest.mark.parametrize(
    ("names", "message"),
    [(("backoder", "profit"), "policy 'backoder'"), (("backorder", "proffit"), "did you mean 'profit'")],
)
def test_unknown_names_are_told(results: Results, names: tuple[str, str], message: str) -> None:
    with pytest.raises(ResultError, match=message):
        results.array(*names)


def test_unknown_scope_is_told(results: Results) -> None:
    with pytest.raises(ResultError, match="no scope 'attic'"):
        results.array("backorder", "profit", scope="attic")


def test_results_cannot_be_changed(results: Results) -> None:
    with pytest.raises(FrozenInstanceError):
        results.seed = 5  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        results.array("backorder", "profit")[0] = 0


def test_results_can_be_compared(results: Results) -> None:
    verdict = compare(results, on=["profit", "visits"])
    assert verdict.policies == ("backorder", "capped")
    assert {verdict.rows()[1]["word"], verdict.rows()[3]["word"]} == {"identical"}


# on disk


def test_saved_results_come_back(results: Results, tmp_path: Path) -> None:
    back = Results.load(results.save(tmp_path / "shop"))
    assert same(back, results)
    assert back.scenario.digest == results.scenario.digest
    assert (back.seed, back.policies, back.replications) == (results.seed, results.policies, results.replications)


def test_saved_scenario_runs_again_to_the_same_bytes(results: Results, tmp_path: Path) -> None:
    again = Results.load(results.save(tmp_path))
    assert same(run(again.scenario, seed=again.seed), results)


def test_units_lie_beside_the_numbers(results: Results, tmp_path: Path) -> None:
    columns = json.loads((results.save(tmp_path) / "columns.json").read_text())
    assert set(columns["measures"]) == set(results.measures)
    assert (columns["measures"]["fill_rate"], columns["currency"]) == ("share", "EUR")


def test_manifest_says_how_it_came_about(results: Results, tmp_path: Path) -> None:
    manifest = json.loads((results.save(tmp_path) / "manifest.json").read_text())
    assert manifest["engine"] == sim.VERSION
    assert manifest["scenario_digest"] == results.scenario.digest
    assert {"python", "numpy", "simpy"} <= manifest["packages"].keys()


def test_csv_says_undefined_by_nothing(results: Results, tmp_path: Path) -> None:
    lines = (results.save(tmp_path) / "results.csv").read_text().splitlines()
    assert lines[0] == "policy,replication,measure,scope,value"
    assert "out_of_stock,0,promise_kept,," in lines


def _spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"price": 40', '"price": 41', "not the scenario"),
        ('"seed": 11,\n "repl', '"sed": 11,\n "repl', "not a manifest"),
        ('"replications": 5,\n "pol', '"replications": 6,\n "pol', "5 replications of"),
        ('{\n "engine"', '[\n "engine"', "does not hold saved results"),
    ],
)
def test_tampered_results_are_refused(results: Results, tmp_path: Path, old: str, new: str, message: str) -> None:
    results.save(tmp_path)
    _spoil(tmp_path / "manifest.json", old, new)
    with pytest.raises(ResultError, match=message):
        Results.load(tmp_path)


def test_ledgers_of_another_shape_are_refused(results: Results, tmp_path: Path) -> None:
    results.save(tmp_path)
    (tmp_path / "ledgers.json").write_text("[]")
    with pytest.raises(ResultError, match="does not hold a JSON object"):
        Results.load(tmp_path)


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml")), ids=lambda p: p.stem)
def test_a_scenario_spelled_out_is_the_same_scenario(path: Path) -> None:
    scenario = load_scenario(path)
    assert Scenario.model_validate(sim.resolved(scenario)).digest == scenario.digest


def test_a_package_that_is_not_there_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.saving.PACKAGES", ("simpy", "no-such-package"))
    assert sim.packages()["no-such-package"] == "not installed"


def test_a_folder_without_results_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="does not hold saved results"):
        Results.load(tmp_path)


def test_a_torn_table_is_told(results: Results, tmp_path: Path) -> None:
    results.save(tmp_path)
    (tmp_path / "results.parquet").write_bytes(b"PAR1")
    with pytest.raises(ResultError, match="cannot be read"):
        Results.load(tmp_path)


def test_version_is_that_of_the_project() -> None:
    project = Path(__file__).parents[2] / "pyproject.toml"
    assert f'version = "{sim.VERSION}"' in project.read_text()


def test_regret_is_what_the_clairvoyant_has_more_on_the_same_tape():
    knowing = load_scenario(SHOP.replace("capped:", "seer: {when_short: oracle}\n  capped:"))
    results = run(knowing, replications=2)
    best = results.array("seer", "total_value")
    for policy in results.policies:
        assert results.array(policy, "regret").tolist() == (best - results.array(policy, "total_value")).tolist()


def test_without_a_clairvoyant_there_is_no_regret(results: Results):
    assert np.isnan(results.array("backorder", "regret")).all()
