"""The reasons for a difference in total value, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from sim.compare.difference import Difference
from sim.compare.reasons import GOAL, Reason
from sim.compare.wording import apart, number, places_of
from sim.measures.measure import MEASURES


def title_of(reason: Reason) -> str:
    """What a manager calls the line."""
    return MEASURES[reason.measure].title if reason.measure else "All other lines"


def because(reasons: Sequence[Reason], *, is_clear: bool, currency: str, confidence: float) -> str:
    """What mostly makes the difference: by how much each line changes total value, and how sure that is.

    Args:
        reasons: the largest lines, largest first, and all others together (if any).
        is_clear: whether there is a difference to explain, or lines that pull this way and that.
        currency: label for money.
        confidence: of the intervals.
    """
    named = [reason for reason in reasons if reason.measure]
    rest = [reason for reason in reasons if not reason.measure]
    told = [_told(reason, currency, f"{100 * confidence:g} % interval " if not place else "")
            for place, reason in enumerate(named)]  # fmt: skip
    lines = f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]
    others = "".join(f" All other lines together: {_size(reason.effect, currency)}." for reason in rest)
    return f"{'Mostly because of' if is_clear else 'What weighs most:'} {lines}.{others}"


def _told(reason: Reason, currency: str, label: str) -> str:
    title = title_of(reason)
    return f"{title[0].lower()}{title[1:]} ({_size(reason.effect, currency)}{_ends(reason.effect, label)})"


def _size(effect: Difference, currency: str) -> str:
    return f"{number(effect.mean, places=places_of(effect, MEASURES[GOAL]), signed=True)} {currency}"


def _ends(effect: Difference, label: str) -> str:
    """The interval, and a word of doubt where it does not tell the direction."""
    if isnan(effect.low):
        return ""
    return f"; {label}{apart(effect, MEASURES[GOAL])}{'' if effect.decided else ', so not sure'}"
