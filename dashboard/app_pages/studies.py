"""The page "Studies"."""

from __future__ import annotations

import streamlit as st

from dashboard.frame import bare


def _show() -> None:
    st.info("This page will show what the studies in the store found: tornado, frontier and replications.")


page = bare("Studies", _show)
