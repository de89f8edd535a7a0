"""One replication seen in passing: the same numbers as a run, the same courses as the timelines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import glimpse, glimpsed, load_scenario, replicate, run, sighting, timelines
from tests.spiky_shop import SPIKY


def test_glimpses_together_are_the_run() -> None:
    shop = load_scenario(SPIKY)
    results, _ = glimpsed(shop, glimpse(shop, range(3)))
    plain = run(shop, replications=3)
    assert results.digests == plain.digests
    assert results.values.keys() == plain.values.keys()
    assert all(np.array_equal(results.values[key], plain.values[key], equal_nan=True) for key in plain.values)


def test_glimpses_together_are_the_timelines() -> None:
    shop = load_scenario(SPIKY)
    _, lines = glimpsed(shop, glimpse(shop, range(3)))
    plain = timelines(shop, replications=3)
    assert lines.replications == 3
    for key, rows in plain.lines.items():
        assert np.array_equal(lines.lines[key], rows, equal_nan=True)


def test_courses_are_kept_of_the_first_replications_only() -> None:
    shop = load_scenario(SPIKY)
    early, late = glimpse(shop, [49, 50])
    assert early.courses.keys() == shop.policies.keys()
    assert not late.courses


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Replications whose tapes were drawn."""
    drawn: list[int] = []

    def spy(scenario: Any, seed: int, replication: int) -> Any:
        drawn.append(replication)
        return replicate.drawn(scenario, seed, replication)

    monkeypatch.setattr(sighting, "drawn", spy)
    return drawn


def test_a_lever_of_the_policies_draws_no_tape_anew_and_a_lever_of_the_world_does(draws: list[int]) -> None:
    def seen(**settings: str) -> Any:
        return glimpse(load_scenario(SPIKY, overrides={"plan.seed": "77", **settings}), range(2))[1].cell

    first, again = seen(), seen(**{"policies.honest.promise.level": "60 %"})
    assert draws == [0, 1]
    assert first.digests["out_of_stock"] == again.digests["out_of_stock"]
    assert first.digests["honest"] != again.digests["honest"]
    seen(**{"world.customers.shoppers.visits": "5/d"})
    assert draws == [0, 1, 0, 1]


def test_a_long_tape_is_not_kept(draws: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sighting, "MOST_KEPT", 10)
    shop = load_scenario(SPIKY, overrides={"plan.seed": "78"})
    assert glimpse(shop, [0])[0].cell.digests == glimpse(shop, [0])[0].cell.digests
    assert draws == [0, 0]
