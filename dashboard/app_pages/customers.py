"""The page "Customers": one customer followed, waits against promises, calibration and loyalty."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.errand import errand
from dashboard.fans import fan
from dashboard.frame import Scene, framed
from dashboard.picture import hang
from dashboard.plain import plain
from dashboard.promise_charts import calibration_picture, delivering, lateness_picture, promising, waits_picture
from dashboard.story_chart import story_picture
from sim import FATES, Cast, Tale, cast, tale
from sim.errors import ResultError
from sim.words import Fate

OTHER: Final = "another, by number"
CAST: Final = "cast"
"""Where a session keeps the customers it looked at last."""

FIRST: Final = (Fate.FULFILLED, Fate.RENEGED, Fate.BALKED, Fate.OUT_OF_STOCK)
"""Whose stories tell most, the first one first."""


def _show(scene: Scene) -> None:
    _follow(scene)
    _promises(scene)
    _loyalty(scene)


@st.fragment
def _follow(scene: Scene) -> None:
    st.subheader("Follow one customer")
    results = scene.outcome.results
    left, middle, right, last = st.columns(4)
    first = results.policies.index(scene.rival)
    policy = str(left.selectbox("Policy", results.policies, index=first, key="follow-policy"))
    number = int(middle.number_input("Replication", 0, results.replications - 1, 0, key="follow-replication"))
    found = _cast(scene, policy, number)
    if not found.counts:
        st.info("Nobody came in this replication.")
        return
    fate = _fate(right, found, f"{policy}-{number}")
    told = _chosen(last, scene, (policy, number), found.tales[fate])
    if told is not None:
        _tell(told)


def _cast(scene: Scene, policy: str, number: int) -> Cast:
    """The customers of a replication; the last ones asked for are kept."""
    key = (scene.request, policy, number)
    kept: tuple[object, Cast] | None = st.session_state.get(CAST)
    if kept is None or kept[0] != key:
        kept = (key, errand(partial(cast, scene.scenario, policy=policy, replication=number)))
        st.session_state[CAST] = kept
    return kept[1]


def _fate(place: DeltaGenerator, found: Cast, key: str) -> Fate:
    """What became of the customers to choose from."""
    fates = sorted(found.counts, key=lambda each: -found.counts[each])
    first = next((fate for fate in FIRST if fate in found.counts), fates[0])
    picked = place.selectbox(
        "What became of them",
        fates,
        index=fates.index(first),
        format_func=lambda each: f"{FATES[each]} ({found.counts[each]:,})",
        key=f"follow-fate-{key}",
    )
    return Fate(picked)


def _chosen(place: DeltaGenerator, scene: Scene, where: tuple[str, int], tales: Sequence[Tale]) -> Tale | None:
    """One of those told of, or any other by number."""
    policy, number = where
    names = [str(each.customer) for each in tales]
    picked = place.selectbox("Customer", [*names, OTHER], key=f"follow-who-{policy}-{number}-{tales[0].fate.name}")
    if picked in names:
        return tales[names.index(picked)]
    asked = place.number_input("Number", 0, value=None, step=1, key=f"follow-number-{policy}-{number}")
    if asked is None:
        st.info("Type the number of a customer: 0 is the first visit of the run.")
        return None
    try:
        return errand(partial(tale, scene.scenario, policy=policy, customer=int(asked), replication=number))
    except ResultError as error:
        st.warning(plain(str(error)))
        return None


def _tell(told: Tale) -> None:
    hang(story_picture(told))
    lines = (f"- **{plain(event.when)}**: {plain(event.text)}" for event in told.events)
    st.markdown("\n".join(lines))


@st.fragment
def _promises(scene: Scene) -> None:
    st.subheader("Waits against promises")
    lines, results = scene.outcome.lines, scene.outcome.results
    there = promising(lines)
    if not there:
        st.info("No policy here promises a date, or nobody was short: there is no wait to hold against a promise.")
        return
    if delivered := delivering(lines):
        hang(lateness_picture(lines, delivered, scene.looks))
    first = there.index(scene.rival) if scene.rival in there else 0
    picked = st.segmented_control("Policy", there, default=there[first], required=True, key=f"waits-of-{there[first]}")
    policy = str(picked or there[first])
    hang(waits_picture(lines, policy, scene.looks[policy]))
    st.subheader("Calibration of the promise")
    picture = calibration_picture(results, there, scene.looks)
    if picture is None:
        st.info("Every promise here is a single date and no window, so there is no place in a window to look at.")
        return
    hang(picture)


@st.fragment
def _loyalty(scene: Scene) -> None:
    st.subheader("Loyalty")
    lines, world = scene.outcome.lines, scene.scenario.world
    if world.panel is None:
        st.info("Customers here are anonymous (the scenario has no panel): nobody is known to come back or not.")
    elif world.memory is None:
        st.info("Members here do not remember (the scenario has no memory): what they meet changes no later visit.")
    there = [quantity for quantity in ("loyalty", "stars") if quantity in lines.quantities]
    if not there:
        return
    first = list(dict.fromkeys((scene.baseline, scene.rival)))
    chosen = st.pills("Policies", lines.policies, selection_mode="multi", default=first, key="loyalty-policies")
    if not chosen:
        st.info("Choose at least one policy.")
        return
    for quantity in there:
        hang(fan(lines, quantity, chosen))


page = framed("Customers", _show)
