"""The levers a shop can set, and policies as changes to them. Frozen; durations in seconds."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sim.scenario.customers import CustomerClass
from sim.scenario.house import House
from sim.scenario.keeping import Keeping
from sim.scenario.part import Name, Part
from sim.scenario.planning import Planning
from sim.scenario.quantities import Count, Duration, PositiveCount, Share, SignedDuration
from sim.scenario.sourcing import Advance, Expedite, Single, Sourcing, Transship
from sim.scenario.supply import Slip
from sim.scenario.terms import Auto, Consent, Payment, Preorder, Reserve, Reserving, Track, Updates, Value
from sim.words import DAY


class AutoTarget(Part):
    """What `auto` parameters are computed for."""

    service: Annotated[Share, Field(gt=0, lt=1)] = 0.95
    """Cycle service level: share of replenishment cycles without a stock-out."""
    fill_rate: Annotated[Share, Field(gt=0, lt=1)] | None = None
    """Share of units served from stock; where stated, safety stock is computed for it and not for `service`."""
    cover: Duration | None = None
    """Safety stock for so long a time of mean demand, whatever its spread; where stated, instead of both."""


class BaseStock(AutoTarget):
    """Order what was taken, at once: keep the inventory position at S."""

    rule: Literal["base_stock"]
    S: Count | Auto = "auto"
    """Order-up-to level."""


class sS(AutoTarget):
    """When the inventory position is at or below s, order up to S; continuous review."""

    rule: Literal["s_S"]
    s: int | Auto = "auto"
    """Reorder point."""
    S: Count | Auto = "auto"
    """Order-up-to level."""


class rQ(AutoTarget):
    """When the inventory position is at or below r, order as many lots of Q as lift it above r."""

    rule: Literal["r_Q"]
    r: int | Auto = "auto"
    """Reorder point."""
    Q: PositiveCount | Auto = "auto"
    """Lot."""


class Periodic(AutoTarget):
    """A rule that looks only every R."""

    R: Annotated[Duration, Field(gt=0)]
    """Time between reviews; the first is at the start of the run."""


class RS(Periodic):
    """Every R, order up to S."""

    rule: Literal["R_S"]
    S: Count | Auto = "auto"
    """Order-up-to level."""


class RsS(Periodic):
    """Every R, order up to S if the inventory position is at or below s."""

    rule: Literal["R_s_S"]
    s: int | Auto = "auto"
    """Reorder point."""
    S: Count | Auto = "auto"
    """Order-up-to level."""


class NoReplenishment(Part):
    """Order nothing: sell what is there and what is already on its way."""

    rule: Literal["none"]


Replenishment = Annotated[BaseStock | sS | rQ | RS | RsS | NoReplenishment, Field(discriminator="rule")]


class Promise(Part):
    """Which window the page shows."""

    basis: Literal["nominal", "vendor", "quantile", "oracle", "mean", "vague"] = "nominal"
    """`nominal` the catalogue lead time, whatever the state; `vendor` the confirmed date of the receipt that would
    serve the customer; `quantile` that date and the slip the shop believes in; `mean` that date and the mean of that
    slip; `oracle` the true arrival (for validation); `vague` no date at all, "coming soon". Where no receipt has units
    to spare, all but `nominal` fall back on it."""
    catalogue: Duration | None = None
    """Lead time that a `nominal` promise claims; the lane's mean when left out."""
    level: Annotated[Share, Field(gt=0, lt=1)] = 0.90
    """Quantile of the slip at the end of the window (`quantile`)."""
    low_level: Annotated[Share, Field(ge=0, lt=1)] = 0.10
    """Quantile of the slip at its start (`quantile`)."""
    believes: Slip | None = None
    """The slip the shop believes in; the lane's own when left out."""
    width: Duration = 4 * DAY
    """Length of the window (all but `quantile` and `oracle`)."""
    least_width: Duration = 0
    """Shorter windows are widened at their end."""
    round_to: Duration = 0
    """Both ends are rounded outward to multiples of this; 0 leaves them."""
    counts: Literal["delivery", "shipping"] = "delivery"
    """Whether the window shown and kept is of delivery, or of leaving the warehouse."""
    vague_factor: Annotated[float, Field(ge=0, le=10)] = 1.0
    """The wait that customers read into "coming soon", per median of the true one (`vague`)."""
    vague_penalty: Duration = 14 * DAY
    """What they add to it (`vague`)."""
    until: SignedDuration | None = None
    """No promise may end after this, counted from day 0; then the page says out of stock."""


class HybridLimits(Part):
    """When HYBRID still offers a backorder."""

    horizon: Annotated[Duration, Field(gt=0)] = 21 * DAY
    """Latest end of a promised window, from now."""
    spread: Annotated[Duration, Field(gt=0)] = 7 * DAY
    """Most uncertainty of the arrival: its 95 % quantile less its median."""
    reopen: Annotated[Share, Field(gt=0)] = 0.8
    """Once closed, the offer opens again below this share of both limits."""


class Ordered(Part):
    """Waiting customers are served in this order."""

    rule: Literal[
        "fifo", "edd", "value", "smallest", "least_patience", "class", "late_first", "pro_rata", "lottery"
    ] = "fifo"
    """`fifo` first come; `edd` earliest promise; `value` most margin per unit, and loyalty; `smallest` fewest units;
    `least_patience` who will probably leave first; `class` the customers' priority; `late_first` broken promises, then
    the earliest; `pro_rata` the same share for every priority; `lottery` by chance."""
    overtaking: Literal["allowed", "never"] = "allowed"
    """Whether an order that fits may pass one that does not; if `never`, units are held for the one in front."""


class NewFirst(Part):
    """Hold back a share of every receipt for new visitors for a while; the rest goes first come, first served."""

    rule: Literal["new_first"]
    share: Share = 0.5
    """Share of the receipt that is held back, rounded down."""
    hold: Annotated[Duration, Field(gt=0)] = 3 * DAY
    """How long; what is left then goes to those who wait."""
    overtaking: Literal["allowed"] = "allowed"
    """An order that fits may pass one that does not."""


def _rule(value: Any) -> Any:
    return {"rule": value} if isinstance(value, str) else value


Allocation = Annotated[
    Annotated[Ordered | NewFirst, Field(discriminator="rule")],
    BeforeValidator(_rule),
]


class Levers(Part):
    """All that a shop decides. A policy states only what differs from the scenario's levers."""

    when_short: Literal[
        "out_of_stock", "backorder", "hybrid", "preorder", "by_class", "ev_greedy", "oracle"
    ] = "out_of_stock"
    """What the page shows when the shelf cannot meet the wish: always the same; a backorder while its promise is near
    and sure (`hybrid`), up to a share of what is confirmed (`preorder`), for some classes of products (`by_class`),
    whenever it is worth more than not (`ev_greedy`), or that by one who knows the future (`oracle`, a benchmark)."""
    only: Literal["confirmed_inbound"] | None = None
    """Offer a backorder only while a confirmed receipt has units to spare."""
    cap: Count | None = None
    """Most units that may wait at a stock; 0 is out of stock."""
    cap_days: Duration | None = None
    """Most units that may wait at a stock, in time of its mean demand."""
    limits: HybridLimits = HybridLimits()
    """Limits of `when_short: hybrid`."""
    preorder: Preorder = Preorder()
    """How `when_short: preorder` takes orders."""
    classes: tuple[CustomerClass, ...] = ("niche", "durable")
    """Classes of products that are backordered under `when_short: by_class`."""
    value: Value = Value()
    """What `when_short: ev_greedy` reckons with."""
    substitute: Literal["after", "first", "never"] = "after"
    """Whether a substitute in stock is shown after the backorder was refused, before it is offered, or not at all."""
    reserve: Reserve | None = None
    """Keep the last units for important customers."""
    notify_me: bool = True
    """Whether the page takes addresses of those who want to be told when the product is back."""
    promise: Promise = Promise()
    """Which window the page shows."""
    ship: Literal["complete", "partial"] = "complete"
    """Whether an order waits until it can be met whole, or takes what is there and waits for the rest."""
    allocate: Allocation = Ordered()
    """Who is served first when goods arrive."""
    updates: Annotated[Updates, BeforeValidator(_rule)] = Updates()
    """What the shop tells those who wait."""
    consent: Annotated[Consent, BeforeValidator(_rule)] = Consent()
    """What the law asks for when a promise cannot be kept."""
    payment: Payment = Payment()
    """When customers who wait pay."""
    price_lock: bool = True
    """Whether those who wait pay the price of their order, or that of the day it ships."""
    cancel_after: Duration | None = None
    """The shop cancels a backorder so long after its broken promise."""
    cancel_purchase_orders: bool = False
    """A cancelled backorder cancels the newest supply order that has not shipped and is no longer needed."""
    status_latency: Duration = 0
    """How long the page still shows a product as in stock after its shelf has run short."""
    track: Track | None = None
    """Follow supply orders closely, so that delays are heard of sooner; costs `costs.tracking`."""
    replenish: Replenishment = rQ(rule="r_Q")
    """How stocks are refilled."""
    replenish_at: dict[str, Replenishment] = {}
    """Other rules for single places: `warehouse` or `warehouse/product`."""
    source: Sourcing = Single()
    """Where stocks are refilled from, if several lanes lead there."""
    source_at: dict[str, Sourcing] = {}
    """Other ways for single places: `warehouse` or `warehouse/product`."""
    expedite: Expedite | None = None
    """Rush orders when promises are about to break."""
    transship: Transship | None = None
    """Units from sister warehouses for those who wait."""
    advance: Advance | None = None
    """Orders ahead of an announced tariff."""
    pass_through: Share = 0.0
    """Share of a tariff's duty per unit that is put on the price from the day it is due."""
    plan: Planning = Planning()
    """How supply orders come about."""
    keep: Keeping = Keeping()
    """How records are kept."""
    sync: Duration | None = None
    """How often channels copy the record; as each of them says when left out."""
    reserving: Annotated[Reserving, BeforeValidator(_rule)] = Reserving()
    """Whether arriving goods go to those who wait by themselves, or a clerk sees to it."""
    backorders_first: bool = True
    """Whether orders that waited are picked before new ones."""
    cross_dock: bool = False
    """Whether arriving goods for those who wait skip put-away and picking."""
    houses: dict[Name, House] = {}
    """Warehouses that work otherwise than the world says, such as a logistics provider's."""
    drop_ship: Name | None = None
    """A supplier who serves accepted backorders from his own stock, straight to the customer."""
    automation: Literal["manual", "automatic"] | None = None
    """Sets `reserving`, `sync`, `plan.entry`, `plan.forgets` and `keep` together, where they are not stated."""

    def replenishment(self, warehouse: str, product: str) -> Replenishment:
        """The rule for one stock: its own, its warehouse's, or the general one."""
        return self.replenish_at.get(
            f"{warehouse}/{product}", self.replenish_at.get(warehouse, self.replenish)
        )


    def sourcing(self, warehouse: str, product: str) -> Sourcing:
        """Where one stock is refilled from: its own way, its warehouse's, or the general one."""
        return self.source_at.get(f"{warehouse}/{product}", self.source_at.get(warehouse, self.source))


Policies = dict[Name, Levers]


def change(base: Part, changes: Part) -> Part:
    """`base` with the fields that `changes` states; parts of the same kind merge field by field."""
    update: dict[str, Any] = {}
    for field in changes.model_fields_set:
        old, new = getattr(base, field), getattr(changes, field)
        same = isinstance(new, Part) and type(old) is type(new)
        update[field] = change(old, new) if same else new
    return base.model_copy(update=update)
