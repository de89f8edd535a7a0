"""The end of a page of results: its numbers and itself as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import streamlit as st

from dashboard.jobs import unexpected
from dashboard.picture import Picture, hung
from dashboard.state import Shown
from dashboard.takeaway.files import csv_of, numbers, parquet_of
from dashboard.takeaway.report import report

_KINDS: Final = MappingProxyType({"csv": "text/csv", "parquet": "application/vnd.apache.parquet", "html": "text/html"})


def offer(shown: Shown) -> None:
    """Show the downloads; nothing is made before it is asked for."""
    pictures: Mapping[str, Picture] = hung()
    results = shown.outcome.results
    name = f"stockout-{results.scenario.digest[:8]}"
    st.divider()
    st.subheader("Take it away")
    with st.container(horizontal=True):
        download("This page (HTML)", lambda: report(shown, tuple(pictures.values())), f"{name}.html")
        download("All numbers (CSV)", lambda: csv_of(numbers(results)), f"{name}.csv")
        download("All numbers (Parquet)", lambda: parquet_of(numbers(results)), f"{name}.parquet")
    st.caption("The page is one file without a script; the numbers are those of every replication, with their units.")


def download(label: str, content: Callable[[], bytes], file_name: str) -> None:
    """A button for a file that is made when it is asked for; the page stays as it is.

    Args:
        label: of the button.
        content: makes the file.
        file_name: its kind is known by its end.
    """
    st.download_button(
        label,
        _careful(content),
        file_name=file_name,
        mime=_KINDS[file_name.rsplit(".", 1)[-1]],
        key=f"take-{file_name}",
        on_click="ignore",
        icon=":material/download:",
    )


def _careful(content: Callable[[], bytes]) -> Callable[[], bytes]:
    """The same content; an error while it is made is logged under an id, which is all that the visitor gets."""

    def made() -> bytes:
        try:
            return content()
        except Exception:
            return unexpected().encode()

    return made
