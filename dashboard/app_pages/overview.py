"""The page for managers: the question, the answer, the headline numbers and what happened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import answer, controls, endings
from dashboard.cards import show_answer, show_cards
from dashboard.fans import fan
from dashboard.frame import Scene, framed
from dashboard.picture import Picture, hang
from dashboard.plain import plain
from sim import Results, Scenario, choices, dials


def _question(scenario: Scenario) -> None:
    st.title(plain(f"{scenario.title}: backorder or out of stock?"), anchor=False)
    st.caption(plain(scenario.story))


def _show(scene: Scene) -> None:
    results = scene.outcome.results
    show_answer(answer.answer(results))
    policy = _chosen_policy(results)
    _cards(results, policy)
    settings = controls.described(dials(scene.scenario))
    made = controls.chosen(choices(scene.scenario), dict(scene.request.settings))
    st.caption(
        plain(
            f"These numbers: {settings}{', ' * bool(made)}{made}; seed {results.seed}. "
            f"{results.replications} replications, compared pairwise; intervals hold with 95 % confidence."
        )
    )
    _over_time(scene, policy)
    _endings(results)


def _chosen_policy(results: Results) -> str:
    """The policy to look at beside the baseline."""
    others = results.policies[1:]
    first = answer.rival(results)
    if len(others) < 2:
        return first
    picked = st.segmented_control(
        plain(f"Compare with {results.policies[0]}"),
        others,
        default=first,
        required=True,
        key=f"policy-{first}",
    )
    return str(picked or first)


def _cards(results: Results, policy: str) -> None:
    show_cards(answer.cards(results, policy))
    _folded(
        "All policies in numbers",
        "all-numbers",
        lambda: answer.table(results, answer.details(results.scenario)),
        alt="The measures of every policy beside the first.",
    )
    _folded(
        "Profit and loss",
        "account",
        lambda: answer.account(results),
        alt="The account of every policy beside the first, down to total value.",
    )


@st.fragment
def _folded(title: str, key: str, table: Callable[[], pd.DataFrame], *, alt: str) -> None:
    """A table that is made only for those who open it: the first look at new results does not wait for it."""
    folded = st.expander(title, key=key, on_change="rerun")
    if folded.open:
        folded.dataframe(table(), hide_index=True, alt=alt)


@st.fragment
def _over_time(scene: Scene, policy: str) -> None:
    lines = scene.outcome.lines
    st.subheader("How it went")
    picked = st.pills(
        "Policies",
        lines.policies,
        selection_mode="multi",
        default=list(dict.fromkeys((lines.policies[0], policy))),
        key=f"lines-{policy}",
    )
    scope = ""
    if len(lines.scopes) > 1:
        scope = st.selectbox("Stock", lines.scopes, format_func=lambda each: each or "the whole shop", key="scope")
    every = lines.replications == scene.outcome.results.replications
    count = f"{'' if every else 'the first '}{lines.replications} replications"
    st.caption(f"Line: the middle of {count}; dark band: half of them; light band: 9 of 10.")
    for level in ("on_hand", "backlog"):
        hang(fan(lines, level, picked, scope=scope))


def _endings(results: Results) -> None:
    st.subheader("Who got it, and where the others went")
    for key, bars in (("fates", endings.FATE_BARS), ("exits", endings.EXIT_BARS)):
        alt, table = endings.alt(bars, results), partial(endings.table, bars, results)
        note = f"{bars.whole.capitalize()}, by {bars.column}; mean of all replications."
        hang(Picture(key, endings.title(bars, results), endings.figure(bars, results), alt, table, note))


page = framed(_question, _show)
