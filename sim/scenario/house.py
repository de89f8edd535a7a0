"""Work in a warehouse: stations with hours and rates, elastic capacity, fees; and the channels it sells through."""

from __future__ import annotations

from typing import Annotated, Final, Literal, get_args

from pydantic import Field, model_validator

from sim.scenario.part import Part
from sim.scenario.quantities import Count, Duration, Money, PositiveCount, Rate, Ratio

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: Final[tuple[Weekday, ...]] = get_args(Weekday)


class Station(Part):
    """People or machines that do one step, each one piece after the other."""

    rate: Annotated[Rate, Field(gt=0, examples=["60/h"])]
    """Pieces that one of them does in an open hour: units at receiving and put-away, orders at picking and packing. The
    time for a parcel or a receipt is rounded to whole seconds, at least one."""
    workers: PositiveCount = 1
    """How many there are."""


class Elastic(Part):
    """Capacity that follows the load: a 3PL's."""

    most: Annotated[Ratio, Field(ge=1, le=100)] = 3.0
    """Most workers at a station, as a multiple of its own, rounded down; there are never fewer than its own."""
    notice: Annotated[Duration, Field(gt=0)] = 86_400
    """Every so often, counted from the start of the run, the workers of each station are set for the next such time: as
    many as the work that came in during the last one takes in the opening hours of the next."""


class Work(Part):
    """Stations of a warehouse; a step without a station takes no time."""

    opens: Duration = 0
    """When a working day begins, from midnight."""
    closes: Duration = 86_400
    """When it ends."""
    days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    """Working days; without a calendar start, day 0 is a Monday."""
    receive: Station | None = None
    """Unloading at the dock."""
    put_away: Station | None = None
    """From the dock to the shelf."""
    pick: Station | None = None
    """From the shelf to the packing table."""
    pack: Station | None = None
    """From the packing table to the carrier."""
    elastic: Elastic | None = None
    """Whether capacity follows the load."""

    @model_validator(mode="after")
    def _open(self) -> Work:
        if not self.opens < self.closes <= 86_400:
            raise ValueError("a working day opens before it closes, and closes by 24 h")
        if not self.days:
            raise ValueError("state at least one working day")
        return self


class Fees(Part):
    """What a warehouse costs besides the scenario's costs: a 3PL's price list, or the fixed cost of one's own."""

    order: Annotated[Money, Field(ge=0)] = 0.0
    """Per order sent."""
    storage: Annotated[Rate, Field(examples=["0.5/mo"])] = 0.0
    """Money per unit on hand and time."""
    fixed: Annotated[Rate, Field(examples=["900/d"])] = 0.0
    """Money per time."""


class House(Part):
    """How a warehouse works under a policy: one's own, or a provider's; what is left out stays as the world has it."""

    work: Work | None = None
    """Its stations."""
    fees: Fees | None = None
    """What it costs besides."""
    receiving: Duration | None = None
    """From arrival at the dock to available."""
    picking: Duration | None = None
    """From allocation to leaving the warehouse."""
    last_mile: Duration | None = None
    """From the warehouse to the customer."""


class Channel(Part):
    """A shop front or marketplace that shows a copy of the record."""

    sync: Duration = 0
    """How often the copy is made anew; 0 shows the record itself."""
    buffer: Count = 0
    """Units of the record that are not shown here."""
