"""The page "Customers"."""

from __future__ import annotations

import streamlit as st

from dashboard.frame import bare


def _show() -> None:
    st.info("This page will show one customer followed through the ledger, waits against promises, and loyalty.")


page = bare("Customers", _show)
