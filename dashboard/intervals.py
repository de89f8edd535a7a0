"""All measures of all policies as dots with their intervals, one row of the chart for each measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from textwrap import wrap
from types import MappingProxyType
from typing import Final

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.looks import Look
from dashboard.picture import Picture
from dashboard.ranks import RANKS, Dot, Rank, dots
from sim import MEASURES, Results, amount, heading

_SYMBOLS: Final[Mapping[Rank, str]] = MappingProxyType(
    {"best": "star", "close": "circle-open", "beaten": "circle", "same": "diamond-open", "none": "x-thin"}
)
_FAINT: Final = "rgba(128,128,128,0.35)"


def intervals_picture(results: Results, names: Sequence[str], looks: Mapping[str, Look], *, subject: str) -> Picture:
    """The chart of some measures; `subject` says which these are."""
    found = dots(results, names)
    return Picture(
        key="intervals",
        title=_title(found, subject),
        figure=figure(results, found, looks),
        alt=alt(results, found),
        table=lambda: table(results, found),
        note=(
            "Star: best mean. Open circle: cannot be told from the best. Filled circle: clearly worse. Diamond: no way "
            f"is better. Thick bar: 95 % interval of the mean over {results.replications} replications; thin bar: "
            "9 of 10 replications. ▲ more is better, ▼ less is better."
        ),
    )


def _title(found: Mapping[str, Sequence[Dot]], subject: str) -> str:
    """Who is clearly best most often."""
    wins: dict[str, int] = {}
    for each in found.values():
        ranks = {dot.policy: dot.rank for dot in each}
        if "best" in ranks.values() and "close" not in ranks.values():
            best = next(policy for policy, rank in ranks.items() if rank == "best")
            wins[best] = wins.get(best, 0) + 1
    if not wins:
        return f"{subject}: no policy is clearly best at any of these {len(found)} measures"
    first = max(wins, key=lambda policy: wins[policy])
    return f"{subject}: {first} is clearly best at {wins[first]} of these {len(found)} measures"


def figure(results: Results, found: Mapping[str, Sequence[Dot]], looks: Mapping[str, Look]) -> go.Figure:
    """A small chart for each measure below one another, each with an axis of its own."""
    rows, lines = max(len(found), 1), len(results.policies)
    each = 46 + 20 * lines
    drawn = make_subplots(rows=rows, cols=1, vertical_spacing=min(46 / (each * rows + 46), 1 / rows))
    for row, (name, here) in enumerate(found.items(), start=1):
        for dot in here:
            drawn.add_traces(_bars(dot, looks[dot.policy]), rows=row, cols=1)
        drawn.update_xaxes(tickformat=".2~%" if MEASURES[name].unit == "share" else None, nticks=6, row=row, col=1)
        drawn.add_annotation(_name(results, name, row))
    drawn.update_layout(height=each * rows + 40, margin={"l": 8, "r": 8, "t": 30, "b": 8}, showlegend=False)
    drawn.update_layout(dragmode=False, hoverlabel={"align": "left"})
    drawn.update_yaxes(autorange="reversed", ticksuffix=" ", automargin=True, showgrid=False)
    drawn.update_xaxes(zeroline=False)
    return drawn


def _name(results: Results, name: str, row: int) -> dict[str, object]:
    """The measure's name above its row, with its definition for the pointer."""
    axis = "" if row == 1 else str(row)
    arrow = {"up": " ▲", "down": " ▼"}.get(MEASURES[name].direction, "")
    return {
        "text": f"<b>{heading(MEASURES[name], results.currency)}</b>{arrow}",
        "hovertext": "<br>".join(wrap(MEASURES[name].definition, 60)),
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": 1,
        "yref": f"y{axis} domain",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 12},
    }


def _bars(dot: Dot, look: Look) -> list[go.Scatter]:
    """The spread, the interval and the mean of one policy."""
    shared = {"y": [dot.policy] * 2, "mode": "lines", "hoverinfo": "skip", "showlegend": False}
    mean = go.Scatter(
        x=[None if isnan(dot.mean) else dot.mean],
        y=[dot.policy],
        mode="markers",
        marker={"symbol": _SYMBOLS[dot.rank], "size": 11, "color": look.colour, "line": _edge(look)},
        hovertemplate=f"{dot.policy}: {_said(dot)}<br>{RANKS[dot.rank]}<extra></extra>",
    )
    spread = go.Scatter(x=[dot.low, dot.high], line={"color": _FAINT, "width": 2}, **shared)
    ends = [dot.mean - dot.half_width, dot.mean + dot.half_width]
    return [spread, go.Scatter(x=ends, line={"color": look.colour, "width": 6}, opacity=0.55, **shared), mean]


def _edge(look: Look) -> dict[str, object]:
    return {"width": 2, "color": look.colour}


def _said(dot: Dot) -> str:
    measure = MEASURES[dot.measure]
    if isnan(dot.half_width):
        return amount(dot.mean, measure, width=0.0)
    half = amount(dot.half_width, measure, width=dot.half_width).removesuffix(" %")
    return f"{amount(dot.mean, measure, width=dot.half_width)} ± {half}"


def alt(results: Results, found: Mapping[str, Sequence[Dot]]) -> str:
    """The best at each measure, in words."""
    told = [f"{heading(MEASURES[name], results.currency)}: {_leader(here)}" for name, here in found.items()]
    return f"Dots with intervals of {len(found)} measures, best first. {'; '.join(told)}."


def _leader(here: Sequence[Dot]) -> str:
    best = [dot for dot in here if dot.rank == "best"]
    if not best:
        return ", ".join(f"{dot.policy} {_said(dot)}" for dot in here if dot.rank != "none") or "not defined"
    close = [dot.policy for dot in here if dot.rank == "close"]
    doubt = f", not to be told from {' and '.join(close)}" if close else ""
    return f"{best[0].policy} {_said(best[0])}{doubt}"


def table(results: Results, found: Mapping[str, Sequence[Dot]]) -> pd.DataFrame:
    """A row for each measure and policy."""
    rows = [
        (
            heading(MEASURES[dot.measure], results.currency),
            dot.policy,
            _said(dot),
            f"{_alone(dot.low, dot)} to {_alone(dot.high, dot)}" if dot.rank != "none" else "",
            RANKS[dot.rank],
        )
        for here in found.values()
        for dot in here
    ]
    return pd.DataFrame(rows, columns=["measure", "policy", "mean ± 95 %", "9 of 10 replications", "beside the best"])


def _alone(value: float, dot: Dot) -> str:
    return amount(value, MEASURES[dot.measure], width=dot.half_width)
