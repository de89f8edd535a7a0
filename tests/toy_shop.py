"""A depot and a shop simulated second by second, with every truth counted as it happens: the oracle for measures.

A customer or a claim in the queue is one dictionary; time passes in seconds; nothing here is shared with `sim` but
the shape of its tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.ledger.ledger import Ledger
from sim.scenario.world import World
from sim.tape.tape import Visits
from sim.words import DAY, FOREVER, Exit, Fate, Move, Wait
from tests.ledgers import NEVER, M, O, V, W, ledger_of, tape_visits

WARM_UP, MEASURE, RUN_OUT = 10, 30, 10
CLOSE = WARM_UP + MEASURE + RUN_OUT
DEPOT, SHOP = 0, 1


@cache
def toy_world() -> World:
    return World.model_validate(
        {
            "calendar": {"warm_up": f"{WARM_UP} s", "measure": f"{MEASURE} s", "run_out": f"{RUN_OUT} s"},
            "products": {"mug": {"price": 10, "unit_cost": 6, "salvage": "50 %"}},
            "suppliers": {"factory": {}},
            "warehouses": {"depot": {}, "shop": {}},
            "lanes": [
                {"from": "factory", "to": "depot", "lead_time": "3 s"},
                {"from": "depot", "to": "shop", "lead_time": "2 s"},
            ],
            "customers": {
                "street": {"buys": "mug", "from": "shop", "visits": "1/d", "price": 12},
                "online": {"buys": "mug", "from": "depot", "visits": "1/d"},
            },
            "costs": {
                "holding": "0.1/s", "capital": "0.01/s", "ordering": 2, "ordering_unit": 0.5, "backorder": 1,
                "backlog": "0.2/s", "contact": 3, "contacts_waiting": "0.05/s", "cancellation": 2,
            },
        }
    )  # fmt: skip


STOCK_OF_STREAM = (SHOP, DEPOT)


@dataclass(frozen=True)
class Wish:
    """One visit: its mood is what it does when the shelf is short."""

    at: int
    stream: int
    units: int
    mood: str
    patience: int


@dataclass(frozen=True)
class Plan:
    opening: tuple[int, int]
    wishes: Sequence[Wish]
    supply: Sequence[tuple[int, int, int]]
    """Orders to the factory: placed, seconds until posted, units."""
    claims: Sequence[tuple[int, int]]
    """Orders of the shop at the depot: placed, units."""


wishes = st.builds(
    Wish,
    at=st.integers(0, WARM_UP + MEASURE - 1),
    stream=st.integers(0, 1),
    units=st.integers(0, 3),
    mood=st.sampled_from(["join", "join", "join partly", "balk", "leave", "leave partly"]),
    patience=st.integers(1, 15) | st.just(FOREVER),
)
plans = st.builds(
    Plan,
    opening=st.tuples(st.integers(0, 5), st.integers(0, 5)),
    wishes=st.lists(wishes, max_size=25),
    supply=st.lists(st.tuples(st.integers(0, CLOSE - 1), st.integers(1, 12), st.integers(1, 6)), max_size=8),
    claims=st.lists(st.tuples(st.integers(0, CLOSE - 1), st.integers(1, 4)), max_size=6),
)


def for_any_plan(check: Callable[[Plan], None]) -> Callable[[], None]:
    """A test of one claim on forty plans."""
    claim: Callable[[], None] = settings(max_examples=40, deadline=None)(given(plans)(check))
    return claim


@dataclass
class Toy:
    """The state of the toy, and what happened."""

    plan: Plan
    on_hand: list[int] = field(init=False)
    queue: list[dict[str, int]] = field(default_factory=list)
    visits: list[V] = field(default_factory=list)
    waits: list[W] = field(default_factory=list)
    moves: list[M] = field(default_factory=list)
    orders: list[O] = field(default_factory=list)
    coming: list[tuple[int, int, int, int]] = field(default_factory=list)
    truth: dict[str, list[list[int]]] = field(default_factory=dict)
    """By quantity and stock, its value in every second."""
    waited: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    """Of every unit that stopped waiting: stock, whether a customer's, visit or -1, from, until."""

    def __post_init__(self) -> None:
        self.on_hand = list(self.plan.opening)
        names = ("on_hand", "on_order", "backlog", "position")
        self.truth = {name: [[], []] for name in names}
        self.wishes = sorted(self.plan.wishes, key=lambda wish: wish.at)

    def run(self) -> Toy:
        for now in range(CLOSE):
            self.post(now)
            self.allocate(now)
            self.expire(now)
            self.order(now)
            for number, wish in enumerate(self.wishes):
                if wish.at == now:
                    self.visit(now, number, wish)
            self.count()
        for item in self.queue:
            self.note(item, item["units"], CLOSE)
            if item["visit"] >= 0:
                self.settle(item["visit"], Fate.PENDING, CLOSE)
        return self

    def post(self, now: int) -> None:
        for at, order, stock, units in [c for c in self.coming if c[0] == now]:
            self.on_hand[stock] += units
            self.moves.append(M(at / DAY, Move.POSTED, units, stock, order))
            self.orders[order] = replace(self.orders[order], posted=now / DAY)
            self.coming.remove((at, order, stock, units))

    def allocate(self, now: int) -> None:
        for item in list(self.queue):
            units = min(item["units"], self.on_hand[item["stock"]])
            if item["visit"] < 0 and units == item["units"]:
                self.queue.remove(item)
                self.note(item, units, now)
                self.issue(now, item["order"], units)
            elif item["visit"] >= 0 and units:
                self.on_hand[item["stock"]] -= units
                self.waits.append(W(now / DAY, item["visit"], Wait.GRANTED, units))
                self.note(item, units, now)
                item["units"] -= units
                if not item["units"]:
                    self.queue.remove(item)
                    self.settle(item["visit"], Fate.FULFILLED, now)

    def expire(self, now: int) -> None:
        for item in [i for i in self.queue if i["leaves"] == now]:
            self.queue.remove(item)
            self.waits.append(W(now / DAY, item["visit"], Wait.RENEGED, item["units"]))
            self.note(item, item["units"], now)
            self.settle(item["visit"], Fate.RENEGED, now)

    def order(self, now: int) -> None:
        for _, lasts, units in [s for s in self.plan.supply if s[0] == now]:
            self.orders.append(O(now / DAY, None, units, stock=DEPOT, lane=0, number=self._next(0)))
            self.coming.append((now + lasts, len(self.orders) - 1, DEPOT, units))
        for _, units in [c for c in self.plan.claims if c[0] == now]:
            order = O(now / DAY, None, units, filled=NEVER, stock=SHOP, lane=1, number=self._next(1))
            self.orders.append(order)
            if units <= self.on_hand[DEPOT]:
                self.issue(now, len(self.orders) - 1, units)
            else:
                item = {"stock": DEPOT, "visit": -1, "order": len(self.orders) - 1, "units": units}
                self.queue.append({**item, "since": now, "leaves": FOREVER})

    def issue(self, now: int, order: int, units: int) -> None:
        self.on_hand[DEPOT] -= units
        self.moves.append(M(now / DAY, Move.ISSUED, units, DEPOT, order))
        self.orders[order] = replace(self.orders[order], filled=now / DAY)
        self.coming.append((now + 2, order, SHOP, units))

    def visit(self, now: int, number: int, wish: Wish) -> None:
        stock = STOCK_OF_STREAM[wish.stream]
        there = self.on_hand[stock]
        fates = {"join": Fate.PENDING, "balk": Fate.BALKED, "leave": Fate.OUT_OF_STOCK}
        fate = Fate.SERVED if wish.units <= there else fates[wish.mood.split()[0]]
        sold = wish.units if fate is Fate.SERVED else there * ("partly" in wish.mood)
        self.on_hand[stock] -= sold
        visit = V(now / DAY, wish.units, fate, now=sold, patience=wish.patience / DAY, stream=wish.stream)
        shown = (1 / DAY, 3 / DAY) if fate in (Fate.PENDING, Fate.BALKED) else None
        gone = fate in (Fate.BALKED, Fate.OUT_OF_STOCK)
        self.visits.append(replace(visit, window=shown, exit=Exit.DEFER if gone else Exit.NONE))
        if fate is Fate.PENDING:
            item = {"stock": stock, "visit": number, "order": -1, "units": wish.units - sold}
            self.queue.append({**item, "since": now, "leaves": now + wish.patience})

    def settle(self, visit: int, fate: Fate, now: int) -> None:
        where = Exit.COMPETITOR if fate is Fate.RENEGED else Exit.NONE
        ended = now / DAY - self.visits[visit].at
        self.visits[visit] = replace(self.visits[visit], fate=fate, ended=ended, exit=where)

    def note(self, item: dict[str, int], units: int, now: int) -> None:
        entry = (item["stock"], int(item["visit"] >= 0), item["visit"], item["since"], now)
        self.waited.extend([entry] * units)

    def count(self) -> None:
        for stock in (DEPOT, SHOP):
            on_order = sum(o.units for o in self.orders if o.stock == stock and o.posted is None)
            backlog = sum(i["units"] for i in self.queue if i["stock"] == stock)
            on_hand = self.on_hand[stock]
            values = (on_hand, on_order, backlog, on_hand + on_order - backlog)
            for series, value in zip(self.truth.values(), values, strict=True):
                series[stock].append(value)

    def tables(self) -> tuple[World, Ledger, Visits]:
        world = toy_world()
        ledger = ledger_of(
            world, self.visits, waits=self.waits, orders=self.orders, moves=self.moves,
            opening=self.plan.opening, closing=self.on_hand,
        )  # fmt: skip
        return world, ledger, tape_visits(self.visits)

    def _next(self, lane: int) -> int:
        return sum(o.lane == lane for o in self.orders)
