"""The charts of studies, on results made up so that the truth is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from dashboard.frontier_chart import frontier_figure, frontier_picture, frontier_table
from dashboard.looks import looks
from dashboard.region_chart import MOST_NUMBERS, Ground, region_figure, region_picture, region_table, verdict
from dashboard.study_charts import MOST_ROWS, Matter, differences, drivers, tornado_figure
from dashboard.study_tables import frame, replications, runs
from experiments.analysis.of_study import frontier_of, region_of, tornado_of
from experiments.analysis.regions import areas
from experiments.analysis.results import Setting, StudyResults
from experiments.analysis.winners import outcomes
from experiments.report.tables import Cell, Table
from sim import MEASURES
from tests.finished_study import finished, grid, noise, own_noise

POLICIES = ("out_of_stock", "backorder")


def gain(values: Mapping[str, Any]) -> float:
    """Backorder gains while customers are patient for longer than the outage."""
    return 40.0 * (float(values["patience"]) - float(values["outage"]))


def study(*, patience: tuple[float, ...] = (1, 4, 8), outage: tuple[float, ...] = (1, 3, 5, 9)) -> StudyResults:
    return finished(
        grid(outage=list(outage), patience=list(patience)),
        {
            "out_of_stock": lambda _, number: 1000 + noise(number),
            "backorder": lambda values, number: (
                1000 + gain(values) + noise(number) + 5 * own_noise(number, key=values["outage"])
            ),
        },
    )


def ground(results: StudyResults) -> Ground:
    region = region_of(results, "backorder", "outage", "patience")
    return Ground(region, MEASURES["total_value"], "EUR", looks(POLICIES))


def matter(results: StudyResults) -> Matter:
    return Matter(results, "backorder", "total_value", looks(POLICIES))


def trace(figure: Any, name: str) -> Any:
    return next(each for each in figure.data if each.name == name)


def area(trace: Any) -> float:
    """What the polygons of a trace cover."""
    x, y = (np.array([np.nan if each is None else each for each in side], float) for side in (trace.x, trace.y))
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    ends = np.flatnonzero(np.isnan(x))
    return float(sum(abs(np.nansum(part)) for part in np.split(cross, ends)) / 2)


def test_areas_hold_what_is_above_zero_and_no_more() -> None:
    x = y = np.array([0.0, 2.0])
    values = np.array([[1.0, 1.0], [-1.0, -1.0]])
    assert all(corner[0] <= 1 for shape in areas(x, y, values) for corner in shape)
    assert list(areas(x, y, values, -values)) == []
    assert list(areas(x, y, np.full((2, 2), np.nan))) == []


def test_the_map_is_divided_into_sure_wins_sure_losses_and_the_band_between() -> None:
    figure = region_figure(ground(study()))
    names = ("backorder surely better", "out_of_stock surely better", "nobody can tell")
    parts = {name: area(trace(figure, name)) for name in names}
    assert sum(parts.values()) == pytest.approx((9 - 1) * (8 - 1), rel=1e-6)
    assert all(part > 0 for part in parts.values())


def test_the_boundary_lies_where_patience_equals_the_outage() -> None:
    line = trace(region_figure(ground(study())), "equal on average")
    places = [(x, y) for x, y in zip(line.x, line.y, strict=True) if x is not None]
    assert all(x == pytest.approx(y, abs=0.6) for x, y in places)


def test_areas_have_the_colours_of_their_policies() -> None:
    figure, look = region_figure(ground(study())), looks(POLICIES)
    assert trace(figure, "backorder surely better").fillcolor == look["backorder"].colour
    assert trace(figure, "out_of_stock surely better").fillcolor == look["out_of_stock"].colour


def test_the_band_is_hatched_and_not_only_coloured() -> None:
    assert trace(region_figure(ground(study())), "nobody can tell").fillpattern.shape == "/"


def test_the_map_in_words_counts_every_setting() -> None:
    said = verdict(ground(study()))
    better, worse, open_ = (int(number) for number in re.findall(r"at (\d+)", said))
    assert better + worse + open_ == 12
    table = region_table(ground(study()))
    assert (table["better"] == "backorder").sum() == better
    assert (table["better"] == "out_of_stock").sum() == worse


def test_large_maps_leave_numbers_to_the_table() -> None:
    large = region_figure(ground(study(outage=tuple(range(1, MOST_NUMBERS)))))
    assert trace(large, "settings that were run").mode == "markers"
    assert "text" in trace(region_figure(ground(study())), "settings that were run").mode


def test_the_map_is_told_in_words() -> None:
    alt = region_picture(ground(study())).alt
    assert alt.startswith(
        "Map of outage against patience, by total value: backorder is surely better than out_of_stock"
    )


def test_differences_have_the_colour_of_the_winner_and_their_intervals() -> None:
    results = study()
    picture = differences(matter(results), outcomes(results, "backorder"))
    better = trace(picture.figure, "backorder better")
    assert better.marker.color == looks(POLICIES)["backorder"].colour
    assert min(better.x) > 0
    assert max(trace(picture.figure, "out_of_stock better").x) < 0
    assert len(picture.table()) == 12


def test_of_many_settings_the_ends_are_drawn_and_all_are_in_the_table() -> None:
    results = study(outage=tuple(range(1, 30)))
    picture = differences(matter(results), outcomes(results, "backorder"))
    drawn = [value for each in picture.figure.data for value in each.x]
    means = (results.array("backorder", "total_value") - results.array("out_of_stock", "total_value")).mean(axis=1)
    assert len(drawn) == MOST_ROWS
    assert (min(drawn), max(drawn)) == (pytest.approx(means.min()), pytest.approx(means.max()))
    assert len(picture.table()) == 87
    assert "60 of 87 settings" in picture.note


def test_the_longest_bar_of_the_tornado_is_the_factor_that_moves_most() -> None:
    results = study()
    bars = tornado_of(results, "backorder")
    figure = tornado_figure(matter(results), bars)
    assert list(figure.data[0].y) == ["outage", "patience"]
    assert figure.data[0].x[0] == pytest.approx(40 * 8, abs=15)
    assert drivers(matter(results)).title.endswith("outage")


def test_scattered_settings_get_a_regression() -> None:
    rng = np.random.default_rng(1)
    settings = [
        Setting(place, {"patience": float(a), "outage": float(b)})
        for place, (a, b) in enumerate(rng.uniform(1, 9, (30, 2)))
    ]
    results = finished(
        settings,
        {
            "out_of_stock": lambda _, number: 1000 + noise(number),
            "backorder": lambda values, number: 1000 + gain(values) + noise(number),
        },
    )
    picture = drivers(matter(results))
    assert "regression of ranks" in picture.note
    effects = dict(zip(picture.table()["factor"], picture.table()["effect"].astype(float), strict=True))
    assert effects["patience"] > 0 > effects["outage"]


def test_the_frontier_fills_what_nobody_beats() -> None:
    results = study(patience=(8, 9), outage=(1, 2))
    picture = frontier_picture(matter(results))
    assert picture is not None
    assert picture.title.endswith("backorder")
    found = frontier_of(results, "capture_rate")
    symbols = {
        each.text[0]: each.marker.symbol
        for each in frontier_figure(matter(results), found, "capture_rate").data
        if each.text
    }
    assert symbols == {"backorder": "circle", "out_of_stock": "circle-open"}
    assert list(frontier_table(matter(results), found, "capture_rate")["beaten by"]) == ["backorder", "nobody"]


def test_replications_stand_side_by_side_with_their_differences() -> None:
    results = study()
    table = replications(results, 0, "total_value")
    assert list(table.columns) == ["replication", *POLICIES, "backorder minus out_of_stock"]
    assert len(table) == 12
    assert np.allclose(table["backorder"] - table["out_of_stock"], table["backorder minus out_of_stock"], atol=0.011)


def test_the_file_of_runs_names_units_and_settings() -> None:
    results = study()
    table = runs(results)
    assert {"patience", "outage", "policy", "replication", "total_value (EUR)", "capture_rate (share)"} <= set(table)
    assert len(table) == 12 * 2 * 12
    first = table[(table["point"] == 0) & (table["policy"] == "backorder")]["total_value (EUR)"]
    assert np.allclose(first, results.array("backorder", "total_value")[0])


def test_tables_of_the_report_become_frames() -> None:
    found = frame(Table(("", ""), ((Cell("engine"), Cell("1")),)))
    assert found.to_dict("list") == {"what": ["engine"], "value": ["1"]}
