"""How a shop plans: what it sees of demand, how it forecasts, how often it looks, and what planners forget."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.laws import DurationLaw
from sim.scenario.part import Part
from sim.scenario.quantities import Duration, PositiveCount, Share

Weight = Annotated[float, Field(gt=0, le=1)]


class Forecast(Part):
    """A forecast of daily demand, made anew now and then from what the shop saw; it sets every level left `auto`."""

    method: Literal["naive", "moving_average", "ses", "holt_winters", "croston", "sba", "oracle"] = "moving_average"
    """`naive` as in the last period; `moving_average` of the last ones; `ses` simple exponential smoothing;
    `holt_winters` with trend and week; `croston` and `sba` for rare demand; `oracle` the rate that all demand events
    let expect, whatever surprise and noise make of it (a benchmark)."""
    sees: Literal["sales", "orders", "views"] = "orders"
    """What counts as demand: units sold from the shelf; those and accepted backorders; or what all visitors want."""
    period: Annotated[Duration, Field(ge=3_600)] = 86_400
    """Length of the periods in which demand is counted, at least an hour; counted from the start of the run."""
    window: Annotated[PositiveCount, Field(ge=2)] = 28
    """Periods that a moving average looks at, and that the spread of demand is taken from."""
    alpha: Weight = 0.1
    """Weight of the newest period (`ses`, `holt_winters`, `croston`, `sba`)."""
    beta: Weight = 0.05
    """Weight of the newest trend (`holt_winters`)."""
    gamma: Weight = 0.1
    """Weight of the newest season (`holt_winters`)."""
    season: Annotated[PositiveCount, Field(ge=2)] = 7
    """Periods of a season (`holt_winters`); for the first two of them it goes by `ses`."""
    seasons: Literal["multiplicative", "additive"] = "multiplicative"
    """Whether a season multiplies the level of demand or is added to it (`holt_winters`); added where a period saw no
    demand at all."""
    bias: Annotated[float, Field(ge=-1, le=10)] = 0.0
    """Planners add this share of it to every forecast."""
    noise: Annotated[float, Field(ge=0, le=10)] = 0.0
    """Coefficient of variation of what they add by chance."""
    events: bool = False
    """Whether planned events (demand events with `planned: true`) are in the forecast: what was seen is divided by
    their multipliers, and multiplied by those of the lead time and review period ahead."""
    every: Annotated[Duration, Field(gt=0)] | Literal["never"] = 30 * 86_400
    """How often levels are computed anew, counted from the start of the run, once two periods were seen; `never` leaves
    them as they were at the start (frozen)."""


class Monitor(Part):
    """Watch lead times, once a day: the shop plans and promises with what it saw, and is warned before the shelf is
    empty."""

    alpha: Weight = 0.2
    """Weight of the newest lead time in their smoothed mean and spread."""
    alarm: Annotated[Share, Field(gt=0, lt=1)] = 0.2
    """Chance of a stock-out before the next confirmed receipt above which it is warned (with nothing confirmed, within
    a lead time)."""


class Planning(Part):
    """How supply orders come about."""

    forecast: Forecast | None = None
    """How demand is forecast; without it planners know the calm mean of demand and never look again."""
    monitor: Monitor | None = None
    """Whether lead times are watched; without it planners believe the catalogue."""
    counts_backlog: bool = True
    """Whether those who wait are taken off the inventory position."""
    entry: DurationLaw | None = None
    """From deciding on an order to placing it; at once when left out."""
    forgets: Share = 0.0
    """Share of the orders decided on that is never placed."""
    ignores_lead_time: bool = False
    """A poorly set reorder point: `auto` levels as if goods came at once."""
