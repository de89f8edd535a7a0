"""The law of visits: its likelihood by brute force, its parameters from customers drawn from it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import roots_genlaguerre, roots_jacobi

from sim.errors import ScenarioError
from sim.fit.bgnbd import Law, Summary, loglik, loglik_staying, slopes, slopes_staying
from sim.fit.history import Histories
from sim.fit.visits import fit_visits
from sim.scenario.memory import Churn, Panel
from tests.visitors import GRAIN, visitors

CDNOW = Law(0.243, 4.414 * 7, 0.793, 2.426)
"""The published parameters for a record shop, in days."""
FEW = Histories.of([0, 1, 3, 0, 10, 1], [0, 20, 50, 0, 88, 3], [100, 80, 60, 3, 90, 80])


def by_quadrature(law: Law, x: int, t_x: float, age: float) -> float:
    """Likelihood of one customer: over all rates and chances to leave, seen visits and then silence or leaving."""
    times, rate_weights = roots_genlaguerre(80, law.shape - 1)
    points, chance_weights = roots_jacobi(40, law.b - 1, law.a - 1)
    rate, chance = times[:, None] / law.rate, (1 + points) / 2
    stayed = (1 - chance) ** x * rate**x * np.exp(-rate * age)
    left = chance * (1 - chance) ** (x - 1) * rate**x * np.exp(-rate * t_x) if x else 0.0
    weights = np.outer(rate_weights / rate_weights.sum(), chance_weights / chance_weights.sum())
    return float(np.sum(weights * (stayed + left)))


@pytest.mark.parametrize(("x", "t_x", "age"), [(0, 0, 30), (1, 6, 30), (3, 25, 30), (4, 5, 30)])
def test_the_likelihood_is_the_integral_over_all_customers(x: int, t_x: int, age: int) -> None:
    law = Law(1.6, 20.0, 1.8, 2.6)
    one = Summary.of(Histories.of([x], [t_x], [age]))
    assert math.exp(loglik(one, law)) == pytest.approx(by_quadrature(law, x, t_x, age), rel=1e-6)


def test_without_leaving_the_likelihood_is_the_limit_of_no_chance() -> None:
    summary = Summary.of(FEW)
    assert loglik(summary, Law(0.8, 40.0, 1e-7, 1.0)) == pytest.approx(loglik_staying(summary, 0.8, 40.0), abs=1e-4)


@pytest.mark.parametrize("place", range(4))
def test_slopes_are_those_of_the_likelihood(place: int) -> None:
    summary, at = Summary.of(FEW), np.array([0.3, 40.0, 0.8, 2.4])
    step = np.eye(4)[place] * at * 1e-6
    rise = (loglik(summary, Law(*(at + step))) - loglik(summary, Law(*(at - step)))) / (2 * step[place])
    assert slopes(summary, Law(*at))[place] == pytest.approx(rise, rel=1e-5)


@pytest.mark.parametrize("place", range(2))
def test_slopes_without_leaving_are_those_of_the_likelihood(place: int) -> None:
    summary, at = Summary.of(FEW), np.array([0.3, 40.0])
    step = np.eye(2)[place] * at * 1e-6
    rise = (loglik_staying(summary, *(at + step)) - loglik_staying(summary, *(at - step))) / (2 * step[place])
    assert slopes_staying(summary, *at)[place] == pytest.approx(rise, rel=1e-5)


@pytest.mark.parametrize("law", [CDNOW, Law(0.8, 60.0, 0.6, 4.0), Law(2.0, 45.0, 1.0, 3.0)])
def test_parameters_are_found_again_from_many_customers(law: Law) -> None:
    fit = fit_visits(visitors(law, number=10_000, days=270, seed=3))
    assert fit.leaving is not None
    assert fit.shape.value == pytest.approx(law.shape, rel=0.08)
    assert fit.rate.value / GRAIN == pytest.approx(law.rate, rel=0.12)
    assert fit.leaving.chance.value == pytest.approx(law.a / (law.a + law.b), rel=0.1)
    for estimate, truth in ((fit.leaving.a, law.a), (fit.leaving.b, law.b)):
        assert estimate.value == pytest.approx(truth, rel=0.3)


def test_expected_numbers_of_customers_are_those_seen() -> None:
    fit = fit_visits(visitors(CDNOW, number=10_000, days=270, seed=4))
    assert sum(row.observed for row in fit.repeats) == 10_000
    for row in fit.repeats:
        assert row.expected == pytest.approx(row.observed, abs=4 * math.sqrt(row.observed))


def test_customers_who_never_leave_get_no_churn() -> None:
    fit = fit_visits(visitors(Law(0.7, 50.0, 1e-9, 1.0), number=3000, days=365, seed=8))
    assert fit.leaving is None
    assert fit.shape.low < 0.7 < fit.shape.high
    assert fit.aic_staying <= fit.aic_leaving
    assert "churn: {" not in fit.yaml


def test_equal_chances_to_leave_give_their_mean_only() -> None:
    fit = fit_visits(visitors(Law(1.0, 30.0, 3e4, 7e4), number=3000, days=365, seed=2))
    assert fit.leaving is not None
    assert fit.leaving.ratio_only
    assert fit.leaving.chance.low < 0.3 < fit.leaving.chance.high
    assert "cannot be estimated" in fit.leaving.sentence


def test_the_same_customers_in_another_unit_of_time_give_the_same_shapes() -> None:
    histories = visitors(CDNOW, number=2000, days=270, seed=6)
    longer = Histories.of(histories.frequency, 3 * histories.recency, 3 * histories.age)
    ours, theirs = fit_visits(histories), fit_visits(longer)
    assert theirs.shape.value == pytest.approx(ours.shape.value, rel=1e-4)
    assert theirs.rate.value == pytest.approx(3 * ours.rate.value, rel=1e-4)


def test_the_scenario_takes_what_was_found() -> None:
    fit = fit_visits(visitors(CDNOW, number=3000, days=270, seed=1))
    assert fit.leaving is not None
    panel = Panel(members=fit.histories.members, shape=fit.shape.value)
    churn = Churn(a=fit.leaving.a.value, b=fit.leaving.b.value)
    assert fit.panel == f"panel: {{members: {panel.members}, shape: {panel.shape:.3g}}}"
    assert fit.churn == f"churn: {{a: {churn.a:.3g}, b: {churn.b:.3g}}}"


def test_visits_a_day_are_shape_by_rate() -> None:
    fit = fit_visits(visitors(CDNOW, number=2000, days=270, seed=1))
    assert fit.visits_per_day.value == pytest.approx(fit.shape.value / fit.rate.value)


@pytest.mark.parametrize(
    ("histories", "why"),
    [
        (Histories.of([0, 0], [0, 0], [50, 9]), "none of 2 customers came on a second day"),
        (Histories.of([5] * 200, [300] * 200, [360] * 200), "no more than chance alone"),
        (Histories.of([0] * 100 + [1] * 3, [0] * 100 + [4] * 3, [90] * 103), "too few customers came again"),
    ],
)
def test_what_cannot_be_estimated_is_said(histories: Histories, why: str) -> None:
    with pytest.raises(ScenarioError, match=why):
        fit_visits(histories)
