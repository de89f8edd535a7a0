"""Timelines: levels at the start of each day, over replications, for each stock and for the shop."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sim import load_scenario, spread, timelines
from sim.errors import ResultError
from tests.spiky_shop import SPIKY

CLOCKWORK = """\
version: 1
title: One a day
world:
  calendar: {warm_up: 2 d, measure: 18 d, run_out: 4 d}
  products: {mug: {}}
  suppliers: {factory: {}}
  warehouses: {main: {stock: {mug: 5}}, spare: {stock: {mug: 9}}}
  lanes:
    - {from: factory, to: main, lead_time: 3 d}
    - {from: factory, to: spare, lead_time: 3 d}
  customers:
    walkers: {buys: mug, from: main, visits: {every: 1 d, first: -36 h}, patience: forever}
levers: {replenish: {rule: none}}
policies:
  closed: {}
  open: {when_short: backorder}
plan: {replications: 2}
"""


def test_levels_are_those_of_a_story_told_by_hand() -> None:
    found = timelines(load_scenario(CLOCKWORK))
    hours = found.days * 24
    sold = np.floor((np.minimum(hours, 17.5 * 24) + 36) / 24) + 1  # visits at -36 h, -12 h, ..., 17 d 12 h
    main = found.band("open", "on_hand", scope="main/mug")
    assert main.median.tolist() == np.maximum(5 - sold, 0).tolist()
    assert found.band("open", "backlog").median.tolist() == np.maximum(sold - 5, 0).tolist()
    assert not found.band("closed", "backlog").high.any()


def test_the_shop_is_the_sum_of_its_stocks() -> None:
    found = timelines(load_scenario(CLOCKWORK))
    parts = [found.band("closed", "on_hand", scope=scope).median for scope in ("main/mug", "spare/mug")]
    assert found.scopes == ("", "main/mug", "spare/mug")
    assert found.band("closed", "on_hand").median.tolist() == sum(parts).tolist()


def test_the_warm_up_is_cut_and_days_count_from_day_0() -> None:
    found = timelines(load_scenario(SPIKY), replications=1)
    assert found.days.tolist() == list(range(45))


def test_long_runs_are_thinned() -> None:
    found = timelines(load_scenario(CLOCKWORK, overrides={"world.calendar.measure": "10 yr"}), replications=1)
    assert 450 < len(found.days) <= 900


def test_bands_hold_quantiles_over_replications() -> None:
    found = timelines(load_scenario(SPIKY), replications=6)
    each, band = found.every("honest", "backlog"), found.band("honest", "backlog")
    shares = {0.05: band.low, 0.25: band.lower, 0.5: band.median, 0.75: band.upper, 0.95: band.high}
    assert each.shape == (6, 45)
    assert all(np.allclose(line, np.quantile(each, share, axis=0)) for share, line in shares.items())


def test_more_replications_add_rows_and_change_none() -> None:
    scenario = load_scenario(SPIKY)
    few, many = (timelines(scenario, replications=n).every("honest", "backlog") for n in (1, 2))
    assert np.array_equal(few, many[:1])


def test_a_band_leaves_out_what_is_undefined() -> None:
    band = spread(np.array([[1, np.nan, np.nan], [3, 5, np.nan]], dtype=np.float32))
    assert band.median[:2].tolist() == [2, 5]
    assert np.isnan(band.high[2])


def test_spans_tell_spike_outage_and_run_out() -> None:
    spike, outage, run_out = timelines(load_scenario(SPIKY), replications=1).spans
    assert (spike.kind, spike.label, spike.start) == ("spike", "demand 6-fold", 5)
    assert 1 + 5 * np.exp(-(spike.end - spike.start) / 4) == pytest.approx(1.5)
    assert (outage.kind, outage.label, outage.start, outage.end) == ("outage", "factory stopped", 7, 15)
    assert (run_out.kind, run_out.start, run_out.end) == ("run_out", 30, 45)


@pytest.mark.parametrize(("kind", "label", "days"), [("spike", "demand 30-fold", 1), ("panic", "demand 4-fold", 7)])
def test_spikes_of_every_kind_are_told(kind: str, label: str, days: int) -> None:
    text = CLOCKWORK.replace("{every: 1 d, first: -36 h}", "1/d").replace(
        "levers:", f"  demand: [{{kind: {kind}, product: mug, at: 3 d}}]\nlevers:"
    )
    spike = timelines(load_scenario(text), replications=1).spans[0]
    assert (spike.label, spike.start, spike.end) == (label, 3, 3 + days)


def test_other_disruptions_are_told_by_kind_and_target() -> None:
    fixed = "{kind: lane_closed, lane: [factory, main], at: 2 d, lasts: 3 d}"
    random = "{kind: supplier_down, supplier: factory, every: 9 d, lasts: 1 d}"
    found = timelines(load_scenario(SPIKY, overrides={"world.disruptions": f"[{fixed}, {random}]"}), replications=1)
    assert [(s.label, s.start, s.end) for s in found.spans if s.kind == "outage"] == [("factory-main closed", 2, 5)]
    assert found.by_chance == ("factory stopped",)


def test_an_executor_changes_nothing() -> None:
    scenario = load_scenario(SPIKY)
    with ThreadPoolExecutor(2) as executor:
        apart = timelines(scenario, replications=3, executor=executor)
    here = timelines(scenario, replications=3)
    assert all(np.array_equal(here.lines[key], apart.lines[key], equal_nan=True) for key in here.lines)


def test_progress_is_told() -> None:
    seen: list[tuple[int, int]] = []
    timelines(load_scenario(CLOCKWORK), on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_unknown_names_and_no_replications_are_refused() -> None:
    scenario = load_scenario(CLOCKWORK)
    found = timelines(scenario)
    with pytest.raises(ResultError, match="did you mean 'open'"):
        timelines(scenario, policies=["opne"])
    with pytest.raises(ResultError, match="at least 1"):
        timelines(scenario, replications=0)
    for wrong in (("gone", "on_hand", ""), ("open", "on_hold", ""), ("open", "on_hand", "nowhere")):
        with pytest.raises(ResultError):
            found.band(wrong[0], wrong[1], scope=wrong[2])
