"""The page "Where does backorder win?"."""

from __future__ import annotations

import streamlit as st

from dashboard.frame import bare


def _show() -> None:
    st.info("This page will show the map of regions in which one policy or the other is best, from a study.")


page = bare("Where does backorder win?", _show)
