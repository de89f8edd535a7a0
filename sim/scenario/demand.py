"""What makes demand rise and fall: events that multiply the rate of visits for a product."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.part import Name, Part
from sim.scenario.quantities import Duration, Share, SignedDuration

Multiplier = Annotated[float, Field(ge=0, le=10_000)]


class DemandPart(Part):
    """What every demand event has: a product whose visits it multiplies."""

    product: Name
    """The product whose visits are multiplied."""


class Viral(DemandPart):
    """A jump that fades: 1 + (multiplier - 1) exp(-(t - at) / decay)."""

    kind: Literal["viral"]
    at: SignedDuration
    """When it breaks out, counted from day 0."""
    multiplier: Multiplier = 9.0
    """Demand at the peak, as a multiple of the base."""
    decay: Annotated[Duration, Field(gt=0)] = 10 * 86_400
    """Time constant of the decay; its half-life is 0.69 of it."""


class Promo(DemandPart):
    """A box of higher demand, then a dip while shoppers live off what they bought."""

    kind: Literal["promo"]
    at: SignedDuration
    """First moment of the promotion, counted from day 0."""
    lasts: Annotated[Duration, Field(gt=0)] = 5 * 86_400
    """Length of the promotion."""
    multiplier: Multiplier = 2.5
    """Demand during the promotion, as a multiple of the base."""
    dip: Multiplier = 1.0
    """Demand after the promotion, as a multiple of the base."""
    dip_lasts: Duration = 7 * 86_400
    """Length of the dip."""


class Ramp(DemandPart):
    """A lasting change of level that builds up in a straight line."""

    kind: Literal["ramp"]
    at: SignedDuration
    """Start of the change, counted from day 0."""
    lasts: Duration = 0
    """How long the change takes; 0 is a step."""
    multiplier: Multiplier
    """Demand after the change, as a multiple of the base."""


class Season(DemandPart):
    """A wave over the year: 1 + amplitude cos(2 pi (t - peak) / period)."""

    kind: Literal["season"]
    amplitude: Share = 0.4
    """How far the wave rises above the base, as a share of it."""
    peak: SignedDuration = 0
    """Time of a peak, counted from day 0."""
    period: Annotated[Duration, Field(gt=0)] = 365 * 86_400
    """Length of one wave."""


class Weekly(DemandPart):
    """One factor for each day of the week, counted from the weekday of day 0 or from Monday."""

    kind: Literal["weekly"]
    factors: Annotated[tuple[Multiplier, ...], Field(min_length=7, max_length=7)]
    """Seven factors from Monday to Sunday; without a calendar start, day 0 is a Monday."""


class Step(Part):
    """From some moment on, a multiple of the base."""

    at: SignedDuration
    """When, counted from day 0."""
    multiplier: Multiplier
    """Demand as a multiple of the base."""


class Profile(DemandPart):
    """Any course of demand, by points."""

    kind: Literal["profile"]
    points: Annotated[tuple[Step, ...], Field(min_length=1)]
    """Points in order of time; before the first and after the last the nearest one holds."""
    between: Literal["steps", "lines"] = "steps"
    """`steps` holds each value until the next point; `lines` joins the points by straight lines."""


DemandEvent = Annotated[Viral | Promo | Ramp | Season | Weekly | Profile, Field(discriminator="kind")]
