"""The page "About the numbers": what every measure means, and the words of the trade, to be searched."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

import streamlit as st

from dashboard.frame import bare
from dashboard.plain import plain
from sim import GROUPS, VERSION, Chapter, Measure, Word, glossary

BETTER: Final = MappingProxyType({"up": "more is better", "down": "less is better", "neither": "no side is better"})
UNITS: Final = MappingProxyType({"money": "money, in the scenario's currency", "share": "share, shown in %"})

HOW: Final = (
    "Every policy meets the same customers, lead times and disruptions, replication by replication: differences "
    "come from the policies and not from luck. Intervals hold with 95 % confidence; what they cannot tell apart is "
    "grey and called undecided. A number is rounded to what its interval supports."
)


def _show() -> None:
    st.markdown(HOW)
    wanted = st.text_input(
        "Search in measures and glossary",
        key="find",
        type="search",
        max_chars=60,
        placeholder="fill rate, patience, money ...",
        bind="query-params",
    )
    words = str(wanted or "").lower().split()
    shown = _measures(words) + _glossary(words)
    if words and not shown:
        st.info(f"Nothing here has {plain(' and '.join(words))} in it.")
    st.caption(f"Stockout {plain(VERSION)}. `stockout explain MEASURE` tells the same on the command line.")


def _measures(words: Sequence[str]) -> int:
    """Show the measures that have all the words; gives how many there are."""
    groups = {group: found_measures(group, words) for group in GROUPS}
    count = sum(map(len, groups.values()))
    if count:
        st.subheader(f"Measures ({count})")
    for group, found in groups.items():
        if found:
            with st.expander(f"{group}: {len(found)}", expanded=bool(words)):
                st.markdown("\n\n".join(map(measure_text, found)))
    return count


def found_measures(group: str, words: Sequence[str]) -> list[Measure]:
    """The measures of a group that have all the words somewhere, in small letters."""
    return [m for m in GROUPS[group] if _has(f"{group} {m.name} {m.unit} {m.title} {m.definition}", words)]


def _has(text: str, words: Sequence[str]) -> bool:
    return all(word in text.lower() for word in words)


def measure_text(measure: Measure) -> str:
    """A measure in Markdown: what a manager calls it, what it means, and how it is counted."""
    unit = UNITS.get(measure.unit, measure.unit)
    return (
        f"**{plain(measure.title)}** `{measure.name}`: {plain(measure.definition)}  \n"
        f":small[{plain(unit)}; {BETTER[measure.direction]}. Formula: {plain(measure.formula)}. "
        f"Source: {plain(measure.source)}.]"
    )


def _glossary(words: Sequence[str]) -> int:
    """Show the words of the glossary that have all the words in them; gives how many there are."""
    chapters = {chapter: found_words(chapter, words) for chapter in glossary()}
    chapters = {chapter: found for chapter, found in chapters.items() if found or (chapter.texts and not words)}
    if chapters:
        st.subheader("Glossary")
    for chapter, found in chapters.items():
        with st.expander(chapter.title, expanded=bool(words)):
            st.markdown("\n\n".join((*map(word_text, found), *(chapter.texts if not words else ()))))
    return sum(map(len, chapters.values()))


def found_words(chapter: Chapter, words: Sequence[str]) -> list[Word]:
    """The rows of a chapter that have all the words somewhere, in small letters."""
    return [
        each
        for each in chapter.words
        if _has(" ".join((chapter.title, each.name, each.meaning, *(text for _, text in each.more))), words)
    ]


def word_text(word: Word) -> str:
    """A word in Markdown; it comes from the glossary, which is the product's own."""
    more = (f"*{_head(head)}:* {plain(text) if head == 'formula' else text}" for head, text in word.more)
    return "  \n".join((f"**{word.name}**: {word.meaning}", *more))


def _head(head: str) -> str:
    return "elsewhere" if head.startswith("rivals") else head


page = bare("About the numbers", _show)
