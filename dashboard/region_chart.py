"""The region map as a chart: which policy surely earns more where, and the band in which nobody can tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.looks import Look, layout
from dashboard.picture import Picture
from experiments.analysis.of_study import Region
from experiments.analysis.regions import Segment, Shape, areas
from experiments.analysis.results import Axis
from experiments.report.answer import crossings, lowered
from sim import Measure, amount, heading

NEUTRAL: Final = "#808080"
"""Seen on light and on dark; no policy has it."""

MOST_NUMBERS: Final = 30
"""With more settings the means are left to the pointer and the table."""


@dataclass(frozen=True, eq=False)
class Ground:
    """A region map with what is needed to say what it shows."""

    region: Region
    measure: Measure
    currency: str
    looks: Mapping[str, Look]
    """By policy."""

    @property
    def surely(self) -> tuple[int, int]:
        """Settings at which the policy is surely better than the other, and at which it is surely worse."""
        return int((self.region.map.low > 0).sum()), int((self.region.map.high < 0).sum())


def region_picture(ground: Ground) -> Picture:
    """Where a policy beats another, with its boundary, its uncertain band and the means at the settings."""
    region = ground.region
    return Picture(
        key="region",
        title=f"Where {region.policy} beats {region.over}, and where nobody can tell",
        figure=region_figure(ground),
        alt=_alt(ground),
        table=lambda: region_table(ground),
        note=(
            f"Numbers: by how much {region.policy} is better than {region.over} in "
            f"{lowered(heading(ground.measure, ground.currency))}, mean of each setting. Between settings lines are "
            "straight; each place is judged alone, at 95 %, so that of many some look sure by chance. The page Studies "
            "judges all settings together, and is sure of fewer."
        ),
    )


def region_figure(ground: Ground) -> go.Figure:
    """The chart alone."""
    region, figure = ground.region, go.Figure()
    found, mine, theirs = region.map, ground.looks[region.policy], ground.looks[region.over]
    figure.add_trace(_unsure(region))
    figure.add_trace(_area(areas(found.x, found.y, found.low), mine.colour, f"{region.policy} surely better"))
    figure.add_trace(_area(areas(found.x, found.y, -found.high), theirs.colour, f"{region.over} surely better"))
    for place, side in enumerate(found.band):
        figure.add_trace(_lines(side, "edge of what is sure", "dot", 1.5, is_named=place == 0))
    figure.add_trace(_lines(found.boundary, "equal on average", "solid", 3))
    figure.add_trace(_settings(ground))
    figure.update_layout(layout(460), hovermode="closest")
    figure.update_xaxes(title=named(region.x), range=_room(found.x), showgrid=False, zeroline=False)
    figure.update_yaxes(title=named(region.y), range=_room(found.y), showgrid=False, zeroline=False)
    return figure


def named(axis: Axis) -> str:
    """A factor and its unit, without what comes before the last point of its path."""
    words = axis.short.replace("_", " ").replace(".", ": ")
    return f"{words} ({axis.unit})" if axis.unit else words


def _room(sizes: np.ndarray) -> list[float]:
    edge = 0.06 * float(sizes[-1] - sizes[0])
    return [float(sizes[0]) - edge, float(sizes[-1]) + 1.6 * edge]


def _unsure(region: Region) -> go.Scatter:
    """Where the interval holds 0, hatched."""
    found = region.map
    shapes = list(areas(found.x, found.y, -found.low, found.high))
    trace = _area(shapes, NEUTRAL, "nobody can tell")
    hatch = {"shape": "/", "fgcolor": "rgba(128,128,128,0.6)", "bgcolor": "rgba(0,0,0,0)", "size": 9}
    return trace.update(fillcolor="rgba(0,0,0,0)", fillpattern=hatch, opacity=1, line={"width": 0})


def _area(shapes: Iterable[Shape], colour: str, name: str) -> go.Scatter:
    """Shapes as one trace; its opacity is that of the whole, so that no seams show between them."""
    x: list[float | None] = []
    y: list[float | None] = []
    for shape in shapes:
        x += [corner[0] for corner in (*shape, shape[0])] + [None]
        y += [corner[1] for corner in (*shape, shape[0])] + [None]
    return go.Scatter(
        x=x or [None],
        y=y or [None],
        mode="lines",
        line={"width": 0.8, "color": colour},
        fill="toself",
        fillcolor=colour,
        opacity=0.3,
        name=name,
        hoverinfo="skip",
    )


def _lines(pieces: Iterable[Segment], name: str, dash: str, width: float, *, is_named: bool = True) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    for start, end in pieces:
        x += [start[0], end[0], None]
        y += [start[1], end[1], None]
    return go.Scatter(
        x=x or [None],
        y=y or [None],
        mode="lines",
        line={"color": NEUTRAL, "dash": dash, "width": width},
        name=name,
        legendgroup=name,
        showlegend=is_named,
        hoverinfo="skip",
    )


def _settings(ground: Ground) -> go.Scatter:
    """A mark at each setting, with its mean beside it where there is room."""
    table = region_table(ground)
    across, up = np.meshgrid(ground.region.map.x, ground.region.map.y, indexing="ij")
    texts = list(table.iloc[:, 2])
    has_room = len(texts) <= MOST_NUMBERS
    return go.Scatter(
        x=across.ravel(),
        y=up.ravel(),
        mode="markers+text" if has_room else "markers",
        text=texts if has_room else None,
        textposition="top center",
        textfont={"size": 12},
        marker={"color": NEUTRAL, "size": 6},
        customdata=table.to_numpy(),
        hovertemplate=_hover(table),
        name="settings that were run",
        showlegend=False,
    )


def _hover(table: pd.DataFrame) -> str:
    """A line for each column; names come from files, and Plotly shows them as text that knows a few tags."""
    names = [str(name).replace("<", "&lt;").replace("%{", "% {") for name in table.columns]
    return "<br>".join(f"{name}: %{{customdata[{place}]}}" for place, name in enumerate(names)) + "<extra></extra>"


def region_table(ground: Ground) -> pd.DataFrame:
    """A row for each setting: the mean difference, its interval, and who is better."""
    region, found = ground.region, ground.region.map
    rows = []
    for i, j in np.ndindex(found.mean.shape):
        ends = float(found.low[i, j]), float(found.high[i, j])
        width = (ends[1] - ends[0]) / 2
        texts = [_signed(value, ground.measure, width) for value in (float(found.mean[i, j]), *ends)]
        chance = f"{100 * found.chance[i, j]:.0f} %"
        verdict = region.policy if ends[0] > 0 else region.over if ends[1] < 0 else "nobody can tell"
        rows.append([region.x.label(i), region.y.label(j), texts[0], f"{texts[1]} to {texts[2]}", chance, verdict])
    head = [region.x.short, region.y.short, "mean gain", "95 % interval", f"chance for {region.policy}", "better"]
    return pd.DataFrame(rows, columns=head)


def _signed(value: float, measure: Measure, width: float) -> str:
    said = amount(value, measure, width=width)
    return f"+{said}" if value > 0 else said


def _alt(ground: Ground) -> str:
    region = ground.region
    better, worse = ground.surely
    many = region.map.mean.size
    return (
        f"Map of {named(region.x)} against {named(region.y)}, by {lowered(ground.measure.title)}: {region.policy} is "
        f"surely better than {region.over} at {better} of {many} settings and surely worse at {worse}; at "
        f"{many - better - worse} nobody can tell. {' '.join(said(ground))}"
    ).strip()


def said(ground: Ground) -> list[str]:
    """Where the sign changes, in sentences."""
    return crossings(ground.region, ground.measure.name)


def verdict(ground: Ground) -> str:
    """What the map says, in a sentence."""
    region = ground.region
    better, worse = ground.surely
    many = region.map.mean.size
    title = lowered(ground.measure.title)
    return (
        f"By {title}, each setting judged alone, {region.policy} surely beats {region.over} at {better} of {many} "
        f"settings, surely loses at {worse}, and at {many - better - worse} nobody can tell."
    )
