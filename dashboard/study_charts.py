"""The charts of a study: the difference at every setting, what moves it, and the frontier of service and value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from dashboard.looks import Look, layout
from dashboard.picture import Picture
from dashboard.region_chart import NEUTRAL
from experiments.analysis.intervals import Interval, mean_interval
from experiments.analysis.of_study import kind_of, morris_of, regression_of, sobol_of, tornado_of
from experiments.analysis.results import StudyResults
from experiments.analysis.tornado import Bar
from experiments.analysis.winners import Outcome
from experiments.report.answer import lowered, signed
from sim import MEASURES, heading

MOST_ROWS: Final = 60
"""Settings drawn one by one; of more, these many evenly from the smallest difference to the largest."""

_SYMBOLS: Final = MappingProxyType({"better": "circle", "worse": "square", "open": "circle-open"})


@dataclass(frozen=True, eq=False)
class Matter:
    """What is looked at: one policy of a study beside its baseline, by one measure."""

    results: StudyResults
    policy: str
    measure: str
    looks: Mapping[str, Look]
    """By policy."""

    @property
    def title(self) -> str:
        """The measure with its unit, within a sentence."""
        return lowered(heading(MEASURES[self.measure], self.results.currency))


@dataclass(frozen=True)
class Row:
    """One line of a chart of intervals."""

    label: str
    interval: Interval
    outcome: Outcome


def differences(matter: Matter, outcomes: tuple[Outcome, ...]) -> Picture:
    """The difference to the baseline at every setting, with its interval."""
    results, policy = matter.results, matter.policy
    gain = results.array(policy, matter.measure) - results.array(results.baseline, matter.measure)
    found = [mean_interval(row, comparisons=max(1, len(results.policies) - 1)) for row in gain]
    rows = [
        Row(_setting(results, place), interval, outcome)
        for place, (interval, outcome) in enumerate(zip(found, outcomes, strict=True))
    ]
    counts = ", ".join(f"{word} at {outcomes.count(word)}" for word in ("better", "worse"))
    return Picture(
        key="differences",
        title=f"At which settings {policy} beats {results.baseline}",
        figure=intervals(_few(rows), matter, axis=f"{matter.title}: {policy} minus {results.baseline}"),
        alt=f"Differences of {policy} to {results.baseline} at {len(rows)} settings: surely {counts}, else undecided.",
        table=lambda: _rows_table(rows, matter),
        note=(
            f"{' · '.join(axis.short for axis in results.axes)}. Marks are means, lines 95 % intervals over "
            f"replications; hollow: not sure with all settings held together.{_left_out(rows)}"
        ),
    )


def _setting(results: StudyResults, place: int) -> str:
    return " · ".join(axis.label_of(results.settings[place]) for axis in results.axes) or "the only setting"


def _few(rows: Sequence[Row]) -> list[Row]:
    if len(rows) <= MOST_ROWS:
        return list(rows)
    ranked, last = sorted(rows, key=lambda row: row.interval.value), len(rows) - 1
    return [ranked[place * last // (MOST_ROWS - 1)] for place in range(MOST_ROWS)]


def _left_out(rows: Sequence[Row]) -> str:
    if len(rows) <= MOST_ROWS:
        return ""
    return f" {MOST_ROWS} of {len(rows):,} settings are drawn, in the order of their size; the table has them all."


def intervals(rows: Sequence[Row], matter: Matter, *, axis: str) -> go.Figure:
    """A mark and its interval for each row, coloured by who is better."""
    figure = go.Figure()
    for outcome, name in _named(matter):
        mine = [row for row in rows if row.outcome == outcome]
        if mine:
            figure.add_trace(_marks(mine, _colour(matter, outcome), _SYMBOLS[outcome], name, matter))
    labels = [row.label for row in rows]
    figure.update_layout(layout(110 + 20 * len(rows)), hovermode="closest")
    figure.update_xaxes(title=axis, zeroline=True, zerolinecolor=NEUTRAL, zerolinewidth=2)
    figure.update_yaxes(categoryorder="array", categoryarray=labels[::-1], ticksuffix="  ", type="category")
    return figure


def _named(matter: Matter) -> tuple[tuple[Outcome, str], ...]:
    policy, baseline = matter.policy, matter.results.baseline
    return ("better", f"{policy} better"), ("worse", f"{baseline} better"), ("open", "not sure")


def _colour(matter: Matter, outcome: Outcome) -> str:
    policies = {"better": matter.policy, "worse": matter.results.baseline}
    return matter.looks[policies[outcome]].colour if outcome in policies else NEUTRAL


def _marks(rows: Sequence[Row], colour: str, symbol: str, name: str, matter: Matter) -> go.Scatter:
    return go.Scatter(
        x=[row.interval.value for row in rows],
        y=[row.label for row in rows],
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [row.interval.high - row.interval.value for row in rows],
            "arrayminus": [row.interval.value - row.interval.low for row in rows],
            "color": colour,
            "width": 3,
        },
        mode="markers",
        marker={"color": colour, "symbol": symbol, "size": 9, "line": {"width": 2, "color": colour}},
        text=[signed(row.interval, MEASURES[matter.measure]) for row in rows],
        hovertemplate="%{y}: %{text}<extra></extra>",
        name=name,
    )


def _rows_table(rows: Sequence[Row], matter: Matter) -> pd.DataFrame:
    names = dict(_named(matter))
    cells = [(row.label, signed(row.interval, MEASURES[matter.measure]), names[row.outcome]) for row in rows]
    return pd.DataFrame(cells, columns=["setting", f"difference: {matter.title}", "who is better"])


def drivers(matter: Matter) -> Picture:
    """What moves the gain of the policy over the baseline, by the analysis that the design allows.

    Raises:
        ResultError: the design and its values allow none.
    """
    shown = {"grid": _tornado, "oat": _tornado, "morris": _morris, "sobol": _sobol, "scattered": _ranks}
    return shown[kind_of(matter.results)](matter)


def _morris(matter: Matter) -> Picture:
    found = morris_of(matter.results, matter.policy, measure=matter.measure)
    note = "Mean size of the elementary effects: what crossing a factor's whole range would do."
    return _effects(matter, [(each.factor, each.mu_star) for each in found], note)


def _sobol(matter: Matter) -> Picture:
    found = sobol_of(matter.results, matter.policy, measure=matter.measure)
    note = "Total Sobol index: share of the variance that comes from a factor and all its interplay with others."
    return _effects(matter, [(each.factor, each.total) for each in found], note)


def _ranks(matter: Matter) -> Picture:
    model = regression_of(matter.results, matter.policy, measure=matter.measure)
    share = f"{100 * model.explained.value:.0f} %"
    note = f"Standardised coefficients of a regression of ranks, which explains {share} of their variance."
    return _effects(matter, list(model.by_factor.items()), note)


def _tornado(matter: Matter) -> Picture:
    results = matter.results
    bars = tornado_of(results, matter.policy, measure=matter.measure)
    longest = results.axis(bars[0].factor).short if bars else "nothing"
    rest = "the others at the centre" if kind_of(results) == "oat" else "averaged over the others"
    return Picture(
        key="drivers",
        title=f"What moves the gain of {matter.policy} most: {longest}",
        figure=tornado_figure(matter, bars),
        alt=f"Tornado of the gain of {matter.policy} over {results.baseline}. {' '.join(_told(matter, bars))}",
        table=lambda: tornado_table(matter, bars),
        note=(
            f"Gain over {results.baseline} in {matter.title}, from the value of a factor with the lowest mean to the "
            f"one with the highest, {rest}. Hollow: the swing is not sure."
        ),
    )


def tornado_figure(matter: Matter, bars: Sequence[Bar]) -> go.Figure:
    """A bar from the lowest to the highest mean of each factor, the longest on top."""
    figure, colour = go.Figure(), matter.looks[matter.policy].colour
    known = [bar for bar in bars if bar.low.defined]
    figure.add_trace(
        go.Bar(
            x=[bar.high.value - bar.low.value for bar in known],
            base=[bar.low.value for bar in known],
            y=[matter.results.axis(bar.factor).short for bar in known],
            orientation="h",
            marker={
                "color": [colour if bar.swing.decided else "rgba(0,0,0,0)" for bar in known],
                "line": {"color": colour, "width": 2},
            },
            text=[f"{bar.lowest} → {bar.highest}" for bar in known],
            textposition="outside",
            cliponaxis=False,
            customdata=[signed(bar.swing, MEASURES[matter.measure]) for bar in known],
            hovertemplate="%{y}: %{text} moves it by %{customdata}<extra></extra>",
            showlegend=False,
        )
    )
    figure.update_layout(layout(120 + 44 * len(known)), hovermode="closest")
    figure.update_xaxes(title=f"gain: {matter.title}", zeroline=True, zerolinecolor=NEUTRAL, zerolinewidth=2)
    figure.update_xaxes(range=_reach([end for bar in known for end in (bar.low.value, bar.high.value)]))
    figure.update_yaxes(autorange="reversed", ticksuffix="  ", type="category")
    return figure


def _reach(ends: Sequence[float]) -> list[float]:
    """An axis with 0, and with room for words behind the bars."""
    low, high = min((0.0, *ends)), max((0.0, *ends))
    span = (high - low) or 1.0
    return [low - 0.04 * span, high + 0.42 * span]


def _told(matter: Matter, bars: Sequence[Bar]) -> list[str]:
    named = [(matter.results.axis(bar.factor).short, bar) for bar in bars]
    return [f"{name} from {b.lowest} to {b.highest}: {signed(b.swing, MEASURES[matter.measure])}." for name, b in named]


def tornado_table(matter: Matter, bars: Sequence[Bar]) -> pd.DataFrame:
    """A row for each factor."""
    entry = MEASURES[matter.measure]
    rows = [
        (bar.factor, bar.lowest, signed(bar.low, entry), bar.highest, signed(bar.high, entry), signed(bar.swing, entry))
        for bar in bars
    ]
    head = ["factor", "lowest at", "gain there", "highest at", "gain there, too", "swing"]
    return pd.DataFrame(rows, columns=head)


def _effects(matter: Matter, found: Sequence[tuple[str, Interval]], note: str) -> Picture:
    """One number with its interval for each factor, the largest first."""
    ranked = sorted(found, key=lambda pair: -abs(pair[1].value))
    names = [(matter.results.axis(name).short, interval) for name, interval in ranked]
    rows = [(name, f"{each.value:.3g}", f"{each.low:.3g} to {each.high:.3g}") for name, each in names]
    return Picture(
        key="drivers",
        title=f"What moves the gain of {matter.policy} most: {names[0][0] if names else 'nothing'}",
        figure=_effects_figure(matter, names),
        alt=f"Effects on the gain of {matter.policy}: {'; '.join(f'{name} {value}' for name, value, _ in rows)}.",
        table=lambda: pd.DataFrame(rows, columns=["factor", "effect", "95 % interval"]),
        note=f"{note} Gain over {matter.results.baseline} in {matter.title}.",
    )


def _effects_figure(matter: Matter, names: Sequence[tuple[str, Interval]]) -> go.Figure:
    rows = [Row(name, interval, "better" if interval.decided else "open") for name, interval in names]
    figure = intervals(rows, matter, axis="effect")
    return figure.update_traces(showlegend=False, hovertemplate="%{y}: %{x:.3g}<extra></extra>")
