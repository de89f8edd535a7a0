"""Planners look at what they saw, now and then: they forecast, set levels by it, and take alarm."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.ledger.writer import LedgerWriter
from sim.model.clock import Clock, Story
from sim.model.foreseen import Courses
from sim.model.outlook import outlook
from sim.model.planner import Planner
from sim.model.seen import Demand, Receiving
from sim.model.stock import Stock
from sim.rules.forecast import LeadTimes, as_used, forecast, stock_out_chance
from sim.rules.replenishment import DemandOutlook, Levels, levels
from sim.scenario.planning import Forecast
from sim.scenario.policies import Levers, Periodic, Replenishment
from sim.scenario.ways import own_lane
from sim.scenario.world import World
from sim.tape.tape import Tape
from sim.words import DAY, Turn

MILLION = 1_000_000


@dataclass(slots=True)
class Desk:
    """Where the planner of one stock stands."""

    place: tuple[str, str]
    planner: Planner
    rule: Replenishment
    calm: DemandOutlook
    """What was expected at the start."""
    levels: Levels
    lead: LeadTimes
    """Seconds from placing to available."""
    mean: float
    """Units per day, as used."""
    spread: float
    """Standard deviation of the units of a day."""
    forecasts: int = 0
    """Made so far: the number of the next one."""
    is_alarmed: bool = False

    @property
    def stock(self) -> Stock:
        """What it is about."""
        return self.planner.stock

    @property
    def ahead(self) -> int:
        """Lead time and review period: so far it must look ahead, seconds."""
        return round(self.lead.mean) + (self.rule.R if isinstance(self.rule, Periodic) else 0)

    def outlook(self) -> DemandOutlook:
        """Demand and supply as the ledger tells them: in millionths of units, and in seconds."""
        return self.calm._replace(
            mean=round(MILLION * self.mean) / MILLION,
            variance=(round(MILLION * self.spread) / MILLION) ** 2,
            lead_mean=round(self.lead.mean) / DAY,
            lead_sd=round(math.sqrt(self.lead.variance)) / DAY,
        )


class Forecasting:
    """All planners of a shop.

    Args:
        world: the world.
        levers: what the shop decides.
        tape: the visits, the uniforms of noise and the courses of demand events.
        planners: by (warehouse, product).
        quote: told the lead time that the catalogue claims for a stock from now on, seconds.
        alarmed: told of a stock that will probably run out before its next receipt.
        clock: the time.
        writer: the ledger.
    """

    def __init__(
        self,
        *,
        world: World,
        levers: Levers,
        tape: Tape,
        planners: Mapping[tuple[str, str], Planner],
        quote: Callable[[Stock, int], None],
        alarmed: Callable[[Stock], None],
        clock: Clock,
        writer: LedgerWriter,
    ) -> None:
        self._world = world
        self._plan = levers.plan
        self._tape = tape
        self._quote = quote
        self._alarmed = alarmed
        self._clock = clock
        self._writer = writer
        own = {place: own_lane(world, levers, *place) for place in world.stocks}
        self._desks = [
            self._desk(planner, place, rule, own[place])
            for place, planner in planners.items()
            if (rule := levers.replenishment(*place)).rule != "none"
        ]
        about = self._plan.forecast or Forecast(every="never")
        self._every = None if about.every == "never" else about.every
        self._about = about
        self._frozen = self._plan.forecast is not None and self._every is None
        """Whether levels stay as they were at the start, whatever is seen."""
        knows = about.method == "oracle" or about.events
        self._courses = {
            product: Courses(world, product, planned=about.method != "oracle")
            for _, product in (world.stocks if knows else ())
        }
        """What is known of demand events, by product."""
        self._demand = Demand(world=world, visits=tape.visits, sees=about.sees, period=about.period, writer=writer)
        self._receiving = Receiving(world=world, own=list(own.values()), writer=writer)

    def open(self) -> None:
        """Look from now on, if there is a reason to."""
        if self._every is not None or self._plan.monitor is not None:
            self._clock.begin(self._looks())

    def _desk(self, planner: Planner, place: tuple[str, str], rule: Replenishment, own: int | None) -> Desk:
        calm = outlook(self._world, *place, lane=own)
        return Desk(
            place=place,
            planner=planner,
            rule=rule,
            calm=calm,
            levels=levels(rule, calm, ignores_lead_time=self._plan.ignores_lead_time),
            lead=LeadTimes(calm.lead_mean * DAY, (calm.lead_sd * DAY) ** 2),
            mean=calm.mean,
            spread=math.sqrt(calm.variance),
        )

    def _looks(self) -> Story:
        while True:
            now = self._clock.now
            steps = [step for step in (self._every, DAY if self._plan.monitor else None) if step is not None]
            yield self._clock.until(min(now - now % step + step for step in steps), Turn.FORECAST)
            self._look(self._clock.now)

    def _look(self, now: int) -> None:
        """First everybody looks, then everybody acts: an order of one is no news to another in the same second."""
        changed = self._watch_lead_times() if self._plan.monitor and now % DAY == 0 else set[int]()
        if self._every is not None and now % self._every == 0:
            self._demand.look()
            changed |= {desk.stock.index for desk in self._desks if self._forecast(desk, now)}
        news = [desk for desk in self._desks if desk.stock.index in changed]
        for desk in news:
            self._write(desk, now)
        warned = self._warned(now) if self._plan.monitor and now % DAY == 0 else []
        for desk in news:
            self._act(desk)
        for desk in warned:
            self._alarmed(desk.stock)

    def _watch_lead_times(self) -> set[int]:
        assert self._plan.monitor is not None
        desks = {desk.stock.index: desk for desk in self._desks}
        came = [each for each in self._receiving.look() if each[0] in desks]
        for stock, lead_time in came:
            desks[stock].lead = desks[stock].lead.after(lead_time, self._plan.monitor.alpha)
        return {stock for stock, _ in came}

    def _forecast(self, desk: Desk, now: int) -> bool:
        """Whether there was enough to forecast from."""
        found = self._true_rate(desk, now) if self._about.method == "oracle" else self._expected(desk, now)
        if found is None:
            return False
        noise = self._tape.stock_dice[desk.stock.index]["noise"](desk.forecasts) if self._about.noise else 0.5
        desk.forecasts += 1
        desk.mean, desk.spread = as_used(self._about, found[0], noise), found[1]
        return True

    def _expected(self, desk: Desk, now: int) -> tuple[float, float] | None:
        """Mean and spread of a day as the method makes them of what was seen."""
        period = self._about.period
        counts, lift = self._demand.counts(desk.stock.index, now=now), 1.0
        if len(counts) < 2:
            return None
        if self._about.events:
            planned = self._courses[desk.place[1]]
            counts, lift = planned.without(counts, period), planned.mean(now, now + max(desk.ahead, period))
        found = forecast(self._about, counts, ahead=max(-(-desk.ahead // period), 1))
        return found.mean * lift * DAY / period, found.spread * math.sqrt(DAY / period)

    def _true_rate(self, desk: Desk, now: int) -> tuple[float, float]:
        """Of a benchmark that knows the course of demand, though not who will come."""
        factor = self._courses[desk.place[1]].mean(now, now + max(desk.ahead, self._about.period))
        return desk.calm.mean * factor, math.sqrt(desk.calm.variance * factor)

    def _write(self, desk: Desk, now: int) -> None:
        """The new numbers, and the levels that follow from them unless these are frozen."""
        if not self._frozen:
            desk.levels = levels(desk.rule, desk.outlook(), ignores_lead_time=self._plan.ignores_lead_time)
        self._writer.more.forecast(
            desk.stock.index,
            time=now,
            demand=(round(MILLION * desk.mean), round(MILLION * desk.spread)),
            lead=(round(desk.lead.mean), round(math.sqrt(desk.lead.variance))),
            levels=(desk.levels.reorder, desk.levels.up_to, desk.levels.lot),
        )

    def _act(self, desk: Desk) -> None:
        if not self._frozen:
            desk.planner.set_levels(desk.levels)
        if self._plan.monitor is not None:
            receiving = self._world.warehouses[desk.place[0]].receiving
            self._quote(desk.stock, max(round(desk.lead.mean) - receiving, 0))

    def _warned(self, now: int) -> list[Desk]:
        """Stocks whose chance to run out has just become too high."""
        assert self._plan.monitor is not None
        warned = []
        for desk in self._desks:
            chance = self._chance(desk, now)
            if chance > self._plan.monitor.alarm and not desk.is_alarmed:
                self._writer.more.alarmed(desk.stock.index, time=now, chance=round(MILLION * chance))
                warned.append(desk)
            desk.is_alarmed = chance > self._plan.monitor.alarm
        return warned

    def _chance(self, desk: Desk, now: int) -> float:
        """That a stock runs out before its next confirmed receipt, or within a lead time if there is none."""
        stock, seen = desk.stock, desk.outlook()
        next_date = stock.inbound.next_after(now)
        receiving = self._world.warehouses[desk.place[0]].receiving
        days = seen.lead_mean if next_date is None else (next_date - now + receiving) / DAY
        spread = math.sqrt(days * seen.variance)
        return stock_out_chance(stock.on_hand - stock.backlog, mean=days * seen.mean, spread=spread)
