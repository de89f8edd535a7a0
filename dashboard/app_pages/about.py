"""The page "About the numbers"."""

from __future__ import annotations

import streamlit as st

from dashboard.frame import bare


def _show() -> None:
    st.info("This page will show the definition of every measure, and the glossary.")


page = bare("About the numbers", _show)
