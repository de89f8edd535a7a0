"""Timelines: levels at the start of each day, over replications, for each stock and for the shop."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sim import load_scenario, timelines
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
    assert len(found.days) <= 1000


def test_bands_hold_quantiles_over_replications() -> None:
    scenario = load_scenario(SPIKY)
    alone = [timelines(scenario, replications=n).band("honest", "backlog") for n in (1, 2)]
    first = alone[0].median
    second = 2 * alone[1].median - first  # of two values the median is the mean
    spread = np.abs(second - first)
    assert np.allclose(alone[1].high - alone[1].low, 0.8 * spread)


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


def test_an_executor_changes_nothing() -> None:
    scenario = load_scenario(SPIKY)
    with ThreadPoolExecutor(2) as executor:
        apart = timelines(scenario, replications=3, executor=executor)
    here = timelines(scenario, replications=3)
    assert all(np.array_equal(here.bands[key].high, apart.bands[key].high) for key in here.bands)


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
