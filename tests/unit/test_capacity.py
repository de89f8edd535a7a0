"""A supplier's pace, stated or by chance."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from sim.scenario.world import Supplier
from sim.tape.keyed import PacedDraws
from sim.words import DAY


def test_a_bare_rate_is_one_line_of_that_pace() -> None:
    capacity = Supplier.model_validate({"capacity": "400/d"}).capacity
    assert capacity is not None
    assert (capacity.lines, capacity.rate) == (1, 400 / DAY)


@pytest.mark.parametrize("capacity", [{"lines": 2}, {"rate": "3/d", "unit_time": "1 h"}, "0/d"])
def test_a_pace_is_stated_once_and_is_more_than_nothing(capacity: object) -> None:
    with pytest.raises(ValidationError):
        Supplier.model_validate({"capacity": capacity})


def test_a_steady_pace_loses_no_time_to_rounding() -> None:
    pace = PacedDraws(3000 / DAY)
    assert pace.total(0, 3000) == DAY
    assert pace.total(0, 7) + pace.total(7, 2993) == DAY
    assert sum(pace[k] for k in range(3000)) == DAY
