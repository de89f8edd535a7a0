"""What one visitor of the dashboard has before him: what the levers ask for, the job, and the results."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import launch
from dashboard.jobs import Job, Outcome
from dashboard.origin import Origin, Request, of_file
from sim import Scenario
from sim.errors import StockoutError

JOB: Final = "job"
SHOWN: Final = "shown"
ASKED: Final = "asked"
SERIAL: Final = "serial"
"""Set in the session, work is done in the page itself and not in other processes; for tests."""


@dataclass(frozen=True)
class Shown:
    """Results on the screen, and what they are results of."""

    request: Request
    scenario: Scenario
    outcome: Outcome


def started_with() -> Origin | None:
    """The scenario file the dashboard was started with, as it is now; `None` if it was started with none."""
    file = launch.started(sys.argv[1:]).scenario
    return None if file is None else of_file(file)


def store_dir() -> Path | None:
    """The folder of studies that the dashboard was started with; `None` if it was started with none."""
    return launch.started(sys.argv[1:]).store


def ask(for_what: Request | StockoutError) -> None:
    """What the levers ask for as they stand, or why that is nothing that can be run."""
    st.session_state[ASKED] = for_what


def asked() -> Request:
    """What the levers ask for.

    Raises:
        StockoutError: nothing that can be run.
    """
    found: Request | StockoutError = st.session_state[ASKED]
    if isinstance(found, StockoutError):
        raise found
    return found


def is_serial() -> bool:
    """Whether work is to be done in the page itself."""
    return bool(st.session_state.get(SERIAL, False))


def visitor() -> str:
    """The name of the session."""
    context = get_script_run_ctx()
    return context.session_id if context is not None else ""


def presence() -> Callable[[], bool]:
    """Says, from any thread, whether the visitor still has the page open."""
    session = visitor()
    return lambda: not exists() or get_instance().is_active_session(session)


def job() -> Job | None:
    """The visitor's newest job."""
    found: Job | None = st.session_state.get(JOB)
    return found


def replace_job(new: Job) -> None:
    """The visitor's newest job from now on; the older one is of no more use."""
    older = job()
    if older is not None:
        older.cancel()
    st.session_state[JOB] = new


def shown() -> Shown | None:
    """The newest results there are: of the newest job if it has any, else those that were on the screen before."""
    newest = job()
    outcome = newest.outcome if newest is not None else None
    if newest is not None and outcome is not None:
        st.session_state[SHOWN] = Shown(newest.request, newest.scenario, outcome)
    found: Shown | None = st.session_state.get(SHOWN)
    return found


def has_news(newest: Job) -> bool:
    """Whether the page should be drawn again: the job has new results, or it has ended."""
    seen: Shown | None = st.session_state.get(SHOWN)
    on_screen = seen.outcome.results.replications if seen is not None and seen.request == newest.request else 0
    return newest.finished or newest.held > on_screen
