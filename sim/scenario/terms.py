"""What a shop offers to those who wait, and agrees with them: orders, payment, word of delays, the law."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.laws import DurationLaw
from sim.scenario.part import Part
from sim.scenario.quantities import Count, Duration, Money, Share
from sim.scenario.supply import News
from sim.words import DAY

Auto = Literal["auto"]


class Preorder(Part):
    """How `when_short: preorder` takes orders before the goods are there."""

    cap: Share = 0.8
    """Share of the confirmed units on their way that may be promised."""


class Value(Part):
    """What `when_short: ev_greedy` (and `oracle`) reckons with besides the scenario's prices and costs."""

    lifetime: Annotated[Money, Field(ge=0)] | Auto = "auto"
    """Worth of a customer's future; `auto` that of a member of the panel, 0 without memory."""
    unit: Share | Auto = "auto"
    """Worth of an arriving unit as a share of its margin (mu): 0 if there will be enough, 1 if all will sell anyway;
    `auto` the share of the expected receipts that demand will take before more can come."""
    cancels: Share | Auto = "auto"
    """Chance that an accepted backorder is cancelled; `auto` from the slip that the promise believes in."""


class Reserve(Part):
    """Critical level: the last units are kept for important customers (rationing)."""

    units: Count
    """At or below this many on hand, others are told that the shelf is short."""
    priority: Count = 0
    """Customers of this priority or a more important one are still served."""


class Reserving(Part):
    """How arriving goods come to those who wait."""

    rule: Literal["automatic", "manual"] = "automatic"
    """At once by the system, or when a clerk gets to it; what is not yet reserved goes to new visitors."""
    takes: DurationLaw | None = None
    """How long the clerk takes (`manual`); exponential with a mean of 1 d when left out."""
    omits: Share = 0.02
    """Share of those who wait that the clerk overlooks until the next receipt (`manual`)."""


class Updates(Part):
    """What the shop tells those who wait."""

    rule: Literal["silent", "status", "honest", "late", "optimistic", "weekly_honest"] = "silent"
    """`silent` nothing after the order's own mail; `status` a mail every so often without news; `honest` a new window
    as soon as the promise is at risk; `late` only once it is broken; `optimistic` at risk, but the best case;
    `weekly_honest` both `status` and `honest`."""
    every: Annotated[Duration, Field(gt=0)] = 7 * DAY
    """Time between two status mails."""
    voucher: Share = 0.0
    """Compensation with every notice of a delay, as a share of the price, for those who stay and are delivered."""


class Track(Part):
    """Following supply orders closely: a call a week, and the shop hears of delays sooner and more often."""

    warned: Share = 0.8
    """Share of late receipts that the shop hears of ahead of their date, unless suppliers tell more by themselves."""
    ahead: Duration = 3 * DAY
    """How long ahead, if they do not tell sooner by themselves."""


def told(news: News, track: Track | None) -> News:
    """What a shop hears of late receipts: what its suppliers tell, and more if it asks."""
    if track is None:
        return news
    more = {"warned": max(news.warned, track.warned), "ahead": max(news.ahead, track.ahead)}
    return news.model_copy(update=more)


class Payment(Part):
    """When customers who wait pay."""

    capture: Literal["at_order", "deposit", "at_ship"] = "at_order"
    """Everything at order, a deposit at order and the rest when it ships, or everything when it ships."""
    deposit: Share = 0.3
    """Share of the price paid at order (`deposit`)."""

    @property
    def ahead(self) -> float:
        """Share of the price paid at order."""
        return {"at_order": 1.0, "deposit": self.deposit, "at_ship": 0.0}[self.capture]


class Consent(Part):
    """What the law asks for when a promise cannot be kept."""

    rule: Literal["none", "us", "eu"] = "none"
    """`us` a first delay of up to 30 days is consented to by silence, any other needs an answer; `eu` delivery is due
    within the promise or 30 days, and after a further time the customer may end the contract."""
    responds: Share = 0.6
    """Share of those asked who answer at all; without an answer the order is cancelled and refunded."""
    further: Duration = 14 * DAY
    """The further time (`eu`)."""
