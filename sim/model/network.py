"""Builds the running model of a world: stocks, lanes, suppliers and planners, joined up."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from sim.model.belief import SlipBelief
from sim.model.books import Books
from sim.model.channels import Channels
from sim.model.clock import Clock, Story
from sim.model.demand_side import DemandSide
from sim.model.due import Due
from sim.model.entry import entry_of
from sim.model.extra_orders import extra_orders
from sim.model.forecasting import Forecasting
from sim.model.journey import Journey
from sim.model.lane import Lane
from sim.model.listeners import Listeners
from sim.model.outlook import outlook
from sim.model.planner import Planner, Route
from sim.model.receipts import Receipts
from sim.model.records import TwoBooks
from sim.model.shop import Counter
from sim.model.stock import Stock
from sim.model.supplier import Supplier
from sim.rules.availability import knows_the_future
from sim.rules.replenishment import levels
from sim.scenario.calm import daily_demand
from sim.scenario.policies import Levers, NoReplenishment, Periodic
from sim.scenario.sourcing import Single
from sim.scenario.terms import told
from sim.scenario.ways import own_lane, planned_lead
from sim.scenario.world import Inbound, World
from sim.tape.closures import Closures
from sim.tape.tape import Tape
from sim.words import FOREVER, Turn


class Network:
    """All nodes and lanes of one run."""

    def __init__(self, world: World, levers: Levers, tape: Tape) -> None:
        self._world = world
        self._levers = levers
        self._tape = tape
        self._knows_arrivals = levers.promise.basis == "oracle" or knows_the_future(levers)
        self.clock = Clock(world.calendar.close)
        self.demand = DemandSide(world=world, levers=levers, tape=tape, clock=self.clock)
        self.writer = self.demand.writer
        self._places = {place: index for index, place in enumerate(world.stocks)}
        self._own = {place: own_lane(world, levers, *place) for place in self._places}
        """The lane that each stock is usually filled by."""
        self._levels = [
            levels(
                levers.replenishment(*place),
                outlook(world, *place, lane=lane),
                ignores_lead_time=levers.plan.ignores_lead_time,
            )
            for place, lane in self._own.items()
        ]
        self._leavings = Due(
            clock=self.clock,
            turn=Turn.EXPIRY,
            act=lambda waiting, stock: stock.lose_patience(waiting),
            key=lambda waiting: waiting.leave.time,
        )
        self._listeners = Listeners()
        self._lanes = tuple(self._lane(number) for number in range(len(world.lanes)))
        self._suppliers = {name: self._supplier(name) for name in world.suppliers}
        self.stocks = tuple(self._stock(*place) for place in self._places)
        self._planners = dict(self._plan())
        self._books = self._keep_books(tape)
        self.channels = self._channels()
        self._pages = tuple(self._counters())
        self.demand.open_shop(stocks=dict(zip(self._places, self.stocks, strict=True)), counters=self._pages)
        self._listen()
        self.opening = [stock.on_hand for stock in self.stocks]

    def stock(self, warehouse: str, product: str) -> Stock:
        """The stock of a product in a warehouse."""
        return self.stocks[self._places[warehouse, product]]

    def open(self) -> None:
        """Set everything going: goods on their way, reviews, and suppliers that come back."""
        for inbound in sorted(self._world.inbound, key=lambda receipt: receipt.due):
            self._launch(inbound)
        for place, planner in self._planners.items():
            rule = self._levers.replenishment(*place)
            if isinstance(rule, Periodic):
                planner.visit_every(rule.R)
            else:
                planner.watch()
            planner.flow()
        for name, refusing in self._tape.refusing.items():
            self.clock.begin(self._recoveries(refusing, self._fed_by(name)))
        for each in (self._books, self.channels):
            if each is not None:
                each.open()
        extra_orders(self._world, self._levers, self.clock, self._planners, self._listeners)
        if self._levers.plan.forecast is not None or self._levers.plan.monitor is not None:
            self._forecasting().open()

    def _listen(self) -> None:
        """Everybody hears what concerns them; nobody is asked who has nothing to say."""
        self.demand.listen(self._listeners)
        if self._levers.cancel_purchase_orders:
            planners = {planner.stock.index: planner for planner in self._planners.values()}

            def given_up(stock: Stock, units: int) -> None:
                if stock.index in planners:
                    planners[stock.index].given_up(units)

            self._listeners.given_up = given_up

    def _lane(self, number: int) -> Lane:
        lane, tape = self._world.lanes[number], self._tape
        supplier = self._world.suppliers.get(lane.source)
        return Lane(
            index=number,
            journey=Journey(self._world, tape, number),
            crossover=lane.crossover,
            receiving=self._world.warehouses[lane.to].receiving,
            house=self.demand.houses.get(lane.to),
            news=told(lane.news, self._levers.track),
            warned=tape.warned[number],
            confirms_at_once=supplier is not None and supplier.confirms == "on_order" and not self._knows_arrivals,
            clock=self.clock,
            writer=self.writer,
        )

    def _supplier(self, name: str) -> Supplier:
        return Supplier(
            held=self._tape.down[name],
            refusing=self._tape.refusing[name],
            pace=self._tape.pace.get(name),
            gone=self._tape.gone.get(name, FOREVER),
            capacity=self._world.suppliers[name].capacity,
            unit_time=self._tape.unit_times.get(name),
            clock=self.clock,
        )

    def _stock(self, warehouse: str, product: str) -> Stock:
        index = self._places[warehouse, product]
        stated = self._world.warehouses[warehouse].stock.get(product)
        house = self.demand.houses.get(warehouse)
        kind = TwoBooks if self.demand.has_two_books else Stock
        return kind(
            index=index,
            on_hand=max(self._levels[index].up_to, 0) if stated is None else stated,
            inbound=Receipts(date=attrgetter("arrives" if self._knows_arrivals else "confirmed")),
            allocate=self._levers.allocate,
            leavings=self._leavings,
            clock=self.clock,
            writer=self.writer,
            settle=self.demand.crowd.settle if house is None else house.settle,
            listeners=self._listeners,
            house=house,
        )

    def _keep_books(self, tape: Tape) -> Books | None:
        stocks = [stock for stock in self.stocks if isinstance(stock, TwoBooks)]
        if not stocks:
            return None
        return Books(
            world=self._world,
            levers=self._levers,
            tape=tape,
            stocks=stocks,
            people=self.demand.people,
            crowd=self.demand.crowd,
            clock=self.clock,
        )

    def _channels(self) -> Channels | None:
        if not self._world.channels:
            return None
        stocks = [self.stock(c.source, c.buys) for c in self._world.customers.values()]
        return Channels(world=self._world, levers=self._levers, stocks=stocks, clock=self.clock)

    def _plan(self) -> Iterator[tuple[tuple[str, str], Planner]]:
        for place, own in self._own.items():
            if own is not None:
                yield place, self._planner(*place, own)

    def _planner(self, warehouse: str, product: str, own: int) -> Planner:
        levers, stock = self._levers, self.stock(warehouse, product)
        rule = levers.replenishment(warehouse, product)
        lanes = (own, *(each for each in self._world.inbound_lanes(warehouse, product) if each != own))
        return Planner(
            stock=stock,
            levels=self._levels[stock.index],
            routes=[self._route(number, product) for number in lanes],
            sourcing=Single() if isinstance(rule, NoReplenishment) else levers.sourcing(warehouse, product),
            counts_backlog=levers.plan.counts_backlog,
            cancels=levers.cancel_purchase_orders,
            entry=entry_of(levers.plan, self._tape, stock.index),
            clock=self.clock,
            writer=self.writer,
        )

    def _route(self, number: int, product: str) -> Route:
        source = self._world.lanes[number].source
        supplier = self._world.suppliers.get(source)
        return Route(
            lane=self._lanes[number],
            origin=self._suppliers[source] if supplier else self.stock(source, product),
            moq=supplier.moq if supplier else 1,
            lot=supplier.lot if supplier else 1,
            name=source,
        )

    def _counters(self) -> Iterator[Counter]:
        for (warehouse, product), index in self._places.items():
            number = self._own[warehouse, product]
            place = self._world.warehouses[warehouse]
            lane = None if number is None else self._world.lanes[number]
            believes = self._levers.promise.believes
            slip = believes if believes is not None else (lane.slip if lane else None)
            yield Counter(
                stock=self.stocks[index],
                catalogue=0 if number is None else round(planned_lead(self._world, number)[0]),
                handling=place.receiving + place.picking,
                last_mile=place.last_mile,
                slip=SlipBelief(None if knows_the_future(self._levers) else slip),
                customer_class=self._world.products[product].customer_class,
                daily_demand=daily_demand(self._world, warehouse, product),
            )

    def _forecasting(self) -> Forecasting:
        def quote(stock: Stock, lead_time: int) -> None:
            self._pages[stock.index].catalogue = lead_time

        return Forecasting(
            world=self._world,
            levers=self._levers,
            tape=self._tape,
            planners=self._planners,
            quote=quote,
            alarmed=self._listeners.alarmed,
            clock=self.clock,
            writer=self.writer,
        )

    def _launch(self, inbound: Inbound) -> None:
        planner = self._planners[inbound.to, inbound.product]
        route = planner.routes[inbound.source]
        order = planner.order(inbound.units, route)
        route.lane.launch(order, confirmed=inbound.due + self._world.calendar.warm_up)

    def _fed_by(self, supplier: str) -> list[Stock]:
        """Stocks under continuous review that order from a supplier."""
        return [
            self.stock(*place)
            for place in self._places
            if any(self._world.lanes[number].source == supplier for number in self._world.inbound_lanes(*place))
            and not isinstance(self._levers.replenishment(*place), Periodic)
        ]

    def _recoveries(self, refusing: Closures, stocks: list[Stock]) -> Story:
        """A shop that was refused asks again when the supplier is back."""
        for _start, end in refusing.intervals:
            yield self.clock.until(end, Turn.REVIEW)
            for stock in stocks:
                stock.fell()
