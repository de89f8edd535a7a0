"""One run: a world, a policy and a tape make a ledger. No chance in here."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count

from sim.ledger.ledger import Ledger
from sim.model.door import Door
from sim.model.network import Network
from sim.model.stock import Stock
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.tape import Tape, Visits

_AT_A_TIME = 65_536
"""Visits turned into Python numbers at a time, so that memory does not grow with their number."""


def simulate(world: World, levers: Levers, tape: Tape) -> Ledger:
    """Run one replication under one policy; the same arguments give the same bytes.

    Args:
        world: the world the tape was drawn from.
        levers: all levers of the policy, as `Scenario.policy` resolves them.
        tape: what chance does.
    """
    network = Network(world, levers, tape)
    network.open()
    stocks = [network.stock(c.source, c.buys) for c in world.customers.values()]
    door = Door(
        demand=network.demand, stocks=stocks, levers=levers, channels=network.channels, clock=network.clock
    )
    if network.demand.is_plain:
        _walk(network, tape.visits, stocks)
    else:
        _walk_in(network, tape.visits, door)
    network.clock.run_to_close()
    for stock in network.stocks:
        stock.close()
    network.demand.close()
    closing = [stock.on_hand for stock in network.stocks]
    return network.writer.seal(opening=network.opening, closing=closing, close=network.clock.close)


def _walk(network: Network, visits: Visits, stocks: list[Stock]) -> None:
    """Walk the visits between SimPy's events; one that the shelf can serve costs no event."""
    clock, writer, shop = network.clock, network.writer, network.demand.shop
    upcoming = clock.peek()
    for visit, time, stream, units in _rows(visits):
        if upcoming <= time:
            writer.seen = visit
            clock.catch_up(time)
            upcoming = clock.peek()
        stock = stocks[stream]
        if stock.sell(units):
            if stock.position > stock.reorder:
                continue
            writer.seen, clock.now = visit + 1, time
            stock.review(stock)
        else:
            writer.seen, clock.now = visit + 1, time
            shop.meet(visit, stock, units)
        upcoming = clock.peek()
    writer.seen = len(visits)


def _walk_in(network: Network, visits: Visits, door: Door) -> None:
    """Walk the visits through the door, where it matters who comes and what becomes of them."""
    clock, writer = network.clock, network.writer
    upcoming = clock.peek()
    for visit, time, stream, units in _rows(visits):
        if upcoming <= time:
            writer.seen = visit
            clock.catch_up(time)
            upcoming = clock.peek()
        writer.seen = visit + 1
        if door.opens(visit, stream, units, time):
            upcoming = clock.peek()
    writer.seen = len(visits)


def _rows(visits: Visits) -> Iterator[tuple[int, int, int, int]]:
    """Row number, time, stream and units of every visit."""
    return chain.from_iterable(_some_rows(visits, first) for first in range(0, len(visits), _AT_A_TIME))


def _some_rows(visits: Visits, first: int) -> Iterator[tuple[int, int, int, int]]:
    rows = slice(first, first + _AT_A_TIME)
    time, stream, units = (column[rows].tolist() for column in (visits.time, visits.stream, visits.units))
    return zip(count(first), time, stream, units, strict=False)
