"""How things look in every chart: a colour and a dash for each policy, the shaded times, the frame of a figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle
from types import MappingProxyType
from typing import Final

import plotly.graph_objects as go

from dashboard.launch import OKABE_ITO
from sim import Span

DASHES: Final = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""So that no meaning is by colour alone."""

_SHADES: Final = MappingProxyType({"spike": 0.12, "outage": 0.24, "run_out": 0.08})
"""How strongly the grey of each kind of time is laid on."""


@dataclass(frozen=True)
class Look:
    """How a policy is drawn, in every chart."""

    colour: str
    dash: str

    @property
    def shade(self) -> str:
        """Its colour, see-through."""
        return self.tint(0.16)

    def tint(self, strength: float) -> str:
        """Its colour, see-through, from 0 (nothing) to 1 (the colour itself)."""
        red, green, blue = (int(self.colour[at : at + 2], 16) for at in (1, 3, 5))
        return f"rgba({red},{green},{blue},{strength:g})"


def looks(policies: Iterable[str]) -> dict[str, Look]:
    """The look of each policy, by its place in the scenario."""
    pairs = zip(policies, cycle(OKABE_ITO), cycle(DASHES), strict=False)
    return {policy: Look(colour, dash) for policy, colour, dash in pairs}


def layout(height: int) -> dict[str, object]:
    """What all charts have in common; no background, so that they fit light and dark."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 24, "b": 8},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        "dragmode": False,
    }


def seen(spans: Iterable[Span], until: float) -> list[Span]:
    """The spans that lie between day 0 and the end of an axis, in days."""
    return [span for span in spans if span.end > 0 and span.start < until]


def shade(figure: go.Figure, spans: Sequence[Span], *, until: float) -> None:
    """Mark spikes, outages and the run-out on a chart whose x axis is days; the one way of doing so.

    Args:
        figure: with days from day 0 on its x axis.
        spans: as in `Timelines.spans`.
        until: the last day on the axis.
    """
    inside = seen(spans, until)
    layers = max((sum(other.start <= span.start < other.end for other in inside) for span in inside), default=1)
    below = [sum(other.end > span.start for other in inside[:place]) for place, span in enumerate(inside)]
    figure.update_layout(
        shapes=[_field(span, until, share=min(1.0, 2 / layers)) for span in inside],
        annotations=[_label(span, line) for span, line in zip(inside, below, strict=True)],
    )


def _field(span: Span, until: float, *, share: float) -> dict[str, object]:
    """The full height of the chart, for as long as a span lasts; paler where many lie upon each other.

    (`add_vrect` says the same, ten times as slowly.)
    """
    across = {"type": "rect", "xref": "x", "x0": max(span.start, 0.0), "x1": min(span.end, until)}
    grey = f"rgba(128,128,128,{share * _SHADES[span.kind]:.3f})"
    look = {"fillcolor": grey, "line": {"width": 0}, "layer": "below", "name": span.label}
    return {**across, "yref": "y domain", "y0": 0, "y1": 1, **look}


def _label(span: Span, line: int) -> dict[str, object]:
    """The name of a span in its upper left corner, some lines below those before it."""
    place = {"xref": "x", "x": max(span.start, 0.0), "xanchor": "left", "yref": "y domain", "y": 1, "yanchor": "top"}
    return {**place, "text": span.label, "font": {"size": 11}, "showarrow": False, "yshift": -14 * line}


def shaded(spans: Sequence[Span], *, until: float) -> str:
    """The shaded times in words, for an alternative text; empty where nothing is shaded."""
    told = [f"{s.label} from day {max(s.start, 0):.0f} to {min(s.end, until):.0f}" for s in seen(spans, until)]
    return f" Shaded: {'; '.join(told)}." if told else ""
