"""What makes demand rise and fall: events that multiply the rate of visits for products."""

from __future__ import annotations

import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from sim.scenario.part import Name, Part
from sim.scenario.quantities import Duration, Share, SignedDuration

Multiplier = Annotated[float, Field(ge=0, le=10_000)]
Spread = Annotated[float, Field(ge=0, le=10)]


class DemandPart(Part):
    """What every demand event has: the products whose visits it multiplies, and whether anybody knows."""

    product: Name | None = None
    """The product whose visits are multiplied."""
    products: tuple[Name, ...] = ()
    """Several products instead, all struck by the one event."""
    surprise: Spread = 0.0
    """How uncertain it is how much the event adds: coefficient of variation of a factor on that, of mean 1."""
    correlation: Share = 1.0
    """How far products share that factor: 1 all have the same, 0 each its own."""
    planned: bool = False
    """Whether the shop knows of it beforehand, so that a forecast may allow for it."""

    rests_on: ClassVar[float] = 1.0
    """Demand without the event, as a multiple of the base."""

    @property
    def whose(self) -> tuple[str, ...]:
        """The products it multiplies the visits for."""
        return (self.product,) if self.product else self.products

    @model_validator(mode="after")
    def _aimed(self) -> DemandPart:
        if bool(self.product) == bool(self.products):
            raise ValueError("state either product or products")
        if len(set(self.products)) < len(self.products):
            raise ValueError("a product is listed twice")
        return self


class Viral(DemandPart):
    """A jump that fades: 1 + (multiplier - 1) exp(-(t - at) / decay)."""

    kind: Literal["viral"]
    at: SignedDuration
    """When it breaks out, counted from day 0."""
    multiplier: Multiplier = 9.0
    """Demand at the peak, as a multiple of the base."""
    decay: Annotated[Duration, Field(gt=0)] = 10 * 86_400
    """Time constant of the decay; its half-life is 0.69 of it."""
    impulse: Share = 0.0
    """Share of the visits it adds that are of buyers on impulse; 30 % is usual. They have the patience of the class
    `impulse`, never come back once they left, and are streams of their own: `shoppers_impulse` beside `shoppers`."""

    @model_validator(mode="after")
    def _adds(self) -> Viral:
        if self.impulse and self.multiplier <= 1:
            raise ValueError("impulse is a share of the visits that are added, and a multiplier up to 1 adds none")
        return self


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
    """Demand after the promotion, as a multiple of the base; 0.8 is usual."""
    dip_lasts: Duration = 7 * 86_400
    """Length of the dip."""
    pre_dip: Multiplier = 1.0
    """Demand before the promotion, as a multiple of the base, where shoppers know that it comes."""
    pre_dip_lasts: Duration = 7 * 86_400
    """Length of that."""


class Panic(DemandPart):
    """Shoppers fill their pantries, then live off them."""

    kind: Literal["panic"]
    at: SignedDuration
    """When it breaks out, counted from day 0."""
    lasts: Annotated[Duration, Field(gt=0)] = 7 * 86_400
    """Length of the rush."""
    multiplier: Multiplier = 4.0
    """Demand during the rush, as a multiple of the base."""
    dip: Multiplier = 0.6
    """Demand after it, as a multiple of the base."""
    dip_lasts: Duration = 14 * 86_400
    """Length of the dip."""


class Spike(DemandPart):
    """A day that brings the sales of a month (or, 7-fold, of a week)."""

    kind: Literal["spike"]
    at: SignedDuration
    """First moment of the spike, counted from day 0."""
    lasts: Annotated[Duration, Field(gt=0)] = 86_400
    """Length of the spike."""
    multiplier: Multiplier = 30.0
    """Demand during the spike, as a multiple of the base."""


class BlackFriday(DemandPart):
    """The weeks around Black Friday: 2.5-fold the week before and on the weekend, most on the Friday, 3-fold on the
    Monday, 1.25-fold up to the middle of December, 1.45-fold in the ten days before Christmas Eve, 0.6-fold for three
    days after it."""

    kind: Literal["black_friday"]
    at: SignedDuration | None = None
    """Midnight before the Friday, counted from day 0."""
    date: datetime.date | None = None
    """Or the date of the Friday; the calendar then has a start."""
    multiplier: Annotated[Multiplier, Field(ge=1)] = 3.3
    """Demand on the Friday, as a multiple of the base; what is added on the other days grows and shrinks with it."""

    @model_validator(mode="after")
    def _dated(self) -> BlackFriday:
        if (self.at is None) == (self.date is None):
            raise ValueError("state either at or date")
        return self


class Ramp(DemandPart):
    """A lasting change of level that builds up in a straight line."""

    kind: Literal["ramp"]
    at: SignedDuration
    """Start of the change, counted from day 0."""
    lasts: Duration = 0
    """How long the change takes; 0 is a step."""
    multiplier: Multiplier
    """Demand after the change, as a multiple of the base."""


class Shift(DemandPart):
    """A lasting change of level that builds up along an S: 1 + (multiplier - 1) / (1 + exp(-(t - middle) / scale))."""

    kind: Literal["shift"]
    at: SignedDuration
    """When a hundredth of the change is done, counted from day 0."""
    lasts: Annotated[Duration, Field(gt=0)] = 30 * 86_400
    """From then until 99 hundredths are."""
    multiplier: Multiplier = 1.6
    """Demand after the change, as a multiple of the base."""


class Jacket(DemandPart):
    """Goods of one season: a straight line up to a peak, another one down, and nothing before and after."""

    kind: Literal["jacket"]
    at: SignedDuration
    """Start of the season, counted from day 0."""
    lasts: Annotated[Duration, Field(gt=0)] = 90 * 86_400
    """Length of the season."""
    peak: Duration = 30 * 86_400
    """From the start to the peak."""
    multiplier: Multiplier = 2.0
    """Demand at the peak, as a multiple of the base; with 2 the season has the base as its mean."""

    rests_on: ClassVar[float] = 0.0

    @model_validator(mode="after")
    def _within(self) -> Jacket:
        if self.peak > self.lasts:
            raise ValueError("the peak comes after the end of the season; make lasts longer")
        return self


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


class Noise(DemandPart):
    """Good days and bad days: a gamma factor of mean 1 on every day or week, the same for all its products."""

    kind: Literal["noise"]
    cv: Annotated[float, Field(gt=0, le=10)] = 0.2
    """Coefficient of variation of the factor; visits of a day then vary by 1 + mean cv^2 times their mean."""
    by: Literal["day", "week"] = "day"
    """How long one factor holds; weeks are counted from day 0."""


DemandEvent = Annotated[
    Viral | Promo | Panic | Spike | BlackFriday | Ramp | Shift | Jacket | Season | Weekly | Profile | Noise,
    Field(discriminator="kind"),
]
