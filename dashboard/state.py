"""What one visitor of the dashboard has before him: the scenario, the levers and the results."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from dashboard import launch
from dashboard.jobs import Job, Outcome
from sim import Scenario, load_scenario

JOB: Final = "job"
SHOWN: Final = "shown"
SERIAL: Final = "serial"
"""Set in the session, work is done in the page itself and not in other processes; for tests."""

Stamp = tuple[int, int]
"""Time and size of a file: changed, it is read again."""


@dataclass(frozen=True)
class Request:
    """What to run: a scenario file as it stands, with some values set."""

    file: Path
    stamp: Stamp
    settings: tuple[tuple[str, str], ...] = ()
    """Values to set, by path."""

    def scenario(self) -> Scenario:
        """The scenario asked for.

        Raises:
            ScenarioFaults: it cannot be used.
        """
        return _read(self)

    def turned(self, settings: Mapping[str, str]) -> Request:
        """The same file with these values set."""
        return Request(self.file, self.stamp, tuple(settings.items()))


@st.cache_resource(max_entries=32, show_spinner=False)
def _read(request: Request) -> Scenario:
    return load_scenario(request.file, overrides=dict(request.settings))


def asked() -> Request | None:
    """The scenario file the dashboard was started with, as written; `None` if it was started with none."""
    file = launch.started(sys.argv[1:]).scenario
    if file is None:
        return None
    try:
        found = file.stat()
    except OSError:
        return Request(file, (0, 0))
    return Request(file, (found.st_mtime_ns, found.st_size))


def store_dir() -> Path | None:
    """The folder of studies that the dashboard was started with; `None` if it was started with none."""
    return launch.started(sys.argv[1:]).store


def is_serial() -> bool:
    """Whether work is to be done in the page itself."""
    return bool(st.session_state.get(SERIAL, False))


def job() -> Job | None:
    """The visitor's newest job."""
    found: Job | None = st.session_state.get(JOB)
    return found


@dataclass(frozen=True)
class Shown:
    """Results on the screen, and what they are results of."""

    request: Request
    scenario: Scenario
    outcome: Outcome


def shown() -> Shown | None:
    """The newest results there are: of the newest job if it has any, else those that were on the screen before."""
    newest = job()
    if newest is not None and newest.outcome is not None:
        st.session_state[SHOWN] = Shown(newest.request, newest.scenario, newest.outcome)
    found: Shown | None = st.session_state.get(SHOWN)
    return found


def has_news(newest: Job) -> bool:
    """Whether the page should be drawn again: the job has new results, or it has ended."""
    seen: Shown | None = st.session_state.get(SHOWN)
    fresh = newest.outcome is not None and (seen is None or newest.outcome is not seen.outcome)
    return newest.finished or fresh


def replace_job(new: Job) -> None:
    """The visitor's newest job from now on; the older one is of no more use."""
    older = job()
    if older is not None:
        older.cancel()
    st.session_state[JOB] = new
