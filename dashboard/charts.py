"""The charts over time: pure functions to Plotly figures, each with its alternative text and its table."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.looks import Look, layout, looks, shade, shaded
from sim import Timelines

LEVELS: Final = MappingProxyType({"on_hand": "units on hand", "backlog": "units customers wait for"})
"""The quantities that go over time."""


def over_time(lines: Timelines, level: str, chosen: Sequence[str], *, scope: str = "") -> go.Figure:
    """Median and 10-90 % band of stock or backlog by day, for some of the policies."""
    figure, look = go.Figure(), looks(lines.policies)
    for policy in chosen:
        band = lines.band(policy, level, scope=scope)
        figure.add_traces(_band(lines.days, band.low, band.high, look[policy], policy))
    for policy in chosen:
        figure.add_trace(_median(lines.days, lines.band(policy, level, scope=scope).median, look[policy], policy))
    shade(figure, lines.spans, until=float(lines.days[-1]))
    figure.update_layout(layout(320), hovermode="x unified")
    figure.update_xaxes(title="day of the measured window", range=[0, float(lines.days[-1])])
    figure.update_yaxes(title=LEVELS[level], rangemode="tozero")
    return figure


def _band(days: np.ndarray, low: np.ndarray, high: np.ndarray, look: Look, policy: str) -> list[go.Scatter]:
    edge = {"x": days, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    group = {"legendgroup": policy}
    bottom = go.Scatter(y=low, name=f"{policy} 10 %", **edge, **group)
    return [bottom, go.Scatter(y=high, name=f"{policy} 90 %", fill="tonexty", fillcolor=look.shade, **edge, **group)]


def _median(days: np.ndarray, median: np.ndarray, look: Look, policy: str) -> go.Scatter:
    return go.Scatter(
        x=days,
        y=median,
        name=policy,
        legendgroup=policy,
        mode="lines",
        line={"color": look.colour, "dash": look.dash, "width": 2.5},
        hovertemplate="%{y:,.0f}",
    )


def over_time_alt(lines: Timelines, level: str, chosen: Sequence[str], *, scope: str = "") -> str:
    """The chart over time in words."""
    peaks = [_peak(lines, level, policy, scope) for policy in chosen]
    times = shaded(lines.spans, until=float(lines.days[-1]))
    return f"Lines of {LEVELS[level]} by day, median of {lines.replications} replications. {' '.join(peaks)}{times}"


def _peak(lines: Timelines, level: str, policy: str, scope: str) -> str:
    median = lines.band(policy, level, scope=scope).median
    at = int(median.argmax())
    if not median[at]:
        return f"{policy}: none."
    return f"{policy}: at most {median[at]:,.0f}, on day {lines.days[at]:.0f}."


def over_time_table(lines: Timelines, level: str, chosen: Sequence[str], *, scope: str = "") -> pd.DataFrame:
    """The numbers of the chart over time: median and ends of the band of each policy, by day."""
    columns = {"day": lines.days}
    for policy in chosen:
        band = lines.band(policy, level, scope=scope)
        columns |= {policy: band.median, f"{policy} 10 %": band.low, f"{policy} 90 %": band.high}
    return pd.DataFrame(columns).round(0).astype(int) if lines.days[1] >= 1 else pd.DataFrame(columns).round(2)
