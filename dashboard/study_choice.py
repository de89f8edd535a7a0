"""What the pages about studies share: which study, which policy and which measure; all of it in the page's address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import state
from dashboard.looks import looks
from dashboard.plain import plain
from dashboard.shelf import Kept, Unreadable, shelf
from dashboard.study_charts import Matter
from experiments.analysis.results import StudyResults, read_results
from sim import MEASURES, heading
from sim.errors import ResultError

EXAMPLE = "experiments/studies/patience/study.yaml"
"""A study that varies two things, as a map needs it."""


def studies() -> list[Kept]:
    """The studies that can be opened; says in words what to do when there are none."""
    folder = state.store_dir()
    if folder is None:
        _how("The dashboard was started without a folder of studies.")
        return []
    found, unreadable = shelf(folder)
    if not found:
        _how("There is no study in the folder that the dashboard was started with.")
    _lost(unreadable)
    return found


def _how(why: str) -> None:
    st.info(
        f"{why} A study runs every policy at many settings, so that a map can show where which one wins. "
        "This command makes one, in a minute or two:"
    )
    st.code(f"stockout study {EXAMPLE}", language=None)
    st.markdown("Then show the dashboard where studies are kept:")
    st.code("stockout dashboard scenarios/viral_spike.yaml --store experiments/studies", language=None)


def _lost(unreadable: Sequence[Unreadable]) -> None:
    if unreadable:
        with st.expander(f"{len(unreadable)} folders could not be read"):
            for each in unreadable:
                st.markdown(plain(f"{each.folder.name}: {each.why}"))


def chosen(found: Sequence[Kept]) -> Kept:
    """The study that the visitor chose."""
    names = [each.name for each in found]
    picked = st.selectbox("Study", names, key="study", format_func=str, bind="query-params")
    return found[names.index(str(picked))] if picked in names else found[0]


def opened(study: Kept) -> StudyResults | None:
    """The results of a study; says why when there are none."""
    if not study.complete:
        st.warning("This study has not come to its end; the same command that started it goes on from there.")
        return None
    results = read_results(study.folder)
    if not set(results.measures) <= set(MEASURES):
        raise ResultError(f"this study was made by another version ({study.engine}); run it again to see it here")
    return results


def matter(results: StudyResults) -> Matter | None:
    """Which policy is looked at beside the baseline, and by which measure; says so when there is but one."""
    others = results.policies[1:]
    if not others:
        st.info("One policy was run in this study: there is nothing to compare.")
        return None
    left, right = st.columns(2)
    with left:
        policy = st.selectbox(f"Compare with {plain(results.baseline)}", others, key="policy", bind="query-params")
    with right:
        titles = {heading(MEASURES[name], results.currency): name for name in _ordered(results)}
        measure = titles[str(st.selectbox("By", list(titles), key="measure", bind="query-params"))]
        st.caption(plain(MEASURES[measure].definition))
    stated = results.manifest["scenario"].get("policies") or {}
    order = [*stated, *(each for each in results.policies if each not in stated)]
    return Matter(results, str(policy), measure, looks(order))


def _ordered(results: StudyResults) -> list[str]:
    """The measures of a study, the one that decides first."""
    return list(dict.fromkeys((results.headline, *results.measures)))
