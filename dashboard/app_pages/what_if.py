"""The page that answers each turn of a lever: what was turned, and what it makes of every policy."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import answer
from dashboard.cards import show_answer, show_cards
from dashboard.controls import name_of
from dashboard.frame import Scene, framed
from dashboard.plain import plain


def _show(scene: Scene) -> None:
    results = scene.outcome.results
    show_answer(answer.answer(results))
    _turned(scene)
    st.subheader(plain(f"{scene.rival} beside {scene.baseline}"), anchor=False)
    show_cards(answer.cards(results, scene.rival))
    st.subheader("All policies", anchor=False)
    numbers = answer.table(results, answer.details(scene.scenario))
    st.dataframe(numbers, hide_index=True, alt="The measures of every policy beside the first.")


def _turned(scene: Scene) -> None:
    """What the levers changed in the scenario."""
    if not scene.request.settings:
        st.info("All is as the scenario is written. Turn a lever at the side: the first results show at once.")
        return
    stated = scene.request.origin.stated
    rows = [(name_of(path), stated(path), text) for path, text in scene.request.settings]
    st.markdown("**What was turned**")
    table = pd.DataFrame(rows, columns=["setting", "as written", "now"])
    st.dataframe(table, hide_index=True, alt="Every setting that differs from the scenario as written.")


page = framed("What if?", _show)
