"""The page "Where does backorder win?": a map of a study's settings, and the band in which nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import study_choice
from dashboard.frame import bare
from dashboard.picture import hang
from dashboard.plain import plain
from dashboard.region_chart import Ground, named, region_picture, said, verdict
from dashboard.shelf import Kept
from dashboard.study_charts import Matter, differences
from experiments.analysis.of_study import planes, region_of
from experiments.analysis.winners import outcomes
from sim import MEASURES


def _show() -> None:
    found = study_choice.studies()
    if not found:
        return
    study = study_choice.chosen(_maps_first(found))
    st.markdown(plain(study.question))
    results = study_choice.opened(study)
    if results is None:
        return
    matter = study_choice.matter(results)
    if matter is not None:
        _map(matter)


def _maps_first(found: Sequence[Kept]) -> list[Kept]:
    return sorted(found, key=lambda each: not each.is_plane)


def _map(matter: Matter) -> None:
    pairs = planes(matter.results)
    if not pairs:
        st.info(
            "A map needs a study that runs every value of two numbers with every other (`design: grid`); this one does "
            "not. Here is what it found at each of its settings."
        )
        hang(differences(matter, outcomes(matter.results, matter.policy, measure=matter.measure)))
        return
    x, y = _plane(matter, pairs)
    region = region_of(matter.results, matter.policy, x, y, measure=matter.measure)
    ground = Ground(region, MEASURES[matter.measure], matter.results.currency, matter.looks)
    st.markdown(f"### {plain(verdict(ground))}")
    _averaged(matter, x, y)
    hang(region_picture(ground))
    for sentence in said(ground):
        st.markdown(plain(f"• {sentence}"))


def _plane(matter: Matter, pairs: Sequence[tuple[str, str]]) -> tuple[str, str]:
    if len(pairs) == 1:
        return pairs[0]
    names = {" and ".join(named(matter.results.axis(name)) for name in pair): pair for pair in pairs}
    return names[str(st.selectbox("Plane", list(names), key="plane", bind="query-params"))]


def _averaged(matter: Matter, x: str, y: str) -> None:
    others = [named(axis) for axis in matter.results.axes if axis.name not in (x, y)]
    if others:
        st.caption(plain(f"Averaged over {', '.join(others)}."))


page = bare("Where does backorder win?", _show)
