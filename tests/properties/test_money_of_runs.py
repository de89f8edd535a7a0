"""Money of runs with every mechanism at random."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from sim.ledger.ledger import Ledger
from sim.ledger.views import Views
from sim.measures.accounts import WORKING_CAPITAL, Accounts
from sim.measures.journal import Account
from sim.measures.measure import measure
from sim.measures.profit_lines import INCOME, LINES
from sim.model.simulate import simulate
from sim.scenario.world import World
from sim.tape.draw import draw_tape
from sim.tape.tape import Visits
from sim.words import JOINED, Fate
from tests.properties.rich_worlds import rich_levers, rich_worlds
from tests.properties.worlds import SEEDS, Raw, scenario

often = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
DEAR = {
    "fulfilment": 1.5, "split_parcel": 0.75, "payment": 0.03, "payment_fixed": 0.3, "inbound_unit": 0.4,
    "acquisition": 0.6, "mail": 0.01, "fixed": "1/d", "refund_delay": "30 h", "holding_of_value": "0.15/yr",
    "capital_on": "working_capital",
}  # fmt: skip


def run(raw: Raw, policy: Raw, seed: int) -> tuple[World, Ledger, Visits]:
    """A run of a rich world with every cost, suppliers on credit, and goods that cost duty and freight."""
    raw = {**raw, "costs": {**raw["costs"], **DEAR}}
    raw["suppliers"] = {name: {**each, "deposit": 0.3, "terms": "3 d"} for name, each in raw["suppliers"].items()}
    raw["lanes"] = [{**lane, "duty": 0.2, "freight": 0.5} for lane in raw["lanes"]]
    of = scenario(raw, any=policy)
    tape = draw_tape(of.world, seed=seed, replication=0)
    return of.world, simulate(of.world, of.policy("any"), tape), tape.visits


def near(accounts: Accounts) -> float:
    return 0.01 + 0.005 * sum(len(posting.cents) for posting in accounts.postings)


@often
@given(rich_worlds(), rich_levers(), SEEDS)
def test_the_lines_add_up_in_every_scope(world: Raw, policy: Raw, seed: int) -> None:
    values = measure(*run(world, policy, seed))
    for scope in {scope for _, scope in values}:
        total = sum(values[name, scope] * (1 if name in INCOME else -1) for name in LINES)
        total += values["customer_equity", scope] + values["reputation_equity", scope]
        assert values["total_value", scope] == pytest.approx(total - values["capital_charge", scope])


@often
@given(rich_worlds(), rich_levers(), SEEDS)
def test_stocks_add_up_to_the_shop(world: Raw, policy: Raw, seed: int) -> None:
    values = measure(*run(world, policy, seed))
    scopes = {scope for _, scope in values} - {""}
    for name in (*LINES, "customer_equity", "reputation_equity", "closing_cash", "customer_exposure"):
        shop = values["fixed_cost", ""] if name == "fixed_cost" else 0.0
        if scopes and name != "closing_cash":
            assert values[name, ""] == pytest.approx(shop + sum(values[name, scope] for scope in scopes))


@often
@given(rich_worlds(), rich_levers(), SEEDS)
def test_cash_is_profit_less_the_change_of_working_capital(world: Raw, policy: Raw, seed: int) -> None:
    accounts = Accounts(Views(*run(world, policy, seed)))
    profit = -int(accounts.closing(Account.PROFIT).sum())
    change = sum(int(accounts.closing(a).sum()) for a in WORKING_CAPITAL) - int(accounts.opening.sum())
    assert int(accounts.closing(Account.CASH).sum()) == profit - change
    lines = sum(accounts.line(name).money.sum() * (1 if name in INCOME else -1) for name in LINES)
    assert profit / 100 == pytest.approx(lines, abs=near(accounts))


@often
@given(rich_worlds(), rich_levers(), SEEDS)
def test_every_unit_of_an_order_ends_allocated_given_up_or_pending(world: Raw, policy: Raw, seed: int) -> None:
    sales = Accounts(Views(*run(world, policy, seed))).sales
    ended = np.bincount(sales.releases.order, sales.releases.units, len(sales.orders))
    assert ended.tolist() == sales.orders.short.tolist()
    assert (sales.releases.units >= 0).all()
    assert set(sales.orders.fate.tolist()) <= set(JOINED)
    pending = sales.releases.order[sales.releases.pending]
    assert (sales.orders.fate[pending] == Fate.PENDING).all()


@often
@given(rich_worlds(), rich_levers(), SEEDS)
def test_the_cost_of_what_came_left_or_is_there(world: Raw, policy: Raw, seed: int) -> None:
    accounts = Accounts(Views(*run(world, policy, seed)))
    layers = accounts.sales.layers
    for stock in range(len(accounts.sales.views.stocks)):
        came, went = layers.layers(stock), layers.draws(stock)
        assert came.units[-1] - went.units.sum() == accounts.sales.ledger.closing[stock]
        assert came.cost[-1] - went.cost.sum() == pytest.approx(layers.at_close(stock), abs=1e-6)


@often
@given(rich_worlds(), rich_levers(), SEEDS)
def test_balances_are_what_they_say(world: Raw, policy: Raw, seed: int) -> None:
    accounts = Accounts(Views(*run(world, policy, seed)))
    balance = {account: accounts.closing(account).sum() / 100 for account in Account}
    few = near(accounts)
    assert balance[Account.PAYABLES] <= few
    assert balance[Account.CUSTOMER_DEPOSITS] <= few
    for account in (Account.STOCK, Account.ON_THE_WAY, Account.SUPPLIER_DEPOSITS):
        assert balance[account] >= -few
    if accounts.sales.ledger.terms.ahead == 0:
        assert float(accounts.exposure.sum()) == 0
