"""How customers come: by chance, like clockwork, as they once came, or exactly as listed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from sim.scenario.part import Part
from sim.scenario.quantities import (
    FOREVER,
    Count,
    Duration,
    DurationOrForever,
    PositiveCount,
    Rate,
    SignedDuration,
)


class DailyNoise(Part):
    """Good days and bad days: a gamma factor of mean 1 on the visits of every day or week."""

    cv: Annotated[float, Field(gt=0, le=10)] = 0.2
    """Coefficient of variation of the factor; visits of a day then vary by 1 + mean cv^2 times their mean."""
    by: Literal["day", "week"] = "day"
    """How long one factor holds; weeks are counted from day 0."""


class PoissonVisits(Part):
    """Visits by chance at a mean rate, which the events under `demand` multiply."""

    rate: Annotated[Rate, Field(examples=["20/d"])]
    """Mean number of visits per time before any demand event."""
    noise: DailyNoise | None = None
    """Good days and bad days of these customers alone; without it only chance makes days differ."""


class RegularVisits(Part):
    """One visit every so often, exactly."""

    every: Annotated[Duration, Field(gt=0, examples=["1 d"])]
    """Time between two visits."""
    first: SignedDuration | None = None
    """Time of the first visit counted from day 0; the start of the run when left out."""


class HistoryLine(Part):
    """So many order lines of the same size on one day of the past."""

    day: Count
    """Day of the history, from 0."""
    units: PositiveCount
    """Units of each line."""
    lines: PositiveCount = 1
    """How many such lines that day had."""


class HistoryVisits(Part):
    """The order lines of real days, replayed in their order or drawn again in blocks of days."""

    history: tuple[HistoryLine, ...]
    """Order lines by day; in a file also the path of a CSV (date, product, units, lines) beside the scenario."""
    days: PositiveCount
    """Number of days the history covers, empty ones included; a CSV tells it by itself."""
    product: str | None = None
    """Which product of the CSV; the only one when left out."""
    how: Literal["replay", "bootstrap"] = "replay"
    """`replay` plays day after day, starting again at the end; `bootstrap` strings random blocks together."""
    block: Annotated[Duration, Field(gt=0)] = 7 * 86_400
    """Length of a block of the bootstrap, in whole days."""


class TraceVisit(Part):
    """One visit exactly as it happened."""

    at: SignedDuration
    """Time of the visit counted from day 0."""
    units: PositiveCount = 1
    """Units wanted."""
    patience: DurationOrForever = FOREVER
    """Longest wait this customer accepts; `any` accepts whatever is promised."""


class TraceVisits(Part):
    """Visits listed one by one."""

    trace: tuple[TraceVisit, ...]
    """The visits in any order, those of the same second as listed; in a file also the path of a CSV (at, units,
    patience) beside the scenario."""


_KEYS = ("rate", "every", "history", "trace")


def _kind(value: Any) -> str:
    if isinstance(value, Part):
        return {
            PoissonVisits: "rate", RegularVisits: "every", HistoryVisits: "history", TraceVisits: "trace"
        }[type(value)]
    return next((key for key in _KEYS if isinstance(value, dict) and key in value), "rate")


def _spell_out(value: Any) -> Any:
    return {"rate": value} if isinstance(value, str | int | float) else value


Visits = Annotated[
    Annotated[PoissonVisits, Tag("rate")]
    | Annotated[RegularVisits, Tag("every")]
    | Annotated[HistoryVisits, Tag("history")]
    | Annotated[TraceVisits, Tag("trace")],
    Discriminator(_kind),
    BeforeValidator(_spell_out),
]
"""A bare rate, or a mapping with `rate`, `every`, `history` or `trace`."""
