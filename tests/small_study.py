"""A small shop and a study of it on disk, for tests of studies."""

from __future__ import annotations

import os
from pathlib import Path

import experiments.flow
import experiments.parts
from experiments.run import run_study

SHOP = """\
version: 1
title: A small shop
world:
  calendar: {measure: 10 d, run_out: 5 d}
  products: {gadget: {price: 40, unit_cost: 15}}
  suppliers: {factory: {}}
  warehouses: {main: {}}
  lanes: [{from: factory, to: main, lead_time: 5 d}]
  customers: {shoppers: {buys: gadget, from: main, visits: 2/d, patience: "lognormal(median=9 d, sigma=0.5)"}}
levers: {replenish: {rule: s_S, s: 5, S: 20}}
policies: {out_of_stock: {}, backorder: {when_short: backorder}}
plan: {seed: 11, replications: 4}
"""
STUDY = """\
version: 1
question: What does patience do?
expectation: It helps.
scenario: shop.yaml
factors:
  customers.shoppers.patience.median: [3 d, 9 d]
  levers.replenish.s: [4, 6, 8]
"""
IN_PARTS = STUDY + "replications: 16\n"
"""A study of some seconds, of twelve parts where it is run by `run_in_parts`."""
FACTORS = STUDY[STUDY.index("factors") :]


def write_study(folder: Path, text: str = STUDY) -> Path:
    """Put the shop and a study of it into a folder; returns the study file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "shop.yaml").write_text(SHOP, encoding="utf-8")
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return folder / "study.yaml"


def run_in_parts(path: str, *, executor: str = "serial", save_every: float = 0.05) -> None:
    """Run a study with small parts, in a process that is about nothing else and leads a group of its own."""
    os.setsid()
    experiments.parts.ROWS = 16  # type: ignore[misc]
    experiments.flow.SAVE_EVERY = save_every  # type: ignore[misc]
    run_study(path, executor=executor)


def contents(store: Path) -> dict[str, bytes]:
    """All files of a store but its log, which knows of time."""
    return {path.name: path.read_bytes() for path in sorted(store.iterdir()) if path.name != "log.jsonl"}
