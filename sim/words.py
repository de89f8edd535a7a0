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

    DISRUPTION = 10
    RECEIPT = 20
    POSTING = 30
    ALLOCATION = 40
    NOTICE = 50
    EXPIRY = 60
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


JOINED: Final = (Fate.FULFILLED, Fate.RENEGED, Fate.CHANGED_MIND, Fate.PENDING)
"""Fates of those who accepted a backorder."""

LEFT: Final = (Fate.OUT_OF_STOCK, Fate.BALKED, Fate.RENEGED, Fate.CHANGED_MIND)
"""Fates of those who left with less than they wanted."""


class Exit(IntEnum):
    """Where a customer who leaves goes."""

    NONE = 0
    COMPETITOR = 1
    DEFER = 2
    ABANDON = 3


class Wait(IntEnum):
    """What can happen to a customer after joining the backlog."""

    GRANTED = 0
    """Units were allocated (on their way; can no longer be cancelled)."""
    RENEGED = 1
    CHANGED_MIND = 2


class Move(IntEnum):
    """Stock movements that no visit and no waiting customer implies."""

    POSTED = 0
    """Units of a supply order became available at the ordering stock."""
    ISSUED = 1
    """Units left a warehouse to fill the supply order of another."""


class Status(IntEnum):
    """What the product page shows when the shelf cannot meet the wish."""

    OUT_OF_STOCK = 0
    BACKORDER = 1
