"""The way of one order on a lane: as planned, and as it truly is. Read from the tape; nothing happens in here."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.ways import after_leaving, planned_lead
from sim.scenario.world import World
from sim.tape.closures import Closures
from sim.tape.roads import Road
from sim.tape.tape import LaneChance, Tape
from sim.words import Stage


class Step(NamedTuple):
    """One stage of a way: when it is reached, and what that costs in hundredths of money."""

    stage: Stage | None
    """`None` is the dock."""
    time: int
    fee: int = 0


class Journey:
    """All ways on one lane, by the number of the order and the instant at which it leaves."""

    def __init__(self, world: World, tape: Tape, number: int) -> None:
        lane = world.lanes[number]
        supplier = world.suppliers.get(lane.source)
        self.chance: LaneChance = tape.lanes[number]
        self.optimism = supplier.optimism if supplier else 0
        """How much too early its dates are."""
        self._shut: Closures = tape.shut[number]
        self._blocked: Closures = tape.blocked[number]
        self._road = tape.roads[number] if tape.roads else Road()
        self.sails = lane.departures is not None
        """Whether goods leave by a timetable: those who wait for a departure board in turn."""
        self._beyond = after_leaving(lane)
        self._lead = round(planned_lead(world, number)[0])
        capacity = supplier.capacity if supplier else None
        self._unit_time = 0.0
        if capacity is not None:
            law = capacity.unit_time
            self._unit_time = law.mean_value if law is not None else 1 / (capacity.rate or 1.0)
        self._has_stages = any((lane.departures, lane.port, lane.customs, lane.inland))

    def planned(self, units: int) -> int:
        """From placing an order to the dock, if nothing goes wrong and nobody waits in line, seconds."""
        return self._lead + round(self._unit_time * units)

    def is_shut(self, now: int) -> bool:
        """Whether the lane is closed."""
        return not self._shut.is_open(now)

    def departure(self, ready: int) -> int:
        """When goods leave that are ready at an instant: on the first departure of an open lane."""
        leaves = -1
        while leaves != ready:
            leaves = self._shut.next_open(ready)
            ready = leaves if self._road.sailings is None else self._road.sailings.next(leaves)
        return leaves

    def plan(self, number: int, left: int) -> int:
        """The date that is confirmed to an order which leaves at an instant."""
        return left + self.chance.lead_time[number] + self._beyond - self.optimism

    def steps(self, number: int, left: int, pushed: int) -> tuple[Step, ...]:
        """Every stage of its true way, the dock last, if the one before it puts it off by so many seconds."""
        work = pushed + self.chance.lead_time[number]
        work += self._road.slip(number, left=left, usual=self.chance.slip)
        if not self._has_stages:
            return self._to_dock(number, left, left, work)
        port = self._blocked.after(left, work)
        released = self._blocked.after(port, self.chance.port[number])
        exam, fee = self.chance.exams(number) if self.chance.exams else (0, 0)
        free = self._blocked.after(released, exam)
        stages = [Step(Stage.SAILED, left), Step(Stage.IN_PORT, port)]
        if exam or fee:
            stages.append(Step(Stage.IN_CUSTOMS, released, fee))
        stages.append(Step(Stage.INLAND, free))
        return (*stages, *self._to_dock(number, left, free, self.chance.inland[number]))

    def rest(self, number: int, confirmed: int) -> tuple[Step, ...]:
        """The way of an order that left before the run, confirmed for a date: no stage of it is told."""
        return self._to_dock(number, 0, 0, confirmed + self._road.slip(number, left=0, usual=self.chance.slip))

    def lost(self, left: int, arrives: int) -> int | None:
        """When goods that are on their way over that time are lost; `None` if they arrive."""
        return self._road.lost(left, arrives)

    def come(self, number: int, units: int) -> tuple[int, int]:
        """Units that come of so many ordered, and how many of these are rejected."""
        return (units, 0) if self.chance.yields is None else self.chance.yields(number, units)

    def _to_dock(self, number: int, left: int, start: int, work: int) -> tuple[Step, ...]:
        arrives = self._road.passes(self._blocked.after(start, work))
        if self._road.detoured(left, arrives):
            arrives += self.chance.rebook[number]
        return (Step(None, arrives),)
