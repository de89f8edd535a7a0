"""Fans over time as pictures: each with a title that says what to see, and the worst and best replication on demand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.charts import (
    NONE,
    Extreme,
    Extremes,
    frame,
    over_time,
    over_time_alt,
    over_time_table,
    said,
    turn,
)
from dashboard.looks import Look, looks, shaded
from dashboard.picture import Picture
from sim import QUANTITIES, Results, Timelines

GOAL: Final = "total_value"

_TITLES: Final = MappingProxyType(
    {
        "on_hand": "The shelf is empty on {count} days under {policy}",
        "backlog": "Most wait under {policy}: {value} units, on day {day}",
        "on_order": "Most is on order under {policy}: {value} units, on day {day}",
        "at_once": "What is served at once falls lowest under {policy}: to {value}, on day {day}",
        "in_the_end": "What is served in the end falls lowest under {policy}: to {value}, on day {day}",
        "kept": "Fewest promises are kept under {policy}: {value} of those made in the {before} before day {day}",
        "loyalty": "Members come least often under {policy}: {value} times as often as at first, on day {day}",
        "stars": "Reviews are worst under {policy}: {value} stars, on day {day}",
    }
)


def extremes(results: Results, policies: Sequence[str], *, within: int) -> Extremes:
    """The replications with the lowest and the highest total value of each policy.

    Args:
        results: what decides.
        policies: of which.
        within: only among so many first replications: those there are lines of.
    """
    found = {}
    for policy in policies:
        values = results.array(policy, GOAL)[:within]
        if not np.isnan(values).all():
            low, high = int(np.nanargmin(values)), int(np.nanargmax(values))
            found[policy] = (Extreme("worst", low), Extreme("best", high))
    return found


def fan(
    lines: Timelines, quantity: str, chosen: Sequence[str], *, scope: str = "", singled: Extremes = NONE
) -> Picture:
    """A quantity over time."""
    return Picture(
        key=quantity,
        title=title(lines, quantity, chosen, scope=scope),
        figure=over_time(lines, quantity, chosen, scope=scope, extremes=singled),
        alt=over_time_alt(lines, quantity, chosen, scope=scope),
        table=partial(over_time_table, lines, quantity, chosen, scope=scope),
        note=note(lines, quantity),
    )


def note(lines: Timelines, quantity: str) -> str:
    """What the quantity is; rolling shares look back as far as the run is long."""
    about = QUANTITIES[quantity].definition
    return about if lines.back == 7 else about.replace("of the week before", "of the day before")


def title(lines: Timelines, quantity: str, chosen: Sequence[str], *, scope: str = "") -> str:
    """The most telling thing in a fan: under which policy it goes furthest, and when."""
    about = QUANTITIES[quantity]
    if quantity == "on_hand":
        return _empty(lines, chosen, scope)
    found = {policy: turn(lines, quantity, policy, scope=scope) for policy in chosen}
    turns = {policy: each for policy, each in found.items() if each is not None}
    sign = -1 if about.unit in ("units", "days") else 1
    if not turns or (sign < 0 and not any(value for _, value in turns.values())):
        return f"{about.title}: nothing to see under {' and '.join(chosen) or 'no policy'}"
    policy = min(turns, key=lambda each: sign * turns[each][1])
    day, value = turns[policy]
    if len(turns) > 1 and len({said(value, quantity) for _, value in turns.values()}) == 1:
        policy = "every policy shown"
    if about.unit == "share" and said(value, quantity) == "100 %":
        return f"{about.title}: 100 % all the time, by the median"
    before = "week" if lines.back == 7 else "day"
    return _TITLES[quantity].format(policy=policy, value=said(value, quantity), day=f"{day:.0f}", before=before)


def _empty(lines: Timelines, chosen: Sequence[str], scope: str) -> str:
    """How long the shelf is empty, by the median."""
    step = float(lines.days[1] - lines.days[0])
    days = {policy: step * int((lines.band(policy, "on_hand", scope=scope).median <= 0).sum()) for policy in chosen}
    together = "all shelves together are" if not scope and len(lines.scopes) > 1 else "the shelf is"
    if not any(days.values()):
        return f"By the median, {together} never empty"
    told = ", ".join(f"{count:.0f} under {policy}" for policy, count in sorted(days.items(), key=lambda each: -each[1]))
    return f"Days on which, by the median, {together} empty: {told}"


def waits(lines: Timelines, chosen: Sequence[str]) -> Picture:
    """What customers are promised, beside how long they wait."""
    return Picture(
        key="waits",
        title=_waits_title(lines, chosen),
        figure=_waits_figure(lines, chosen),
        alt=_waits_alt(lines, chosen),
        table=lambda: _waits_table(lines, chosen),
        note=(
            f"{QUANTITIES['waited'].title} (thick, with the band that holds half of the replications) and "
            f"{QUANTITIES['promised'].title.lower()} (thin, with crosses), in days, by the day of the order. Only "
            "backorders that were delivered count; above the thin line they came too late."
        ),
    )


def _gap(lines: Timelines, policy: str) -> tuple[float, float] | None:
    """Day and size of the largest median excess of the wait over the promise."""
    late = np.array(lines.band(policy, "waited").median - lines.band(policy, "promised").median)
    if np.isnan(late).all():
        return None
    at = int(np.nanargmax(late))
    return float(lines.days[at]), float(late[at])


def _waits_title(lines: Timelines, chosen: Sequence[str]) -> str:
    gaps = {policy: gap for policy in chosen if (gap := _gap(lines, policy)) is not None}
    if not gaps:
        return "No backorder was delivered under these policies, so there is no wait to hold against a promise"
    policy = max(gaps, key=lambda each: gaps[each][1])
    day, late = gaps[policy]
    if late <= 0:
        return "By the median, goods come within the promise all the time"
    return f"Goods come latest under {policy}: {late:.1f} days after the promise, for orders of about day {day:.0f}"


def _waits_figure(lines: Timelines, chosen: Sequence[str]) -> go.Figure:
    look = looks(lines.policies)
    chosen = [policy for policy in chosen if _gap(lines, policy) is not None]
    drawn = over_time(lines, "waited", chosen)
    drawn.data = [trace for trace in drawn.data if trace.fillcolor is None or trace.fillcolor.endswith(",0.24)")]
    for trace in drawn.data:
        if trace.fillcolor is None:
            trace.name = f"{trace.name}: waited"
    for policy in chosen:
        median = lines.band(policy, "promised").median
        drawn.add_trace(_promise(lines.days, median, look[policy], policy))
    drawn.layout.shapes, drawn.layout.annotations = (), ()
    frame(drawn, lines, "waited")
    drawn.update_yaxes(title="days after the order")
    return drawn


def _promise(days: NDArray[np.float64], median: NDArray[np.float64], look: Look, policy: str) -> go.Scatter:
    return go.Scatter(
        x=days,
        y=median,
        name=f"{policy}: promised",
        legendgroup=policy,
        mode="lines+markers",
        line={"color": look.colour, "dash": look.dash, "width": 1},
        marker={"symbol": "x-thin", "size": 8, "maxdisplayed": 24, "line": {"color": look.colour, "width": 2}},
        hovertemplate="%{y:.1f}",
    )


def _waits_alt(lines: Timelines, chosen: Sequence[str]) -> str:
    told = []
    for policy in chosen:
        gap = _gap(lines, policy)
        told.append(f"{policy}: at most {gap[1]:.1f} days after the promise, on day {gap[0]:.0f}." if gap else "")
    marked = shaded(lines.spans, until=float(lines.days[-1]))
    words = " ".join(filter(None, told)) or "No backorder was delivered."
    return f"Lines of promised and actual waits by day of the order, medians of replications. {words}{marked}"


def _waits_table(lines: Timelines, chosen: Sequence[str]) -> pd.DataFrame:
    columns = {"day": lines.days}
    for policy in chosen:
        columns[f"{policy} promised"] = lines.band(policy, "promised").median
        columns[f"{policy} waited"] = lines.band(policy, "waited").median
    return pd.DataFrame(columns).round(2)
