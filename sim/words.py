"""The words and units every room of the house shares."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NewType

Seconds = NewType("Seconds", int)
"""An instant or a length of time in whole seconds; instants count from the start of the run."""

SECOND: Final = 1
MINUTE: Final = 60
HOUR: Final = 3_600
DAY: Final = 86_400
WEEK: Final = 7 * DAY
MONTH: Final = 30 * DAY
YEAR: Final = 365 * DAY

FOREVER: Final = 2**31 - 1
"""Longer than any run (68 years): the patience of a customer who never gives up."""


class Turn(IntEnum):
    """Who goes first when several things happen in the same second; lower goes first.

    The numbers are SimPy priorities. SimPy keeps 0 and 1 for its own bookkeeping.
    """

    COPY = 5
    """Channels copy the record as it stood before this second."""
    DISRUPTION = 10
    RECEIPT = 20
    POSTING = 30
    ALLOCATION = 40
    NOTICE = 50
    EXPIRY = 60
    FORECAST = 65
    REVIEW = 70
    VISIT = 80
    CLOSE = 90


class Fate(IntEnum):
    """What became of one visit; every visit has exactly one."""

    SERVED = 0
    """Everything wanted was there and sold at once."""
    OUT_OF_STOCK = 1
    """The page said out of stock; what could not be sold at once is a lost sale."""
    BALKED = 2
    """A backorder was offered with its promise and refused."""
    FULFILLED = 3
    """Joined the backlog and received everything."""
    RENEGED = 4
    """Joined the backlog and left because patience ended."""
    CHANGED_MIND = 5
    """Joined the backlog and cancelled for no reason of the shop's."""
    PENDING = 6
    """Still waiting when the run closed: neither a success nor a loss."""
    ABSENT = 7
    """Did not come: the tape holds visits at their highest rate, and memory or reputation thinned this one out."""
    NO_INTENT = 8
    """Found the price too high and wanted nothing."""
    SELLER_CANCELLED = 9
    """Joined the backlog, or ordered what was not there, and was cancelled by the shop."""
    NO_CONSENT = 10
    """Joined the backlog and was refunded, since a delay was not consented to."""


JOINED: Final = (
    Fate.FULFILLED,
    Fate.RENEGED,
    Fate.CHANGED_MIND,
    Fate.PENDING,
    Fate.SELLER_CANCELLED,
    Fate.NO_CONSENT,
)
"""Fates of those who waited in the backlog."""

GAVE_UP: Final = (Fate.RENEGED, Fate.CHANGED_MIND, Fate.SELLER_CANCELLED, Fate.NO_CONSENT)
"""Fates of those whose backorder was cancelled, by whomever."""

LEFT: Final = (Fate.OUT_OF_STOCK, Fate.BALKED, *GAVE_UP)
"""Fates of those who left with less than they wanted."""

AWAY: Final = (Fate.ABSENT, Fate.NO_INTENT)
"""Fates of those who never met the shelf: no demand."""


class Exit(IntEnum):
    """Where a customer who leaves goes."""

    NONE = 0
    COMPETITOR = 1
    DEFER = 2
    """Means to come back later."""
    ABANDON = 3
    NOTIFY = 4
    """Signs up to be told when the product is back."""
    SUBSTITUTE = 5
    """Buys another product of the shop instead."""


class Wait(IntEnum):
    """What can happen to a customer after joining the backlog."""

    GRANTED = 0
    """Units were allocated (on their way; can no longer be cancelled)."""
    RENEGED = 1
    CHANGED_MIND = 2
    SELLER_CANCELLED = 3
    NO_CONSENT = 4
    DECLINED = 5
    """Left on being told of a delay; the fate is RENEGED."""
    TRIMMED = 6
    """Gave back, on being granted them, units that were ordered for fear of the shortage alone."""


class Return(IntEnum):
    """Why somebody visits again for the same wish."""

    DEFERRED = 0
    """Meant to come back."""
    NOTIFIED = 1
    """Was told that the product is back."""


class Notice(IntEnum):
    """What a shop notices or says about an order, or about a product that is back."""

    AT_RISK = 0
    """The shop sees that the promise will probably break; nobody is told by this alone."""
    DELAY = 1
    """The customer is told a new window."""
    CONSENT = 2
    """The customer is told a new window and must agree, or the order is cancelled."""
    HIDDEN = 3
    """The customer learns after ordering that the goods are not there."""
    RESTOCK = 4
    """Somebody on the list is told that the product is back."""
    FORCED = 5
    """The customer learns after a normal order that it must wait: the goods were not there."""


class Answer(IntEnum):
    """What the customer does on a notice."""

    NONE = 0
    """Nothing was asked."""
    STAYS = 1
    LEAVES = 2


class Cause(IntEnum):
    """What changed a member's regard for the shop: the rows of the delta table."""

    ON_TIME = 0
    SHORT_WAIT = 1
    """Delivered within ten days of ordering."""
    MEDIUM_WAIT = 2
    """Delivered within twenty days."""
    LONG_WAIT = 3
    BROKEN = 4
    LATE_DAYS = 5
    CANCELLED = 6
    SELLER_CANCELLED = 7
    STOCK_OUT = 8
    """Met out of stock, or a backorder not worth the wait, and left."""
    SUBSTITUTED = 9
    DROPPED_OUT = 10
    """Stops buying here for good."""


class Move(IntEnum):
    """Stock movements that no visit and no waiting customer implies."""

    POSTED = 0
    """Units of a supply order became available at the ordering stock."""
    ISSUED = 1
    """Units left a warehouse to fill the supply order of another."""
    CROSSED = 2
    """Units of a supply order became available at the dock, for those who wait (cross-docking)."""


class Stage(IntEnum):
    """Stages of a supply order's way that `OrderRows` has no column for."""

    SAILED = 0
    """Left the source on a sailing; `OrderRows.left` is the same instant."""
    IN_PORT = 1
    """Reached the port of arrival."""
    IN_CUSTOMS = 2
    """Left the port and was taken for examination."""
    INLAND = 3
    """Free of port and customs, on the way to the dock."""


class Loss(IntEnum):
    """Why a supply order never comes."""

    SUPPLIER_GONE = 0
    """Its supplier went bankrupt before it left."""
    GOODS_LOST = 1
    """It was lost on its way."""


class Slip(IntEnum):
    """What parted the record of a stock from what is on the shelf, or brought them together again."""

    SHRINK = 0
    """A unit vanished unseen."""
    MISCOUNT = 1
    """A receipt was posted with a wrong number."""
    DOUBLE_POSTING = 2
    """A receipt was posted twice."""
    MISPLACED = 3
    """A unit was put where nobody finds it."""
    MISPICK_ITEM = 4
    """A unit of a wrong product was picked (one row for each of the two products)."""
    MISPICK_UNITS = 5
    """One unit too many or too few was picked."""
    ENTRY = 6
    """A number was mistyped."""
    UNPOSTED_RETURN = 7
    """Units came back to the shelf and not into the record."""
    PICK_FAILED = 8
    """The shelf did not hold what the record said; the record was made right."""
    COUNTED = 9
    """Stock was counted and the record set to what was found."""
    FOUND = 10
    """A misplaced unit was found by a count."""
    DESTROYED = 11
    """Goods were destroyed, and everybody knows."""
    OVERSOLD = 12
    """A channel sold from an old copy what the record no longer had; no book changes."""
    RESERVATION_LOST = 13
    """An allocation got lost; no book changes."""


class Purpose(IntEnum):
    """Why a supply order was placed that the replenishment rule did not ask for."""

    RUSH = 0
    """To keep promises that were about to break."""
    FETCH = 1
    """From a sister warehouse, for those who wait."""
    AHEAD = 2
    """Before an announced tariff."""
    BASE = 3
    """The constant flow from a base source."""
