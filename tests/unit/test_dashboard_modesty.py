"""What a hand waits for goes first, and what one looks at is told apart."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import plotly.graph_objects as go
import pytest

from dashboard import sidebar
from dashboard.background import MODESTY, stand_back
from dashboard.looks import shade
from dashboard.origin import Origin
from sim import Span
from tests.spiky_shop import SPIKY


@pytest.mark.skipif(not hasattr(os, "nice"), reason="Windows has no niceness")
def test_processes_that_work_for_pages_stand_back() -> None:
    spawned = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned, initializer=stand_back, initargs=(os.getpid(),)) as pool:
        assert pool.submit(os.nice, 0).result() == min(os.nice(0) + MODESTY, 19)


def test_scenarios_of_one_title_are_told_apart_by_their_names() -> None:
    origins = {name: Origin(name, text=SPIKY) for name in ("one", "two")}
    other = Origin("three", text=SPIKY.replace("in a storm", "at rest"))
    titles = sidebar._titles({**origins, "three": other})
    assert titles["one"] == f"{titles['two'].removesuffix(' (two)')} (one)"
    assert titles["three"] == "A small shop at rest"


def strengths(count: int) -> list[float]:
    figure = go.Figure()
    shade(figure, [Span("outage", "stopped", 1.0 + place, 20.0) for place in range(count)], until=30.0)
    return [float(shape.fillcolor.removesuffix(")").split(",")[-1]) for shape in figure.layout.shapes]


def test_greys_that_lie_upon_each_other_do_not_pile_up() -> None:
    assert strengths(1) == strengths(2)[:1]
    assert sum(strengths(5)) == pytest.approx(sum(strengths(2)), rel=0.02)


def test_spans_are_shaded_for_as_long_as_they_last() -> None:
    figure = go.Figure()
    shade(figure, [Span("outage", "stopped", -3.0, 50.0)], until=30.0)
    (field,) = figure.layout.shapes
    assert (field.x0, field.x1, field.yref) == (0.0, 30.0, "y domain")
