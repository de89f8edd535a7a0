"""What a measure is taken over: the whole shop, or one stock with its customers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int32, Int64
from sim.measures.joined import Joined
from sim.measures.pledges import Pledges
from sim.measures.shelf import Claims, Shelf, among
from sim.measures.survival import Survival
from sim.measures.tally import Sums, Tally
from sim.measures.works import Works
from sim.scenario.costs import Costs
from sim.scenario.world import World
from sim.words import DAY, Exit, Fate, Return


@dataclass(frozen=True, eq=False)
class Scope:
    """The window of one run, for all stocks together (`name` is empty) or for one.

    Demand on one stock is its customers' and the supply orders that other stocks place at it; demand on the shop is its
    customers' alone, so the orders between its own warehouses count once, as stock on order.
    """

    name: str
    """Empty for the whole shop, else `warehouse/product`."""
    tally: Tally
    shelves: tuple[Shelf, ...]
    """The stocks of the scope."""

    @cached_property
    def world(self) -> World:
        """The world of the run."""
        return self.tally.views.world

    @cached_property
    def costs(self) -> Costs:
        """What things cost."""
        return self.world.costs

    @cached_property
    def works(self) -> Works:
        """Supply, work, records, forecasts and shocks."""
        return Works(self.tally, self.shelves, self.selling)

    @cached_property
    def seconds(self) -> int:
        """Length of the window."""
        return self.tally.end - self.tally.start

    @cached_property
    def days(self) -> float:
        """Length of the window in days."""
        return self.seconds / DAY

    @cached_property
    def streams(self) -> Int64:
        """The customer streams of the scope, by position in `world.customers`."""
        return np.flatnonzero(self._is_mine)

    @cached_property
    def _is_mine(self) -> NDArray[np.bool_]:
        return among(self.shelves, len(self.tally.views.stocks))[self.tally.views.stock_of_stream]

    @cached_property
    def selling(self) -> tuple[Shelf, ...]:
        """The stocks of the scope whose shortages count: those customers buy from, or the one stock asked for."""
        sold_from = set(self.tally.views.stock_of_stream.tolist())
        return tuple(shelf for shelf in self.shelves if self.name or shelf.stock in sold_from)

    @cached_property
    def joined(self) -> Joined:
        """Those who accepted a backorder."""
        if not self.name:
            return self.tally.joined
        return self.tally.joined.where(np.flatnonzero(self._is_mine[self.tally.joined.stream]))

    @cached_property
    def fulfilled(self) -> Joined:
        """Those who waited and received everything."""
        return self.joined.where(self.joined.fate == Fate.FULFILLED)

    @cached_property
    def survival(self) -> Survival:
        """How long backorders wait for delivery."""
        return Survival(self.joined.ended, self.joined.fate == Fate.FULFILLED)

    @cached_property
    def open_ages(self) -> Int32:
        """Seconds since the order, by backorder still waiting at the close."""
        ages: Int32 = self.joined.ended[self.joined.fate == Fate.PENDING]
        return ages

    @cached_property
    def pledges(self) -> Pledges:
        """What these backorders were promised and told."""
        return Pledges(self.tally, self.joined)

    @cached_property
    def visits(self) -> int:
        """Customers who came in the window."""
        return sum(self._first_fates)

    @cached_property
    def encounters(self) -> int:
        """Visits of these customers, later ones for the same wish among them."""
        return sum(self._fates)

    @cached_property
    def accepted(self) -> int:
        """Backorders accepted."""
        return len(self.joined)

    @cached_property
    def orders(self) -> float:
        """Orders of customers: visits that got something at once, or waited for it."""
        return self.met(Fate.SERVED) + self.units(self.tally.partly + self.tally.unsent) + self.accepted

    @cached_property
    def claims(self) -> Claims:
        """The demand of other stocks, when the scope is one stock."""
        return self.shelves[0].claims if self.name else Claims()

    @cached_property
    def wanted(self) -> float:
        """Units demanded."""
        return self.units(self.tally.wanted) + self.claims.wanted

    @cached_property
    def sold(self) -> float:
        """Units that came from the shelf at once."""
        return self.units(self.tally.sold) + self.claims.at_once

    @cached_property
    def at_first(self) -> float:
        """The same at the first visit for a wish."""
        return self.units(self.tally.at_first) + self.claims.at_once

    @cached_property
    def queued(self) -> float:
        """Units that had to wait."""
        return self.units(self.tally.short) + self.claims.wanted - self.claims.at_once

    @cached_property
    def delivered(self) -> float:
        """Units that came from the shelf by the close."""
        return self.units(self.tally.sold + self.tally.granted) + self.claims.filled

    @cached_property
    def pending(self) -> float:
        """Units that still waited at the close."""
        claims = self.claims
        return self.units(self.tally.pending) + claims.wanted - claims.filled - claims.cancelled

    @cached_property
    def wait(self) -> float:
        """Unit-seconds that this demand waited."""
        return self.units(self.tally.unit_seconds) + self.claims.unit_seconds

    @cached_property
    def backlog(self) -> int:
        """Integral over the window of the units that wait, unit-seconds."""
        if self.name:
            return self.shelves[0].backlog
        return self.tally.views.waiting(None).integral(self.tally.start, self.tally.end)

    @cached_property
    def peak_backlog(self) -> int:
        """Most units that waited at any time of the window."""
        if self.name:
            return self.shelves[0].peak_backlog
        return self.tally.views.waiting(None).steps().highest(self.tally.start, self.tally.end)

    @cached_property
    def delivered_to_customers(self) -> Sums:
        """Units delivered, by stream."""
        return self.tally.sold + self.tally.granted

    @cached_property
    def lost_by_customers(self) -> Sums:
        """Units wanted and never to be delivered, by stream."""
        return self.tally.wanted - self.delivered_to_customers - self.tally.pending

    @cached_property
    def prices(self) -> Sums:
        """What each stream pays for a unit."""
        products = self.world.products
        streams = self.world.customers.values()
        return np.array([products[c.buys].price if c.price is None else c.price for c in streams])

    @cached_property
    def unit_costs(self) -> Sums:
        """What a unit sold to each stream costs."""
        return np.array([self.world.products[c.buys].unit_cost for c in self.world.customers.values()])

    @cached_property
    def stock_value(self) -> float:
        """Integral of stock on hand at cost, money-seconds."""
        return self.over_stocks(lambda shelf: self.tally.accounts.stock_value[shelf.stock])

    @cached_property
    def cost_of_outflow(self) -> float:
        """Cost of the units delivered, to other stocks too when the scope is one stock."""
        customers = self.over_stocks(lambda shelf: self.tally.accounts.total("cost_of_goods")[shelf.stock])
        return customers + self.claims.filled * self.shelves[0].unit_cost

    @cached_property
    def contacts(self) -> Int64:
        """Questions of these customers to support: rows of the ledger."""
        visits = self.tally.views.ledger.contacts.visit
        if not len(visits):
            return visits
        return np.flatnonzero(self.about(visits) & self.tally.within(visits))

    def about(self, visits: Int64) -> NDArray[np.bool_]:
        """Whether visits, whenever they were, are to the stocks of the scope."""
        return self._is_mine[self.tally.everyone.stream[visits]]

    def units(self, by_stream: Sums) -> float:
        """A total over the streams of the scope."""
        return float(by_stream[self.streams].sum())

    def met(self, *fates: Fate) -> int:
        """Visits with one of these fates, returns among them: what happened to orders."""
        return sum(self._fates[fate] for fate in fates)

    def met_at_first(self, *fates: Fate) -> int:
        """Customers whose first visit had one of these fates."""
        return sum(self._first_fates[fate] for fate in fates)

    def became(self, *fates: Fate) -> int:
        """Customers whose last visit for their wish had one of these fates: what became of demand."""
        return sum(self._outcomes[fate] for fate in fates)

    def went(self, *exits: Exit) -> int:
        """Customers who left to one of these places at the last visit for their wish."""
        return sum(self._exits[way] for way in exits)

    def ever_went(self, *exits: Exit) -> int:
        """Visits, returns among them, that ended so."""
        return sum(self._all_exits[way] for way in exits)

    def came_again(self, cause: Return, *fates: Fate) -> int:
        """Returns for a cause, with one of these fates or (none named) whatever it was."""
        if not len(self.tally.views.ledger.returns):
            return 0
        cells = np.ix_(self.streams, np.array([cause]), np.array(fates or tuple(Fate)))
        return int(self.tally.came_again[cells].sum())

    def stayed_away(self, fate: Fate) -> int:
        """Visits on the tape that never met the shelf for this reason."""
        return self._away[fate]

    @cached_property
    def _fates(self) -> list[int]:
        return self._counts(self.tally.fates)

    @cached_property
    def _first_fates(self) -> list[int]:
        return self._counts(self.tally.first_fates)

    @cached_property
    def _outcomes(self) -> list[int]:
        return self._counts(self.tally.outcomes)

    @cached_property
    def _exits(self) -> list[int]:
        return self._counts(self.tally.exits)

    @cached_property
    def _all_exits(self) -> list[int]:
        return self._counts(self.tally.all_exits)

    @cached_property
    def _away(self) -> list[int]:
        return self._counts(self.tally.away)

    def _counts(self, by_stream: Int64) -> list[int]:
        """A table by stream, added up over the scope."""
        counts: list[int] = by_stream[self.streams].sum(axis=0).tolist()
        return counts

    def over_stocks(self, amount: Callable[[Shelf], float]) -> float:
        """A total over the stocks of the scope."""
        return float(sum(map(amount, self.shelves)))


def scopes(tally: Tally, shelves: Iterable[Shelf]) -> tuple[Scope, ...]:
    """The whole shop and, when there is more than one, each of its stocks."""
    every = tuple(shelves)
    names = ["/".join(stock) for stock in tally.views.stocks] if len(every) > 1 else []
    return (Scope("", tally, every), *(Scope(name, tally, (each,)) for name, each in zip(names, every, strict=False)))
