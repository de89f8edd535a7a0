"""Ledgers written by hand for tests of views and measures. Times are in days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

import numpy as np

from sim.ledger.ledger import Ledger, MoveRows, OrderRows, VisitRows, WaitRows
from sim.ledger.tables import (
    AnyTable,
    CancelRows,
    ContactRows,
    DateRows,
    NoticeRows,
    RegardRows,
    ReturnRows,
    ReviewRows,
    SizeRows,
    SwapRows,
    Terms,
)
from sim.ledger.work_tables import (
    AlarmRows,
    CountRows,
    DirectRows,
    ForecastRows,
    LostRows,
    ParcelRows,
    PurposeRows,
    RecordRows,
    ShortRows,
    StageRows,
)
from sim.measures.measure import measure
from sim.scenario.world import World
from sim.tape.tape import Visits
from sim.words import (
    DAY,
    FOREVER,
    Answer,
    Cause,
    Exit,
    Fate,
    Loss,
    Move,
    Notice,
    Purpose,
    Return,
    Slip,
    Stage,
    Turn,
    Wait,
)


def seconds(days: float) -> int:
    return round(days * DAY)


@dataclass(frozen=True)
class V:
    """A visit: when, how many units, and what became of it (`ended` days after it)."""

    at: float
    units: int
    fate: Fate
    ended: float = 0.0
    now: int | None = None
    window: tuple[float, float] | None = None
    exit: Exit = Exit.NONE
    patience: float | None = None
    stream: int = 0
    member: int = -1

    @property
    def sold(self) -> int:
        whole = self.units if self.fate is Fate.SERVED else 0
        return whole if self.now is None else self.now


@dataclass(frozen=True)
class W:
    """Something that happened to a waiting customer."""

    at: float
    visit: int
    event: Wait
    units: int


@dataclass(frozen=True)
class O:  # noqa: E742 - as short as its neighbours
    """A supply order; `initial` is one that was on its way when the run began."""

    placed: float
    posted: float | None
    units: int
    filled: float | None = None
    stock: int = 0
    lane: int = 0
    number: int | None = None
    arrived: float | None = None
    confirmed: float | None = None


@dataclass(frozen=True)
class M:
    """A movement of stock."""

    at: float
    event: Move
    units: int
    stock: int = 0
    order: int = 0


@dataclass(frozen=True)
class R:
    """Somebody comes again: which visit it follows, and what became of it."""

    before: int
    visit: V
    cause: Return = Return.DEFERRED


@dataclass(frozen=True)
class S:
    """Another product bought instead."""

    at: float
    visit: int
    stock: int
    units: int


@dataclass(frozen=True)
class N:
    """Something the shop saw or said; the window in days after it."""

    at: float
    visit: int
    kind: Notice
    window: tuple[float, float] | None = None
    answer: Answer = Answer.NONE


@dataclass(frozen=True)
class Book:
    """Something that parted the two books of a stock, or brought them together."""

    at: float
    kind: Slip
    physical: int = 0
    record: int = 0
    stock: int = 0
    about: int = -1


@dataclass(frozen=True)
class Box:
    """A parcel from a warehouse with stations."""

    visit: int
    units: int
    ready: float
    shipped: float | None
    crossed: bool = False
    stock: int = 0


@dataclass(frozen=True)
class More:
    """What most runs do not have. Rows of the other tables are as in the ledger, with times in days."""

    returns: Sequence[R] = ()
    swaps: Sequence[S] = ()
    notices: Sequence[N] = ()
    sizes: Sequence[tuple[int, int]] = ()
    cancels: Sequence[tuple[float, int]] = ()
    regard: Sequence[tuple[float, int, int, Cause, int, int]] = ()
    reviews: Sequence[tuple[float, int, int]] = ()
    contacts: Sequence[tuple[float, int, float, float]] = ()
    dates: Sequence[tuple[float, int, float]] = ()
    stages: Sequence[tuple[int, Stage, float, int]] = ()
    lost: Sequence[tuple[float, int, Loss]] = ()
    shorts: Sequence[tuple[int, int, int]] = ()
    records: Sequence[Book] = ()
    counts: Sequence[tuple[float, int, int]] = ()
    forecasts: Sequence[tuple[float, int, float, float]] = ()
    """When, for which stock, units per day and lead time."""
    alarms: Sequence[tuple[float, int]] = ()
    parcels: Sequence[Box] = ()
    direct: Sequence[tuple[float, int, int, int, float]] = ()
    purposes: Sequence[tuple[int, Purpose]] = ()
    terms: Terms = field(default_factory=Terms)


def postings(orders: Sequence[O]) -> list[M]:
    return [M(o.posted, Move.POSTED, o.units, o.stock, n) for n, o in enumerate(orders) if o.posted is not None]


def tape_visits(visits: Sequence[V]) -> Visits:
    n = len(visits)
    patience = [FOREVER if v.patience is None else seconds(v.patience) for v in visits]
    return Visits(
        time=np.array([seconds(v.at) for v in visits], dtype=np.int64),
        stream=np.array([v.stream for v in visits], dtype=np.int16),
        units=np.array([v.units for v in visits], dtype=np.int32),
        patience=np.array(patience, dtype=np.int32),
        whim=np.full(n, FOREVER, dtype=np.int32),
        accept=np.zeros(n, dtype=np.float32),
        exit=np.zeros(n, dtype=np.float32),
        member=np.array([v.member for v in visits], dtype=np.int32) if any(v.member >= 0 for v in visits) else None,
    )


def ledger_of(
    world: World,
    visits: Sequence[V],
    *,
    waits: Sequence[W] = (),
    orders: Sequence[O] = (),
    moves: Sequence[M] | None = None,
    opening: Sequence[int],
    closing: Sequence[int],
    more: More | None = None,
) -> Ledger:
    """A ledger of these facts; movements are the postings of the orders unless given."""
    moves = postings(orders) if moves is None else moves
    more = more or More()
    tape, visits = visits, [*visits, *(again.visit for again in more.returns)]
    waits, moves = sorted(waits, key=lambda w: w.at), sorted(moves, key=lambda m: m.at)
    return Ledger(
        opening=np.array(opening, dtype=np.int64),
        closing=np.array(closing, dtype=np.int64),
        visits=_visit_rows(visits),
        waits=_wait_rows(waits, tape),
        moves=_move_rows(moves, tape),
        orders=_order_rows(orders, tape),
        close=world.calendar.close,
        terms=more.terms,
        returns=_return_rows(more.returns, tape),
        swaps=_table(SwapRows, [_stamped(s.at, tape, s.visit, s.stock, s.units) for s in more.swaps]),
        sizes=_table(SizeRows, more.sizes),
        notices=_table(NoticeRows, [_notice(n, tape) for n in more.notices]),
        cancels=_table(CancelRows, [_stamped(at, tape, order) for at, order in more.cancels]),
        regard=_table(RegardRows, [(seconds(at), *rest) for at, *rest in more.regard]),
        reviews=_table(ReviewRows, [(seconds(at), *rest) for at, *rest in more.reviews]),
        contacts=_table(
            ContactRows, [(seconds(at), visit, _or_never(a), _or_never(b)) for at, visit, a, b in more.contacts]
        ),
        **_work_tables(more, tape),
    )


def _work_tables(more: More, tape: Sequence[V]) -> dict[str, Any]:
    """The tables of supply, records, planning and warehouse work."""

    def booked(b: Book) -> tuple[int, ...]:
        stamped = _stamped if b.about < 0 else _after_visit
        return stamped(b.at, tape, b.stock, b.kind, b.physical, b.record, b.about)

    def foreseen(at: float, stock: int, mean: float, lead: float) -> tuple[int, ...]:
        return _stamped(at, tape, stock, round(1e6 * mean), 0, seconds(lead), 0, 0, 0, 0)

    def packed(b: Box) -> tuple[int, ...]:
        shipped = -1 if b.shipped is None else seconds(b.shipped)
        return b.visit, b.stock, b.units, seconds(b.ready), shipped, shipped, b.crossed

    return {
        "dates": _table(DateRows, [_stamped(at, tape, order, seconds(due)) for at, order, due in more.dates]),
        "stages": _table(StageRows, [(order, stage, seconds(at), fee) for order, stage, at, fee in more.stages]),
        "lost": _table(LostRows, [_stamped(at, tape, order, loss) for at, order, loss in more.lost]),
        "shorts": _table(ShortRows, more.shorts),
        "records": _table(RecordRows, [booked(b) for b in more.records]),
        "counts": _table(CountRows, [_stamped(at, tape, *rest) for at, *rest in more.counts]),
        "forecasts": _table(ForecastRows, [foreseen(*row) for row in more.forecasts]),
        "alarms": _table(AlarmRows, [(seconds(at), stock, 0) for at, stock in more.alarms]),
        "parcels": _table(ParcelRows, [packed(b) for b in more.parcels]),
        "purposes": _table(PurposeRows, more.purposes),
        "direct": _table(
            DirectRows,
            [_after_visit(at, tape, visit, units, who, seconds(due)) for at, visit, units, who, due in more.direct],
        ),
    }


def _or_never(at: float) -> int:
    return -1 if at == NEVER else seconds(at)


def _seq(at: float, turn: Turn) -> int:
    """A stamp that puts facts in order of time, and those of one second in their turn."""
    return seconds(at) * 100 + turn


def _stamped(at: float, tape: Sequence[V], *row: int) -> tuple[int, ...]:
    return _seq(at, Turn.VISIT), sum(v.at < at for v in tape), seconds(at), *row


def _after_visit(at: float, tape: Sequence[V], *row: int) -> tuple[int, ...]:
    """A fact that a visit of the same second set off."""
    return _seq(at, Turn.VISIT), sum(v.at <= at for v in tape), seconds(at), *row


def _notice(n: N, tape: Sequence[V]) -> tuple[int, ...]:
    lo, hi = (-1, -1) if n.window is None else map(seconds, n.window)
    return _stamped(n.at, tape, n.visit, n.kind, lo, hi, n.answer)


def _return_rows(returns: Sequence[R], tape: Sequence[V]) -> ReturnRows:
    rows: list[tuple[int, ...]] = []
    for again in returns:
        intent = again.before if again.before < len(tape) else rows[again.before - len(tape)][3]
        rows.append(_stamped(again.visit.at, tape, intent, again.before, again.cause, again.visit.units))
    return _table(ReturnRows, rows)


def _table(kind: type[AnyTable], rows: Sequence[Sequence[int]]) -> AnyTable:
    columns = np.array(rows, dtype=np.int64).reshape(len(rows), len(fields(kind))).T
    return kind(*(np.ascontiguousarray(column) for column in columns))


def _visit_rows(visits: Sequence[V]) -> VisitRows:
    def column(values: list[Any], kind: type) -> Any:
        return np.array(values, dtype=kind)

    windows = [(-1, -1) if v.window is None else tuple(map(seconds, v.window)) for v in visits]
    return VisitRows(
        fate=column([v.fate for v in visits], np.int8),
        exit=column([v.exit for v in visits], np.int8),
        lo=column([lo for lo, _ in windows], np.int32),
        hi=column([hi for _, hi in windows], np.int32),
        ended=column([seconds(v.ended) for v in visits], np.int32),
        now=column([v.sold for v in visits], np.int32),
    )


def _seen(visits: Sequence[V], times: Sequence[float]) -> Any:
    return np.array([sum(v.at < at for v in visits) for at in times], dtype=np.int64)


def _wait_rows(waits: Sequence[W], visits: Sequence[V]) -> WaitRows:
    return WaitRows(
        seq=np.array([_seq(w.at, Turn.ALLOCATION) for w in waits], dtype=np.int64),
        seen=_seen(visits, [w.at for w in waits]),
        time=np.array([seconds(w.at) for w in waits], dtype=np.int64),
        visit=np.array([w.visit for w in waits], dtype=np.int64),
        event=np.array([w.event for w in waits], dtype=np.int8),
        units=np.array([w.units for w in waits], dtype=np.int32),
    )


def _move_rows(moves: Sequence[M], visits: Sequence[V]) -> MoveRows:
    return MoveRows(
        seq=np.array([_seq(m.at, Turn.POSTING) for m in moves], dtype=np.int64),
        seen=_seen(visits, [m.at for m in moves]),
        time=np.array([seconds(m.at) for m in moves], dtype=np.int64),
        stock=np.array([m.stock for m in moves], dtype=np.int32),
        event=np.array([m.event for m in moves], dtype=np.int8),
        units=np.array([m.units for m in moves], dtype=np.int32),
        order=np.array([m.order for m in moves], dtype=np.int64),
    )


def _order_rows(orders: Sequence[O], visits: Sequence[V]) -> OrderRows:
    def instants(values: list[float | None]) -> Any:
        return np.array([-1 if at is None else seconds(at) for at in values], dtype=np.int64)

    posted = instants([o.posted for o in orders])
    arrived = instants([o.posted if o.arrived is None else o.arrived for o in orders])
    confirmed = instants([o.posted if o.confirmed is None else o.confirmed for o in orders])
    filled = instants([o.placed if o.filled is None else o.filled for o in orders])
    filled = np.where(np.array([o.filled == NEVER for o in orders], dtype=bool), -1, filled)
    numbers = [n if o.number is None else o.number for n, o in enumerate(orders)]
    return OrderRows(
        seq=np.arange(2000, 2000 + len(orders), dtype=np.int64),
        seen=_seen(visits, [o.placed for o in orders]),
        lane=np.array([o.lane for o in orders], dtype=np.int32),
        number=np.array(numbers, dtype=np.int32),
        stock=np.array([o.stock for o in orders], dtype=np.int32),
        units=np.array([o.units for o in orders], dtype=np.int32),
        placed=instants([o.placed for o in orders]),
        filled=filled,
        left=filled,
        confirmed=confirmed,
        arrived=arrived,
        posted=posted,
    )


NEVER = -1.0
"""As `filled`: the source had not filled the order by the close."""


def one_shop(*, calendar: dict[str, str], costs: dict[str, Any] | None = None, **changes: Any) -> World:
    """One product, one warehouse, one supplier, one stream of customers."""
    return World.model_validate(
        {
            "calendar": calendar,
            "products": {"mug": {"price": 10, "unit_cost": 6, "salvage": "50 %"}},
            "suppliers": {"factory": {}},
            "warehouses": {"main": {"picking": "12 h", "last_mile": "12 h"}},
            "lanes": [{"from": "factory", "to": "main", "lead_time": "3 d"}],
            "customers": {"shoppers": {"buys": "mug", "from": "main", "visits": "1/d"}},
            "costs": costs or {},
            **changes,
        }
    )


TEN_DAYS_COSTS = {
    "holding": "0.1/d",
    "capital": "0.365/yr",
    "ordering": 2,
    "ordering_unit": 0.5,
    "backorder": 1,
    "backlog": "0.2/d",
    "contact": 3,
    "contacts_per_order": 0.1,
    "contacts_waiting": "0.05/d",
    "cancellation": 2,
}


def ten_days() -> tuple[World, Ledger, Visits]:
    """Ten measured days, [1, 11) of 13, in which every fate occurs; delivery takes a day after allocation."""
    world = one_shop(calendar={"warm_up": "1 d", "measure": "10 d", "run_out": "2 d"}, costs=TEN_DAYS_COSTS)
    visits = [
        V(0.5, 1, Fate.SERVED, ended=1),
        V(2, 2, Fate.SERVED, ended=1),
        V(3, 2, Fate.FULFILLED, ended=3, window=(2, 4), patience=5),
        V(4, 1, Fate.OUT_OF_STOCK, exit=Exit.COMPETITOR),
        V(4.5, 1, Fate.BALKED, window=(3, 5), exit=Exit.DEFER),
        V(6, 3, Fate.FULFILLED, ended=7, now=1, window=(1, 2), patience=6),
        V(7, 1, Fate.RENEGED, ended=3, window=(1, 3), exit=Exit.ABANDON),
        V(8, 1, Fate.CHANGED_MIND, ended=1.5, window=(1, 3), exit=Exit.COMPETITOR),
        V(10.5, 1, Fate.PENDING, ended=2.5, window=(0, 1)),
        V(10.8, 0, Fate.SERVED, ended=1),
    ]
    waits = [
        W(5, 2, Wait.GRANTED, 2),
        W(9, 5, Wait.GRANTED, 1),
        W(9.5, 7, Wait.CHANGED_MIND, 1),
        W(10, 6, Wait.RENEGED, 1),
        W(12, 5, Wait.GRANTED, 1),
    ]
    orders = [O(2, 5, 3), O(6, 9, 1), O(8, 12, 1), O(11.5, None, 4)]
    ledger = ledger_of(world, visits, waits=waits, orders=orders, opening=[3], closing=[0])
    return world, ledger, tape_visits(visits)


@cache
def ten_days_measured() -> dict[tuple[str, str], float]:
    return measure(*ten_days())


def remembered() -> tuple[World, Ledger, Visits]:
    """Twenty measured days of thirty in which customers return, remember, ask, review, and are told of delays."""
    world = one_shop(
        calendar={"measure": "20 d", "run_out": "10 d"},
        products={"mug": {"price": 10, "unit_cost": 6, "substitutes": {"cup": 0.5}}, "cup": {"price": 9}},
        panel={"members": 10},
        memory={"half_life": "28 d"},
        reputation={"prior": 2, "prior_stars": 4.5, "memory": "15 d"},
        support={"agents": 1, "answer": "12 h"},
    )
    visits = [
        V(1, 1, Fate.SERVED, ended=1, member=0),
        V(2, 1, Fate.ABSENT, member=0),
        V(3, 1, Fate.OUT_OF_STOCK, exit=Exit.DEFER, member=1),
        V(4, 1, Fate.OUT_OF_STOCK, exit=Exit.NOTIFY),
        V(5, 1, Fate.OUT_OF_STOCK, exit=Exit.NOTIFY),
        V(6, 1, Fate.OUT_OF_STOCK, exit=Exit.SUBSTITUTE),
        V(7, 1, Fate.FULFILLED, ended=9, window=(2, 4), member=2),
        V(8, 1, Fate.NO_INTENT),
        V(9, 1, Fate.NO_CONSENT, ended=8, window=(1, 5), exit=Exit.COMPETITOR, member=2),
        V(10, 1, Fate.SELLER_CANCELLED, ended=6, window=(1, 3), exit=Exit.ABANDON),
        V(18, 1, Fate.SERVED, ended=1),
        V(19, 1, Fate.PENDING, ended=11, window=(1, 30)),
    ]
    more = More(
        returns=[
            R(2, V(8, 1, Fate.SERVED, ended=1)),
            R(3, V(10, 1, Fate.OUT_OF_STOCK, exit=Exit.COMPETITOR), Return.NOTIFIED),
            R(4, V(11, 1, Fate.SERVED, ended=1), Return.NOTIFIED),
        ],
        swaps=[S(6, 5, 1, 1)],
        notices=[
            N(8, 6, Notice.AT_RISK, (1, 5)),
            N(9, 6, Notice.DELAY, (1, 5), Answer.STAYS),
            N(10, 3, Notice.RESTOCK),
            N(10, 4, Notice.RESTOCK),
            N(15, 8, Notice.CONSENT, (20, 40)),
        ],
        regard=[
            (2, 0, 0, Cause.ON_TIME, 5_000, 5_000),
            (16, 2, 6, Cause.SHORT_WAIT, -100_000, -100_000),
            (18, 1, 2, Cause.DROPPED_OUT, 0, 4_000),
        ],
        reviews=[(2, 0, 48), (17, 8, 15)],
        contacts=[(2, 0, 2, 2.5), (12, 6, 12.5, 13), (29, 11, NEVER, NEVER)],
    )
    waits = [
        W(15, 6, Wait.GRANTED, 1),
        W(16, 9, Wait.SELLER_CANCELLED, 1),
        W(17, 8, Wait.NO_CONSENT, 1),
    ]
    orders = [O(1, 7.5, 2), O(5, 15, 2)]
    ledger = ledger_of(world, visits, waits=waits, orders=orders, opening=[1, 3], closing=[0, 2], more=more)
    return world, ledger, tape_visits(visits)


@cache
def remembered_measured() -> dict[tuple[str, str], float]:
    return measure(*remembered())


def troubled() -> tuple[World, Ledger, Visits]:
    """Seven measured weeks in which supply slips and is lost, records err, and a shelf is bare without anybody knowing.

    The shop is filled by a cheap factory, by a dear one near by for rush orders, and by a sister warehouse.
    """
    world = one_shop(
        calendar={"measure": "49 d", "run_out": "7 d"},
        suppliers={
            "factory": {"deposit": 0.5},
            "near": {"unit_costs": {"mug": 8}, "drop_ship": {"takes": "2 d", "parcel": 4}},
        },
        warehouses={
            "main": {
                "delivers": "8 h",
                "work": {"opens": "8 h", "closes": "16 h", "days": ["mon", "tue", "wed", "thu", "fri"],
                         "pick": {"rate": "1/h"}},
                "fees": {"order": 1.5, "storage": "0.1/d", "fixed": "1/d"},
            },
            "sister": {},
        },
        lanes=[
            {"from": "factory", "to": "main", "lead_time": "7 d"},
            {"from": "near", "to": "main", "lead_time": "2 d"},
            {"from": "sister", "to": "main", "lead_time": "1 d"},
            {"from": "factory", "to": "sister", "lead_time": "7 d"},
        ],
        disruptions=[{"kind": "supplier_down", "supplier": "factory", "at": "7 d", "lasts": "5 d"}],
        costs={"fulfilment": 2, "inbound_unit": 0.5, "sorting_unit": 0.25, "counting": 2, "counting_unit": 0.3,
               "mispick": 47, "automation": "2/d"},
    )  # fmt: skip
    visits = [
        V(1, 2, Fate.SERVED, ended=0.25),
        V(3, 3, Fate.SERVED, ended=0.5),
        V(8, 4, Fate.SERVED, ended=0.25),
        V(9, 1, Fate.FULFILLED, ended=3.75, window=(1, 1)),
        V(9.5, 2, Fate.SELLER_CANCELLED, exit=Exit.COMPETITOR),
        V(10, 2, Fate.OUT_OF_STOCK, exit=Exit.COMPETITOR),
        V(13, 2, Fate.SERVED, ended=0.25),
        V(20, 4, Fate.SERVED, ended=0.25),
        V(25.5, 3, Fate.SERVED, ended=0.25),
        V(28, 5, Fate.SERVED, ended=0.25),
        V(31, 3, Fate.FULFILLED, ended=2, window=(3, 3)),
        V(40, 1, Fate.PENDING, ended=16, now=1),
    ]
    orders = [
        O(2, 12, 10, arrived=11.5, confirmed=8, number=0),
        O(24, 26, 5, lane=1, number=0),
        O(24, None, 10, filled=NEVER, confirmed=34, number=1),
        O(24, 25, 3, lane=2, number=0),
    ]
    moves = [
        M(11.75, Move.CROSSED, 1),
        M(12, Move.POSTED, 7),
        M(24, Move.ISSUED, 3, stock=1, order=3),
        M(25, Move.POSTED, 3, order=3),
        M(26, Move.POSTED, 5, order=1),
    ]
    sent = [(0, 2, 1, 1.25), (1, 3, 3, 3.5), (2, 4, 8, 8.25), (6, 2, 13, 13.25), (7, 4, 20, 20.25), (8, 3, 25.5, 25.75)]
    more = More(
        dates=[(7, 0, 12), (11, 0, 11.5)],
        stages=[(0, Stage.SAILED, 3, 0), (0, Stage.IN_CUSTOMS, 10, 5000), (0, Stage.INLAND, 11, 0)],
        lost=[(30, 2, Loss.SUPPLIER_GONE)],
        shorts=[(0, 9, 1)],
        notices=[N(9, 3, Notice.FORCED)],
        records=[
            Book(5, Slip.SHRINK, -1),
            Book(9, Slip.PICK_FAILED, 0, -1, about=3),
            Book(9.5, Slip.OVERSOLD, about=4),
            Book(13, Slip.MISPICK_UNITS, -1, about=6),
            Book(24, Slip.COUNTED, 0, -1),
            Book(29, Slip.FOUND, 2),
            Book(30, Slip.COUNTED, 0, 2),
            Book(35, Slip.DESTROYED, -1, -1, stock=1),
        ],
        counts=[(24, 0, 0), (30, 0, 2)],
        forecasts=[(0, 0, 1, 7), (21, 0, 0.5, 7)],
        alarms=[(6.5, 0), (10, 1), (14, 0)],
        parcels=[
            *(Box(*each) for each in sent),
            Box(3, 1, 11.75, 12.75, crossed=True),
            Box(9, 5, 28, 28.25),
            Box(11, 1, 40, None),
        ],
        direct=[(31, 10, 3, 1, 33)],
        purposes=[(1, Purpose.RUSH), (3, Purpose.FETCH)],
        terms=Terms(automated=True),
    )
    waits = [W(11.75, 3, Wait.GRANTED, 1)]
    ledger = ledger_of(
        world, visits, waits=waits, orders=orders, moves=moves, opening=[10, 8], closing=[1, 4], more=more
    )
    return world, ledger, tape_visits(visits)


@cache
def troubled_measured() -> dict[tuple[str, str], float]:
    return measure(*troubled())
