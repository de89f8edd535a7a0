"""The page of the scenario itself: its text."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.frame import bare


def _show() -> None:
    st.code(state.asked().origin.written(), language="yaml")


page = bare("Scenario", _show)
