"""The levers: a slider for each dial, a menu for each choice, an input for any other setting; all in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from dashboard import link
from dashboard.plain import plain
from sim import AS_WRITTEN, Choice, Dial, Lever, Scenario, choices, dials

Positions = Mapping[str, float]
"""Where each dial stands, by its name."""

Levers = Mapping[str, Lever]
"""Levers by path."""

EXTRA: Final = "extra-levers"
"""In the session: paths of the levers that the visitor looks at, beside those that have dials."""

ADD: Final = "add-lever"


def panel(dials: Sequence[Dial]) -> dict[str, float]:
    """Show the dials; gives where they stand."""
    return {dial.name: _slider(dial) if dial.write and dial.low < dial.high else _stuck(dial) for dial in dials}


def _slider(dial: Dial) -> float:
    kind = int if dial.whole else float
    return float(
        st.slider(
            f"{dial.title} ({dial.unit})" if dial.unit else dial.title,
            min_value=kind(dial.low),
            max_value=kind(dial.high),
            value=kind(dial.value),
            step=kind(dial.step),
            format="%d" if dial.whole else "%.2f" if dial.step < 0.1 else "%.1f",
            key=dial.name,
            help=f"{plain(dial.about)} In the scenario: {dial.shown(dial.value)}.",
            bind="query-params",
        )
    )


def _stuck(dial: Dial) -> float:
    """A lever without use: its name and the reason are text, for the label of what is off is too pale to read."""
    st.caption(plain(f"{dial.title}: {dial.reason}") if dial.reason else plain(dial.title))
    st.slider(
        dial.title,
        min_value=0,
        max_value=1,
        value=0,
        key=f"no-{dial.name}",
        disabled=True,
        help=plain(dial.reason),
        label_visibility="collapsed",
    )
    return dial.value


def settings(dials: Sequence[Dial], positions: Positions) -> dict[str, str]:
    """What the dials set in the scenario."""
    return {path: text for dial in dials for path, text in dial.settings(positions[dial.name]).items()}


def menus(choices: Sequence[Choice]) -> dict[str, str]:
    """Show the choices; gives what they set in the scenario."""
    return {path: text for choice in choices for path, text in choice.settings(_menu(choice)).items()}


def _menu(choice: Choice) -> str:
    if not choice.options:
        st.selectbox(choice.title, ["not here"], key=f"no-{choice.name}", disabled=True, help=choice.reason)
        return AS_WRITTEN
    return str(
        st.selectbox(
            choice.title,
            [AS_WRITTEN, *choice.options],
            format_func=lambda option: str(option).replace("_", " "),
            key=choice.name,
            help=plain(choice.about),
            bind="query-params",
        )
    )


def extra(every: Levers) -> list[str]:
    """Paths of the other settings on show: those in the address at first, and those looked for since."""
    if EXTRA not in st.session_state:
        st.session_state[EXTRA] = link.paths(tuple(every))
    return [path for path in st.session_state[EXTRA] if path in every]


def others(every: Levers) -> dict[str, str]:
    """A search among all settings, and an input for each that was found; gives what they set."""
    shown = extra(every)
    st.selectbox(
        "Search all settings",
        [path for path in every if path not in shown],
        index=None,
        key=ADD,
        format_func=name_of,
        placeholder=f"{len(every)} settings: type a word",
        on_change=_add,
        help="Every number and word of the scenario, by its place in the file; the same names as for `--set`.",
    )
    return {path: text for name in extra(every) for path, text in every[name].settings(_input(every[name])).items()}


def _add() -> None:
    if found := st.session_state.get(ADD):
        st.session_state[EXTRA] = [*st.session_state.get(EXTRA, []), found]
        st.session_state[ADD] = None


def name_of(path: str) -> str:
    """A path as people read it; the world goes without saying."""
    return path.removeprefix("world.").replace("_", " ").replace(".", " › ")  # noqa: RUF001 - a sign of its own


def _input(lever: Lever) -> str:
    about = f"{plain(lever.about)} In the scenario: {plain(lever.value)}. For `--set`: `{lever.path}`"
    label = plain(name_of(lever.path))
    if lever.kind == "number":
        return _number(lever, f"{label} ({plain(lever.unit)})" if lever.unit else label, about)
    if lever.kind == "choice":
        at = lever.options.index(lever.value) if lever.value in lever.options else 0
        return str(st.selectbox(label, lever.options, index=at, key=lever.path, help=about, bind="query-params"))
    found = st.text_input(label, lever.value, max_chars=200, key=lever.path, help=about, bind="query-params")
    return found or lever.value


def _number(lever: Lever, label: str, about: str) -> str:
    kind = int if lever.whole else float
    found = st.number_input(
        label,
        min_value=None if lever.low is None else kind(lever.low),
        max_value=None if lever.high is None else kind(lever.high),
        value=kind(lever.number),
        step=kind(1) if lever.whole or abs(lever.number) >= 10 else 0.1,
        format="%d" if lever.whole else "%g",
        key=lever.path,
        help=about,
        bind="query-params",
    )
    return lever.value if found == kind(lever.number) else lever.written(float(found))


def forget(scenario: Scenario | None) -> None:
    """Put all levers as a scenario has them; with none, leave that to the inputs of the next one."""
    for path in st.session_state.pop(EXTRA, []):
        st.session_state.pop(path, None)
    st.session_state[EXTRA] = []
    if scenario is None:
        return
    for dial in dials(scenario):
        if dial.write and dial.low < dial.high:
            st.session_state[dial.name] = int(dial.value) if dial.whole else dial.value
    for choice in choices(scenario):
        if choice.options:
            st.session_state[choice.name] = AS_WRITTEN


def chosen(choices: Sequence[Choice], settings: Mapping[str, str]) -> str:
    """What was chosen, in words; empty where all is as written."""
    made = ((choice.title.lower(), choice.made(settings)) for choice in choices)
    return ", ".join(f"{title}: {option.replace('_', ' ')}" for title, option in made if option != AS_WRITTEN)


def described(dials: Sequence[Dial]) -> str:
    """What the dials say of a scenario, in words; how often it was run is another matter."""
    turnable = (dial for dial in dials if dial.write and dial.name != "replications")
    return ", ".join(f"{dial.title.lower()} {dial.shown(dial.value)}" for dial in turnable)
