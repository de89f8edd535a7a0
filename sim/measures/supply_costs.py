"""What supply orders cost: how many units come good, what they cost at the source, duty, freight, and rush premiums."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.ledger.ledger import Int64
from sim.ledger.views import Views
from sim.measures.prices import Floats, PriceList
from sim.scenario.world import Lane
from sim.words import Purpose


class SupplyCosts:
    """By supply order; a column has one entry per row of `OrderRows`."""

    def __init__(self, views: Views, prices: PriceList) -> None:
        self.views = views
        self._world = views.world
        self._orders = views.ledger.orders
        self._prices = prices

    @cached_property
    def good(self) -> Int64:
        """Units that come and are not rejected; those ordered where nobody knows better yet."""
        good, shorts = self._orders.units.astype(np.int64), self.views.ledger.shorts
        good[shorts.order] = shorts.came - shorts.rejected
        return good

    @cached_property
    def unit_cost(self) -> Floats:
        """What a unit costs at a supplier on the day of the order."""
        orders, cost = self._orders, np.zeros(len(self._orders.units))
        for stock, (_, product) in enumerate(self.views.stocks):
            mine = np.flatnonzero(orders.stock == stock)
            cost[mine] = self._prices.cost(product, orders.placed[mine])
            for number, lane in enumerate(self._world.lanes):
                own = self._own_cost(lane, product)
                if own is not None:
                    cost[mine[orders.lane[mine] == number]] = own
        return cost

    def _own_cost(self, lane: Lane, product: str) -> float | None:
        """What the supplier at the end of a lane asks for a unit, if that is his own price."""
        supplier = self._world.suppliers.get(lane.source)
        return None if supplier is None else supplier.unit_costs.get(product)

    @cached_property
    def duty(self) -> Floats:
        """Rate of the duty due when the goods are at the dock."""
        rate = np.array([lane.duty for lane in self._world.lanes])[self._orders.lane]
        for lane in np.unique(self._orders.lane).tolist() if self._tariffs else ():
            mine = np.flatnonzero(self._orders.lane == lane)
            rate[mine] += self._added(self._world.lanes[lane], self._orders.arrived[mine])
        return rate

    @cached_property
    def freight(self) -> Floats:
        """Freight of a unit."""
        return np.array([lane.freight for lane in self._world.lanes])[self._orders.lane]

    @cached_property
    def _tariffs(self) -> tuple[tuple[tuple[str, ...], int, int, float], ...]:
        """Ends of the lane, first instant and end, and what is added to the duty."""
        warm_up, ever = self._world.calendar.warm_up, self.views.ledger.close + 1
        tariffs = [each for each in self._world.disruptions if each.kind == "tariff"]
        starts = [each.at + warm_up for each in tariffs]
        ends = [ever if each.lasts is None else start + each.lasts for each, start in zip(tariffs, starts, strict=True)]
        lanes, adds = ([getattr(each, name) for each in tariffs] for name in ("lane", "adds"))
        return tuple(zip(lanes, starts, ends, adds, strict=True))

    def _added(self, lane: Lane, times: Int64) -> Floats:
        """What tariffs add to the duty of a lane at some instants."""
        added = np.zeros(len(times))
        for ends, start, end, adds in self._tariffs:
            if ends == (lane.source, lane.to):
                added += adds * ((times >= start) & (times < end))
        return added

    def landed(self, stock: int, time: int) -> float:
        """Cost of a unit ordered all the usual way to a stock at an instant."""
        warehouse, product = self.views.stocks[stock]
        number = self._world.inbound_lane(warehouse, product)
        if number is None:
            return self._world.products[product].unit_cost
        return self._over(self._world.lanes[number], product, time, time)

    def _over(self, lane: Lane, product: str, placed: int, arrived: int) -> float:
        """The same over a lane, with the duty due at another instant."""
        own = self._own_cost(lane, product)
        if own is not None:
            cost = own
        elif (lane.source, product) in self.views.stocks:
            cost = self.landed(self.views.stocks.index((lane.source, product)), placed)
        else:
            cost = float(self._prices.cost(product, np.array([placed]))[0])
        return cost * (1 + lane.duty + float(self._added(lane, np.array([arrived]))[0])) + lane.freight

    @cached_property
    def usual(self) -> Int64:
        """The first lane of the stock that ordered: its usual one."""
        lanes = [self._world.inbound_lane(*stock) for stock in self.views.stocks]
        return np.array([-1 if lane is None else lane for lane in lanes], dtype=np.int64)[self._orders.stock]

    @cached_property
    def rushed(self) -> Int64:
        """Rows of the rush orders."""
        purposes = self.views.ledger.purposes
        rushed: Int64 = purposes.order[purposes.purpose == Purpose.RUSH]
        return rushed

    @cached_property
    def premium(self) -> Floats:
        """What the good units of rush orders cost more than by the usual way; 0 where they do not."""
        premium, orders = np.zeros(len(self._orders.units)), self._orders
        for row in self.rushed.tolist():
            product, arrived = self.views.stocks[orders.stock[row]][1], int(orders.arrived[row])
            ways = (self._world.lanes[lane] for lane in (orders.lane[row], self.usual[row]))
            fast, slow = (self._over(lane, product, int(orders.placed[row]), arrived) for lane in ways)
            premium[row] = max(fast - slow, 0.0) * self.good[row]
        return premium

    @cached_property
    def deposits(self) -> Floats:
        """What is paid with the order, by the units ordered."""
        sources = [self._world.suppliers.get(lane.source) for lane in self._world.lanes]
        share = np.array([0.0 if source is None else source.deposit for source in sources])
        deposits: Floats = share[self._orders.lane] * self._orders.units * self.unit_cost
        return deposits

    @cached_property
    def direct(self) -> Floats:
        """By row of `DirectRows`: what the supplier asks for units and parcel."""
        rows, cost = self.views.ledger.direct, np.zeros(len(self.views.ledger.direct))
        stocks = self.views.stock_of_stream[self.views.everyone.stream[rows.visit]].tolist()
        for row, (stock, number) in enumerate(zip(stocks, rows.supplier.tolist(), strict=True)):
            supplier, product = list(self._world.suppliers.values())[number], self.views.stocks[stock][1]
            each = supplier.unit_costs.get(product)
            if each is None:
                each = float(self._prices.cost(product, rows.time[row : row + 1])[0])
            cost[row] = each * rows.units[row] + (supplier.drop_ship.parcel if supplier.drop_ship else 0.0)
        return cost
