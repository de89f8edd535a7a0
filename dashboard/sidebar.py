"""The sidebar of every page: the scenario and all its levers, each held in the address of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from functools import lru_cache
from typing import Any, Final

import streamlit as st

from dashboard import controls, link, state
from dashboard.origin import OWN, Origin, Request
from dashboard.plain import plain
from sim import Scenario, choices, dials, levers
from sim.errors import StockoutError

PICK: Final = "pick-scenario"
GO: Final = "go"


def sidebar(here: Any, home: Any, *, idle: Container[str] = ()) -> None:
    """Show it, and note what the levers ask for.

    Args:
        here: the page on which it stands.
        home: the page on which a visitor's own text is looked at first.
        idle: addresses of the pages that show the same wherever the levers stand.
    """
    if GO in st.session_state:
        name = st.session_state.pop(GO)
        st.switch_page(home if name.startswith(OWN) else here, query_params={link.SCENARIO: name})
    with st.sidebar:
        if here.url_path in idle:
            st.info("These levers move the other pages; this one shows the same wherever they stand.")
        try:
            state.ask(_asked())
        except StockoutError as error:
            state.ask(error)


def go(name: str) -> None:
    """From the next run of the page on, look at another scenario, with all its levers as written."""
    st.session_state[GO] = name
    try:
        controls.forget(link.find(name).scenario({}))
    except StockoutError:
        controls.forget(None)


def _asked() -> Request:
    try:
        origin = link.chosen()
    except StockoutError:
        _pick("")
        raise
    _pick(origin.name)
    scenario = origin.scenario({})
    request = Request(origin, tuple(_settings(scenario, _levers_of(origin)).items()))
    link.note_sender(request)
    st.button("All as written", key="reset", icon=":material/undo:", width="stretch",
              on_click=controls.forget, args=(scenario,), disabled=not request.settings)  # fmt: skip
    st.caption("The address of this page holds the scenario and every lever: copy it to share what you see.")
    return request


def _settings(scenario: Scenario, every: controls.Levers) -> Mapping[str, str]:
    st.header("What if?", anchor=False)
    turned, chosen = dials(scenario), choices(scenario)
    link.catch_up([*(dial.name for dial in turned), *(choice.name for choice in chosen), *controls.extra(every)])
    settings = controls.settings(turned, controls.panel(turned))
    with st.expander("How the shop sells and tells"):
        settings |= controls.menus(chosen)
    with st.expander("Any other setting", expanded=bool(controls.extra(every))):
        settings |= controls.others(every)
    return settings


@lru_cache(maxsize=32)
def _levers_of(origin: Origin) -> controls.Levers:
    return {lever.path: lever for lever in levers(origin.scenario({}))}


def _pick(name: str) -> None:
    """The scenarios to choose from."""
    titles = {**_titles(link.scenarios()), **({name: "Your own text"} if name.startswith(OWN) else {})}
    st.session_state[PICK] = name if name in titles else None
    st.selectbox(
        "Scenario",
        list(titles),
        format_func=lambda each: titles.get(each, each),
        key=PICK,
        on_change=_go_to_picked,
        placeholder="Choose a scenario",
        help="The scenarios that come with Stockout, and your own. Choosing one puts all levers as it is written.",
    )


def _go_to_picked() -> None:
    go(st.session_state[PICK])


def _titles(origins: Mapping[str, Origin]) -> dict[str, str]:
    """What scenarios call themselves, by name; with the name where two call themselves the same."""
    titles = {name: _title(origin) for name, origin in origins.items()}
    counts = Counter(titles.values())
    return {name: f"{title} ({name})" if counts[title] > 1 else title for name, title in titles.items()}


@lru_cache(maxsize=64)
def _title(origin: Origin) -> str:
    """What a scenario calls itself; its name where it cannot be read."""
    try:
        return plain(origin.scenario({}).title)
    except StockoutError:
        return origin.name
