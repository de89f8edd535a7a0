"""What goes wrong: with suppliers, lanes, warehouses and rules."""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from sim.scenario.laws import DurationLaw
from sim.scenario.laws_skewed import Exponential
from sim.scenario.part import Name, Part
from sim.scenario.quantities import Duration, Ratio, Share, SignedDuration
from sim.scenario.supply import Slip


class Blow(Part):
    """When something strikes: fixed (`at`) or random (`every`)."""

    at: SignedDuration | None = None
    """Start of a scheduled disruption, counted from day 0."""
    every: DurationLaw | None = None
    """Time from the end of one random disruption (or the start of the run) to the next."""

    @property
    def struck(self) -> str:
        """What it strikes, in words: a name, or `from-to` for a lane."""
        said = (getattr(self, key, None) for key in ("supplier", "lane", "warehouse", "region"))
        found = next((name for name in said if name), "")
        return found if isinstance(found, str) else "-".join(found)

    @property
    def mean_length(self) -> float:
        """How long it lasts on average, seconds; 0 for what is over at once."""
        lasts = getattr(self, "lasts", None)
        return 0.0 if lasts is None else float(lasts.mean_value)


class Disruption(Blow):
    """One that lasts for some time."""

    lasts: DurationLaw
    """How long it lasts."""


class Regional(Disruption):
    """One that may strike a whole region."""

    region: Name | None = None
    """Strikes every supplier (or lane) of this region, instead of one by name."""
    rho: Share = 1.0
    """Chance that a strike on the region is one and the same for all of it; else each is struck by itself, as often."""

    @model_validator(mode="after")
    def _aimed(self) -> Regional:
        by_name = "supplier" if "supplier" in type(self).model_fields else "lane"
        if bool(getattr(self, by_name)) == bool(self.region):
            raise ValueError(f"state either {by_name} or region")
        if self.region and self.every is not None and not isinstance(self.every, Exponential):
            raise ValueError("a region is struck by chance at exponential times only: every: exponential(...)")
        if self.rho != 1 and not self.region:
            raise ValueError("rho is about a region; leave it out")
        return self


class Recovery(Part):
    """How work comes back after an outage."""

    ramp: Duration = 0
    """Time over which output grows from nothing (or `output`) to all, day by day; 0 is at once."""
    surge: Annotated[Ratio, Field(ge=1, le=10)] = 1.0
    """Pace after the outage, as a multiple of the usual one, until what was missed is made up for."""
    relapse: Share = 0.0
    """Chance that the same happens again, as long by a new draw."""
    relapse_after: Duration = 14 * 86_400
    """From the end of an outage to its relapse."""


SIZES: Final = MappingProxyType(
    {
        "short": ("exponential(mean=730 d)", "lognormal(mean=10 d, cv=0.5)"),
        "medium": ("exponential(mean=1014 d)", "lognormal(mean=21 d, cv=0.4)"),
        "long": ("exponential(mean=1352 d)", "lognormal(mean=45 d, cv=0.3)"),
        "very_long": ("exponential(mean=1825 d)", "lognormal(mean=90 d, cv=0.4)"),
    }
)
"""How often production stops of each size strike, and how long they last (rates per network: an upper bound)."""


class SupplierDown(Regional):
    """A supplier stops, or works at a lower pace."""

    kind: Literal["supplier_down"]
    supplier: Name | None = None
    """Which one."""
    size: Literal["short", "medium", "long", "very_long"] | None = None
    """A production stop of usual length, and of usual frequency unless `at` or `every` says when."""
    output: Share = 0.0
    """Share of the pace at which it still works for us (phi); below 1 % nothing is done."""
    orders: Literal["held", "refused"] = "held"
    """Orders placed meanwhile: `held` until it is back, or `refused`, so that the shop must ask again."""
    pipeline: Literal["moves", "frozen"] = "moves"
    """Goods already on the way: travel on, or stand still with their remaining time kept."""
    recovery: Recovery = Recovery()
    """How work comes back."""

    @model_validator(mode="before")
    @classmethod
    def _usual(cls, value: Any) -> Any:
        if not isinstance(value, dict) or value.get("size") not in SIZES:
            return value
        every, lasts = SIZES[value["size"]]
        usual = {"lasts": lasts} | ({} if "at" in value or "every" in value else {"every": every})
        return usual | value


LaneEnds = Annotated[tuple[Name, ...], Field(min_length=2, max_length=2)]


class LaneClosed(Regional):
    """Nothing leaves a lane, and what is on the way is held up: a strike, a closed port, a blocked canal."""

    kind: Literal["lane_closed"]
    lane: LaneEnds | None = None
    """The lane as [from, to]."""
    goods: Literal["held", "rebooked", "lost"] = "held"
    """What is on the way meanwhile: stands still with its remaining time kept (or, with `clears`, queues at the end of
    the lane), takes another way, or is gone."""
    clears: Annotated[Ratio, Field(gt=1, le=10)] | None = None
    """Goods travel on but queue at the end of the lane, and the queue clears at so many times the usual pace."""
    rebook: DurationLaw | None = None
    """How much longer the other way takes (`rebooked`)."""

    @model_validator(mode="after")
    def _fits(self) -> LaneClosed:
        if (self.goods == "rebooked") != (self.rebook is not None):
            raise ValueError("`goods: rebooked` and `rebook`, how much longer the other way takes, belong together")
        if self.clears is not None and self.goods != "held":
            raise ValueError(f"`clears` is about goods that are held, and these are {self.goods}")
        return self


class Congestion(Regional):
    """A time in which receipts slip by another law, the same for all on the lane."""

    kind: Literal["congestion"]
    lane: LaneEnds | None = None
    """The lane as [from, to]."""
    slip: Slip | None = None
    """The slip of orders that leave meanwhile; the lane's own when left out."""
    delay: Duration = 0
    """What they wait at the port besides."""


class RuleChange(Blow):
    """A new rule: nothing is received from a lane for a while, and paperwork takes longer ever after."""

    kind: Literal["rule_change"]
    lane: LaneEnds
    """The lane as [from, to]."""
    lasts: DurationLaw
    """How long nothing is received."""
    paperwork: Duration = 0
    """What every shipment takes longer that leaves after the change."""


class Tariff(Part):
    """A duty that comes, and perhaps goes."""

    every: None = None
    """A tariff never comes by chance."""
    kind: Literal["tariff"]
    lane: LaneEnds
    """The lane as [from, to]."""
    at: SignedDuration
    """From when on it is due at receipt, counted from day 0."""
    adds: Annotated[Ratio, Field(le=10)]
    """What it adds to the lane's duty, as a share of the cost of goods."""
    announced: Duration = 30 * 86_400
    """How long before it is known."""
    lasts: Duration | None = None
    """How long it is due; for good when left out."""

    @property
    def struck(self) -> str:
        """The lane, as `from-to`."""
        return "-".join(self.lane)

    @property
    def mean_length(self) -> float:
        """How long it lasts, seconds; 0 for good."""
        return float(self.lasts or 0)


class WarehouseDown(Disruption):
    """A warehouse stands still: nothing is received, put away, picked or sent, while the page sells on."""

    kind: Literal["warehouse_down"]
    warehouse: Name
    """Which one."""
    page: Literal["sells", "closed"] = "sells"
    """Whether orders are taken meanwhile, or the page says out of stock."""


class Bankruptcy(Blow):
    """A supplier is gone for good, and with it the orders it has not sent and the deposits paid on them."""

    kind: Literal["bankruptcy"]
    supplier: Name
    """Which one."""


class StockLost(Blow):
    """Goods in a warehouse are destroyed; the shop knows at once."""

    kind: Literal["stock_lost"]
    warehouse: Name
    """Where."""
    product: Name | None = None
    """Which product; all when left out."""
    share: Share = 1.0
    """Share of what is on hand, rounded up."""


AnyDisruption = Annotated[
    SupplierDown | LaneClosed | Congestion | RuleChange | Tariff | WarehouseDown | Bankruptcy | StockLost,
    Field(discriminator="kind"),
]

WORDS: Final = MappingProxyType(
    {
        "supplier_down": "stopped",
        "lane_closed": "closed",
        "congestion": "congested",
        "rule_change": "held up by a rule",
        "tariff": "under tariff",
        "warehouse_down": "stopped",
        "bankruptcy": "gone",
        "stock_lost": "destroyed",
    }
)
"""What has become of what a disruption strikes, by its kind."""
