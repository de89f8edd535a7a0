"""Where to order from: levers for stocks that several lanes can fill."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from sim.scenario.part import Name, Part
from sim.scenario.quantities import Count, Duration, Money, PositiveCount, Ratio, Share


class Single(Part):
    """Everything from one source."""

    rule: Literal["single"] = "single"
    source: Annotated[Name | None, Field(alias="from")] = None
    """The source; that of the first lane when left out."""


class Split(Part):
    """Every order is shared out over sources; what one refuses is not asked of another."""

    rule: Literal["split"]
    shares: Annotated[dict[Name, Share], Field(min_length=1)]
    """Share of each source; they sum to 1. The last takes what rounding leaves."""

    @model_validator(mode="after")
    def _whole(self) -> Split:
        total = sum(self.shares.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the shares sum to {total:g} and not to 1")
        return self


class Backup(Part):
    """From one source, but from another while that one is down, its lane closed, or an order late."""

    rule: Literal["backup"]
    source: Annotated[Name | None, Field(alias="from")] = None
    """The usual source; that of the first lane when left out."""
    backup: Name
    """The other one."""
    late: Duration | None = None
    """An open order so long past its confirmed date (or the planned one) counts as down too; never when left out."""


class BaseSurge(Part):
    """A constant flow from a cheap source, the rest by the replenishment rule from a fast one (tailored base-surge).

    The rule looks at what is on hand and due within the lead time of the fast source, less the backlog.
    """

    rule: Literal["base_surge"]
    base: Name
    """The cheap source."""
    units: PositiveCount
    """Units of each order there."""
    every: Annotated[Duration, Field(gt=0)] = 7 * 86_400
    """Time between two of them; the first at the start of the run."""
    surge: Name
    """The fast source."""


class DualIndex(Part):
    """Order from the fast source what the near inventory position lacks, from the slow one what the whole lacks."""

    rule: Literal["dual_index"]
    regular: Name
    """The slow source."""
    express: Name
    """The fast one."""
    S_express: Count
    """Level of on hand + what is on order and due within the fast lead time - backlog."""
    S_regular: Count
    """Level of the inventory position."""


def _rule(value: Any) -> Any:
    return {"rule": value} if isinstance(value, str) else value


Sourcing = Annotated[
    Annotated[Single | Split | Backup | BaseSurge | DualIndex, Field(discriminator="rule")], BeforeValidator(_rule)
]


class Expedite(Part):
    """A rush order over a fast lane when promises are about to break and that costs more than the premium."""

    by: Name
    """The source whose lane is fast."""
    penalty: Annotated[Money, Field(ge=0)] = 20.0
    """What one broken promise is worth avoiding."""
    premium: Annotated[Money, Field(ge=0)] | Literal["auto"] = "auto"
    """What a rush unit costs more; `auto` the difference of cost, freight and duty between the lanes."""
    most: PositiveCount | None = None
    """Units of one rush order at most."""
    on_alarm: Duration | None = None
    """What is rushed when lead times are watched (`plan.monitor`) and the shelf will probably run out before the next
    receipt, in time of mean demand; nothing when left out."""


class Transship(Part):
    """Units from a sister warehouse, over a lane between the two, for those who wait."""

    keep: Count = 0
    """Units that the sister keeps."""
    lots: Annotated[Ratio, Field(gt=0, le=1)] = 1.0
    """Share of what is missing that is asked for, rounded up."""


class Advance(Part):
    """Orders ahead of an announced tariff."""

    cover: Annotated[Duration, Field(gt=0)]
    """So much mean demand is ordered besides on the day of the announcement, if it can come before the tariff does."""
    by: Name | None = None
    """The source it is ordered from, such as the same goods by air; the usual one when left out."""
