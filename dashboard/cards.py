"""The answer and the headline numbers, as they stand on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

import streamlit as st

from dashboard.answer import Answer, Card, Tone
from dashboard.plain import plain

DELTA_COLOURS: Final[Mapping[Tone, Literal["green", "red", "gray"]]] = MappingProxyType(
    {"good": "green", "bad": "red", "undecided": "gray"}
)
"""Grey where the interval of the difference covers 0."""

_SURE: Final = (
    "A replication is the whole story told once more, with other chance; all policies meet the same customers in it. "
    "Clear at 95 %: the interval of the mean difference leaves out 0."
)

ABREAST: Final = 3
"""Cards side by side."""


def show_answer(said: Answer) -> None:
    """What to do, how sure that is, and what the number that decided leaves out."""
    with st.container(border=True):
        st.markdown(f"### {plain(said.head)}")
        if said.sure:
            st.markdown(f"**How sure?** {plain(said.sure)}", help=_SURE)
        st.markdown(plain(said.reason))
        if said.caution:
            st.warning(plain(said.caution))


def show_cards(cards: Sequence[Card]) -> None:
    """The headline numbers, each with its difference to the baseline."""
    for first in range(0, len(cards), ABREAST):
        for column, card in zip(st.columns(ABREAST), cards[first : first + ABREAST], strict=False):
            with column:
                _card(card)


def _card(card: Card) -> None:
    st.metric(
        plain(card.title),
        card.value,
        plain(card.change) or None,
        delta_color=DELTA_COLOURS[card.tone],
        delta_arrow=("up" if card.rises else "down") if card.tone != "undecided" else "off",
        delta_description=plain(card.word) or None,
        help=plain(card.about),
        border=True,
        height="stretch",
    )
