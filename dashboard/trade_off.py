"""Service against money: a point for each policy with its intervals, and the policies that no other one beats.

Policies meet the same tapes, so what tells them apart is the interval of their difference to the first one, which is
far shorter than that of a mean. The crosses are those intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from math import isnan
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from dashboard.looks import Look, layout
from dashboard.picture import Picture
from sim import MEASURES, Results, amount, estimate, heading

SERVICES: Final = (
    "capture_rate", "fill_rate", "service_within_patience", "lost_share", "ready_rate", "promise_kept", "delivery_time",
)  # fmt: skip
"""What may stand across: how well customers are served."""

MONIES: Final = ("total_value", "profit", "revenue", "holding_cost", "lowest_cash", "mean_on_hand")
"""What may stand up: what it brings or costs."""

_SIDES: Final = ("top center", "bottom center", "top left", "bottom right", "bottom left", "top right")
"""Where names stand, in turn, so that policies close together can be told apart."""

GREY: Final = "#808080"


@dataclass(frozen=True)
class Point:
    """One policy: means, with half the 95 % intervals of their differences to the first policy's (which has none)."""

    policy: str
    x: float
    x_half: float
    y: float
    y_half: float
    best: bool
    """Whether no other policy has a better mean in one measure and at least as good a one in the other."""


def points(results: Results, across: str, up: str) -> tuple[Point, ...]:
    """Every policy for which both measures are defined."""
    found = []
    for policy in results.policies:
        x, y = (estimate(results.array(policy, name)).mean for name in (across, up))
        if not (isnan(x) or isnan(y)):
            halves = (_apart(results, policy, name) for name in (across, up))
            found.append(Point(policy, x, next(halves), y, next(halves), best=True))
    return tuple(Point(**{**vars(each), "best": not _beaten(each, found, across, up)}) for each in found)


def _apart(results: Results, policy: str, name: str) -> float:
    """Half the interval of the difference to the first policy; of the mean itself where that one is undefined."""
    values, first = results.array(policy, name), results.array(results.policies[0], name)
    apart = values - first
    if policy == results.policies[0]:
        return 0.0
    return estimate(values if isnan(estimate(apart).half_width) else apart).half_width


def _beaten(point: Point, others: Sequence[Point], across: str, up: str) -> bool:
    mine = _worth(point, across, up)
    theirs = [_worth(other, across, up) for other in others]
    return any(all(b >= a for a, b in zip(mine, each, strict=True)) and each != mine for each in theirs)


def _worth(point: Point, across: str, up: str) -> tuple[float, float]:
    """Both values, so that more is better."""
    return point.x * _sign(across), point.y * _sign(up)


def _sign(name: str) -> int:
    cheap = name == "mean_on_hand"
    return -1 if cheap or MEASURES[name].direction == "down" else 1


def trade_off_picture(results: Results, across: str, up: str, looks: Mapping[str, Look]) -> Picture:
    """The points of all policies."""
    found = points(results, across, up)
    best = [point.policy for point in found if point.best]
    names = f"'{MEASURES[across].title.lower()}' and '{MEASURES[up].title.lower()}'"
    return Picture(
        key="trade-off",
        title=f"Not beaten in both {names}: {', '.join(best)}" if found else f"No policy has a value in both {names}",
        figure=figure(results, found, across, up, looks),
        alt=alt(results, found, across, up),
        table=lambda: table(results, found, across, up),
        note=(
            f"{_better(across)} Filled points are not beaten by another policy's means in both. Crosses: 95 % "
            f"intervals of the difference to {results.policies[0]}, which has none, over {results.replications} paired "
            "replications."
        ),
    )


def _better(across: str) -> str:
    way = "left" if _sign(across) < 0 else "right"
    return f"Better is towards the {way} for {MEASURES[across].title.lower()}."


def figure(
    results: Results, found: Sequence[Point], across: str, up: str, looks: Mapping[str, Look]
) -> go.Figure:
    """A mark with a cross for each policy; those not beaten are joined by a dotted line."""
    drawn = go.Figure()
    edge = sorted((point for point in found if point.best), key=lambda point: point.x)
    drawn.add_trace(
        go.Scatter(
            x=[point.x for point in edge],
            y=[point.y for point in edge],
            mode="lines",
            line={"color": GREY, "dash": "dot", "width": 2},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    for point, side in zip(found, cycle(_SIDES), strict=False):
        drawn.add_trace(_mark(point, looks[point.policy], (across, up), side))
    drawn.update_layout(layout(400), showlegend=False, hovermode="closest")
    for name, axis in ((across, drawn.update_xaxes), (up, drawn.update_yaxes)):
        axis(title=heading(MEASURES[name], results.currency), zeroline=False, automargin=True)
        axis(tickformat=".2~%" if MEASURES[name].unit == "share" else None)
    return drawn


def _mark(point: Point, look: Look, names: tuple[str, str], side: str) -> go.Scatter:
    said = [
        f"{MEASURES[name].title}: {amount(mean, MEASURES[name], width=half)} ± {_half(half, name)}"
        for name, mean, half in zip(names, (point.x, point.y), (point.x_half, point.y_half), strict=True)
    ]
    return go.Scatter(
        x=[point.x],
        y=[point.y],
        error_x={"type": "data", "array": [point.x_half], **_cross(look, point.x_half)},
        error_y={"type": "data", "array": [point.y_half], **_cross(look, point.y_half)},
        mode="markers+text",
        text=[point.policy],
        textposition=side,
        cliponaxis=False,
        marker={
            "size": 13,
            "color": look.colour,
            "symbol": "circle" if point.best else "circle-open",
            "line": {"width": 2, "color": look.colour},
        },
        hovertemplate=f"{point.policy}<br>{'<br>'.join(said)}<extra></extra>",
    )


def _cross(look: Look, half: float) -> dict[str, object]:
    return {"color": look.colour, "thickness": 1.5, "visible": half > 0}


def _half(half: float, name: str) -> str:
    return amount(half, MEASURES[name], width=half).removesuffix(" %")


def alt(results: Results, found: Sequence[Point], across: str, up: str) -> str:
    """Every policy's two means, in words."""
    told = [
        f"{point.policy} {amount(point.x, MEASURES[across], width=point.x_half)} and "
        f"{amount(point.y, MEASURES[up], width=point.y_half)}{'' if point.best else ' (beaten in both)'}"
        for point in found
    ]
    heads = " and ".join(heading(MEASURES[name], results.currency) for name in (across, up))
    return f"Points of {heads} by policy: {'; '.join(told) or 'none'}."


def table(results: Results, found: Sequence[Point], across: str, up: str) -> pd.DataFrame:
    """A row for each policy."""
    heads = [heading(MEASURES[name], results.currency) for name in (across, up)]
    rows = [
        (
            point.policy,
            *(
                f"{amount(mean, MEASURES[name], width=half)} ± {_half(half, name)}"
                for name, mean, half in ((across, point.x, point.x_half), (up, point.y, point.y_half))
            ),
            "no" if point.best else "yes",
        )
        for point in found
    ]
    return pd.DataFrame(rows, columns=["policy", *heads, "beaten in both"])
