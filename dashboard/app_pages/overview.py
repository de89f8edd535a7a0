"""The page for managers: the question, the answer, the headline numbers and what happened."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final, Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import answer, charts, controls, endings, state
from dashboard.jobs import InPage, Job, unexpected, workshop
from sim import Results, Scenario, choices, dials
from sim.errors import ScenarioError, StockoutError

Colour = Literal["green", "orange", "red", "gray"]

DELTA_COLOURS: Final[Mapping[answer.Tone, Colour]] = MappingProxyType(
    {"good": "green", "bad": "red", "undecided": "gray"}
)
"""Grey where the interval of the difference covers 0."""

ABREAST: Final = 3
"""Cards side by side."""


def page() -> None:
    """The whole page; whatever goes wrong is said in a sentence."""
    try:
        _page()
    except ScenarioError as error:
        _show_faults(error)
    except StockoutError as error:
        st.error(plain(str(error)))
    except Exception:
        st.error(unexpected())


def plain(text: str) -> str:
    """A text that came from a file, with everything that Markdown would act upon taken literally."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|$~:^=])", r"\\\1", text)


def _page() -> None:
    written = state.asked()
    if written is None:
        st.info("Start the dashboard with a scenario: `stockout dashboard scenarios/viral_spike.yaml`")
        return
    scenario = written.scenario()
    st.title(plain(f"{scenario.title}: backorder or out of stock?"))
    st.caption(plain(scenario.story))
    current, pressed = _levers(written, scenario)
    if pressed or state.job() is None:
        _start(current)
    _status(current)
    seen = state.shown()
    if seen is not None:
        _results(seen)


def _levers(written: state.Request, scenario: Scenario) -> tuple[state.Request, bool]:
    """The sidebar: what the levers ask for, and whether to run it."""
    with st.sidebar:
        st.header("What if?")
        turned = dials(scenario)
        settings = controls.settings(turned, controls.panel(turned))
        with st.expander("How the shop sells and tells"):
            settings |= controls.menus(choices(scenario))
        current = written.turned(settings)
        pressed = st.button("Run", type="primary", key="run", icon=":material/play_arrow:", width="stretch")
        st.caption("The address of this page holds the levers: copy it to share what you see.")
    return current, pressed


def _start(current: state.Request) -> None:
    job = Job(current, current.scenario())
    state.replace_job(job)
    if state.is_serial():
        job.work(InPage(), 1)
    else:
        workshop().start(job)


def _status(current: state.Request) -> None:
    """What the visitor must know of the results before believing them."""
    job, seen = state.job(), state.shown()
    if job is not None and not job.finished:
        _watch()
    elif job is not None and job.error:
        st.warning(plain(job.error))
    if seen is not None:
        icon, colour, text = _freshness(seen, current, is_running=job is not None and not job.finished)
        st.badge(text, icon=icon, color=colour)


def _freshness(seen: state.Shown, current: state.Request, *, is_running: bool) -> tuple[str, Colour, str]:
    held, wanted = seen.outcome.results.replications, seen.outcome.wanted
    if seen.request != current:
        remedy = "new ones are on their way" if is_running else "press Run"
        return ":material/update:", "orange", f"These results are for other settings: {remedy}"
    if not seen.outcome.final:
        rest = f"all {wanted} are on their way" if is_running else f"{wanted} were asked for"
        return ":material/hourglass_top:", "orange", f"A quick look at {held} replications; {rest}"
    return ":material/check:", "green", f"Up to date: {held} replications"


@st.fragment(run_every=0.5)
def _watch() -> None:
    """Look at the work in progress twice a second."""
    job = state.job()
    if job is None or state.has_news(job):
        st.rerun()
        return
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(min(job.done / job.total, 1.0), text=f"Simulating: {job.done} of {job.total} steps")
    if button.button("Cancel", key="cancel", width="stretch"):
        job.cancel()


def _results(seen: state.Shown) -> None:
    results = seen.outcome.results
    said = answer.answer(results)
    with st.container(border=True):
        st.markdown(f"### {plain(said.head)}")
        st.markdown(plain(said.reason))
        if said.caution:
            st.warning(plain(said.caution))
    policy = _chosen_policy(results)
    _cards(results, policy)
    settings = controls.described(dials(seen.scenario))
    made = controls.chosen(choices(seen.scenario), dict(seen.request.settings))
    st.caption(
        plain(
            f"These numbers: {settings}{', ' * bool(made)}{made}; seed {results.seed}. "
            f"{results.replications} replications, compared pairwise; intervals hold with 95 % confidence."
        )
    )
    _over_time(seen, policy)
    _endings(results)


def _chosen_policy(results: Results) -> str:
    """The policy to look at beside the baseline."""
    others = results.policies[1:]
    first = answer.rival(results)
    if len(others) < 2:
        return first
    picked = st.segmented_control(
        plain(f"Compare with {results.policies[0]}"),
        others,
        default=first,
        required=True,
        key=f"policy-{first}",
    )
    return str(picked or first)


def _cards(results: Results, policy: str) -> None:
    cards = answer.cards(results, policy)
    for first in range(0, len(cards), ABREAST):
        for column, card in zip(st.columns(ABREAST), cards[first : first + ABREAST], strict=True):
            with column:
                _card(card)
    with st.expander("All policies in numbers"):
        numbers = answer.table(results, answer.details(results.scenario))
        st.dataframe(numbers, hide_index=True, alt="The measures of every policy beside the first.")
    with st.expander("Profit and loss"):
        lines = answer.account(results)
        st.dataframe(lines, hide_index=True, alt="The account of every policy beside the first, down to total value.")


def _card(card: answer.Card) -> None:
    st.metric(
        plain(card.title),
        card.value,
        plain(card.change) or None,
        delta_color=DELTA_COLOURS[card.tone],
        delta_arrow=("up" if card.rises else "down") if card.tone != "undecided" else "off",
        delta_description=plain(card.word) or None,
        help=plain(card.about),
        border=True,
        height="stretch",
    )


@st.fragment
def _over_time(seen: state.Shown, policy: str) -> None:
    lines = seen.outcome.lines
    st.subheader("How it went")
    picked = st.pills(
        "Policies",
        lines.policies,
        selection_mode="multi",
        default=list(dict.fromkeys((lines.policies[0], policy))),
        key=f"lines-{policy}",
    )
    scope = ""
    if len(lines.scopes) > 1:
        scope = st.selectbox("Stock", lines.scopes, format_func=lambda each: each or "the whole shop", key="scope")
    every = lines.replications == seen.outcome.results.replications
    count = f"{'' if every else 'the first '}{lines.replications} replications"
    st.caption(f"Line: the middle of {count}; band: 8 of 10 lie in it.")
    for level, title in (("on_hand", "What lies on the shelf"), ("backlog", "What customers wait for")):
        _chart(
            title,
            level,
            figure=charts.over_time(lines, level, picked, scope=scope),
            alt=charts.over_time_alt(lines, level, picked, scope=scope),
            table=partial(charts.over_time_table, lines, level, picked, scope=scope),
        )


@st.fragment
def _endings(results: Results) -> None:
    for title, key, bars in (
        ("What became of the visits", "fates", endings.FATE_BARS),
        ("Where those went who were not served", "exits", endings.EXIT_BARS),
    ):
        _chart(
            title,
            key,
            figure=endings.figure(bars, results),
            alt=endings.alt(bars, results),
            table=partial(endings.table, bars, results),
        )


def _chart(title: str, key: str, *, figure: go.Figure, alt: str, table: Callable[[], pd.DataFrame]) -> None:
    """A chart that can be read as a table too."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{title}**", width="content")
        as_table = st.toggle("Show as table", key=f"table-{key}")
    if as_table:
        st.dataframe(table(), hide_index=True, alt=alt, key=f"frame-{key}")
    else:
        st.plotly_chart(figure, alt=alt, key=f"chart-{key}", config={"displayModeBar": False})


def _show_faults(error: ScenarioError) -> None:
    """Every fault of a scenario with its place in the file."""
    faults: Sequence[object] = getattr(error, "faults", (error,))
    st.error(f"This scenario cannot be used as written: {len(faults)} fault{'' if len(faults) == 1 else 's'}.")
    st.code("\n\n".join(str(fault) for fault in faults), language=None)
