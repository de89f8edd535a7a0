"""The entry that `streamlit run` is given."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import streamlit as st

from dashboard.app_pages import (
    about,
    compare,
    customers,
    network,
    overview,
    regions,
    scenario,
    studies,
    what_if,
    when_it_broke,
)
from dashboard.sidebar import sidebar

GROUPS: Final = MappingProxyType(
    {
        "Decide": (
            st.Page(overview.page, title="Overview", default=True),
            st.Page(what_if.page, title="What if?", url_path="what-if"),
            st.Page(compare.page, title="Compare policies", url_path="compare"),
        ),
        "Understand": (
            st.Page(when_it_broke.page, title="When it broke", url_path="when-it-broke"),
            st.Page(customers.page, title="Customers", url_path="customers"),
            st.Page(network.page, title="Supply network", url_path="network"),
        ),
        "Explore": (
            st.Page(regions.page, title="Where does backorder win?", url_path="regions"),
            st.Page(studies.page, title="Studies", url_path="studies"),
        ),
        "Scenario": (
            st.Page(scenario.page, title="Scenario", url_path="scenario"),
            st.Page(about.page, title="About the numbers", url_path="about"),
        ),
    }
)
"""The pages, as they are grouped."""

IDLE: Final = frozenset({"regions", "studies", "about"})
"""Pages that no lever changes."""

st.set_page_config(page_title="Stockout", layout="wide")
by_name = st.Page(overview.page, title="Overview", url_path="overview", visibility="hidden")
here = st.navigation({**GROUPS, "": [by_name]}, position="top")
sidebar(here, GROUPS["Decide"][0], idle=IDLE)
here.run()
