"""What all pages have in common: the levers, the work in progress, and a sentence where something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import streamlit as st

from dashboard import answer, budget, link, state
from dashboard.jobs import Job, Outcome, unexpected
from dashboard.looks import Look, looks
from dashboard.origin import Request
from dashboard.picture import take_down
from dashboard.plain import plain
from dashboard.takeaway.offer import offer
from dashboard.workshop import workshop
from sim import Scenario
from sim.errors import StockoutError

Colour = Literal["green", "orange", "red", "gray"]

PATIENCE: Final = 0.9
"""Seconds that a page waits for the first look at new results before it shows the old ones."""

GLANCES: Final = 15
"""How often it looks meanwhile whether it is still wanted."""

_DIGEST: Final = "A fingerprint of all numbers on this page, which the address holds too. Equal letters, equal numbers."
_SAME: Final = "The link came with the fingerprint of the numbers that its sender saw; these were computed here anew."


@dataclass(frozen=True)
class Scene:
    """What a page of results has before it."""

    request: Request
    """What these are results of; the levers may stand elsewhere by now."""
    scenario: Scenario
    outcome: Outcome
    looks: Mapping[str, Look]
    """By policy."""
    baseline: str
    rival: str
    """The policy to show beside the baseline; the baseline itself where there is no other."""


def framed(title: str | Callable[[Scenario], None], show: Callable[[Scene], None]) -> Callable[[], None]:
    """A page of results: its title, the state of the work, then what `show` makes of the results.

    Args:
        title: of the page, or what writes it.
        show: draws the page; called whenever there are results, if only of the first look.
    """
    return _edged(lambda: _results_page(title, show))


def bare(title: str, show: Callable[[], None]) -> Callable[[], None]:
    """A page that needs no results."""

    def page() -> None:
        st.title(plain(title), anchor=False)
        show()

    return _edged(page)


def _edged(page: Callable[[], None]) -> Callable[[], None]:
    """The page; whatever goes wrong in it is said in a sentence."""

    def edged() -> None:
        take_down()
        try:
            page()
        except StockoutError as error:
            show_error(error)
        except Exception:
            st.error(unexpected())

    return edged


def show_error(error: StockoutError) -> None:
    """What is wrong, in a sentence; every fault of a scenario with its place in the file."""
    faults: Sequence[object] = getattr(error, "faults", ())
    if not faults:
        st.error(plain(str(error)))
        return
    st.error(f"This scenario cannot be used as written: {len(faults)} fault{'' if len(faults) == 1 else 's'}.")
    st.code("\n\n".join(str(fault) for fault in faults), language=None)


def _results_page(title: str | Callable[[Scenario], None], show: Callable[[Scene], None]) -> None:
    current = state.asked()
    scenario = current.scenario()
    if isinstance(title, str):
        st.caption(plain(scenario.title))
        st.title(plain(title), anchor=False)
    else:
        title(scenario)
    scenario = budget.within(scenario)
    _work_on(current, scenario)
    seen = state.shown()
    _status(current, seen)
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


def _work_on(current: Request, scenario: Scenario) -> None:
    """Start what the levers ask for, unless it is under way, there, or was stopped."""
    job = state.job()
    if job is None or job.request != current or job.is_abandoned:
        _start(current, scenario)


def _start(current: Request, scenario: Scenario) -> None:
    if state.is_serial():
        job = Job(current, scenario)
        state.replace_job(job)
        job.work()
        return
    shop = workshop()
    job = shop.job(current, scenario, wanted=state.presence())
    state.replace_job(job)
    try:
        shop.start(state.visitor(), job)
    except StockoutError as error:
        job.fail(str(error))
    _await(job)


def _await(job: Job) -> None:
    """Wait for the first look at its results, unless the visitor turns another lever meanwhile."""
    for _ in range(GLANCES):
        if job.wait(PATIENCE / GLANCES):
            return
        state.job()  # where the session is looked at, Streamlit ends a run of the page that is out of date


def _status(current: Request, seen: state.Shown | None) -> None:
    """What the visitor must know of the results before believing them."""
    job = state.job()
    is_running = job is not None and not job.finished
    if is_running:
        _watch()
    elif job is not None and job.error:
        _stopped(current, job)
    if seen is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        icon, colour, text = _freshness(seen, current, is_running=is_running)
        st.badge(text, icon=icon, color=colour)
        _numbers(seen, current)
    asked_for = current.scenario().plan.replications
    if seen.request == current and seen.outcome.wanted < asked_for:
        st.caption(f"{asked_for} replications would take too long on this page: it runs {seen.outcome.wanted}.")


def _stopped(current: Request, job: Job) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(plain(job.error), width="stretch")
        if st.button("Run", key="run", icon=":material/play_arrow:"):
            _start(current, job.scenario)
            st.rerun()


def _numbers(seen: state.Shown, current: Request) -> None:
    """The digest of the numbers on the screen, for those who compare what they see."""
    if seen.request != current or not seen.outcome.final:
        link.show_numbers(None)
        return
    numbers = link.digest(seen.outcome.results)
    same = link.same_as_sender(current, numbers)
    link.show_numbers(numbers)
    if same is not None:
        icon, word = (":material/check:", "yes") if same else (":material/close:", "no")
        st.badge(f"Same numbers as the link's sender: {word}", icon=icon, color="green" if same else "red", help=_SAME)
    st.badge(f"numbers {numbers}", color="gray", help=_DIGEST)


def _freshness(seen: state.Shown, current: Request, *, is_running: bool) -> tuple[str, Colour, str]:
    held, wanted = seen.outcome.results.replications, seen.outcome.wanted
    if seen.request != current:
        remedy = "new ones are on their way" if is_running else "press Run"
        return ":material/update:", "orange", f"These results are for other settings: {remedy}"
    if not seen.outcome.final:
        rest = f"all {wanted} are on their way" if is_running else f"{wanted} were asked for"
        return ":material/hourglass_top:", "orange", f"A first look at {held} replications; {rest}"
    return ":material/check:", "green", f"Up to date: {held} replications"


@st.fragment(run_every=0.5)
def _watch() -> None:
    """Look at the work in progress twice a second."""
    job = state.job()
    if job is None or state.has_news(job):
        st.rerun()
        return
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(min(job.done / job.total, 1.0), text=f"Simulating: {job.done} of {job.total} replications")
    # A callback is called even where the fragment ends early for news; the value of the button would be lost there.
    button.button("Cancel", key="cancel", width="stretch", on_click=job.cancel)
