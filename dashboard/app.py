"""The entry that `streamlit run` is given."""

from __future__ import annotations

import streamlit as st

from dashboard.app_pages.overview import page

st.set_page_config(page_title="Stockout", layout="wide")
st.navigation([st.Page(page, title="Overview", url_path="overview", default=True)], position="hidden").run()
