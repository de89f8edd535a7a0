"""What a visit leaves behind: questions, a review, another opinion of the shop, goods sent back."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from types import MappingProxyType
from typing import Final

from sim.playback import Life
from sim.telling.phrases import Told, length, things
from sim.traces import Feeling, Question
from sim.words import Cause

_MILLION: Final = 1_000_000

CAUSES: Final = MappingProxyType(
    {
        Cause.ON_TIME: "served from the shelf",
        Cause.SHORT_WAIT: "a wait of ten days or less",
        Cause.MEDIUM_WAIT: "a wait of ten to twenty days",
        Cause.LONG_WAIT: "a wait of over twenty days",
        Cause.BROKEN: "a broken promise",
        Cause.LATE_DAYS: "the days beyond the promise",
        Cause.CANCELLED: "waiting in vain",
        Cause.SELLER_CANCELLED: "an order that the shop cancelled",
        Cause.STOCK_OUT: "leaving with empty hands",
        Cause.SUBSTITUTED: "taking something else",
        Cause.DROPPED_OUT: "all of it",
    }
)
"""Every cause of a change of regard in words."""


def aftermath(life: Life) -> Iterator[Told]:
    """The sentences of what came of it."""
    found = life.traces
    for question in found.questions:
        yield question.time, _asked(question)
    if found.trimmed:
        given = f"gives back {things(found.trimmed)} ordered for fear that there would be none"
        yield (life.grants[-1].time if life.grants else life.ended), given
    for feeling in found.feelings:
        yield feeling.time, _felt(feeling)
    yield from ((time, f"writes a review of {stars / 10:g} stars") for time, stars in found.reviews)
    yield from ((time, f"sends {things(units)} back") for time, units in found.sent_back)


def _asked(question: Question) -> str:
    if question.answered < 0:
        return "asks support; nobody has answered by the close"
    return f"asks support; somebody takes it up after {length(question.answered - question.time)}"


def _felt(feeling: Feeling) -> str:
    if feeling.cause is Cause.DROPPED_OUT:
        return "has had enough, and never comes again"
    opinion = "better" if feeling.change > 0 else "worse" if feeling.change < 0 else "the same"
    return (
        f"thinks {opinion} of the shop for {CAUSES[feeling.cause]}: {feeling.change / _MILLION:+.3f}, regard now "
        f"{feeling.after / _MILLION:+.3f} (visits {exp(feeling.after / _MILLION):.2f} times as often as at first)"
    )
