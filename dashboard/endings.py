"""What became of the visits, as bars: pure functions from results to figures, each with its words and its table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.looks import layout
from sim import FATES, MEASURES, Results, amount, estimate
from sim.words import Fate

Shares = NDArray[np.float64]
"""One value per replication."""

_READABLE: Final = 0.06
"""Segments below this share of a bar are too narrow for a number."""

AGAIN: Final = "came back and was served"
COMPETITOR: Final = "bought from a competitor"


@dataclass(frozen=True)
class Segment:
    """A part of all visits: the sum of some measures less others."""

    name: str
    colour: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()

    def shares(self, results: Results, policy: str) -> Shares:
        """Its share of the visits of a policy, by replication."""
        more = sum(results.array(policy, measure) for measure in self.plus)
        return np.asarray(more - sum(results.array(policy, measure) for measure in self.minus))

    def counts(self, results: Results, policy: str) -> float:
        """Its visits per replication."""
        return float(np.nan_to_num(self.shares(results, policy) * results.array(policy, "visits")).mean())


@dataclass(frozen=True)
class Bars:
    """Segments that together make up a whole, for every policy."""

    segments: tuple[Segment, ...]
    whole: str
    """What the segments are segments of."""
    column: str
    """What a segment is."""
    told: frozenset[str]
    """The segments that the title tells of."""
    ends: str
    """What their visits have in common."""

    def counts(self, results: Results) -> dict[str, dict[str, float]]:
        """Visits per replication by segment, for every policy."""
        return {
            policy: {segment.name: segment.counts(results, policy) for segment in self.segments}
            for policy in results.policies
        }


def _fate(fate: Fate, colour: str, measure: str) -> Segment:
    return Segment(FATES[fate], colour, (measure,))


FATE_BARS: Final = Bars(
    (
        _fate(Fate.SERVED, "#44AA99", "order_fill_rate"),
        Segment(AGAIN, "#117733", ("capture_rate",), ("order_fill_rate", "fulfilled_share")),
        _fate(Fate.FULFILLED, "#88CCEE", "fulfilled_share"),
        _fate(Fate.PENDING, "#DDCC77", "pending_share"),
        _fate(Fate.CHANGED_MIND, "#AA4499", "changed_mind_share"),
        _fate(Fate.RENEGED, "#882255", "reneged_share"),
        _fate(Fate.SELLER_CANCELLED, "#332288", "seller_cancelled_share"),
        _fate(Fate.NO_CONSENT, "#6699CC", "no_consent_share"),
        Segment("came back to a price too high", "#661100", ("priced_out_share",)),
        _fate(Fate.BALKED, "#CC6677", "balked_share"),
        _fate(Fate.OUT_OF_STOCK, "#8C8C8C", "out_of_stock_share"),
    ),
    whole="visits",
    column="what became of the visit",
    told=frozenset({FATES[Fate.SERVED], AGAIN, FATES[Fate.FULFILLED]}),
    ends="got what they came for",
)
"""The last fate of every wish, from the best to the worst. Who comes again for the same wish is one visit; who stayed
away is none."""

EXIT_BARS: Final = Bars(
    (
        Segment("took a substitute of the shop", "#44AA99", ("substituted_share",)),
        Segment("left an address for the restock", "#88CCEE", ("notified_share",)),
        Segment("mean to come back", "#DDCC77", ("deferred_share",)),
        Segment("dropped the wish", "#8C8C8C", ("lost_share",), ("competitor_share",)),
        Segment(COMPETITOR, "#CC6677", ("competitor_share",)),
    ),
    whole="visits that left",
    column="where they went",
    told=frozenset({COMPETITOR}),
    ends="went to a competitor",
)
"""Where those went who were not served, by the last visit for their wish."""


def figure(bars: Bars, results: Results) -> go.Figure:
    """A bar for each policy, with a segment for each part that occurs."""
    counts = bars.counts(results)
    drawn = go.Figure()
    for segment in bars.segments:
        lengths = [counts[policy][segment.name] for policy in results.policies]
        if max(lengths) > 0:
            totals = [sum(counts[policy].values()) for policy in results.policies]
            drawn.add_trace(_trace(segment, results.policies, lengths, totals))
    drawn.update_layout(layout(150 + 46 * len(results.policies)), barmode="stack", legend_traceorder="normal")
    drawn.update_xaxes(title=f"{bars.whole}, per replication")
    drawn.update_yaxes(autorange="reversed", ticksuffix="  ")
    return drawn


def _trace(segment: Segment, policies: Sequence[str], lengths: list[float], totals: Iterable[float]) -> go.Bar:
    shares = [length / (total or 1.0) for length, total in zip(lengths, totals, strict=True)]
    return go.Bar(
        x=lengths,
        y=list(policies),
        orientation="h",
        name=segment.name,
        marker={"color": segment.colour, "line": {"width": 0}},
        text=[f"{share:.0%}" if share >= _READABLE else "" for share in shares],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        customdata=shares,
        hovertemplate="%{x:,.0f} visits, %{customdata:.1%}",
    )


def title(bars: Bars, results: Results) -> str:
    """How many, under the policy that has most of what the bars tell of and under the one that has fewest."""
    counts = bars.counts(results)
    found = {policy: sum(each[name] for name in bars.told) for policy, each in counts.items()}
    if not any(sum(each.values()) for each in counts.values()):
        return f"No {bars.whole} under any policy"
    most, fewest = max(found, key=lambda each: found[each]), min(found, key=lambda each: found[each])
    if f"{found[most]:,.0f}" == f"{found[fewest]:,.0f}":
        return f"{found[most]:,.0f} visits {bars.ends}, under every policy"
    return f"Visits that {bars.ends}: {found[most]:,.0f} under {most}, {found[fewest]:,.0f} under {fewest}"


def alt(bars: Bars, results: Results) -> str:
    """The bars in words: the largest part of each."""
    told = [_largest(policy, counts) for policy, counts in bars.counts(results).items()]
    return f"Bars of {bars.whole}, one for each policy, by {bars.column}. Most of them: {'; '.join(told)}."


def _largest(policy: str, counts: dict[str, float]) -> str:
    total = sum(counts.values())
    if not total:
        return f"{policy} none"
    name = max(counts, key=lambda each: counts[each])
    return f"{policy} {100 * counts[name] / total:.0f} % {name}"


def table(bars: Bars, results: Results) -> pd.DataFrame:
    """Each part as a share of all visits under each policy, rounded as its interval allows."""
    cells = {
        policy: [_cell(segment.shares(results, policy)) for segment in bars.segments] for policy in results.policies
    }
    return pd.DataFrame({bars.column: [segment.name for segment in bars.segments], **cells})


def _cell(shares: Shares) -> str:
    found = estimate(shares)
    return amount(found.mean, MEASURES["fill_rate"], width=found.half_width if found.n > 1 else 0.0)
