"""A small shop on disk, and the command `stockout` inside this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sim.cli import build

SHOP = """\
version: 1
title: A small shop
world:
  calendar: {start: 2026-03-02, warm_up: 5 d, measure: 20 d, run_out: 15 d}
  products: {gadget: {price: 40, unit_cost: 15}}
  suppliers: {factory: {}}
  warehouses: {main: {picking: 12 h, last_mile: 1 d}}
  lanes:
    - {from: factory, to: main, lead_time: "gamma(mean=5 d, cv=0.4)", slip: {late: 40 %, mean: 3 d}}
  customers:
    shoppers: {buys: gadget, from: main, visits: 4/d, patience: "lognormal(median=9 d, sigma=0.5)"}
levers: {replenish: {rule: r_Q, r: 12, Q: 20}}
policies:
  out_of_stock: {}
  backorder: {when_short: backorder}
plan: {seed: 11, replications: 4}
"""

Stockout = Callable[..., Result]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP, encoding="utf-8")
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.yaml"
    faulty = SHOP.replace("from: main", "from: mian").replace("plan:", "plans:").replace("20 d", "20 dd")
    path.write_text(faulty, encoding="utf-8")
    return path


@pytest.fixture
def stockout(monkeypatch: pytest.MonkeyPatch) -> Stockout:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    return lambda *arguments: CliRunner().invoke(build(), [str(argument) for argument in arguments])
