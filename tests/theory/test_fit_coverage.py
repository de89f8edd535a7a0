"""The intervals of the fits mean what they say: over many shops, 95 of 100 hold the truth."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy.stats import binom, expon, lognorm

from sim.fit.bgnbd import Law
from sim.fit.curves import Answers, fit_exponential
from sim.fit.estimate import Estimate
from sim.fit.offers import Offers
from sim.fit.patience import PatienceFit, fit_patience
from sim.fit.visits import VisitsFit, fit_visits
from tests.visitors import GRAIN, visitors

WAITS = np.array([3, 5, 7, 10, 14, 21, 30])
FALSE_ALARM = 1e-3


def hold(estimates: Sequence[Estimate], truth: float) -> None:
    """Refuse intervals that hold the truth too seldom or too often, beyond chance."""
    held = sum(estimate.low <= truth <= estimate.high for estimate in estimates)
    low, high = binom.ppf([FALSE_ALARM, 1 - FALSE_ALARM], len(estimates), 0.95)
    assert low <= held <= high


def spread_as_reported(estimates: Sequence[Estimate]) -> None:
    """The logs of the estimates scatter as the lengths of their intervals say."""
    scatter = np.std([math.log(estimate.value) for estimate in estimates], ddof=1)
    reported = np.median([math.log(estimate.high / estimate.low) / (2 * 1.959964) for estimate in estimates])
    assert scatter == pytest.approx(reported, rel=4 / math.sqrt(2 * len(estimates)))


@pytest.fixture(scope="module")
def shops() -> list[PatienceFit]:
    """Offers of 400 shops, 40 at each wait, to customers of the standard class."""
    rng, willing = np.random.default_rng(77), lognorm(0.94, scale=7.7).sf(WAITS)
    answers = rng.binomial(40, willing, (400, len(WAITS)))
    return [
        fit_patience(Offers.of(zip(WAITS.tolist(), [40] * len(WAITS), row, strict=True))) for row in answers.tolist()
    ]


@pytest.fixture(scope="module")
def panels() -> list[VisitsFit]:
    """Histories of 120 panels of 1,500 customers."""
    return [fit_visits(visitors(Law(0.5, 30.0, 0.8, 2.4), number=1500, days=365, seed=seed)) for seed in range(120)]


def test_median_and_sigma_lie_in_their_intervals(shops: list[PatienceFit]) -> None:
    hold([fit.median for fit in shops], 7.7)
    hold([fit.sigma for fit in shops], 0.94)


def test_median_and_sigma_scatter_as_their_intervals_say(shops: list[PatienceFit]) -> None:
    spread_as_reported([fit.median for fit in shops])
    spread_as_reported([fit.sigma for fit in shops])


def test_a_true_law_is_called_a_bad_fit_once_in_twenty(shops: list[PatienceFit]) -> None:
    bad = sum(not fit.fits for fit in shops if not fit.prefers_exponential)
    tried = sum(not fit.prefers_exponential for fit in shops)
    assert binom.ppf(FALSE_ALARM, tried, 0.05) <= bad <= binom.ppf(1 - FALSE_ALARM, tried, 0.05)


def test_the_daily_loss_lies_in_its_interval() -> None:
    rng, willing = np.random.default_rng(5), expon(scale=100).sf(WAITS)
    answers = rng.binomial(40, willing, (400, len(WAITS))).tolist()
    shops = [Answers(WAITS.astype(float), np.array(row, float), 40.0 - np.array(row)) for row in answers]
    hold([fit_exponential(shop).rate for shop in shops], 0.01)


def test_shape_and_rate_of_visits_lie_in_their_intervals(panels: list[VisitsFit]) -> None:
    hold([fit.shape for fit in panels], 0.5)
    hold([fit.rate for fit in panels], 30.0 * GRAIN)
    hold([fit.visits_per_day for fit in panels], 0.5 / 30 / GRAIN)


def test_chances_to_leave_lie_in_their_intervals(panels: list[VisitsFit]) -> None:
    left = [fit.leaving for fit in panels if fit.leaving is not None]
    assert len(left) == len(panels)
    hold([leaving.chance for leaving in left], 0.25)
    hold([leaving.a for leaving in left], 0.8)
    hold([leaving.b for leaving in left], 2.4)


def test_shape_of_visits_scatters_as_its_interval_says(panels: list[VisitsFit]) -> None:
    spread_as_reported([fit.shape for fit in panels])


def test_the_poll_of_shoppers_gives_the_standard_class() -> None:
    """Stated waits of 2,000 shoppers, as offers: 54 % wait longer than a week, 26 % than two, and so on."""
    longer = {7: 0.54, 14: 0.26, 21: 0.16, 30: 0.06, 60: 0.02}
    fit = fit_patience(Offers.of([(days, 2000, round(2000 * share)) for days, share in longer.items()]))
    assert fit.median.value == pytest.approx(7.7, abs=0.1)
    assert fit.sigma.value == pytest.approx(0.94, abs=0.03)
    assert not fit.prefers_exponential
