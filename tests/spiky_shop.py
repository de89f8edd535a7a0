"""A small shop with a spike of demand and an outage: all six levers, and quick to run."""

from __future__ import annotations

SPIKY = """\
version: 1
title: A small shop in a storm
story: Demand jumps and the factory stops.
world:
  calendar: {start: 2026-03-02, warm_up: 5 d, measure: 30 d, run_out: 15 d}
  products: {gadget: {price: 40, unit_cost: 15}}
  suppliers: {factory: {}}
  warehouses: {main: {picking: 12 h, last_mile: 1 d}}
  lanes:
    - {from: factory, to: main, lead_time: "gamma(mean=5 d, cv=0.4)", slip: {late: 40 %, mean: 3 d}}
  customers:
    shoppers: {buys: gadget, from: main, visits: 4/d, patience: "lognormal(median=9 d, sigma=0.5)"}
    impulsive: {buys: gadget, from: main, visits: 1/d, patience: "lognormal(median=3 d, sigma=0.5)"}
  demand: [{kind: viral, product: gadget, at: 5 d, multiplier: 6, decay: 4 d}]
  disruptions: [{kind: supplier_down, supplier: factory, at: 7 d, lasts: 8 d}]
levers: {replenish: {rule: r_Q, r: 12, Q: 20}}
policies:
  out_of_stock: {}
  backorder: {when_short: backorder, promise: {basis: vendor}}
  honest: {when_short: backorder, promise: {basis: quantile, level: 80 %}}
plan: {seed: 11, replications: 6}
"""
