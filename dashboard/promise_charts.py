"""Waits against promises, and whether promised windows lie where deliveries do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.looks import Look, layout
from dashboard.picture import Picture
from sim import LATE_DAYS, MEASURES, Pledged, Results, Timelines, amount, estimate

GREY: Final = "#808080"
TENTHS: Final = tuple(f"pit_{number}" for number in range(1, 11))
WINDOW: Final = ("eta_early", "eta_inside", "eta_late")
"""Before, inside and after the promised window: together all deliveries."""

Floats = NDArray[np.float64]


def promising(lines: Timelines) -> tuple[str, ...]:
    """The policies under which somebody was promised a date."""
    pledged = lines.pledged or {}
    return tuple(policy for policy, runs in pledged.items() if any(run.orders for run in runs))


def waits_picture(lines: Timelines, policy: str, look: Look) -> Picture:
    """Every sampled backorder of a policy: what it was promised, and when it ended."""
    runs = (lines.pledged or {})[policy]
    promised, ended, delivered = _columns(runs)
    shown, every = len(promised), sum(run.orders for run in runs)
    late = _late(lateness(lines, policy)[1])
    some = f"{100 * late:.0f} % of the goods came after the promise under {policy}: the dots above the line"
    return Picture(
        key="waits-promises",
        title=some if delivered.any() else f"Nobody who was promised a date under {policy} got the goods",
        figure=waits_figure(promised, ended, delivered, look),
        alt=(
            f"Scatter of promised against actual waits of {shown} backorders under {policy}, in days. Of all "
            f"delivered, {100 * late:.0f} % came after the promise; of those shown "
            f"{int((~delivered).sum())} never came."
        ),
        table=lambda: waits_table(runs),
        note=(
            f"Days after the order. A sample of {shown:,} of {every:,} backorders, evenly over each of {len(runs)} "
            "replications. Crosses: given up, cancelled or still waiting at the close."
        ),
    )


def _columns(runs: Sequence[Pledged]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    return (
        np.concatenate([run.hi for run in runs]),
        np.concatenate([run.ended for run in runs]),
        np.concatenate([run.delivered for run in runs]),
    )


def waits_figure(promised: Floats, ended: Floats, delivered: NDArray[np.bool_], look: Look) -> go.Figure:
    """Dots of those delivered, crosses of the others, and the line on which a promise is just kept."""
    drawn = go.Figure()
    most = float(promised.max(initial=1.0))
    line = {"color": GREY, "dash": "dash", "width": 2}
    drawn.add_trace(go.Scatter(x=[0, most], y=[0, most], mode="lines", line=line, name="the promise", hoverinfo="skip"))
    for name, rows, symbol in (("delivered", delivered, "circle"), ("not delivered", ~delivered, "x-thin")):
        marker = {"symbol": symbol, "size": 6, "color": look.colour, "opacity": 0.55}
        if symbol == "x-thin":
            marker |= {"color": GREY, "line": {"width": 1.5, "color": GREY}}
        drawn.add_trace(
            go.Scatter(
                x=promised[rows],
                y=ended[rows],
                mode="markers",
                marker=marker,
                name=name,
                hovertemplate="promised %{x:.1f} days, ended after %{y:.1f}<extra></extra>",
            )
        )
    drawn.update_layout(layout(380), hovermode="closest")
    drawn.update_xaxes(title="promised: end of the window (days)", rangemode="tozero")
    drawn.update_yaxes(title="delivered or ended (days)", rangemode="tozero")
    return drawn


def waits_table(runs: Sequence[Pledged]) -> pd.DataFrame:
    """A row for each backorder of the sample."""
    frames = [
        pd.DataFrame(
            {
                "replication": number,
                "ordered on day": run.order,
                "promised from": run.lo,
                "promised by": run.hi,
                "ended after": run.ended,
                "delivered": run.delivered,
            }
        )
        for number, run in enumerate(runs)
    ]
    return pd.concat(frames, ignore_index=True).round(2)


def lateness(lines: Timelines, policy: str) -> tuple[Floats, Floats]:
    """Days after the promise, and the share of all deliveries that came within each day."""
    counts = np.sum([run.past for run in (lines.pledged or {})[policy]], axis=0).astype(np.float64)
    return np.array(LATE_DAYS, dtype=np.float64), counts / (counts.sum() or 1.0)


def _late(shares: Floats) -> float:
    """The share of deliveries after the promise."""
    return float(shares[np.array(LATE_DAYS) >= 0].sum())


def delivering(lines: Timelines) -> tuple[str, ...]:
    """The policies under which a backorder was delivered."""
    return tuple(policy for policy in promising(lines) if lateness(lines, policy)[1].any())


def lateness_picture(lines: Timelines, chosen: Sequence[str], looks: Mapping[str, Look]) -> Picture:
    """When goods came, counted from the end of the promised window."""
    shares = {policy: lateness(lines, policy)[1] for policy in chosen}
    late = {policy: _late(each) for policy, each in shares.items()}
    worst = max(late, key=lambda policy: late[policy])
    said = "; ".join(f"{policy} {100 * share:.0f} %" for policy, share in late.items())
    return Picture(
        key="lateness",
        title=f"Goods come late most often under {worst}: {100 * late[worst]:.0f} % after the promise",
        figure=lateness_figure(shares, looks),
        alt=f"Steps of deliveries by days after the promised window. After it: {said}.",
        table=lambda: pd.DataFrame(
            {"days after the promise, from": LATE_DAYS, **{policy: each.round(4) for policy, each in shares.items()}}
        ),
        note=(
            "Share of all deliveries of backorders in each day, counted from the end of the promised window; what lies "
            "beyond the ends of the picture is in its outermost days."
        ),
    )


def lateness_figure(shares: Mapping[str, Floats], looks: Mapping[str, Look]) -> go.Figure:
    """A stepped line for each policy, and a line where the promise ends."""
    drawn = go.Figure()
    days = np.array(LATE_DAYS, dtype=np.float64)
    used = np.flatnonzero(np.sum(list(shares.values()), axis=0))
    ends = [days[used[0]] - 1, days[used[-1]] + 2] if len(used) else [-5, 5]
    for policy, each in shares.items():
        line = {"color": looks[policy].colour, "dash": looks[policy].dash, "width": 2, "shape": "hv"}
        drawn.add_trace(go.Scatter(x=days, y=each, mode="lines", line=line, name=policy, hovertemplate="%{y:.1%}"))
    drawn.add_vline(x=0, line={"color": GREY, "dash": "dash", "width": 2}, annotation={"text": "the promise ends"})
    drawn.update_layout(layout(300), hovermode="x unified")
    drawn.update_xaxes(title="days after the end of the promised window", range=ends)
    drawn.update_yaxes(title="share of deliveries", tickformat=".0%", rangemode="tozero")
    return drawn


def calibration_picture(results: Results, chosen: Sequence[str], looks: Mapping[str, Look]) -> Picture | None:
    """In which tenth of their window goods come; `None` where no window has a length."""
    there = [policy for policy in chosen if not isnan(estimate(results.array(policy, TENTHS[0])).mean)]
    if not there:
        return None
    return Picture(
        key="calibration",
        title=_calibration_title(results, there),
        figure=calibration_figure(results, there, looks),
        alt=_calibration_alt(results, there),
        table=lambda: calibration_table(results, there),
        note=(
            "Share of deliveries in each tenth of the promised window, those before it in the first and those after it "
            "in the last; with a perfectly calibrated window every tenth has 10 % (dashed). Tall bars at the right "
            "end: promised too early. Lines on bars: 95 % intervals."
        ),
    )


def _calibration_title(results: Results, there: Sequence[str]) -> str:
    inside = {policy: estimate(results.array(policy, "eta_inside")) for policy in there}
    said = ", ".join(
        f"{amount(found.mean, MEASURES['eta_inside'], width=found.half_width)} under {policy}"
        for policy, found in inside.items()
    )
    return f"Deliveries inside the promised window: {said}"


def calibration_figure(results: Results, there: Sequence[str], looks: Mapping[str, Look]) -> go.Figure:
    """Bars by tenth for each policy, and the line on which all would lie."""
    drawn = go.Figure()
    for policy in there:
        found = [estimate(results.array(policy, name)) for name in TENTHS]
        drawn.add_trace(
            go.Bar(
                x=list(range(1, 11)),
                y=[each.mean for each in found],
                error_y={"type": "data", "array": [each.half_width for each in found], "thickness": 1.2, "width": 2},
                marker={"color": looks[policy].colour, "pattern": {"shape": _HATCH[looks[policy].dash]}},
                name=policy,
                hovertemplate="tenth %{x}: %{y:.1%}",
            )
        )
    drawn.add_hline(y=0.1, line={"color": GREY, "dash": "dash", "width": 2})
    drawn.update_layout(layout(320), barmode="group", bargap=0.15, hovermode="x unified")
    drawn.update_xaxes(title="tenth of the promised window", dtick=1)
    drawn.update_yaxes(title="share of deliveries", tickformat=".0%", rangemode="nonnegative")
    return drawn


_HATCH: Final = MappingProxyType(
    {"solid": "", "dash": "/", "dot": ".", "dashdot": "x", "longdash": "-", "longdashdot": "+"}
)
"""So that bars too are told apart without colour."""


def _calibration_alt(results: Results, there: Sequence[str]) -> str:
    told = []
    for policy in there:
        shares = [estimate(results.array(policy, name)).mean for name in WINDOW]
        before, inside, after = (f"{100 * share:.0f} %" for share in shares[:3])
        told.append(f"{policy} {before} before, {inside} inside, {after} after")
    return f"Bars of deliveries by tenth of the promised window. Against the whole window: {'; '.join(told)}."


def calibration_table(results: Results, there: Sequence[str]) -> pd.DataFrame:
    """A row for each tenth, and for before, inside and after the window."""
    names = (*WINDOW, *TENTHS)
    columns = {"deliveries": [MEASURES[name].title for name in names]}
    for policy in there:
        found = [(estimate(results.array(policy, name)), MEASURES[name]) for name in names]
        columns[policy] = [amount(each.mean, measure, width=each.half_width) for each, measure in found]
    return pd.DataFrame(columns)
