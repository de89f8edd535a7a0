"""What became of every visit, as a flow that loses nobody: first meeting, outcome, and where those went who left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.looks import layout
from dashboard.picture import Picture
from sim import Timelines
from sim.errors import ResultError
from sim.words import JOINED, Exit, Fate

Node = tuple[int, str]
"""Column, from 0, and name."""

FIRST: Final = MappingProxyType(
    {Fate.SERVED: "from the shelf", Fate.BALKED: "refused the wait", Fate.OUT_OF_STOCK: "told out of stock"}
)
WAITED: Final = "took a backorder"
"""How a first visit can end; all fates of those who waited are one here."""

LAST: Final = MappingProxyType(
    {
        Fate.SERVED: "got it",
        Fate.FULFILLED: "got it later",
        Fate.PENDING: "still waiting",
        Fate.RENEGED: "lost patience",
        Fate.CHANGED_MIND: "changed mind",
        Fate.SELLER_CANCELLED: "shop cancelled",
        Fate.NO_CONSENT: "refunded",
        Fate.BALKED: "no order",
        Fate.OUT_OF_STOCK: "no order",
        Fate.NO_INTENT: "price too high",
        Fate.ABSENT: "stayed away",
    }
)
"""How the last visit for the same wish ended."""

AGAIN: Final = "came back, got it"
"""Served from the shelf, but not at the first visit."""

STAYED: Final = (LAST[Fate.SERVED], LAST[Fate.FULFILLED], LAST[Fate.PENDING], AGAIN)
"""The ends of those who did not leave."""

EXITS: Final = MappingProxyType(
    {
        Exit.COMPETITOR: "competitor",
        Exit.DEFER: "back later",
        Exit.ABANDON: "gave it up",
        Exit.NOTIFY: "wants news",
        Exit.SUBSTITUTE: "substitute",
    }
)

COLOURS: Final = MappingProxyType(
    {
        "from the shelf": "#44AA99", "got it": "#44AA99", AGAIN: "#117733", WAITED: "#88CCEE",
        "got it later": "#88CCEE", "still waiting": "#DDCC77", "lost patience": "#AA4499",
        "changed mind": "#AA4499", "shop cancelled": "#6655AA", "refunded": "#6699CC",
        "refused the wait": "#CC6677", "told out of stock": "#8C8C8C", "no order": "#B07050",
        "price too high": "#994455", "stayed away": "#8C8C8C", "competitor": "#CC6677",
        "back later": "#DDCC77", "gave it up": "#8C8C8C", "wants news": "#88CCEE",
        "substitute": "#44AA99",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Flow:
    """Visits per replication between the columns of a picture."""

    links: tuple[tuple[Node, Node, float], ...]
    """From, to, and visits per replication."""
    visits: float
    """Visits per replication, all of them."""

    def into(self, node: Node) -> float:
        """Visits that come to a node; those of the first column have always been there."""
        return sum(count for _, to, count in self.links if to == node)

    def out_of(self, node: Node) -> float:
        """Visits that go on from a node."""
        return sum(count for start, _, count in self.links if start == node)

    def through(self, node: Node) -> float:
        """Visits at a node."""
        return self.into(node) if node[0] else self.out_of(node)

    @property
    def lost(self) -> float:
        """Share of the visits that neither got what they came for nor still wait for it."""
        stayed = sum(self.through((1, name)) for name in STAYED)
        return 1 - stayed / self.visits if self.visits else 0.0

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, column after column, the largest first."""
        found = dict.fromkeys(node for start, to, _ in self.links for node in (start, to))
        return tuple(sorted(found, key=lambda node: (node[0], -self.through(node))))

    @property
    def ends(self) -> dict[Node, float]:
        """Visits that end at each node, in whatever column: together all visits."""
        left = {node: self.through(node) - self.out_of(node) for node in self.nodes}
        return {node: count for node, count in left.items() if count > 1e-9}


def flow(lines: Timelines, policy: str) -> Flow:
    """What became of the visits of a policy, per replication.

    Raises:
        ResultError: nothing of the kind was read.
    """
    if lines.journeys is None:
        raise ResultError("what became of each visit was not read")
    counts: NDArray[np.int64] = lines.journeys[policy]
    total: Counter[tuple[Node, Node]] = Counter()
    mean = counts.sum(axis=0)
    for first, last, exit_ in np.argwhere(mean):
        for link in _path(Fate(first), Fate(last), Exit(exit_)):
            total[link] += int(mean[first, last, exit_])
    links = tuple((start, to, count / len(counts)) for (start, to), count in total.items())
    return Flow(links, float(counts.sum()) / len(counts))


def _path(first: Fate, last: Fate, exit_: Exit) -> list[tuple[Node, Node]]:
    """The links that a wish goes along."""
    met = (0, WAITED if first in JOINED else FIRST[first])
    again = last is Fate.SERVED and first is not Fate.SERVED
    became = (1, AGAIN if again else LAST[last])
    return [(met, became), *([(became, (2, EXITS[exit_]))] if exit_ in EXITS else [])]


def flow_picture(lines: Timelines, policy: str) -> Picture:
    """The flow of one policy."""
    found = flow(lines, policy)
    return Picture(
        key="flow",
        title=f"Of {found.visits:,.0f} visits under {policy}, {100 * found.lost:.0f} % left without what they came for",
        figure=figure(found),
        alt=alt(found, policy),
        table=lambda: table(found),
        note=(
            f"Visits per replication, mean of {lines.replications}; who comes again for the same wish is one visit. "
            "Left: the first visit. Middle: what became of the wish. Right: where those went who left: to a "
            "competitor, to a substitute of the shop, to give the wish up, to come back later, or to wait for news."
        ),
    )


def figure(found: Flow) -> go.Figure:
    """Bands between columns, as wide as the visits that go along them."""
    places = {node: number for number, node in enumerate(found.nodes)}
    drawn = go.Figure(
        go.Sankey(
            arrangement="snap",
            node={
                "label": [f"{name}<br>{found.through((column, name)):,.0f}" for column, name in places],
                "color": [COLOURS[name] for _, name in places],
                "align": "left",
                "pad": 30,
                "thickness": 12,
                "line": {"width": 0},
                "hovertemplate": "%{label} visits<extra></extra>",
            },
            link={
                "source": [places[start] for start, _, _ in found.links],
                "target": [places[to] for _, to, _ in found.links],
                "value": [count for _, _, count in found.links],
                "color": "rgba(128,128,128,0.28)",
                "hovertemplate": "%{source.label} → %{target.label}: %{value:,.0f} visits<extra></extra>",
            },
            textfont={"size": 13},
        )
    )
    tallest = max((sum(node[0] == column for node in places) for column in range(3)), default=1)
    drawn.update_layout(layout(max(340, 160 + 46 * tallest)) | {"margin": {"l": 8, "r": 8, "t": 24, "b": 28}})
    return drawn


def alt(found: Flow, policy: str) -> str:
    """Where visits end, the most frequent first."""
    ends: Sequence[tuple[Node, float]] = sorted(found.ends.items(), key=lambda item: -item[1])
    told = "; ".join(f"{name} {count:,.0f}" for (_, name), count in ends)
    return f"Flow of {found.visits:,.0f} visits per replication under {policy}, by where they end: {told}."


def table(found: Flow) -> pd.DataFrame:
    """A row for each link."""
    total = found.visits or 1.0
    rows = [
        (start[1], to[1], round(count, 1), f"{100 * count / total:.1f} %")
        for start, to, count in sorted(found.links, key=lambda link: (link[0][0], -link[2]))
    ]
    return pd.DataFrame(rows, columns=["from", "to", "visits per replication", "share of all visits"])
