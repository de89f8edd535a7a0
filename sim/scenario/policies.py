"""The levers a shop can set, and policies as changes to them. Frozen; durations in seconds."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sim.scenario.part import Name, Part
from sim.scenario.quantities import Count, Duration, PositiveCount, Share
from sim.scenario.world import Slip
from sim.words import DAY

Auto = Literal["auto"]


class AutoTarget(Part):
    """What `auto` parameters are computed for."""

    service: Annotated[Share, Field(gt=0, lt=1)] = 0.95
    """Cycle service level: share of replenishment cycles without a stock-out."""


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

    basis: Literal["nominal", "vendor", "quantile", "oracle"] = "nominal"
    """`nominal` the catalogue lead time, whatever the state; `vendor` the confirmed date of the receipt that would
    serve the customer; `quantile` that date and the slip the shop believes in; `oracle` the true arrival (for
    validation). Where no receipt has units to spare, all but `nominal` fall back on it."""
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

    rule: Literal["fifo", "edd", "value", "smallest"] = "fifo"
    """`fifo` first come; `edd` earliest promise; `value` most margin per unit; `smallest` fewest units."""
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

    when_short: Literal["out_of_stock", "backorder", "hybrid"] = "out_of_stock"
    """What the page shows when the shelf cannot meet the wish."""
    only: Literal["confirmed_inbound"] | None = None
    """Offer a backorder only while a confirmed receipt has units to spare."""
    cap: Count | None = None
    """Most units that may wait at a stock; 0 is out of stock."""
    limits: HybridLimits = HybridLimits()
    """Limits of `when_short: hybrid`."""
    promise: Promise = Promise()
    """Which window the page shows."""
    ship: Literal["complete", "partial"] = "complete"
    """Whether an order waits until it can be met whole, or takes what is there and waits for the rest."""
    allocate: Allocation = Ordered()
    """Who is served first when goods arrive."""
    replenish: Replenishment = rQ(rule="r_Q")
    """How stocks are refilled."""
    replenish_at: dict[str, Replenishment] = {}
    """Other rules for single places: `warehouse` or `warehouse/product`."""

    def replenishment(self, warehouse: str, product: str) -> Replenishment:
        """The rule for one stock: its own, its warehouse's, or the general one."""
        return self.replenish_at.get(
            f"{warehouse}/{product}", self.replenish_at.get(warehouse, self.replenish)
        )


Policies = dict[Name, Levers]


def change(base: Part, changes: Part) -> Part:
    """`base` with the fields that `changes` states; parts of the same kind merge field by field."""
    update: dict[str, Any] = {}
    for field in changes.model_fields_set:
        old, new = getattr(base, field), getattr(changes, field)
        same = isinstance(new, Part) and type(old) is type(new)
        update[field] = change(old, new) if same else new
    return base.model_copy(update=update)
