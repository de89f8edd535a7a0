"""One replication played again, and what the ledger knows of one customer in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.errors import ResultError
from sim.ledger.everyone import Everyone
from sim.ledger.ledger import Ledger, MoveRows, WaitRows
from sim.ledger.views import Views
from sim.ledger.work_tables import DirectRows, RecordRows
from sim.measures.prices import PriceList
from sim.model.simulate import simulate
from sim.results import known
from sim.scenario.customers import Customers
from sim.scenario.scenario import Scenario
from sim.tape.draw import draw_tape
from sim.tape.tape import Tape
from sim.traces import Traces, traces
from sim.words import JOINED, Exit, Fate, Move, Return, Wait

EXAMPLES: Final = 3
"""Customers named for each fate."""


@dataclass(frozen=True)
class Receipt:
    """A supply order whose units were posted."""

    number: int
    """Its row in the ledger's table of supply orders."""
    source: str
    units: int
    placed: int
    confirmed: int
    arrived: int
    posted: int


@dataclass(frozen=True)
class Grant:
    """Units allocated to a waiting customer."""

    time: int
    units: int
    receipt: Receipt | None
    """The receipt that was posted in that same second; `None` when the units had been there before."""


@dataclass(frozen=True)
class Life:
    """One visit: who came, what the shop looked like, and what happened. Instants from the start of the run."""

    customer: int
    """The visit: a row of the ledger's table of visits."""
    wish: int
    """The first visit for the same wish."""
    cause: Return | None
    """Why the customer comes again; `None` at the first visit."""
    member: int
    """The member of the panel, or -1."""
    stream: str
    """Name of the customer stream."""
    about: Customers
    units: int
    ordered: int
    """Units ordered by those who wait: those wanted, or more for fear."""
    price: float
    """Price of a unit at the moment of the visit."""
    patience: int
    time: int
    on_hand: int
    """Units on the shelf just before the visit."""
    waiting: int
    """Units that other customers waited for just before the visit."""
    fate: Fate
    exit: Exit
    lo: int
    """Start of the promised window, seconds after the visit; -1 when no backorder was offered."""
    hi: int
    """End of that window; -1 likewise."""
    now: int
    """Units sold at once."""
    grants: tuple[Grant, ...]
    ended: int
    """When the fate was settled."""
    traces: Traces

    @property
    def short(self) -> int:
        """Units that were not there at once."""
        return self.ordered - self.now

    @property
    def joined(self) -> bool:
        """Whether the customer waited in the backlog."""
        return self.fate in JOINED and self.hi >= 0


@dataclass(frozen=True, eq=False)
class Replay:
    """One replication under one policy with all its facts."""

    scenario: Scenario
    policy: str
    tape: Tape
    ledger: Ledger

    def examples(self) -> dict[Fate, tuple[int, ...]]:
        """The first few customers of every fate that occurs."""
        found = {fate: np.flatnonzero(self.ledger.visits.fate == fate)[:EXAMPLES] for fate in Fate}
        return {fate: tuple(map(int, rows)) for fate, rows in found.items() if len(rows)}

    @cached_property
    def everyone(self) -> Everyone:
        """All visits, returns among them."""
        return Everyone(self.ledger, self.tape.visits)

    def visits_of(self, customer: int) -> tuple[int, ...]:
        """Every visit for the wish that this visit is for, in order of time.

        Raises:
            ResultError: the replication has no such customer.
        """
        self._must_exist(customer)
        wish = self._wish(customer)
        again = np.flatnonzero(self.ledger.returns.intent == wish) + len(self.tape.visits)
        return (wish, *map(int, again))

    def life(self, customer: int) -> Life:
        """Everything about one visit.

        Raises:
            ResultError: the replication has no such customer.
        """
        self._must_exist(customer)
        everyone, facts, wish = self.everyone, self.ledger.visits, self._wish(customer)
        stream, time = int(everyone.stream[customer]), int(everyone.time[customer])
        name, about = list(self.scenario.world.customers.items())[stream]
        on_hand, waiting = self._before(customer)
        again = customer - len(self.tape.visits)
        member = self.tape.visits.member
        return Life(
            customer=customer,
            wish=wish,
            cause=None if again < 0 else Return(self.ledger.returns.cause[again]),
            member=-1 if member is None else int(member[wish]),
            stream=name,
            about=about,
            units=int(everyone.units[customer]),
            ordered=int(everyone.ordered[customer]),
            price=self.price(stream, time),
            patience=int(everyone.patience[customer]),
            time=time,
            on_hand=on_hand,
            waiting=waiting,
            fate=Fate(facts.fate[customer]),
            exit=Exit(facts.exit[customer]),
            lo=int(facts.lo[customer]),
            hi=int(facts.hi[customer]),
            now=int(facts.now[customer]),
            grants=self._grants(customer),
            ended=time + int(facts.ended[customer]),
            traces=traces(self.ledger, customer),
        )

    def price(self, stream: int, time: int) -> float:
        """What a unit costs a customer of a stream at some moment."""
        prices = PriceList(self.scenario.world, pass_through=self.ledger.terms.pass_through)
        return float(prices.paid(np.array([stream]), np.array([time]))[0])

    def _wish(self, customer: int) -> int:
        return int(self.everyone.wish(np.array([customer]))[0])

    def _must_exist(self, customer: int) -> None:
        count, again = len(self.tape.visits), len(self.ledger.returns)
        if not 0 <= customer < count + again:
            there = f"customers 0 to {count - 1}" if count else "no customers"
            more = f", and {count} to {count + again - 1} who come again" if again else ""
            raise ResultError(f"there is no customer {customer}: this replication has {there}{more}")

    def _before(self, customer: int) -> tuple[int, int]:
        """Units on hand and units waited for at the customer's stock, just before the visit."""
        ledger, stocks, everyone = self.ledger, self._stocks, self.everyone
        stock, earlier = int(stocks[customer]), self._earlier(customer)
        here = earlier & (stocks == stock)
        joined = everyone.joined(ledger.visits.fate, ledger.visits.hi)
        joined = joined[here[joined]]
        missing = everyone.ordered[joined] - ledger.visits.now[joined]
        waits = self._told_before(ledger.waits, customer) & (stocks[ledger.waits.visit] == stock)
        granted = waits & (ledger.waits.event == Wait.GRANTED)
        moves = self._told_before(ledger.moves, customer) & (ledger.moves.stock == stock)
        swapped = earlier[ledger.swaps.visit] & (ledger.swaps.stock == stock)
        signs = np.where(ledger.moves.event == Move.ISSUED, -1, 1)
        booked = self._told_before(ledger.records, customer) & (ledger.records.stock == stock)
        direct = self._told_before(ledger.direct, customer) & (stocks[ledger.direct.visit] == stock)
        on_hand = ledger.opening[stock] + (signs * ledger.moves.units)[moves].sum() - ledger.swaps.units[swapped].sum()
        on_hand += ledger.records.record[booked].sum()
        on_hand -= ledger.visits.now[here].sum() + ledger.waits.units[granted].sum()
        gone = ledger.waits.units[waits].sum() + ledger.direct.units[direct].sum()
        return int(on_hand), int(missing.sum() - gone)

    def _earlier(self, customer: int) -> NDArray[np.bool_]:
        """Which visits came before this one."""
        count, returns = len(self.tape.visits), self.ledger.returns
        again = customer - count
        walked = customer if again < 0 else int(returns.seen[again])
        later = returns.seen <= walked if again < 0 else np.arange(len(returns)) < again
        return np.concatenate((np.arange(count) < walked, later))

    def _told_before(self, facts: WaitRows | MoveRows | RecordRows | DirectRows, customer: int) -> NDArray[np.bool_]:
        """Which facts were written before this visit came."""
        again = customer - len(self.tape.visits)
        before: NDArray[np.bool_] = (
            facts.seen <= customer if again < 0 else facts.seq < self.ledger.returns.seq[again]
        )
        return before

    @cached_property
    def _stocks(self) -> NDArray[np.int16]:
        """The stock of every visit."""
        views = Views(self.scenario.world_of(self.policy), self.ledger, self.tape.visits)
        return views.stock_of_stream[self.everyone.stream]

    def _grants(self, customer: int) -> tuple[Grant, ...]:
        waits, stock = self.ledger.waits, int(self._stocks[customer])
        rows = np.flatnonzero((waits.visit == customer) & (waits.event == Wait.GRANTED))
        return tuple(
            Grant(int(waits.time[row]), int(waits.units[row]), self._receipt(stock, int(waits.time[row])))
            for row in rows
        )

    def _receipt(self, stock: int, time: int) -> Receipt | None:
        moves, orders = self.ledger.moves, self.ledger.orders
        there = (moves.event == Move.POSTED) & (moves.stock == stock) & (moves.time == time)
        rows = np.flatnonzero(there)
        if not len(rows):
            return None
        order = int(moves.order[rows[-1]])
        return Receipt(
            number=order,
            source=self.scenario.world.lanes[int(orders.lane[order])].source,
            units=int(orders.units[order]),
            placed=int(orders.placed[order]),
            confirmed=int(orders.confirmed[order]),
            arrived=int(orders.arrived[order]),
            posted=int(orders.posted[order]),
        )


def replay(scenario: Scenario, *, policy: str, replication: int = 0, seed: int | None = None) -> Replay:
    """Run one replication of one policy again; the same bytes as in any run of that seed.

    Raises:
        ResultError: there is no such policy.
    """
    known(policy, tuple(scenario.policies), "policy")
    seed = scenario.plan.seed if seed is None else seed
    tape = draw_tape(scenario.world, seed=seed, replication=replication)
    return Replay(scenario, policy, tape, simulate(scenario.world_of(policy), scenario.policy(policy), tape))
