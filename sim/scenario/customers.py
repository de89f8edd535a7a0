"""Customers: how they come, what they want, how long they wait and where they go instead."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.laws import CountLaw, DurationLaw
from sim.scenario.part import Name, Part
from sim.scenario.quantities import Money, Rate, Share
from sim.scenario.visits import Visits

CustomerClass = Literal["niche", "durable", "standard", "commodity", "impulse"]


class Leaving(Part):
    """Where those go who leave without the goods; the shares sum to 1."""

    competitor: Share
    """Buy elsewhere."""
    defer: Share
    """Mean to come back later."""
    abandon: Share
    """Drop the wish."""

    @model_validator(mode="after")
    def _whole(self) -> Leaving:
        total = self.competitor + self.defer + self.abandon
        if abs(total - 1) > 1e-6:
            raise ValueError(f"competitor, defer and abandon sum to {total:g} and not to 1")
        return self


class Customers(Part):
    """A stream of anonymous customers who want one product from one warehouse."""

    buys: Name
    """The product they want."""
    source: Annotated[Name, Field(alias="from")]
    """The warehouse that serves them."""
    visits: Visits
    """How they come."""
    size: CountLaw | None = None
    """Units wanted per visit; 1 when left out (a history or trace brings its own)."""
    patience: DurationLaw | None = None
    """Longest wait a customer accepts; by the product's class when left out."""
    acceptance: Share | None = None
    """Share that accepts a backorder whatever is promised; replaces the comparison of wait and patience."""
    eta_aversion: Annotated[float, Field(ge=0, le=10)] = 1.0
    """Where in the promised window they expect delivery: 0 its start, 1 its end, above 1 distrust."""
    change_of_mind: Rate = 0.0
    """Rate at which a waiting customer cancels for no reason of the shop's."""
    after_broken: Share = 0.5
    """Share of the remaining patience that survives a broken promise (chi)."""
    leaving: Leaving | None = None
    """Where those go who leave; by the product's class when left out."""
    price: Annotated[Money, Field(ge=0)] | None = None
    """Price they pay; the product's price when left out."""
