"""The course of demand: what each event multiplies, and the mean number of visits that follows."""

import numpy as np
import pytest
from pydantic import TypeAdapter

from sim.scenario.demand import DemandEvent
from sim.tape.course import Span
from sim.tape.courses import Demand, demand_of
from sim.tape.intensity import Changing, Steady, intensity_of, poisson_times
from sim.tape.streams import Stream
from sim.words import DAY, HOUR

BASE = 20 / DAY
YEAR = Span(-30 * DAY, 365 * DAY, 0)


def demand(*events: dict, span: Span = YEAR) -> Demand:
    reader = TypeAdapter(DemandEvent)
    return demand_of("p", [reader.validate_python({"product": "p", **event}) for event in events], span)


def factors(event: dict, *days: float, span: Span = YEAR) -> list[float]:
    return demand(event, span=span).factor(np.array(days) * DAY).tolist()


def total(*events: dict, span: Span = YEAR) -> float:
    return intensity_of(BASE, demand(*events, span=span)).total


def test_a_viral_jump_fades_with_its_time_constant():
    event = {"kind": "viral", "at": "30 d", "multiplier": 9, "decay": "10 d"}
    assert factors(event, 29.999, 30, 40, 50) == pytest.approx([1, 9, 1 + 8 * np.exp(-1), 1 + 8 * np.exp(-2)])


def test_a_promotion_is_a_box_and_a_dip():
    event = {"kind": "promo", "at": "10 d", "lasts": "5 d", "multiplier": 2.5, "dip": 0.8, "dip_lasts": "7 d"}
    assert factors(event, 9.9, 10, 14.9, 15, 21.9, 22) == [1, 2.5, 2.5, 0.8, 0.8, 1]


def test_a_ramp_is_a_line_to_a_new_level():
    event = {"kind": "ramp", "at": "10 d", "lasts": "10 d", "multiplier": 3}
    assert factors(event, 0, 10, 15, 20, 100) == pytest.approx([1, 1, 2, 3, 3])


def test_a_ramp_without_length_is_a_step():
    assert factors({"kind": "ramp", "at": "10 d", "multiplier": 3}, 9.99, 10, 11) == [1, 3, 3]


def test_a_season_peaks_at_its_peak():
    event = {"kind": "season", "amplitude": 0.4, "peak": "100 d", "period": "365 d"}
    assert factors(event, 100, 100 + 365 / 2, 100 + 365 / 4) == pytest.approx([1.4, 0.6, 1.0])


@pytest.mark.parametrize(("weekday", "expected"), [(0, [7, 1, 2, 7, 1]), (2, [2, 3, 4, 2, 3])])
def test_weekly_factors_follow_the_weekday_of_day_0(weekday, expected):
    event = {"kind": "weekly", "factors": [1, 2, 3, 4, 5, 6, 7]}
    days = (-0.5, 0, 1.99, 6, 7)
    assert factors(event, *days, span=Span(-30 * DAY, 365 * DAY, weekday)) == expected


def test_a_profile_holds_its_levels():
    points = [{"at": "10 d", "multiplier": 2}, {"at": "20 d", "multiplier": 5}]
    assert factors({"kind": "profile", "points": points}, -5, 9.9, 10, 19.9, 20, 99) == [2, 2, 2, 2, 5, 5]


def test_a_profile_of_lines_joins_its_points():
    points = [{"at": "10 d", "multiplier": 2}, {"at": "20 d", "multiplier": 5}]
    event = {"kind": "profile", "points": points, "between": "lines"}
    assert factors(event, -5, 10, 15, 20, 99) == pytest.approx([2, 2, 3.5, 5, 5])


def test_events_multiply():
    events = {"kind": "ramp", "at": "0 d", "multiplier": 3}, {"kind": "ramp", "at": "5 d", "multiplier": 2}
    assert demand(*events).factor(np.array([-1.0, 0.0, 5.0 * DAY])).tolist() == [1, 3, 6]


def test_events_of_other_products_do_nothing():
    event = TypeAdapter(DemandEvent).validate_python({"kind": "ramp", "product": "q", "at": 0, "multiplier": 3})
    assert demand_of("p", [event], YEAR).courses == ()


@pytest.mark.parametrize("decay", [0.01, 1, 10, 300])
def test_viral_area(decay):
    event = {"kind": "viral", "at": "30 d", "multiplier": 9, "decay": f"{decay} d"}
    extra = 20 * 8 * decay * (1 - np.exp(-335 / decay))
    assert total(event) == pytest.approx(20 * 395 + extra, rel=1e-7)
    assert total(event) - total() == pytest.approx(extra, rel=1e-5)


@pytest.mark.parametrize("period", [0.25, 7, 91.3, 365, 2000])
def test_season_area(period):
    event = {"kind": "season", "amplitude": 0.4, "peak": "50 d", "period": f"{period} d"}
    period = round(period * DAY) / DAY
    wave = period / (2 * np.pi)
    swing = 0.4 * wave * (np.sin((365 - 50) / wave) - np.sin((-30 - 50) / wave))
    assert total(event) == pytest.approx(20 * (395 + swing), rel=1e-7)


def test_promo_and_weekly_areas():
    promo = {"kind": "promo", "at": "10 d", "lasts": "36 h", "multiplier": 4, "dip": 0.5, "dip_lasts": "3 d"}
    assert total(promo) == pytest.approx(20 * (395 + 1.5 * 3 - 3 * 0.5), rel=1e-12)
    weekly = {"kind": "weekly", "factors": [1, 1, 1, 1, 1, 4, 0]}
    assert total(weekly, span=Span(0, 70 * DAY, 3)) == pytest.approx(20 * 90, rel=1e-12)


def test_ramp_and_profile_areas():
    ramp = {"kind": "ramp", "at": "-10 d", "lasts": "20 d", "multiplier": 3}
    assert total(ramp) == pytest.approx(20 * (20 + 20 * 2 + 355 * 3), rel=1e-12)
    points = [{"at": "-40 d", "multiplier": 0}, {"at": "360 d", "multiplier": 4}]
    lines = {"kind": "profile", "points": points, "between": "lines"}
    assert total(lines) == pytest.approx(20 * (390 * (0.1 + 4) / 2 + 5 * 4), rel=1e-12)


def test_a_product_of_events_matches_a_fine_sum():
    events = (
        {"kind": "viral", "at": "30 d", "multiplier": 9, "decay": "3 d"},
        {"kind": "season", "amplitude": 0.4, "period": "90 d"},
        {"kind": "weekly", "factors": [1.2, 1, 1, 1, 0.9, 0.5, 0]},
        {"kind": "promo", "at": "35.5 d", "multiplier": 3, "dip": 0.7},
    )
    step = 60
    middles = np.arange(YEAR.start, YEAR.end, step) + step / 2
    fine = BASE * step * demand(*events).factor(middles).sum()
    assert total(*events) == pytest.approx(fine, rel=1e-7)


def test_without_events_the_rate_is_steady():
    assert intensity_of(BASE, demand()) == Steady(BASE, 395 * DAY)


def test_inversion_undoes_accumulation():
    event = {"kind": "viral", "at": "30 d", "multiplier": 9, "decay": "10 d"}
    intensity = intensity_of(BASE, demand(event))
    day = np.array([10.0, 59.9, 60.0, 61.3, 75.0, 390.0])
    reached = 20 * (day + np.where(day > 60, 80 * (1 - np.exp(-(day - 60) / 10)), 0.0))
    assert intensity.instants(reached) == pytest.approx(day * DAY, abs=0.2)


def test_a_straight_line_is_inverted_exactly():
    points = [{"at": 0, "multiplier": 0}, {"at": "10 d", "multiplier": 10}]
    lines = {"kind": "profile", "points": points, "between": "lines"}
    intensity = intensity_of(BASE, demand(lines, span=Span(0, 10 * DAY, 0)))
    day = np.array([0.0, 0.01, 0.5, 3.0, 9.99])
    assert intensity.instants(10 * day**2) == pytest.approx(day * DAY, abs=1e-2)


def test_an_event_that_changes_nothing_moves_no_visit():
    still = intensity_of(BASE, demand({"kind": "ramp", "at": "10 d", "multiplier": 1}))
    assert isinstance(still, Changing)
    steady = intensity_of(BASE, demand())
    times = [poisson_times(i, 395 * DAY, Stream(1, 0, "t").generator()) for i in (still, steady)]
    assert np.abs(times[0] - times[1]).max() <= 1


def test_no_visits_while_the_rate_is_zero():
    weekly = {"kind": "weekly", "factors": [1, 1, 1, 1, 1, 0, 0]}
    times = poisson_times(intensity_of(BASE, demand(weekly)), 395 * DAY, Stream(1, 0, "t").generator())
    weekday = ((times + YEAR.start) // DAY) % 7
    assert len(times) > 5000
    assert weekday.max() == 4


@pytest.mark.parametrize("rate", [0.0, BASE])
def test_a_world_without_demand_has_no_visits(rate):
    event = {"kind": "ramp", "at": "-30 d", "multiplier": 0 if rate else 1}
    assert len(poisson_times(intensity_of(rate, demand(event)), 395 * DAY, Stream(1, 0, "t").generator())) == 0


def test_a_spike_leaves_the_visits_before_it_alone():
    spike = {"kind": "viral", "at": "100 d", "multiplier": 9, "decay": "10 d"}
    calm, viral = (
        poisson_times(intensity_of(BASE, demand(*events)), 395 * DAY, Stream(1, 0, "t").generator())
        for events in ((), (spike,))
    )
    before = calm[calm < 129 * DAY]
    assert np.abs(viral[: len(before)] - before).max() <= 1


def test_twice_the_rate_halves_the_times():
    span = Span(0, 100 * DAY, 0)
    once, twice = (
        poisson_times(intensity_of(rate, demand(span=span)), 100 * DAY, Stream(1, 0, "t").generator())
        for rate in (BASE, 2 * BASE)
    )
    assert np.abs(twice[: len(once)] - once / 2).max() <= 1


def test_visits_are_in_order_and_within_the_span():
    busy = poisson_times(Steady(5.0, HOUR), HOUR, Stream(1, 0, "t").generator())
    assert np.all(np.diff(busy) >= 0)
    assert 0 <= busy[0] <= busy[-1] < HOUR


def test_many_chunks_join_without_a_seam():
    times = poisson_times(Steady(1.0, 400_000), 400_000, Stream(1, 0, "t").generator())
    gaps = -np.log1p(-Stream(1, 0, "t").generator().random(len(times)))
    assert np.array_equal(times, np.cumsum(gaps).astype(int))


def test_a_century_of_hours_keeps_its_grid_small():
    intensity = intensity_of(BASE, demand({"kind": "season"}, span=Span(0, 36_500 * DAY, 0)))
    assert isinstance(intensity, Changing)
    assert len(intensity.edges) < 400_000
    assert intensity.total == pytest.approx(20 * 36_500, rel=1e-6)
