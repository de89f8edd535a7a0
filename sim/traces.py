"""What one visit left behind in a ledger beside its fate: words of the shop, feelings, questions, reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Ledger
from sim.words import Answer, Cause, Notice, Slip, Wait


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
class Parcel:
    """Units on their way out of a warehouse with stations."""

    units: int
    ready: int
    """When they were allocated."""
    shipped: int
    """When they left; -1 if not by the close."""
    crossed: bool
    """Whether they came straight from the dock."""


@dataclass(frozen=True)
class Direct:
    """Units that a supplier sends to the customer himself."""

    time: int
    supplier: int
    """Position in `world.suppliers`."""
    units: int


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
    parcels: tuple[Parcel, ...]
    direct: tuple[Direct, ...]
    oversold: bool
    """Whether a channel sold from an old copy what the record no longer had."""
    mispicked: int
    """When the order was picked wrongly; -1 if it was not."""


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
        parcels=tuple(
            Parcel(units, ready, shipped, bool(crossed))
            for units, ready, shipped, crossed in _rows(ledger.parcels, visit, "units", "ready", "shipped", "crossed")
        ),
        direct=tuple(Direct(*row) for row in _rows(ledger.direct, visit, "time", "supplier", "units")),
        oversold=bool(_slips(ledger, visit, Slip.OVERSOLD)),
        mispicked=next(iter(_slips(ledger, visit, Slip.MISPICK_ITEM, Slip.MISPICK_UNITS)), -1),
    )


def _slips(ledger: Ledger, visit: int, *kinds: Slip) -> list[int]:
    """When something of these kinds happened to the books over a visit."""
    records = ledger.records
    when: list[int] = records.time[(records.about == visit) & np.isin(records.kind, kinds)].tolist()
    return when


def _rows(table: Any, visit: int, *columns: str) -> list[list[int]]:
    rows: NDArray[np.int64] = np.flatnonzero(table.visit == visit)
    chosen: list[list[int]] = np.column_stack([getattr(table, column)[rows] for column in columns]).tolist()
    return chosen


def _waits(ledger: Ledger, visit: int) -> list[tuple[Wait, int]]:
    return [(Wait(event), units) for event, units in _rows(ledger.waits, visit, "event", "units")]


def _feelings(ledger: Ledger, visit: int) -> tuple[Feeling, ...]:
    rows = _rows(ledger.regard, visit, "time", "cause", "change", "after")
    return tuple(Feeling(time, Cause(cause), change, after) for time, cause, change, after in rows)
