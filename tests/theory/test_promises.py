"""Who accepts a promise, who waits how long for nothing, and how often promises are broken: all in closed form."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from scipy import integrate

from sim import Results
from sim.scenario.classes import patience_of
from sim.scenario.law import Law
from sim.words import DAY, JOINED, Fate
from tests.theory.conftest import Played
from tests.theory.exactly import Exactly, Floats, Sample, reading

Known = Callable[[str], Results]
Runs = Callable[[str, int], list[Played]]

EXPECTED = {"niche": 9.265, "durable": 6.516, "standard": 4.595, "commodity": 1.941}
"""Customers accepted in an outage of 10 days with delivery 4 days later, at one visit a day."""


def patience(run: Played, stream: int) -> Law:
    customers = list(run.scenario.world.customers.values())[stream]
    product = run.scenario.world.products[customers.buys]
    return patience_of(customers, product.customer_class, run.scenario.world.calibration)


def survival(law: Law, days: float) -> float:
    return 1 - float(law.cdf(np.array([days * DAY]))[0])


# an outage


def accepted(known: Known, product: str) -> Floats:
    """Customers who accepted a backorder and got it, by replication."""
    share = reading(known("one_outage"), f"fulfilled_share at shop/{product}")
    return share.values * share.weights


@pytest.mark.parametrize("stream", range(4), ids=EXPECTED)
def test_the_rate_of_acceptance_is_an_integral_over_patience(stream: int, played: Runs) -> None:
    law = patience(played("one_outage", 1)[0], stream)
    area, _ = integrate.quad(partial(survival, law), 4, 14)
    assert area == pytest.approx(list(EXPECTED.values())[stream], abs=0.0005)


@pytest.mark.parametrize("product", EXPECTED)
def test_acceptances_of_an_outage_have_the_mean_of_the_integral(product: str, known: Known, exactly: Exactly) -> None:
    numbers = accepted(known, product)
    exactly.mean(Sample(numbers, np.ones_like(numbers)), 20 * EXPECTED[product], precision=0.015)


@pytest.mark.parametrize("product", EXPECTED)
def test_acceptances_of_an_outage_vary_like_a_poisson_number(product: str, known: Known, exactly: Exactly) -> None:
    exactly.variance(accepted(known, product), 20 * EXPECTED[product])


# goods that never come

PROMISE, KEEPS, WHIM = 14.0, 0.5, 0.002
"""Days promised, share of patience that outlives a broken promise, changes of mind per day."""
CROWDS = {"shoppers": 0, "experts": 1}


def joined(runs: list[Played], stream: int) -> list[tuple[Played, np.ndarray]]:
    """The rows of those of one stream who accepted."""
    return [
        (run, np.flatnonzero(np.isin(run.ledger.visits.fate, JOINED) & (run.tape.visits.stream == stream)))
        for run in runs
    ]


def still_patient(law: Law, days: float) -> float:
    """Chance that patience lasts so long for one who accepted: whole before the promise, shortened after it."""
    return survival(law, PROMISE + max(days - PROMISE, 0.0) / KEEPS) / survival(law, PROMISE)


@pytest.mark.parametrize("stream", CROWDS.values(), ids=CROWDS)
def test_those_who_are_never_served_leave_by_the_law_of_broken_promises(
    stream: int, played: Runs, exactly: Exactly
) -> None:
    runs = played("never_delivered", 50)
    law = patience(runs[0], stream)
    waits = np.concatenate([run.ledger.visits.ended[rows] for run, rows in joined(runs, stream)]) / DAY

    def left(days: Floats) -> Floats:
        return np.asarray(1 - np.exp(-WHIM * days) * np.vectorize(partial(still_patient, law))(days))

    exactly.law(waits, left)


@pytest.mark.parametrize("stream", CROWDS.values(), ids=CROWDS)
def test_changes_of_mind_race_with_patience(stream: int, played: Runs, exactly: Exactly) -> None:
    runs = played("never_delivered", 50)
    law = patience(runs[0], stream)
    fates = np.concatenate([run.ledger.visits.fate[rows] for run, rows in joined(runs, stream)])
    first = partial(still_patient, law)
    wins, _ = integrate.quad(lambda t: WHIM * np.exp(-WHIM * t) * first(t), 0, 1000, limit=500, points=[PROMISE])
    exactly.share(int(np.sum(fates == Fate.CHANGED_MIND)), len(fates), wins)


def test_nobody_loses_patience_before_the_promise_and_all_have_left_in_the_end(played: Runs) -> None:
    for run in played("never_delivered", 50):
        facts = run.ledger.visits
        assert facts.ended[facts.fate == Fate.RENEGED].min() >= PROMISE * DAY
        assert not np.isin(facts.fate, [Fate.PENDING, Fate.FULFILLED]).any()


# slips


@pytest.mark.parametrize(("policy", "days"), [("four_days", 4), ("ten_days", 10)])
def test_a_window_is_broken_as_often_as_slips_are_longer(
    policy: str, days: int, known: Known, exactly: Exactly
) -> None:
    kept = reading(known("broken_windows"), f"promise_kept under {policy}")
    exactly.mean(kept, 1 - 0.38 * np.exp(-days / 5), precision=0.01)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("promise_kept at shop/early", 0.8),
        ("promise_kept at shop/overdue", 0.8),
        ("eta_inside at shop/early", 0.7),
        ("eta_inside at shop/overdue", 0.7),
    ],
)
def test_a_window_between_two_quantiles_holds_as_many_deliveries_as_lie_between_them(
    text: str, level: float, known: Known, exactly: Exactly
) -> None:
    exactly.mean(reading(known("honest_windows"), text), level, precision=0.01)


def test_a_quantile_of_a_slip_that_is_often_zero_is_kept_as_often_as_it_says(known: Known, exactly: Exactly) -> None:
    exactly.mean(reading(known("broken_windows"), "promise_kept under quantile"), 0.9, precision=0.01)


# clockwork


def test_a_reorder_point_that_is_too_low_by_seven_lets_seven_wait_each_cycle(known: Known) -> None:
    results = known("clockwork")
    assert set(reading(results, "fill_rate under at_140").values) == {1.0}
    waiting = results.array("at_133", "fulfilled_share") * results.array("at_133", "visits")
    assert waiting == pytest.approx(np.full(2, 20 * 7.0), abs=1e-9)
