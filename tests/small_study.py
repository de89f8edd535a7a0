"""A small shop and a study of it on disk, for tests of studies."""

from __future__ import annotations

from pathlib import Path

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
FACTORS = STUDY[STUDY.index("factors") :]


def write_study(folder: Path, text: str = STUDY) -> Path:
    """Put the shop and a study of it into a folder; returns the study file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "shop.yaml").write_text(SHOP, encoding="utf-8")
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return folder / "study.yaml"


def contents(store: Path) -> dict[str, bytes]:
    """All files of a store but its log, which knows of time."""
    return {path.name: path.read_bytes() for path in sorted(store.iterdir()) if path.name != "log.jsonl"}
