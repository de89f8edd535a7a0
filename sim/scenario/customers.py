"""Customers: how they come, what they want, how long they wait and where they go instead."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.laws import CountLaw, DurationLaw
from sim.scenario.part import Name, Part
from sim.scenario.quantities import Count, Money, PositiveCount, Rate, Ratio, Share
from sim.scenario.visits import Visits

CustomerClass = Literal["niche", "durable", "standard", "commodity", "impulse"]

Factor = Annotated[Ratio, Field(le=10)]


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


class Returns(Part):
    """How those come back who meant to. Their wish stays the same, so a return is no new demand."""

    delay: DurationLaw
    """From leaving to coming back."""
    most: Annotated[PositiveCount, Field(le=10)] = 2
    """Returns for one wish at most; then it is dropped."""


class NotifyMe(Part):
    """What visitors make of "notify me when available"; it reserves nothing."""

    sign_up: Share = 0.15
    """Share that leaves an address, of those who neither wait nor take a substitute."""
    buys: Share = 0.065
    """Share of those told that comes back to buy."""
    delay: DurationLaw
    """From the mail to coming back."""


class Hazard(Part):
    """Another way of giving up: not by the end of patience, but by chance once a promise is broken."""

    rate: Annotated[Rate, Field(gt=0)] = 0.04 / 86_400
    """Rate of leaving at the moment the promise breaks."""
    growth: Rate = 0.03 / 86_400
    """How fast that rate grows with the time since."""


class Customers(Part):
    """A stream of customers who want one product from one warehouse."""

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
    profile: Literal["basic", "full"] = "basic"
    """What the product's class says where nothing is stated here: `basic` patience and the way of leaving only, `full`
    also urgency, substitution, returns, notification and dislike of paying ahead."""
    members: Share = 0.0
    """Share of the visits made by members of the panel; the others are new visitors whom nobody knows."""
    urgent: Share | None = None
    """Share with a deadline of their own; by the class when left out."""
    deadline: DurationLaw | None = None
    """From the visit to that deadline; exponential with a mean of 3 d when left out."""
    patience_told: Factor = 0.5
    """By which share of it patience stretches on news of a delay before the promise breaks; once per order."""
    patience_told_late: Factor = 0.25
    """The same for news that come after."""
    hazard: Hazard | None = None
    """Those who wait leave by this hazard and not at the end of their patience."""
    substitution: Share | None = None
    """Share that takes a substitute of the same price if it is there; by the class, or the product's own list."""
    substitute_price: Annotated[float, Field(ge=0, le=100)] = 4.0
    """How fast that share falls with a substitute's extra price: exp(-this x relative extra price)."""
    returns: Returns | None = None
    """How those come back who meant to; by the class when left out (in the basic profile they do not)."""
    notify: NotifyMe | None = None
    """What they make of "notify me"; by the class when left out (nothing in the basic profile)."""
    choice: Literal["in_turn", "logit"] = "in_turn"
    """`in_turn` weighs the backorder, then a substitute, then the list; `logit` weighs all at once."""
    distrust: Factor = 0.0
    """How much longer a promise seems per share of the shop's promises broken so far (theta)."""
    scarcity: Factor = 0.0
    """By how much patience grows, as a share of it, on seeing that a product is scarce."""
    hoarding: Factor = 0.0
    """By how much an order grows, as a share of it, on seeing that a product is scarce."""
    pays_ahead: Share | None = None
    """Share of those willing to wait that also pays at order; by the class when left out (all in the basic profile)."""
    price_elasticity: Factor = 1.5
    """Elasticity of demand to a price above the product's first price."""
    channel: Name | None = None
    """The shop front they come through; the shop's own page when left out."""
    priority: Count = 0
    """Class of importance for allocation and rationing; 0 is the most important."""
