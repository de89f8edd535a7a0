"""What is taken home: files that no spreadsheet runs, pictures that need no script, a page in which all is escaped."""

from __future__ import annotations

import re
from functools import partial
from io import BytesIO

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard import charts, endings
from dashboard.jobs import Outcome
from dashboard.origin import Origin, Request
from dashboard.picture import Picture
from dashboard.state import Shown
from dashboard.takeaway.drawn import drawn
from dashboard.takeaway.files import csv_of, inert, numbers, parquet_of
from dashboard.takeaway.plane import plane_of
from dashboard.takeaway.report import MOST_ROWS, digest_of, report, table_of
from sim import MEASURES, Results, load_scenario, run, timelines
from tests.spiky_shop import SPIKY

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def shown() -> Shown:
    scenario = load_scenario(SPIKY.replace("A small shop in a storm", HOSTILE))
    outcome = Outcome(run(scenario), timelines(scenario), 9)
    return Shown(Request(Origin("shop"), (("world.a", "<i>3</i>"),)), scenario, outcome)


@pytest.fixture(scope="module")
def results(shown: Shown) -> Results:
    return shown.outcome.results


@pytest.fixture(scope="module")
def pictures(shown: Shown) -> list[Picture]:
    results, lines = shown.outcome.results, shown.outcome.lines
    chosen = list(results.policies)
    over_time = charts.over_time(lines, "backlog", chosen)
    bars = endings.figure(endings.FATE_BARS, results)
    sankey = go.Figure(go.Sankey(node={"label": ["a", "b"]}, link={"source": [0], "target": [1], "value": [3]}))
    return [
        Picture(
            "backlog", "What waits", over_time, "Lines.", partial(charts.over_time_table, lines, "backlog", chosen)
        ),
        Picture("fates", HOSTILE, bars, "Bars.", partial(endings.table, endings.FATE_BARS, results)),
        Picture("flow", "Flow", sankey, "A to b: 3.", lambda: pd.DataFrame({"to": ["b"], "visits": [3]})),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd|x", "@SUM(A1)", "\tx"])
def test_a_spreadsheet_runs_no_text(text: str) -> None:
    assert csv_of(pd.DataFrame({"a": [text]})).decode() == f"a\n'{text}\n"


@pytest.mark.parametrize("text", ["-3.5", "+12 %", "-1,200", "plain", ""])
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert inert(text) == text


def test_every_number_goes_with_its_unit(results: Results) -> None:
    frame = pd.read_csv(BytesIO(csv_of(numbers(results))))
    assert len(frame) == sum(len(values) for values in results.values.values())
    money = frame[frame["measure"] == "total_value"]
    assert set(money["unit"]) == {results.currency}
    assert set(money["title"]) == {MEASURES["total_value"].title}
    mine = money[money["policy"] == "backorder"].sort_values("replication")["value"]
    assert np.allclose(mine, results.array("backorder", "total_value"))


def test_parquet_holds_the_same_numbers(results: Results) -> None:
    frame = numbers(results)
    pd.testing.assert_frame_equal(pd.read_parquet(BytesIO(parquet_of(frame))), frame, check_dtype=False)


def test_lines_and_bands_are_drawn_where_they_lie() -> None:
    low = go.Scatter(x=[0, 10], y=[0, 0], line={"width": 0}, showlegend=False)
    high = go.Scatter(x=[0, 10], y=[5, 10], fill="tonexty", fillcolor="#aabbcc", line={"width": 0}, showlegend=False)
    line = go.Scatter(x=[0, 5, 10], y=[0, 10, 0], line={"color": "#123456", "dash": "dash"}, name="policy")
    figure = go.Figure([low, high, line]).update_xaxes(range=[0, 10]).update_yaxes(range=[0, 10])
    svg, plane = str(drawn(figure, "Alt.")), plane_of(figure)
    top, middle = plane.y.scale(10), plane.x.scale(5)
    assert f"{middle:.1f},{top:.1f}" in svg
    assert 'stroke="#123456"' in svg
    assert 'fill="#aabbcc"' in svg
    assert 'stroke-dasharray="8 4"' in svg
    assert 'aria-label="Alt."' in svg


def test_stacked_bars_begin_where_others_end() -> None:
    bars = [go.Bar(x=[3], y=["a"], orientation="h", name="one"), go.Bar(x=[2], y=["a"], orientation="h", name="two")]
    figure = go.Figure(bars).update_layout(barmode="stack").update_xaxes(range=[0, 5])
    places = [
        float(x)
        for x in re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="[\d.]+" height="1[0-9.]+"', str(drawn(figure, "")))
    ]
    assert places == [round(plane_of(figure).x.scale(start), 1) for start in (0, 3)]


def test_names_run_from_the_top_where_the_axis_is_turned() -> None:
    figure = go.Figure(go.Bar(x=[1, 2], y=["first", "second"], orientation="h")).update_yaxes(autorange="reversed")
    assert plane_of(figure).y.names == ("first", "second")


def test_intervals_reach_from_end_to_end() -> None:
    error = {"array": [2.0], "arrayminus": [1.0], "symmetric": False, "color": "#0000ff"}
    figure = go.Figure(go.Scatter(x=[5], y=["row"], mode="markers", error_x=error)).update_xaxes(range=[0, 10])
    scale = plane_of(figure).x.scale
    assert f'x1="{scale(4.0)}"' in str(drawn(figure, ""))
    assert f'x2="{scale(7.0)}"' in str(drawn(figure, ""))


def test_names_in_a_picture_are_text() -> None:
    figure = go.Figure(go.Scatter(x=[1, 2], y=[1, 2], name=HOSTILE)).update_xaxes(title=HOSTILE)
    assert "<script" not in str(drawn(figure, HOSTILE))


def test_what_needs_a_script_is_not_drawn(pictures: list[Picture]) -> None:
    assert [drawn(each.figure, each.alt) is not None for each in pictures] == [True, True, False]
    assert drawn(go.Figure(), "") is None


def test_the_page_holds_all_and_runs_nothing(shown: Shown, pictures: list[Picture]) -> None:
    page = report(shown, pictures).decode()
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert not re.findall(r'(?:src|href)="', page)
    assert not re.findall(r'\son\w+="|\sstyle="', page)
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2
    assert "&lt;i&gt;3&lt;/i&gt;" in page
    assert page.count("<svg") == 2
    assert "A to b: 3." in page


def test_the_page_says_where_its_numbers_come_from(shown: Shown, results: Results) -> None:
    page = report(shown, []).decode()
    assert results.scenario.digest in page
    assert digest_of(results) in page
    assert "6 of the 9 replications" in page
    assert "Seed 11" in page


def test_the_same_screen_gives_the_same_page(shown: Shown, pictures: list[Picture]) -> None:
    assert report(shown, pictures) == report(shown, pictures)


def test_long_tables_are_thinned_and_say_so() -> None:
    table = table_of(pd.DataFrame({"day": range(2 * MOST_ROWS + 1)}))
    assert len(table.rows) <= MOST_ROWS
    assert "One in 3 of 801 rows" in table.note
