"""The page "When it broke"."""

from __future__ import annotations

import streamlit as st

from dashboard.frame import bare


def _show() -> None:
    st.info("This page will show stock, backlog and promises over time, with spikes and outages shaded.")


page = bare("When it broke", _show)
