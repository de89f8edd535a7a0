"""The model against closed forms and solved Markov chains; one row for each number of each case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp

import numpy as np
import pytest
from scipy import stats

from sim import Results, Scenario, load_scenario, run
from sim.ledger.views import Views
from sim.model.outlook import outlook
from sim.rules.replenishment import DemandOutlook, economic_lot, levels, reorder_point
from sim.words import DAY
from tests.theory.conftest import KNOWN, Played
from tests.theory.exactly import CASES, Exactly, Sample, reading

Known = Callable[[str], Results]
Runs = Callable[[str, int], list[Played]]


@dataclass(frozen=True)
class Row:
    """One exact number and where a run shows it."""

    case: str
    key: str
    reading: str
    precision: float = 0.015

    def __str__(self) -> str:
        return f"{self.case}-{self.key}"

    def check(self, results: Results, exactly: Exactly) -> None:
        exactly.mean(reading(results, self.reading), CASES[self.case][self.key], precision=self.precision)


def rows(case: str, *named: tuple[str, str] | tuple[str, str, float], where: str = "") -> list[Row]:
    """Key, measure and, where it is not the usual one, precision of each number; `where` ends every reading."""
    return [Row(case, key, f"{text} {where}".strip(), *rest) for key, text, *rest in named]


FILL = ("fill_rate", "fill_rate", 0.005)
READY = ("ready_rate", "ready_rate", 0.005)
ON_HAND = ("EI", "mean_on_hand", 0.006)
BACKLOG = ("EB", "mean_backlog", 0.02)
WAIT = ("mean_wait", "mean_wait", 0.02)
ORDERS = ("order_rate", "order_rate", 0.003)
CYCLES = ("cycle_service", "cycle_service", 0.006)
LOST = ("lost_fraction", "out_of_stock_share", 0.02)


# base stock


@pytest.mark.parametrize(
    "row",
    rows("A1", FILL, READY, ON_HAND, BACKLOG, WAIT, ("mean_wait_if_waiting", "wait_if_waiting")),
    ids=str,
)
def test_random_lead_times_that_cross(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("base_stock_random_lead_time"), exactly)


@pytest.mark.parametrize(
    "row",
    rows("A2", FILL, READY, ON_HAND, BACKLOG, WAIT, ("mean_wait_if_waiting", "wait_if_waiting")),
    ids=str,
)
def test_a_fixed_lead_time(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("base_stock_fixed_lead_time"), exactly)


@pytest.mark.parametrize("days", [0.0, 0.2, 0.4, 0.8])
def test_the_law_of_the_wait(days: float, played: Runs, exactly: Exactly) -> None:
    shares = [within(run, days) for run in played("wait_for_a_unit", 30)]
    exactly.mean(Sample(np.array(shares), np.ones(30)), CASES["A4"][f"x={days:g}"], precision=0.006)


def within(run: Played, days: float) -> float:
    """Share of the visits of the window that were served in so many days at most."""
    counted = run.tape.visits.time >= run.scenario.world.calendar.warm_up
    return float((run.ledger.visits.ended[counted] <= round(days * DAY)).mean())


@pytest.mark.parametrize("row", rows("A6", FILL, READY, ON_HAND, LOST, ("lost_rate", "lost_units per day")), ids=str)
def test_lost_sales(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("lost_sales"), exactly)


@pytest.mark.parametrize(
    "row",
    rows(
        "A7",
        FILL,
        READY,
        ON_HAND,
        ("lost_fraction", "out_of_stock_share", 0.04),
        ("lost_rate", "lost_units per day", 0.04),
    ),
    ids=str,
)
def test_rare_lost_sales(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("lost_sales_rare"), exactly)


@pytest.mark.parametrize("row", rows("A9", FILL, ON_HAND, BACKLOG, LOST, ("mean_wait_accepted", "mean_wait")), ids=str)
def test_a_capped_backlog(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("capped_backlog"), exactly)


@pytest.mark.parametrize(
    "row",
    rows(
        "A11",
        ("fill_rate", "fill_rate", 0.015),
        ("EI", "mean_on_hand", 0.015),
        ("EB", "mean_backlog", 0.08),
        ("mean_wait", "mean_wait", 0.08),
    ),
    ids=str,
)
def test_a_supplier_with_one_machine(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("one_machine"), exactly)


@pytest.mark.parametrize(
    "row",
    rows(
        "A13",
        ("unit_fill_rate", "fill_rate", 0.005),
        ("order_fill_rate", "order_fill_rate", 0.005),
        READY,
        ON_HAND,
        BACKLOG,
        ("mean_wait_per_unit", "mean_wait"),
    ),
    ids=str,
)
def test_batch_demand(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("batch_demand"), exactly)


@pytest.mark.parametrize("row", rows("A15", FILL, ("EI", "mean_on_hand", 0.008), ("EB", "mean_backlog", 0.04)), ids=str)
def test_a_shop_that_opens_full(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("opening_week"), exactly)


@pytest.mark.parametrize("row", rows("A16", FILL, READY, ON_HAND, BACKLOG, ("demand", "units_wanted", 0.005)), ids=str)
def test_a_spike(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("two_day_spike"), exactly)


# impatience


@pytest.mark.parametrize(
    "row",
    rows(
        "B1",
        FILL,
        ("lost_fraction", "balked_share"),
        ON_HAND,
        BACKLOG,
        ("mean_wait_backordered", "wait_if_waiting"),
    ),
    ids=str,
)
def test_a_fixed_share_accepts(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("four_in_ten_wait"), exactly)


@pytest.mark.parametrize(
    "row",
    rows(
        "B3",
        ("fill_rate", "fill_rate", 0.01),
        ("reneged_fraction", "reneged_share", 0.02),
        ("EI", "mean_on_hand", 0.015),
        BACKLOG,
        ("on_order", "mean_on_order", 0.01),
        ("reneged_given_wait", "cancel_rate", 0.02),
    ),
    ids=str,
)
def test_who_gives_up_cancels_an_order(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("cancelled_orders"), exactly)


@pytest.mark.parametrize(
    "row",
    rows(
        "B6",
        FILL,
        ("lost_fraction", "balked_share"),
        ON_HAND,
        BACKLOG,
        ("mean_wait_accepted", "mean_wait"),
        ("mean_wait_if_waiting", "wait_if_waiting"),
    ),
    ids=str,
)
def test_a_patience_threshold(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("patience_threshold"), exactly)


def test_where_nothing_slips_a_confirmed_date_is_as_good_as_an_oracle(known: Known) -> None:
    oracle = {"policies.confirmed.promise": "{basis: oracle}"}
    told = run(load_scenario(KNOWN / "patience_threshold.yaml", overrides=oracle), replications=2, audit=True)
    assert told.digests["confirmed"] == known("patience_threshold").digests["confirmed"][:2]


# reorder points


@pytest.mark.parametrize("row", rows("C1", FILL, ON_HAND, BACKLOG, WAIT, ORDERS, CYCLES), ids=str)
def test_lots(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("lots_of_six"), exactly)


@pytest.mark.parametrize("row", rows("C2", FILL, ON_HAND, BACKLOG, WAIT, ORDERS, CYCLES), ids=str)
def test_order_up_to(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("up_to_eight"), exactly)


@pytest.mark.parametrize("row", rows("C5", FILL, ON_HAND, LOST, ORDERS), ids=str)
def test_lots_with_lost_sales(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("lots_of_ten_lost_sales"), exactly)


def test_a_cycle_meets_no_shortage_if_a_lead_time_sells_no_more_than_was_left(known: Known, exactly: Exactly) -> None:
    shown = reading(known("lots_of_ten_lost_sales"), "cycle_service")
    exactly.mean(shown, float(stats.poisson(4).cdf(5)), precision=0.005)


@pytest.mark.parametrize(
    "row",
    rows(
        "C8",
        ("unit_fill_rate", "fill_rate", 0.005),
        ("order_fill_rate", "order_fill_rate", 0.005),
        READY,
        ON_HAND,
        BACKLOG,
        ("order_rate", "order_rate", 0.003),
        ("mean_order", "mean_order_size", 0.003),
    ),
    ids=str,
)
def test_order_up_to_with_undershoot(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("undershoot"), exactly)


# periodic review


@pytest.mark.parametrize(
    "row",
    rows(
        "D1",
        ("beta", "fill_rate", 0.003),
        ("alpha", "cycle_service", 0.005),
        ("ready_rate", "ready_rate", 0.003),
        ON_HAND,
        ("EB", "mean_backlog", 0.04),
        ("mean_wait", "mean_wait", 0.04),
    ),
    ids=str,
)
def test_a_review_every_two_days(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("review_every_two_days"), exactly)


@pytest.mark.parametrize(
    "row",
    rows("D3", ("beta", "fill_rate", 0.005), ("EI_end", "mean_on_hand", 0.007), ("EB_end", "mean_backlog", 0.015)),
    ids=str,
)
def test_discrete_time(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("once_a_day"), exactly)


def test_the_share_of_days_without_a_shortage(known: Known, exactly: Exactly) -> None:
    """A day on which nobody wants anything is no visit: alpha counts it, the order fill rate does not."""
    idle = exp(-5)
    alpha = (CASES["D3"]["alpha"] - idle * float(stats.poisson(15).cdf(22))) / (1 - idle)
    exactly.mean(reading(known("once_a_day"), "order_fill_rate"), alpha, precision=0.005)


DAILY = (
    ("cost", "holding_cost + lost_margin per day", 0.004),
    ("EI", "mean_on_hand", 0.006),
    ("lost", "lost_units per day", 0.02),
)


@pytest.mark.parametrize("row", rows("G-L1-p4", *DAILY), ids=str)
def test_daily_lost_sales(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("daily_lost_sales"), exactly)


@pytest.mark.parametrize("row", rows("G-L2-p4", *DAILY), ids=str)
def test_daily_lost_sales_with_a_longer_lead_time(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("daily_lost_sales_longer"), exactly)


@pytest.mark.parametrize("row", rows("G-L1-p9", *DAILY), ids=str)
def test_daily_lost_sales_at_a_higher_price(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("daily_lost_sales_dearer"), exactly)


@pytest.mark.parametrize("row", rows("G-L2-p9", *DAILY), ids=str)
def test_daily_lost_sales_with_a_longer_lead_time_and_a_higher_price(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("daily_lost_sales_both"), exactly)


def test_daily_lost_sales_with_a_fixed_cost(known: Known, exactly: Exactly) -> None:
    row = Row("G-sS", "cost", "holding_cost + ordering_cost + lost_margin per day", 0.003)
    row.check(known("daily_lost_sales_fixed_cost"), exactly)


LAW_AND_KELTON = (
    ("total", "ordering_cost + holding_cost + backlog_cost", 0.003),
    ("ordering", "ordering_cost", 0.003),
    ("holding", "holding_cost", 0.006),
    ("shortage", "backlog_cost", 0.02),
)


@pytest.mark.parametrize(
    "row",
    rows("H-LK-20-40", *LAW_AND_KELTON, where="under up_to_40 per day")
    + rows("H-LK-20-100", *LAW_AND_KELTON, where="under up_to_100 per day"),
    ids=str,
)
def test_law_and_kelton(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("law_and_kelton"), exactly)


# outages


def test_economic_lots_from_a_supplier_who_may_be_down(known: Known, exactly: Exactly) -> None:
    """A year of the case is a hundred days of the scenario."""
    daily = reading(known("buying_from_who_may_be_down"), "ordering_cost + holding_cost + lost_margin per day")
    exactly.mean(Sample(100 * daily.values, daily.weights), CASES["F1"]["cost"], precision=0.03)


@pytest.mark.parametrize("row", rows("F3", FILL, ON_HAND, ("EB", "mean_backlog", 0.08)), ids=str)
def test_reviews_that_a_supplier_refuses(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("reviews_that_are_refused"), exactly)


@pytest.mark.parametrize(
    "row",
    rows("F4", FILL, ON_HAND, ("EB", "mean_backlog", 0.03), ("mean_outstanding", "mean_on_order", 0.005)),
    ids=str,
)
def test_outages_that_hold_orders(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("supplier_outages"), exactly)


@pytest.mark.parametrize("row", rows("F7", FILL, ON_HAND, ("EB", "mean_backlog", 0.03)), ids=str)
def test_outages_that_freeze_the_pipeline(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("frozen_pipeline"), exactly)


# two echelons


@pytest.mark.parametrize(
    "row",
    rows("I1", FILL, ON_HAND, BACKLOG, WAIT, where="at depot/unit")
    + rows("I1b", FILL, ON_HAND, BACKLOG, WAIT, where="at shop/unit"),
    ids=str,
)
def test_a_series(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("depot_and_shop"), exactly)


@pytest.mark.parametrize(
    "row",
    rows("I3", ("fill_rate", "fill_rate", 0.008), ("EI", "mean_on_hand", 0.01), BACKLOG, WAIT, where="at depot/unit")
    + rows("I3a", FILL, ON_HAND, ("EB", "mean_backlog", 0.03), ("mean_wait", "mean_wait", 0.03), where="at east/unit")
    + rows("I3b", FILL, ON_HAND, ("EB", "mean_backlog", 0.03), ("mean_wait", "mean_wait", 0.03), where="at west/unit"),
    ids=str,
)
def test_a_depot_with_two_shops(row: Row, known: Known, exactly: Exactly) -> None:
    row.check(known("depot_and_two_shops"), exactly)


# what a planner works out


@pytest.fixture(scope="module")
def planned() -> Scenario:
    return load_scenario(KNOWN / "auto_reorder_point.yaml")


def test_the_reorder_point_is_the_textbook_formula(planned: Scenario) -> None:
    expected = outlook(planned.world, "shop", "piece")
    assert reorder_point(expected, service=0.95) == pytest.approx(CASES["E6"]["reorder_point"], rel=1e-9)


def test_the_planner_rounds_it_up(planned: Scenario) -> None:
    rule = planned.policy("backorder").replenish
    assert levels(rule, outlook(planned.world, "shop", "piece")).reorder == 212


def test_orders_are_placed_as_soon_as_the_position_is_at_the_reorder_point_and_never_before(played: Runs) -> None:
    run = played("auto_reorder_point", 1)[0]
    position = Views(run.scenario.world, run.ledger, run.tape.visits).position(0).steps()
    orders = run.ledger.orders
    at_placing = position.at(orders.placed) - orders.units
    assert len(orders.placed) > 300
    assert at_placing.max() <= 212 < position.at(orders.placed - 1).min()


def test_an_economic_lot() -> None:
    yearly = DemandOutlook(mean=1300, variance=0, lead_mean=0, lead_sd=0, order_cost=8, holding_cost=0.225)
    assert economic_lot(yearly) == pytest.approx(CASES["E1"]["Q"], rel=1e-9)
