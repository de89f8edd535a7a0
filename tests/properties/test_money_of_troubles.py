"""Money and measures of runs where supply breaks, people err and warehouses are at work, at random."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.ledger.views import Views
from sim.measures.accounts import Accounts
from sim.measures.journal import Account
from sim.measures.measure import measure
from sim.measures.profit_lines import INCOME, LINES
from sim.measures.tally import Tally
from sim.words import JOINED
from tests.properties.broken_supply import supply_levers, supply_worlds
from tests.properties.rich_worlds import careless_levers, careless_worlds
from tests.properties.test_money_of_runs import WORKING_CAPITAL, near, run
from tests.properties.working_houses import working_levers, working_worlds
from tests.properties.worlds import SEEDS, Raw

TROUBLES = {
    "supply": (supply_worlds(), supply_levers()),
    "records": (careless_worlds(), careless_levers()),
    "work": (working_worlds(), working_levers()),
}
DEAR = {"sorting_unit": 0.2, "counting_unit": 0.3, "counting": 2, "mispick": 5, "automation": "1/d"}


def drawn(kind: str) -> st.SearchStrategy[tuple[Raw, Raw]]:
    return st.tuples(*TROUBLES[kind])


def for_any_trouble(check: Callable[[Raw, Raw, int], None]) -> Callable[[str], None]:
    """A test of one claim on runs of each kind."""

    @pytest.mark.parametrize("kind", TROUBLES)
    def claim(kind: str) -> None:
        @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
        @given(drawn(kind), SEEDS)
        def always(of: tuple[Raw, Raw], seed: int) -> None:
            world, policy = of
            check({**world, "costs": {**world["costs"], **DEAR}}, policy, seed)

        always()

    return claim


@for_any_trouble
def test_the_books_balance_and_show_the_profit_of_the_lines(world: Raw, policy: Raw, seed: int) -> None:
    accounts = Accounts(Views(*run(world, policy, seed)))
    profit = -int(accounts.closing(Account.PROFIT).sum())
    change = sum(int(accounts.closing(a).sum()) for a in WORKING_CAPITAL) - int(accounts.opening.sum())
    assert int(accounts.closing(Account.CASH).sum()) == profit - change
    lines = sum(accounts.line(name).money.sum() * (1 if name in INCOME else -1) for name in LINES)
    assert profit / 100 == pytest.approx(lines, abs=near(accounts))


@for_any_trouble
def test_what_came_left_or_is_truly_there(world: Raw, policy: Raw, seed: int) -> None:
    accounts = Accounts(Views(*run(world, policy, seed)))
    views, layers = accounts.sales.views, accounts.sales.layers
    records = views.ledger.records
    for stock in range(len(views.stocks)):
        came, went, gap = layers.layers(stock), layers.draws(stock), records.stock == stock
        there = views.ledger.closing[stock] + (records.physical - records.record)[gap].sum()
        assert came.units[-1] - went.units.sum() == there
        assert came.cost[-1] - went.cost.sum() == pytest.approx(layers.at_close(stock), abs=1e-6)
        path = views.physical(stock).steps()
        assert (path.values >= 0).all()
        assert (path.values[-1] if len(path.values) else path.before) == there


@for_any_trouble
def test_every_unit_of_an_order_ends_somewhere(world: Raw, policy: Raw, seed: int) -> None:
    sales = Accounts(Views(*run(world, policy, seed))).sales
    ended = np.bincount(sales.releases.order, sales.releases.units, len(sales.orders))
    assert ended.tolist() == sales.orders.short.tolist()
    assert (sales.releases.units >= 0).all()
    assert set(sales.orders.fate.tolist()) <= set(JOINED)
    assert (sales.waited >= 0).all()


@for_any_trouble
def test_levels_over_time_end_as_the_ledger_says(world: Raw, policy: Raw, seed: int) -> None:
    of, ledger, visits = run(world, policy, seed)
    views = Views(of, ledger, visits)
    for stock in range(len(views.stocks)):
        record, waiting, order = (level(stock).steps() for level in (views.on_hand, views.waiting, views.on_order))
        assert (record.values[-1] if len(record.values) else record.before) == ledger.closing[stock]
        assert (waiting.values >= 0).all()
        assert (order.values >= 0).all()


@for_any_trouble
def test_measures_keep_within_their_bounds(world: Raw, policy: Raw, seed: int) -> None:
    of, ledger, visits = run(world, policy, seed)
    values = measure(of, ledger, visits)
    tally = Tally(Views(of, ledger, visits))
    days = (tally.end - tally.start) / 86_400
    shares = ("supplier_on_time", "supplier_fill", "usual_source_share", "crossed_share", "record_accuracy",
              "oversell_rate", "alarms_right", "recovered", "order_fill_rate", "capture_rate")  # fmt: skip
    spans = ("phantom_days", "hidden_days", "freeze_days", "stockout_days_physical", "resilience_area")
    for (name, _), value in values.items():
        if name in shares and isfinite(value):
            assert -1e-9 <= value <= 1 + 1e-9, name
        if name in spans and isfinite(value):
            assert -1e-9 <= value <= days + 1e-6, name
        if name in ("ship_delay", "dock_to_stock", "forced_backorders", "oversold_units", "counts", "alarm_lead"):
            assert not value < 0, name
    units = {name: values[name, ""] for name in ("delivered_units", "lost_units", "pending_units", "units_wanted")}
    assert units["units_wanted"] == units["delivered_units"] + units["lost_units"] + units["pending_units"]
    assert values["phantom_days", ""] >= values["freeze_days", ""]
