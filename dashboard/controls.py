"""The levers: a slider for each dial of the scenario, a menu for each choice, all held in the address of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from sim import AS_WRITTEN, Choice, Dial

Positions = Mapping[str, float]
"""Where each dial stands, by its name."""


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
            help=f"{dial.about} In the scenario: {dial.shown(dial.value)}.",
            bind="query-params",
        )
    )


def _stuck(dial: Dial) -> float:
    st.slider(dial.title, min_value=0, max_value=1, value=0, key=f"no-{dial.name}", disabled=True)
    if dial.reason:
        st.caption(dial.reason)
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
            help=choice.about,
            bind="query-params",
        )
    )


def chosen(choices: Sequence[Choice], settings: Mapping[str, str]) -> str:
    """What was chosen, in words; empty where all is as written."""
    made = ((choice.title.lower(), choice.made(settings)) for choice in choices)
    return ", ".join(f"{title}: {option.replace('_', ' ')}" for title, option in made if option != AS_WRITTEN)


def described(dials: Sequence[Dial]) -> str:
    """What the dials say of a scenario, in words; how often it was run is another matter."""
    turnable = (dial for dial in dials if dial.write and dial.name != "replications")
    return ", ".join(f"{dial.title.lower()} {dial.shown(dial.value)}" for dial in turnable)
