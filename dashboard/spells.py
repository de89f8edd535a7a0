"""How deep each policy falls in a shock, how long it survives it and takes to recover: all replications, by policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.looks import Look, layout
from dashboard.picture import Picture
from sim import MEASURES, Measure, Results, Timelines, amount, estimate

Floats = NDArray[np.float64]

SPELLS: Final = ("time_to_survive", "time_to_recover", "resilience_area")
"""The measures of a shock, where the registry has them."""

_TITLES: Final = MappingProxyType(
    {
        "time_to_survive": "{policy} serves everybody for longest after the shock begins",
        "time_to_recover": "{policy} is back in stock soonest after the shock begins",
        "resilience_area": "{policy} loses least service to the shock",
        "depth": "{policy} falls least deep",
    }
)


_MISSING: Final = MappingProxyType({"time_to_survive": "nobody short", "time_to_recover": "not back by the end"})
"""What it means that a replication has no value."""


@dataclass(frozen=True, eq=False)
class Spell:
    """A number about a shock that every replication has, or has not."""

    key: str
    title: str
    about: str
    like: Measure
    """A measure of the same unit and direction."""
    values: Mapping[str, Floats]
    """By policy: one value per replication; NaN where undefined."""

    def known(self, policy: str) -> Floats:
        """The values that are defined."""
        values = self.values[policy]
        return values[~np.isnan(values)]

    @property
    def unit(self) -> str:
        """For the axis; shares are in percent."""
        return "" if self.like.unit == "share" else f" ({self.like.unit})"


def spells(results: Results, lines: Timelines) -> tuple[Spell, ...]:
    """All that can be said of the first shock; nothing where there is none."""
    found = [_measured(results, name) for name in SPELLS if name in results.measures]
    every = [*found, *_depth(lines)]
    return tuple(spell for spell in every if any(len(spell.known(policy)) for policy in spell.values))


def _measured(results: Results, name: str) -> Spell:
    measure = MEASURES[name]
    values = {policy: results.array(policy, name) for policy in results.policies}
    return Spell(name, measure.title, measure.definition, measure, values)


def _depth(lines: Timelines) -> list[Spell]:
    """The worst week since the first shock began, by replication."""
    starts = [span.start for span in lines.spans if span.kind != "run_out" and span.end > 0]
    if not starts:
        return []
    since = lines.days >= min(starts)
    values = {policy: _least(lines.every(policy, "in_the_end")[:, since]) for policy in lines.policies}
    about = (
        f"The smallest share of the units wanted within {lines.back:.0f} days that was delivered in the end, at once "
        "or after a wait, since the first shaded time began."
    )
    return [Spell("depth", "Depth of the fall", about, MEASURES["fill_rate"], values)]


def _least(each: NDArray[np.float32]) -> Floats:
    """The smallest defined value of each row."""
    found = np.where(np.isnan(each), np.inf, each).min(axis=1).astype(np.float64)
    return np.where(np.isinf(found), np.nan, found)


def spell_picture(spell: Spell, looks: Mapping[str, Look]) -> Picture:
    """The distribution over the replications, by policy."""
    return Picture(
        key=spell.key,
        title=_title(spell),
        figure=figure(spell, looks),
        alt=alt(spell),
        table=lambda: table(spell),
        note=f"{spell.about} A dot is a replication; a box holds half of them.",
    )


def _title(spell: Spell) -> str:
    """The policy with the best middle; who never falls survives for ever, and who never comes back takes for ever."""
    sign = -1 if spell.like.direction == "down" else 1
    there = [policy for policy in spell.values if len(spell.values[policy])]
    middles = {policy: sign * float(np.median(np.nan_to_num(spell.values[policy], nan=np.inf))) for policy in there}
    if len(set(middles.values())) == 1:
        return f"{spell.title}: in the middle of the replications the same under every policy"
    best = max(middles, key=lambda policy: middles[policy])
    return f"{spell.title}: in the middle of the replications {_TITLES[spell.key].format(policy=best)}"


def figure(spell: Spell, looks: Mapping[str, Look]) -> go.Figure:
    """A box with all its replications for each policy."""
    drawn = go.Figure()
    for policy in spell.values:
        drawn.add_trace(_box(spell.known(policy), f"{policy}{_missing(spell, policy, '<br>')}", looks[policy]))
    drawn.update_layout(layout(90 + 52 * len(spell.values)), showlegend=False)
    drawn.update_xaxes(title=f"{spell.title.lower()}{spell.unit}", rangemode="tozero")
    drawn.update_xaxes(tickformat=".0%" if spell.like.unit == "share" else None)
    drawn.update_yaxes(autorange="reversed", ticksuffix="  ", automargin=True)
    return drawn


def _box(values: Floats, name: str, look: Look) -> go.Box:
    return go.Box(
        x=values,
        name=name,
        orientation="h",
        boxpoints="all",
        jitter=0.5,
        pointpos=0,
        line={"color": look.colour, "width": 2},
        fillcolor="rgba(0,0,0,0)",
        marker={"color": look.colour, "size": 5, "opacity": 0.6},
    )


def alt(spell: Spell) -> str:
    """Mean and number of replications of every policy."""
    told = "; ".join(f"{policy} {_mean(spell, policy)}" for policy in spell.values)
    return f"Boxes of {spell.title.lower()}{spell.unit} by policy, means: {told}."


def _mean(spell: Spell, policy: str) -> str:
    found = estimate(spell.values[policy])
    said = amount(found.mean, spell.like, width=found.half_width) if found.n else "none"
    return f"{said}{_missing(spell, policy, ' ')}"


def _missing(spell: Spell, policy: str, before: str) -> str:
    """How many replications have no value, and what that means; empty where all have one."""
    every, known = len(spell.values[policy]), len(spell.known(policy))
    words = _MISSING.get(spell.key, "not defined")
    return f"{before}({words} in {every - known} of {every})" if known < every else ""


def table(spell: Spell) -> pd.DataFrame:
    """A row for each policy: mean, spread, and in how many replications it is defined."""
    rows = []
    for policy in spell.values:
        known, half = spell.known(policy), estimate(spell.values[policy]).half_width
        ends = np.quantile(known, (0.05, 0.5, 0.95)).tolist() if len(known) else [np.nan] * 3
        rows.append((policy, _mean(spell, policy), *(amount(end, spell.like, width=half) for end in ends), len(known)))
    return pd.DataFrame(rows, columns=["policy", f"mean{spell.unit}", "5 %", "median", "95 %", "replications"])
