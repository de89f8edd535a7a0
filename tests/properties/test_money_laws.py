"""Laws of money on a depot and a shop simulated second by second: lines add up, layers are units, books balance."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.ledger.ledger import Ledger
from sim.ledger.tables import Terms
from sim.ledger.views import Views
from sim.measures.accounts import WORKING_CAPITAL, Accounts
from sim.measures.cost_layers import Drawn
from sim.measures.journal import Account
from sim.measures.measure import measure
from sim.measures.profit_lines import INCOME, LINES
from sim.scenario.world import World
from sim.words import Fate, Move, Wait
from tests.toy_shop import CLOSE, DEPOT, SHOP, STOCK_OF_STREAM, WARM_UP, Plan, Toy, plans, toy_world

DUTY, FREIGHT, DEPOSIT, TERMS, REFUND = 0.25, (0.5, 0.75), 0.3, 4, 3
COSTS = {
    "holding": "0.1/s", "holding_of_value": "0.02/s", "capital": "0.01/s", "capital_on": "working_capital",
    "ordering": 2, "ordering_unit": 0.5, "backorder": 1, "backlog": "0.2/s", "contact": 3, "contacts_per_order": 0.5,
    "contacts_waiting": "0.05/s", "cancellation": 2, "fulfilment": 1.5, "split_parcel": 0.75, "payment": 0.03,
    "payment_fixed": 0.3, "inbound_unit": 0.4, "acquisition": 0.6, "mail": 0.01, "fixed": "1/s",
    "refund_delay": f"{REFUND} s",
}  # fmt: skip
CHANGES = [
    {"product": "mug", "at": "3 s", "price": 11, "unit_cost": 7},
    {"product": "mug", "at": "15 s", "price": 9, "unit_cost": 8.5},
]
COST_OF_LINE = {
    "holding_cost": ("holding", "holding_of_value"),
    "ordering_cost": ("ordering", "ordering_unit"),
    "backorder_cost": ("backorder",),
    "backlog_cost": ("backlog",),
    "support_cost": ("contact",),
    "mail_cost": ("mail",),
    "cancellation_cost": ("cancellation",),
    "fulfilment_cost": ("fulfilment",),
    "split_parcel_cost": ("split_parcel",),
    "payment_fees": ("payment", "payment_fixed"),
    "inbound_cost": ("inbound_unit",),
    "acquisition_cost": ("acquisition",),
    "fixed_cost": ("fixed",),
}
MEMOS = ("lost_margin", "competitor_margin", "lifetime_lost")
PURE = Terms(ahead=0.4, price_lock=False, mails_every=2)
terms = st.builds(
    Terms, ahead=st.sampled_from([0.0, 0.4, 1.0]), price_lock=st.booleans(), mails_every=st.sampled_from([0, 2])
)
often = settings(max_examples=60, deadline=None)


def dear_world(*, calendar: dict[str, str] | None = None, **costs: Any) -> World:
    """The toy's world with every cost, duty, freight, suppliers' terms, and prices that change."""
    raw = toy_world().model_dump(mode="json", by_alias=True)
    raw["costs"] = {**COSTS, **costs}
    raw["price_changes"] = CHANGES
    raw["suppliers"]["factory"] |= {"deposit": DEPOSIT, "terms": f"{TERMS} s"}
    for lane, freight in zip(raw["lanes"], FREIGHT, strict=True):
        lane |= {"freight": freight, "duty": DUTY if lane["from"] == "factory" else 0}
    raw["calendar"] = calendar or raw["calendar"]
    return World.model_validate(raw)


def told(plan: Plan, terms: Terms) -> tuple[Ledger, Any]:
    _, ledger, visits = Toy(plan).run().tables()
    return replace(ledger, terms=terms), visits


def accounts_of(plan: Plan, terms: Terms, world: World | None = None) -> Accounts:
    ledger, visits = told(plan, terms)
    return Accounts(Views(world or dear_world(), ledger, visits))


def measured(plan: Plan, terms: Terms, world: World) -> dict[tuple[str, str], float]:
    return measure(world, *told(plan, terms))


# Layers


def draws(ledger: Ledger, visits: Any) -> list[tuple[tuple[int, ...], int, Drawn, int, int, int]]:
    """All units that left, in the order of the facts: key, stock, kind, row, units, supply order."""
    waits, moves = ledger.waits, ledger.moves
    rows = [
        ((int(visits.time[n]), 2 * n + 1, 0), STOCK_OF_STREAM[visits.stream[n]], Drawn.SOLD, n, int(now), -1)
        for n, now in enumerate(ledger.visits.now)
    ]
    for n in np.flatnonzero(waits.event == Wait.GRANTED).tolist():
        key = int(waits.time[n]), 2 * int(waits.seen[n]), int(waits.seq[n])
        stock = STOCK_OF_STREAM[visits.stream[waits.visit[n]]]
        rows.append((key, stock, Drawn.GRANTED, n, int(waits.units[n]), -1))
    for n in np.flatnonzero(moves.event == Move.ISSUED).tolist():
        key = int(moves.time[n]), 2 * int(moves.seen[n]), int(moves.seq[n])
        rows.append((key, int(moves.stock[n]), Drawn.ISSUED, n, int(moves.units[n]), int(moves.order[n])))
    return sorted(rows)


def replayed(ledger: Ledger, visits: Any) -> tuple[dict[tuple[Drawn, int], float], list[deque[float]]]:
    """Unit by unit: the cost of every row that took units, and what is left in each stock."""
    shelves = [deque([6.0] * int(units)) for units in ledger.opening]
    carried: dict[int, list[float]] = {}
    arrivals = np.flatnonzero(ledger.moves.event == Move.POSTED)
    posted = list(zip(ledger.moves.time[arrivals].tolist(), ledger.moves.order[arrivals].tolist(), strict=True))
    costs = {}

    def post_until(time: float) -> None:
        while posted and posted[0][0] <= time:
            _, order = posted.pop(0)
            shelves[ledger.orders.stock[order]].extend(landed(ledger, order, carried))

    for key, stock, kind, row, units, order in draws(ledger, visits):
        post_until(key[0])
        taken = [shelves[stock].popleft() for _ in range(units)]
        costs[kind, row] = sum(taken)
        if order >= 0:
            carried[order] = taken
    post_until(inf)
    return costs, shelves


def bought(ledger: Ledger, order: int) -> float:
    """Cost of a unit at the factory on the day of its order."""
    day = int(ledger.orders.placed[order]) - WARM_UP
    return 8.5 if day >= 15 else 7 if day >= 3 else 6


def landed(ledger: Ledger, order: int, carried: dict[int, list[float]]) -> list[float]:
    if ledger.orders.lane[order] == 0:
        return [bought(ledger, order) * (1 + DUTY) + FREIGHT[0]] * int(ledger.orders.units[order])
    return [cost + FREIGHT[1] for cost in carried[order]]


@often
@given(plans)
def test_cost_layers_are_units_first_in_first_out(plan: Plan) -> None:
    ledger, visits = told(plan, PURE)
    layers = Accounts(Views(dear_world(), ledger, visits)).sales.layers
    costs, left = replayed(ledger, visits)
    for stock in (DEPOT, SHOP):
        mine = layers.draws(stock)
        for kind, row, cost in zip(mine.kind.tolist(), mine.row.tolist(), mine.cost.tolist(), strict=True):
            assert cost == pytest.approx(costs[Drawn(kind), row])
        assert layers.at_close(stock) == pytest.approx(sum(left[stock]))


@often
@given(plans)
def test_stock_at_cost_is_the_sum_over_its_units(plan: Plan) -> None:
    ledger, visits = told(plan, PURE)
    accounts = Accounts(Views(dear_world(), ledger, visits))
    costs, left = replayed(ledger, visits)
    for stock in (DEPOT, SHOP):
        came = sum(layers_cost(accounts, stock))
        went = sum(costs[kind, row] for _, where, kind, row, _, _ in draws(ledger, visits) if where == stock)
        assert came - went == pytest.approx(sum(left[stock]))


def layers_cost(accounts: Accounts, stock: int) -> list[float]:
    layers = accounts.sales.layers.layers(stock)
    return np.diff(layers.cost).tolist()


# Lines


@often
@given(plans, terms)
def test_the_lines_add_up_to_total_value(plan: Plan, terms: Terms) -> None:
    values = measured(plan, terms, dear_world())
    for scope in {scope for _, scope in values}:
        total = sum(values[name, scope] * (1 if name in INCOME else -1) for name in LINES)
        assert values["profit", scope] == pytest.approx(total)
        assert values["economic_profit", scope] == pytest.approx(total - values["capital_charge", scope])
        equity = values["customer_equity", scope] + values["reputation_equity", scope]
        assert values["total_value", scope] == pytest.approx(values["economic_profit", scope] + equity)


def doubled(cost: str) -> Any:
    amount = COSTS[cost]
    if isinstance(amount, str):
        number, per = amount.split("/")
        return f"{2 * float(number)}/{per}"
    return 2 * amount


@pytest.mark.parametrize("line", COST_OF_LINE)
@settings(max_examples=8, deadline=None)
@given(plan=plans)
def test_a_doubled_cost_doubles_its_line_and_no_other(line: str, plan: Plan) -> None:
    once = measured(plan, PURE, dear_world())
    twice = measured(plan, PURE, dear_world(**{cost: doubled(cost) for cost in COST_OF_LINE[line]}))
    for name in LINES:
        assert twice[name, ""] == pytest.approx(once[name, ""] * (2 if name == line else 1))
    assert [twice[memo, ""] for memo in MEMOS] == [once[memo, ""] for memo in MEMOS]


@often
@given(plans)
def test_a_locked_price_is_that_of_the_order(plan: Plan) -> None:
    ledger, visits = told(plan, replace(PURE, price_lock=True))
    sales = Accounts(Views(dear_world(), ledger, visits)).sales
    granted = sales.granted
    quoted = sales.prices.paid(visits.stream[granted.visit], visits.time[granted.visit])
    np.testing.assert_allclose(granted.price, quoted * granted.units)


@often
@given(plans)
def test_duty_is_the_rate_times_the_customs_value_of_the_receipts(plan: Plan) -> None:
    ledger, visits = told(plan, PURE)
    accounts = Accounts(Views(dear_world(), ledger, visits))
    orders = ledger.orders
    paid = accounts.sales.layers.of_orders[1] - orders.units * np.array(FREIGHT)[orders.lane]
    value = [bought(ledger, n) * orders.units[n] if orders.lane[n] == 0 else 0.0 for n in range(len(orders.units))]
    np.testing.assert_allclose(paid, DUTY * np.array(value), atol=1e-9)


# Books


def tolerance(accounts: Accounts) -> float:
    """Half a cent for every posting."""
    return 0.01 + 0.005 * sum(len(posting.cents) for posting in accounts.postings)


@often
@given(plans, terms)
def test_cash_is_profit_less_the_change_of_working_capital_to_the_cent(plan: Plan, terms: Terms) -> None:
    accounts = accounts_of(plan, terms)
    profit = -int(accounts.closing(Account.PROFIT).sum())
    working_capital = sum(int(accounts.closing(account).sum()) for account in WORKING_CAPITAL)
    opening = int(accounts.opening.sum())
    assert int(accounts.closing(Account.CASH).sum()) == profit - (working_capital - opening)


@often
@given(plans, terms)
def test_the_profit_of_the_books_is_that_of_the_lines(plan: Plan, terms: Terms) -> None:
    accounts = accounts_of(plan, terms)
    lines = sum(accounts.line(name).money.sum() * (1 if name in INCOME else -1) for name in LINES)
    assert -accounts.closing(Account.PROFIT).sum() / 100 == pytest.approx(lines, abs=tolerance(accounts))


@often
@given(plans, terms)
def test_without_warm_up_and_run_out_that_is_the_profit_measured(plan: Plan, terms: Terms) -> None:
    world = dear_world(calendar={"measure": f"{CLOSE} s"})
    accounts = accounts_of(plan, terms, world)
    profit = measured(plan, terms, world)["profit", ""]
    assert -accounts.closing(Account.PROFIT).sum() / 100 == pytest.approx(profit, abs=tolerance(accounts))


@often
@given(plans, terms)
def test_balances_at_the_close_are_what_the_facts_say(plan: Plan, terms: Terms) -> None:
    ledger, visits = told(plan, terms)
    accounts = Accounts(Views(dear_world(), ledger, visits))
    at_close = {account: accounts.closing(account).sum() / 100 for account in Account}
    near = tolerance(accounts)
    _, left = replayed(ledger, visits)
    assert at_close[Account.STOCK] == pytest.approx(sum(map(sum, left)) / 2, abs=near)  # salvage is half
    assert at_close[Account.CUSTOMER_DEPOSITS] == pytest.approx(-owed_to_customers(ledger, visits), abs=near)
    assert at_close[Account.PAYABLES] == pytest.approx(-owed_to_factory(ledger), abs=near)
    assert at_close[Account.ON_THE_WAY] == pytest.approx(on_the_way(ledger, visits), abs=near)
    assert at_close[Account.RECEIVABLES] == at_close[Account.SUPPLIER_DEPOSITS] == 0


def price_at(visits: Any, row: int) -> float:
    day = int(visits.time[row]) - WARM_UP
    shop = 9 if day >= 15 else 11 if day >= 3 else 10
    return shop * (1.2 if STOCK_OF_STREAM[visits.stream[row]] == SHOP else 1.0)


def owed_to_customers(ledger: Ledger, visits: Any) -> float:
    waits, total = ledger.waits, 0.0
    for row in np.flatnonzero(ledger.visits.fate == Fate.PENDING).tolist():
        short = int(visits.units[row] - ledger.visits.now[row] - waits.units[waits.visit == row].sum())
        total += short * price_at(visits, row)
    for n in np.flatnonzero((waits.event != Wait.GRANTED) & (waits.time + REFUND >= CLOSE)).tolist():
        total += int(waits.units[n]) * price_at(visits, int(waits.visit[n]))
    return total * ledger.terms.ahead


def owed_to_factory(ledger: Ledger) -> float:
    orders = ledger.orders
    due = np.flatnonzero((orders.lane == 0) & (orders.left + TERMS >= CLOSE)).tolist()
    return sum((1 - DEPOSIT) * bought(ledger, n) * int(orders.units[n]) for n in due)


def on_the_way(ledger: Ledger, visits: Any) -> float:
    orders, (costs, _) = ledger.orders, replayed(ledger, visits)
    issued = np.flatnonzero(ledger.moves.event == Move.ISSUED).tolist()
    moved = {int(ledger.moves.order[n]): n for n in issued}
    total = 0.0
    for n in np.flatnonzero((orders.left >= 0) & (orders.posted < 0)).tolist():
        factory = orders.lane[n] == 0
        total += bought(ledger, n) * int(orders.units[n]) if factory else costs[Drawn.ISSUED, moved[n]]
    return total


@often
@given(plans)
def test_nothing_paid_ahead_is_no_money_of_customers(plan: Plan) -> None:
    values = measured(plan, Terms(ahead=0.0), dear_world())
    assert (values["customer_exposure", ""], values["deposits_outstanding", ""]) == (0, 0)


@often
@given(plans)
def test_cash_differs_between_modes_of_payment_by_the_exposure_of_customers(plan: Plan) -> None:
    world = dear_world(payment=0, payment_fixed=0, calendar={"measure": f"{CLOSE} s"})
    early, late = (accounts_of(plan, Terms(ahead=ahead), world) for ahead in (1.0, 0.0))
    difference = integral_of_cash(early) - integral_of_cash(late)
    assert difference == pytest.approx(float(early.exposure.sum()))


def integral_of_cash(accounts: Accounts) -> float:
    return float(accounts.integral(Account.CASH).sum())
