"""A chart and everything that belongs to it: what to see, its words, its numbers as a table and as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard.plain import plain

HUNG: Final = "hung"


@dataclass(frozen=True, eq=False)
class Picture:
    """One chart."""

    key: str
    """Its name among all charts of the dashboard; also the name of its file of numbers."""
    title: str
    """What to see in it, in a sentence without a full stop."""
    figure: go.Figure
    alt: str
    """The chart in words, with its main numbers."""
    table: Callable[[], pd.DataFrame]
    """Its numbers."""
    note: str = ""
    """Units, and how to read it."""


def hung() -> dict[str, Picture]:
    """The pictures on the page, by key."""
    found: dict[str, Picture] = st.session_state.setdefault(HUNG, {})
    return found


def take_down() -> None:
    """Begin a page, with nothing on it yet."""
    st.session_state[HUNG] = {}


@st.fragment
def hang(picture: Picture) -> None:
    """Show a picture: its title, what its numbers mean, and the chart or, where that is asked for, its table."""
    hung()[picture.key] = picture
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{plain(picture.title)}**", width="stretch")
        as_table = st.toggle("Show as table", key=f"table-{picture.key}")
    if picture.note:
        st.caption(plain(picture.note))
    if as_table:
        _numbers(picture)
    else:
        st.plotly_chart(picture.figure, alt=picture.alt, key=f"chart-{picture.key}", config={"displayModeBar": False})


def _numbers(picture: Picture) -> None:
    table = picture.table()
    st.dataframe(table, hide_index=True, alt=picture.alt, key=f"frame-{picture.key}")
    st.download_button(
        "Download these numbers (CSV)",
        lambda: table.to_csv(index=False, lineterminator="\n").encode(),
        file_name=f"{picture.key}.csv",
        mime="text/csv",
        key=f"csv-{picture.key}",
        on_click="ignore",
        icon=":material/download:",
    )
