"""The law of patience: found again from its own answers, and refused where the answers cannot tell it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import expon, lognorm, norm

from sim.errors import ScenarioError
from sim.fit.curves import Answers, fit_exponential, fit_lognormal
from sim.fit.offers import Offers
from sim.fit.patience import fit_patience
from sim.scenario.customers import Customers

WAITS = (3, 5, 7, 10, 14, 21, 30)
SMALL = Offers.of([(4, 12, 10), (9, 15, 7), (20, 9, 1)])


def expected(survival: object, *, shown: int = 100_000) -> Offers:
    """Offers answered exactly as the law says."""
    return Offers.of([(hi, shown, round(shown * survival(hi))) for hi in WAITS])  # type: ignore[operator]


@pytest.mark.parametrize(("median", "sigma"), [(30, 0.8), (12, 0.8), (7.7, 0.94), (4, 0.8), (3, 1.0)])
def test_lognormal_answers_give_the_lognormal_back(median: float, sigma: float) -> None:
    fit = fit_patience(expected(lognorm(sigma, scale=median).sf))
    assert fit.median.value == pytest.approx(median, rel=2e-3)
    assert fit.sigma.value == pytest.approx(sigma, rel=2e-3)
    assert not fit.prefers_exponential
    assert fit.fits


@pytest.mark.parametrize("rate", [0.005, 0.010, 0.015, 0.2])
def test_answers_of_constant_loss_give_the_exponential_back(rate: float) -> None:
    fit = fit_patience(expected(expon(scale=1 / rate).sf))
    assert fit.daily_loss.value == pytest.approx(rate, rel=2e-3)
    assert fit.prefers_exponential
    assert fit.fits
    assert fit.laws[0].startswith("exponential(mean=")


def negative(parameters: np.ndarray) -> float:
    """Minus the log-likelihood of `SMALL`, by SciPy's distributions."""
    mu, log_sigma = parameters
    law = lognorm(math.exp(log_sigma), scale=math.exp(mu))
    return -sum(o.accepted * law.logsf(o.hi) + (o.shown - o.accepted) * law.logcdf(o.hi) for o in SMALL.offers)


def test_the_top_is_where_a_plain_search_finds_it() -> None:
    found = minimize(negative, [2, 0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
    fit = fit_lognormal(Answers.of(SMALL.offers))
    assert fit is not None
    assert (math.log(fit.median.value), math.log(fit.sigma.value)) == pytest.approx(tuple(found.x), abs=1e-6)
    assert fit.loglik == pytest.approx(-found.fun, abs=1e-9)


@pytest.mark.parametrize("parameter", ["median", "sigma"])
def test_at_the_ends_of_an_interval_the_best_rest_is_as_much_worse_as_chi_square_says(parameter: str) -> None:
    fit = fit_lognormal(Answers.of(SMALL.offers))
    assert fit is not None
    estimate = getattr(fit, parameter)
    place = 0 if parameter == "median" else 1
    for end in (estimate.low, estimate.high):
        held = math.log(end)
        rest = minimize(lambda free, held=held: negative(np.insert(free, place, held)), [0.5], method="Nelder-Mead")
        assert 2 * (rest.fun + fit.loglik) == pytest.approx(norm.ppf(0.975) ** 2, abs=1e-4)


def test_the_exponential_is_at_its_top() -> None:
    fit = fit_exponential(Answers.of(SMALL.offers))
    yes, no, hi = (
        np.array(c) for c in zip(*((o.accepted, o.shown - o.accepted, o.hi) for o in SMALL.offers), strict=True)
    )
    grid = fit.rate.value * np.linspace(0.5, 2, 2001)[:, None]
    heights = np.sum(no * np.log(-np.expm1(-grid * hi)) - yes * grid * hi, axis=1)
    assert heights.max() <= fit.loglik + 1e-9
    assert heights.max() == pytest.approx(fit.loglik, abs=1e-4)


def test_one_row_per_offer_is_the_same_as_counts() -> None:
    single = [(o.hi, 1, int(n < o.accepted)) for o in SMALL.offers for n in range(o.shown)]
    ours, theirs = fit_patience(SMALL), fit_patience(Offers.of(single))
    assert (ours.median, ours.sigma, ours.bands) == (theirs.median, theirs.sigma, theirs.bands)


def test_akaike_counts_one_parameter_less_for_the_exponential() -> None:
    fit, answers = fit_patience(SMALL), Answers.of(SMALL.offers)
    lognormal = fit_lognormal(answers)
    assert lognormal is not None
    assert fit.aic_lognormal == 4 - 2 * lognormal.loglik
    assert fit.aic_exponential == 2 - 2 * fit_exponential(answers).loglik


def test_bands_hold_every_offer_once() -> None:
    rng = np.random.default_rng(5)
    waits = rng.uniform(1, 40, 900)
    fit = fit_patience(
        Offers.of([(hi, 1, int(p >= hi)) for hi, p in zip(waits, 7 * rng.lognormal(0, 1, 900), strict=True)])
    )
    assert sum(band.shown for band in fit.bands) == 900
    assert sum(band.accepted for band in fit.bands) == fit.offers.accepted
    assert 3 < len(fit.bands) <= 13
    assert all(min(band.lognormal, band.shown - band.lognormal) >= 5 for band in fit.bands)


def test_answers_of_another_kind_are_called_a_bad_fit() -> None:
    two_sorts = Offers.of([(hi, 2000, 1500 if hi < 8 else 400) for hi in WAITS])
    fit = fit_patience(two_sorts)
    assert not fit.fits
    assert "does not describe these offers well" in fit.sentences[-1]


def test_few_waits_leave_nothing_to_judge_by() -> None:
    fit = fit_patience(Offers.of([(5, 10_000, 5200), (6, 10_000, 4700)]))
    assert fit.goodness.freedom == 0
    assert math.isnan(fit.goodness.chance)
    assert fit.fits


def test_an_interval_may_have_no_end() -> None:
    fit = fit_patience(Offers.of([(7, 5, 3), (9, 5, 2)]))
    assert math.isinf(fit.sigma.high)
    assert "and above" in fit.sentences[1]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([(7, 10, 10), (9, 30, 30)], r"every offer was accepted \(40\).*at least 90\.5 % accept 9 d"),
        ([(7, 10, 0), (9, 3, 0)], r"not one was accepted of the offers shown \(13\)"),
        ([(7, 10, 4)], r"7 d is the only wait that was quoted, and 40 % accepted it.*exponential\(mean=7.64 d\)"),
        ([(7, 5, 5), (9, 4, 0)], "turn is between 7 d and 9 d"),
        ([(7, 5, 5), (8, 4, 2), (9, 4, 0)], "turn is at 8 d"),
        ([(7, 5, 0), (9, 4, 4)], "does not fall as the quoted wait grows"),
        ([(7, 2, 0), (7.5, 7, 5)], "does not fall as the quoted wait grows"),
        ([(7, 5, 2), (9, 5, 2)], "does not fall as the quoted wait grows"),
        ([(7, 5, 2), (9, 5, 3), (12, 5, 3)], "neither its median nor its sigma can be estimated"),
    ],
)
def test_what_cannot_be_estimated_is_said(rows: list[tuple[float, int, int]], why: str) -> None:
    with pytest.raises(ScenarioError, match=why):
        fit_patience(Offers.of(rows))


def test_no_usable_row_is_said_with_the_first_fault() -> None:
    from sim.fit.offers import BadRow  # noqa: PLC0415

    nothing = Offers("offers.csv", (), 1, (BadRow(2, "12 accepted of 10 shown"),))
    with pytest.raises(ScenarioError, match="1 rows read, 0 used, 1 left out; line 2: 12 accepted of 10 shown"):
        fit_patience(nothing)


def test_a_scenario_takes_both_laws() -> None:
    fit = fit_patience(SMALL)
    medians = {"lognormal": fit.median.value, "exponential": math.log(2) / fit.daily_loss.value}
    for law in fit.laws:
        stream = Customers.model_validate({"buys": "a", "from": "b", "visits": "1/d", "patience": law})
        assert stream.patience is not None
        median = float(stream.patience.ppf(np.array([0.5]))[0]) / 86_400
        assert median == pytest.approx(medians[law.partition("(")[0]], rel=6e-3)
