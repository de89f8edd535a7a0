"""The world: everything that is so, whatever the policy. Times in seconds, counted from day 0."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sim.scenario.classes import ON_IMPULSE, on_impulse
from sim.scenario.costs import Costs
from sim.scenario.customers import CustomerClass, Customers
from sim.scenario.demand import DemandEvent, Viral
from sim.scenario.disruptions import AnyDisruption
from sim.scenario.house import Channel, Fees, Work
from sim.scenario.laws import DurationLaw
from sim.scenario.memory import Calibration, Memory, Panel, PriceChange, Reputation, Support
from sim.scenario.part import Name, Part
from sim.scenario.quantities import Count, Duration, Money, PositiveCount, Ratio, Share, SignedDuration
from sim.scenario.supply import Customs, Departures, DropShip, Lines, News, Slip
from sim.scenario.visits import HistoryVisits, PoissonVisits


class Calendar(Part):
    """When the run starts to count and when it ends. Day 0 is the start of the measured window."""

    start: date | None = None
    """Date of day 0, for labels only."""
    warm_up: Duration = 0
    """Time before day 0 that is simulated and not measured."""
    measure: Annotated[Duration, Field(gt=0)]
    """Length of the measured window; visits that arrive in it count."""
    run_out: Duration = 0
    """Time after the window without new visits, in which waiting customers meet their fate."""

    @property
    def close(self) -> int:
        """Length of the whole run in seconds."""
        return self.warm_up + self.measure + self.run_out


def _shares(value: Any) -> Any:
    return dict.fromkeys(value) if isinstance(value, list | tuple) else value


class Product(Part):
    """Something the shop sells."""

    price: Annotated[Money, Field(ge=0)] = 100.0
    """Price of a unit to customers."""
    unit_cost: Annotated[Money, Field(ge=0)] = 55.0
    """Cost of a unit to the shop, recognised when the unit is delivered."""
    customer_class: Annotated[CustomerClass, Field(alias="class")] = "standard"
    """Gives its buyers their patience and their way of leaving, unless they state their own."""
    salvage: Share = 1.0
    """What a unit left at the end of the run is worth, as a share of its cost."""
    substitutes: Annotated[dict[Name, Share | None], BeforeValidator(_shares)] = {}
    """Products offered instead, in this order, each with the share of buyers that takes it at the same price; with a
    list of names alone, the share of the customers or their class."""
    sent_back: Share = 0.0
    """Share of the orders delivered that customers send back; the goods are worth their salvage."""
    sent_back_after_long_wait: Share | None = None
    """The same where the wait was longer than 20 days."""


class Supplier(Part):
    """Where goods come from; its stock has no bottom."""

    capacity: Lines | None = None
    """Production lines; without them every order is ready at once."""
    make: DurationLaw | None = None
    """Time to make an order, besides the time on a line."""
    moq: PositiveCount = 1
    """Least units of an order."""
    lot: PositiveCount = 1
    """Orders are a multiple of this."""
    deposit: Share = 0.0
    """Share of an order's cost paid when it is placed."""
    terms: Duration = 0
    """From leaving the supplier to paying the rest."""
    unit_costs: dict[Name, Annotated[Money, Field(ge=0)]] = {}
    """Cost of a unit bought here, by product; the product's own where left out."""
    yields: Annotated[Share, Field(gt=0)] = 1.0
    """Share of the units ordered that come; by chance, unit by unit."""
    defects: Annotated[Share, Field(lt=1)] = 0.0
    """Share of the units that come which receiving rejects and nobody pays for; likewise."""
    confirms: Literal["on_leaving", "on_order"] = "on_leaving"
    """Whether a date is confirmed when an order leaves, or when it is placed and once more when it leaves; a shop that
    knows true arrivals (`oracle`) goes by those of orders that have left."""
    optimism: Duration = 0
    """How much too early the confirmed dates are."""
    region: Name | None = None
    """Suppliers of one region can be struck together."""
    drop_ship: DropShip | None = None
    """Whether and how it sends parcels straight to customers."""


class Warehouse(Part):
    """Where goods are kept and customers are served from."""

    stock: dict[Name, Count] = {}
    """Units on hand at the start, by product; where left out, the level the replenishment rule aims at."""
    receiving: Duration = 0
    """From arrival at the dock to available."""
    picking: Duration = 0
    """From allocation to leaving the warehouse."""
    last_mile: Duration = 0
    """From the warehouse to the customer."""
    delivers: Duration | None = None
    """Delivery time that the page names for goods on the shelf, where there are stations; what comes later is a broken
    promise. None is named when left out."""
    sorting: Duration = 0
    """From arrival at the dock to available for those who wait, where goods are cross-docked."""
    work: Work | None = None
    """Stations that goods and orders pass, on top of `receiving` and `picking`; without them there is never a queue."""
    fees: Fees = Fees()
    """What it costs besides."""
    shrink: Share = 0.0
    """Units that vanish unseen, as a share of the calm mean demand of each stock here."""


class Lane(Part):
    """A way for goods from one node to another."""

    source: Annotated[Name, Field(alias="from")]
    """A supplier or a warehouse."""
    to: Name
    """A warehouse."""
    products: tuple[Name, ...] | None = None
    """What travels here; everything when left out."""
    lead_time: DurationLaw
    """From leaving the source to arriving at the dock (or, where there is one, at the port), as the carrier plans and
    confirms it."""
    departures: Departures | None = None
    """Sailings that goods must wait for; without them they leave when they are ready."""
    port: DurationLaw | None = None
    """Time in the port of arrival; its mean is part of the confirmed date."""
    customs: Customs | None = None
    """Examinations; no date allows for them."""
    inland: DurationLaw | None = None
    """From the port to the dock; its mean is part of the confirmed date."""
    region: Name | None = None
    """Lanes of one region can be struck together."""
    slip: Slip | None = None
    """How much later than confirmed a receipt comes."""
    crossover: bool = False
    """Whether a later order may arrive before an earlier one."""
    news: News = News()
    """What the shop is told about late receipts."""
    duty: Annotated[Ratio, Field(le=10)] = 0.0
    """Duty on the cost of goods that come this way, as a share of it, due at receipt."""
    freight: Annotated[Money, Field(ge=0)] = 0.0
    """Freight per unit, due at receipt."""

    @property
    def id(self) -> str:
        """The lane's name in paths and tapes: `factory-main`."""
        return f"{self.source}-{self.to}"


class Inbound(Part):
    """A confirmed receipt that is already on its way when the run starts."""

    source: Annotated[Name, Field(alias="from")]
    """Where it comes from; it slips and is held up as the lane's orders are."""
    to: Name
    """The warehouse."""
    product: Name
    """The product."""
    units: PositiveCount
    """How many."""
    due: SignedDuration
    """The confirmed date, counted from day 0; not before the start of the run."""


class World(Part):
    """Everything that is so, whatever the policy."""

    currency: str = "EUR"
    """A label for money; nothing is converted."""
    calendar: Calendar
    """When the run starts to count and when it ends."""
    products: Annotated[dict[Name, Product], Field(min_length=1)]
    """What the shop sells, by name."""
    suppliers: Annotated[dict[Name, Supplier], Field(min_length=1)]
    """Where goods come from, by name."""
    warehouses: Annotated[dict[Name, Warehouse], Field(min_length=1)]
    """Where goods are kept and customers are served from, by name."""
    lanes: Annotated[tuple[Lane, ...], Field(min_length=1)]
    """The ways goods take; each product reaches a warehouse by one of them."""
    stated: Annotated[dict[Name, Customers], Field(alias="customers", min_length=1)]
    """Streams of customers, by name."""
    demand: tuple[DemandEvent, ...] = ()
    """What makes demand rise and fall; events for one product multiply each other."""
    disruptions: tuple[AnyDisruption, ...] = ()
    """What goes wrong with suppliers, lanes, warehouses and rules."""
    channels: dict[Name, Channel] = {}
    """Shop fronts and marketplaces, by name; customers without one see the record itself."""
    inbound: tuple[Inbound, ...] = ()
    """Receipts already on their way when the run starts."""
    costs: Costs = Costs()
    """What things cost."""
    calibration: Calibration = "default"
    """Whose word counts on customers who do not state it themselves: `stated` what they say in surveys, `revealed` what
    they are seen to do, `default` the patience they state and losses in the middle."""
    panel: Panel | None = None
    """The identified customers; without them all are anonymous."""
    memory: Memory | None = None
    """How members remember; without it they do not."""
    reputation: Reputation | None = None
    """Reviews and what new visitors make of them; without it there are none."""
    support: Support | None = None
    """Who answers contacts; without it they cost what `costs.contact` says and never queue."""
    price_changes: tuple[PriceChange, ...] = ()
    """Prices and costs that change during the run."""

    @cached_property
    def impulsive(self) -> dict[Name, Customers]:
        """Streams of buyers on impulse whom demand events bring, by name; most worlds have none."""
        products = {name for event in self.demand for name in event.whose if isinstance(event, Viral) and event.impulse}
        return {
            f"{name}{ON_IMPULSE}": on_impulse(customers, self.calibration)
            for name, customers in (self.stated.items() if products else ())
            if customers.buys in products and isinstance(customers.visits, PoissonVisits | HistoryVisits)
        }

    @property
    def customers(self) -> dict[Name, Customers]:
        """All streams of customers: those that the scenario states, then buyers on impulse."""
        return self.stated | self.impulsive if self.impulsive else self.stated

    @property
    def stocks(self) -> tuple[tuple[str, str], ...]:
        """Every (warehouse, product) that customers buy from or a lane can fill, in the order of the file."""
        bought = {(customers.source, customers.buys) for customers in self.customers.values()}
        return tuple(
            (warehouse, product)
            for warehouse in self.warehouses
            for product in self.products
            if (warehouse, product) in bought or self.inbound_lane(warehouse, product) is not None
        )

    def inbound_lanes(self, warehouse: str, product: str) -> tuple[int, ...]:
        """Numbers of all lanes that bring a product to a warehouse, in the order of the file."""
        return tuple(
            number
            for number, lane in enumerate(self.lanes)
            if lane.to == warehouse and (lane.products is None or product in lane.products)
        )

    def inbound_lane(self, warehouse: str, product: str) -> int | None:
        """Number of the first lane that brings a product to a warehouse; `None` when there is none."""
        return next(iter(self.inbound_lanes(warehouse, product)), None)
