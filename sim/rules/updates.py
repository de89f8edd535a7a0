"""What a shop tells those who wait, what they make of it, and what the law asks for: pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from sim.rules.promise import UNDATED, Window, as_shown
from sim.scenario.policies import Levers
from sim.words import DAY, Notice

LEGAL_TERM: Final = 30 * DAY
"""How long a seller has who promised no date, and by how much silence may put off a first promise."""


class OpenOrder(NamedTuple):
    """A waiting customer's order as the shop sees it."""

    now: int
    ordered: int
    """When the customer joined."""
    first_promise: int
    """The instant promised at the order; where the page showed no date, that of `first_promise_by_law`."""
    promise: int
    """The instant promised by the last word of the shop."""
    likely: Window
    """The window that the shop expects today (`requote`), from now."""
    best: Window
    """The best case (`best_case`), from now."""
    delays: int
    """Delays that this customer was told before."""
    is_definite: bool
    """Whether a confirmed receipt stands behind `likely`."""


Word = tuple[Notice, Window]
"""What the customer is told, and the new window, from now."""


class Hearer(NamedTuple):
    """A customer who is told of a delay."""

    now: int
    ordered: int
    promise: int
    """The promise in force."""
    patience: int
    """Longest wait from ordering, seconds, as stretched so far."""
    is_stretched: bool
    """Whether news of a delay has stretched it before: it does so once for each order."""
    stretch: float
    """By which share of it patience stretches on news that come before the promise breaks."""
    stretch_late: float
    """The same for news that come after."""


def is_at_risk(order: OpenOrder) -> bool:
    """Whether the shop must expect to break its promise."""
    return order.now + order.likely.hi > order.promise


def _nothing(_order: OpenOrder) -> Window | None:
    return None


def _likely(order: OpenOrder) -> Window | None:
    return order.likely


def _best(order: OpenOrder) -> Window | None:
    return order.best


ON_NEWS: Final[Mapping[str, Callable[[OpenOrder], Window | None]]] = MappingProxyType(
    {
        "silent": _nothing,
        "status": _nothing,
        "honest": _likely,
        "late": _nothing,
        "optimistic": _best,
        "weekly_honest": _likely,
    }
)
"""One row per update rule: the window told when a promise is seen to be at risk."""


def looks_on_news(levers: Levers) -> bool:
    """Whether the shop goes through its promises at every supply event."""
    return ON_NEWS[levers.updates.rule] is not _nothing or levers.consent.rule != "none"


def looks_at_promise(levers: Levers) -> bool:
    """Whether the shop speaks at the instant at which a promise breaks."""
    return levers.updates.rule == "late"


def sends_word(levers: Levers) -> bool:
    """Whether customers hear from the shop while they wait, so that fewer of them ask."""
    return levers.updates.rule not in ("silent", "late")


def word_on_news(levers: Levers, order: OpenOrder) -> Word | None:
    """What the customer is told after a supply event; nothing while the promise is safe, or seems to be to an optimist.

    The American rule makes even a silent shop speak.
    """
    if not is_at_risk(order):
        return None
    window = ON_NEWS[levers.updates.rule](order)
    if window is None and levers.consent.rule == "us":
        window = order.likely
    if window is None or order.now + window.hi <= order.promise:
        return None
    return _word(levers, order, window)


def word_at_promise(levers: Levers, order: OpenOrder) -> Word | None:
    """What the customer is told at the instant at which the promise breaks."""
    if not looks_at_promise(levers):
        return None
    return _word(levers, order, order.likely)


def _word(levers: Levers, order: OpenOrder, window: Window) -> Word:
    shown = as_shown(levers.promise, *window)
    asks = levers.consent.rule == "us" and not _silence_consents(order, shown)
    return Notice.CONSENT if asks else Notice.DELAY, shown


def _silence_consents(order: OpenOrder, window: Window) -> bool:
    """American rule: a first delay, with a definite date, by no more than 30 days (16 CFR 435.2)."""
    short = order.now + window.hi <= order.first_promise + LEGAL_TERM
    return order.delays == 0 and order.is_definite and short


def first_promise_by_law(levers: Levers, ordered: int, promise: int) -> int:
    """The instant that counts as first promised: 30 days after the order where the page showed no date."""
    return ordered + LEGAL_TERM if levers.promise.basis in UNDATED else promise


def may_end_contract(levers: Levers, promise: int) -> int | None:
    """European rule: the instant from which a customer may end the contract, or `None`."""
    return promise + levers.consent.further if levers.consent.rule == "eu" else None


def patience_on_news(hearer: Hearer) -> int:
    """The customer's longest wait from ordering once the news are heard: stretched, if it was not before."""
    if hearer.is_stretched:
        return hearer.patience
    share = hearer.stretch if hearer.now < hearer.promise else hearer.stretch_late
    return int(hearer.patience * (1.0 + share))


def stays(hearer: Hearer, window: Window) -> bool:
    """Whether the customer goes on waiting: the new end, from the order, lies within the patience on the news."""
    return hearer.now - hearer.ordered + window.hi <= patience_on_news(hearer)
