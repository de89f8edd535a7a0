"""Whole runs written by hand for tests of the audit: world, levers, tape and ledger. Times are in days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.errors import AuditError
from sim.ledger.audit import audit
from sim.ledger.ledger import Ledger, MoveRows, OrderRows, VisitRows, WaitRows
from sim.scenario.policies import Levers
from sim.scenario.world import World
from sim.tape.closures import Closures
from sim.tape.dice import dice_of, die_of
from sim.tape.keyed import ConstantDraws, KeyedDraws
from sim.tape.streams import Streams
from sim.tape.tape import LaneChance, Tape, Visits
from sim.words import DAY, FOREVER, Exit, Fate, Move, Wait


def seconds(days: float) -> int:
    return round(days * DAY)


@dataclass(frozen=True)
class Visit:
    """A visit and what became of it; `window` and `ended` count from the visit."""

    at: float
    fate: Fate
    patience: float | None = None
    window: tuple[float, float] | None = None
    ended: float = 0
    exit: Exit = Exit.NONE
    units: int = 1

    @property
    def now(self) -> int:
        return self.units if self.fate is Fate.SERVED else 0


@dataclass(frozen=True)
class Order:
    """The placing of a supply order; `seen` counts the visits up to and with the one that set it off. It arrives when
    it is posted; `None` is after the close."""

    at: float
    seen: int
    units: int
    filled: float
    confirmed: float
    posted: float | None
    lane: int = 0
    stock: int = 0


@dataclass(frozen=True)
class Waited:
    """Something that happened to a customer who waits."""

    at: float
    event: Wait
    visit: int
    units: int = 1


@dataclass(frozen=True)
class Moved:
    """A movement of all units of an order."""

    at: float
    event: Move
    order: int
    stock: int = 0
    seen: int | None = None
    """As for an order, where a visit of its second set it off."""


Fact = Order | Waited | Moved


@dataclass(frozen=True)
class Run:
    """All that an audit looks at."""

    world: World
    levers: Levers
    tape: Tape
    ledger: Ledger

    @property
    def args(self) -> tuple[World, Levers, Tape, Ledger]:
        return self.world, self.levers, self.tape, self.ledger

    def told(self, column: str, row: int, value: float) -> Run:
        """The same run, but one number of its ledger is another."""
        return replace(self, ledger=told(self.ledger, column, row, value))


def broken_by(run: Run) -> set[str]:
    """The names of the laws that a run breaks."""
    try:
        audit(*run.args)
    except AuditError as error:
        return {line.split(":")[0] for line in str(error).splitlines()[1:] if not line.startswith(" ")}
    return set()


def told(ledger: Ledger, column: str, row: int, value: float) -> Ledger:
    """The ledger with another number in one row of a column, such as `visits.now`."""
    *table, name = column.split(".")
    rows = getattr(ledger, table[0]) if table else ledger
    values = getattr(rows, name).copy()
    values[row] = value
    changed = replace(rows, **{name: values})
    return replace(ledger, **{table[0]: changed}) if table else changed


def run_of(
    world: World,
    levers: Levers,
    visits: Sequence[Visit],
    facts: Sequence[Fact],
    *,
    opening: Sequence[int],
    closing: Sequence[int],
    lanes: Sequence[tuple[float, KeyedDraws]],
) -> Run:
    """A run of these visits and facts, in their order; `lanes` gives lead time and slips."""
    still = (Closures(),) * len(lanes)
    streams = Streams(seed=1, replication=0)
    tape = Tape(
        seed=1,
        replication=0,
        visits=_tape_visits(visits),
        lanes=tuple(LaneChance(ConstantDraws(seconds(lead)), slip) for lead, slip in lanes),
        unit_times={},
        down={name: Closures() for name in world.suppliers},
        refusing={name: Closures() for name in world.suppliers},
        blocked=still,
        shut=still,
        dice=tuple(dice_of(name, streams) for name in world.customers),
        member_dice=dice_of("panel", streams),
        warned=tuple(die_of(streams.claim(f"warned/{number}")) for number in range(len(lanes))),
    )
    ledger = Ledger(
        opening=np.array(opening, dtype=np.int64),
        closing=np.array(closing, dtype=np.int64),
        visits=_visit_rows(visits),
        waits=_wait_rows(visits, facts),
        moves=_move_rows(visits, facts),
        orders=_order_rows(facts),
        close=world.calendar.close,
    )
    return Run(world, levers, tape, ledger)


def _column(values: Sequence[Any], kind: type = np.int64) -> Any:
    return np.array(list(values), dtype=kind)


def _instants(values: Sequence[float | None]) -> Any:
    return _column([-1 if at is None else seconds(at) for at in values])


def _tape_visits(visits: Sequence[Visit]) -> Visits:
    return Visits(
        time=_instants([v.at for v in visits]),
        stream=_column([0 for _ in visits], np.int16),
        units=_column([v.units for v in visits], np.int32),
        patience=_column([FOREVER if v.patience is None else seconds(v.patience) for v in visits], np.int32),
        whim=_column([FOREVER for _ in visits], np.int32),
        accept=_column([0 for _ in visits], np.float32),
        exit=_column([0 for _ in visits], np.float32),
    )


def _visit_rows(visits: Sequence[Visit]) -> VisitRows:
    windows = [(-1, -1) if v.window is None else tuple(map(seconds, v.window)) for v in visits]
    return VisitRows(
        fate=_column([v.fate for v in visits], np.int8),
        exit=_column([v.exit for v in visits], np.int8),
        lo=_column([lo for lo, _ in windows], np.int32),
        hi=_column([hi for _, hi in windows], np.int32),
        ended=_column([seconds(v.ended) for v in visits], np.int32),
        now=_column([v.now for v in visits], np.int32),
    )


def _seen(visits: Sequence[Visit], fact: Waited | Moved) -> int:
    """Visits before a fact; those of its second come after it."""
    stated = fact.seen if isinstance(fact, Moved) else None
    return sum(visit.at < fact.at for visit in visits) if stated is None else stated


def _wait_rows(visits: Sequence[Visit], facts: Sequence[Fact]) -> WaitRows:
    rows = [(seq, fact) for seq, fact in enumerate(facts) if isinstance(fact, Waited)]
    return WaitRows(
        seq=_column([seq for seq, _ in rows]),
        seen=_column([_seen(visits, fact) for _, fact in rows]),
        time=_instants([fact.at for _, fact in rows]),
        visit=_column([fact.visit for _, fact in rows]),
        event=_column([fact.event for _, fact in rows], np.int8),
        units=_column([fact.units for _, fact in rows], np.int32),
    )


def _move_rows(visits: Sequence[Visit], facts: Sequence[Fact]) -> MoveRows:
    rows = [(seq, fact) for seq, fact in enumerate(facts) if isinstance(fact, Moved)]
    orders = [fact for fact in facts if isinstance(fact, Order)]
    return MoveRows(
        seq=_column([seq for seq, _ in rows]),
        seen=_column([_seen(visits, fact) for _, fact in rows]),
        time=_instants([fact.at for _, fact in rows]),
        stock=_column([fact.stock for _, fact in rows], np.int32),
        event=_column([fact.event for _, fact in rows], np.int8),
        units=_column([orders[fact.order].units for _, fact in rows], np.int32),
        order=_column([fact.order for _, fact in rows]),
    )


def _order_rows(facts: Sequence[Fact]) -> OrderRows:
    rows = [(seq, fact) for seq, fact in enumerate(facts) if isinstance(fact, Order)]
    orders = [fact for _, fact in rows]
    earlier = [sum(other.lane == order.lane for other in orders[:row]) for row, order in enumerate(orders)]
    return OrderRows(
        seq=_column([seq for seq, _ in rows]),
        seen=_column([order.seen for order in orders]),
        lane=_column([order.lane for order in orders], np.int32),
        number=_column(earlier, np.int32),
        stock=_column([order.stock for order in orders], np.int32),
        units=_column([order.units for order in orders], np.int32),
        placed=_instants([order.at for order in orders]),
        filled=_instants([order.filled for order in orders]),
        left=_instants([order.filled for order in orders]),
        confirmed=_instants([order.confirmed for order in orders]),
        arrived=_instants([order.posted for order in orders]),
        posted=_instants([order.posted for order in orders]),
    )
