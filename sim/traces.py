"""What one visit left behind in a ledger beside its fate: words of the shop, feelings, questions, reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Ledger
from sim.words import Answer, Cause, Notice, Wait


@dataclass(frozen=True)
class Word:
    """Something the shop saw or said."""

    time: int
    kind: Notice
    lo: int
    """Start of the new window, seconds after `time`; -1 when there is none."""
    hi: int
    """End of it; -1 likewise."""
    answer: Answer


@dataclass(frozen=True)
class Feeling:
    """A change of a member's regard, in millionths of the log of the visit rate."""

    time: int
    cause: Cause
    change: int
    """Asked for by the experience."""
    after: int
    """Regard after it, faded by time before and kept within its bounds."""


@dataclass(frozen=True)
class Question:
    """A contact with support; -1 for what had not come by the close."""

    time: int
    answered: int
    ended: int


@dataclass(frozen=True)
class Traces:
    """All of one visit, each kind in order of time."""

    words: tuple[Word, ...]
    feelings: tuple[Feeling, ...]
    questions: tuple[Question, ...]
    reviews: tuple[tuple[int, int], ...]
    """Time and tenths of stars."""
    swaps: tuple[tuple[int, int, int], ...]
    """Time, stock and units of what was bought instead."""
    sent_back: tuple[tuple[int, int], ...]
    """Time and units."""
    trimmed: int
    """Units given back that were ordered for fear alone."""
    left_by: Wait | None
    """How a waiting customer gave up."""


def traces(ledger: Ledger, visit: int) -> Traces:
    """Everything the tables say of one visit."""
    words = _rows(ledger.notices, visit, "time", "kind", "lo", "hi", "answer")
    return Traces(
        words=tuple(Word(time, Notice(kind), lo, hi, Answer(answer)) for time, kind, lo, hi, answer in words),
        feelings=_feelings(ledger, visit),
        questions=tuple(Question(*row) for row in _rows(ledger.contacts, visit, "time", "answered", "ended")),
        reviews=tuple((time, stars) for time, stars in _rows(ledger.reviews, visit, "time", "stars")),
        swaps=tuple((time, stock, n) for time, stock, n in _rows(ledger.swaps, visit, "time", "stock", "units")),
        sent_back=tuple((time, units) for time, units in _rows(ledger.back, visit, "time", "units")),
        trimmed=sum(units for event, units in _waits(ledger, visit) if event is Wait.TRIMMED),
        left_by=next((event for event, _ in _waits(ledger, visit) if event not in (Wait.GRANTED, Wait.TRIMMED)), None),
    )


def _rows(table: Any, visit: int, *columns: str) -> list[list[int]]:
    rows: NDArray[np.int64] = np.flatnonzero(table.visit == visit)
    chosen: list[list[int]] = np.column_stack([getattr(table, column)[rows] for column in columns]).tolist()
    return chosen


def _waits(ledger: Ledger, visit: int) -> list[tuple[Wait, int]]:
    return [(Wait(event), units) for event, units in _rows(ledger.waits, visit, "event", "units")]


def _feelings(ledger: Ledger, visit: int) -> tuple[Feeling, ...]:
    rows = _rows(ledger.regard, visit, "time", "cause", "change", "after")
    return tuple(Feeling(time, Cause(cause), change, after) for time, cause, change, after in rows)
