"""Those who wait for units at a warehouse: customers in the backlog and supply orders of other warehouses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.words import FOREVER

if TYPE_CHECKING:
    from sim.model.lane import Lane
    from sim.model.stock import Stock


class Leave(NamedTuple):
    """When a customer who accepted a promise gives up, unless the goods are on their way by then."""

    time: int
    """The instant; one at or after the close never comes."""
    by_whim: bool
    """Whether it is a change of mind and not the end of patience."""


def leaving(*, joined: int, hi: int, patience: int, whim: int, after_broken: float) -> Leave:
    """When a customer leaves who was promised delivery within `hi` seconds; all lengths in seconds.

    Nobody leaves for lack of patience before the promise. A broken promise leaves the share `after_broken`
    of the patience that remains then. A change of mind comes `whim` seconds after joining.
    """
    patience = max(patience, hi)
    left = FOREVER if patience >= FOREVER else hi + int(after_broken * (patience - hi))
    return Leave(joined + min(left, whim), by_whim=whim < left)


class Waiting:
    """A customer who accepted a backorder."""

    __slots__ = ("divisible", "joined", "leave", "margin", "promise", "ticket", "visit", "wanted")

    def __init__(
        self,
        *,
        visit: int,
        joined: int,
        wanted: int,
        promise: int,
        margin: float,
        divisible: bool,
        leave: Leave,
    ) -> None:
        self.visit = visit
        self.joined = joined
        self.wanted = wanted
        """Units still to come."""
        self.promise = promise
        """The promised instant."""
        self.margin = margin
        """Money earned per unit."""
        self.divisible = divisible
        self.leave = leave
        self.ticket = 0
        """Place in the line, given on joining."""


class Order:
    """A supply order on its way. At an upstream warehouse it waits for its units, whole, and never leaves."""

    __slots__ = (
        "arrives",
        "confirmed",
        "docked",
        "lane",
        "number",
        "placed",
        "row",
        "stock",
        "ticket",
        "units",
        "wanted",
    )

    divisible = False
    margin = 0.0

    def __init__(self, *, row: int, lane: Lane, number: int, stock: Stock, units: int, placed: int) -> None:
        self.row = row
        """Its row in the ledger."""
        self.lane = lane
        self.number = number
        """Its number on the lane: its key on the tape."""
        self.stock = stock
        """The stock that ordered."""
        self.units = units
        self.wanted = units
        """Units that the source has yet to give."""
        self.placed = placed
        self.confirmed = -1
        """Confirmed instant at the dock; -1 before it leaves the source."""
        self.arrives = -1
        """True instant at the dock, which the shop cannot know."""
        self.docked = False
        """Whether it is at the dock and being received."""
        self.ticket = 0
        """Place in an upstream line."""

    @property
    def promise(self) -> int:
        """Where the line goes by promise: it wants its units at once."""
        return self.placed
