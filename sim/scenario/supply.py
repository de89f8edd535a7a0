"""How suppliers make and confirm orders, and the stages of their way: sailings, port, customs, inland."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from sim.scenario.laws import DurationLaw
from sim.scenario.part import Part
from sim.scenario.quantities import Duration, Money, PositiveCount, Rate, Share, SignedDuration


class Capacity(Part):
    """Production lines of a supplier; an order is made on one line, unit after unit."""

    lines: PositiveCount = 1
    """How many orders can be made at the same time."""
    rate: Annotated[Rate, Field(gt=0, examples=["400/d"])] | None = None
    """Units that a line makes per time, at a steady pace; or else state `unit_time`."""
    unit_time: DurationLaw | None = None
    """Time to make one unit, by chance, in whole seconds."""

    @model_validator(mode="after")
    def _one_pace(self) -> Capacity:
        if (self.rate is None) == (self.unit_time is None):
            raise ValueError("state either rate or unit_time")
        return self


def _capacity(value: Any) -> Any:
    """Read a bare `400/d` as one line of that pace."""
    return {"rate": value} if isinstance(value, str | int | float) else value


Lines = Annotated[Capacity, BeforeValidator(_capacity)]


class DropShip(Part):
    """A supplier who sends parcels straight to customers."""

    takes: DurationLaw
    """From the order to the customer's door."""
    parcel: Annotated[Money, Field(ge=0)] = 0.0
    """Freight of one parcel, paid by the shop."""


class LateSlip(Part):
    """With some chance a receipt comes later than confirmed, by an exponential time."""

    late: Share
    """Share of receipts that come late."""
    mean: Annotated[Duration, Field(gt=0)]
    """Mean lateness of those."""


class ScriptedSlip(Part):
    """The lateness of each order in turn, as it happened; later orders are on time."""

    script: tuple[Duration, ...]
    """Lateness of the first order on the lane, of the second, and so on."""


def _slip_kind(value: Any) -> str:
    if isinstance(value, LateSlip | ScriptedSlip):
        return "late" if isinstance(value, LateSlip) else "script"
    keys = value if isinstance(value, dict) else ()
    return next((key for key in ("late", "script") if key in keys), "law")


Slip = Annotated[
    Annotated[LateSlip, Tag("late")] | Annotated[ScriptedSlip, Tag("script")] | Annotated[DurationLaw, Tag("law")],
    Discriminator(_slip_kind),
]
"""How much later than confirmed: `{late, mean}`, `{script: [...]}`, or any law of durations."""


class News(Part):
    """What a shop is told about receipts that will come later than confirmed."""

    step: Duration = 0
    """A supplier who misses a confirmed date names a new one, so much later, again and again; 0 says nothing."""
    warned: Share = 0.0
    """Share of the late receipts whose true date is told ahead of the confirmed one."""
    ahead: Duration = 0
    """How long ahead."""
    ahead_of_slip: Share = 0.0
    """How long ahead besides, as a share of the lateness."""


class Departures(Part):
    """Sailings or flights by a timetable; what is ready waits for the next one that goes."""

    every: Annotated[Duration, Field(gt=0)] = 7 * 86_400
    """Time between two of them."""
    first: SignedDuration = 0
    """One of them, counted from day 0; the timetable goes on before and after."""
    blanked: Annotated[Share, Field(lt=1)] = 0.05
    """Share of them that is cancelled."""


class Exam(Part):
    """One kind of customs examination."""

    share: Share
    """Share of the examined shipments that gets it; the shares sum to 1."""
    lasts: DurationLaw
    """How long it takes."""
    fee: Annotated[Money, Field(ge=0)] = 0.0
    """What it costs the shop."""


class Customs(Part):
    """Customs look into some shipments, which come later by that time; nobody plans for it."""

    exam: Share = 0.04
    """Share of the shipments that is examined."""
    kinds: Annotated[tuple[Exam, ...], Field(min_length=1)]
    """What is done to them."""

    @model_validator(mode="after")
    def _whole(self) -> Customs:
        total = sum(kind.share for kind in self.kinds)
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the shares of the kinds sum to {total:g} and not to 1")
        return self
