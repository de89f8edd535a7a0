"""The dashboard's figures, on values."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np

from dashboard import charts
from dashboard.looks import looks
from sim import Span, Timelines
from sim.timeline import Band

DAYS = np.arange(10.0)


def lines() -> Timelines:
    bands = {
        (policy, level, ""): Band(DAYS * scale, DAYS * scale + 1, DAYS * scale + 2)
        for policy, scale in (("closed", 1.0), ("open", 2.0))
        for level in ("on_hand", "backlog")
    }
    return Timelines(
        days=DAYS,
        bands=MappingProxyType(bands),
        policies=("closed", "open"),
        scopes=("",),
        spans=(Span("spike", "demand 9-fold", -1.0, 3.0), Span("outage", "factory stopped", 2.0, 5.0),
               Span("outage", "long past", -9.0, -2.0)),
        replications=40,
    )  # fmt: skip


def test_a_line_is_the_median_and_its_band_the_spread() -> None:
    figure = charts.over_time(lines(), "on_hand", ["open"])
    low, high, median = figure.data
    assert list(median.y) == (2 * DAYS + 1).tolist()
    assert (list(low.y), list(high.y)) == ((2 * DAYS).tolist(), (2 * DAYS + 2).tolist())
    assert (high.fill, median.name, median.mode) == ("tonexty", "open", "lines")


def test_only_the_chosen_policies_are_drawn_and_none_is_legal() -> None:
    names = {trace.name for trace in charts.over_time(lines(), "backlog", ["closed"]).data if trace.showlegend is None}
    assert names == {"closed"}
    assert len(charts.over_time(lines(), "backlog", []).data) == 0


def test_a_policy_looks_the_same_whoever_is_drawn_beside_it() -> None:
    alone = charts.over_time(lines(), "backlog", ["open"]).data[-1].line
    beside = charts.over_time(lines(), "on_hand", ["closed", "open"]).data[-1].line
    assert (alone.color, alone.dash) == (beside.color, beside.dash)


def test_policies_differ_in_colour_and_in_dash() -> None:
    found = looks(["a", "b", "c", "d", "e", "f"]).values()
    assert len({look.colour for look in found}) == len({look.dash for look in found}) == 6


def test_spike_and_outage_are_shaded_where_they_are() -> None:
    shapes = charts.over_time(lines(), "on_hand", ["open"]).layout.shapes
    assert [(shape.name, shape.x0, shape.x1) for shape in shapes] == [
        ("demand 9-fold", 0.0, 3.0),
        ("factory stopped", 2.0, 5.0),
    ]


def test_labels_of_spans_that_overlap_are_not_on_one_line() -> None:
    notes = charts.over_time(lines(), "on_hand", ["open"]).layout.annotations
    assert [note.text for note in notes] == ["demand 9-fold", "factory stopped"]
    assert notes[0].yshift != notes[1].yshift


def test_no_background_is_painted_so_that_light_and_dark_both_work() -> None:
    figure = charts.over_time(lines(), "on_hand", ["open"])
    assert (figure.layout.paper_bgcolor, figure.layout.plot_bgcolor) == (None, None)


def test_words_tell_what_the_chart_over_time_shows() -> None:
    said = charts.over_time_alt(lines(), "backlog", ["open"])
    assert "median of 40 replications" in said
    assert "open: at most 19, on day 9" in said
    assert "demand 9-fold from day 0 to 3; factory stopped from day 2 to 5" in said


def test_words_say_none_where_nothing_is() -> None:
    empty = replace(lines(), bands={("open", "backlog", ""): Band(0 * DAYS, 0 * DAYS, 0 * DAYS)})
    assert "open: none." in charts.over_time_alt(empty, "backlog", ["open"])


def test_the_table_over_time_holds_the_numbers_of_the_chart() -> None:
    table = charts.over_time_table(lines(), "on_hand", ["closed", "open"])
    assert list(table.columns) == ["day", "closed", "closed 10 %", "closed 90 %", "open", "open 10 %", "open 90 %"]
    assert table["open"].tolist() == (2 * DAYS + 1).tolist()
