"""Sets going what makes records wrong, and what makes them right again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sim.model.clock import Clock, Story
from sim.model.crowd import Crowd
from sim.model.keeper import Keeper
from sim.model.people import People
from sim.model.records import TwoBooks
from sim.model.sent_back import Unposted
from sim.rules.keeping import abc, errors_of, rhythm
from sim.scenario.calm import daily_demand
from sim.scenario.disruptions import StockLost
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.tape import Tape
from sim.words import Turn


def has_two_books(world: World, levers: Levers) -> bool:
    """Whether anything can part a record from its shelf, or comes of it; most shops need one book only."""
    keep = levers.keep
    people_err = keep.errors != "none" or keep.count.rule != "none" or keep.posting is not None
    goods_go = any(warehouse.shrink for warehouse in world.warehouses.values())
    goods_go |= any(isinstance(each, StockLost) for each in world.disruptions)
    return people_err or goods_go or bool(world.channels) or levers.reserving.rule == "manual"


class Books:
    """The records of all stocks."""

    def __init__(
        self,
        *,
        world: World,
        levers: Levers,
        tape: Tape,
        stocks: Sequence[TwoBooks],
        people: People,
        crowd: Crowd,
        clock: Clock,
    ) -> None:
        self._world = world
        self._levers = levers
        self._tape = tape
        self._stocks = stocks
        self._clock = clock
        places = world.stocks
        for stock, dice, (warehouse, _) in zip(stocks, tape.stock_dice, places, strict=True):
            sisters = [
                other
                for other, place in zip(stocks, places, strict=True)
                if place[0] == warehouse and other is not stock
            ]
            stock.kept_by(Keeper(levers=levers, dice=dice, people=people), sisters)
        if errors_of(levers.keep).unposted_return:
            crowd.on_delivery = Unposted(world, people, stocks, clock).delivered

    def open(self) -> None:
        """Begin to lose goods and to count them."""
        for stock, instants in zip(self._stocks, self._tape.shrink, strict=False):
            self._clock.begin(self._vanishing(stock, instants.tolist()))
        if self._tape.destroyed:
            self._clock.begin(self._destruction())
        for stock, kind in zip(self._stocks, abc(sales(self._world)), strict=True):
            every = rhythm(self._levers.keep.count, kind)
            if every is not None:
                self._clock.begin(self._counting(stock, every))

    def _vanishing(self, stock: TwoBooks, instants: Iterable[int]) -> Story:
        for instant in instants:
            yield self._clock.until(instant, Turn.POSTING)
            stock.vanish()

    def _destruction(self) -> Story:
        for instant, stock, share in self._tape.destroyed:
            yield self._clock.until(instant, Turn.DISRUPTION)
            self._stocks[stock].destroy(share)

    def _counting(self, stock: TwoBooks, every: int) -> Story:
        due = every
        while True:
            yield self._clock.until(due, Turn.POSTING)
            stock.count()
            due += every


def sales(world: World) -> list[float]:
    """What each stock sells on a calm day, in money."""
    return [daily_demand(world, *stock) * world.products[stock[1]].price for stock in world.stocks]
