"""The charts over time, on values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dashboard import charts
from dashboard.charts import Extreme
from dashboard.looks import looks
from tests.made_lines import DAYS, STEPS, lines


def test_a_line_is_the_median_and_its_bands_the_spread() -> None:
    outer, inner, median = charts.over_time(lines(), "on_hand", ["open"]).data
    assert list(median.y) == (2 * DAYS + 2).tolist()
    assert (outer.y[0], outer.y[-1]) == (np.quantile(STEPS, 0.95), np.quantile(STEPS, 0.05))
    assert (inner.y[0], inner.y[-1]) == (3, 1)
    assert (median.name, median.mode) == ("open", "lines")


def test_nothing_is_drawn_where_nothing_is_defined() -> None:
    outer, _, median = charts.over_time(lines(), "kept", ["open"]).data
    assert max(outer.x) == 6
    assert np.isnan(median.y[7:]).all()


def test_bands_with_a_gap_are_two_shapes() -> None:
    found = lines()
    holed = np.array(found.lines["open", "kept", ""])
    holed[:, 3] = np.nan
    outer, _, _ = charts.over_time(replace(found, lines={("open", "kept", ""): holed}), "kept", ["open"]).data
    np.testing.assert_array_equal(outer.x, [0, 1, 2, 2, 1, 0, np.nan, 4, 5, 6, 6, 5, 4])


def test_single_replications_are_drawn_on_demand() -> None:
    single = charts.over_time(lines(), "on_hand", ["open"], extremes={"open": (Extreme("worst", 4),)}).data[-1]
    assert list(single.y) == (2 * DAYS + 4).tolist()
    assert (single.name, single.marker.symbol) == ("open, worst (no. 4)", "triangle-down")


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
    told = charts.over_time_alt(lines(), "backlog", ["open"])
    assert "median of 5 replications" in told
    assert "open: at most 20, on day 9" in told
    assert "demand 9-fold from day 0 to 3; factory stopped from day 2 to 5" in told


def test_words_tell_the_bottom_of_what_should_be_high() -> None:
    assert "closed: at least 40 %, on day 6" in charts.over_time_alt(lines(), "kept", ["closed"])


def test_words_say_none_where_nothing_is() -> None:
    nothing = np.zeros((5, 10), dtype=np.float32)
    empty = replace(lines(), lines={("open", "backlog", ""): nothing, ("open", "kept", ""): nothing * np.nan})
    assert "open: none." in charts.over_time_alt(empty, "backlog", ["open"])
    assert "open: none." in charts.over_time_alt(empty, "kept", ["open"])


def test_the_table_over_time_holds_the_numbers_of_the_chart() -> None:
    table = charts.over_time_table(lines(), "on_hand", ["closed", "open"])
    ends = [f" {share} %" for share in (5, 25, 75, 95)]
    assert list(table.columns) == ["day", *(f"{policy}{end}" for policy in ("closed", "open") for end in ("", *ends))]
    assert table["open"].tolist() == (2 * DAYS + 2).tolist()
