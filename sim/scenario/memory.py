"""What customers remember of a shop, what they tell others, and whom they ask for help."""

from __future__ import annotations

import math
from typing import Annotated, Final, Literal

from pydantic import Field

from sim.scenario.laws import DurationLaw
from sim.scenario.part import Part
from sim.scenario.quantities import Duration, Money, PositiveCount, Rate, Share
from sim.scenario.special import beta_ppf
from sim.words import DAY, YEAR

Jump = Annotated[float, Field(ge=-3, le=3)]
"""Change of the log of a member's visit rate."""

HEADROOM: Final = math.expm1(0.22)
"""By how much memory or reputation can raise visits, as a share of those at the stated rate."""
BEST_STARS: Final = 4.8
"""Stars of a review after a good experience: the most that a mean of reviews can rise to."""

Calibration = Literal["default", "stated", "revealed"]
"""Whose word counts on customers: what people say in surveys, what they do, or a middle way."""


class Panel(Part):
    """Identified customers of the shop, who make the `members` share of the visits of each stream."""

    members: Annotated[PositiveCount, Field(le=10_000_000)] = 3000
    """How many there are."""
    shape: Annotated[float, Field(gt=0, le=1000)] = 0.5
    """Shape of the gamma distribution of their visit rates: small means that few make most of the visits."""
    patience_spread: Annotated[float, Field(ge=0, le=3)] = 0.0
    """Log standard deviation of a factor on patience that each member keeps for life."""


class Deltas(Part):
    """What each experience changes in the log of a member's visit rate; left out, the row of the calibration."""

    on_time: Jump | None = None
    """Served from the shelf."""
    short_wait: Jump | None = None
    """Backorder delivered within 10 days."""
    medium_wait: Jump | None = None
    """Backorder delivered within 20 days."""
    long_wait: Jump | None = None
    """Backorder delivered later."""
    broken: Jump | None = None
    """A promise was broken; once for each order."""
    late_day: Jump | None = None
    """Each day of delivery beyond the promise, up to 30."""
    cancelled: Jump | None = None
    """The customer cancelled after waiting; replaces the wait's row."""
    seller_cancelled: Jump | None = None
    """The shop cancelled; replaces the wait's row."""
    stock_out: Jump | None = None
    """Left with less than wanted, without waiting."""
    substituted: Jump | None = None
    """Took a substitute instead."""
    told_in_time: Share | None = None
    """Factor on the broken row if a delay was told before the promise broke."""
    hidden: Annotated[float, Field(ge=1, le=10)] | None = None
    """Factor on every loss if the customer learnt after ordering that the goods were not there."""


class Churn(Part):
    """After each experience a member may stop buying here for good, each with a chance of its own (beta)."""

    a: Annotated[float, Field(gt=0, le=1000)] = 0.793
    """First shape of the beta distribution."""
    b: Annotated[float, Field(gt=0, le=1000)] = 2.426
    """Second shape; the mean chance is a / (a + b)."""

    def chance(self, u: float) -> float:
        """The chance below which a share `u` of the members lies."""
        return float(beta_ppf(self.a, self.b, u))


class Memory(Part):
    """How experiences change the visits of the members of the panel."""

    gain: Annotated[float, Field(ge=0, le=10)] = 1.0
    """Scales all changes (kappa); 0 is no memory."""
    half_life: Annotated[Duration, Field(gt=0)] = 1230 * DAY
    """Time in which half of a change is forgotten."""
    deltas: Deltas = Deltas()
    """The changes; those left out by the calibration."""
    churn: Churn | None = None
    """Whether members may leave for good."""
    horizon: Duration = 2 * YEAR
    """How far beyond the close the worth of the members is reckoned."""
    discount: Rate = 0.10 / YEAR
    """Rate at which later money counts less in that."""
    capture: Share = 0.9
    """Share of later visits that end in a sale, in that."""


class Reputation(Part):
    """Reviews by customers, and what new visitors make of their mean."""

    after_good: Share = 0.02
    """Share that writes a review after a good experience."""
    after_bad: Share = 0.08
    """Share that does after a bad one."""
    prior: PositiveCount = 200
    """Reviews there are already."""
    prior_stars: Annotated[float, Field(ge=1, le=5)] = 4.5
    """Their mean."""
    memory: Annotated[Duration, Field(gt=0)] = YEAR
    """How long a new review counts."""
    elasticity: Share = 0.07
    """Change of new visitors per star above or below the prior's, as a share."""
    shock: Share = 1.0
    """Factor on new visitors for a while after each bad review; 1 is none."""
    shock_lasts: Duration = 14 * DAY
    """How long."""


class Support(Part):
    """People who answer customers; contacts wait for a free one."""

    agents: PositiveCount = 1
    """How many."""
    answer: DurationLaw
    """Time to answer one contact."""
    normal: Share = 0.05
    """Share of the orders served from the shelf that cause a contact, at delivery."""
    told: Rate = 0.010 / DAY
    """Contacts per waiting order and time while the shop sends word of its state."""
    untold: Rate = 0.020 / DAY
    """The same while it does not."""
    late: Annotated[float, Field(ge=1, le=10)] = 3.0
    """Factor on both once the promise is broken."""


class PriceChange(Part):
    """From a day on, a product costs something else: its buyers, or the shop that orders it."""

    product: str
    """Which one."""
    at: Annotated[Duration, Field(ge=0)]
    """When, counted from day 0."""
    price: Annotated[Money, Field(ge=0)] | None = None
    """The new price to customers."""
    unit_cost: Annotated[Money, Field(ge=0)] | None = None
    """The new cost of units ordered from then on."""
