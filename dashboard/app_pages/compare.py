"""The page "Compare policies": every measure with its interval, and why the policies differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import trade_off
from dashboard.bridge import bridge_picture
from dashboard.flows import flow_picture
from dashboard.frame import Scene, framed
from dashboard.intervals import intervals_picture
from dashboard.picture import hang
from dashboard.plain import plain
from dashboard.ranks import subjects, telling
from dashboard.trade_off import trade_off_picture
from sim import MEASURES

MOST: Final = 30
"""Measures drawn at once, at most."""


def _show(scene: Scene) -> None:
    _service_and_money(scene)
    if len(scene.outcome.results.policies) > 1:
        _account(scene)
    _visits(scene)
    _measures(scene)


@st.fragment
def _service_and_money(scene: Scene) -> None:
    st.subheader("Service against money")
    left, right = st.columns(2)
    across = _measure(left, "Service, across", trade_off.SERVICES, scene, key="across")
    up = _measure(right, "Money or stock, up", trade_off.MONIES, scene, key="up")
    hang(trade_off_picture(scene.outcome.results, across, up, scene.looks))


def _measure(place: DeltaGenerator, label: str, names: Sequence[str], scene: Scene, *, key: str) -> str:
    """A menu of measures that have something to show."""
    told = telling(scene.outcome.results)
    there = [name for name in names if name in told]
    return str(place.selectbox(label, there or names, format_func=lambda name: MEASURES[name].title, key=key))


@st.fragment
def _account(scene: Scene) -> None:
    st.subheader("Where the money comes from")
    policies = scene.outcome.results.policies
    left, right = st.columns(2)
    baseline = left.selectbox("From", policies, index=policies.index(scene.baseline), key="bridge-from")
    others = [policy for policy in policies if policy != baseline]
    first = others.index(scene.rival) if scene.rival in others else 0
    policy = right.selectbox("To", others, index=first, key=f"bridge-to-{baseline}")
    hang(bridge_picture(scene.outcome.results, policy, baseline))


@st.fragment
def _visits(scene: Scene) -> None:
    st.subheader("What became of every visit")
    policies = scene.outcome.results.policies
    policy = scene.rival
    if len(policies) > 1:
        picked = st.segmented_control("Policy", policies, default=scene.rival, required=True, key="flow-policy")
        policy = str(picked or scene.rival)
    hang(flow_picture(scene.outcome.lines, policy))


@st.fragment
def _measures(scene: Scene) -> None:
    st.subheader("All measures")
    results = scene.outcome.results
    left, right = st.columns(2)
    subject = left.selectbox("Subject", subjects(results), key="subject")
    search = right.text_input(
        "Search all subjects", key="search", max_chars=60, placeholder="wait, promise ...", icon=":material/search:"
    )
    names = telling(results, search=search) if search.strip() else telling(results, group=subject)
    if not names:
        st.info(plain(f"No measure speaks of '{search}'. Try a shorter word, or clear the search."))
        return
    if len(names) > MOST:
        st.caption(f"The first {MOST} of {len(names)} measures; search for more words to see others.")
    with st.expander("What these measures mean"):
        told = (f"- **{plain(MEASURES[name].title)}**: {plain(MEASURES[name].definition)}" for name in names[:MOST])
        st.markdown("\n".join(told))
    said = "Found" if search.strip() else str(subject)
    hang(intervals_picture(results, names[:MOST], scene.looks, subject=said))


page = framed("Compare policies", _show)
