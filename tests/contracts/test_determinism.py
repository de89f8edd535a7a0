"""Same inputs, same bytes: in other processes, with other hash seeds, with more workers, beside other things."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from sim import load_scenario, run
from sim.saving import COLUMNS, CSV, LEDGERS, PARQUET

SHOP = """\
version: 1
title: A shop with everything that chance moves
world:
  calendar: {warm_up: 10 d, measure: 40 d, run_out: 20 d}
  products: {gadget: {price: 40, unit_cost: 15}, gizmo: {}}
  suppliers: {factory: {capacity: 30/d}, plant: {}}
  warehouses: {main: {}, depot: {}}
  lanes:
    - {from: factory, to: main, lead_time: "gamma(mean=6 d, cv=0.4)", slip: {late: 30 %, mean: 2 d}}
    - {from: plant, to: depot, lead_time: "lognormal(mean=4 d, cv=0.5)", crossover: true}
  customers:
    shoppers: {buys: gadget, from: main, visits: 5/d, size: "poisson(mean=1.5)", change_of_mind: 0.02/d}
    locals: {buys: gizmo, from: depot, visits: 3/d}
  demand: [{kind: viral, product: gadget, at: 10 d, multiplier: 4, decay: 5 d}]
  disruptions:
    - {kind: supplier_down, supplier: factory, every: "exponential(mean=20 d)", lasts: "exponential(mean=4 d)"}
levers: {replenish: {rule: s_S, s: 25, S: 60}, ship: partial}
policies:
  out_of_stock: {}
  backorder: {when_short: backorder}
plan: {seed: 7, replications: 4}
"""
NUMBERS = (PARQUET, CSV, COLUMNS, LEDGERS)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scenario") / "shop.yaml"
    path.write_text(SHOP, encoding="utf-8")
    return path


def digests(shop: Path, out: Path, *, hash_seed: str, workers: int) -> dict[str, str]:
    """Run in a process of its own; the digest of every file of numbers."""
    command = [sys.executable, "-m", "sim", "run", str(shop), "--quiet", "--json"]
    options = ["--workers", str(workers), "--out", str(out)]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    subprocess.run([*command, *options], check=True, env=environment, capture_output=True, timeout=300)
    return {name: sha256((out / name).read_bytes()).hexdigest() for name in NUMBERS}


@pytest.fixture(scope="module")
def reference(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return digests(shop, tmp_path_factory.mktemp("reference"), hash_seed="0", workers=1)


@pytest.mark.parametrize(("hash_seed", "workers"), [("1", 1), ("2", 2)])
def test_other_processes_write_the_same_bytes(
    shop: Path, tmp_path: Path, reference: dict[str, str], hash_seed: str, workers: int
) -> None:
    assert digests(shop, tmp_path, hash_seed=hash_seed, workers=workers) == reference


def test_this_process_writes_them_too(shop: Path, tmp_path: Path, reference: dict[str, str]) -> None:
    out = run(load_scenario(shop)).save(tmp_path)
    assert {name: sha256((out / name).read_bytes()).hexdigest() for name in NUMBERS} == reference


def test_another_policy_beside_them_changes_nothing(shop: Path) -> None:
    more = load_scenario(SHOP.replace("policies:", "policies:\n  capped: {when_short: backorder, cap: 3}"))
    before, after = run(load_scenario(shop)), run(more)
    assert all(after.digests[policy] == before.digests[policy] for policy in before.policies)


def test_a_warehouse_that_nobody_uses_changes_no_number() -> None:
    more = load_scenario(SHOP.replace("depot: {}}", "depot: {}, attic: {}}"))
    assert run(more).digests == run(load_scenario(SHOP)).digests


def test_an_unrelated_stream_leaves_the_others_alone() -> None:
    extra = "locals: {buys: gizmo, from: depot, visits: 3/d}"
    fewer = run(load_scenario(SHOP.replace(extra, "locals: {buys: gizmo, from: depot, visits: 6/d}")))
    before = run(load_scenario(SHOP))
    for measure in ("visits", "units_wanted", "fill_rate", "lost_units", "profit"):
        one = before.array("backorder", measure, scope="main/gadget")
        assert (one == fewer.array("backorder", measure, scope="main/gadget")).all()
