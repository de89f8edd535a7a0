"""The page "Supply network"."""

from __future__ import annotations

import streamlit as st

from dashboard.frame import bare


def _show() -> None:
    st.info("This page will show warehouses, suppliers and lanes coloured by service and use, day by day.")


page = bare("Supply network", _show)
