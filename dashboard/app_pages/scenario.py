"""The page of the scenario itself: read it, change it, check it, bring one, take it home, make one of sales."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import streamlit as st

from dashboard import budget, state
from dashboard.frame import bare, show_error
from dashboard.intake import MOST_BYTES, checked, decoded, imported
from dashboard.origin import Origin, Request, drafts
from dashboard.sidebar import go
from dashboard.workshop import apart
from sim import Assumptions, Fault, Scenario, ScenarioFaults, rewritten
from sim.errors import StockoutError

BROUGHT: Final = "brought-text"
"""In the session: a text that was brought, until it is used or put away."""

_EVEN: Final = "<style>[data-testid='stTextArea'] textarea {font-family: monospace; white-space: pre}</style>"
"""In YAML columns matter, so letters are to be of one width and lines are not to be broken."""

LAST: Final = "last-upload"
"""In the session: which upload that was."""


def _show() -> None:
    st.caption(
        "The scenario of all pages, with the levers that were turned written into it; comments stay where they are. "
        "Change it here, and everything that is wrong with it is told with its line."
    )
    request, brought = _asked(), st.session_state.get(BROUGHT)
    _bring()
    if brought is not None:
        st.info("This text was brought here. The other pages show it once it is used.", icon=":material/upload_file:")
    text = brought if brought is not None else _written(request)
    beside = request.origin.allowed if request is not None and brought is None else None
    edited = _editor(text)
    is_fine = bool(edited.strip()) and _is_fine(edited, beside)
    _ends(edited, beside, is_fine=is_fine, is_brought=brought is not None)


def _asked() -> Request | None:
    """What the levers ask for; nothing where that cannot be used, so that another text can be brought."""
    try:
        return state.asked()
    except StockoutError as error:
        show_error(error)
        return None


def _written(request: Request | None) -> str:
    origin: Origin | None = request.origin if request is not None else state.started_with()
    return rewritten(origin.written(), dict(request.settings if request else ())) if origin is not None else ""


def _editor(text: str) -> str:
    st.html(_EVEN)
    name = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
    found = st.text_area(
        "Scenario (YAML)",
        text,
        height=460,
        max_chars=MOST_BYTES,
        key=f"text-{name}",
        help="It is checked when you leave the field or press Ctrl and Enter.",
    )
    return found or ""


def _is_fine(text: str, beside: Path | None) -> bool:
    """Whether a text can be used here; what is wrong with it is shown."""
    scenario, faults = _checked(text, beside)
    if scenario is None:
        show_error(ScenarioFaults(faults))
        return False
    try:
        count = budget.affordable(scenario)
    except StockoutError as error:
        show_error(error)
        return False
    asked = scenario.plan.replications
    cut = f" It asks for {asked} replications; these pages run {count}." if count < asked else ""
    st.success(f"Nothing is wrong with it.{cut}", icon=":material/check:")
    return True


@st.cache_resource(max_entries=16, show_spinner=False)
def _checked(text: str, beside: Path | None) -> tuple[Scenario | None, tuple[Fault, ...]]:
    return apart(checked, text, beside)


def _ends(text: str, beside: Path | None, *, is_fine: bool, is_brought: bool) -> None:
    with st.container(horizontal=True):
        st.button(
            "Use this scenario",
            key="use",
            icon=":material/play_arrow:",
            on_click=_use,
            args=(text, beside),
            disabled=not is_fine,
        )
        st.download_button(
            "Download",
            text.encode("utf-8", "replace"),
            "scenario.yaml",
            "application/yaml",
            key="save-text",
            on_click="ignore",
            icon=":material/download:",
        )
        if is_brought:
            st.button("Put it away", key="put-away", icon=":material/undo:", on_click=_put_away)


def _use(text: str, beside: Path | None) -> None:
    """Look at a text on all pages from now on."""
    _put_away()
    go(drafts().keep(text, beside).name)


def _put_away() -> None:
    st.session_state.pop(BROUGHT, None)


def _bring() -> None:
    opening, making = st.columns(2)
    with opening.expander("Open a scenario file", icon=":material/upload_file:"):
        file = st.file_uploader("A scenario (YAML, at most 1 MB)", type=["yaml", "yml"], max_upload_size=1, key="open")
        if file is not None and _is_new(file):
            _take(decoded(file.getvalue()))
    with making.expander("Make one of a sales file", icon=":material/table_view:"):
        _from_sales()


def _from_sales() -> None:
    file = st.file_uploader(
        "Sales (CSV, at most 1 MB)",
        type=["csv"],
        max_upload_size=1,
        key="sales",
        help="Order lines with a date and a quantity; a product, a price and a customer where there are any. "
        "Columns are recognised by their names and contents.",
    )
    most = int(st.number_input("Products to keep, those with most order lines", 1, 10, 2, key="sales-products"))
    margin = st.slider("Margin, which no sales file tells (%)", 0, 100, 50, key="sales-margin")
    lead = st.text_input("Lead time of the supplier", "gamma(mean=14 d, cv=0.3)", max_chars=100, key="sales-lead")
    if file is not None and st.button("Make the scenario", key="make"):
        assumed = Assumptions(title="A shop by its sales", margin=margin / 100, lead_time=lead or "")
        _take(apart(imported, file.getvalue(), most, assumed))


def _is_new(file: Any) -> bool:
    """Whether an upload was not taken yet."""
    known, st.session_state[LAST] = st.session_state.get(LAST), file.file_id
    return bool(known != file.file_id)


def _take(text: str) -> None:
    st.session_state[BROUGHT] = text
    st.rerun()


page = bare("Scenario", _show)
