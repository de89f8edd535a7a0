"""Recovery is looked for after the worst fortnight: stock may hide a shock for weeks."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.measures.shock import Shock


def recovered_on(ready: list[float], day: int) -> int | None:
    seen = SimpleNamespace(_ready=np.array(ready), day=day)
    found = Shock.__dict__["recovered_on"].func(seen)
    return None if found is None else int(found)


CALM, GONE = [1.0] * 20, [0.0] * 30


def test_a_shop_that_never_runs_short_recovers_at_once():
    assert recovered_on([*CALM, *CALM], 20) == 20


def test_a_blip_that_stock_survives_is_no_recovery_from_what_comes_later():
    assert recovered_on([*CALM, 0.5, *CALM, *GONE, *CALM], 20) == 20 + 1 + 20 + 30


def test_who_does_not_come_back_has_no_date():
    assert recovered_on([*CALM, *GONE], 20) is None


@pytest.mark.parametrize("days", [13, 14])
def test_fourteen_days_are_a_recovery_and_thirteen_are_none(days):
    assert recovered_on([*CALM, *GONE, *[1.0] * days], 20) == (50 if days == 14 else None)
