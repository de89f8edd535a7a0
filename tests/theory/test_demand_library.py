"""Demand that is noisy or surprises: visits have the mean and the spread that their laws say.

Every check of a mean allows 4 standard errors; the seed is fixed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.scenario.world import World
from sim.tape.course import span_of
from sim.tape.draw import digest, draw_tape
from sim.tape.intensity import intensity_of
from sim.tape.spikes import true_demand
from sim.tape.streams import Streams
from sim.words import DAY

REPLICATIONS = 300
JAM = {"buys": "jam", "from": "main", "visits": "20/d"}
TEA = JAM | {"buys": "tea"}


def world(days: int, *events: dict[str, Any], customers: dict[str, Any] | None = None) -> World:
    return World.model_validate(
        {
            "calendar": {"measure": f"{days} d"},
            "products": {"jam": {}, "tea": {}, "cup": {}},
            "suppliers": {"factory": {}},
            "warehouses": {"main": {}},
            "lanes": [{"from": "factory", "to": "main", "lead_time": "5 d"}],
            "customers": customers or {"jam": JAM},
            "demand": list(events),
        }
    )


def counts(of: World, *, replication: int = 0, stream: int = 0) -> NDArray[Any]:
    """Visits by day."""
    visits = draw_tape(of, seed=2026, replication=replication).visits
    return np.bincount(visits.time[visits.stream == stream] // DAY, minlength=of.calendar.measure // DAY)


def assert_mean(values: NDArray[Any], exact: float) -> None:
    assert np.mean(values) == pytest.approx(exact, abs=4 * np.std(values, ddof=1) / np.sqrt(len(values)))


def dispersion(values: NDArray[Any]) -> float:
    return float(np.var(values, ddof=1) / np.mean(values))


@pytest.mark.parametrize("cv", [0, 0.2, 0.5])
def test_visits_of_a_day_vary_by_one_plus_mean_cv_squared(cv: float) -> None:
    visits = {"rate": "20/d", "noise": {"cv": cv}} if cv else "20/d"
    days = counts(world(8000, customers={"jam": JAM | {"visits": visits}}))
    assert_mean(days, 20)
    index = 1 + 20 * cv**2
    assert dispersion(days) == pytest.approx(index, rel=4 * (2 * (1 + 3 * cv**2) / 8000) ** 0.5)


def test_noise_of_a_week_holds_for_seven_days() -> None:
    visits = {"rate": "20/d", "noise": {"by": "week", "cv": 0.5}}
    days = counts(world(7000, customers={"jam": JAM | {"visits": visits}}))
    weeks = days.reshape(-1, 7).sum(axis=1)
    assert dispersion(weeks) == pytest.approx(1 + 140 * 0.25, rel=0.25)
    assert np.corrcoef(days[0::7], days[6::7])[0, 1] == pytest.approx(5 / 6, abs=0.06)


def test_noise_of_days_forgets_and_is_gamma() -> None:
    of = world(1000, customers={"jam": JAM | {"visits": {"rate": "1000/d", "noise": {"cv": 0.3}}}})
    days = counts(of) / 1000
    assert abs(np.corrcoef(days[1:], days[:-1])[0, 1]) < 4 / 1000**0.5
    assert stats.kstest(days, stats.gamma(1 / 0.09, scale=0.09).cdf).pvalue > 1e-4


def test_products_may_share_their_good_and_bad_days() -> None:
    both = {"jam": JAM | {"visits": "200/d"}, "tea": TEA | {"visits": "200/d"}}
    shared = world(1500, {"kind": "noise", "products": ["jam", "tea"], "cv": 0.3}, customers=both)
    own = world(1500, *({"kind": "noise", "product": name, "cv": 0.3} for name in both), customers=both)
    joint, apart = (
        np.corrcoef(counts(of, stream=0), counts(of, stream=1))[0, 1] for of in (shared, own)
    )
    assert joint == pytest.approx(200 * 0.09 / (1 + 200 * 0.09), abs=0.02)
    assert abs(apart) < 4 / 1500**0.5


def test_the_noise_of_one_crowd_leaves_the_others_alone() -> None:
    noisy = JAM | {"visits": {"rate": "20/d", "noise": {}}}
    calm, changed = (world(50, customers={"a": crowd, "b": TEA}) for crowd in (JAM, noisy))
    assert counts(calm, stream=1).tolist() == counts(changed, stream=1).tolist()
    assert counts(calm).tolist() != counts(changed).tolist()


SPIKE = {"kind": "spike", "at": "10 d", "lasts": "5 d", "multiplier": 6}


def extra(of: World, *products: str) -> NDArray[Any]:
    """Days' worth of visits that events add, by replication (rows) and product."""
    found = []
    for replication in range(800):
        courses = true_demand(of, span_of(of.calendar), Streams(seed=2026, replication=replication))
        found.append([intensity_of(1 / DAY, courses[product]).total for product in products])
    return np.array(found) - of.calendar.measure / DAY


@pytest.mark.parametrize("kind", [SPIKE, {"kind": "viral", "at": 0}, {"kind": "shift", "at": 0, "lasts": "1 d"}])
def test_a_surprise_multiplies_what_an_event_adds_and_has_mean_1(kind: dict[str, Any]) -> None:
    expected = extra(world(20, kind | {"product": "jam"}), "jam")[0, 0]
    found = extra(world(20, kind | {"product": "jam", "surprise": 0.5}), "jam")[:, 0] / expected
    assert_mean(found, 1)
    assert np.std(np.log(found)) == pytest.approx(np.log(1.25) ** 0.5, rel=0.1)


def test_a_season_is_surprising_as_a_whole() -> None:
    jacket = {"kind": "jacket", "at": 0, "lasts": "10 d", "peak": "5 d", "product": "jam", "surprise": 0.5}
    sold = extra(world(20, jacket), "jam")[:, 0] + 20
    assert_mean(sold, 10)
    assert np.std(np.log(sold / 10)) == pytest.approx(np.log(1.25) ** 0.5, rel=0.1)


def test_demand_never_falls_below_0() -> None:
    panic = {"kind": "panic", "at": 0, "lasts": "1 d", "dip_lasts": "10 d", "product": "jam", "surprise": 5}
    sold = extra(world(11, panic), "jam")[:, 0] + 11
    assert sold.min() > 0


@pytest.mark.parametrize("correlation", [0, 0.5, 1])
def test_products_share_a_surprise_as_far_as_is_said(correlation: float) -> None:
    event = SPIKE | {"products": ["jam", "tea"], "surprise": 0.5, "correlation": correlation}
    found = extra(world(20, event), "jam", "tea")
    for added in found.T:
        assert_mean(added, 25)
    joint = np.corrcoef(np.log(found.T))[0, 1]
    assert joint == pytest.approx(correlation, abs=4 * (1 - correlation**2) / 800**0.5 + 1e-9)


def test_events_and_their_surprises_move_no_others() -> None:
    one = SPIKE | {"product": "jam", "surprise": 0.5}
    others = SPIKE | {"product": "cup", "surprise": 0.5}, {"kind": "noise", "product": "cup"}
    plain, busier = world(20, one), world(20, *others, one)
    assert digest(draw_tape(plain, seed=1, replication=0)) == digest(draw_tape(busier, seed=1, replication=0))


@pytest.mark.parametrize(
    ("event", "days"),
    [
        ({"kind": "jacket", "at": "5 d", "lasts": "30 d", "peak": "10 d"}, 30),
        ({"kind": "panic", "at": "5 d"}, 40 + 21 - 5.6),
        ({"kind": "shift", "at": "10 d", "lasts": "20 d"}, 40 + 0.6 * 20),
        (SPIKE, 40 + 25),
        ({"kind": "black_friday", "at": "8 d"}, 40 + 1.5 * 9 + 4.3 + 0.25 * 13 + 0.45 * 10 - 0.4 * 3 + 0.0),
    ],
    ids=["jacket", "panic", "shift", "spike", "black friday"],
)
def test_visits_are_poisson_with_the_integral_of_the_rate(event: dict[str, Any], days: float) -> None:
    of = world(40, event | {"product": "jam"})
    found = np.array([counts(of, replication=r).sum() for r in range(REPLICATIONS)])
    assert_mean(found, 20 * days)
    assert 1e-4 < stats.chi2.sf(dispersion(found) * (REPLICATIONS - 1), REPLICATIONS - 1) < 1 - 1e-4
