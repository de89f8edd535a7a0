"""One customer's time between the first visit and the end, as bars and marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from dashboard.launch import OKABE_ITO
from dashboard.looks import layout
from dashboard.picture import Picture
from sim import FATES, Life, Tale
from sim.words import DAY, Notice

BLUE, ORANGE, GREEN, RED, PINK, SKY = OKABE_ITO

LANES: Final = ("happened", "waited", "promised", "would wait")
"""The rows of the picture, from the top."""

_HALF: Final = 0.28
"""Half the height of a bar."""


@dataclass(frozen=True)
class Bar:
    """A stretch of time, in days after the first visit."""

    lane: str
    start: float
    end: float
    colour: str
    words: str


@dataclass(frozen=True)
class Mark:
    """A moment, in days after the first visit."""

    time: float
    kind: str
    words: str


_SYMBOLS: Final = MappingProxyType(
    {
        "visit": ("circle", BLUE),
        "goods": ("square", GREEN),
        "word of the shop": ("triangle-up", ORANGE),
        "end": ("star", BLUE),
        "gone": ("x", RED),
    }
)


def bars(tale: Tale) -> tuple[Bar, ...]:
    """Every wait, promise and patience of a customer; patience without end ends with everything else."""
    day = _days(tale)
    far = 1.15 * max((day(life.ended) for life in tale.lives), default=0.0)
    far = max([far, 1.0, *(day(life.time + life.hi) * 1.1 for life in tale.lives if life.hi >= 0)])
    return tuple(bar for life in tale.lives for bar in _bars(life, day, far))


def _bars(life: Life, day: Callable[[int], float], far: float) -> Iterator[Bar]:
    came = day(life.time)
    patience = day(life.time + life.patience)
    told = f"would wait {life.patience / DAY:.1f} days" if patience <= far else "would wait beyond this picture"
    yield Bar("would wait", came, min(patience, far), PINK, told)
    if life.hi >= 0:
        words = f"promised between {life.lo / DAY:.1f} and {life.hi / DAY:.1f} days after the visit"
        yield Bar("promised", day(life.time + life.lo), day(life.time + life.hi), SKY, words)
    if life.ended > life.time:
        yield Bar("waited", came, day(life.ended), GREEN if life.now or life.grants else RED, _length(life))


def _length(life: Life) -> str:
    return f"{(life.ended - life.time) / DAY:.1f} days: {FATES[life.fate]}"


def marks(tale: Tale) -> tuple[Mark, ...]:
    """Every moment that the ledger knows of, in order."""
    day = _days(tale)
    found = [mark for life in tale.lives for mark in _marks(life, day)]
    return tuple(sorted(found, key=lambda mark: mark.time))


def _marks(life: Life, day: Callable[[int], float]) -> Iterator[Mark]:
    yield Mark(day(life.time), "visit", f"comes for {life.units}, sees {life.on_hand} on the shelf")
    for grant in life.grants:
        yield Mark(day(grant.time), "goods", f"{grant.units} set aside")
    for word in life.traces.words:
        if word.kind not in (Notice.AT_RISK, Notice.HIDDEN):
            yield Mark(day(word.time), "word of the shop", word.kind.name.lower().replace("_", " "))
    if life.ended > life.time:
        served = life.now + sum(grant.units for grant in life.grants) >= life.units
        yield Mark(day(life.ended), "end" if served else "gone", FATES[life.fate])


def _days(tale: Tale) -> Callable[[int], float]:
    first = tale.lives[0].time
    return lambda time: (time - first) / DAY


def story_picture(tale: Tale) -> Picture:
    """The picture of one customer."""
    return Picture(
        key="story",
        title=title(tale),
        figure=figure(tale),
        alt=f"Timeline of customer {tale.customer}: {'; '.join(event.text for event in tale.events)}.",
        table=lambda: table(tale),
        note=f"Days after the first visit. The story below tells the same in words.{_beyond(tale)}",
    )


def _beyond(tale: Tale) -> str:
    """A word where patience does not end within the picture."""
    far = max(bar.end for bar in bars(tale))
    goes_on = any(_days(tale)(life.time + life.patience) > far for life in tale.lives)
    return " Patience goes on beyond the right edge." if goes_on else ""


def title(tale: Tale) -> str:
    """Who it is, and what became of the wish."""
    last = tale.lives[-1]
    whole = (last.ended - tale.lives[0].time) / DAY
    again = f" at visit {len(tale.lives)}" if len(tale.lives) > 1 else ""
    late = (last.ended - last.time - last.hi) / DAY if last.joined and last.grants else 0.0
    broken = f", {late:.1f} days after the promise" if late > 0 else ""
    return f"Customer {tale.customer} of {last.stream}: {FATES[tale.fate]}{again} after {whole:.1f} days{broken}"


def figure(tale: Tale) -> go.Figure:
    """Bars for waits, promises and patience; marks for what happened."""
    drawn = go.Figure()
    for bar in bars(tale):
        drawn.add_trace(_drawn_bar(bar))
    found = marks(tale)
    for kind, (symbol, colour) in _SYMBOLS.items():
        some = [mark for mark in found if mark.kind == kind]
        if some:
            drawn.add_trace(_drawn_marks(some, kind, symbol, colour))
    drawn.update_layout(layout(260), hovermode="closest")
    names = list(LANES)
    drawn.update_yaxes(
        tickvals=[-row for row in range(len(names))],
        ticktext=names,
        range=[0.4 - len(names), 0.6],
        zeroline=False,
        showgrid=False,
    )
    far = max((bar.end for bar in bars(tale)), default=1.0)
    drawn.update_xaxes(title="days after the first visit", range=[-0.04 * far, 1.02 * far], zeroline=False)
    return drawn


def _drawn_bar(bar: Bar) -> go.Scatter:
    row = -LANES.index(bar.lane)
    return go.Scatter(
        x=[bar.start, bar.end, bar.end, bar.start, bar.start],
        y=[row - _HALF, row - _HALF, row + _HALF, row + _HALF, row - _HALF],
        fill="toself",
        mode="lines",
        line={"color": bar.colour, "width": 1},
        fillcolor=_pale(bar.colour),
        hoveron="fills",
        name=bar.words,
        hoverinfo="name",
        hoverlabel={"namelength": -1},
        showlegend=False,
    )


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.35)"


def _drawn_marks(some: Sequence[Mark], kind: str, symbol: str, colour: str) -> go.Scatter:
    return go.Scatter(
        x=[mark.time for mark in some],
        y=[0] * len(some),
        mode="markers",
        marker={"symbol": symbol, "size": 13, "color": colour, "line": {"width": 1}},
        name=kind,
        customdata=[mark.words for mark in some],
        hovertemplate="day %{x:.1f}: %{customdata}<extra></extra>",
    )


def table(tale: Tale) -> pd.DataFrame:
    """The story, sentence by sentence."""
    return pd.DataFrame([(event.when, event.text) for event in tale.events], columns=["when", "what happened"])
