"""What all pages have in common: the levers, the work in progress, and a sentence where something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboard import answer, controls, state
from dashboard.jobs import InPage, Job, Outcome, unexpected, workshop
from dashboard.looks import Look, looks
from dashboard.picture import take_down
from dashboard.plain import plain
from dashboard.takeaway.offer import offer
from sim import Scenario, choices, dials
from sim.errors import ScenarioError, StockoutError

Colour = Literal["green", "orange", "red", "gray"]


@dataclass(frozen=True)
class Scene:
    """What a page of results has before it."""

    request: state.Request
    """What these are results of; the levers may stand elsewhere by now."""
    scenario: Scenario
    outcome: Outcome
    looks: Mapping[str, Look]
    """By policy."""
    baseline: str
    rival: str
    """The policy to show beside the baseline; the baseline itself where there is no other."""


def framed(title: str, show: Callable[[Scene], None]) -> Callable[[], None]:
    """A page of results: levers in the sidebar, the state of the work, then what `show` makes of the results.

    Args:
        title: of the page; a page without one writes its own.
        show: draws the page; called whenever there are results, if only of the quick look.
    """
    return _edged(lambda: _results_page(title, show))


def bare(title: str, show: Callable[[], None]) -> Callable[[], None]:
    """A page that needs no results."""

    def page() -> None:
        st.title(plain(title))
        show()

    return _edged(page)


def _edged(page: Callable[[], None]) -> Callable[[], None]:
    """The page; whatever goes wrong in it is said in a sentence."""

    def edged() -> None:
        take_down()
        try:
            page()
        except ScenarioError as error:
            show_faults(error)
        except StockoutError as error:
            st.error(plain(str(error)))
        except Exception:
            st.error(unexpected())

    return edged


def show_faults(error: ScenarioError) -> None:
    """Every fault of a scenario with its place in the file."""
    faults: Sequence[object] = getattr(error, "faults", (error,))
    st.error(f"This scenario cannot be used as written: {len(faults)} fault{'' if len(faults) == 1 else 's'}.")
    st.code("\n\n".join(str(fault) for fault in faults), language=None)


def _results_page(title: str, show: Callable[[Scene], None]) -> None:
    written = state.asked()
    if written is None:
        st.info("Start the dashboard with a scenario: `stockout dashboard scenarios/viral_spike.yaml`")
        return
    current, pressed = _levers(written, written.scenario())
    if title:
        st.title(plain(title))
    if pressed or state.job() is None:
        _start(current)
    _status(current)
    seen = state.shown()
    if seen is not None:
        show(_scene(seen))
        offer(seen)


def _scene(seen: state.Shown) -> Scene:
    results = seen.outcome.results
    return Scene(
        request=seen.request,
        scenario=seen.scenario,
        outcome=seen.outcome,
        looks=looks(results.policies),
        baseline=results.policies[0],
        rival=answer.rival(results),
    )


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
