"""The library of demand: what every event multiplies, and the visits that it adds in all."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from sim.errors import TapeError
from sim.scenario.demand import DemandEvent
from sim.scenario.world import Calendar
from sim.tape.course import Span, span_of
from sim.tape.courses import Demand, demand_of
from sim.tape.intensity import intensity_of
from sim.words import DAY

YEAR = Span(-30 * DAY, 365 * DAY, 0)
READER: TypeAdapter[Any] = TypeAdapter(DemandEvent)


def demand(*events: dict[str, Any], span: Span = YEAR, product: str = "p") -> Demand:
    return demand_of(product, [READER.validate_python({"product": "p"} | event) for event in events], span)


def factors(event: dict[str, Any], *days: float, span: Span = YEAR) -> list[float]:
    return demand(event, span=span).factor(np.array(days) * DAY).tolist()


def extra(event: dict[str, Any], span: Span = YEAR) -> float:
    """Days' worth of base demand that an event adds."""
    return intensity_of(1 / DAY, demand(event, span=span)).total - (span.end - span.start) / DAY


def test_a_spike_brings_a_month_in_a_day() -> None:
    assert factors({"kind": "spike", "at": "10 d"}, 9.99, 10, 10.99, 11) == [1, 30, 30, 1]
    assert extra({"kind": "spike", "at": "10 d"}) == pytest.approx(29, rel=1e-9)
    assert extra({"kind": "spike", "at": "10 d", "multiplier": 7, "lasts": "2 d"}) == pytest.approx(12, rel=1e-9)


def test_a_panic_is_a_rush_and_a_dip() -> None:
    assert factors({"kind": "panic", "at": "10 d"}, 9.9, 10, 16.9, 17, 30.9, 31) == [1, 4, 4, 0.6, 0.6, 1]
    assert extra({"kind": "panic", "at": "10 d"}) == pytest.approx(3 * 7 - 0.4 * 14, rel=1e-9)


def test_a_promotion_may_be_waited_for() -> None:
    event = {"kind": "promo", "at": "10 d", "pre_dip": 0.5, "pre_dip_lasts": "3 d", "dip": 0.8}
    assert factors(event, 6.9, 7, 9.9, 10, 15, 22) == [1, 0.5, 0.5, 2.5, 0.8, 1]
    assert extra(event) == pytest.approx(1.5 * 5 - 0.5 * 3 - 0.2 * 7, rel=1e-9)


def test_a_jacket_sells_in_its_season_only() -> None:
    assert factors({"kind": "jacket", "at": "10 d"}, 0, 10, 25, 40, 70, 99.9999, 100, 200) == pytest.approx(
        [0, 0, 1, 2, 1, 0, 0, 0], abs=1e-5
    )
    assert extra({"kind": "jacket", "at": "10 d"}) + 395 == pytest.approx(90, rel=1e-9)
    assert factors({"kind": "jacket", "at": 0, "lasts": "4 d", "peak": 0}, -1, 0, 2, 4) == [0, 2, 1, 0]


def test_a_season_cut_short_has_a_peak_at_its_end() -> None:
    assert factors({"kind": "jacket", "at": 0, "lasts": "4 d", "peak": "4 d"}, 0, 2, 3.999, 4) == pytest.approx(
        [0, 1, 2, 0], abs=1e-3
    )


def test_a_shift_is_an_s_from_one_level_to_another() -> None:
    event = {"kind": "shift", "at": "100 d", "multiplier": 1.6, "lasts": "30 d"}
    assert factors(event, 0, 100, 115, 130, 300) == pytest.approx([1, 1.006, 1.3, 1.594, 1.6], abs=1e-6)
    scale = 15 / np.log(99)
    area = 0.6 * scale * (np.log1p(np.exp(250 / scale)) - np.log1p(np.exp(-145 / scale)))
    assert extra(event) == pytest.approx(area, rel=1e-4)


def test_a_sharp_shift_stays_finite() -> None:
    assert factors({"kind": "shift", "at": 0, "lasts": "1 s"}, -30, 365) == [1, 1.6]


FRIDAY = {"kind": "black_friday", "at": "20 d"}


def test_black_friday_has_its_weeks() -> None:
    days = (12.9, 13, 19.9, 20, 21, 22.9, 23, 24, 36.9, 37, 46.9, 47, 49.9, 50)
    expected = [1, 2.5, 2.5, 3.3, 2.5, 2.5, 3, 1.25, 1.25, 1.45, 1.45, 0.6, 0.6, 1]
    assert factors(FRIDAY, *days) == pytest.approx(expected)
    assert extra(FRIDAY) == pytest.approx(1.5 * 9 + 2.3 + 2.0 + 0.25 * 13 + 0.45 * 10 - 0.4 * 3, rel=1e-9)


def test_black_friday_may_be_wilder() -> None:
    assert factors(FRIDAY | {"multiplier": 5.6}, 13, 20, 24, 47) == pytest.approx([4, 5.6, 1.5, 0.6])
    assert factors(FRIDAY | {"multiplier": 1}, 13, 20, 24) == [1, 1, 1]


def test_black_friday_may_be_a_date() -> None:
    event = {"kind": "black_friday", "date": "2026-11-27"}
    calendar = Calendar(start=datetime.date(2026, 11, 7), warm_up="30 d", measure="365 d")
    assert factors(event, 19.9, 20, 21, span=span_of(calendar)) == pytest.approx([2.5, 3.3, 2.5])
    with pytest.raises(TapeError, match="say when it is by `at`"):
        factors(event, 0)


def test_an_event_may_multiply_several_products() -> None:
    event = {"kind": "spike", "at": "10 d", "product": None, "products": ["p", "q"]}
    courses = [demand(event, product=product).courses for product in ("p", "q", "r")]
    assert courses[0] == courses[1] != courses[2] == ()


def test_nobody_expects_noise() -> None:
    assert demand({"kind": "noise"}).courses == ()
