"""The world: everything that is so, whatever the policy. Times in seconds, counted from day 0."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from sim.scenario.costs import Costs
from sim.scenario.customers import CustomerClass, Customers
from sim.scenario.demand import DemandEvent
from sim.scenario.laws import DurationLaw
from sim.scenario.memory import Calibration, Memory, Panel, PriceChange, Reputation, Support
from sim.scenario.part import Name, Part
from sim.scenario.quantities import Count, Duration, Money, PositiveCount, Rate, Ratio, Share, SignedDuration


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


class Capacity(Part):
    """Production lines of a supplier; an order is made on one line, unit after unit."""

    lines: PositiveCount = 1
    """How many orders can be made at the same time."""
    rate: Annotated[Rate, Field(gt=0, examples=["400/d"])] | None = None
    """Units that a line makes per time, at a steady pace; or else state `unit_time`."""
    unit_time: DurationLaw | None = None
    """Time to make one unit, by chance, in whole seconds."""

    @model_validator(mode="after")
    def _one_pace(self) -> Capacity:
        if (self.rate is None) == (self.unit_time is None):
            raise ValueError("state either rate or unit_time")
        return self


def _capacity(value: Any) -> Any:
    """Read a bare `400/d` as one line of that pace."""
    return {"rate": value} if isinstance(value, str | int | float) else value


class Supplier(Part):
    """Where goods come from; its stock has no bottom."""

    capacity: Annotated[Capacity, BeforeValidator(_capacity)] | None = None
    """Production lines; without them every order is ready at once."""
    moq: PositiveCount = 1
    """Least units of an order."""
    lot: PositiveCount = 1
    """Orders are a multiple of this."""
    deposit: Share = 0.0
    """Share of an order's cost paid when it is placed."""
    terms: Duration = 0
    """From leaving the supplier to paying the rest."""


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


class LateSlip(Part):
    """With some chance a receipt comes later than confirmed, by an exponential time."""

    late: Share
    """Share of receipts that come late."""
    mean: Annotated[Duration, Field(gt=0)]
    """Mean lateness of those."""


class ScriptedSlip(Part):
    """The lateness of each order in turn, as it happened; later orders are on time."""

    script: tuple[Duration, ...]
    """Lateness of the first order on the lane, of the second, and so on."""


def _slip_kind(value: Any) -> str:
    if isinstance(value, LateSlip | ScriptedSlip):
        return "late" if isinstance(value, LateSlip) else "script"
    keys = value if isinstance(value, dict) else ()
    return next((key for key in ("late", "script") if key in keys), "law")


Slip = Annotated[
    Annotated[LateSlip, Tag("late")] | Annotated[ScriptedSlip, Tag("script")] | Annotated[DurationLaw, Tag("law")],
    Discriminator(_slip_kind),
]
"""How much later than confirmed: `{late, mean}`, `{script: [...]}`, or any law of durations."""


class News(Part):
    """What a shop is told about receipts that will come later than confirmed."""

    step: Duration = 0
    """A supplier who misses a confirmed date names a new one, so much later, again and again; 0 says nothing."""
    warned: Share = 0.0
    """Share of the late receipts whose true date is told ahead of the confirmed one."""
    ahead: Duration = 0
    """How long ahead."""


class Lane(Part):
    """A way for goods from one node to another."""

    source: Annotated[Name, Field(alias="from")]
    """A supplier or a warehouse."""
    to: Name
    """A warehouse."""
    products: tuple[Name, ...] | None = None
    """What travels here; everything when left out."""
    lead_time: DurationLaw
    """From leaving the source to arriving at the dock, as the carrier plans and confirms it."""
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


class Disruption(Part):
    """What every disruption has: fixed (`at`) or random (`every`), and how long it lasts."""

    at: SignedDuration | None = None
    """Start of a scheduled disruption, counted from day 0."""
    every: DurationLaw | None = None
    """Time from the end of one random disruption (or the start of the run) to the next."""
    lasts: DurationLaw
    """How long it lasts."""


class SupplierDown(Disruption):
    """A supplier stops."""

    kind: Literal["supplier_down"]
    supplier: Name
    """Which one."""
    orders: Literal["held", "refused"] = "held"
    """Orders placed meanwhile: `held` until it is back, or `refused`, so that the shop must ask again."""
    pipeline: Literal["moves", "frozen"] = "moves"
    """Goods already on the way: travel on, or stand still with their remaining time kept."""


class LaneClosed(Disruption):
    """Nothing leaves, moves or arrives on a lane; shipments are held with their remaining time kept."""

    kind: Literal["lane_closed"]
    lane: Annotated[tuple[Name, ...], Field(min_length=2, max_length=2)]
    """The lane as [from, to]."""


AnyDisruption = Annotated[SupplierDown | LaneClosed, Field(discriminator="kind")]

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
    customers: Annotated[dict[Name, Customers], Field(min_length=1)]
    """Streams of customers, by name."""
    demand: tuple[DemandEvent, ...] = ()
    """What makes demand rise and fall; events for one product multiply each other."""
    disruptions: tuple[AnyDisruption, ...] = ()
    """What goes wrong with suppliers and lanes."""
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

    def inbound_lane(self, warehouse: str, product: str) -> int | None:
        """Number of the lane that brings a product to a warehouse; `None` when there is none."""
        for number, lane in enumerate(self.lanes):
            if lane.to == warehouse and (lane.products is None or product in lane.products):
                return number
        return None
