"""The page that answers each turn of a lever: the headline numbers of the policies beside the baseline."""

from __future__ import annotations

import streamlit as st

from dashboard import answer
from dashboard.frame import Scene, framed
from dashboard.plain import plain


def _show(scene: Scene) -> None:
    said = answer.answer(scene.outcome.results)
    st.markdown(f"### {plain(said.head)}")
    st.markdown(plain(said.reason))
    numbers = answer.table(scene.outcome.results, answer.details(scene.scenario))
    st.dataframe(numbers, hide_index=True, alt="The measures of every policy beside the first.")


page = framed("What if?", _show)
