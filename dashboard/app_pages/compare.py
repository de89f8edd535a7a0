"""The page "Compare policies"."""

from __future__ import annotations

import streamlit as st

from dashboard.frame import bare


def _show() -> None:
    st.info("This page will show all measures as intervals, what became of every visit, and profit line by line.")


page = bare("Compare policies", _show)
