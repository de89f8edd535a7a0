"""The charts over time: pure functions to Plotly figures, each with its alternative text and its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.looks import Look, layout, looks, shade, shaded
from sim import QUANTITIES, Timelines

Floats = NDArray[np.float64]

_WORDS: Final = MappingProxyType({"on_hand": "units on hand", "backlog": "units customers wait for"})
"""What a chart of units says of itself; other quantities go by their title."""

_OUTER: Final = 0.13
_INNER: Final = 0.24
"""How strong the colour of the two bands is."""

_HEADROOM: Final = 0.18
"""Room above the lines for the names of the shaded times, as a share of the height."""

_SYMBOLS: Final = MappingProxyType({"worst": "triangle-down", "best": "triangle-up"})


@dataclass(frozen=True)
class Extreme:
    """A single replication to be drawn beside the fan."""

    word: str
    """What it is: worst or best."""
    replication: int


Extremes = Mapping[str, Sequence[Extreme]]
"""By policy."""

NONE: Final[Extremes] = MappingProxyType({})


def over_time(
    lines: Timelines, quantity: str, chosen: Sequence[str], *, scope: str = "", extremes: Extremes = NONE
) -> go.Figure:
    """Median, 50 % and 90 % bands of a quantity by day, for some of the policies; single replications on demand."""
    figure, look = go.Figure(), looks(lines.policies)
    bands = {policy: lines.band(policy, quantity, scope=scope) for policy in chosen}
    for policy, band in bands.items():
        for low, high, strength in ((band.low, band.high, _OUTER), (band.lower, band.upper, _INNER)):
            figure.add_trace(_area(lines.days, low, high, look[policy].tint(strength), policy))
    for policy, band in bands.items():
        figure.add_trace(_median(lines.days, band.median, look[policy], policy, quantity))
        each = lines.every(policy, quantity, scope=scope)
        for extreme in extremes.get(policy, ()):
            figure.add_trace(_single(lines.days, each, extreme, look[policy], policy=policy, quantity=quantity))
    frame(figure, lines, quantity)
    return figure


def frame(figure: go.Figure, lines: Timelines, quantity: str) -> None:
    """Axes and shaded times of a chart over time."""
    until, about = float(lines.days[-1]), QUANTITIES[quantity]
    shade(figure, lines.spans, until=until)
    figure.update_layout(layout(320), hovermode="x unified")
    figure.update_xaxes(title="day of the measured window", range=[0, until])
    figure.update_yaxes(title=_WORDS.get(quantity, _axis(quantity)))
    if about.unit == "share":
        figure.update_yaxes(tickformat=".0%", range=[0, 1 + _HEADROOM])
    else:
        figure.update_yaxes(range=_reach(figure, from_zero=about.unit in ("units", "days")))


def _reach(figure: go.Figure, *, from_zero: bool) -> list[float]:
    """From the lowest to the highest point of anything drawn, with room for the names of the shaded times."""
    heights = np.concatenate([np.empty(0), *(np.asarray(trace.y, dtype=np.float64) for trace in figure.data)])
    known = heights[~np.isnan(heights)]
    if not len(known):
        return [0.0, 1.0]
    low, high = 0.0 if from_zero else float(known.min()), float(known.max())
    room = (high - low) or 1.0
    return [low if from_zero else low - 0.05 * room, high + _HEADROOM * room]


def _axis(quantity: str) -> str:
    about = QUANTITIES[quantity]
    unit = {"share": "", "stars": "", "times": " (times the first)"}.get(about.unit, f" ({about.unit})")
    return f"{about.title.lower()}{unit}"


def _area(days: Floats, low: Floats, high: Floats, colour: str, policy: str) -> go.Scatter:
    """A band as one closed shape for each stretch of days on which it is defined."""
    runs = _stretches(~np.isnan(low))
    there = np.concatenate([np.empty(0), *(_round(days[run], days[run]) for run in runs)])
    edges = np.concatenate([np.empty(0), *(_round(high[run], low[run]) for run in runs)])
    return go.Scatter(
        x=there[:-1],
        y=edges[:-1],
        fill="toself",
        fillcolor=colour,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
        legendgroup=policy,
        name=policy,
    )


def _round(there: Floats, back: Floats) -> Floats:
    """Along one edge and back along the other, then a gap."""
    return np.concatenate([there, back[::-1], [np.nan]])


def _stretches(defined: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Runs of neighbouring places that are defined."""
    places = np.flatnonzero(defined)
    return [run for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1) if len(run)]


def _median(days: Floats, median: Floats, look: Look, policy: str, quantity: str) -> go.Scatter:
    return go.Scatter(
        x=days,
        y=median,
        name=policy,
        legendgroup=policy,
        mode="lines",
        line={"color": look.colour, "dash": look.dash, "width": 2.5},
        hovertemplate=_hover(quantity),
    )


def _single(
    days: Floats, each: NDArray[np.float32], extreme: Extreme, look: Look, *, policy: str, quantity: str
) -> go.Scatter:
    """One replication: a thin line with a few marks that tell the worst from the best."""
    return go.Scatter(
        x=days,
        y=each[extreme.replication].astype(np.float64),
        name=f"{policy}, {extreme.word} (no. {extreme.replication})",
        legendgroup=policy,
        mode="lines+markers",
        line={"color": look.colour, "dash": look.dash, "width": 1},
        marker={"symbol": _SYMBOLS[extreme.word], "size": 8, "color": look.colour, "maxdisplayed": 9},
        hovertemplate=_hover(quantity),
    )


def _hover(quantity: str) -> str:
    formats = {"units": ",.0f", "share": ".0%", "days": ".1f", "stars": ".2f", "times": ".3f"}
    return f"%{{y:{formats[QUANTITIES[quantity].unit]}}}"


def said(value: float, quantity: str) -> str:
    """A value of a quantity as it is told."""
    unit = QUANTITIES[quantity].unit
    if np.isnan(value):
        return "nothing"
    texts = {"units": f"{value:,.0f}", "share": f"{100 * value:.0f} %", "days": f"{value:.1f} days"}
    return texts.get(unit, f"{value:.3f}" if unit == "times" else f"{value:.2f}")


def over_time_alt(lines: Timelines, quantity: str, chosen: Sequence[str], *, scope: str = "") -> str:
    """The chart over time in words."""
    about = QUANTITIES[quantity]
    name = _WORDS.get(quantity, about.title.lower())
    told = [_turn(lines, quantity, policy, scope) for policy in chosen]
    marked = shaded(lines.spans, until=float(lines.days[-1]))
    return f"Lines of {name} by day, median of {lines.replications} replications. {' '.join(told)}{marked}"


def _turn(lines: Timelines, quantity: str, policy: str, scope: str) -> str:
    """Where the median is at its highest; at its lowest, for what should be high."""
    found = turn(lines, quantity, policy, scope=scope)
    if found is None or (not found[1] and QUANTITIES[quantity].unit == "units"):
        return f"{policy}: none."
    day, value = found
    bound = "at most" if QUANTITIES[quantity].unit in ("units", "days") else "at least"
    return f"{policy}: {bound} {said(value, quantity)}, on day {day:.0f}."


def turn(lines: Timelines, quantity: str, policy: str, *, scope: str = "") -> tuple[float, float] | None:
    """Day and value of the median's peak, or for shares and the like its bottom; `None` where it is never defined."""
    median = lines.band(policy, quantity, scope=scope).median
    if np.isnan(median).all():
        return None
    seek = np.nanargmax if QUANTITIES[quantity].unit in ("units", "days") else np.nanargmin
    at = int(seek(median))
    return float(lines.days[at]), float(median[at])


def over_time_table(lines: Timelines, quantity: str, chosen: Sequence[str], *, scope: str = "") -> pd.DataFrame:
    """The numbers of the chart over time: median and ends of the bands of each policy, by day."""
    columns = {"day": lines.days}
    for policy in chosen:
        band = lines.band(policy, quantity, scope=scope)
        names = [f"{policy} {share} %" for share in (5, 25, 75, 95)]
        ends = (band.low, band.lower, band.upper, band.high)
        columns |= {policy: band.median, **dict(zip(names, ends, strict=True))}
    places = {"units": 0, "share": 3, "days": 2}.get(QUANTITIES[quantity].unit, 3)
    table = pd.DataFrame(columns).round({name: places for name in columns if name != "day"})
    return table.round({"day": 2})
