"""The frontier of service and value of a study: which choices no other one beats in both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from dashboard.looks import layout
from dashboard.picture import Picture
from dashboard.region_chart import NEUTRAL
from dashboard.study_charts import Matter
from experiments.analysis.frontier import Candidate
from experiments.analysis.intervals import Interval
from experiments.analysis.of_study import frontier_of
from experiments.report.answer import lowered
from experiments.report.pictures import SERVICES
from sim import MEASURES, Measure, amount, heading
from sim.errors import ResultError

MOST_NAMED: Final = 8
"""With more candidates the names are left to the pointer and the table."""


def frontier_picture(matter: Matter) -> Picture | None:
    """The frontier; `None` where no measure of service is defined for every candidate, or there is but one."""
    for service in SERVICES:
        if service not in matter.results.measures or service == matter.measure:
            continue
        try:
            found = frontier_of(matter.results, service, value=matter.measure)
        except ResultError:
            continue
        return _picture(matter, found, service) if len(found) > 1 else None
    return None


def _picture(matter: Matter, found: Sequence[Candidate], service: str) -> Picture:
    best = ", ".join(each.name for each in found if each.efficient)
    return Picture(
        key="frontier",
        title=f"No other choice beats these in both: {best}",
        figure=frontier_figure(matter, found, service),
        alt=f"Service and value of {len(found)} choices; not beaten: {best}.",
        table=lambda: frontier_table(matter, found, service),
        note=(
            f"{MEASURES[service].title} across, {lowered(MEASURES[matter.measure].title)} up; averaged over what the "
            "study varies of the world. Filled: not beaten. Crosses are 95 % intervals."
        ),
    )


def frontier_figure(matter: Matter, found: Sequence[Candidate], service: str) -> go.Figure:
    """A mark for each candidate in its policy's colour; those that no other beats are filled and joined."""
    figure = go.Figure()
    best = [each for each in found if each.efficient]
    edge = {"color": NEUTRAL, "dash": "dot", "width": 2}
    x, y = [each.service.value for each in best], [each.value.value for each in best]
    figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line=edge, showlegend=False, hoverinfo="skip"))
    for each in found:
        figure.add_trace(_mark(matter, each, is_named=len(found) <= MOST_NAMED))
    figure.update_layout(layout(380), hovermode="closest", showlegend=False)
    figure.update_xaxes(title=heading(MEASURES[service], matter.results.currency))
    if MEASURES[service].unit == "share":
        figure.update_xaxes(tickformat=".0%")
    figure.update_yaxes(title=heading(MEASURES[matter.measure], matter.results.currency))
    return figure


def _mark(matter: Matter, each: Candidate, *, is_named: bool) -> go.Scatter:
    colour = matter.looks[each.name.split(", ")[0]].colour
    return go.Scatter(
        x=[each.service.value],
        y=[each.value.value],
        error_x=_ends(each.service, colour),
        error_y=_ends(each.value, colour),
        mode="markers+text" if is_named else "markers",
        text=[each.name] if is_named else None,
        textposition="top right",
        marker={
            "color": colour,
            "size": 12,
            "symbol": "circle" if each.efficient else "circle-open",
            "line": {"width": 2, "color": colour},
        },
        hovertemplate=f"{each.name.replace('<', '&lt;')}: %{{x}}, %{{y:,.0f}}<extra></extra>",
    )


def _ends(interval: Interval, colour: str) -> dict[str, object]:
    above, below = interval.high - interval.value, interval.value - interval.low
    return {"type": "data", "symmetric": False, "array": [above], "arrayminus": [below], "color": colour, "width": 3}


def frontier_table(matter: Matter, found: Sequence[Candidate], service: str) -> pd.DataFrame:
    """A row for each candidate."""
    entries = MEASURES[service], MEASURES[matter.measure]
    rows = [
        (
            each.name,
            *(_said(interval, entry) for interval, entry in zip((each.service, each.value), entries, strict=True)),
            f"{100 * each.chance:.0f} %",
            each.beaten_by or "nobody",
        )
        for each in found
    ]
    heads = [heading(entry, matter.results.currency) for entry in entries]
    return pd.DataFrame(rows, columns=["choice", *heads, "chance to be on the frontier", "beaten by"])


def _said(interval: Interval, measure: Measure) -> str:
    sign = -1.0 if measure.direction == "down" else 1.0
    half = (interval.high - interval.low) / 2
    text = amount(sign * interval.value, measure, width=half)
    return f"{text} ± {amount(half, measure, width=half).removesuffix(' %')}" if interval.defined else text
