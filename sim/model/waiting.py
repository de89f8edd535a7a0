"""Those who wait for units at a warehouse: customers in the backlog and supply orders of other warehouses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simpy import Process

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


def leaving(joined: int, hi: int, patience: int, whim: int, after_broken: float) -> Leave:
    """When a customer leaves who was promised delivery within `hi` seconds; all lengths in seconds.

    Nobody leaves for lack of patience before the promise. A broken promise leaves the share `after_broken`
    of the patience that remains then. A change of mind comes `whim` seconds after joining.
    """
    patience = max(patience, hi)
    left = FOREVER if patience >= FOREVER else hi + int(after_broken * (patience - hi))
    return Leave(joined + whim, True) if whim < left else Leave(joined + left, False)


class Waiting:
    """A customer who accepted a backorder. What hardly anybody needs is said once for all, here in the class."""

    ticket = 0
    """Place in the line, given on joining."""
    priority = 0
    """Class of importance; 0 is the most important."""
    lot = 0.0
    """Place in a lottery."""
    estimated_patience = 0
    """Longest wait from joining by the shop's estimate."""
    price = 0.0
    """Price of a unit on joining, where prices are not locked."""
    spare = 0
    """Units ordered for fear of the shortage alone."""
    delays = 0
    """Delays told so far."""
    questions = 0
    """How often they thought of asking support."""
    next_question = 0
    """When they will think of it next."""
    is_noticed = False
    """Whether the shop knows that the present promise is at risk."""
    is_stretched = False
    """Whether news of a delay has stretched patience before."""
    told_in_time = False
    """Whether a delay was told before the first promise broke."""
    is_hidden = False
    """Whether the customer learnt after ordering that the goods were not there."""

    def __init__(
        self,
        *,
        visit: int,
        joined: int,
        wanted: int,
        promise: int,
        patience: int,
        margin: float,
        divisible: bool,
        leave: Leave,
    ) -> None:
        self.visit = visit
        self.joined = joined
        self.wanted = wanted
        """Units still to come."""
        self.promise = promise
        """The promised instant, by the last word of the shop."""
        self.first_promise = promise
        """The promised instant shown before ordering."""
        self.patience = patience
        """Longest wait from joining that the customer stands, seconds."""
        self.margin = margin
        """Money earned per unit, and what the customer's loyalty is worth on top."""
        self.divisible = divisible
        self.leave = leave


class Order:
    """A supply order on its way. At an upstream warehouse it waits for its units, whole, and never leaves."""

    __slots__ = (
        "arrives",
        "confirmed",
        "crossed",
        "docked",
        "has_left",
        "is_cancelled",
        "lane",
        "number",
        "placed",
        "process",
        "row",
        "stock",
        "ticket",
        "units",
        "wanted",
    )

    divisible = False
    margin = 0.0
    priority = 0
    lot = 0.0
    estimated_patience = FOREVER

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
        self.crossed = 0
        """Units that were cross-docked; they no longer count among `units`."""
        self.docked = False
        """Whether it is at the dock and being received."""
        self.ticket = 0
        """Place in an upstream line."""
        self.has_left = False
        """Whether it has left its source: nobody can cancel it any more."""
        self.is_cancelled = False
        """Whether it will never come: called off, or lost."""
        self.process: Process | None = None
        """What makes it or waits with it, while that can still be called off."""

    @property
    def promise(self) -> int:
        """Where the line goes by promise: it wants its units at once."""
        return self.placed

    @property
    def first_promise(self) -> int:
        """Likewise."""
        return self.placed

    @property
    def joined(self) -> int:
        """When it began to wait."""
        return self.placed
