"""The page "Supply network": stock, backlog and orders on their way, on any day."""

from __future__ import annotations

import streamlit as st

from dashboard.frame import Scene, framed
from dashboard.network_chart import network_picture
from dashboard.network_day import Moment
from dashboard.picture import hang
from sim import Timelines


def _show(scene: Scene) -> None:
    _network(scene)


@st.fragment
def _network(scene: Scene) -> None:
    lines = scene.outcome.lines
    left, middle, right = st.columns(3)
    policy = left.selectbox("Policy", lines.policies, index=lines.policies.index(scene.rival), key="network-policy")
    number = middle.selectbox(
        "Replication",
        [None, *range(lines.replications)],
        format_func=lambda each: "the middle of all" if each is None else f"no. {each}",
        key="network-replication",
        help="The middle of all smooths what happens in any one; a single one shows real orders come and go.",
    )
    product = right.selectbox("Product", list(scene.scenario.world.products), key="network-product")
    at = _day(lines)
    hang(network_picture(Moment(lines, scene.scenario.world, policy, at, product, number)))


def _day(lines: Timelines) -> int:
    """The place in the timelines of the day that the slider stands at; first, the start of the first shaded time."""
    days = lines.days.tolist()
    starts = [span.start for span in lines.spans if 0 <= span.start < days[-1] and span.kind != "run_out"]
    whole = all(day == int(day) for day in days)
    first = min(range(len(days)), key=lambda place: abs(days[place] - min(starts, default=0.0)))
    return int(
        st.select_slider(
            "Day",
            options=range(len(days)),
            value=first,
            format_func=lambda place: f"{days[place]:.0f}" if whole else f"{days[place]:.2f}",
            key="network-day",
            help="Drag it, or press the arrow keys, to go through the run.",
        )
    )


page = framed("Supply network", _show)
