"""The address of the page: which scenario, which levers, and the digest of the numbers that whoever copied it saw."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import origin, state
from dashboard.origin import LostError, Origin
from sim import Results

SCENARIO: Final = "scenario"
NUMBERS: Final = "numbers"
CHOSEN: Final = "chosen-scenario"
SENDER: Final = "sender"
"""In the session: the digest that came with the link, and what was asked for when it came."""


def scenarios() -> dict[str, Origin]:
    """The scenarios to choose from, by name: that of the command line first, then those shipped."""
    named = state.started_with()
    own = {} if named is None else {named.name: named}
    return own | {name: origin.of_file(file) for name, file in origin.shipped().items() if name not in own}


def chosen() -> Origin:
    """The scenario that the address names; else the one before; else the first.

    Raises:
        LostError: there is none of that name here.
    """
    name = st.query_params.get(SCENARIO) or st.session_state.get(CHOSEN) or next(iter(scenarios()), "")
    found = find(name)
    st.session_state[CHOSEN] = name
    if st.query_params.get(SCENARIO) != name:
        st.query_params[SCENARIO] = name
    return found


def find(name: str) -> Origin:
    """The scenario of a name.

    Raises:
        LostError: there is none here.
    """
    found = scenarios().get(name) or origin.drafts().find(name)
    if found is None:
        raise LostError("This link is of a scenario that is not here (any more): choose another one.")
    return found


def paths(known: Sequence[str]) -> list[str]:
    """The settings in the address that are levers, by their paths."""
    return [name for name in st.query_params if name in known]


def catch_up(names: Iterable[str]) -> None:
    """Let the address follow the levers where it fell behind: `show_numbers` writes all of it, and a lever turned at
    that moment is not yet known to it. To be called before the levers are shown."""
    context = get_script_run_ctx()
    if context is not None and context.is_history_navigation:
        return
    for name in names:
        said, stands = st.query_params.get(name), st.session_state.get(name)
        if said is not None and stands is not None and not _same(said, stands):
            st.session_state[name] = stands


def _same(said: str, stands: object) -> bool:
    if isinstance(stands, str):
        return said == stands
    try:
        return float(said) == stands
    except ValueError:
        return False


def digest(results: Results) -> str:
    """Twelve letters that are the same for the same numbers only."""
    found = hashlib.sha256()
    for key in sorted(results.values):
        found.update("/".join(key).encode())
        found.update(results.values[key].tobytes())
    return found.hexdigest()[:12]


def note_sender(request: origin.Request) -> None:
    """Remember, when the session begins, what the link claims."""
    if SENDER not in st.session_state:
        st.session_state[SENDER] = (st.query_params.get(NUMBERS), request)


def same_as_sender(request: origin.Request, numbers: str) -> bool | None:
    """Whether these are the numbers that the link's sender saw; `None` where the link is not of this or tells none."""
    claimed, about = st.session_state.get(SENDER, (None, None))
    return None if not claimed or about != request else bool(claimed == numbers)


def show_numbers(numbers: str | None) -> None:
    """Let the address hold the digest of what is on the screen, or none."""
    if numbers == st.query_params.get(NUMBERS):
        return
    if numbers is not None:
        st.query_params[NUMBERS] = numbers
    else:
        del st.query_params[NUMBERS]
