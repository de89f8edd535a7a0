"""One replication seen in passing: the same numbers as a run, the same courses as the timelines."""

from __future__ import annotations

import numpy as np

from sim import glimpse, glimpsed, load_scenario, run, timelines
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
