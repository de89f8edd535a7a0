"""The charts over time: pure functions to Plotly figures, each with its alternative text and its table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.launch import OKABE_ITO
from sim import Span, Timelines

DASHES: Final = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""So that no meaning is by colour alone."""

LEVELS: Final = MappingProxyType({"on_hand": "units on hand", "backlog": "units customers wait for"})
"""The quantities that go over time."""

_SHADES: Final = MappingProxyType(
    {"spike": "rgba(128,128,128,0.16)", "outage": "rgba(128,128,128,0.30)", "run_out": "rgba(128,128,128,0.10)"}
)


@dataclass(frozen=True)
class Look:
    """How a policy is drawn, in every chart."""

    colour: str
    dash: str

    @property
    def shade(self) -> str:
        """Its colour, see-through."""
        red, green, blue = (int(self.colour[at : at + 2], 16) for at in (1, 3, 5))
        return f"rgba({red},{green},{blue},0.16)"


def looks(policies: Iterable[str]) -> dict[str, Look]:
    """The look of each policy, by its place in the scenario."""
    pairs = zip(policies, cycle(OKABE_ITO), cycle(DASHES), strict=False)
    return {policy: Look(colour, dash) for policy, colour, dash in pairs}


def over_time(lines: Timelines, level: str, chosen: Sequence[str], *, scope: str = "") -> go.Figure:
    """Median and 10-90 % band of stock or backlog by day, for some of the policies."""
    figure, look = go.Figure(), looks(lines.policies)
    for policy in chosen:
        band = lines.band(policy, level, scope=scope)
        figure.add_traces(_band(lines.days, band.low, band.high, look[policy], policy))
    for policy in chosen:
        figure.add_trace(_median(lines.days, lines.band(policy, level, scope=scope).median, look[policy], policy))
    shade(figure, lines)
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


def shade(figure: go.Figure, lines: Timelines) -> None:
    """Mark spikes, outages and the run-out on a chart whose x axis is days; the one way of doing so."""
    spans = _seen(lines)
    for place, span in enumerate(spans):
        below = sum(other.end > span.start for other in spans[:place])
        figure.add_vrect(
            x0=max(span.start, 0.0),
            x1=min(span.end, float(lines.days[-1])),
            fillcolor=_SHADES[span.kind],
            line_width=0,
            layer="below",
            annotation={"text": span.label, "font_size": 11, "yshift": -14 * below},
            annotation_position="top left",
            name=span.label,
        )


def _seen(lines: Timelines) -> list[Span]:
    return [span for span in lines.spans if span.end > 0 and span.start < lines.days[-1]]


def over_time_alt(lines: Timelines, level: str, chosen: Sequence[str], *, scope: str = "") -> str:
    """The chart over time in words."""
    peaks = [_peak(lines, level, policy, scope) for policy in chosen]
    spans = [f"{s.label} from day {max(s.start, 0):.0f} to {min(s.end, lines.days[-1]):.0f}" for s in _seen(lines)]
    shaded = f" Shaded: {'; '.join(spans)}." if spans else ""
    return f"Lines of {LEVELS[level]} by day, median of {lines.replications} replications. {' '.join(peaks)}{shaded}"


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


def layout(height: int) -> dict[str, object]:
    """What all charts have in common."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 24, "b": 8},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        "dragmode": False,
    }
