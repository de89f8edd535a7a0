"""Why one policy is worth more than another: the lines of the account, from difference to difference."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.launch import OKABE_ITO
from dashboard.looks import layout
from dashboard.picture import Picture
from sim import MEASURES, Results, amount, estimate

GOAL: Final = "total_value"

SMALL: Final = 0.02
"""Lines whose difference is below this share of the largest are drawn together."""

REST: Final = "all other lines"

_BESIDE: Final = 64
"""Pixels for a number to the right of the longest bar."""

UP, DOWN, TOTAL = OKABE_ITO[0], OKABE_ITO[3], "#808080"


@dataclass(frozen=True, eq=False)
class Step:
    """What one line of the account adds to the difference, or takes from it."""

    title: str
    apart: NDArray[np.float64]
    """By replication: its effect on the goal under one policy less that under the other."""

    @property
    def mean(self) -> float:
        """Over the replications."""
        return float(self.apart.mean())

    @property
    def half_width(self) -> float:
        """Half its 95 % interval."""
        return estimate(self.apart).half_width

    @property
    def decided(self) -> bool:
        """Whether that interval leaves out 0."""
        return abs(self.mean) > self.half_width


def account(goal: str = GOAL) -> dict[str, int]:
    """The lines that a sum of the account is made of, each with the sign it enters with, by the sum's own formula."""
    found: dict[str, int] = {}
    for sign, name in re.findall(r"([+-]?) ?(\w+)", MEASURES[goal].formula):
        factor = -1 if sign == "-" else 1
        parts = account(name) if _is_sum(name) else {name: 1}
        found |= {line: factor * own for line, own in parts.items()}
    return found


def _is_sum(name: str) -> bool:
    """Whether a measure is nothing but other measures of money, added and taken away."""
    words = re.split(r" [+-] ", MEASURES[name].formula)
    return all(word in MEASURES and MEASURES[word].unit == "money" for word in words)


def steps(results: Results, policy: str, baseline: str) -> tuple[Step, ...]:
    """The lines whose difference is not 0, in the order of the account; together they are the difference."""
    found = []
    for name, sign in account().items():
        apart = sign * (results.array(policy, name) - results.array(baseline, name))
        if apart.any():
            found.append(Step(MEASURES[name].title, apart))
    return tuple(found)


def gathered(found: Sequence[Step]) -> tuple[Step, ...]:
    """The same with small lines as one, at the end."""
    largest = max((abs(step.mean) for step in found), default=0.0)
    large = [step for step in found if abs(step.mean) >= SMALL * largest]
    small = [step for step in found if abs(step.mean) < SMALL * largest]
    if len(small) < 2:
        return tuple(found)
    return (*large, Step(REST, np.sum([step.apart for step in small], axis=0)))


def bridge_picture(results: Results, policy: str, baseline: str) -> Picture:
    """From a baseline to a policy, line by line."""
    found = steps(results, policy, baseline)
    whole = total(results, policy, baseline)
    return Picture(
        key="bridge",
        title=_title(results, found, whole, policy, baseline),
        figure=figure(results, gathered(found), whole),
        alt=alt(results, found, whole, policy, baseline),
        table=lambda: table(results, found, whole),
        note=(
            f"{results.currency} per replication, {policy} less {baseline}: a bar to the right makes {policy} worth "
            f"more. Pale bars are not clearly different from 0 ({results.replications} replications, 95 %)."
        ),
    )


def total(results: Results, policy: str, baseline: str) -> Step:
    """The difference that the lines explain."""
    return Step(MEASURES[GOAL].title, results.array(policy, GOAL) - results.array(baseline, GOAL))


def _title(results: Results, found: Sequence[Step], whole: Step, policy: str, baseline: str) -> str:
    if not found:
        return f"{policy} and {baseline} are worth the same, line by line"
    most = max(found, key=lambda step: abs(step.mean))
    way = "more" if whole.mean > 0 else "less"
    size = f"{_money(abs(whole.mean), whole)} {results.currency}"
    return f"{policy} is worth {size} {way} than {baseline}; the largest part is {most.title.lower()}"


def figure(results: Results, found: Sequence[Step], whole: Step) -> go.Figure:
    """Bars that begin where the one before ended; the last is the sum of all."""
    names = [*(step.title for step in found), whole.title]
    every = (*found, whole)
    drawn = go.Figure(
        go.Bar(
            orientation="h",
            y=names,
            base=_bases(found),
            x=[step.mean for step in every],
            text=[f"{step.mean:+,.0f}" for step in every],
            textposition="outside",
            cliponaxis=False,
            marker={
                "color": [*(UP if step.mean > 0 else DOWN for step in found), TOTAL],
                "opacity": [1.0 if step.decided else 0.45 for step in every],
            },
            customdata=[_interval(step) for step in every],
            hovertemplate="%{y}: %{customdata}<extra></extra>",
        )
    )
    drawn.update_layout(layout(90 + 30 * len(names)), showlegend=False)
    drawn.update_layout(margin={"r": _BESIDE})
    drawn.update_yaxes(autorange="reversed", ticksuffix="  ", automargin=True)
    drawn.update_xaxes(title=f"difference in {results.currency}", range=_reach(found), zeroline=True)
    return drawn


def _bases(found: Sequence[Step]) -> list[float]:
    """Where each bar begins; the sum begins at 0."""
    ends = np.cumsum([0.0, *(step.mean for step in found)])
    return [*ends[:-1].tolist(), 0.0]


def _reach(found: Sequence[Step]) -> list[float]:
    """The axis, with some room on either side."""
    ends = np.cumsum([0.0, *(step.mean for step in found)])
    room = 0.1 * (float(np.ptp(ends)) or 1.0)
    return [float(ends.min()) - room, float(ends.max()) + room]


def _money(value: float, step: Step) -> str:
    return amount(value, MEASURES[GOAL], width=step.half_width)


def _interval(step: Step) -> str:
    return f"{_money(step.mean, step)} ± {_money(step.half_width, step)}"


def alt(results: Results, found: Sequence[Step], whole: Step, policy: str, baseline: str) -> str:
    """The sum and its largest parts, in words."""
    parts = sorted(found, key=lambda step: -abs(step.mean))[:3]
    told = "; ".join(f"{step.title.lower()} {step.mean:+,.0f}" for step in parts) or "none"
    size = f"{whole.mean:+,.0f} {results.currency}"
    return f"Bridge from {baseline} to {policy} in total value: {size}. Largest parts: {told}."


def table(results: Results, found: Sequence[Step], whole: Step) -> pd.DataFrame:
    """A row for each line, and the sum."""
    rows = [(step.title, round(step.mean, 2), round(step.half_width, 2)) for step in (*found, whole)]
    return pd.DataFrame(rows, columns=["line", f"difference ({results.currency})", "± 95 %"])
