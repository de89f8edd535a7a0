"""One replication played again, and what the ledger knows of one customer in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.errors import ResultError
from sim.ledger.ledger import Ledger
from sim.ledger.views import Views
from sim.model.simulate import simulate
from sim.results import known
from sim.scenario.customers import Customers
from sim.scenario.scenario import Scenario
from sim.tape.draw import draw_tape
from sim.tape.tape import Tape
from sim.words import JOINED, Exit, Fate, Move, Wait

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
    """One customer: who came, what the shop looked like, and what happened. Instants from the start of the run."""

    customer: int
    stream: str
    """Name of the customer stream."""
    about: Customers
    units: int
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

    @property
    def short(self) -> int:
        """Units that were not there at once."""
        return self.units - self.now


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

    def life(self, customer: int) -> Life:
        """Everything about one customer.

        Raises:
            ResultError: the replication has no such customer.
        """
        visits, facts = self.tape.visits, self.ledger.visits
        self._must_exist(customer)
        stream, time = int(visits.stream[customer]), int(visits.time[customer])
        name, about = list(self.scenario.world.customers.items())[stream]
        on_hand, waiting = self._before(customer)
        return Life(
            customer=customer,
            stream=name,
            about=about,
            units=int(visits.units[customer]),
            patience=int(visits.patience[customer]),
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
        )

    def _must_exist(self, customer: int) -> None:
        count = len(self.tape.visits)
        if not 0 <= customer < count:
            there = f"customers 0 to {count - 1}" if count else "no customers"
            raise ResultError(f"there is no customer {customer}: this replication has {there}")

    def _before(self, customer: int) -> tuple[int, int]:
        """Units on hand and units waited for at the customer's stock, just before the visit."""
        ledger, stocks = self.ledger, self._stocks()
        stock = int(stocks[customer])
        earlier = slice(0, customer)
        here = stocks[earlier] == stock
        joined = here & np.isin(ledger.visits.fate[earlier], [int(fate) for fate in JOINED])
        missing = self.tape.visits.units[earlier] - ledger.visits.now[earlier]
        waits = (ledger.waits.seen <= customer) & (stocks[ledger.waits.visit] == stock)
        granted = waits & (ledger.waits.event == Wait.GRANTED)
        moves = (ledger.moves.seen <= customer) & (ledger.moves.stock == stock)
        signs = np.where(ledger.moves.event == Move.POSTED, 1, -1)
        on_hand = ledger.opening[stock] + (signs * ledger.moves.units)[moves].sum()
        on_hand -= ledger.visits.now[earlier][here].sum() + ledger.waits.units[granted].sum()
        return int(on_hand), int(missing[joined].sum() - ledger.waits.units[waits].sum())

    def _stocks(self) -> NDArray[np.int16]:
        """The stock of every visit."""
        views = Views(self.scenario.world, self.ledger, self.tape.visits)
        return views.stock_of_stream[self.tape.visits.stream]

    def _grants(self, customer: int) -> tuple[Grant, ...]:
        waits, stock = self.ledger.waits, int(self._stocks()[customer])
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
    return Replay(scenario, policy, tape, simulate(scenario.world, scenario.policy(policy), tape))
