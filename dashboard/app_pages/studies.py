"""The page "Studies": what each study in the store asked, what it found, and every run behind that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal

import pandas as pd
import streamlit as st

from dashboard import study_choice
from dashboard.frame import bare
from dashboard.frontier_chart import frontier_picture
from dashboard.picture import hang
from dashboard.plain import plain
from dashboard.shelf import Kept, listed
from dashboard.study_charts import Matter, differences, drivers
from dashboard.study_tables import frame, replications, runs
from dashboard.takeaway.files import csv_of, parquet_of
from experiments.analysis.results import StudyResults
from experiments.analysis.winners import outcomes, winners
from experiments.report import tables
from experiments.report.answer import cautions, duel, head
from experiments.report.build import html
from sim import MEASURES
from sim.errors import ResultError

FEW: Final = 7
"""Rows that a table shows without scrolling."""


def _show() -> None:
    found = study_choice.studies()
    if not found:
        return
    study = study_choice.chosen(found)
    _shelf(found)
    st.markdown(f"**Question.** {plain(study.question)}")
    results = study_choice.opened(study)
    if results is None:
        return
    st.markdown(f"**Expected, before the first run.** {plain(str(results.manifest['expectation']))}")
    matter = study_choice.matter(results)
    if matter is not None:
        _found(matter)
        _pictures(matter)
        _replications(matter)
    _origin(study, results)
    _take_away(study, results)


def _shelf(found: Sequence[Kept]) -> None:
    with st.expander(f"All {len(found)} studies in the store" if len(found) > 1 else "The study in the store"):
        st.dataframe(listed(list(found)), hide_index=True, alt="The studies in the store, a row each.")


def _found(matter: Matter) -> None:
    results, measure = matter.results, matter.measure
    found = outcomes(results, matter.policy, measure=measure)
    with st.container(border=True):
        st.markdown(f"### {plain(head(results, winners(results, measure=measure), measure))}")
        st.markdown(plain(duel(results, matter.policy, found, measure).sentence))
        for sentence in cautions(results, winners(results, measure=measure)):
            st.warning(plain(sentence))


def _pictures(matter: Matter) -> None:
    hang(differences(matter, outcomes(matter.results, matter.policy, measure=matter.measure)))
    try:
        hang(drivers(matter))
    except ResultError as error:
        st.caption(plain(f"No analysis of what moves the gain: {error}."))
    picture = frontier_picture(matter)
    if picture is not None:
        hang(picture)


@st.fragment
def _replications(matter: Matter) -> None:
    st.subheader("Replications")
    results = matter.results
    labels = {f"{place + 1}: {setting}": place for place, setting in enumerate(results.settings)}
    picked = st.selectbox("Setting", list(labels), key="setting", bind="query-params")
    table = replications(results, labels[str(picked)], matter.measure)
    st.caption(plain(f"{table.attrs['title']}; equal numbers met the same customers and the same weather."))
    form = "%,.2f" if MEASURES[matter.measure].unit == "money" else "%.4f"
    columns = {name: st.column_config.NumberColumn(format=form) for name in table.columns[1:]}
    height: int | Literal["content"] = 300 if len(table) > FEW else "content"
    said = f"Every replication of setting {picked}, a row each."
    st.dataframe(table, hide_index=True, height=height, column_config=columns, alt=said)


def _origin(study: Kept, results: StudyResults) -> None:
    """Where the numbers come from, and what went wrong."""
    if study.failures:
        st.subheader("Failures")
        st.warning(f"{study.failures:,} of {study.runs:,} runs failed and are left out.")
        st.dataframe(frame(tables.failures(results)), hide_index=True, alt="The failed runs and their errors.")
    with st.expander("Design, factors and manifest"):
        for table in (tables.design(results), tables.factors(results), tables.manifest(results)):
            st.dataframe(frame(table), hide_index=True, alt="Facts about this study, a row each.")


def _take_away(study: Kept, results: StudyResults) -> None:
    st.subheader("Take it away")
    name = f"study-{study.digest[:8]}"
    with st.container(horizontal=True):
        _download("Every run (CSV)", lambda: csv_of(runs(results)), f"{name}.csv", "text/csv")
        _download("Every run (Parquet)", lambda: parquet_of(_plain_types(runs(results))), f"{name}.parquet", "")
        _download("Report (HTML)", lambda: html(results).encode(), f"{name}.html", "text/html")


def _plain_types(table: pd.DataFrame) -> pd.DataFrame:
    """Text stays text and numbers numbers, whatever a factor's values were."""
    return table.convert_dtypes()


def _download(label: str, content: Callable[[], bytes], name: str, kind: str) -> None:
    st.download_button(
        label,
        content,
        file_name=name,
        mime=kind or "application/octet-stream",
        key=f"take-{name}",
        on_click="ignore",
        icon=":material/download:",
    )


page = bare("Studies", _show)
