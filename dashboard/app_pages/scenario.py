"""The page of the scenario itself: its text."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.frame import bare


def _show() -> None:
    written = state.asked()
    if written is not None:
        st.code(written.file.read_text(encoding="utf-8"), language="yaml")


page = bare("Scenario", _show)
