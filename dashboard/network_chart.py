"""The supply network on one day: nodes by how well they serve, lanes by how much is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from dashboard.launch import OKABE_ITO
from dashboard.looks import layout
from dashboard.network_day import Moment, Way, places, ways
from dashboard.picture import Picture
from dashboard.plan_layout import Node, buyers, nodes, stream

GREY: Final = "#808080"
SERVICE: Final = MappingProxyType(
    {
        "good": (OKABE_ITO[0], "circle", "95 % or more served at once"),
        "fair": (OKABE_ITO[1], "circle", "80 % or more"),
        "poor": (OKABE_ITO[3], "circle", "less than 80 %"),
        "idle": (GREY, "circle-open", "nobody came"),
    }
)
"""Colour, symbol and words of each level of service of a warehouse."""

USE: Final = MappingProxyType(
    {
        "empty": ("dot", 1.5, "nothing on the way"),
        "light": ("solid", 3.0, "up to half of its most on the way"),
        "heavy": ("solid", 7.0, "more than half of its most"),
    }
)
"""Dash, width and words of each use of a lane."""

_GAP: Final = 0.07
"""What a line keeps away from its nodes, as a share of the way between them."""

_NEAR: Final = 0.42
"""Where on its line a lane has its number: two lanes to and fro between the same places have one line."""

_SYMBOLS: Final = MappingProxyType({"supplier": "square-open", "customers": "diamond-open"})


def network_picture(moment: Moment) -> Picture:
    """The network on one day."""
    return Picture(
        key="network",
        title=title(moment),
        figure=figure(moment),
        alt=alt(moment),
        table=lambda: table(moment),
        note=_note(moment),
    )


def title(moment: Moment) -> str:
    """What stands out on that day: the backlog, else an empty shelf, else that all is well."""
    here, day = places(moment), f"Day {moment.day:.0f}"
    waiting = max(here, key=lambda place: place.backlog, default=None)
    coming = sum(way.travelling for way in ways(moment))
    if waiting is None:
        return f"{day}: no warehouse keeps {moment.product}"
    if waiting.backlog:
        return f"{day}: {waiting.backlog:,.0f} units are waited for at {waiting.name}; {coming:,.0f} are on the way"
    empty = [place.name for place in here if not place.on_hand]
    if empty:
        return f"{day}: the shelf of {' and '.join(empty)} is empty; {coming:,.0f} units are on the way"
    return f"{day}: nobody waits; {sum(place.on_hand for place in here):,.0f} units on hand, {coming:,.0f} on the way"


def _note(moment: Moment) -> str:
    which = "each number is the middle of all replications" if moment.replication is None else "one replication"
    ordinary = f" On this day: {', '.join(moment.spans)}." if moment.spans else ""
    return (
        f"{moment.policy}, units of {moment.product} at warehouses, of all products on lanes; {which}. Service looks "
        f"back {moment.lines.back:.0f} days.{ordinary}"
    )


def figure(moment: Moment) -> go.Figure:
    """Nodes and lanes with their numbers in words beside them, and a legend of colours and widths."""
    placed = nodes(moment.world, moment.product)
    drawn = go.Figure()
    _draw_sales(drawn, moment, placed)
    for way in ways(moment):
        _draw_way(drawn, way, placed)
    _draw_nodes(drawn, moment, placed)
    _draw_legend(drawn)
    last = max(node.x for node in placed.values())
    most = max(sum(other.x == node.x for other in placed.values()) for node in placed.values())
    drawn.update_layout(layout(max(340, 120 + 110 * most)), hovermode="closest")
    drawn.update_xaxes(visible=False, range=[-0.35, last + 0.35])
    drawn.update_yaxes(visible=False, range=[-0.15, 1.1])
    return drawn


def _draw_sales(drawn: go.Figure, moment: Moment, placed: dict[str, Node]) -> None:
    """Thin lines from warehouses to those who buy the product."""
    for name in buyers(moment.world, moment.product):
        start, end = placed[moment.world.customers[name].source], placed[stream(name)]
        line = {"color": GREY, "width": 1, "dash": "dash"}
        drawn.add_trace(_line(start, end, line))


def _line(start: Node, end: Node, line: dict[str, object]) -> go.Scatter:
    across, up = _GAP * (end.x - start.x), _GAP * (end.y - start.y)
    ends = {"x": [start.x + across, end.x - across], "y": [start.y + up, end.y - up]}
    return go.Scatter(mode="lines", line=line, hoverinfo="skip", showlegend=False, **ends)


def _draw_way(drawn: go.Figure, way: Way, placed: dict[str, Node]) -> None:
    """A lane, with what is on its way, if anything, written above it, nearer to where it comes from."""
    dash, width, words = USE[way.use]
    start, end = placed[way.source], placed[way.to]
    said = f"{way.name}: {way.travelling:,.0f} on the way, {way.making:,.0f} not yet sent, {words}"
    drawn.add_trace(_line(start, end, {"color": GREY, "width": width, "dash": dash}))
    drawn.add_trace(
        go.Scatter(
            x=[start.x + _NEAR * (end.x - start.x)],
            y=[start.y + _NEAR * (end.y - start.y)],
            mode="text",
            text=[f"{way.travelling:,.0f}<br>on the way<br> " if way.travelling else ""],
            textfont={"size": 13},
            textposition="top center",
            hovertemplate=f"{said}<extra></extra>",
            showlegend=False,
        )
    )


def _draw_nodes(drawn: go.Figure, moment: Moment, placed: dict[str, Node]) -> None:
    here = {place.name: place for place in places(moment)}
    made: dict[str, float] = {}
    for way in ways(moment):
        made[way.source] = made.get(way.source, 0.0) + way.making
    for node in placed.values():
        place = here.get(node.name)
        if place is not None:
            colour, symbol, _ = SERVICE[place.level]
            numbers = (f"{place.on_hand:,.0f} on hand", f"{place.backlog:,.0f} waited for", place.words)
            text = "<br>".join((f"<b>{node.name}</b>", *numbers))
        else:
            colour, symbol = GREY, _SYMBOLS.get(node.kind, "circle-open")
            text = f"<b>{node.name.removeprefix('customers ')}</b>{_made(node, made)}"
        drawn.add_trace(_mark(node, colour, symbol, text))


def _made(node: Node, made: dict[str, float]) -> str:
    return f"<br>{made.get(node.name, 0.0):,.0f} not yet sent" if node.kind == "supplier" else f"<br>{node.kind}"


def _mark(node: Node, colour: str, symbol: str, text: str) -> go.Scatter:
    size = 20 if symbol.startswith("diamond") else 26  # the tip of a larger one would reach into its name
    return go.Scatter(
        x=[node.x],
        y=[node.y],
        mode="markers+text",
        text=[text],
        textposition="bottom center",
        textfont={"size": 13},
        cliponaxis=False,
        marker={"symbol": symbol, "size": size, "color": colour, "line": {"width": 3, "color": colour}},
        hoverinfo="skip",
        showlegend=False,
    )


def _draw_legend(drawn: go.Figure) -> None:
    for colour, symbol, words in SERVICE.values():
        marker = {"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2, "color": colour}}
        drawn.add_trace(go.Scatter(x=[None], y=[None], mode="markers", marker=marker, name=words))
    for dash, width, words in USE.values():
        line = {"color": GREY, "dash": dash, "width": width}
        drawn.add_trace(go.Scatter(x=[None], y=[None], mode="lines", line=line, name=words))


def alt(moment: Moment) -> str:
    """Every warehouse and lane with its numbers, in words."""
    stocks = "; ".join(
        f"{place.name} {place.on_hand:,.0f} on hand, {place.backlog:,.0f} waited for, {place.words}"
        for place in places(moment)
    )
    lanes = "; ".join(f"{way.name} {way.travelling:,.0f} on the way" for way in ways(moment))
    ordinary = f" Going on: {', '.join(moment.spans)}." if moment.spans else ""
    return f"Supply network on day {moment.day:.0f} under {moment.policy}: {stocks}. Lanes: {lanes}.{ordinary}"


def table(moment: Moment) -> pd.DataFrame:
    """A row for each warehouse and each lane."""
    rows: list[Sequence[object]] = [
        ("warehouse", p.name, round(p.on_hand), round(p.backlog), round(p.on_order), None, None, p.words)
        for p in places(moment)
    ]
    rows += [
        ("lane", way.name, None, None, None, round(way.making), round(way.travelling), USE[way.use][2])
        for way in ways(moment)
    ]
    heads = ["kind", "name", "on hand", "waited for", "on order", "not yet sent", "on the way", "in words"]
    return pd.DataFrame(rows, columns=heads)
