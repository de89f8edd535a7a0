"""The page "When it broke": stock, backlog and promises over time, and how long a shock is survived."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.charts import NONE, Extremes
from dashboard.fans import extremes, fan, waits
from dashboard.frame import Scene, framed
from dashboard.picture import hang
from dashboard.plain import plain
from dashboard.spells import spell_picture, spells


def _show(scene: Scene) -> None:
    _what_happened(scene)
    _fans(scene)
    _shocks(scene)


def _what_happened(scene: Scene) -> None:
    """The shaded times in a sentence, and those that no shade can show."""
    lines = scene.outcome.lines
    told = [f"{s.label} from day {max(s.start, 0):.0f} to {s.end:.0f}" for s in lines.spans if s.end > 0]
    st.markdown(plain(f"Shaded: {'; '.join(told)}." if told else "Nothing out of the ordinary is planned here."))
    if lines.by_chance:
        st.caption(
            plain(
                f"Not shaded, since it comes at another time in each replication: {', '.join(lines.by_chance)}. Look "
                "at the worst and best replication instead."
            )
        )


@st.fragment
def _fans(scene: Scene) -> None:
    lines = scene.outcome.lines
    chosen, scope, singled = _choices(scene)
    if not chosen:
        st.info("Choose at least one policy.")
        return
    _how_to_read(scene, is_singled=bool(singled))
    for heading, quantities in (
        ("Stock and backlog", ("on_hand", "backlog", "on_order")),
        ("Service", ("at_once", "in_the_end")),
    ):
        st.subheader(heading)
        for quantity in quantities:
            hang(fan(lines, quantity, chosen, scope=scope, singled=singled))
    st.subheader("Promises")
    hang(fan(lines, "kept", chosen, singled=singled))
    hang(waits(lines, chosen))


def _choices(scene: Scene) -> tuple[Sequence[str], str, Extremes]:
    """Policies, stock and single replications to draw."""
    lines = scene.outcome.lines
    first = list(dict.fromkeys((scene.baseline, scene.rival)))
    chosen = st.pills("Policies", lines.policies, selection_mode="multi", default=first, key="fan-policies")
    scope = ""
    if len(lines.scopes) > 1:
        scope = st.selectbox("Stock", lines.scopes, format_func=lambda each: each or "the whole shop", key="fan-scope")
    singled = st.toggle(
        "Worst and best replication",
        key="fan-extremes",
        help="The replications with the lowest and the highest total value under each policy.",
    )
    found = extremes(scene.outcome.results, chosen, within=lines.replications) if singled else NONE
    return chosen, scope, found


def _how_to_read(scene: Scene, *, is_singled: bool) -> None:
    lines = scene.outcome.lines
    every = lines.replications == scene.outcome.results.replications
    count = f"{'' if every else 'the first '}{lines.replications} replications"
    more = " Thin lines with triangles: the worst (down) and best (up) replication by total value." * is_singled
    st.caption(f"Line: the middle of {count}. Dark band: half of them. Light band: 9 of 10.{more}")


def _shocks(scene: Scene) -> None:
    st.subheader("Surviving and recovering")
    found = spells(scene.outcome.results, scene.outcome.lines)
    if not found:
        st.info("This scenario has no shock with a fixed time, so there is nothing to survive or to recover from.")
    for spell in found:
        hang(spell_picture(spell, scene.looks))


page = framed("When it broke", _show)
